"""What is read of people, their offices, and of who took whose place."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet

from inspections.organisations.models import Office, Organisation, PassedItem, Person, SuccessionPart
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
    """The organisations that took its place, in the order named; none while it goes on."""
    if organisation.ends_on is None:
        return []
    ended = Q(succeeded__succession__organisation=organisation)
    return list(Organisation.objects.filter(ended).select_related("type__level", "parent").order_by("succeeded__pk"))


def predecessors_of(organisations: Iterable[int]) -> dict[int, set[int]]:
    """Organisation id -> the ids of those whose place it took, and of those whose place these had taken.

    One query a generation, one alone where nothing was ever succeeded."""
    found: dict[int, set[int]] = {pk: set() for pk in organisations}
    heirs: dict[int, set[int]] = {pk: {pk} for pk in found}
    while heirs:
        older: dict[int, set[int]] = defaultdict(set)
        pairs = SuccessionPart.objects.filter(successor_id__in=heirs).order_by()
        for heir, old in pairs.values_list("successor_id", "succession__organisation_id"):
            for one in heirs[heir]:
                if old not in found[one]:
                    found[one].add(old)
                    older[old].add(one)
        heirs = older
    return found


def in_place_of(organisations: Iterable[Organisation]) -> set[int]:
    """The ids of the organisations and of those whose place they took: whose unfinished work is theirs."""
    keys = {one.pk for one in organisations}
    return keys.union(*predecessors_of(keys).values())


def living_heirs_of(organisation: Organisation) -> list[Organisation]:
    """Those in its place today: its successors, or theirs; itself while it goes on or where nobody followed."""
    heirs = heirs_of(organisation)
    return list({one.pk: one for heir in heirs for one in living_heirs_of(heir)}.values()) if heirs else [organisation]


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
