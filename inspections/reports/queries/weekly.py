"""The weekly report as it is read: every figure equals the list that it opens, of the report's own Monday at six.

What was kept is shown to whoever sees all that it counts. For a reader who sees less (who withdrew from a case, is its
subject, or no longer leads what moved away since) the same morning is counted without it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet

from inspections.calendars.rules import days_after, days_late
from inspections.cases.models import Case
from inspections.deadlines.models import LIVE, DeadlineSpan
from inspections.organisations.models import FormerPath, Organisation, PassedItem, User
from inspections.reports.models import WeeklyReport
from inspections.reports.queries.board import lines_of, moment_of, stood_at
from inspections.reports.queries.counting import conditions, counts_by_place
from inspections.reports.queries.places import places_had, within
from inspections.reports.queries.sight import PAST, sight
from inspections.reports.rules import NUMBERS, WEEK, WEEKS, counts_as_kept, sum_of
from permissions import policy

OF_TREND = ("overdue", "open")  # what the picture of the weeks shows


def of_report(organisation: Organisation, monday: datetime.date) -> Q:
    """The condition of stretches that the report of the organisation counts: they stood in its tree, and are of no case
    or of one that was carried out there on the Monday. One query."""
    path = str(organisation.path)
    places = places_had([path])[path]
    inside = Case.objects.order_by().filter(_carried_out_at(path, places, moment_of(monday))).values("pk")
    of_here = Q(**{f"{PAST}case_id__isnull": True}) | Q(**{f"{PAST}case_id__in": inside})
    return of_here & within("org_path", places)


def _carried_out_at(path: str, places: Iterable[str], moment: datetime.datetime) -> Q:
    """The condition of cases whose body stood below the path: it is there, stood there before it moved away, or has
    passed the case on since the moment."""
    moved = FormerPath.objects.order_by().filter(within("path", places)).values("organisation")
    passed = PassedItem.objects.order_by().filter(
        within("part__succession__organisation__path", [path]),
        item_type=ContentType.objects.get_for_model(Case),
        part__succession__decided_at__gt=moment,
    )
    return within("org_path", [path]) | Q(organisation__in=moved) | Q(pk__in=passed.values("item_id"))


def stretches_of(organisation: Organisation, monday: datetime.date) -> QuerySet[DeadlineSpan]:
    """What the report of the organisation counts, whoever asks: what was live at six on the Monday."""
    return DeadlineSpan.objects.order_by().filter(of_report(organisation, monday), stood_at(monday), state__in=LIVE)


def figures_of(
    rows: QuerySet[DeadlineSpan], organisation: Organisation, on: datetime.date
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """What a report tells of the stretches: the counts of all with the days of the oldest, and the same by what stood
    next below, the most overdue first. Three queries."""
    path = str(organisation.path)
    places = counts_by_place(rows, on, places_had([path])[path])
    total = sum_of(places.values())
    lines = [
        {
            "organisation": line.pk,
            "name": line.name,
            "is_itself": line.is_itself,
            "days_late": line.days_late,
            **counts_as_kept(line.counts),
        }
        for line in lines_of(places, path, on)
    ]
    return {**counts_as_kept(total), "days_late": days_late(total.oldest or on, on)}, lines


@dataclass(frozen=True)
class Week:
    """One Monday of the picture: its report, and what the reader sees of what was open and overdue."""

    report: WeeklyReport
    open: int
    overdue: int


@dataclass(frozen=True)
class Read:
    """A report for its reader. is_whole: he sees all that was counted, so this is what was kept; before: the figures of
    the Monday before, None when no report was written then; weeks: the last ones, this one the last."""

    figures: dict[str, int]
    lines: list[dict[str, Any]]
    is_whole: bool
    before: dict[str, int] | None
    weeks: list[Week]


def read(user: User, report: WeeklyReport) -> Read:
    """The report as the reader sees it. The number of queries does not grow with what is counted."""
    viewer = policy.viewer_for(user)
    rows = stretches_of(report.organisation, report.on)
    figures, lines = figures_of(rows.filter(sight(viewer, rows)), report.organisation, report.on)
    is_whole = (figures, _numbers(lines)) == (report.figures, _numbers(report.lines))
    if is_whole:  # the names as they were then
        lines = report.lines
    last = WeeklyReport.objects.defer("lines", "rows").filter(organisation=report.organisation, on__lte=report.on)
    reports = list(reversed(last.order_by("-on")[:WEEKS]))
    before, weeks = _over_weeks(user, reports, days_after(report.on, -WEEK))
    return Read(figures, lines, is_whole, before, weeks)


def _numbers(lines: Iterable[dict[str, Any]]) -> dict[int, list[int]]:
    return {line["organisation"]: [line["days_late"], *(line[name] for name in NUMBERS)] for line in lines}


def _over_weeks(
    user: User, reports: list[WeeklyReport], monday: datetime.date
) -> tuple[dict[str, int] | None, list[Week]]:
    """What the reader sees of the Mondays of the reports (the first first): all figures of the one named, and the
    picture. One query, and those of sight and places."""
    rows = DeadlineSpan.objects.order_by().filter(of_report(reports[0].organisation, reports[0].on), state__in=LIVE)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=reports[0].moment), began_at__lte=reports[-1].moment)
    rows = rows.filter(sight(policy.viewer_for(user), rows))
    wanted = {}
    for n, one in enumerate(reports):
        kinds = conditions(one.on)
        for name in kinds if one.on == monday else OF_TREND:
            wanted[f"{name}_{n}"] = Count("pk", filter=stood_at(one.on) & kinds[name])
    found = rows.aggregate(**wanted)
    weeks = [Week(one, found[f"open_{n}"], found[f"overdue_{n}"]) for n, one in enumerate(reports)]
    for n, one in enumerate(reports):
        if one.on == monday:
            return {name: found[f"{name}_{n}"] for name in conditions(monday)}, weeks
    return None, weeks
