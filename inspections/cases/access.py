"""How cases and their papers hang on organisations and people, for the policy (domain.md §2.2a)."""

from django.db.models import Exists, OuterRef, Q

from inspections.cases.models import (
    Case,
    CaseGrant,
    CaseSubject,
    ChangeRequest,
    InfoRequest,
    Paper,
    Recusal,
    Sitting,
)
from inspections.organisations.models import Organisation
from permissions import policy
from permissions.viewer import Viewer, grants_in_force


def visible_cases(viewer: Viewer, prefix: str = "") -> Q:
    """Cases below one's office, one's own body's, those one has a part in, those about oneself once announced.

    A case from which one withdrew is not there at all. prefix: the lookup that leads to the case, "" or "case__"."""
    case_pk = OuterRef(f"{prefix}pk" if prefix else "pk")
    by_part = CaseGrant.objects.filter(
        grants_in_force(viewer.today), user_id=viewer.user.pk, content_object_id=case_pk
    ).exclude(part="subject_member")
    about_mine = CaseSubject.objects.filter(
        Q(organisation_id__in=viewer.organisation_ids("see_as_subject"), person__isnull=True)
        | Q(organisation_id__in=viewer.organisation_ids("answer_findings"))
        | Q(person__user_id=viewer.user.pk),
        case_id=case_pk,
    ).filter(Q(case__announced_on__isnull=False) & ~Q(case__stage__in=["proposed", "withdrawn"]))
    recused = Recusal.objects.filter(case_id=case_pk, person__user_id=viewer.user.pk)
    seen = (
        viewer.below("see_cases", f"{prefix}org_path")
        | viewer.at("see_case_files", f"{prefix}organisation_id")
        | Q(Exists(by_part))
        | Q(Exists(about_mine))
    )
    return seen & ~Q(Exists(recused))


def visible_files(viewer: Viewer, prefix: str = "case__") -> Q:
    """Working papers: the ordering body's own cases and those one has a part in; not the leaders above."""
    case_pk = OuterRef(f"{prefix}pk")
    by_part = CaseGrant.objects.filter(
        grants_in_force(viewer.today),
        user_id=viewer.user.pk,
        content_object_id=case_pk,
        permission__codename="see_case_as_team",
    )
    recused = Recusal.objects.filter(case_id=case_pk, person__user_id=viewer.user.pk)
    seen = viewer.at("see_case_files", f"{prefix}organisation_id") | Q(Exists(by_part))
    if prefix == "case__":
        seen |= viewer.at("appraise_case", f"{prefix}organisation_id") & Q(case__stage__in=["reported", "appraised"])
        seen |= viewer.at("appraise_case", f"{prefix}organisation__parent_id") & Q(
            case__stage__in=["reported", "appraised"], case__organisation__type__is_body=True
        )
    return seen & ~Q(Exists(recused))


def acts_as(viewer: Viewer, verb: str, prefix: str = "") -> Q:
    """The subjects that the viewer is or answers for: a member with a log-in answers for himself alone.

    prefix: the lookup that leads to the subject, "" or "subject__"."""
    by_office = Q(**{f"{prefix}organisation_id__in": viewer.organisation_ids(verb)}) & (
        Q(**{f"{prefix}person__isnull": True})
        | Q(**{f"{prefix}person__user__isnull": True})
        | Q(**{f"{prefix}person__is_active": False})
    )
    return by_office | Q(**{f"{prefix}person__user_id": viewer.user.pk})


def visible_papers(viewer: Viewer) -> Q:
    """Team and ordering body see all; the subject its own and what is for it; leaders above decision and notice.

    The organisation that manages a member reads what is announced to it, never the draft about him (scenario E)."""
    mine = CaseSubject.objects.filter(
        Q(organisation_id__in=viewer.organisation_ids("answer_findings")) | Q(person__user_id=viewer.user.pk),
        case_id=OuterRef("case_id"),
        case__announced_on__isnull=False,
    )
    concerned = CaseSubject.objects.filter(
        acts_as(viewer, "answer_findings"), case_id=OuterRef("case_id"), case__announced_on__isnull=False
    )
    for_all = Q(kind__is_for_subject=True, subject__isnull=True)
    for_subject = Q(Exists(mine)) & (
        Q(subject__isnull=False)
        & (acts_as(viewer, "answer_findings", "subject__") | acts_as(viewer, "submit_self_report", "subject__"))
        | for_all & ~Q(kind__code__in=["draft_report", "conference_minutes"])
        | for_all & Q(kind__code="conference_minutes", released_at__isnull=False)
        | for_all & Q(kind__code="draft_report", released_at__isnull=False) & Q(Exists(concerned))
    )
    above = viewer.below("see_cases", "case__org_path") & Q(kind__code__in=["decision", "plan", "notice"])
    recused = Recusal.objects.filter(case_id=OuterRef("case_id"), person__user_id=viewer.user.pk)
    return visible_files(viewer) | (for_subject | above) & ~Q(Exists(recused))


def is_recused(viewer: Viewer, case: Case) -> bool:
    return Recusal.objects.filter(case=case, person__user_id=viewer.user.pk).exists()


def deciding_organisation(case: Case, verb: str) -> Organisation:
    """The body that ordered the case; form is appraised by the office of the committee it belongs to."""
    return case.organisation.overseer if verb == "appraise_case" else case.organisation


def register() -> None:
    policy.register(
        Case,
        visible=visible_cases,
        organisation=deciding_organisation,
        case=lambda case: case,
        grants=CaseGrant,
        is_recused=is_recused,
    )
    policy.register(
        CaseSubject,
        visible=lambda viewer: visible_cases(viewer, "case__"),
        organisation=lambda subject, verb: subject.organisation,
        case=lambda subject: subject.case,
    )
    policy.register(
        Paper,
        visible=visible_papers,
        organisation=lambda paper, verb: deciding_organisation(paper.case, verb),
        case=lambda paper: paper.case,
    )
    for model in (ChangeRequest, Sitting, InfoRequest):
        policy.register(
            model,
            visible=visible_files,
            organisation=lambda row, verb: deciding_organisation(row.case, verb),
            case=lambda row: row.case,
        )
