"""The standing check that only the engine can make: an open task that nobody may do."""

import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.cases.access import parts_in_case
from inspections.checks.tables import Check, Told
from permissions.viewer import NEVER, Viewer
from workflows.invariants.work import has_doer
from workflows.models import WorkItem


def _stuck(today: datetime.date, days: int) -> QuerySet[Any]:
    """Open work for which no active log-in holds the right, or only such as may not use it."""
    rows = WorkItem.objects.filter(done_at__isnull=True).exclude(has_doer(today))
    rows = rows.annotate(
        place=Coalesce("organisation__path", "case__org_path"),
        whose_id=Coalesce("organisation_id", "case__organisation_id"),
    )
    return rows.select_related("task__process", "organisation", "case__organisation")


def _task(item: WorkItem, today: datetime.date) -> Told:
    url = item.case.get_absolute_url() if item.case is not None else item.get_absolute_url()
    organisation = item.organisation or (item.case.organisation if item.case is not None else None)
    return Told(str(item.task.flow_task.task_title), url, organisation, item.about_name)


def _mended_at(item: WorkItem) -> str:
    if item.is_for_case_people:
        return reverse("workflows:ask_team_change", args=[item.case_id])
    return reverse("organisations:detail", args=[item.organisation_id])


def _may_mend(viewer: Viewer) -> Q:
    may_ask = parts_in_case(viewer, "case__", "request_change")
    may_give = viewer.below("keep_offices", "organisation__path")
    by_office = NEVER if may_give is NEVER else Q(is_for_case_people=False) & may_give
    return (Q(is_for_case_people=True) & may_ask) | by_office


TASK_NOBODY_MAY_DO = Check(
    code="task_nobody_may_do",
    name=_("Open tasks that nobody may do"),
    why=_("They lie on nobody's list, so their case stands still until an office or a part is given."),
    mend=_("Give the office or the part"),
    whose=_("For the administrator who keeps offices, or for the team, which asks for another member."),
    rows=_stuck,
    path="place",
    organisation="whose_id",
    order=("opened_at",),
    told=_task,
    mended_at=_mended_at,
    may_mend=_may_mend,
)
CHECKS = (TASK_NOBODY_MAY_DO,)
