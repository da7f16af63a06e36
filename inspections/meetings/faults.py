"""What keeps a criteria set from being used: pure rules over a set as the rules of scores take it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from inspections.meetings.rules import FULL, Criterion, Measure, Part, Rating, Scheme, plain


class Problem(StrEnum):
    """What is wrong with a set that cannot be kept."""

    SUM = "sum"
    CRITERION_SUM = "criterion_sum"
    NO_PARTS = "no_parts"
    POINTS = "points"
    BANDS_MISSING = "bands_missing"
    BANDS_ON_JUDGED = "bands_on_judged"
    BANDS_START = "bands_start"
    BANDS_TWICE = "bands_twice"
    BANDS_RANGE = "bands_range"
    BANDS_FALL = "bands_fall"
    BANDS_BEST = "bands_best"
    ADJUSTMENT = "adjustment"
    RATINGS = "ratings"
    ASKED = "asked"


@dataclass(frozen=True)
class Fault:
    """A problem, and where: the number of the criterion and of its line, from 1; 0 for the whole."""

    problem: Problem
    criterion: int = 0
    part: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


def faults_of(scheme: Scheme) -> list[Fault]:
    """What keeps a set from being used: points that are not 100 in all, bands that do not partition 0–100 or give a
    better rate fewer points, ratings out of order."""
    found = []
    total = sum((criterion.points for criterion in scheme.criteria), Decimal(0))
    if total != FULL:
        found.append(Fault(Problem.SUM, values={"total": plain(total)}))
    for number, criterion in enumerate(scheme.criteria, start=1):
        found += _faults_of_criterion(criterion, number)
    starts = [scheme.ratings.get(rating, Decimal(-1)) for rating in Rating]
    if starts[0] != 0 or starts[-1] > FULL or any(low >= high for low, high in pairwise(starts)):
        found.append(Fault(Problem.RATINGS))
    asked = (scheme.minutes, scheme.minutes_of_many - scheme.minutes + 1, scheme.many, scheme.documents_hours)
    if min(asked) < 1:
        found.append(Fault(Problem.ASKED))
    return found


def _faults_of_criterion(criterion: Criterion, number: int) -> list[Fault]:
    if not criterion.parts:
        return [Fault(Problem.NO_PARTS, number)]
    total = sum((part.points for part in criterion.parts), Decimal(0))
    found = []
    if total != criterion.points:
        values = {"total": plain(total), "points": plain(criterion.points)}
        found.append(Fault(Problem.CRITERION_SUM, number, values=values))
    for place, part in enumerate(criterion.parts, start=1):
        found += [Fault(problem, number, place) for problem in problems_of_part(part)]
    return found


def problems_of_part(part: Part) -> list[Problem]:
    """What is wrong with one line by itself."""
    if part.points <= 0:
        return [Problem.POINTS]
    if part.measure is None:
        return [Problem.BANDS_ON_JUDGED] if part.bands or part.adjustments else []
    if not part.bands:
        return [Problem.BANDS_MISSING]
    bands = sorted(part.bands, key=lambda band: (band.start, band.is_above))
    found = []
    if bands[0].start != 0 or bands[0].is_above:
        found.append(Problem.BANDS_START)
    if len({(band.start, band.is_above) for band in bands}) < len(bands):
        found.append(Problem.BANDS_TWICE)
    if any(band.start > FULL or (band.start == FULL and band.is_above) or band.points < 0 for band in bands):
        found.append(Problem.BANDS_RANGE)
    if any(low.points > high.points for low, high in pairwise(bands)):
        found.append(Problem.BANDS_FALL)
    if bands[-1].points + sum((bonus.points for bonus in part.bonuses), Decimal(0)) != part.points:
        found.append(Problem.BANDS_BEST)
    if part.adjustments and (
        part.measure is not Measure.ATTENDANCE
        or len(part.caps) > 1
        or len(part.bonuses) > 1
        or any(one.points < 0 for one in part.adjustments)
    ):
        found.append(Problem.ADJUSTMENT)
    return found
