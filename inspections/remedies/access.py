"""Who sees corrective actions: who corrects, who monitors, the concluding body, the leaders above."""

from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet

from inspections.cases.access import evidently_answers, evidently_of_team, visible_cases
from inspections.cases.models import CaseGrant
from inspections.organisations.models import Organisation
from inspections.remedies.models import Correction, RemedyAction, RemedyReport, RemedyWording
from permissions import policy
from permissions.viewer import Viewer, grants_in_force


def _own_corrections(viewer: Viewer, prefix: str = "") -> Q:
    """What one must correct oneself or answers for."""
    by_office = Q(**{f"{prefix}organisation_id__in": viewer.organisation_ids("plan_remedies")})
    return by_office | Q(**{f"{prefix}demand__assignee__person__user_id": viewer.user.pk})


def visible_corrections(viewer: Viewer, prefix: str = "") -> Q:
    case = f"{prefix}demand__notice__case__"
    parts = CaseGrant.objects.filter(
        grants_in_force(viewer.today), user_id=viewer.user.pk, content_object_id=OuterRef(f"{case}pk")
    ).exclude(part="subject_member")
    mine = _own_corrections(viewer, prefix)
    ordered = viewer.at("see_case_files", f"{case}organisation_id")
    above = viewer.below("see_cases", f"{prefix}org_path")
    return (mine | above | ordered | Q(Exists(parts))) & visible_cases(viewer, case)


def _evidently_sees(viewer: Viewer, correction: Correction) -> bool:
    """Whether what the viewer holds already shows that he sees the correction."""
    corrects = viewer.is_at("plan_remedies", correction.organisation_id)
    return (corrects and evidently_answers(viewer, correction.demand.assignee)) or evidently_of_team(
        viewer, correction.demand.notice.case
    )


def concluding_organisation(correction: Correction, verb: str) -> Organisation:
    """The body that concluded judges; the organisation that corrects does the rest."""
    judging = verb in ("verify_remedies", "see_case_files")
    return correction.demand.notice.case.organisation if judging else correction.organisation


def open_corrections_of(organisation: Organisation) -> "QuerySet[Correction]":
    """What the organisation still has to correct."""
    return Correction.objects.open().filter(organisation=organisation)


def register() -> None:
    policy.register(
        Correction,
        visible=visible_corrections,
        organisation=concluding_organisation,
        case=lambda correction: correction.demand.notice.case,
        own=_own_corrections,
        evident=_evidently_sees,
    )
    for model, prefix in (
        (RemedyAction, "correction__"),
        (RemedyReport, "action__correction__"),
        (RemedyWording, "action__correction__"),
    ):
        policy.register(
            model,
            visible=partial(visible_corrections, prefix=prefix),
            organisation=lambda row, verb: None,
            case=lambda row: (getattr(row, "action", row)).correction.demand.notice.case,
        )
