"""Who sees the weekly reports and the reports that were asked for."""

from collections.abc import Callable

from django.db.models import Q

from inspections.deadlines.access import case_of
from inspections.reports.models import AskedReport, WeeklyReport
from permissions import policy
from permissions.viewer import NEVER, Viewer, any_of

# viewer -> condition of the reports he sees besides, as a room above says
_SEEN_BESIDE: list[Callable[[Viewer], Q]] = []


def seen_beside(condition: Callable[[Viewer], Q]) -> None:
    """For rooms above: which asked reports a viewer sees because he sees what they are about. Called once, from the
    `ready` of an app."""
    _SEEN_BESIDE.append(condition)


def visible_weekly(viewer: Viewer) -> Q:
    """Of the organisations that one leads, and of those below."""
    return viewer.below("see_board", "organisation__path")


def visible_asked(viewer: Viewer) -> Q:
    """Who reports, and who leads the organisation that asked; nobody who withdrew from the case it is about, or whom
    that case is about, whatever offices he holds."""
    seen = any_of(
        viewer.at("give_report", "organisation_id"),
        viewer.at("see_as_subject", "organisation_id"),
        viewer.below("see_board", "asked_for__path"),
        *(seen(viewer) for seen in _SEEN_BESIDE),
    )
    bars = policy.bars_of(viewer)
    closed = bars.withdrew | bars.subject_of
    return seen & ~Q(about__case_id__in=closed) if closed and seen is not NEVER else seen


def register() -> None:
    policy.register(WeeklyReport, visible=visible_weekly, organisation=lambda report, verb: report.organisation)
    policy.register(
        AskedReport,
        visible=visible_asked,
        organisation=lambda asked, verb: asked.organisation,
        case=lambda asked: case_of(asked.about),
    )
