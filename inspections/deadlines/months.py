"""The small picture of the months from a start to a due day: what was counted, what was skipped, what stood still."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from inspections.calendars.rules import WorkingCalendar, days_after, months_from_to
from inspections.deadlines.models import Deadline, DeadlineChange

# a picture of more months would not be looked at: the first and the last ones are drawn
MOST = 4


@dataclass(frozen=True)
class Day:
    """A day of the picture. mark: start, counted, skipped, still, due, or empty; number: the how-manieth it counts."""

    date: datetime.date
    mark: str = ""
    number: int | None = None
    name: str = ""
    is_today: bool = False


@dataclass(frozen=True)
class Month:
    """weeks: rows of seven, Monday first; None where the day is of another month."""

    first: datetime.date
    weeks: list[list[Day | None]]


def picture_of(
    deadline: Deadline, changes: Iterable[DeadlineChange], days: WorkingCalendar, today: datetime.date
) -> list[Month]:
    """The months of the deadline; empty when it was never counted. No query."""
    marks = _marks(deadline, list(changes), days)
    last = max(deadline.due_on, deadline.start_on)
    months = months_from_to(deadline.start_on, last)
    if len(months) > MOST:
        months = [*months[: MOST // 2], *months[-MOST // 2 :]]
    return [
        Month(
            month[0],
            [
                [_day(one, marks, days, today) if one.month == month[0].month else None for one in month[1][start:][:7]]
                for start in range(0, len(month[1]), 7)
            ],
        )
        for month in months
    ]


def _day(
    date: datetime.date,
    marks: dict[datetime.date, tuple[str, int | None]],
    days: WorkingCalendar,
    today: datetime.date,
) -> Day:
    mark, number = marks.get(date, ("", None))
    return Day(date, mark, number, days.rests.get(date, "") or days.worked.get(date, ""), date == today)


def _marks(
    deadline: Deadline, changes: list[DeadlineChange], days: WorkingCalendar
) -> dict[datetime.date, tuple[str, int | None]]:
    is_working = deadline.rule is not None and deadline.rule.unit == "working"
    counts_start = deadline.rule is not None and deadline.rule.counts_start_day
    pauses = [(one.held_from, one.held_to) for one in changes if one.held_from is not None and one.held_to is not None]
    marks: dict[datetime.date, tuple[str, int | None]] = {deadline.start_on: ("start", 1 if counts_start else None)}
    number = 1 if counts_start else 0
    day = deadline.start_on
    while day < deadline.due_on:
        day = days_after(day, 1)
        if any(first < day <= last for first, last in pauses):
            marks[day] = ("still", None)
        elif is_working and not days.is_working_day(day):
            marks[day] = ("skipped", None)
        else:
            number += 1
            marks[day] = ("counted", number)
    marks[deadline.due_on] = ("due", marks.get(deadline.due_on, ("", None))[1])
    return marks
