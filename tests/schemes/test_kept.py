"""What a review keeps of tasks and of many rows; tasks of one's own; what a change of the measure must not break."""

from datetime import date as D
from decimal import Decimal as N

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inspections.members.models import Membership
from inspections.organisations.models import Person
from inspections.organisations.services import merge_organisation, move_organisation
from inspections.schemes.models import EventKind, KeptRow, KeptTask, SchemeTask
from inspections.schemes.queries import figures
from inspections.schemes.services import indicators, reviews, schemes, tasks
from inspections.schemes.services import reviews as services
from tests.browse import logged_in, on, text_of, words_of
from tests.cast import NOW
from tests.schemes.conftest import add, event_facts, facts, kind, typed_facts

pytestmark = pytest.mark.django_db
HELD = services.Held(NOW.date(), "Chuyển biến rõ.")


def held(scheme, by):
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    return reviews.hold_review(review=review, held=HELD, **by)


def test_a_review_keeps_how_far_each_task_was_and_what_had_been_done(cast, by, scheme, task):
    cell = cast.organisation("dong_muoi")
    tasks.record_event(acting_user=cast["dm_secretary"], task=task, facts=event_facts(cell), now=NOW)
    struck = tasks.record_event(acting_user=cast["dm_secretary"], task=task, facts=event_facts(cell), now=NOW)
    tasks.strike_event(acting_user=cast["dm_secretary"], event=struck, reason="Trùng.", now=NOW)
    review = held(scheme, by)
    kept = KeptTask.objects.get(review=review, task=task)
    assert (kept.number, kept.state, kept.events, kept.people, kept.last_on) == ("11.1", "open", 1, 42, D(2026, 10, 5))
    assert kept.text == task.text and str(cell) in kept.owners and kept.group.startswith("11.")
    chief = logged_in(cast["office_chief"])
    before = words_of(chief.get(review.get_absolute_url()))
    assert "Tập huấn bí thư chi bộ" in before
    with on("2026-11-24", 8):
        later = {"now": timezone.now()}
        tasks.record_event(acting_user=cast["dm_secretary"], task=task, facts=event_facts(cell), **later)
        by_chief = {"acting_user": cast["office_chief"], **later}
        changed = tasks.TaskFacts("Việc khác hẳn", [cast.organisation("ubkt")], D(2027, 3, 1))
        tasks.change_task(task=task, facts=changed, **by_chief)
        tasks.settle_task(task=task, outcome="done", on=D(2026, 11, 24), note="Xong.", **by_chief)
        again = words_of(logged_in(cast["office_chief"]).get(review.get_absolute_url()))
    kept.refresh_from_db()
    assert (kept.state, kept.events, kept.text) == ("open", 1, "Tập huấn bí thư chi bộ")
    assert "Tập huấn bí thư chi bộ" in again and "Việc khác hẳn" not in again


def members(cast, many, first=0):
    """So many members of a cell of the commune."""
    cell = cast.organisation("thcs")
    people = Person.objects.bulk_create(
        Person(full_name=f"Đảng viên {n}", folded=f"dang vien {n}", organisation=cell, standing="full")
        for n in range(first, first + many)
    )
    Membership.objects.bulk_create(Membership(person=one, cell=cell, kind="home") for one in people)


def queries_of_holding(cast, by, number):
    scheme = schemes.begin_scheme(
        organisation=cast.organisation("commune"), facts=facts(name=f"Đề án số {number}"), **by
    )
    add(scheme, by, "members_on_roll")
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    with CaptureQueriesContext(connection) as found:
        reviews.hold_review(review=review, held=HELD, **by)
    return len(found), KeptRow.objects.filter(review=review).count()


def test_rows_are_kept_slice_by_slice_in_as_many_queries_as_there_are_slices(cast, by, monkeypatch):
    # SQLite takes a hundred rows or so at once
    members(cast, 20)
    queries_of_holding(cast, by, 0)
    few, rows_few = queries_of_holding(cast, by, 1)
    members(cast, 80, first=20)
    many, rows_many = queries_of_holding(cast, by, 2)
    assert rows_many == rows_few + 80 and many == few, "one slice, whatever it holds"
    monkeypatch.setattr(services, "BATCH", 25)
    written = []
    keep = KeptRow.objects.bulk_create
    monkeypatch.setattr(KeptRow.objects, "bulk_create", lambda rows: written.append(len(rows)) or keep(rows))
    sliced, rows = queries_of_holding(cast, by, 3)
    assert rows == rows_many and sliced == many + len(written) - 1
    assert max(written) == 25 and sum(written) == rows


def test_an_indicator_with_a_target_above_a_hundred_becomes_no_share(cast, by, scheme, typed):
    commune = cast.organisation("commune")
    indicators.set_targets(indicator=typed, year=2026, values={commune: N(250)}, **by)
    share = indicators.IndicatorFacts("Tỷ lệ", "less", "cells_examined")
    with pytest.raises(ValidationError) as problem:
        indicators.change_indicator(indicator=typed, facts=share, **by)
    assert list(problem.value.error_dict) == ["measure_code"] and "100" in str(problem.value)
    typed.refresh_from_db()
    assert typed.is_typed
    indicators.set_targets(indicator=typed, year=2026, values={commune: N(100)}, **by)
    assert not indicators.change_indicator(indicator=typed, facts=share, **by).is_typed


