"""What the engine tells the boards: how long steps took, by its own record."""

import datetime

from django.db.models import Q

from inspections.organisations.rules import path_end
from permissions import policy
from permissions.viewer import Viewer
from workflows.models import WorkItem

NEWEST = 20_000  # finished steps, so that the boards of a province take no longer every year
DAY = 86_400  # seconds


def step_days(
    viewer: Viewer, path: str, since: datetime.datetime, until: datetime.datetime | None
) -> list[tuple[str, float]]:
    """Step, and the days from when it was there to do to when it was done, of the newest finished below the path in
    that time.

    Of what the viewer leads, without the cases from which he withdrew or that are about him. One query."""
    bars = policy.bars_of(viewer)
    of_case = viewer.below("see_cases", "case__org_path") & ~Q(case_id__in=bars.withdrew | bars.subject_of)
    of_body = Q(case__isnull=True) & viewer.below("see_board", "organisation__path")
    if path:
        of_case &= Q(case__org_path__gte=path, case__org_path__lte=path_end(path))
        of_body &= Q(organisation__path__gte=path, organisation__path__lte=path_end(path))
    done = WorkItem.objects.filter(of_case | of_body, done_at__gte=since).order_by("-done_at")
    if until is not None:
        done = done.filter(done_at__lte=until)
    rows = done.values_list("task__flow_task", "opened_at", "done_at")[:NEWEST]
    return [
        (str(step.task_title), (done_at - opened_at).total_seconds() / DAY)
        for step, opened_at, done_at in rows
        if done_at is not None
    ]
