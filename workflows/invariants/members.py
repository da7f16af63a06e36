"""Invariants of members: where each belongs, on every day in one place, and today where his person says."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from inspections.members.models import Exemption, Membership
from inspections.members.rules import overlapping
from inspections.organisations.models import Person
from workflows.invariants.breach import Breach, of

HOME, TEMPORARY = Membership.Kind.HOME, Membership.Kind.TEMPORARY


def homes_agree(now: datetime.datetime) -> Iterator[Breach]:
    homes = Membership.objects.filter(person=OuterRef("pk"), kind=HOME)
    people = Person.objects.filter(organisation__isnull=False)
    for person in people.filter(~Exists(homes), is_active=True):
        yield of(person, f"is a member of {person.organisation_id} and has no home")
    today = timezone.localdate(now)
    for row in Membership.objects.filter(kind=HOME, ends_on__isnull=True).select_related("person"):
        if row.cell_id != row.person.organisation_id:
            yield of(row, f"is at home in {row.cell_id}, and his person says {row.person.organisation_id}")
        elif row.starts_on is not None and row.starts_on > today:
            yield of(row, f"begins on {row.starts_on}, and his person says so today")
    gone = people.filter(Exists(homes)).exclude(Exists(homes.filter(ends_on__isnull=True)))
    for person in gone:
        last = Membership.objects.filter(person=person, kind=HOME).order_by("-ends_on", "-pk").first()
        if last is not None and last.cell_id != person.organisation_id:
            yield of(person, f"was last at home in {last.cell_id}, and his person says {person.organisation_id}")


def stretches_apart(now: datetime.datetime) -> Iterator[Breach]:
    yield from _overlaps(Membership.objects.filter(kind=HOME), "another home")
    yield from _overlaps(Membership.objects.filter(kind=TEMPORARY), "another stay elsewhere")
    yield from _overlaps(Exemption.objects.all(), "another exemption")


def _overlaps(rows: "QuerySet[Any]", what: str) -> Iterator[Breach]:
    """Few members have two of a kind: only their rows are read."""
    several = rows.order_by().values("person").annotate(many=Count("pk")).filter(many__gt=1).values("person")
    of_person: dict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(person__in=several).order_by("pk"):
        if found := overlapping(row.span, [other.span for other in of_person[row.person_id]]):
            yield of(row, f"has days in common with {what}, {found[0]} to {found[1]}")
        of_person[row.person_id].append(row)
