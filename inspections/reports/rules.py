"""Pure rules of the leader's board: what its figures are, as of which moment, and which months its pictures show."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, fields

from inspections.calendars.rules import add_months, day_before, days_after

HOUR = 6  # what was recorded until this hour of a day is what a board as of that day shows; the weekly report's too
MONDAY, WEEK = 0, 7
STEPS = (3, 7, 15)  # days within which what is due is counted
MONTHS = 12  # of the pictures
WEEKS = 8  # of the picture of the weekly report
# so much of the weekly report stands on its sheet, which is one page A4 (tests/look/test_weekly_sheet.py): worst
# places, matters overdue longest, lines of the sections; the rest is in its annex
PLACES_ON_SHEET, MATTERS_ON_SHEET, CHECKS_ON_SHEET = 7, 7, 10
OFTEN = 1  # sent back more often than this is told apart


@dataclass
class Counts:
    """What a board counts of the clocks of one place. oldest: the earliest due day of those overdue.

    late_places: how many organisations have something overdue."""

    open: int = 0
    running: int = 0
    due3: int = 0
    due7: int = 0
    due15: int = 0
    overdue: int = 0
    waiting: int = 0
    suspended: int = 0
    returned: int = 0
    extended: int = 0
    late_places: int = 0
    oldest: datetime.date | None = None


NUMBERS = tuple(one.name for one in fields(Counts) if one.name != "oldest")


def sum_of(parts: Iterable[Counts]) -> Counts:
    """The counts of several places together; no organisation stands in two of them."""
    total = Counts()
    for one in parts:
        for name in NUMBERS:
            setattr(total, name, getattr(total, name) + getattr(one, name))
        if one.oldest is not None and (total.oldest is None or one.oldest < total.oldest):
            total.oldest = one.oldest
    return total


def common_top(paths: list[str], step: int) -> str:
    """The path of what all the paths lie at or below; empty when they are of several trees. step: digits a level."""
    first, last = min(paths, default=""), max(paths, default="")
    same = next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[: min(same, len(first)) // step * step]


def months_until(day: datetime.date, many: int = MONTHS) -> list[datetime.date]:
    """The first days of the last `many` months, that of `day` the last."""
    first = day.replace(day=1)
    return [add_months(first, -back) for back in reversed(range(many))]


def last_shown(month: datetime.date, today: datetime.date) -> datetime.date:
    """The day at whose end a month is looked at: its last, or today while it runs. month: its first day."""
    return min(day_before(add_months(month, 1)), today)


def counts_as_kept(counts: Counts) -> dict[str, int]:
    """The counts as a report keeps them."""
    return {name: getattr(counts, name) for name in NUMBERS}


def mondays_between(last: datetime.date | None, now: datetime.datetime, most: int) -> list[datetime.date]:
    """The Mondays whose report may be missing, the first first: from the last one written to the last that was at six.

    None written yet: only the last. now: the local moment. most: so many of the latest."""
    monday = days_after(now.date(), -now.weekday())
    if now.weekday() == MONDAY and now.hour < HOUR:
        monday = days_after(monday, -WEEK)
    found = [monday]
    while last is not None and len(found) < most and found[-1] > last:
        found.append(days_after(found[-1], -WEEK))
    return [one for one in reversed(found) if last is None or one >= last]
