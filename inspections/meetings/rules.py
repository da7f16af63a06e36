"""The score of a cell meeting: pure rules over facts, by a criteria set that is data (domain.md §6.4).

What the record proves is computed, with what explains it as codes and values; what needs judgement is left to people
within its bounds. How the codes are told is in words.py."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

FULL = Decimal(100)
WHOLE = Fraction(100)  # percent


class Standing(StrEnum):
    """As what a member stands on the roll of a cell."""

    OFFICIAL = "official"
    PROBATIONARY = "probationary"
    TEMPORARY = "temporary"
    EXEMPT = "exempt"


class Measure(StrEnum):
    """What can be computed from the record; each is a rate from 0 to 100 %."""

    LENGTH = "length"
    ATTENDANCE = "attendance"
    DOCUMENTS = "documents"
    SPEAKING = "speaking"
    RESOLUTION = "resolution"
    UPLOAD = "upload"


class Adjusts(StrEnum):
    """What changes the points of a band: unexcused absences bound them, short absences add to them."""

    CAP = "cap"
    BONUS = "bonus"


class Rating(StrEnum):
    """How a meeting is rated, the worst first."""

    POOR = "poor"
    AVERAGE = "average"
    FAIR = "fair"
    GOOD = "good"


@dataclass(frozen=True)
class Band:
    """The points of rates from `start` % on, up to the next band; is_above: `start` itself is not in it."""

    start: Decimal
    points: Decimal
    is_above: bool = False

    def reaches(self, percent: Fraction) -> bool:
        return percent > Fraction(self.start) if self.is_above else percent >= Fraction(self.start)


@dataclass(frozen=True)
class Adjustment:
    """CAP: with more than `more_than` unexcused absences the band gives at most `points`. BONUS: `points` more where
    nobody was excused more than `more_than` times running."""

    kind: Adjusts
    points: Decimal
    more_than: int = 0


@dataclass(frozen=True)
class Part:
    """A line of the set: at most `points`, computed by a measure, or judged where it names none. key: what it goes by
    among the lines."""

    key: int
    points: Decimal
    measure: Measure | None = None
    bands: tuple[Band, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def caps(self) -> list[Adjustment]:
        return [one for one in self.adjustments if one.kind is Adjusts.CAP]

    @property
    def bonuses(self) -> list[Adjustment]:
        return [one for one in self.adjustments if one.kind is Adjusts.BONUS]


@dataclass(frozen=True)
class Criterion:
    """A criterion with its lines, of which it is the sum."""

    points: Decimal
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Scheme:
    """A criteria set: what it gives points for, how points become a rating, and what is asked of a meeting.

    minutes: how long a meeting lasts at least; minutes_of_many: where the roll has `many` members or more.
    documents_hours: how long before the meeting its documents are out. left_out: whose attendance does not count."""

    criteria: tuple[Criterion, ...]
    ratings: Mapping[Rating, Decimal]
    minutes: int
    many: int
    minutes_of_many: int
    documents_hours: int
    left_out: frozenset[Standing] = frozenset({Standing.EXEMPT})

    @property
    def parts(self) -> list[Part]:
        return [part for criterion in self.criteria for part in criterion.parts]

    def asked_minutes(self, members: int) -> int:
        """How many minutes are asked of a cell with so many members on its roll."""
        return self.minutes_of_many if members >= self.many else self.minutes


@dataclass(frozen=True)
class Marks:
    """How many members of a standing are on the roll, and how they were marked; who is not marked is in none."""

    members: int
    present: int = 0
    excused: int = 0
    unexcused: int = 0


@dataclass(frozen=True)
class Facts:
    """What the record says of a meeting.

    longest_excused: the most meetings in a row, this one included, from which one member was excused. documents_hours:
    how long before its start the documents were out, None when none were. speakers: None when not recorded. due, done:
    the items of the previous resolution that were to be done by the meeting, and those of them that are."""

    roll: Mapping[Standing, Marks]
    minutes: int
    longest_excused: int = 0
    documents_hours: Fraction | None = None
    speakers: int | None = None
    due: int = 0
    done: int = 0
    uploaded_on: datetime.date | None = None
    upload_due_on: datetime.date | None = None

    @property
    def members(self) -> int:
        return sum(marks.members for marks in self.roll.values())

    def counted(self, left_out: frozenset[Standing]) -> Marks:
        """The marks of those whose attendance counts."""
        kept = [marks for standing, marks in self.roll.items() if standing not in left_out]
        names = ("members", "present", "excused", "unexcused")
        return Marks(*(sum(getattr(marks, name) for marks in kept) for name in names))

    @property
    def present(self) -> int:
        """All who were present, whether their attendance counts or not."""
        return sum(marks.present for marks in self.roll.values())


@dataclass(frozen=True)
class Told:
    """One reason of a score: a code of words.py with its values."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Computed:
    """What the record gives for a line, and why."""

    points: Decimal
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Judged:
    """What people give for a line: between `lowest` and `highest`, with a note. told: why it is not computed."""

    lowest: Decimal
    highest: Decimal
    told: tuple[Told, ...] = ()


