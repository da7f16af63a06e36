"""Figures are those of the lists behind them, on the pages and in what a review keeps."""

from datetime import date as D
from decimal import Decimal as N
from itertools import product

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from viewflow.workflow.models import Process

from inspections.cases.models import Case
from inspections.deadlines.models import Deadline
from inspections.members import services as members
from inspections.members.queries import roll_of
from inspections.organisations.models import Organisation
from inspections.schemes import measures
from inspections.schemes.measures import COUNTS, asked_of
from inspections.schemes.models import KeptFigure, KeptRow, Review
from inspections.schemes.queries import figures
from inspections.schemes.queries.reviews import kept_of, rows_kept
from inspections.schemes.rules import Count, Standing
from inspections.schemes.services import indicators, reviews, schemes
from permissions import audit, policy
from project.demo import stories
from project.demo.drive import do, item_of
from tests.cast import NOW
from tests.meetings import held
from tests.schemes.conftest import TODAY, add, counted, facts, typed_facts
from workflows import starts
from workflows.invariants import courses
from workflows.invariants import schemes as invariants
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_invariants_hold(db):
    """After every test, whatever it did."""
    yield
    found = [
        *invariants.reviews_equal_lists(NOW),
        *invariants.reviews_timed(NOW),
        *courses.over_together(NOW),
    ]
    assert found == []


# cells examined


def test_cells_are_examined_by_cases_that_count(cast, scheme, by, examined):
    commune, cell = scheme.organisation, cast.organisation("dong_muoi")
    before = counted(examined, commune)
    assert (before.count, before.value, before.change) == (Count(3, 0), N("0.0"), N("-20.0"))
    case = stories.proposed(cast)
    assert counted(examined, commune).count == Count(3, 0), "only proposed"
    stories.signed(cast, case)
    assert counted(examined, commune).count == Count(3, 1)
    assert (counted(examined, cell).value, counted(examined, cast.organisation("thcs")).value) == (100, 0)
    supervised = add(scheme, by, "cells_examined", nature="supervision")
    inspected = add(scheme, by, "cells_examined", nature="inspection")
    nature = {one: counted(one, commune).count.counted for one in (supervised, inspected)}
    assert sum(nature.values()) == 1
    assert nature[supervised] == (case.kind.nature == "supervision")
    starts.stop(acting_user=cast["chair"], case=case, reason="Trùng.", now=NOW)
    assert counted(examined, commune).count == Count(3, 0)


def test_a_case_counts_in_the_year_in_which_it_began(cast, scheme, examined):
    case = stories.proposed(cast)
    stories.signed(cast, case)
    Case.objects.filter(pk=case.pk).update(starts_on=D(2026, 12, 1))
    assert counted(examined, scheme.organisation).count.counted == 0, "it is still to begin"
    assert counted(examined, scheme.organisation, today=D(2026, 12, 1)).count.counted == 1
    assert counted(examined, scheme.organisation, 2027, D(2027, 3, 1)).count.counted == 0


def test_nothing_is_counted_of_a_year_to_come(scheme, examined):
    one = counted(examined, scheme.organisation, 2027)
    assert (one.value, one.standing) == (None, Standing.NO_FIGURE)


# corrections met in time


@pytest.mark.parametrize(
    ("state", "due_on", "met_on", "count"),
    [
        ("met", D(2026, 10, 30), D(2026, 10, 30), Count(1, 1)),
        ("met", D(2026, 10, 30), D(2026, 10, 31), Count(1, 0)),
        ("running", D(2026, 11, 22), None, Count(1, 0)),
        # due today: not late yet
        ("running", D(2026, 11, 23), None, Count(0, 0)),
        ("waiting", D(2026, 10, 30), None, Count(0, 0)),
        ("met", D(2025, 12, 31), D(2025, 12, 30), Count(0, 0)),
        ("cancelled", D(2026, 10, 30), None, Count(0, 0)),
    ],
)
def test_corrections_are_met_in_time_by_their_last_clock(cast, scheme, by, state, due_on, met_on, count):
    indicator = add(scheme, by, "corrections_in_time")
    case = stories.run_to_conclusion(cast)
    stories.noticed(cast, case)
    clocks = Deadline.objects.filter(case_id=case.pk, duty="correct")
    last = clocks.latest("pk")
    clocks.exclude(pk=last.pk).update(state="cancelled", closed_at=NOW)
    closed = NOW if state in ("met", "cancelled") else None
    clocks.filter(pk=last.pk).update(state=state, due_on=due_on, met_on=met_on, closed_at=closed)
    assert counted(indicator, scheme.organisation).count == count


# members on the roll


