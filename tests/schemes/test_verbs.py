"""What the verbs of schemes do, whom and what they refuse, and what the record says."""

from datetime import date as D
from decimal import Decimal as N

import pytest
from django.core.exceptions import ValidationError

from inspections.deadlines.models import Deadline
from inspections.schemes.models import GroupTemplate, Indicator, Review, Scheme, SchemeTask, TypedFigure
from inspections.schemes.services import indicators, reviews, schemes, tasks
from permissions import audit
from permissions.verdicts import NotNow, Refused
from project.demo.drive import pdf
from tests.cast import NOW
from tests.schemes.conftest import PAPER, TODAY, event_facts, facts, typed_facts
from tests.stored import everything_stored

pytestmark = pytest.mark.django_db


def refused(field, words, verb, **arguments):
    """The verb refuses the input at the field with the words, and nothing is stored."""
    before = everything_stored()
    with pytest.raises(ValidationError) as problem:
        verb(**arguments)
    assert words in str(problem.value.message_dict[field])
    assert everything_stored() == before


def last_entry(organisation):
    return audit.entries_of(organisation).last()


# the scheme


def test_a_new_scheme_has_the_groups_of_the_table(cast, by):
    assert GroupTemplate.objects.count() == 15
    GroupTemplate.objects.filter(position=2).update(is_active=False)
    GroupTemplate.objects.filter(position=15).update(name="Nhóm của tỉnh nhà")
    one = schemes.begin_scheme(organisation=cast.organisation("commune"), facts=facts(), files=[pdf("de-an.pdf")], **by)
    assert [group.position for group in one.groups.all()] == list(range(1, 15))
    assert one.groups.last().name == "Nhóm của tỉnh nhà"
    assert [file.name for file in one.attachments.all()] == ["de-an.pdf"]
    entry = last_entry(one.organisation)
    assert (entry.verb, entry.new["paper"], entry.new["files"]) == ("begin_scheme", PAPER, ["de-an.pdf"])


@pytest.mark.parametrize(
    ("other", "field", "words"),
    [
        ({"name": " "}, "name", "tên"),
        ({"aim": "\n"}, "aim", ""),
        ({"paper": ""}, "paper", ""),
        ({"last_year": 2025}, "last_year", "trước năm đầu"),
        ({"last_year": 2041}, "last_year", ""),
        ({"first_year": 1999, "last_year": 2005}, "first_year", ""),
        ({"all_below": False}, "organisations", ""),
        ({"name": "x" * 301}, "name", ""),
    ],
)
def test_what_cannot_be_is_refused(cast, by, other, field, words):
    arguments = {"organisation": cast.organisation("commune"), "facts": facts(**other), **by}
    refused(field, words, schemes.begin_scheme, **arguments)


def test_a_scheme_concerns_only_what_stands_below(cast, by):
    given = facts(all_below=False, organisations=[cast.organisation("ward_cell")])
    refused(
        "organisations",
        "Chi bộ Tổ dân phố 7",
        schemes.begin_scheme,
        organisation=cast.organisation("commune"),
        facts=given,
        **by,
    )


def test_who_keeps_schemes_and_who_does_not(cast, scheme):
    commune = cast.organisation("commune")
    for name in ("secretary", "deputy_secretary", "office_chief"):
        schemes.begin_scheme(acting_user=cast[name], organisation=commune, facts=facts(name=name), now=NOW)
    for name in ("chair", "standing", "officer", "administrator", "dm_secretary", "stranger", "province_secretary"):
        with pytest.raises(Refused):
            schemes.begin_scheme(acting_user=cast[name], organisation=commune, facts=facts(name=name), now=NOW)
        with pytest.raises(Refused):
            schemes.change_scheme(acting_user=cast[name], scheme=scheme, facts=facts(), now=NOW)


