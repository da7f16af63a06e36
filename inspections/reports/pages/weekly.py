"""The weekly reports: those that are kept, and one of them on a page."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.deadlines.models import Deadline
from inspections.lists import Column, ListPage
from inspections.pages import today_of, user_of
from inspections.reports.forms import FIGURES, PlaceFilter
from inspections.reports.models import WeeklyReport
from inspections.reports.pages.board import ON_TOP, for_leaders, sentence_of
from inspections.reports.queries import board as queries
from inspections.reports.queries.sections import sections_of
from inspections.reports.rules import NUMBERS, Counts, counts_as_kept
from permissions import policy


class WeeklyFilter(PlaceFilter):
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=2000, max_value=2100)

    def narrow(self, rows: Any) -> Any:
        given = self.given
        if given.get("organisation"):
            rows = rows.filter(organisation=given["organisation"])
        return rows.filter(on__year=given["year"]) if given.get("year") else rows


LIST = ListPage(
    template="reports/weekly_list.html",
    filters=WeeklyFilter,
    sorts={"newest": ("-on", "organisation__path"), "organisation": ("organisation__path", "-on")},
    columns=[
        Column(gettext_lazy("Monday"), lambda report: report.on),
        Column(gettext_lazy("Organisation"), lambda report: report.organisation.name),
        *(
            Column(FIGURES[code], lambda report, code=code: report.figures[code])  # type: ignore[misc]
            for code in ON_TOP
        ),
    ],
    file_name="weekly-reports",
)


@require_safe
@for_leaders
def weekly_list(request: HttpRequest) -> HttpResponse:
    """The weekly reports of what one leads."""
    user = user_of(request)
    rows = policy.visible(user, WeeklyReport.objects.defer("lines", "rows")).select_related("organisation")
    trail = [(_("Leader's page"), reverse("reports:leader")), (_("Weekly reports"), "")]
    # figures as they were written count cases that are closed to him; the page of a report counts anew
    bars = policy.bars_of(policy.viewer_for(user))
    hides = bool(bars.withdrew | bars.subject_of)
    page = replace(LIST, columns=LIST.columns[:2]) if hides else LIST
    return page.respond(request, rows, trail=trail, hides_figures=hides)


@require_safe
def weekly(request: HttpRequest, pk: int) -> HttpResponse:
    """One weekly report, as it was written; each figure opens its list as of that morning.

    Whoever withdrew from a case, or is a subject of one, reads the same morning counted without it."""
    user = user_of(request)
    rows = policy.visible(user, WeeklyReport.objects.select_related("organisation"))
    report = get_object_or_404(rows, pk=pk)
    viewer = policy.viewer_for(user)
    asked = queries.Asked(viewer.today, organisation=report.organisation, as_of=report.on)
    figures, lines = report.figures, report.lines
    bars = policy.bars_of(viewer)
    if bars.withdrew or bars.subject_of:
        counted = queries.board(user, asked)
        figures = {**counts_as_kept(counted.total), "days_late": counted.days_late}
        lines = [
            {
                "organisation": line.pk,
                "name": line.name,
                "is_itself": line.is_itself,
                "days_late": line.days_late,
                **counts_as_kept(line.counts),
            }
            for line in counted.lines
        ]
    total = Counts(**{name: figures[name] for name in NUMBERS})
    seen = policy.visible(user, Deadline.objects.filter(pk__in=[row["clock"] for row in report.rows]))
    titles = dict(seen.values_list("pk", "title"))
    context = {
        "report": report,
        "asked": asked,
        "sentence": sentence_of(total, figures["days_late"], asked),
        "figures": [(code, FIGURES[code], figures[code]) for code in ON_TOP],
        "lines": lines,
        "rows": [{**row, "title": titles[row["clock"]]} for row in report.rows if row["clock"] in titles],
        "sections": sections_of(viewer, report.organisation, report.on),
        "today": today_of(request),
        "lists": {"clocks": reverse("reports:clocks")},
        "trail": [
            (_("Leader's page"), reverse("reports:leader")),
            (_("Weekly reports"), reverse("reports:weekly_list")),
            (report.on.strftime("%d/%m/%Y"), ""),
        ],
    }
    return render(request, "reports/weekly.html", context)