def test_members_are_those_of_the_rolls(cast, scheme, by):
    everybody, probationary = (add(scheme, by, "members_on_roll", standing=one) for one in ("any", "probationary"))
    cell = cast.organisation("suoi_da")
    keeper = {"acting_user": cast["administrator"], "now": NOW}
    members.admit_member(cell=cell, full_name="Lê Mới", standing="probationary", admitted_on=D(2026, 6, 1), **keeper)
    roll = [one for one in roll_of(cell, TODAY) if not one.is_temporary_here]
    assert counted(everybody, cell).value == len(roll) > 1
    assert counted(probationary, cell).value == sum(not one.is_full for one in roll) == 1
    full = add(scheme, by, "members_on_roll", standing="full")
    assert counted(full, cell).value == len(roll) - 1


# every measure


@pytest.mark.parametrize("measure", measures.all_measures(), ids=lambda one: one.code)
def test_a_figure_is_that_of_its_list_for_whoever_sees_all(cast, scheme, by, measure):
    """For every combination of parameters and every place, the rows of the list are those of the figure."""
    if measure.code == "corrections_in_time":
        stories.noticed(cast, stories.run_to_conclusion(cast), due=D(2026, 11, 20))
    else:
        stories.signed(cast, stories.proposed(cast))
        held.month_of(cast, "dong_muoi", "dm_secretary", "Chuyên đề nêu gương")
    user = cast["secretary"]
    choices = measures.choices_of(measure)
    for chosen in product(*([code for code, _words in codes] for codes in choices.values())):
        indicator = add(scheme, by, measure.code, **dict(zip(choices, chosen, strict=True)))
        places = figures.places_for(user, scheme, 2026, TODAY)
        assert len(places) == 4
        for one in figures.figures_of([(indicator, 2026)], places, TODAY)[0]:
            path = figures.place_of(scheme, one.organisation)
            rows = policy.visible(user, figures.rows_behind(indicator, measure, 2026, TODAY, [path]), NOW)
            assert Count(rows.count(), rows.filter(**{COUNTS: True}).count()) == one.count
            assert len({row.pk for row in rows}) == one.count.total
            for row in rows:
                assert isinstance(row, measure.model)
                assert measure.tell(row) and measure.address(row).startswith("/")
                assert isinstance(measure.owner(row), Organisation)
        total, parts = places[0], places[1:]
        sums = [counted(indicator, place).count for place in parts]
        assert sum(sums, Count()) == counted(indicator, total).count, "the cells of the commune make up its figure"


def test_rooms_declare_measures_of_their_own_and_none_twice(monkeypatch):
    known = dict(measures._MEASURES)
    monkeypatch.setattr(measures, "_MEASURES", known)
    other = measures.Measure(
        code="meetings_opened",
        label="Chi bộ sinh hoạt đúng kỳ",
        told="…",
        unit="phần trăm",
        is_share=True,
        model=Organisation,
        rows=lambda asked, values: Organisation.objects.none(),
        place="path",
        owner=lambda row: row,
        tell=str,
        address=lambda row: row.get_absolute_url(),
    )
    measures.declare([other])
    assert measures.measure_of("meetings_opened") is other
    measures.declare([other])
    with pytest.raises(ValueError, match="meetings_opened"):
        measures.declare([measures.Measure(**{**other.__dict__, "label": "Khác"})])


def test_the_year_is_counted_to_its_end_or_to_today():
    assert asked_of(2026, TODAY).until == TODAY
    assert asked_of(2025, TODAY).until == D(2025, 12, 31)


def test_a_scheme_counts_only_what_it_names(cast, by):
    named = facts(all_below=False, organisations=[cast.organisation("suoi_da"), cast.organisation("thcs")])
    scheme = schemes.begin_scheme(organisation=cast.organisation("commune"), facts=named, **by)
    indicator = add(scheme, by, "cells_examined")
    assert counted(indicator, scheme.organisation).count.total == 2
    shown = figures.places_for(cast["secretary"], scheme, 2026, TODAY)
    assert shown == [scheme.organisation, cast.organisation("suoi_da"), cast.organisation("thcs")]


def test_an_indicator_without_its_measure_has_no_figure(scheme, examined):
    examined.measure_code = "gone"
    examined.save()
    assert counted(examined, scheme.organisation).value is None


# who reads which figure


def test_a_cell_reads_its_own_figure_and_no_other(cast, scheme, examined):
    cell = cast.organisation("dong_muoi")
    assert figures.places_for(cast["dm_secretary"], scheme, 2026, TODAY) == [cell]
    assert figures.places_for(cast["stranger"], scheme, 2026, TODAY) == []
    assert figures.places_for(cast["province_secretary"], scheme, 2026, TODAY)[0] == scheme.organisation


# reviews


def plan(scheme, by, **other):
    given = {"kind": "interim", "year": 2026, "due_on": D(2026, 12, 20), **other}
    return reviews.plan_review(scheme=scheme, **given, **by)


