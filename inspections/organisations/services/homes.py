"""`Person.organisation` is today's copy of where a member belongs; the room above, which keeps the days, is told.

A member is moved by a verb of that room, or by the succession of his cell, and by nothing else."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from inspections.organisations.models import Organisation, Person


@dataclass(frozen=True)
class HomeKeeper:
    """joined: these people are members of their organisations, since when is not told. succeeded: (people, old, new,
    first day in the new, paper) – the new organisation took the place of the old. Both are parts of a verb."""

    joined: Callable[[list[Person]], None]
    succeeded: Callable[[list[Person], Organisation, Organisation, datetime.date, str], None]


_KEEPERS: list[HomeKeeper] = []


def keeps_homes(keeper: HomeKeeper) -> None:
    """For a room above: it keeps the days. Called once, from the `ready` of an app."""
    _KEEPERS.append(keeper)


def joined(people: list[Person]) -> None:
    """Tells that the people were written with their organisations."""
    for keeper in _KEEPERS:
        keeper.joined(people)


def succeeded(people: list[Person], old: Organisation, new: Organisation, on: datetime.date, paper: str) -> None:
    """Makes the people members of the organisation that took the place of theirs on the day."""
    Person.objects.filter(pk__in=[person.pk for person in people]).update(organisation=new)
    for keeper in _KEEPERS:
        keeper.succeeded(people, old, new, on, paper)
