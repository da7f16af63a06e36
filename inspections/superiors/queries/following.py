"""Who may follow a cell, who does, and the cells that can be given to somebody."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet

from inspections.organisations.models import Office, Organisation, Person, User, in_force
from inspections.organisations.rules import STEP
from inspections.superiors.access import VISIT
from inspections.superiors.models import Following
from permissions import policy
from permissions.catalogue import roles_with


def tops_above(path: str) -> list[str]:
    """The path itself and all above it."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def may_follow(place: Organisation, today: datetime.date) -> QuerySet[Person]:
    """Who holds an office above the place from which meetings are attended."""
    roles = [role.code for role in roles_with(VISIT)]
    offices = Office.objects.order_by().filter(
        in_force(today),
        person=OuterRef("pk"),
        role__in=roles,
        organisation__scope_path__in=tops_above(str(place.path)),
    )
    return (
        Person.objects.filter(Exists(offices), is_active=True).select_related("organisation").order_by("folded", "pk")
    )


def scopes_of(person: Person, today: datetime.date) -> list[str]:
    """The paths of what the offices oversee from which the person attends meetings; empty of one who has no access. One
    query."""
    roles = [role.code for role in roles_with(VISIT)]
    held = Office.objects.order_by().filter(in_force(today), person=person, person__is_active=True, role__in=roles)
    return sorted(set(held.values_list("organisation__scope_path", flat=True)))


def followers_of(cell: Organisation, user: User) -> QuerySet[Following]:
    """Who follows the cell or did, as far as the user sees it, the latest first."""
    rows = Following.objects.filter(organisation=cell).select_related("person__organisation")
    return policy.visible(user, rows).order_by("-starts_on", "-pk")
