"""The arithmetic of dates: pure, total, exact. No other module computes a date (domain.md §4.2, §9).

All dates are business dates in Asia/Ho_Chi_Minh. Limits count the day after the event as day 1 unless the start
day counts; a due date is included: work done on it is in time.
"""

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Date = datetime.date
ONE_DAY = datetime.timedelta(days=1)
SOON = 7  # days within which what is due is told apart: on lists, boards and My work


class Unit(StrEnum):
    CALENDAR = "calendar"
    WORKING = "working"
    MONTH = "month"
    YEAR = "year"


class Words(StrEnum):
    """In which words a day was set: "trước ngày D" excludes D, "chậm nhất ngày D" includes it (§9)."""

    BEFORE = "before"
    AT_LATEST = "at_latest"


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked. `rests` and `worked` map days to their names; weekdays are 0 (Monday) to 6."""

    rests: Mapping[Date, str] = field(default_factory=dict)
    worked: Mapping[Date, str] = field(default_factory=dict)
    provisional_years: frozenset[int] = frozenset()
    working_week: frozenset[int] = frozenset({0, 1, 2, 3, 4})

    def is_working_day(self, day: Date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() in self.working_week and day not in self.rests

    def is_provisional(self, day: Date) -> bool:
        """Whether the holidays of the day's year are not decreed yet."""
        return day.year in self.provisional_years

    def roll(self, day: Date) -> Date:
        """The day itself when it is worked, else the next working day."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def last_working_day(self, day: Date) -> Date:
        """The day itself when it is worked, else the working day before it."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def add_working_days(self, start: Date, amount: int) -> Date:
        """The `amount`-th working day after `start` (amount 0: the start itself)."""
        day = start
        for _number in range(amount):
            day = self.roll(day + ONE_DAY)
        return day

    def working_days_between(self, start: Date, end: Date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (end - start).days
        return sum(self.is_working_day(start + ONE_DAY * number) for number in range(1, days + 1))


def add_months(start: Date, amount: int) -> Date:
    """The same day `amount` months later, or the last day of that month when it has no such day."""
    years, month = divmod(start.month - 1 + amount, 12)
    year = start.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return Date(year, month + 1, min(start.day, last))


@dataclass(frozen=True)
class Limit:
    """How much time: an amount of a unit, whether the start day counts, whether a rest day rolls forward."""

    amount: int
    unit: Unit
    counts_start_day: bool = False
    rolls: bool = False


@dataclass(frozen=True)
class Due:
    """A due day (included) with what explains it."""

    due_on: Date
    skipped: tuple[tuple[Date, str], ...] = ()
    rolled_from: Date | None = None
    is_provisional: bool = False
    worked: tuple[tuple[Date, str], ...] = ()


def due_after(start: Date, limit: Limit, days: WorkingCalendar) -> Due:
    """The last day in time for a limit that runs from `start`.

    skipped: the named rest days that fell on weekdays within a limit of working days. worked: the days up to the last
    one that are worked against their weekday."""
    amount = limit.amount
    before = start - ONE_DAY if limit.counts_start_day else start
    skipped: tuple[tuple[Date, str], ...] = ()
    if limit.unit is Unit.WORKING:
        due = days.add_working_days(before, amount)
        skipped = tuple(
            (day, name)
            for day, name in sorted(days.rests.items())
            if before < day <= due and day.weekday() in days.working_week
        )
    elif limit.unit is Unit.CALENDAR:
        due = before + ONE_DAY * amount
    else:
        months = amount * (12 if limit.unit is Unit.YEAR else 1)
        due = add_months(start, months) - (ONE_DAY if limit.counts_start_day else ONE_DAY * 0)
    rolled_from = None
    if limit.rolls and not days.is_working_day(due):
        rolled_from, due = due, days.roll(due)
    years = range(start.year, due.year + 1)
    worked = tuple((day, name) for day, name in sorted(days.worked.items()) if before < day <= due)
    return Due(due, skipped, rolled_from, any(year in days.provisional_years for year in years), worked)


def due_from_words(words: Words, day: Date) -> Date:
    """The last safe day of "trước ngày D" (the day before D) or "chậm nhất ngày D" (D itself)."""
    return day - ONE_DAY if words is Words.BEFORE else day


def practical_day(due_on: Date, days: WorkingCalendar) -> Date:
    """The last working day up to the due day: when the work had better be handed in."""
    return days.last_working_day(due_on)


def days_late(due_on: Date, today: Date) -> int:
    """Calendar days past the due day; 0 when not late."""
    return max(0, (today - due_on).days)


def month_slot(year: int, first_month: int, last_month: int) -> tuple[Date, Date]:
    """First and last day of a slot of whole months of a year."""
    return Date(year, first_month, 1), Date(year, last_month, calendar.monthrange(year, last_month)[1])


def quarter_end(day: Date) -> Date:
    """The last day of the quarter of a day."""
    last = (day.month + 2) // 3 * 3
    return month_slot(day.year, last, last)[1]


def day_before(day: Date) -> Date:
    return day - ONE_DAY


def days_after(day: Date, amount: int) -> Date:
    """The day `amount` calendar days later (earlier when negative)."""
    return day + ONE_DAY * amount


def formal_date(day: Date) -> str:
    """A date as documents write it: zero before days below 10 and months 1 and 2 (domain.md §8.1)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
