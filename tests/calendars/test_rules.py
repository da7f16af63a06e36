"""The arithmetic of dates, as a truth table and by its laws (domain.md §4.2, §9)."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.calendars.rules import (
    Limit,
    Unit,
    Words,
    WorkingCalendar,
    add_months,
    days_late,
    due_after,
    due_from_words,
    practical_day,
)

D = datetime.date
ONE_DAY = datetime.timedelta(days=1)
CULTURE = {D(2026, 11, 24): "Ngày Văn hóa Việt Nam"}
TET = {D(2026, 2, day): "Tết Nguyên đán" for day in range(16, 21)}
DAYS = WorkingCalendar(
    rests={**CULTURE, **TET, D(2026, 8, 31): "Nghỉ hoán đổi"},
    worked={D(2026, 8, 22): "Làm bù"},
    provisional_years=frozenset({2027}),
)
WORKING, CALENDAR, MONTH, YEAR = Unit.WORKING, Unit.CALENDAR, Unit.MONTH, Unit.YEAR
COUNTED, ROLLED = {"counts_start_day": True}, {"rolls": True}

# start, amount, unit, how it is counted, last day in time
DUE = [
    # the day after the event is day 1; 24/11 is skipped
    (D(2026, 11, 2), 20, WORKING, {}, D(2026, 12, 1)),
    (D(2026, 11, 2), 26, WORKING, {}, D(2026, 12, 9)),
    (D(2026, 11, 2), 30, WORKING, {}, D(2026, 12, 15)),
    (D(2026, 11, 23), 1, WORKING, {}, D(2026, 11, 25)),
    # an event on a day of rest: counting begins with the first worked day after it
    (D(2026, 11, 24), 1, WORKING, {}, D(2026, 11, 25)),
    (D(2026, 11, 21), 1, WORKING, {}, D(2026, 11, 23)),
    # across Tết: the whole week of 16 to 20/02 is skipped
    (D(2026, 2, 13), 1, WORKING, {}, D(2026, 2, 23)),
    (D(2026, 2, 10), 5, WORKING, {}, D(2026, 2, 24)),
    # a worked Saturday counts, the Monday it is worked for does not
    (D(2026, 8, 21), 1, WORKING, {}, D(2026, 8, 22)),
    (D(2026, 8, 28), 1, WORKING, {}, D(2026, 9, 1)),
    # the start day counts
    (D(2026, 11, 2), 20, WORKING, COUNTED, D(2026, 11, 30)),
    (D(2026, 11, 24), 1, WORKING, COUNTED, D(2026, 11, 25)),
    (D(2026, 10, 5), 5, WORKING, {}, D(2026, 10, 12)),
    # calendar days do not care for rest, unless the last day rolls
    (D(2026, 10, 5), 30, CALENDAR, {}, D(2026, 11, 4)),
    (D(2026, 10, 5), 40, CALENDAR, {}, D(2026, 11, 14)),
    (D(2026, 10, 5), 40, CALENDAR, ROLLED, D(2026, 11, 16)),
    (D(2026, 10, 25), 30, CALENDAR, ROLLED, D(2026, 11, 25)),
    (D(2026, 10, 5), 30, CALENDAR, COUNTED, D(2026, 11, 3)),
    (D(2026, 8, 3), 90, CALENDAR, {}, D(2026, 11, 1)),
    (D(2026, 8, 3), 120, CALENDAR, {}, D(2026, 12, 1)),
    (D(2026, 11, 12), 15, WORKING, {}, D(2026, 12, 4)),
    # months end where the shorter month ends
    (D(2026, 1, 31), 1, MONTH, {}, D(2026, 2, 28)),
    (D(2027, 12, 31), 2, MONTH, {}, D(2028, 2, 29)),
    (D(2026, 11, 30), 3, MONTH, {}, D(2027, 2, 28)),
    (D(2026, 10, 15), 1, MONTH, ROLLED, D(2026, 11, 16)),
    (D(2026, 10, 15), 1, MONTH, COUNTED, D(2026, 11, 14)),
    (D(2028, 2, 29), 1, YEAR, {}, D(2029, 2, 28)),
    (D(2026, 7, 1), 5, YEAR, {}, D(2031, 7, 1)),
]


@pytest.mark.parametrize(("start", "amount", "unit", "counted", "due"), DUE)
def test_last_day_in_time(start, amount, unit, counted, due):
    assert due_after(start, Limit(amount, unit, **counted), DAYS).due_on == due


def test_skipped_days_are_named_and_those_of_weekends_are_not():
    skipped = due_after(D(2026, 11, 2), Limit(20, WORKING), DAYS).skipped
    assert skipped == ((D(2026, 11, 24), "Ngày Văn hóa Việt Nam"),)
    weekend = WorkingCalendar(rests={D(2026, 11, 22): "Chủ nhật có tên"})
    assert due_after(D(2026, 11, 20), Limit(3, WORKING), weekend).skipped == ()


def test_a_limit_of_calendar_days_names_no_skipped_day():
    assert due_after(D(2026, 11, 2), Limit(30, CALENDAR), DAYS).skipped == ()


def test_the_day_rolled_from_is_told():
    assert due_after(D(2026, 10, 5), Limit(40, CALENDAR, rolls=True), DAYS).rolled_from == D(2026, 11, 14)
    assert due_after(D(2026, 10, 5), Limit(30, CALENDAR, rolls=True), DAYS).rolled_from is None


@pytest.mark.parametrize(
    ("start", "amount", "is_provisional"),
    [(D(2026, 11, 2), 20, False), (D(2026, 12, 15), 20, True), (D(2027, 3, 1), 5, True)],
)
def test_a_limit_that_reaches_a_year_without_decree_is_provisional(start, amount, is_provisional):
    assert due_after(start, Limit(amount, WORKING), DAYS).is_provisional is is_provisional


# words, day named, last day in time, last working day up to it
NAMED = [
    (Words.BEFORE, D(2026, 10, 31), D(2026, 10, 30), D(2026, 10, 30)),
    (Words.BEFORE, D(2026, 11, 30), D(2026, 11, 29), D(2026, 11, 27)),
    (Words.AT_LATEST, D(2026, 11, 30), D(2026, 11, 30), D(2026, 11, 30)),
    (Words.AT_LATEST, D(2026, 10, 31), D(2026, 10, 31), D(2026, 10, 30)),
    (Words.BEFORE, D(2026, 11, 25), D(2026, 11, 24), D(2026, 11, 23)),
    (Words.AT_LATEST, D(2026, 2, 20), D(2026, 2, 20), D(2026, 2, 13)),
    (Words.BEFORE, D(2027, 1, 1), D(2026, 12, 31), D(2026, 12, 31)),
]


@pytest.mark.parametrize(("words", "day", "due", "practical"), NAMED)
def test_before_leaves_the_day_out_and_at_latest_takes_it_in(words, day, due, practical):
    assert due_from_words(words, day) == due
    assert practical_day(due, DAYS) == practical


@pytest.mark.parametrize(
    ("due", "today", "late"),
    [
        (D(2026, 12, 1), D(2026, 12, 1), 0),
        (D(2026, 12, 1), D(2026, 12, 2), 1),
        (D(2026, 12, 1), D(2026, 11, 1), 0),
        (D(2026, 10, 30), D(2026, 11, 2), 3),
    ],
)
def test_late_from_the_day_after(due, today, late):
    assert days_late(due, today) == late


@pytest.mark.parametrize(
    ("start", "end", "between"),
    [
        (D(2026, 11, 30), D(2026, 12, 1), 1),
        (D(2026, 11, 23), D(2026, 11, 24), 0),
        (D(2026, 11, 23), D(2026, 11, 25), 1),
        (D(2026, 12, 1), D(2026, 11, 30), -1),
        (D(2026, 2, 13), D(2026, 2, 23), 1),
    ],
)
def test_working_days_that_are_left(start, end, between):
    assert DAYS.working_days_between(start, end) == between


days = st.dates(D(2020, 1, 1), D(2035, 12, 31))
calendars = st.builds(
    lambda rests, worked: WorkingCalendar(
        rests=dict.fromkeys(rests, "nghỉ"), worked=dict.fromkeys(worked - rests, "làm bù")
    ),
    st.sets(days, max_size=30),
    st.sets(days, max_size=10),
)
limits = st.builds(Limit, st.integers(0, 120), st.sampled_from(Unit), st.booleans(), st.booleans())


@given(days, st.integers(1, 120), calendars)
def test_so_many_working_days_lie_between_start_and_due(start, amount, calendar):
    due = due_after(start, Limit(amount, WORKING), calendar).due_on
    assert calendar.is_working_day(due)
    assert calendar.working_days_between(start, due) == amount


@given(days, limits, calendars)
def test_more_time_never_ends_earlier(start, limit, calendar):
    longer = Limit(limit.amount + 1, limit.unit, limit.counts_start_day, limit.rolls)
    assert due_after(start, longer, calendar).due_on >= due_after(start, limit, calendar).due_on


@given(days, limits, calendars)
def test_a_later_start_never_ends_earlier(start, limit, calendar):
    assert due_after(start + ONE_DAY, limit, calendar).due_on >= due_after(start, limit, calendar).due_on


@given(days, limits, calendars)
def test_one_more_holiday_never_shortens(start, limit, calendar):
    before = due_after(start, limit, calendar)
    holiday = WorkingCalendar(
        rests={**calendar.rests, before.due_on: "ngày lễ mới"},
        worked={day: name for day, name in calendar.worked.items() if day != before.due_on},
    )
    assert due_after(start, limit, holiday).due_on >= before.due_on


@given(days, limits, calendars)
def test_a_rolled_day_is_worked_and_never_earlier(start, limit, calendar):
    plain = due_after(start, Limit(limit.amount, limit.unit, limit.counts_start_day), calendar).due_on
    rolled = due_after(start, Limit(limit.amount, limit.unit, limit.counts_start_day, True), calendar).due_on
    assert calendar.is_working_day(rolled)
    assert rolled >= plain
    assert all(not calendar.is_working_day(plain + ONE_DAY * n) for n in range((rolled - plain).days))


@given(days, st.integers(1, 60), calendars)
def test_counting_the_start_day_costs_one_working_day_at_most(start, amount, calendar):
    counted = due_after(start, Limit(amount, WORKING, counts_start_day=True), calendar).due_on
    plain = due_after(start, Limit(amount, WORKING), calendar).due_on
    assert calendar.working_days_between(counted, plain) == (1 if calendar.is_working_day(start) else 0)


@given(days, calendars)
def test_the_practical_day_is_the_nearest_worked_one_up_to_the_due_day(due, calendar):
    practical = practical_day(due, calendar)
    assert practical <= due
    assert calendar.is_working_day(practical)
    assert calendar.working_days_between(practical, due) == 0


@given(days)
def test_before_a_day_is_at_latest_the_day_before(day):
    assert due_from_words(Words.BEFORE, day) == due_from_words(Words.AT_LATEST, day - ONE_DAY)


@given(days, st.integers(-120, 120))
def test_months_keep_the_day_or_end_the_month(start, amount):
    moved = add_months(start, amount)
    assert (moved.year - start.year) * 12 + moved.month - start.month == amount
    assert moved.day == start.day or (moved + ONE_DAY).day == 1
