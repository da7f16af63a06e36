"""Pure rules of programmes: how far a line has come, and who has not been inspected for how long (domain.md §3)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from inspections.calendars.rules import month_slot


class Progress(StrEnum):
    PLANNED = "planned"
    OPENED = "opened"
    DONE = "done"
    LATE = "late"
    DROPPED = "dropped"


NOT_COUNTED = frozenset({"withdrawn", "stopped", "converted"})
CONCLUDED = frozenset({"concluded", "notified", "closed"})
# an organisation or a member: ("organisation", id), ("person", id)
Subject = tuple[str, int]


@dataclass(frozen=True)
class CaseOfLine:
    """A case opened from a line: its stage, and whom it is about."""

    stage: str
    subjects: frozenset[Subject]


@dataclass(frozen=True)
class Standing:
    """How far a line has come: of its subjects, how many a concluded case was about."""

    progress: Progress
    covered: int
    planned: int


def standing_of(
    *,
    is_dropped: bool,
    planned: frozenset[Subject],
    cases: Iterable[CaseOfLine],
    year: int,
    last_month: int | None,
    today: datetime.date,
) -> Standing:
    """How far a line has come: dropped; done (concluded cases were about each of its subjects, and none still runs);
    late (the slot is past and a subject has no case); opened; planned.

    A line without a slot is late after its year."""
    counted = [case for case in cases if case.stage not in NOT_COUNTED]
    covered = _about([case for case in counted if case.stage in CONCLUDED]) & planned
    begun = _about([case for case in counted if case.stage != "proposed"])
    runs = any(case.stage not in CONCLUDED for case in counted)
    _first, last = month_slot(year, last_month or 12, last_month or 12)
    if is_dropped:
        progress = Progress.DROPPED
    elif counted and covered == planned and not runs:
        progress = Progress.DONE
    elif today > last and not planned <= begun:
        progress = Progress.LATE
    else:
        progress = Progress.OPENED if begun else Progress.PLANNED
    return Standing(progress, len(covered), len(planned))


def _about(cases: list[CaseOfLine]) -> frozenset[Subject]:
    return frozenset(subject for case in cases for subject in case.subjects)


def years_without(years_inspected: Iterable[int], this_year: int) -> int | None:
    """How many years ago the last inspection was; None when there was none."""
    past = [year for year in years_inspected if year <= this_year]
    return this_year - max(past) if past else None
