"""The flags of the months of a cell: pure rules over facts, by settings that are data (domain.md §6.1, §6.5)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inspections.calendars.rules import add_months, day_before, days_after
from inspections.meetings.rules import Rating

MONTHS = 12  # of the pictures
LEAST_RUN = 2  # one absence is no run
QUARTER = 3  # months


class Flag(StrEnum):
    """What is told of a month of a cell."""

    NO_REGULAR = "no_regular"
    NO_THEMATIC = "no_thematic"
    UNVISITED = "unvisited"
    POOR = "poor"
    ABSENT = "absent"
    LATE = "late"
    NOT_HELD = "not_held"


# of a cell that lacks something; the others are of one of its meetings
OF_CELLS = (Flag.NO_REGULAR, Flag.NO_THEMATIC, Flag.UNVISITED)
OF_MEETINGS = (Flag.POOR, Flag.ABSENT, Flag.LATE, Flag.NOT_HELD)


@dataclass(frozen=True)
class Setting:
    """What counts as a flag. amount: days of grace, months looked back at, or times running. rating: the best one that
    is told. since: first day of the first month that counts."""

    since: datetime.date
    amount: int = 0
    rating: Rating | None = None


Settings = Mapping[Flag, Setting]


@dataclass(frozen=True)
class MeetingFacts:
    """What the record says of one meeting. month: its first day. longest_run: the most times running that a member was
    absent, up to this regular meeting. is_visited: a superior attended; a remark is written at a desk too.
    is_called_off: in its month, so that it was not planned any more. is_listed: known from a list, which tells of no
    plan."""

    month: datetime.date
    is_regular: bool
    planned_on: datetime.date
    started_on: datetime.date | None = None
    rating: Rating | None = None
    longest_run: int = 0
    is_visited: bool = False
    is_called_off: bool = False
    is_listed: bool = False

    @property
    def is_held(self) -> bool:
        return self.started_on is not None


@dataclass(frozen=True)
class Life:
    """From when to when a cell is there; None: always."""

    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None

    def is_asked(self, month: datetime.date) -> bool:
        """Whether a meeting is asked of it: it was there for the whole of the month."""
        begun = self.starts_on is None or self.starts_on <= month
        return begun and (self.ends_on is None or self.ends_on >= last_of(month))


def last_of(month: datetime.date) -> datetime.date:
    """The last day of a month, by its first."""
    return day_before(add_months(month, 1))


def quarter_of(month: datetime.date) -> list[datetime.date]:
    """The months of the quarter that ends with the month."""
    return [add_months(month, -back) for back in reversed(range(QUARTER))]


def quarter_until(month: datetime.date) -> list[datetime.date]:
    """The months of the quarter of the month, up to the month itself."""
    return [add_months(month, -back) for back in reversed(range((month.month - 1) % QUARTER + 1))]


def looked_back(month: datetime.date, setting: Setting) -> list[datetime.date]:
    """The months in which a visit is looked for, the month itself the last."""
    return [add_months(month, -back) for back in reversed(range(setting.amount))]


def is_counted(flag: Flag, month: datetime.date, settings: Settings, today: datetime.date) -> bool:
    """Whether the flag can be told of the month: it is told at all, the month is not too early, and what may still be
    done in time is not missed yet."""
    setting = settings.get(flag)
    if setting is None or month < setting.since or month > today:
        return False
    if flag is Flag.NO_REGULAR:
        return today > days_after(last_of(month), setting.amount)
    if flag is Flag.NO_THEMATIC:
        return month.month % QUARTER == 0 and today > days_after(last_of(month), setting.amount)
    if flag is Flag.UNVISITED:
        return today > last_of(month) and looked_back(month, setting)[0] >= setting.since
    return True


def ratings_told(setting: Setting) -> list[Rating]:
    """The rating of the setting and the worse ones."""
    order = list(Rating)
    return order[: order.index(setting.rating) + 1] if setting.rating is not None else []


def meeting_has(flag: Flag, one: MeetingFacts, settings: Settings, today: datetime.date) -> bool:
    """Whether a flag of meetings is told of this one."""
    if not is_counted(flag, one.month, settings, today):
        return False
    setting = settings[flag]
    if flag is Flag.POOR:
        return one.rating in ratings_told(setting)
    if flag is Flag.ABSENT:
        return one.is_regular and one.longest_run >= setting.amount
    if flag is Flag.LATE:
        if one.started_on is None or one.is_listed:
            return False
        return one.started_on > days_after(one.planned_on, setting.amount)
    return not one.is_held and not one.is_called_off and days_after(one.planned_on, setting.amount) < today


def flags_of(
    month: datetime.date,
    meetings: Iterable[MeetingFacts],
    life: Life,
    settings: Settings,
    today: datetime.date,
) -> dict[Flag, int]:
    """Flag -> how often it is told of the month of one cell: once of a cell that lacks something, else of each of its
    meetings; flags that are not told are not in it. meetings: of this month and of those before it."""
    meetings = list(meetings)
    found: dict[Flag, int] = {}
    for flag in OF_CELLS:
        if life.is_asked(month) and is_counted(flag, month, settings, today):
            found[flag] = int(_is_missing(flag, month, meetings, settings))
    for flag in OF_MEETINGS:
        found[flag] = sum(one.month == month and meeting_has(flag, one, settings, today) for one in meetings)
    return {flag: number for flag, number in found.items() if number}


def _is_missing(flag: Flag, month: datetime.date, meetings: Sequence[MeetingFacts], settings: Settings) -> bool:
    if flag is Flag.NO_REGULAR:
        return not any(one.is_regular and one.is_held and one.month == month for one in meetings)
    if flag is Flag.NO_THEMATIC:
        quarter = quarter_of(month)
        return not any(not one.is_regular and one.is_held and one.month in quarter for one in meetings)
    months = looked_back(month, settings[flag])
    return not any(one.is_held and one.is_visited and one.month in months for one in meetings)


def runs_of(absent: Sequence[Iterable[int]]) -> list[dict[int, int]]:
    """For each regular meeting of a cell, in their order, who was absent how often running up to it, twice or more.

    absent: the people absent from each meeting, by id. Who was not on its roll was not absent."""
    found: list[dict[int, int]] = []
    running: dict[int, int] = {}
    for people in absent:
        running = {person: running.get(person, 0) + 1 for person in people}
        found.append({person: times for person, times in running.items() if times >= LEAST_RUN})
    return found


def shade_of_share(part: int, whole: int) -> int:
    """How strongly a share is drawn: 0 for all, up to 3 for less than half."""
    if not whole or part >= whole:
        return 0
    return 3 if 2 * part < whole else 2 if 5 * part < 4 * whole else 1
