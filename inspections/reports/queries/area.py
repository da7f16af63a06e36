"""Where in the tree the board looks, and the question of the live clocks there.

An area says all that its question depends on, and nothing of the reader but what he leads; so the question is written
once for an area and kept.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from inspections.deadlines.models import Deadline
from inspections.organisations.rules import is_at_or_below
from inspections.reports.queries.places import within

KEPT = 64  # areas of which the questions are kept


@dataclass(frozen=True)
class Area:
    """At and below a place (base; empty: over several trees) or at it alone, in what lies below one of the paths led,
    as far as the filters go; due_from and due_to are included."""

    led: tuple[str, ...]
    base: str
    own_only: bool = False
    kind: str = ""
    severity: str = ""
    due_from: datetime.date | None = None
    due_to: datetime.date | None = None

    def narrower(self, prefix: str) -> dict[str, Any]:
        """The filters in use, by lookup; prefix: the one that leads from the rows to their clock."""
        filters = {
            f"{prefix}kind": self.kind,
            f"{prefix}severity": self.severity,
            "due_on__gte": self.due_from,
            "due_on__lte": self.due_to,
        }
        return {name: value for name, value in filters.items() if value}


def below(led: Sequence[str], field: str, base: str, *, own_only: bool = False) -> Q:
    """The condition that the path in `field` lies at or below `base` (or is it), and at or below one of those led."""
    if own_only:
        return Q(**{field: base}) & within(field, led)
    inside = within(field, [base]) if base else Q()
    if any(is_at_or_below(base, top) for top in led):
        return inside
    return inside & within(field, led)


@lru_cache(maxsize=KEPT)
def live_in(area: Area) -> QuerySet[Deadline]:
    """The question, not the answer, of the live clocks in the area."""
    place = below(area.led, "org_path", area.base, own_only=area.own_only)
    return Deadline.objects.live().filter(place, **area.narrower(""))
