"""The standing checks that only the engine can make: a case without a step, an open task that nobody may do."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inspections.calendars.moments import start_of
from inspections.calendars.rules import days_after, days_late
from inspections.cases.access import parts_in_case
from inspections.cases.models import Case
from inspections.checks.tables import Check, Told
from inspections.remedies.models import Correction
from permissions.viewer import NEVER, Viewer
from workflows.invariants.work import has_doer
from workflows.models import WorkItem

# without a step, where no row of the table says otherwise
USUAL_DAYS = 15


def _still(today: datetime.date, days: int) -> QuerySet[Any]:
    """Cases, proposals included, in which no step was done for more than so many days; corrections are none of it."""
    morning = start_of(days_after(today, -days))
    steps = WorkItem.objects.filter(case=OuterRef("pk"), done_by__isnull=False)
    steps = steps.exclude(about_type=ContentType.objects.get_for_model(Correction)).order_by("-done_at")
    last = Greatest("stepped_at", Coalesce(Subquery(steps.values("done_at")[:1]), "stepped_at"))
    rows = Case.objects.exclude(stage__in=Case.ENDED).filter(stepped_at__lt=morning).annotate(last_step_at=last)
    return rows.filter(last_step_at__lt=morning).select_related("kind", "organisation")


def _still_case(case: Any, today: datetime.date) -> Told:
    last = timezone.localdate(case.last_step_at)
    days = days_late(last, today)
    detail = ngettext("last step on %(day)s, %(n)d day ago", "last step on %(day)s, %(n)d days ago", days)
    return Told(
        str(case), case.get_absolute_url(), case.organisation, detail % {"day": last.strftime("%d/%m/%Y"), "n": days}
    )


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


CASE_WITHOUT_STEP = Check(
    code="case_without_step",
    name=_("Cases without a step for more than %(days)s days"),
    why=_("A case that stands still runs out of its time, and nobody tells why."),
    mend=_("See whose turn it is"),
    whose=_("For whoever's turn it is."),
    rows=_still,
    path="org_path",
    organisation="organisation",
    order=("last_step_at",),
    told=_still_case,
    mended_at=lambda case: str(case.get_absolute_url()),
    days=USUAL_DAYS,
)
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
CHECKS = (CASE_WITHOUT_STEP, TASK_NOBODY_MAY_DO)