def test_a_change_is_recorded_and_keeps_the_years_that_are_in_use(cast, by, scheme, typed):
    schemes.change_scheme(scheme=scheme, facts=facts(name="Đề án sửa", last_year=2028), **by)
    entry = last_entry(scheme.organisation)
    assert (entry.old["years"], entry.new["years"], entry.new["name"]) == ([2026, 2030], [2026, 2028], "Đề án sửa")
    indicators.set_targets(indicator=typed, year=2028, values={scheme.organisation: N(5)}, **by)
    refused("last_year", "2028", schemes.change_scheme, scheme=scheme, facts=facts(last_year=2027), **by)


def test_a_scheme_ends_once_and_then_nothing_of_it_changes(cast, by, scheme, task, typed):
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    with pytest.raises(NotNow):
        schemes.end_scheme(scheme=scheme, on=TODAY, reason="Xong.", **by)
    reviews.cancel_review(review=review, reason="Hoãn.", **by)
    refused("on", "", schemes.end_scheme, scheme=scheme, on=D(2026, 11, 24), reason="Xong.", **by)
    refused("on", "", schemes.end_scheme, scheme=scheme, on=D(2025, 12, 31), reason="Xong.", **by)
    refused("reason", "", schemes.end_scheme, scheme=scheme, on=TODAY, reason=" ", **by)
    schemes.end_scheme(scheme=scheme, on=TODAY, reason="Xong.", **by)
    over = [
        lambda: schemes.end_scheme(scheme=scheme, on=TODAY, reason="Xong.", **by),
        lambda: schemes.change_scheme(scheme=scheme, facts=facts(), **by),
        lambda: tasks.add_group(scheme=scheme, name="Nhóm", **by),
        lambda: tasks.record_event(task=task, facts=event_facts(cast.organisation("commune")), **by),
        lambda: indicators.type_figure(indicator=typed, facts=typed_facts(scheme.organisation), **by),
        lambda: indicators.set_targets(indicator=typed, year=2026, values={scheme.organisation: N(5)}, **by),
        lambda: reviews.plan_review(scheme=scheme, kind="final", year=2026, due_on=D(2026, 12, 20), **by),
    ]
    for deed in over:
        with pytest.raises(NotNow):
            deed()


# tasks


def test_groups_and_tasks_are_numbered_and_recorded(cast, by, scheme, task):
    assert str(task) == "11.1. Tập huấn bí thư chi bộ"
    assert last_entry(scheme.organisation).new["owners"] == [str(one) for one in task.owners.order_by("path")]
    group = tasks.add_group(scheme=scheme, name="Nhóm  thêm", **by)
    assert str(group) == "16. Nhóm thêm"
    tasks.change_group(group=group, name="Nhóm khác", **by)
    assert last_entry(scheme.organisation).old == {"name": "Nhóm thêm"}
    refused("name", "", tasks.change_group, group=group, name=" ", **by)
    new = tasks.TaskFacts("Việc mới", [cast.organisation("suoi_da")])
    tasks.change_task(task=task, facts=new, **by)
    assert list(SchemeTask.objects.get().owners.all()) == [cast.organisation("suoi_da")]


def test_a_task_has_words_and_owners_below(cast, by, scheme):
    group = scheme.groups.first()
    for field, told in (
        ("text", tasks.TaskFacts(" ", [cast.organisation("commune")])),
        ("owners", tasks.TaskFacts("Việc", [])),
        ("owners", tasks.TaskFacts("Việc", [cast.organisation("ward")])),
    ):
        refused(field, "", tasks.add_task, group=group, facts=told, **by)


def test_a_task_is_settled_and_set_under_way_again(cast, by, scheme, task):
    refused("on", "", tasks.settle_task, task=task, outcome="done", on=None, note="Đã xong", **by)
    refused("on", "", tasks.settle_task, task=task, outcome="done", on=D(2026, 11, 24), note="Đã xong", **by)
    refused("on", "", tasks.settle_task, task=task, outcome="done", on=D(2025, 11, 24), note="Đã xong", **by)
    refused("note", "", tasks.settle_task, task=task, outcome="dropped", on=TODAY, note="", **by)
    refused("outcome", "", tasks.settle_task, task=task, outcome="lost", on=TODAY, note="Mất", **by)
    tasks.settle_task(task=task, outcome="done", on=TODAY, note="Đã xong", **by)
    for deed in (
        lambda: tasks.settle_task(task=task, outcome="done", on=TODAY, note="Đã xong", **by),
        lambda: tasks.change_task(task=task, facts=tasks.TaskFacts("Việc", [scheme.organisation]), **by),
        lambda: tasks.record_event(task=task, facts=event_facts(scheme.organisation), **by),
    ):
        with pytest.raises(NotNow):
            deed()
    tasks.settle_task(task=task, outcome="open", on=None, note="Phải làm lại", **by)
    task.refresh_from_db()
    assert (task.state, task.settled_on, task.settle_note) == ("open", None, "")
    assert last_entry(scheme.organisation).old["note"] == "Đã xong"


