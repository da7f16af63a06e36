"""The flags of a cell's months: a truth table for each, and what holds of all."""

import datetime
from datetime import date as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.meetings.rules import Rating
from inspections.superiors.rules import (
    OF_CELLS,
    Flag,
    Life,
    MeetingFacts,
    Setting,
    flags_of,
    is_counted,
    runs_of,
    shade_of_share,
)
from tests.meetings.held import moment

SINCE = D(2026, 1, 1)
SETTINGS = {
    Flag.NO_REGULAR: Setting(SINCE, 2),
    Flag.NO_THEMATIC: Setting(SINCE, 2),
    Flag.UNVISITED: Setting(SINCE, 6),
    Flag.POOR: Setting(SINCE, rating=Rating.AVERAGE),
    Flag.ABSENT: Setting(SINCE, 2),
    Flag.LATE: Setting(SINCE, 1),
    Flag.NOT_HELD: Setting(SINCE, 2),
}
ALWAYS = Life()
OCTOBER, TODAY = D(2026, 10, 1), D(2026, 11, 23)


def meeting(month: D = OCTOBER, *, day: int = 5, held: str | None = "same", **facts) -> MeetingFacts:
    """A regular meeting planned at 19:00 of the day; held: the moment it began, "same" as planned, None not held."""
    planned = moment(f"{month:%Y-%m}-{day:02d} 19:00")
    started = planned if held == "same" else moment(held) if held else None
    values = {"is_regular": True, "is_visited": True, **facts}
    return MeetingFacts(month, planned_on=planned.date(), started_on=started.date() if started else None, **values)


def told(meetings, month: D = OCTOBER, today: D = TODAY, life: Life = ALWAYS, settings=SETTINGS) -> dict[str, int]:
    return {flag.value: many for flag, many in flags_of(month, meetings, life, settings, today).items()}


def test_a_cell_that_does_all_is_flagged_with_nothing():
    assert told([meeting()]) == {}


@pytest.mark.parametrize(
    ("today", "flags"),
    [
        (D(2026, 10, 31), {}),
        (D(2026, 11, 2), {}),
        (D(2026, 11, 3), {"no_regular": 1}),
    ],
)
def test_no_regular_meeting_is_told_when_the_days_of_grace_are_over(today, flags):
    visited = meeting(D(2026, 9, 1))
    assert told([visited], today=today) == flags


@pytest.mark.parametrize(
    ("meetings", "is_told"),
    [
        ([], True),
        ([meeting(held=None)], True),
        ([meeting(is_regular=False)], True),
        ([meeting(D(2026, 9, 1))], True),
        ([meeting()], False),
        ([meeting(held="2026-10-30 19:00")], False),
    ],
)
def test_only_a_regular_meeting_held_in_the_month_is_one(meetings, is_told):
    assert ("no_regular" in told(meetings)) == is_told


@pytest.mark.parametrize(
    ("life", "is_told"),
    [
        (Life(), True),
        (Life(starts_on=D(2026, 10, 1)), True),
        (Life(starts_on=D(2026, 10, 2)), False),
        (Life(ends_on=D(2026, 10, 31)), True),
        (Life(ends_on=D(2026, 10, 30)), False),
    ],
)
def test_meetings_are_asked_of_a_cell_that_was_there_all_month(life, is_told):
    assert ("no_regular" in told([], life=life)) == is_told


@pytest.mark.parametrize(
    ("month", "held_in", "today", "is_told"),
    [
        (D(2026, 9, 1), None, D(2026, 10, 2), False),
        (D(2026, 9, 1), None, D(2026, 10, 3), True),
        (D(2026, 9, 1), D(2026, 7, 1), TODAY, False),
        (D(2026, 9, 1), D(2026, 9, 1), TODAY, False),
        (D(2026, 9, 1), D(2026, 6, 1), TODAY, True),
        (D(2026, 9, 1), D(2026, 10, 1), TODAY, True),
        # the quarter is told of at its end only
        (D(2026, 8, 1), None, TODAY, False),
        (D(2026, 10, 1), None, TODAY, False),
    ],
)
def test_no_thematic_meeting_is_told_at_the_end_of_the_quarter(month, held_in, today, is_told):
    thematic = [meeting(held_in, is_regular=False)] if held_in else []
    assert ("no_thematic" in told([meeting(month), *thematic], month, today)) == is_told


