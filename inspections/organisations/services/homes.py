"""`Person.organisation` is today's copy of where a member belongs; the room above, which keeps the days, is told.

A member is moved by a verb of that room, or by the succession of his cell, and by nothing else."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, Person
from permissions.verdicts import NotNow


@dataclass(frozen=True)
class HomeKeeper:
    """joined: these people are members of their organisations, since when is not told. succeeded: (people, old, new,
    first day in the new, paper) – the new organisation took the place of the old. Both are parts of a verb.
    at_home: the condition that a person is on the list of his organisation, and not one who left it."""

    joined: Callable[[list[Person]], None]
    succeeded: Callable[[list[Person], Organisation, Organisation, datetime.date, str], None]
    at_home: Callable[[], Q]


_KEEPERS: list[HomeKeeper] = []


def keeps_homes(keeper: HomeKeeper) -> None:
    """For a room above: it keeps the days. Called once, from the `ready` of an app."""
    _KEEPERS.append(keeper)


def hold_record(organisation: int | None) -> None:
    """Locks an organisation, by its key, to the end of the transaction: a verb that will stand in its record, and locks
    what belongs to it, does so first of all, as a succession locks them. None: whoever is of no organisation."""
    if organisation is not None:
        list(Organisation.objects.select_for_update(no_key=True).filter(pk=organisation).values_list("pk"))


def hold_person(person: Person) -> Person:
    """The person as he is kept, locked to the end of the transaction, his organisation before him. Raises NotNow when
    he was moved meanwhile."""
    home = Person.objects.values_list("organisation_id", flat=True).get(pk=person.pk)
    hold_record(home)
    # rows of running cases name the person meanwhile, so only the person's own facts are locked
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if held.organisation_id != home:
        raise NotNow(_("Somebody has just been moved to another cell. Load the page again."))
    return held


def joined(people: list[Person]) -> None:
    """Tells that the people were written with their organisations."""
    for keeper in _KEEPERS:
        keeper.joined(people)


def members_of(organisation: Organisation) -> "QuerySet[Person]":
    """The members of an organisation: whoever left the list of it is none."""
    return _at_home(Person.objects.filter(organisation=organisation))


def members_below(path: str) -> "QuerySet[Person]":
    """The members of the organisation at `path` and of all below it."""
    return _at_home(Person.objects.below(path))


def _at_home(people: "QuerySet[Person]") -> "QuerySet[Person]":
    return people.filter(*[keeper.at_home() for keeper in _KEEPERS])


def succeeded(people: list[Person], old: Organisation, new: Organisation, on: datetime.date, paper: str) -> None:
    """Makes the people members of the organisation that took the place of theirs on the day.

    Call with the organisations locked; whoever is a member of another meanwhile stays there."""
    keys = [person.pk for person in people]
    locked = Person.objects.select_for_update(no_key=True).filter(pk__in=keys, organisation=old)
    staying = list(locked.order_by("pk"))
    Person.objects.filter(pk__in=[person.pk for person in staying]).update(organisation=new)
    for keeper in _KEEPERS:
        keeper.succeeded(staying, old, new, on, paper)
