"""The weekly report: written by the worker for every committee, as of six on Monday, once."""

import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from inspections.calendars.rules import days_late
from inspections.cases.models import Case
from inspections.deadlines.models import LIVE, DeadlineSpan
from inspections.organisations.models import Office, Organisation
from inspections.organisations.models.people import in_force
from inspections.organisations.rules import STEP, path_end
from inspections.reports.models import WeeklyReport
from inspections.reports.queries.board import PAST, conditions, counts_by_place, lines_of, moment_of
from inspections.reports.rules import counts_as_kept, mondays_between, sum_of
from permissions.catalogue import roles_with

ROWS = 50  # of what was overdue longest are kept
AT_MOST = 8  # Mondays that are made up for after a time in which nothing ran


def make_weekly_reports(now: datetime.datetime) -> int:
    """Writes the reports that are missing up to the last Monday at six, and returns how many.

    What was missed while nothing ran is made up for from the stretches of the clocks, as of its own Monday. At the very
    first run there is nothing to make up for. One transaction an organisation, so what was written stays."""
    last = WeeklyReport.objects.order_by("-on").values_list("on", flat=True).first()
    written = 0
    for monday in mondays_between(last, timezone.localtime(now), AT_MOST):
        written += sum(_make(organisation, monday, now) for organisation in _committees(monday))
    return written


def _committees(monday: datetime.date) -> QuerySet[Organisation]:
    """The organisations, not cells, that somebody led on the day and that have no report of it yet."""
    roles = [role.code for role in roles_with("see_board")]
    led = Office.objects.order_by().filter(in_force(monday), role__in=roles)
    bodies = Q(pk__in=led.filter(organisation__type__is_body=True).values("organisation__parent"))
    rows = Organisation.objects.filter(bodies | Q(pk__in=led.values("organisation")))
    rows = rows.filter(type__is_body=False, type__is_cell=False)
    return rows.exclude(weekly_reports__on=monday).order_by("path")


def _make(organisation: Organisation, monday: datetime.date, now: datetime.datetime) -> bool:
    moment, path = moment_of(monday), str(organisation.path)
    rows = stretches_of(path, moment)
    with transaction.atomic():
        places = counts_by_place(rows, monday, len(path) + STEP)
        total = sum_of(places.values())
        oldest = rows.filter(conditions(monday)["overdue"]).order_by("due_on", "pk")
        kept = {
            "moment": moment,
            "made_at": now,
            "figures": {**counts_as_kept(total), "days_late": days_late(total.oldest or monday, monday)},
            "lines": [
                {
                    "organisation": line.pk,
                    "name": line.name,
                    "is_itself": line.is_itself,
                    "days_late": line.days_late,
                    **counts_as_kept(line.counts),
                }
                for line in lines_of(places, path, monday)
            ],
            "rows": [
                {"clock": clock, "who": who, "due_on": due.isoformat(), "days_late": days_late(due, monday)}
                for clock, who, due in oldest.values_list("deadline_id", "organisation__name", "due_on")[:ROWS]
            ],
        }
        _report, is_new = WeeklyReport.objects.get_or_create(organisation=organisation, on=monday, defaults=kept)
    return is_new


def stretches_of(path: str, moment: datetime.datetime) -> QuerySet[DeadlineSpan]:
    """What was live at the moment in the tree at the path, of no case or of one carried out there."""
    rows = DeadlineSpan.objects.order_by().filter(state__in=LIVE, began_at__lte=moment)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=moment))
    inside = Case.objects.order_by().filter(org_path__gte=path, org_path__lte=path_end(path)).values("pk")
    of_here = Q(**{f"{PAST}case_id__isnull": True}) | Q(**{f"{PAST}case_id__in": inside})
    return rows.filter(of_here, org_path__gte=path, org_path__lte=path_end(path))