Result = Computed | Judged


@dataclass(frozen=True)
class Rate:
    """A share of a whole, at most all of it."""

    part: Fraction
    whole: Fraction
    told: Told

    @property
    def percent(self) -> Fraction:
        return min(WHOLE, self.part / self.whole * WHOLE)


def tenths(percent: Fraction) -> str:
    """A rate in percent as it is written: with one decimal, never rounded up into the next band."""
    whole, rest = divmod(percent.numerator * 10 // percent.denominator, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def rate_of(measure: Measure, facts: Facts, scheme: Scheme) -> Rate | None:
    """The rate of a measure; None where the record does not hold it, so that people judge."""
    if measure is Measure.LENGTH:
        asked = scheme.asked_minutes(facts.members)
        told = Told("length", {"minutes": facts.minutes, "asked": asked, "members": facts.members})
        return Rate(Fraction(facts.minutes), Fraction(asked), told)
    if measure is Measure.ATTENDANCE:
        counted = facts.counted(scheme.left_out)
        return _share("attendance", counted.present, counted.members)
    if measure is Measure.DOCUMENTS:
        return _documents(facts, scheme)
    if measure is Measure.SPEAKING:
        return None if facts.speakers is None else _share("speaking", facts.speakers, facts.present)
    if measure is Measure.RESOLUTION:
        return _share("resolution", facts.done, facts.due)
    return _upload(facts)


def _share(code: str, part: int, whole: int) -> Rate | None:
    if not whole:
        return None
    percent = min(WHOLE, Fraction(part, whole) * WHOLE)
    told = Told(code, {"part": part, "whole": whole, "percent": tenths(percent)})
    return Rate(Fraction(part), Fraction(whole), told)


def _documents(facts: Facts, scheme: Scheme) -> Rate:
    asked = scheme.documents_hours
    if facts.documents_hours is None:
        return Rate(Fraction(0), Fraction(1), Told("no_documents", {"asked": asked}))
    told = Told("documents", {"hours": tenths(facts.documents_hours), "asked": asked})
    return Rate(max(Fraction(0), facts.documents_hours), Fraction(asked), told)


def _upload(facts: Facts) -> Rate | None:
    if facts.uploaded_on is None or facts.upload_due_on is None:
        return None
    in_time = facts.uploaded_on <= facts.upload_due_on
    days = {"day": facts.uploaded_on.isoformat(), "due": facts.upload_due_on.isoformat()}
    return Rate(Fraction(in_time), Fraction(1), Told("upload_in_time" if in_time else "upload_late", days))


def band_of(bands: Iterable[Band], percent: Fraction) -> Band:
    """The highest band that the rate reaches. Raises ValueError when it reaches none."""
    reached = [band for band in bands if band.reaches(percent)]
    if not reached:
        raise ValueError("the bands do not begin at nought")
    return max(reached, key=lambda band: (band.start, band.is_above))


def score_part(part: Part, facts: Facts, scheme: Scheme) -> Result:
    """The points of a line with their explanation, or the bounds within which it is judged."""
    if part.measure is None:
        return Judged(Decimal(0), part.points)
    rate = rate_of(part.measure, facts, scheme)
    if rate is None:
        return Judged(Decimal(0), part.points, (Told(f"not_known_{part.measure}"),))
    band = band_of(part.bands, rate.percent)
    told = [
        rate.told,
        Told("above" if band.is_above else "from", {"start": plain(band.start), "points": plain(band.points)}),
    ]
    points = band.points
    counted = facts.counted(scheme.left_out)
    for cap in part.caps:
        if counted.unexcused > cap.more_than and points > cap.points:
            points = cap.points
            told.append(Told("cap", {"unexcused": counted.unexcused, "points": plain(points)}))
    for bonus in part.bonuses:
        is_given = facts.longest_excused <= bonus.more_than
        points += bonus.points if is_given else 0
        values = {"points": plain(bonus.points), "times": bonus.more_than, "longest": facts.longest_excused}
        told.append(Told("bonus" if is_given else "no_bonus", values))
    return Computed(points, tuple(told))


def score(scheme: Scheme, facts: Facts) -> dict[int, Result]:
    """Each line of the set by its key: computed, or to be judged."""
    return {part.key: score_part(part, facts, scheme) for part in scheme.parts}


def rating_of(scheme: Scheme, total: Decimal) -> Rating:
    """The best rating that so many points reach."""
    return max(
        (rating for rating in Rating if total >= scheme.ratings[rating]), key=lambda rating: scheme.ratings[rating]
    )


def plain(number: Decimal) -> str:
    """A number without noughts at its end."""
    return f"{number.normalize():f}"


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
