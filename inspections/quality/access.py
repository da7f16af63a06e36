"""Who reads the checklist and the sample: the team and the ordering body, as minutes of verification; the appraising
office does not. The subject reads what became a finding about it, once that is released to it, with the evidence behind
it, as long as it reads the finding: one released and dropped afterwards too (domain.md §2.2a, §4.13)."""

from typing import Any

from django.db.models import F, Q

from inspections.cases.access import (
    acts_as,
    deciding_organisation,
    evidently_of_team,
    team_files,
    visible_cases,
    visible_files,
)
from inspections.cases.models import Case, CaseSubject
from inspections.quality.models import Checklist, LineFinding, Sample
from permissions import policy
from permissions.viewer import NEVER, Viewer, any_of


def visible_line_findings(viewer: Viewer) -> Q:
    """Those of the working papers one reads; of one's own subject those that were released, also when dropped since.

    The evidence is of the cell whose meetings the line is about: whoever else was made responsible for the finding, or
    was later, reads the finding without it."""
    acting = acts_as(viewer, "answer_findings", "finding__responsible__")
    released = Q(finding__is_released=True) & ~Q(finding__state="draft")
    about_it = Q(finding__responsible=F("item__checklist__subject"))
    own = acting if acting is NEVER else acting & about_it & released & visible_cases(viewer, "finding__case__")
    return any_of(visible_files(viewer, "finding__case__"), own)


def is_cell(subject: CaseSubject) -> bool:
    """Whether the subject is a cell itself, so that its meetings can be inspected."""
    return subject.person_id is None and subject.organisation.type.is_cell


def cells_of(case: Case) -> list[CaseSubject]:
    """The subjects of the case that are cells. One query."""
    rows = case.subjects.filter(person=None, organisation__type__is_cell=True)
    return list(rows.select_related("organisation__type").order_by("pk"))


def register() -> None:
    for model in (Checklist, Sample):
        policy.register(
            model,
            visible=team_files,
            organisation=lambda row, verb: deciding_organisation(row.case, verb),
            case=lambda row: row.case,
            evident=lambda viewer, row: evidently_of_team(viewer, row.case),
        )
    policy.register(
        LineFinding,
        visible=visible_line_findings,
        organisation=_organisation_of_finding,
        case=lambda row: row.finding.case,
        evident=lambda viewer, row: evidently_of_team(viewer, row.finding.case),
    )


def _organisation_of_finding(row: LineFinding, verb: str) -> Any:
    return deciding_organisation(row.finding.case, verb)
