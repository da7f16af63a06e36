"""The meetings that can be drawn, with what the rules of draws ask of each; as they are kept, and as read again."""

import datetime
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inspections.calendars.moments import start_of
from inspections.calendars.rules import days_after
from inspections.meetings.models import HELD, Meeting
from inspections.meetings.rules import plain
from inspections.organisations.models import Organisation
from inspections.quality.models import Checklist, Sample, State
from inspections.quality.sampling import Candidate, Rule, draw


def population_of(
    cell: Organisation, first: datetime.date, last: datetime.date, checklist: Checklist | None
) -> list[Candidate]:
    """The meetings of the cell held from the first day to the last, by day. Two queries at most.

    checklist: whose lines say how often a meeting is at fault."""
    faults = _faults(checklist) if checklist is not None else Counter[int]()
    rows = Meeting.objects.filter(
        organisation=cell, state__in=HELD, started_at__gte=start_of(first), started_at__lt=start_of(days_after(last, 1))
    )
    found = []
    for one in rows.order_by("started_at", "pk"):
        assert one.started_at is not None
        day = timezone.localdate(one.started_at)
        is_thematic = one.kind == Meeting.Kind.THEMATIC
        found.append(Candidate(one.pk, day, is_thematic, one.total, faults[one.pk]))
    return found


def _faults(checklist: Checklist) -> Counter[int]:
    """On how many lines that show a shortcoming a meeting stands."""
    rows = checklist.items.filter(state=State.SHORTCOMING).values_list("rows", flat=True)
    return Counter(key for several in rows for key in {one["meeting"] for one in several if "meeting" in one})


def stored(population: Iterable[Candidate]) -> list[dict[str, Any]]:
    """A population as it is kept."""
    return [
        {
            "meeting": one.key,
            "day": one.day.isoformat(),
            "is_thematic": one.is_thematic,
            "total": plain(one.total) if one.total is not None else None,
            "faults": one.faults,
        }
        for one in population
    ]


def drawn_again(sample: Sample) -> list[int]:
    """The ids that the kept population, rule, size and seed give. No query."""
    population = [
        Candidate(
            one["meeting"],
            datetime.date.fromisoformat(one["day"]),
            one["is_thematic"],
            Decimal(one["total"]) if one["total"] is not None else None,
            one["faults"],
        )
        for one in sample.population
    ]
    return draw(population, Rule(sample.rule), sample.size, sample.seed)
