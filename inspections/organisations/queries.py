"""What is read of people, their offices, and of who took whose place."""

import datetime
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, Min, Model, OuterRef, Prefetch, Q, QuerySet

from inspections.organisations.models import Heir, Office, Organisation, PassedItem, Person, Succession
from inspections.organisations.models.people import in_force
from inspections.organisations.rules import path_end


def office_holders_without_log_in(organisation: Organisation, today: datetime.date) -> QuerySet[Person]:
    """Active people who hold an office today, or will, at or below the organisation, and cannot log in yet."""
    top = organisation.scope_path
    offices = Office.objects.filter(organisation__path__gte=top, organisation__path__lte=path_end(top)).filter(
        in_force(today) | Q(starts_on__gt=today)
    )
    return (
        Person.objects.filter(Exists(offices.filter(person=OuterRef("pk"))), user__isnull=True, is_active=True)
        .select_related("organisation")
        .prefetch_related(Prefetch("offices", offices.select_related("organisation")))
        .order_by("organisation__path", "folded")
    )


# successions: who took whose place


def heirs_of(organisation: Organisation) -> list[Organisation]:
    """The organisations that took its place, and those that took theirs to the last; the nearest first, in the order
    named. None while it goes on. One query."""
    if organisation.ends_on is None:
        return []
    rows = Organisation.objects.filter(predecessors__old=organisation).select_related("type__level", "parent")
    return list(rows.order_by("predecessors__generation", "predecessors__pk"))


def living_heirs_of(organisation: Organisation) -> list[Organisation]:
    """Those in its place today: the last that nobody followed; itself while it goes on or where nobody followed."""
    heirs = heirs_of(organisation)
    gone_on = set(Heir.objects.filter(old__in=heirs).values_list("old", flat=True)) if heirs else set()
    return [one for one in heirs if one.pk not in gone_on] or [organisation]


def predecessors_of(organisations: Iterable[int]) -> dict[int, set[int]]:
    """Organisation id -> the ids of those whose place it took, and of those whose place these had taken. One query."""
    found: dict[int, set[int]] = {pk: set() for pk in organisations}
    for new, old in Heir.objects.filter(new__in=found).order_by().values_list("new", "old"):
        found[new].add(old)
    return found


def in_place_of(organisations: Iterable[Organisation]) -> set[int]:
    """The ids of the organisations and of those whose place they took: whose unfinished work is theirs."""
    keys = {one.pk for one in organisations}
    return keys.union(*predecessors_of(keys).values())


def passed_to(organisation: Organisation, model: type[Model]) -> QuerySet[PassedItem]:
    """What of the model passed to the organisation."""
    kind = ContentType.objects.get_for_model(model)
    return PassedItem.objects.order_by().filter(item_type=kind, part__successor=organisation)


def passed_from(organisation: Organisation, model: type[Model]) -> QuerySet[PassedItem]:
    """What of the model passed from the organisation to others."""
    kind = ContentType.objects.get_for_model(model)
    return PassedItem.objects.order_by().filter(item_type=kind, part__succession__organisation=organisation)


def answering(item: Model, organisation: Organisation) -> Organisation:
    """Who answers for the item in the place of the organisation: it or, once it was succeeded, whom the item passed to.

    One query, none while the organisation goes on."""
    if organisation.ends_on is None:
        return organisation
    last = passings_of(item).select_related("part__successor__type", "part__successor__parent").last()
    return last.part.successor if last is not None else organisation


def passings_of(*items: Model) -> QuerySet[PassedItem]:
    """From whom to whom the items passed, oldest first."""
    about = Q(pk__in=[])
    for item in items:
        about |= Q(item_type=ContentType.objects.get_for_model(item), item_id=item.pk)
    rows = PassedItem.objects.filter(about).order_by("pk")
    return rows.select_related("part__succession__organisation", "part__successor")


def what_passed(succession: Succession) -> QuerySet[PassedItem]:
    """All that passed by a succession, in the order in which it did."""
    rows = PassedItem.objects.filter(part__succession=succession)
    return rows.select_related("part__successor", "item_type").order_by("pk")


def counts_of_passed(succession: Succession) -> list[tuple[str, str, int]]:
    """How much passed by a succession: code of the kind, name of the successor, number; in the order of the rows."""
    rows = PassedItem.objects.filter(part__succession=succession).order_by()
    found = rows.values_list("kind", "part__successor__name").annotate(n=Count("pk"), first=Min("pk"))
    return [(kind, name, n) for kind, name, n, _first in found.order_by("first")]