# what was done


def test_owners_and_who_made_the_scheme_record_what_was_done(cast, scheme, task):
    for name, place in (("dm_secretary", "dong_muoi"), ("chair", "ubkt"), ("office_chief", "commune")):
        given = event_facts(cast.organisation(place))
        event = tasks.record_event(acting_user=cast[name], task=task, facts=given, now=NOW)
        entry = last_entry(cast.organisation(place))
        assert (entry.verb, entry.about_id, entry.new["people"]) == ("record_scheme_event", event.pk, 42)
    for name, place in (("dm_secretary", "ubkt"), ("sd_secretary", "dong_muoi"), ("standing", "commune")):
        with pytest.raises(Refused):
            tasks.record_event(acting_user=cast[name], task=task, facts=event_facts(cast.organisation(place)), now=NOW)
    refused(
        "organisation",
        "Chi bộ thôn Suối Đá",
        tasks.record_event,
        acting_user=cast["sd_secretary"],
        task=task,
        facts=event_facts(cast.organisation("suoi_da")),
        now=NOW,
    )


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"held_on": D(2026, 11, 24)}, "held_on"),
        ({"held_on": D(2025, 12, 31)}, "held_on"),
        ({"title": " "}, "title"),
        ({"paper": " "}, "paper"),
    ],
)
def test_what_was_done_needs_its_facts(cast, by, scheme, task, other, field):
    refused(field, "", tasks.record_event, task=task, facts=event_facts(scheme.organisation, **other), **by)


def test_a_file_stands_for_the_paper_and_a_bad_one_stores_nothing(by, scheme, task):
    given = event_facts(scheme.organisation, paper="")
    refused("files", "", tasks.record_event, task=task, facts=given, files=[pdf("rong.pdf", b"")], **by)
    event = tasks.record_event(task=task, facts=given, files=[pdf("lop.pdf")], **by)
    assert [one.name for one in event.attachments.all()] == ["lop.pdf"]


def test_a_mistake_is_struck_out_once_with_a_reason(cast, by, scheme, task):
    event = tasks.record_event(task=task, facts=event_facts(scheme.organisation), **by)
    refused("reason", "", tasks.strike_event, event=event, reason=" ", **by)
    with pytest.raises(Refused):
        tasks.strike_event(acting_user=cast["dm_secretary"], event=event, reason="Nhầm", now=NOW)
    tasks.strike_event(event=event, reason="Nhầm lớp", **by)
    with pytest.raises(NotNow):
        tasks.strike_event(event=event, reason="Nhầm lớp", **by)
    assert last_entry(scheme.organisation).reason == "Nhầm lớp"


# indicators


def test_an_indicator_takes_the_parameters_of_its_measure(by, scheme):
    told = indicators.IndicatorFacts("Được giám sát", "more", "cells_examined", parameters={"nature": "supervision"})
    one = indicators.add_indicator(scheme=scheme, facts=told, **by)
    assert (one.parameters, one.unit, one.is_typed) == ({"nature": "supervision"}, "", False)
    plain = indicators.IndicatorFacts("Được kiểm tra", "more", "cells_examined")
    assert indicators.add_indicator(scheme=scheme, facts=plain, **by).parameters == {"nature": "any"}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": " "}, "name"),
        ({"measure_code": "unknown"}, "measure_code"),
        ({"measure_code": "cells_examined", "parameters": {"nature": "else"}}, "nature"),
        ({"unit": " "}, "unit"),
        ({"direction": "sideways"}, "direction"),
        ({"baseline": N(-1)}, "baseline"),
        ({"measure_code": "cells_examined", "baseline": N(101)}, "baseline"),
    ],
)
def test_an_indicator_that_cannot_be_counted_is_refused(by, scheme, told, field):
    given = {"name": "Chỉ tiêu", "direction": "more", "unit": "buổi", **told}
    refused(field, "", indicators.add_indicator, scheme=scheme, facts=indicators.IndicatorFacts(**given), **by)


