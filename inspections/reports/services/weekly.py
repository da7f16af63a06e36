"""The weekly report: written by the worker for every committee, as of six on Monday, once."""

import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from inspections.calendars.rules import days_late
from inspections.organisations.models import Office, Organisation
from inspections.organisations.models.people import in_force
from inspections.reports.models import WeeklyReport
from inspections.reports.queries.board import conditions, moment_of
from inspections.reports.queries.weekly import figures_of, stretches_of
from inspections.reports.rules import mondays_between
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
    rows = stretches_of(organisation, monday)
    with transaction.atomic():
        figures, lines = figures_of(rows, organisation, monday)
        oldest = rows.filter(conditions(monday)["overdue"]).order_by("due_on", "pk")
        kept = {
            "moment": moment_of(monday),
            "made_at": now,
            "figures": figures,
            "lines": lines,
            "rows": [
                {"clock": clock, "who": who, "due_on": due.isoformat(), "days_late": days_late(due, monday)}
                for clock, who, due in oldest.values_list("deadline_id", "organisation__name", "due_on")[:ROWS]
            ],
        }
        _report, is_new = WeeklyReport.objects.get_or_create(organisation=organisation, on=monday, defaults=kept)
    return is_new
