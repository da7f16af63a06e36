"""Pure rules of members: the standing on a day, and homes that do not overlap (domain.md §6, §11)."""

import datetime
from collections.abc import Iterable

FULL, PROBATIONARY = "full", "probationary"
# first and last day, both included; None: unknown, or not ended
Span = tuple[datetime.date | None, datetime.date | None]


def standing_on(day: datetime.date, *, standing: str, full_on: datetime.date | None) -> str:
    """The standing of a member on a day: "full" or "probationary".

    standing: today's; full_on: the first day as a full member, None when that day is not known or has not come."""
    if standing == PROBATIONARY or (full_on is not None and day < full_on):
        return PROBATIONARY
    return FULL


def overlap(one: Span, other: Span) -> bool:
    """Whether the two have a day in common; a span that ends before it begins has no day."""
    return not (is_empty(one) or is_empty(other) or _is_before(one, other) or _is_before(other, one))


def overlapping(span: Span, others: Iterable[Span]) -> Span | None:
    """The first of the others that has a day in common with the span."""
    return next((other for other in others if overlap(span, other)), None)


def covers(span: Span, day: datetime.date) -> bool:
    """Whether the day is one of the span's."""
    return overlap(span, (day, day))


def is_empty(span: Span) -> bool:
    """Whether the span ends before it begins: it never came into force."""
    first, last = span
    return first is not None and last is not None and last < first


def _is_before(one: Span, other: Span) -> bool:
    return one[1] is not None and other[0] is not None and one[1] < other[0]
