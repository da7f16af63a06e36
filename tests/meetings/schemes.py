"""The criteria set of domain.md §6.4 as the rules take it, and the meeting of scenario F."""

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from inspections.meetings.rules import (
    Adjustment,
    Adjusts,
    Band,
    Criterion,
    Facts,
    Marks,
    Measure,
    Part,
    Rating,
    Scheme,
    Standing,
)

# keys of the lines that are computed, in the order of the set
TIME, ATTENDANCE, DOCUMENTS, SPEAKING, RESOLUTION, UPLOAD = 11, 21, 35, 41, 61, 73


def bands(text: str) -> tuple[Band, ...]:
    """ "90: 4; >50: 3" as bands."""
    found = []
    for one in text.split(";"):
        start, points = one.split(":")
        is_above = start.strip().startswith(">")
        found.append(Band(Decimal(start.strip(" >")), Decimal(points.strip()), is_above))
    return tuple(found)


def part(key: int, points: int, measure: Measure | None = None, text: str = "", *adjustments: Adjustment) -> Part:
    return Part(key, Decimal(points), measure, bands(text) if text else (), adjustments)


def criterion(points: int, *parts: Part) -> Criterion:
    return Criterion(Decimal(points), parts)


CAP = Adjustment(Adjusts.CAP, Decimal(1))
BONUS = Adjustment(Adjusts.BONUS, Decimal(1), 3)
SHIPPED = Scheme(
    criteria=(
        criterion(5, part(TIME, 5, Measure.LENGTH, "0: 1; 60: 2; 75: 3; 90: 4; 100: 5")),
        criterion(5, part(ATTENDANCE, 5, Measure.ATTENDANCE, "0: 1; 65: 2; 75: 3; 90: 4", CAP, BONUS)),
        criterion(
            10,
            part(31, 3),
            part(32, 2),
            part(33, 2),
            part(34, 1),
            part(DOCUMENTS, 2, Measure.DOCUMENTS, "0: 0; 100: 2"),
        ),
        criterion(40, part(SPEAKING, 5, Measure.SPEAKING, "0: 2; 30: 3; 40: 4; >50: 5"), part(42, 25), part(43, 10)),
        criterion(5, part(51, 1), part(52, 2), part(53, 1), part(54, 1)),
        criterion(30, part(RESOLUTION, 30, Measure.RESOLUTION, "0: 10; 50: 15; 60: 20; 70: 24; 80: 27; 90: 30")),
        criterion(5, part(71, 2), part(72, 2), part(UPLOAD, 1, Measure.UPLOAD, "0: 0; 100: 1")),
    ),
    ratings={
        Rating.POOR: Decimal(0),
        Rating.AVERAGE: Decimal(50),
        Rating.FAIR: Decimal(70),
        Rating.GOOD: Decimal(90),
    },
    minutes=90,
    many=30,
    minutes_of_many=120,
    documents_hours=24,
)


def meeting(**values: Any) -> Facts:
    """The meeting of scenario F, with what is told otherwise."""
    told = Facts(
        roll={
            Standing.OFFICIAL: Marks(32, present=29, excused=2, unexcused=1),
            Standing.EXEMPT: Marks(2),
        },
        minutes=125,
        longest_excused=1,
        documents_hours=Fraction(49, 2),
        speakers=16,
        due=10,
        done=8,
        uploaded_on=datetime.date(2026, 11, 5),
        upload_due_on=datetime.date(2026, 11, 5),
    )
    return replace(told, **values)


def roll(members: int, present: int, excused: int = 0, unexcused: int = 0) -> dict[Standing, Marks]:
    return {Standing.OFFICIAL: Marks(members, present, excused, unexcused)}
