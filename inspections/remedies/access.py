"""Who sees corrective actions: who corrects, who monitors, the concluding body, the leaders above."""

from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from inspections.cases.access import (
    evidently_answers,
    evidently_of_team,
    open_orders_of,
    parts_in_case,
    visible_cases,
)
from inspections.cases.models import Case
from inspections.cases.services.fieldwork import subject_verb
from inspections.organisations.models import Organisation
from inspections.remedies.models import (
    CORRECT,
    REPORT_QUARTER,
    CarriedDemand,
    Correction,
    LookAgain,
    RemedyAction,
    RemedyReport,
    RemedyWording,
)
from permissions import policy
from permissions.viewer import NEVER, Viewer, any_of


def _own_corrections(viewer: Viewer, prefix: str = "") -> Q:
    """What one must correct oneself or answers for."""
    in_person = Q(**{f"{prefix}demand__assignee__person__user_id": viewer.user.pk})
    return any_of(
        viewer.at("plan_remedies", f"{prefix}organisation_id"),
        in_person if policy.bars_of(viewer).subject_of else NEVER,
    )


def visible_corrections(viewer: Viewer, prefix: str = "") -> Q:
    case = f"{prefix}demand__notice__case__"
    seen = any_of(
        _own_corrections(viewer, prefix),
        viewer.below("see_cases", f"{prefix}org_path"),
        viewer.at("see_case_files", f"{case}organisation_id"),
        parts_in_case(viewer, case),
    )
    return seen & visible_cases(viewer, case)


def _evidently_sees(viewer: Viewer, correction: Correction) -> bool:
    """Whether what the viewer holds already shows that he sees the correction."""
    assignee = correction.demand.assignee
    if assignee is not None and viewer.is_at("plan_remedies", correction.organisation_id):
        return evidently_answers(viewer, assignee)
    return evidently_of_team(viewer, correction.demand.notice.case)


def concluding_organisation(correction: Correction, verb: str) -> Organisation:
    """The body that concluded judges; the organisation that corrects does the rest."""
    judging = verb in ("verify_remedies", "see_case_files")
    return correction.demand.notice.case.organisation if judging else correction.organisation


def open_corrections_of(organisation: Organisation) -> "QuerySet[Correction]":
    """What the organisation still has to correct, or what of it is still to be looked at again."""
    rows = Correction.objects.watched().filter(organisation=organisation)
    return rows.select_related("demand__notice").order_by("due_on", "pk")


def right_of_owner(correction: Correction, duty: str) -> tuple[str, Any] | None:
    """By which right, on which row, whoever owes a duty about the correction acts: who must correct, or the monitor."""
    if duty not in (CORRECT, REPORT_QUARTER):
        return "monitor_remedies", correction
    assignee = correction.demand.assignee
    return (subject_verb(assignee, "plan_remedies"), correction) if assignee is not None else None


def closed_cases_judged_by(organisation: Organisation) -> "QuerySet[Case]":
    """The closed cases of the organisation of which something is still to be corrected or looked at again, and judged
    by it; but for those that a suspension keeps among its open ones."""
    open_ones = Correction.objects.watched().order_by().filter(demand__notice__case__organisation=organisation)
    rows = Case.objects.filter(pk__in=open_ones.values("demand__notice__case"), stage__in=Case.ENDED)
    rows = rows.exclude(pk__in=open_orders_of(organisation).order_by().values("pk"))
    return rows.select_related("kind").order_by("pk")


def cases_of_corrections(organisation: Organisation) -> "QuerySet[Case]":
    """The cases of what the organisation still has to correct, ended or not: what is done about a correction locks its
    case first."""
    rows = open_corrections_of(organisation).order_by().values("demand__notice__case")
    return Case.objects.filter(pk__in=rows)


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
    policy.register(
        LookAgain,
        visible=partial(visible_corrections, prefix="correction__"),
        organisation=lambda row, verb: None,
        case=lambda row: row.correction.demand.notice.case,
    )
    policy.register(
        CarriedDemand,
        visible=lambda viewer: visible_corrections(viewer, "correction__") & visible_cases(viewer, "case__"),
        organisation=lambda row, verb: None,
        case=lambda row: row.correction.demand.notice.case,
    )