def test_an_owner_finds_the_tasks_of_his_own_with_their_days(cast, by, scheme, task):
    facts_of = tasks.TaskFacts("Việc gấp", [cast.organisation("dong_muoi")], D(2026, 11, 1))
    urgent = tasks.add_task(group=scheme.groups.get(position=2), facts=facts_of, **by)
    other = tasks.add_task(
        group=scheme.groups.get(position=3),
        facts=tasks.TaskFacts("Việc của nơi khác", [cast.organisation("thcs")]),
        **by,
    )
    owner, page = logged_in(cast["dm_secretary"]), reverse("schemes:mine")
    assert page in text_of(owner.get(reverse("schemes:list")))
    with on("2026-11-23", 8):
        response = owner.get(page)
        assert [one.pk for one in response.context["page"].object_list] == [urgent.pk, task.pk], "the next due first"
        assert [one.by_day for one in response.context["page"].object_list] == [D(2026, 11, 1), D(2030, 12, 31)]
        assert "01/11/2026" in words_of(response) and other.text not in words_of(response)
        assert [one.pk for one in owner.get(page, {"state": "late"}).context["page"].object_list] == [urgent.pk]
        tasks.settle_task(task=urgent, outcome="done", on=D(2026, 11, 20), note="Xong.", **by)
        assert [one.pk for one in owner.get(page).context["page"].object_list] == [task.pk]
        assert urgent.pk in [one.pk for one in owner.get(page, {"state": "all"}).context["page"].object_list]
    assert not logged_in(cast["sd_secretary"]).get(page).context["page"].object_list


def test_a_task_is_due_within_the_years_of_its_scheme(cast, by, scheme):
    given = tasks.TaskFacts("Việc", [cast.organisation("thcs")], D(2031, 1, 1))
    with pytest.raises(ValidationError) as problem:
        tasks.add_task(group=scheme.groups.first(), facts=given, **by)
    assert list(problem.value.error_dict) == ["due_on"] and not SchemeTask.objects.exists()


def test_kinds_of_events_are_rows_and_one_that_ended_is_not_chosen(cast, by, scheme, task):
    mine = EventKind.objects.create(name="Hội thi bí thư giỏi")
    commune = cast.organisation("commune")
    made = tasks.record_event(task=task, facts=event_facts(commune, kind=mine), **by)
    page = logged_in(cast["office_chief"]).get(scheme.get_absolute_url())
    assert "Hội thi bí thư giỏi: 1" in words_of(page)
    EventKind.objects.filter(pk=mine.pk).update(is_active=False)
    mine.refresh_from_db()
    with pytest.raises(ValidationError) as problem:
        tasks.record_event(task=task, facts=event_facts(commune, kind=mine), **by)
    assert list(problem.value.error_dict) == ["kind"]
    # what was recorded keeps it, and it is counted
    page = logged_in(cast["office_chief"]).get(scheme.get_absolute_url())
    assert "Hội thi bí thư giỏi: 1" in words_of(page) and made.kind == mine
    assert kind("Khen").name in words_of(page)


def test_a_scheme_names_no_longer_what_moved_out_of_the_tree_of_its_maker(cast, by):
    stays, goes = cast.organisation("thcs"), cast.organisation("suoi_da")
    named = facts(all_below=False, organisations=[stays, goes])
    scheme = schemes.begin_scheme(organisation=cast.organisation("commune"), facts=named, **by)
    move_organisation(
        acting_user=cast.root,
        organisation=goes,
        parent=cast.organisation("ward"),
        code="97.102.009.000.000",
        on=D(2026, 11, 2),
        paper="5-NQ/TU",
        now=NOW,
    )
    assert list(scheme.organisations.all()) == [stays]
    assert figures.tops_of(scheme) == [stays.path]


def test_who_took_the_place_of_the_maker_tells_the_past_years_of_the_scheme(cast):
    own = {"acting_user": cast["dm_secretary"], "now": NOW}
    old, new = cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    scheme = schemes.begin_scheme(organisation=old, facts=facts(first_year=2024, last_year=2027), **own)
    typed = indicators.add_indicator(
        scheme=scheme, facts=indicators.IndicatorFacts("Buổi quá ngắn", "less", unit="buổi"), **own
    )
    indicators.set_targets(indicator=typed, year=2025, values={old: N(9)}, **own)
    indicators.type_figure(indicator=typed, facts=typed_facts(old, year=2025, value=N(7)), **own)
    merge_organisation(
        acting_user=cast.root, organisation=old, successor=new, on=D(2026, 11, 2), paper="5-NQ/TU", now=NOW
    )
    scheme.refresh_from_db()
    typed.scheme = scheme
    told = {one.year: (one.value, one.target) for one in figures.by_year(typed, new, NOW.date())}
    assert told[2025] == (N(7), N(9)) and told[2026] == (None, None)
    # another successor of nothing tells nothing of them
    assert figures.by_year(typed, cast.organisation("thcs"), NOW.date())[1].value is None


def test_a_held_review_tells_kinds_of_events_as_they_were(cast, by, scheme, task):
    cell = cast.organisation("dong_muoi")
    tasks.record_event(acting_user=cast["dm_secretary"], task=task, facts=event_facts(cell), now=NOW)
    review = held(scheme, by)
    before = review.kept_kinds
    assert [1, 42] in [[many, people] for _name, many, people in before]
    EventKind.objects.filter(events__task=task).update(name="Tên khác hẳn")
    EventKind.objects.create(name="Loại mới")
    page = words_of(logged_in(cast["office_chief"]).get(review.get_absolute_url()))
    assert "Tên khác hẳn" not in page and "Loại mới" not in page
    review.refresh_from_db()
    assert review.kept_kinds == before
