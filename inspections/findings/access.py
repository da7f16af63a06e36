"""Who sees findings, answers and notices (domain.md §2.2a, §4.13)."""

from django.db.models import Q

from inspections.cases.access import acts_as, evidently_of_team, visible_cases, visible_files
from inspections.findings.models import Answer, Demand, Finding, Notice
from permissions import policy
from permissions.viewer import NEVER, Viewer, any_of


def _own(viewer: Viewer, field: str) -> Q:
    """The condition that one is the case subject in `field`, or answers for it."""
    acting = acts_as(viewer, "answer_findings", f"{field}__")
    return acting if acting is NEVER else acting & visible_cases(viewer, f"{field}__case__")


def visible_findings(viewer: Viewer) -> Q:
    """Team and ordering body: all. The subject: its own once released. Others who see the case: once concluded.

    What was dropped before it was released, or is worded anew in further verification, is the team's own."""
    released = Q(is_released=True) & ~Q(state="draft")
    concluded = Q(case__notice__number__gt="") & ~Q(state="dropped")
    own = _own(viewer, "responsible")
    mine = own if own is NEVER else released & own
    return any_of(visible_files(viewer), mine, concluded & visible_cases(viewer, "case__"))


def visible_answers(viewer: Viewer) -> Q:
    return any_of(visible_files(viewer, "finding__case__"), _own(viewer, "subject"))


def visible_notices(viewer: Viewer) -> Q:
    return visible_files(viewer) | Q(number__gt="") & visible_cases(viewer, "case__")


def visible_demands(viewer: Viewer) -> Q:
    return visible_files(viewer, "notice__case__") | Q(notice__number__gt="") & visible_cases(viewer, "notice__case__")


def register() -> None:
    policy.register(
        Finding,
        visible=visible_findings,
        organisation=lambda finding, verb: finding.case.organisation,
        case=lambda finding: finding.case,
        evident=lambda viewer, finding: evidently_of_team(viewer, finding.case),
    )
    policy.register(
        Answer,
        visible=visible_answers,
        organisation=lambda answer, verb: answer.subject.organisation,
        case=lambda answer: answer.finding.case,
        evident=lambda viewer, answer: evidently_of_team(viewer, answer.finding.case),
    )
    policy.register(
        Notice,
        visible=visible_notices,
        organisation=lambda notice, verb: notice.case.organisation,
        case=lambda notice: notice.case,
        evident=lambda viewer, notice: evidently_of_team(viewer, notice.case),
    )
    policy.register(
        Demand,
        visible=visible_demands,
        organisation=lambda demand, verb: demand.notice.case.organisation,
        case=lambda demand: demand.notice.case,
        evident=lambda viewer, demand: evidently_of_team(viewer, demand.notice.case),
    )
