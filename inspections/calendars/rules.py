"""The arithmetic of dates: pure, total, exact. No other module computes a date (domain.md §4.2, §9).

All dates are business dates in Asia/Ho_Chi_Minh. Limits count the day after the event as day 1 unless the start
day counts; a due date is included: work done on it is in time.
"""

import calendar
import datetime
from collections.abc import Iterable, Mapping, Sequence
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
class Week:
    """Which weekdays are worked from the first day to the last (None: until further notice)."""

    weekdays: frozenset[int]
    first: Date
    last: Date | None = None

    def holds_on(self, day: Date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked. `rests` and `worked` map days to their names; weekdays are 0 (Monday) to 6.

    weeks: the working weeks, of which the first that holds on a day counts; `working_week` where none does.
    known_years: of which days are kept; what comes after the first and is not among them is not known yet."""

    rests: Mapping[Date, str] = field(default_factory=dict)
    worked: Mapping[Date, str] = field(default_factory=dict)
    provisional_years: frozenset[int] = frozenset()
    working_week: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    weeks: tuple[Week, ...] = ()
    known_years: frozenset[int] = frozenset()

    def is_worked_weekday(self, day: Date) -> bool:
        """Whether the working week has the weekday of the day, whatever day of rest or of work it is."""
        for week in self.weeks:
            if week.holds_on(day):
                return day.weekday() in week.weekdays
        return day.weekday() in self.working_week

    def is_working_day(self, day: Date) -> bool:
        if day in self.worked:
            return True
        return day not in self.rests and self.is_worked_weekday(day)

    def is_provisional_year(self, year: int) -> bool:
        """Whether the holidays of the year are not decreed yet."""
        if year in self.provisional_years:
            return True
        # before the first year that is kept nothing is told of
        return bool(self.known_years) and year > min(self.known_years) and year not in self.known_years

    def is_provisional(self, day: Date) -> bool:
        """Whether the holidays of the day's year are not decreed yet."""
        return self.is_provisional_year(day.year)

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
            if before < day <= due and days.is_worked_weekday(day)
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
    return Due(due, skipped, rolled_from, any(map(days.is_provisional_year, years)), worked)


def lengthened(due: Date, amount: int, unit: Unit, days: WorkingCalendar) -> Date:
    """The day when `amount` more of the unit is given to a limit that ends on `due`; nothing is rolled."""
    if unit is Unit.WORKING:
        return days.add_working_days(due, amount)
    if unit is Unit.CALENDAR:
        return due + ONE_DAY * amount
    return add_months(due, amount * (12 if unit is Unit.YEAR else 1))


def after_pause(due: Date, held_from: Date, held_to: Date, unit: Unit, days: WorkingCalendar) -> Date:
    """The new day of a limit that stood still from `held_from` to `held_to`: the time that was left runs on from the
    day after `held_to`, in the unit of the limit. What was late stays as late, in calendar days.

    The day on which a clock stops counts as used, that on which it starts again does not."""
    if unit is Unit.WORKING and due >= held_from:
        return days.add_working_days(held_to, days.working_days_between(held_from, due))
    return held_to + (due - held_from)


class AfterReturn(StrEnum):
    """What a clock does that comes back to whoever owes (architecture.md §7)."""

    TIME_LEFT = "time_left"
    SAME_DAY = "same_day"
    ANEW = "anew"


@dataclass(frozen=True)
class Granted:
    """What moved a clock after its start, in the order in which it was granted.

    Either `amount` of `unit` more; or a pause from one day to another with what it does to the day; or a day that was
    set."""

    amount: int | None = None
    unit: Unit = Unit.CALENDAR
    pause: tuple[Date, Date] | None = None
    after: AfterReturn = AfterReturn.TIME_LEFT
    day: Date | None = None


@dataclass(frozen=True)
class Basis:
    """From what a due day is counted: a start with its limit, or a day that was set in words."""

    start: Date
    limit: Limit | None = None
    day: Date | None = None

    @property
    def unit(self) -> Unit:
        return self.limit.unit if self.limit is not None else Unit.CALENDAR


def due_of(basis: Basis, granted: Sequence[Granted], days: WorkingCalendar) -> Due:
    """The due day of a clock from what it rests on and all that was granted since: the one way to count it again.

    Extensions and pauses are kept whatever happens to rule or calendar; only at the end a rest day rolls. Raises
    ValueError when the basis names neither a limit nor a day."""
    if basis.limit is not None:
        plain = Limit(basis.limit.amount, basis.limit.unit, basis.limit.counts_start_day)
        due = due_after(basis.start, plain, days).due_on
    elif basis.day is not None:
        due = basis.day
    else:
        raise ValueError("neither a limit nor a day")
    for one in granted:
        due = _granted(due, one, basis, days)
    is_set = bool(granted) and granted[-1].day is not None  # a day that was decided on stays where it was put
    rolls = basis.limit is not None and basis.limit.rolls and not is_set
    rolled_from = due if rolls and not days.is_working_day(due) else None
    due = days.roll(due) if rolled_from is not None else due
    counted = basis.limit is not None and basis.limit.unit is Unit.WORKING
    first = basis.start - ONE_DAY if basis.limit is not None and basis.limit.counts_start_day else basis.start
    skipped = tuple(
        (day, name)
        for day, name in sorted(days.rests.items())
        if counted and first < day <= due and days.is_worked_weekday(day)
    )
    worked = tuple((day, name) for day, name in sorted(days.worked.items()) if basis.limit and first < day <= due)
    years = range(basis.start.year, due.year + 1) if basis.limit is not None else (due.year,)
    return Due(due, skipped, rolled_from, any(map(days.is_provisional_year, years)), worked)


def _granted(due: Date, one: Granted, basis: Basis, days: WorkingCalendar) -> Date:
    if one.day is not None:
        return one.day
    if one.amount is not None:
        return lengthened(due, one.amount, one.unit, days)
    assert one.pause is not None
    if one.after is AfterReturn.SAME_DAY:
        return due
    if one.after is AfterReturn.ANEW and basis.limit is not None:
        plain = Limit(basis.limit.amount, basis.limit.unit)
        return due_after(one.pause[1], plain, days).due_on
    return after_pause(due, *one.pause, basis.unit, days)


@dataclass(frozen=True)
class ExtensionRule:
    """How much longer a limit may become: at most one `part`-th of it, at most `amount` of its unit, at most `count`
    times. None: the rule does not say."""

    limit: int | None = None
    part: int | None = None
    amount: int | None = None
    count: int | None = None

    @property
    def maximum(self) -> int | None:
        """The most that may be given in all, in the unit of the limit; None when no rule bounds it (domain.md §4.2:
        ⌊limit / part⌋)."""
        known = [] if self.amount is None else [self.amount]
        if self.part and self.limit is not None:
            known.append(self.limit // self.part)
        return min(known) if known else None

    def left(self, granted: Iterable[int]) -> int | None:
        """How much may still be given after what was granted: 0 for none, None when nothing bounds it."""
        amounts = list(granted)
        if self.count is not None and len(amounts) >= self.count:
            return 0
        return None if self.maximum is None else max(0, self.maximum - sum(amounts))


@dataclass(frozen=True)
class Held:
    """A stretch of days during which one side held a matter: the days after `first` up to and including `last`.

    due_on: the last day in time that counted for whoever held it, None when it had none."""

    holder: int
    first: Date
    last: Date
    due_on: Date | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days

    @property
    def late(self) -> int:
        """Calendar days of the stretch that lie after its due day."""
        return 0 if self.due_on is None else max(0, (self.last - max(self.first, self.due_on)).days)


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


def months_from_to(first: Date, last: Date) -> list[tuple[Date, list[Date]]]:
    """The months in which the days lie: first day of each, and its days in whole weeks from Monday on."""
    months, month = [], first.replace(day=1)
    while month <= last:
        weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
        months.append((month, [day for week in weeks for day in week]))
        month = add_months(month, 1)
    return months


def year_of(year: int) -> tuple[Date, Date]:
    """First and last day of a year."""
    return Date(year, 1, 1), Date(year, 12, 31)


def quarter_end(day: Date) -> Date:
    """The last day of the quarter of a day."""
    last = (day.month + 2) // 3 * 3
    return month_slot(day.year, last, last)[1]


def day_before(day: Date) -> Date:
    return day - ONE_DAY


def days_after(day: Date, amount: int) -> Date:
    """The day `amount` calendar days later (earlier when negative)."""
    return day + ONE_DAY * amount


def span_of_days(amount: int) -> datetime.timedelta:
    """So many times 24 hours, to be added to a moment; added to a date, so many calendar days."""
    return ONE_DAY * amount


def formal_date(day: Date) -> str:
    """A date as documents write it: zero before days below 10 and months 1 and 2 (domain.md §8.1)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