@pytest.mark.parametrize(
    ("visited_in", "month", "is_told"),
    [
        (None, D(2026, 10, 1), True),
        (D(2026, 10, 1), D(2026, 10, 1), False),
        (D(2026, 5, 1), D(2026, 10, 1), False),
        (D(2026, 4, 1), D(2026, 10, 1), True),
        # six months have to lie in the time that counts
        (None, D(2026, 6, 1), True),
        (None, D(2026, 5, 1), False),
        # a month that runs is not over
        (None, D(2026, 11, 1), False),
    ],
)
def test_never_visited_looks_back_as_many_months_as_is_set(visited_in, month, is_told):
    meetings = [meeting(month, is_visited=False)] + ([meeting(visited_in)] if visited_in else [])
    assert ("unvisited" in told(meetings, month)) == is_told


def test_a_visit_to_a_meeting_that_was_not_held_is_none():
    assert "unvisited" in told([meeting(is_visited=False), meeting(D(2026, 9, 1), held=None)])


@pytest.mark.parametrize(
    ("rating", "is_told"),
    [(Rating.POOR, True), (Rating.AVERAGE, True), (Rating.FAIR, False), (Rating.GOOD, False), (None, False)],
)
def test_ratings_up_to_the_one_that_is_set_are_told(rating, is_told):
    assert ("poor" in told([meeting(rating=rating)])) == is_told


def test_each_meeting_that_is_rated_poorly_counts():
    bad = meeting(rating=Rating.POOR)
    assert told([bad, meeting(day=20, is_regular=False, rating=Rating.POOR)]) == {"poor": 2}


@pytest.mark.parametrize(("times", "is_told"), [(0, False), (1, False), (2, True), (5, True)])
def test_absences_running_are_told_from_as_many_as_is_set(times, is_told):
    assert ("absent" in told([meeting(longest_run=times)])) == is_told


@pytest.mark.parametrize(
    ("held", "is_told"),
    [
        ("2026-10-05 19:00", False),
        ("2026-10-06 07:00", False),
        ("2026-10-06 23:59", False),
        ("2026-10-07 00:00", True),
        ("2026-10-01 19:00", False),
        (None, False),
    ],
)
def test_held_late_is_more_than_the_days_after_what_was_planned(held, is_told):
    assert ("late" in told([meeting(held=held)])) == is_told


def test_what_is_known_from_a_list_was_never_held_late():
    """A list tells of no plan: what stands there is an evening that was planned and called off, or the day itself."""
    assert "late" not in told([meeting(held="2026-10-20 00:00", is_listed=True)])


@pytest.mark.parametrize(
    ("today", "held", "is_told"),
    [
        (D(2026, 10, 7), None, False),
        (D(2026, 10, 8), None, True),
        (D(2026, 10, 8), "same", False),
    ],
)
def test_planned_but_not_held_is_told_days_after_the_planned_day(today, held, is_told):
    assert ("not_held" in told([meeting(held=held)], today=today)) == is_told


def test_what_was_called_off_is_not_planned_any_more_and_is_no_meeting():
    assert told([meeting(D(2026, 9, 1)), meeting(held=None, is_called_off=True)]) == {"no_regular": 1}


def test_a_flag_that_is_switched_off_or_too_early_is_never_told():
    assert told([], settings={}) == {}
    assert told([], D(2025, 12, 1)) == {}


@given(st.dates(D(2025, 1, 1), D(2027, 12, 31)), st.integers(0, 40), st.sampled_from(list(Flag)))
def test_what_can_be_told_of_a_month_can_be_told_on_every_later_day(today, later, flag):
    first = is_counted(flag, OCTOBER, SETTINGS, today)
    after = is_counted(flag, OCTOBER, SETTINGS, today + datetime.timedelta(days=later))
    assert after or not first


@given(st.lists(st.sampled_from([D(2026, n, 1) for n in range(4, 11)]), max_size=8), st.booleans())
def test_one_more_meeting_that_is_held_and_visited_never_adds_a_flag_of_the_cell(months, is_regular):
    before = told([meeting(one, is_regular=is_regular) for one in months])
    after = told([meeting(one, is_regular=is_regular) for one in months] + [meeting()])
    assert {flag for flag in after if flag in OF_CELLS} <= set(before)


@pytest.mark.parametrize(
    ("absent", "runs"),
    [
        ([], []),
        ([{1}], [{}]),
        ([{1}, {1}], [{}, {1: 2}]),
        ([{1}, set(), {1}], [{}, {}, {}]),
        ([{1, 2}, {1}, {1, 2}, {2}], [{}, {1: 2}, {1: 3}, {2: 2}]),
    ],
)
def test_a_run_is_broken_by_one_meeting_that_is_attended(absent, runs):
    assert runs_of(absent) == runs


@pytest.mark.parametrize(
    ("part", "whole", "shade"), [(0, 0, 0), (10, 10, 0), (9, 10, 1), (8, 10, 1), (79, 100, 2), (5, 10, 2), (4, 10, 3)]
)
def test_the_fewer_cells_met_the_stronger_the_square(part, whole, shade):
    assert shade_of_share(part, whole) == shade
