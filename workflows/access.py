"""Who may do a task, as one SQL condition and as one question; both read the same grants."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from inspections.cases.access import followed_cases
from inspections.cases.models import Case, CaseGrant, CaseSubject, Recusal
from permissions import policy
from permissions.catalogue import SUBJECT_VERBS
from permissions.grants import permission_id
from permissions.models import OrganisationGrant
from permissions.viewer import Viewer, grants_in_force
from workflows.models import WorkItem


def doable(viewer: Viewer, user: object = None) -> Q:
    """The condition that the viewer (or the log-in that `user` refers to) holds the right a work item asks for."""
    whose = user if user is not None else viewer.user.pk
    by_office = OrganisationGrant.objects.filter(
        grants_in_force(viewer.today),
        user_id=whose,
        permission_id=OuterRef("permission_id"),
        content_object_id=OuterRef("organisation_id"),
    )
    by_part = CaseGrant.objects.filter(
        grants_in_force(viewer.today),
        user_id=whose,
        permission_id=OuterRef("permission_id"),
        content_object_id=OuterRef("case_id"),
    )
    return Q(Q(is_for_case_people=False) & Exists(by_office)) | Q(Q(is_for_case_people=True) & Exists(by_part))


def not_barred(whose: int | OuterRef) -> Q:
    """The condition that the log-in did not withdraw from the item's case and is not to decide in a case about
    himself. whose: its id, or a reference to it."""
    recused = Recusal.objects.filter(case_id=OuterRef("case_id"), person__user_id=whose)
    about_himself = CaseSubject.objects.filter(case_id=OuterRef("case_id"), person__user_id=whose)
    of_the_subject = [permission_id(verb) for verb in SUBJECT_VERBS]
    is_for_body = Q(is_for_case_people=False) & ~Q(permission_id__in=of_the_subject)
    return ~Q(Exists(recused)) & ~(is_for_body & Q(Exists(about_himself)))


def for_me(viewer: Viewer) -> QuerySet[WorkItem]:
    """Open work that the viewer may do now: his own, free work, and work whose holder lost the right to it."""
    rows = WorkItem.objects.filter(done_at__isnull=True).filter(doable(viewer)).filter(not_barred(viewer.user.pk))
    rows = rows.filter(Q(person__isnull=True) | Q(person__user_id=viewer.user.pk))
    holder = OuterRef("task__owner_id")
    holder_may = Q(task__owner__is_active=True) & doable(viewer, holder) & not_barred(holder)
    return rows.filter(Q(task__owner__isnull=True) | Q(task__owner_id=viewer.user.pk) | ~holder_may)


def visible_work(viewer: Viewer) -> Q:
    """Work one may do or did, and the work of cases one follows and of organisations one oversees.

    The subject of a case sees its own steps alone."""
    for_me_alone = Q(person__user_id=viewer.user.pk)
    mine = doable(viewer) & not_barred(viewer.user.pk) & (Q(person__isnull=True) | for_me_alone)
    of_cases = Case.objects.filter(followed_cases(viewer)).values("pk")
    of_programmes = viewer.below("see_programmes", "organisation__path") & Q(case__isnull=True)
    recused = Recusal.objects.filter(case_id=OuterRef("case_id"), person__user_id=viewer.user.pk)
    return (mine | Q(case_id__in=of_cases) | for_me_alone | of_programmes) & ~Q(Exists(recused))


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
