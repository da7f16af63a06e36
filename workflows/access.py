"""Who may do a task, as one SQL condition and as one question; both read the same grants."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from inspections.cases.models import Case, CaseGrant, Recusal
from permissions import policy
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


def not_recused(viewer: Viewer) -> Q:
    """The condition that the viewer did not withdraw from the item's case."""
    return ~Q(Exists(Recusal.objects.filter(case_id=OuterRef("case_id"), person__user_id=viewer.user.pk)))


def for_me(viewer: Viewer) -> QuerySet[WorkItem]:
    """Open work that the viewer may do now: his own, free work, and work whose holder lost the right to it."""
    rows = WorkItem.objects.filter(done_at__isnull=True).filter(doable(viewer)).filter(not_recused(viewer))
    rows = rows.filter(Q(person__isnull=True) | Q(person__user_id=viewer.user.pk))
    rows = rows.annotate(
        holder_may=Exists(WorkItem.objects.filter(doable(viewer, OuterRef("task__owner_id")), pk=OuterRef("pk")))
    )
    return rows.filter(Q(task__owner__isnull=True) | Q(task__owner_id=viewer.user.pk) | Q(holder_may=False))


def visible_work(viewer: Viewer) -> Q:
    """Work one may do or did, and the work of cases and organisations one sees."""
    seen = policy.visible(viewer.user, Case.objects.all()).values("pk")
    return not_recused(viewer) & (
        doable(viewer)
        | Q(case_id__in=seen)
        | Q(person__user_id=viewer.user.pk)
        | viewer.below("see_programmes", "organisation__path") & Q(case__isnull=True)
    )


def register() -> None:
    policy.register(
        WorkItem,
        visible=visible_work,
        organisation=lambda item, verb: item.organisation,
        case=lambda item: item.case,
    )