def test_how_an_indicator_is_counted_stays_once_a_figure_is_kept(by, scheme, typed):
    told = {"name": "Tên khác", "direction": "more", "unit": "buổi"}
    indicators.change_indicator(indicator=typed, facts=indicators.IndicatorFacts(**told), **by)
    indicators.type_figure(indicator=typed, facts=typed_facts(scheme.organisation), **by)
    counted = indicators.IndicatorFacts(**{**told, "measure_code": "members_on_roll"})
    refused("measure_code", "", indicators.change_indicator, indicator=typed, facts=counted, **by)
    indicators.change_indicator(indicator=typed, facts=indicators.IndicatorFacts(**{**told, "name": "Tên đúng"}), **by)
    assert Indicator.objects.get(pk=typed.pk).name == "Tên đúng"


def test_targets_are_set_changed_and_taken_away(cast, by, scheme, examined):
    commune, cell = scheme.organisation, cast.organisation("dong_muoi")
    indicators.set_targets(indicator=examined, year=2026, values={commune: N(30), cell: N(100)}, **by)
    indicators.set_targets(indicator=examined, year=2026, values={commune: N("30.00"), cell: None}, **by)
    assert list(examined.targets.values_list("organisation", "value")) == [(commune.pk, N(30))]
    entry = last_entry(commune)
    key = f"{cell} (#{cell.pk})"
    assert (entry.old["targets"], entry.new["targets"]) == ({key: "100"}, {key: None})
    with pytest.raises(NotNow):
        indicators.set_targets(indicator=examined, year=2026, values={commune: N(30)}, **by)


@pytest.mark.parametrize(
    ("year", "place", "value", "words"),
    [
        (2031, "commune", N(5), "2030"),
        (2026, "ward", N(5), "phường Bến Lau"),
        (2026, "commune", N(-1), ""),
        (2026, "commune", N("100.5"), "100"),
    ],
)
def test_targets_that_cannot_be(cast, by, examined, year, place, value, words):
    organisation = cast.organisation(place)
    field = "year" if year == 2031 else f"target_{organisation.pk}"
    values = {organisation: value}
    refused(field, words, indicators.set_targets, indicator=examined, year=year, values=values, **by)


# typed figures


def test_a_figure_is_typed_by_who_keeps_the_scheme_or_answers_for_the_organisation(cast, scheme, typed):
    cell = cast.organisation("dong_muoi")
    indicators.type_figure(acting_user=cast["office_chief"], indicator=typed, facts=typed_facts(cell), now=NOW)
    again = typed_facts(cell, value=N(3), reason="Đếm lại.")
    figure = indicators.type_figure(acting_user=cast["dm_secretary"], indicator=typed, facts=again, now=NOW)
    entry = last_entry(cell)
    assert (entry.old["value"], entry.new["value"], entry.reason) == ("12.5", "3", "Đếm lại.")
    assert list(TypedFigure.objects.filter(is_current=True)) == [figure]
    assert TypedFigure.objects.count() == 2
    for name, place in (("sd_secretary", "dong_muoi"), ("standing", "commune"), ("stranger_secretary", "ward_cell")):
        with pytest.raises(Refused):
            indicators.type_figure(
                acting_user=cast[name], indicator=typed, facts=typed_facts(cast.organisation(place)), now=NOW
            )


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"year": 2031}, "year"),
        ({"year": 2027}, "year"),
        ({"value": N(-1)}, "value"),
        ({"proof": " "}, "proof"),
    ],
)
def test_a_typed_figure_needs_its_year_and_proof(by, scheme, typed, other, field):
    refused(field, "", indicators.type_figure, indicator=typed, facts=typed_facts(scheme.organisation, **other), **by)


