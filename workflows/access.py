"""Who may do a task, as one SQL condition and as one question; both read the same grants."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from inspections.cases.access import followed_cases, not_in
from inspections.cases.models import Case, CaseGrant, CaseSubject, Recusal
from permissions import authors, policy
from permissions.authors import DECIDED_BY_ANOTHER, Asked, authors_of_each, wrote_none_of_it
from permissions.catalogue import AREA_VERBS, SUBJECT_VERBS
from permissions.grants import permission_id
from permissions.models import OrganisationGrant
from permissions.viewer import NEVER, Viewer, any_of, grants_in_force
from workflows.models import WorkItem

# the columns of a work item by which the record of what it is about is found
DECIDED_ON = {"case": "case_id", "organisation": "organisation_id", "about": "about_id"}


def _holder_by_part(today: datetime.date, holder: OuterRef) -> Q:
    by_part = CaseGrant.objects.filter(
        grants_in_force(today),
        user_id=holder,
        permission_id=OuterRef("permission_id"),
        content_object_id=OuterRef("case_id"),
    )
    return Q(Q(is_for_case_people=True) & Exists(by_part))


def doable(viewer: Viewer) -> Q:
    """The condition that the viewer holds the right a work item asks for, and may use it in that case."""
    # no step asks to see; an area may be thousands of organisations
    acting = ((one.verb, one.organisation_id) for one in viewer.holdings if one.verb not in AREA_VERBS)
    by_office = _held_in("organisation_id", acting) & Q(is_for_case_people=False)
    bars = policy.bars_of(viewer)
    if bars.subject_of:
        by_office &= not_in(bars.subject_of, "case_id") | Q(permission_id__in=_of_the_subject())
    by_part = _held_in("case_id", ((one.verb, one.case_id) for one in policy.case_parts(viewer)))
    if by_part is not NEVER:
        by_part &= Q(is_for_case_people=True)
    return any_of(by_office, by_part) & not_in(bars.withdrew, "case_id")


def _held_in(field: str, held: Iterable[tuple[str, int]]) -> Q:
    """The condition that the right a work item asks for is held at what stands in `field`. held: verbs and ids.

    One branch a set of ids, with the verbs held at all of them: what the index of open work is made for."""
    places: dict[str, set[int]] = defaultdict(set)
    for verb, place in held:
        places[verb].add(place)
    alike: dict[frozenset[int], list[int]] = defaultdict(list)
    for verb, some in places.items():
        alike[frozenset(some)].append(permission_id(verb))
    return any_of(
        *(Q(**{"permission_id__in": sorted(rights), f"{field}__in": sorted(some)}) for some, rights in alike.items())
    )


def _of_the_subject() -> list[int]:
    return [permission_id(verb) for verb in SUBJECT_VERBS]


def _by_office(today: datetime.date, whose: int | OuterRef, verbs: list[str]) -> "QuerySet[OrganisationGrant]":
    """The grants of a log-in for an item, by which he decides on what another wrote. verbs: those that ask for it."""
    grants = OrganisationGrant.objects.filter(
        grants_in_force(today),
        user_id=whose,
        permission_id=OuterRef("permission_id"),
        content_object_id=OuterRef("organisation_id"),
    )
    return grants.filter(authors.may_decide(verbs, **DECIDED_ON))


def _holder_may(today: datetime.date, verbs: list[str]) -> Q:
    """`doable` and not by himself, for the log-in on whose list the task lies. verbs: as `_by_office`."""
    holder = OuterRef("task__owner_id")
    by_office = _by_office(today, holder, verbs)
    recused = Recusal.objects.filter(case_id=OuterRef("case_id"), person__user_id=holder)
    about_himself = CaseSubject.objects.filter(case_id=OuterRef("case_id"), person__user_id=holder)
    not_for_body = Q(is_for_case_people=True) | Q(permission_id__in=_of_the_subject())
    held = Q(Q(is_for_case_people=False) & Exists(by_office)) | _holder_by_part(today, holder)
    barred = Q(Exists(recused)) | ~not_for_body & Q(Exists(about_himself))
    return Q(task__owner__is_active=True) & held & ~barred


# what is read of an item to know whether it is on the viewer's list
Listed = tuple[int, int, int | None, Any, Any, Any]
LISTED = ("pk", "permission_id", "task__owner_id", "about_id", "case_id", "organisation_id")


def for_me(viewer: Viewer, rows: "QuerySet[WorkItem] | None" = None) -> "QuerySet[WorkItem]":
    """Open work that the viewer may do now: his own, free work, and work whose holder lost the right to it.

    rows: of these work items; by default of all."""
    found = _open_for(viewer, rows)
    is_held = Q(task__owner__isnull=False) & ~Q(task__owner_id=viewer.user.pk)
    deciding = _deciding(viewer)
    closer = found.order_by().filter(any_of(is_held, Q(permission_id__in=deciding) if deciding else NEVER))
    out = _not_his(viewer, list(closer.values_list(*LISTED)))
    return found.exclude(pk__in=out) if out else found


def count_for_me(viewer: Viewer) -> int:
    """How many items `for_me` finds: what they are is read at once, and not counted by a second question."""
    listed = list(_open_for(viewer, None).order_by().values_list(*LISTED))
    return len(listed) - len(_not_his(viewer, listed))


def _open_for(viewer: Viewer, rows: "QuerySet[WorkItem] | None") -> "QuerySet[WorkItem]":
    mine = doable(viewer) & _not_for_another(viewer)
    return (rows if rows is not None else WorkItem.objects.all()).filter(mine, done_at__isnull=True)


def _deciding(viewer: Viewer) -> dict[int, str]:
    return {permission_id(verb): verb for verb in DECIDED_BY_ANOTHER if viewer.holds(verb)}


def _not_his(viewer: Viewer, listed: list[Listed]) -> set[int]:
    """Of open items that the viewer holds the right to, those that are not for him: what he is to decide on and wrote
    himself, and what lies on the list of another who may still do it. So the long conditions are asked of few items."""
    deciding = _deciding(viewer)
    to_decide = {pk: Asked(deciding[one], *about) for pk, one, _owner, *about in listed if one in deciding}
    held = {pk: permission for pk, permission, owner, *_about in listed if owner not in (None, viewer.user.pk)}
    verbs = [deciding[one] for one in set(held.values()) & deciding.keys()]
    return _own_writing(viewer, to_decide) | _kept(viewer, list(held), verbs)


def _own_writing(viewer: Viewer, items: dict[int, Asked]) -> set[int]:
    """Of the items to be decided on, those that the viewer, or everybody in whose name he could, wrote himself."""
    if not items:
        return set()
    authors = authors_of_each(items.values())
    return {pk for pk, asked in items.items() if not wrote_none_of_it(viewer, asked, authors[asked])}


def _kept(viewer: Viewer, items: list[int], verbs: list[str]) -> set[int]:
    """Of the items on the lists of others, those that their holders may still do."""
    if not items:
        return set()
    may = WorkItem.objects.filter(_holder_may(viewer.today, verbs), pk__in=items)
    return set(may.values_list("pk", flat=True))


def _not_for_another(viewer: Viewer) -> Q:
    return Q(person__isnull=True) | _for_me_alone(viewer)


def _for_me_alone(viewer: Viewer) -> Q:
    return Q(person_id=viewer.person.pk) if viewer.person is not None else NEVER


def visible_work(viewer: Viewer) -> Q:
    """Work one may do or did, and the work of cases one follows and of organisations one oversees.

    The subject of a case sees its own steps alone."""
    mine = doable(viewer) & _not_for_another(viewer)
    of_cases = Q(Exists(Case.objects.filter(followed_cases(viewer), pk=OuterRef("case_id"))))
    programmes = viewer.below("see_programmes", "organisation__path")
    of_programmes = NEVER if programmes is NEVER else programmes & Q(case__isnull=True)
    seen = any_of(mine, of_cases, _for_me_alone(viewer), of_programmes)
    return seen & not_in(policy.bars_of(viewer).withdrew, "case_id")


def evidently_doable(viewer: Viewer, item: WorkItem) -> bool:
    """Whether what the viewer holds already shows that the item is one he may do, so that he sees it."""
    if item.person is not None and item.person.user_id != viewer.user.pk:
        return False
    verb = item.permission.codename
    if item.is_for_case_people:
        return verb in policy.parts_of(viewer, item) and not policy.withdrew(viewer, item)
    bars = policy.withdrew if verb in SUBJECT_VERBS else policy.is_barred
    return viewer.is_at(verb, item.organisation_id) and not bars(viewer, item)


def register() -> None:
    policy.register(
        WorkItem,
        visible=visible_work,
        organisation=lambda item, verb: item.organisation,
        case=lambda item: item.case,
        evident=evidently_doable,
    )
