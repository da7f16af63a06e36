"""The score of a cell meeting: pure rules over facts, by a criteria set that is data (domain.md §6.4).

What the record proves is computed, with what explains it as codes and values; what needs judgement is left to people
within its bounds. How the codes are told is in words.py."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
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


# whose attendance does not count where no set says it
LEFT_OUT = frozenset({Standing.EXEMPT})


@dataclass(frozen=True)
class Scheme:
    """A criteria set: what it gives points for, how points become a rating, and what is asked of a meeting.

    minutes: how long a meeting lasts at least; minutes_of_many: where the cell has `many` members or more, with those
    who are elsewhere for a time (size_with_away) and those here for a time (size_with_guests) or without.
    documents_hours: how long before the meeting its documents are out. left_out: whose attendance does not count.
    counts_leftovers: what was due at an earlier regular meeting counts again at the next while it is not done."""

    criteria: tuple[Criterion, ...]
    ratings: Mapping[Rating, Decimal]
    minutes: int
    many: int
    minutes_of_many: int
    documents_hours: int
    left_out: frozenset[Standing] = LEFT_OUT
    size_with_away: bool = True
    size_with_guests: bool = False
    counts_leftovers: bool = False

    @property
    def parts(self) -> list[Part]:
        return [part for criterion in self.criteria for part in criterion.parts]

    def asked_minutes(self, members: int) -> int:
        """How many minutes are asked of a cell with so many members."""
        return self.minutes_of_many if members >= self.many else self.minutes

    def size_of(self, facts: "Facts") -> int:
        """How many members the cell has, where its size is asked for."""
        size = facts.members + (facts.away if self.size_with_away else 0)
        guests = facts.roll.get(Standing.TEMPORARY)
        return size if guests is None or self.size_with_guests else size - guests.members


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

    roll: of those who were to be marked. away: the members who were elsewhere for a time. longest_excused: the most
    meetings in a row, this one included, from which one member who counts was excused. documents_hours: how long before
    its start the documents were out, below 0 when only after it, None when none were. speakers: None when it is said
    that they were not recorded. due, done: the earlier assignments that were to be done by the meeting, and those of
    them that were."""

    roll: Mapping[Standing, Marks]
    minutes: int
    away: int = 0
    longest_excused: int = 0
    documents_hours: Fraction | None = None
    speakers: int | None = None
    due: int = 0
    done: int = 0
    uploaded_on: datetime.date | None = None
    upload_due_on: datetime.date | None = None

    @property
    def members(self) -> int:
        """Those who were to be marked."""
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
        size = scheme.size_of(facts)
        asked = scheme.asked_minutes(size)
        told = Told("length", {"minutes": facts.minutes, "asked": asked, "members": size})
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
    if facts.documents_hours < 0:
        return Rate(Fraction(0), Fraction(1), Told("documents_after", {"asked": asked}))
    told = Told("documents", {"hours": tenths(facts.documents_hours), "asked": asked})
    return Rate(facts.documents_hours, Fraction(asked), told)


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