def test_a_correction_says_why_and_a_counted_indicator_is_not_typed(cast, by, scheme, typed, examined):
    indicators.type_figure(indicator=typed, facts=typed_facts(scheme.organisation), **by)
    again = typed_facts(scheme.organisation, value=N(1))
    refused("reason", "", indicators.type_figure, indicator=typed, facts=again, **by)
    foreign = typed_facts(cast.organisation("ward"))
    refused("organisation", "phường Bến Lau", indicators.type_figure, indicator=typed, facts=foreign, **by)
    with pytest.raises(NotNow):
        indicators.type_figure(indicator=examined, facts=typed_facts(scheme.organisation), **by)


# reviews, as far as they need no figures


@pytest.mark.parametrize(
    ("kind", "year", "due_on", "field"),
    [
        ("interim", 2031, D(2026, 12, 20), "year"),
        ("interim", 2026, D(2026, 11, 22), "due_on"),
        ("interim", 2027, D(2026, 12, 20), "due_on"),
        ("party", 2026, D(2026, 12, 20), "kind"),
    ],
)
def test_a_review_that_cannot_be_planned(by, scheme, kind, year, due_on, field):
    refused(field, "", reviews.plan_review, scheme=scheme, kind=kind, year=year, due_on=due_on, **by)


def test_a_review_is_on_the_clock_and_its_day_moves_with_a_reason(by, scheme):
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    clock = Deadline.objects.get(item_id=review.pk, duty="hold_review")
    assert (clock.due_on, clock.organisation, clock.state) == (D(2026, 12, 20), scheme.organisation, "running")
    assert clock.title == f"sơ kết 2026 – {scheme}"
    refused("reason", "", reviews.move_review, review=review, due_on=D(2026, 12, 25), reason="", **by)
    refused("due_on", "", reviews.move_review, review=review, due_on=D(2026, 12, 20), reason="Bận", **by)
    refused("due_on", "", reviews.move_review, review=review, due_on=D(2026, 11, 1), reason="Bận", **by)
    reviews.move_review(review=review, due_on=D(2026, 12, 25), reason="Trùng hội nghị", **by)
    clock.refresh_from_db()
    assert (clock.due_on, Review.objects.get().due_on) == (D(2026, 12, 25), D(2026, 12, 25))
    assert clock.changes.get().reason == "Trùng hội nghị"


def test_a_review_is_planned_once_and_the_final_one_once_a_scheme(by, scheme):
    plan = {"scheme": scheme, "year": 2026, **by}
    reviews.plan_review(kind="final", due_on=D(2026, 12, 20), **plan)
    for kind, day in (("final", D(2026, 12, 20)), ("final", D(2026, 12, 21))):
        with pytest.raises(NotNow):
            reviews.plan_review(kind=kind, due_on=day, **plan)


def test_a_cancelled_review_has_no_clock_and_is_not_held(by, scheme):
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    refused("reason", "", reviews.cancel_review, review=review, reason=" ", **by)
    reviews.cancel_review(review=review, reason="Gộp với tổng kết", **by)
    assert Deadline.objects.get(item_id=review.pk, duty="hold_review").state == "cancelled"
    for deed in (
        lambda: reviews.cancel_review(review=review, reason="Gộp", **by),
        lambda: reviews.move_review(review=review, due_on=D(2026, 12, 25), reason="Bận", **by),
        lambda: reviews.hold_review(review=review, held=reviews.Held(TODAY, "Tốt"), **by),
    ):
        with pytest.raises(NotNow):
            deed()


def test_found_by_its_words_years_and_maker(scheme):
    for words in ("nang cao CHAT luong", "2028", "tan phuoc", "03-đa/đu"):
        assert list(Scheme.objects.matching(words)) == [scheme], words
    assert not Scheme.objects.matching("2031").exists()
