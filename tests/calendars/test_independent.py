"""The arithmetic of dates against another one, written here from the words of the rules, day by day."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.calendars.rules import Limit, Unit, Week, WorkingCalendar, due_after

D = datetime.date
DAYS = st.dates(D(2025, 1, 1), D(2027, 12, 31))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)


def is_worked(day, rests, worked, weeks):
    """Worked against its weekday; else no day of rest, and of the weekdays of the first week that holds."""
    if day in worked:
        return True
    if day in rests:
        return False
    for weekdays, first, last in weeks:
        if first <= day and (last is None or day <= last):
            return day.isoweekday() - 1 in weekdays
    return day.isoweekday() <= 5


def last_day(start, limit, *calendar):
    """Walks over the days one by one and counts those that count."""
    day, left = start, limit.amount
    if limit.unit in (Unit.MONTH, Unit.YEAR):
        months = limit.amount * (12 if limit.unit is Unit.YEAR else 1)
        year, month, number = start.year, start.month, start.day
        while months:
            year, month, months = (year + 1, 1, months - 1) if month == 12 else (year, month + 1, months - 1)
        while True:
            try:
                day = D(year, month, number)
                break
            except ValueError:
                number -= 1
        if limit.counts_start_day:
            day = D.fromordinal(day.toordinal() - 1)
    else:
        counts = (lambda one: is_worked(one, *calendar)) if limit.unit is Unit.WORKING else (lambda one: True)
        if limit.counts_start_day and counts(day):
            left -= 1
        while left:
            day = D.fromordinal(day.toordinal() + 1)
            left -= counts(day)
    while limit.rolls and not is_worked(day, *calendar):
        day = D.fromordinal(day.toordinal() + 1)
    return day


@st.composite
def calendars(draw):
    rests = draw(st.sets(DAYS, max_size=25))
    worked = draw(st.sets(DAYS, max_size=5))
    weeks = []
    for _number in range(draw(st.integers(0, 2))):
        first = draw(DAYS)
        last = draw(st.none() | st.dates(first, D(2028, 12, 31)))
        weeks.append((draw(WEEKDAYS), first, last))
    return rests, worked, weeks


@given(
    calendar=calendars(),
    start=DAYS,
    amount=st.integers(1, 60),
    unit=st.sampled_from(Unit),
    counts=st.booleans(),
    rolls=st.booleans(),
)
def test_both_come_to_the_same_day(calendar, start, amount, unit, counts, rolls):
    rests, worked, weeks = calendar
    limit = Limit(amount, unit, counts, rolls)
    ours = WorkingCalendar(
        rests=dict.fromkeys(rests, "nghỉ"),
        worked=dict.fromkeys(worked, "làm bù"),
        weeks=tuple(Week(*week) for week in weeks),
    )
    assert due_after(start, limit, ours).due_on == last_day(start, limit, rests, worked, weeks)


@given(start=DAYS, amount=st.integers(1, 60), more=DAYS)
def test_a_day_of_rest_never_brings_a_limit_forward(start, amount, more):
    limit = Limit(amount, Unit.WORKING)
    plain, with_rest = WorkingCalendar(), WorkingCalendar(rests={more: "nghỉ"})
    before, after = (due_after(start, limit, days).due_on for days in (plain, with_rest))
    assert after >= before
    if more > before or more <= start:
        assert after == before, "a day outside the limit does not move it"


# Scenario A: from Mon 02/11/2026 across the Day of Culture
CULTURE = WorkingCalendar(rests={D(2026, 11, 24): "Ngày Văn hóa Việt Nam"})


@pytest.mark.parametrize(
    ("amount", "due"), [(20, D(2026, 12, 1)), (26, D(2026, 12, 9)), (30, D(2026, 12, 15)), (15, D(2026, 11, 23))]
)
def test_scenario_a(amount, due):
    limit = Limit(amount, Unit.WORKING)
    assert due_after(D(2026, 11, 2), limit, CULTURE).due_on == due
    assert last_day(D(2026, 11, 2), limit, {D(2026, 11, 24)}, set(), []) == due
    assert CULTURE.working_days_between(D(2026, 11, 30), D(2026, 12, 1)) == 1


# from Thu 19/11/2026, five working days, by the weekdays that are worked
@pytest.mark.parametrize(
    ("weeks", "due"),
    [
        ((), D(2026, 11, 26)),
        ((Week(frozenset({0, 1, 2, 3, 4, 5}), D(2026, 1, 1)),), D(2026, 11, 25)),
        # the six days begin on Monday 23/11 only
        ((Week(frozenset({0, 1, 2, 3, 4, 5}), D(2026, 11, 23)),), D(2026, 11, 26)),
        # they end on Friday 20/11
        ((Week(frozenset({0, 1, 2, 3, 4, 5}), D(2026, 1, 1), D(2026, 11, 20)),), D(2026, 11, 26)),
        # the nearer tree comes first
        (
            (Week(frozenset({0, 1, 2}), D(2026, 1, 1)), Week(frozenset({0, 1, 2, 3, 4, 5}), D(2026, 1, 1))),
            D(2026, 12, 1),
        ),
    ],
)
def test_the_working_week_counts_from_its_first_day_to_its_last(weeks, due):
    assert due_after(D(2026, 11, 19), Limit(5, Unit.WORKING), WorkingCalendar(weeks=weeks)).due_on == due


def test_a_year_that_is_not_kept_is_provisional_also_between_two_that_are():
    days = WorkingCalendar(provisional_years=frozenset({2027}), known_years=frozenset({2026, 2027, 2029}))
    assert [days.is_provisional_year(year) for year in (2026, 2027, 2028)] == [False, True, True]
    assert not WorkingCalendar().is_provisional_year(2090)
    assert due_after(
        D(2027, 12, 30), Limit(5, Unit.WORKING), WorkingCalendar(known_years=frozenset({2027}))
    ).is_provisional