def test_a_held_review_keeps_the_figures_of_its_moment(cast, scheme, by, examined, typed):
    commune, cell = scheme.organisation, cast.organisation("dong_muoi")
    indicators.set_targets(indicator=examined, year=2026, values={commune: N(30), cell: N(100)}, **by)
    indicators.type_figure(indicator=typed, facts=typed_facts(commune), **by)
    indicators.type_figure(indicator=typed, facts=typed_facts(cell, value=N(2)), **by)
    case = stories.proposed(cast)
    stories.signed(cast, case)
    review = plan(scheme, by)
    assert item_of(review, "hold_review").deadline.due_on == D(2026, 12, 20)
    do(
        cast["office_chief"],
        review,
        "hold_review",
        NOW,
        held_on="20/11/2026",
        assessment="Chuyển biến rõ.",
        good_models="Chi bộ Đồng Muối.",
        lessons="Chuẩn bị kỹ.",
    )
    review.refresh_from_db()
    assert (review.state, review.held_on, review.lessons) == ("held", D(2026, 11, 20), "Chuẩn bị kỹ.")
    clock = Deadline.objects.get(item_id=review.pk, duty="hold_review")
    assert (clock.state, clock.met_on) == ("met", D(2026, 11, 20))
    kept = {
        (one.indicator_id, one.organisation_id): (one.counted, one.total, one.value, one.target)
        for one in KeptFigure.objects.all()
    }
    assert kept[examined.pk, commune.pk] == (1, 3, N("33.3"), 30)
    assert kept[examined.pk, cell.pk] == (1, 1, 100, 100)
    assert kept[typed.pk, commune.pk] == (1, 1, N("12.5"), None)
    assert kept[typed.pk, cell.pk] == (1, 1, 2, None)
    # what happens later changes nothing of it
    starts.stop(acting_user=cast["chair"], case=case, reason="Trùng.", now=NOW)
    indicators.type_figure(indicator=typed, facts=typed_facts(commune, value=N(1), reason="Sửa."), **by)
    figure = KeptFigure.objects.get(indicator=examined, organisation=commune)
    assert (figure.counted, rows_kept(figure).filter(counts=True).count()) == (1, 1)
    told = KeptRow.objects.get(indicator=examined, counts=True)
    assert (told.told, told.organisation) == (str(cell), cell)
    assert audit.entries_of(commune).get(verb="hold_review").new["figures"] == 8
    kind = ContentType.objects.get_for_model(Review)
    assert not WorkItem.objects.filter(about_type=kind, about_id=review.pk, done_at=None).exists()


def test_a_kept_figure_that_its_rows_do_not_bear_out_is_found(scheme, by, examined):
    review = plan(scheme, by)
    reviews.hold_review(review=review, held=reviews.Held(TODAY, "Tốt"), **by)
    # held past the engine: its process is ended as the engine would
    Process.objects.filter(artifact_object_id=review.pk).update(status="DONE", finished=NOW)
    assert list(invariants.reviews_equal_lists(NOW)) == []
    figure = KeptFigure.objects.get(organisation=scheme.organisation)
    KeptFigure.objects.filter(pk=figure.pk).update(counted=1)
    assert "says 1 of 3, and its list 0 of 3" in {one.what for one in invariants.reviews_equal_lists(NOW)}
    KeptFigure.objects.filter(pk=figure.pk).update(counted=0, value=5)
    assert len(list(invariants.reviews_equal_lists(NOW))) == 1
    KeptFigure.objects.filter(pk=figure.pk).update(value=0)


def test_a_cell_reads_the_total_of_a_review_and_its_own_rows(cast, scheme, by, examined):
    review = plan(scheme, by)
    do(cast["office_chief"], review, "hold_review", NOW, held_on="20/11/2026", assessment="Tốt")
    (_indicator, shown) = kept_of(review, cast["dm_secretary"])[0]
    told = [(one.figure.organisation, one.is_open) for one in shown]
    assert told == [(scheme.organisation, False), (cast.organisation("dong_muoi"), True)]
    rows = policy.visible(cast["dm_secretary"], KeptRow.objects.all(), NOW)
    assert [one.organisation for one in rows] == [cast.organisation("dong_muoi")]
    assert len(kept_of(review, cast["secretary"])[0][1]) == 4


@pytest.mark.parametrize(
    ("day", "assessment", "field"),
    [("24/11/2026", "Tốt", "held_on"), ("31/12/2025", "Tốt", "held_on"), ("20/11/2026", " ", "assessment")],
)
def test_a_review_is_held_on_a_day_of_its_year_with_words(cast, client, scheme, by, day, assessment, field):
    review = plan(scheme, by)
    item = item_of(review, "hold_review")
    client.force_login(cast["office_chief"], backend="permissions.backend.OfficeBackend")
    with time_machine.travel(NOW, tick=False):
        page = client.post(
            item.get_absolute_url(),
            {"held_on": day, "assessment": assessment, "lessons": "Giữ lại chữ này.", "submit": "1"},
        )
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "Giữ lại chữ này." in page.content.decode()
    assert Review.objects.get().state == "planned"
    assert KeptFigure.objects.count() == 0


def test_the_clock_of_a_review_hangs_on_a_row_that_the_policy_knows(scheme, by):
    review = plan(scheme, by)
    kind = ContentType.objects.get_for_model(review)
    assert Deadline.objects.get(item_type=kind).item == review
    assert Review in policy.registered_models()
