"""Offices and delegations become grants on organisations: the one place that writes them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Q

from inspections.organisations.models import Delegation, Office, Person
from inspections.organisations.queries import predecessors_of
from permissions.catalogue import AREA_VERBS, ORGANISATION_VERBS, ROLES, SUBJECT_VERBS, VERBS, Role
from permissions.models import OrganisationGrant


@lru_cache(maxsize=1)
def verb_permissions() -> dict[str, int]:
    """Verb code -> id of its permission row. Verbs are named once over all models."""
    return dict(Permission.objects.filter(codename__in=VERBS).values_list("codename", "id"))


def permission_id(verb: str) -> int:
    """The id of a verb's permission row."""
    return verb_permissions()[verb]


def make_permissions(model: type, verbs: Iterable[str]) -> None:
    """Makes the permission rows of verbs on `model` that are missing; called after every migrate."""
    kind = ContentType.objects.get_for_model(model)
    have = set(Permission.objects.filter(content_type=kind).values_list("codename", flat=True))
    Permission.objects.bulk_create(
        Permission(content_type=kind, codename=verb, name=verb.replace("_", " ")) for verb in sorted(set(verbs) - have)
    )
    verb_permissions.cache_clear()


# so many people's grants are written anew at once
PEOPLE_AT_ONCE = 500
# What an office of the successor may do where the old organisation stands in what was written before it ended: answer
# as the subject, judge the corrections it demanded, read. Nothing new is begun in its name.
INHERITED = SUBJECT_VERBS | AREA_VERBS | {"see_case_files", "verify_remedies", "give_report"}


def _places_of(verb: str, office: Office, area_ids: list[int], before: Iterable[int]) -> list[int]:
    if area_ids and verb in AREA_VERBS:
        return area_ids
    # what a body oversaw may go on without it, below another
    inherits = verb in INHERITED and not (verb in AREA_VERBS and office.organisation.type.is_body)
    return [office.organisation_id, *sorted(before)] if inherits else [office.organisation_id]


def _verbs_of(role: Role) -> set[str]:
    return set(role.verbs & ORGANISATION_VERBS)


def _grants_of(
    office: Office, user_id: int, delegation: Delegation | None, before: Iterable[int]
) -> list[OrganisationGrant]:
    """before: the organisations whose place that of the office took."""
    role = ROLES.get(office.role)
    if role is None:
        return []
    starts_on, ends_on = office.starts_on, office.ends_on
    if delegation is not None:
        starts_on = max(starts_on, delegation.starts_on)
        ends_on = min((day for day in (ends_on, delegation.ends_on) if day is not None), default=None)
    permissions = verb_permissions()
    area_ids = [area.pk for area in office.areas.all()]
    return [
        OrganisationGrant(
            user_id=user_id,
            permission_id=permissions[verb],
            content_object_id=organisation_id,
            office=office,
            delegation=delegation,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        for verb in sorted(_verbs_of(role))
        for organisation_id in _places_of(verb, office, area_ids, before)
    ]


_FOLLOWERS: list[Callable[[list[Person]], None]] = []


def follow(follower: Callable[[list[Person]], None]) -> None:
    """For rooms above: calls `follower(people)` whenever their log-ins or grants were written anew.

    Called once, from the `ready` of an app."""
    _FOLLOWERS.append(follower)


def sync_people(people: list[Person]) -> None:
    """Writes anew the grants of the people's log-ins from all their offices and delegations.

    Past and future ones are written too: their days are on the grant. What hangs on the people elsewhere follows."""
    with_log_in = {person.pk: person.user_id for person in people if person.user_id and person.is_active}
    users = [person.user_id for person in people if person.user_id]
    OrganisationGrant.objects.filter(user_id__in=users).delete()
    grants: list[OrganisationGrant] = []
    offices = list(
        Office.objects.filter(person_id__in=with_log_in).prefetch_related("areas").select_related("organisation__type")
    )
    rows = Delegation.objects.filter(Q(deputy_id__in=with_log_in)).select_related("office__organisation__type")
    delegations = list(rows.prefetch_related("office__areas"))
    places = {office.organisation_id for office in [*offices, *(one.office for one in delegations)]}
    before = predecessors_of(places)
    for office in offices:
        grants += _grants_of(office, with_log_in[office.person_id], None, before[office.organisation_id])
    for one in delegations:
        grants += _grants_of(one.office, with_log_in[one.deputy_id], one, before[one.office.organisation_id])
    OrganisationGrant.objects.bulk_create(grants, batch_size=2000)
    for follower in _FOLLOWERS:
        follower(people)


def follow_catalogue() -> list[str]:
    """Writes anew the grants of all who hold an office of a role whose verbs are others than they were given by.

    Called after every migrate, so that an upgrade that adds a verb to a role reaches those in office. Returns the codes
    of the roles. Two questions when nothing changed."""
    given: dict[str, set[str]] = defaultdict(set)
    rows = OrganisationGrant.objects.order_by()
    for role, verb in rows.values_list("office__role", "permission__codename").distinct():
        given[role].add(verb)
    # those who were given their rights by the new table already do not speak for the others
    many: dict[str, set[int]] = defaultdict(set)
    of_each = rows.values("office", "user").annotate(many=Count("permission", distinct=True))
    for role, number in of_each.values_list("office__role", "many").distinct():
        many[role].add(number)
    wanted = {role: _verbs_of(ROLES[role]) for role in given if role in ROLES}
    changed = sorted(role for role, verbs in wanted.items() if given[role] != verbs or many[role] != {len(verbs)})
    offices = Office.objects.filter(role__in=changed)
    deputies = Delegation.objects.filter(office__in=offices).values("deputy_id")
    people = Person.objects.filter(Q(pk__in=offices.values("person_id")) | Q(pk__in=deputies)).order_by("pk")
    found = list(people) if changed else []
    with transaction.atomic():
        for start in range(0, len(found), PEOPLE_AT_ONCE):
            sync_people(found[start : start + PEOPLE_AT_ONCE])
    return changed
