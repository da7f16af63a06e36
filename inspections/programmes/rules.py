"""Pure rules of programmes: how far a line has come, and who has not been inspected for how long (domain.md §3)."""

import datetime
from collections.abc import Iterable
from enum import StrEnum

from inspections.calendars.rules import month_slot


class Progress(StrEnum):
    PLANNED = "planned"
    OPENED = "opened"
    DONE = "done"
    LATE = "late"
    DROPPED = "dropped"


def progress_of(
    *,
    is_dropped: bool,
    case_stages: Iterable[str],
    year: int,
    last_month: int | None,
    today: datetime.date,
) -> Progress:
    """How far a line has come: dropped, done (every case concluded or closed), opened, late (slot past), planned.

    A line without a slot is late after its year."""
    if is_dropped:
        return Progress.DROPPED
    stages = [stage for stage in case_stages if stage not in ("withdrawn", "stopped", "converted")]
    if stages and all(stage in ("concluded", "notified", "closed") for stage in stages):
        return Progress.DONE
    if any(stage != "proposed" for stage in stages):
        return Progress.OPENED
    _first, last = month_slot(year, last_month or 12, last_month or 12)
    return Progress.LATE if today > last else Progress.PLANNED


def years_without(years_inspected: Iterable[int], this_year: int) -> int | None:
    """How many years ago the last inspection was; None when there was none."""
    past = [year for year in years_inspected if year <= this_year]
    return this_year - max(past) if past else None
