"""The weekly reports: those that are kept, and one of them on a page."""

from dataclasses import dataclass, replace
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
from inspections.reports.queries.board import Asked
from inspections.reports.queries.sections import Section, sections_of
from inspections.reports.queries.weekly import Read, Week, read
from inspections.reports.rules import CHECKS_ON_SHEET, MATTERS_ON_SHEET, NUMBERS, PLACES_ON_SHEET, Counts
from permissions import policy

COLUMN = 44  # dots of the highest column of the picture


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
    """One weekly report: its sheet, which is printed on one page, and behind it the annex with all the rest.

    Each figure opens its list as of that morning. Whoever sees less than was kept reads the same morning counted for
    him, and is told so."""
    user = user_of(request)
    rows = policy.visible(user, WeeklyReport.objects.select_related("organisation"))
    report = get_object_or_404(rows, pk=pk)
    told = read(user, report)
    asked = Asked(today_of(request), organisation=report.organisation, as_of=report.on)
    total = Counts(**{name: told.figures[name] for name in NUMBERS})  # type: ignore[arg-type]
    seen = policy.visible(user, Deadline.objects.filter(pk__in=[row["clock"] for row in report.rows]))
    titles = dict(seen.values_list("pk", "title"))
    late = [{**row, "title": titles[row["clock"]]} for row in report.rows if row["clock"] in titles]
    places = Shown(told.lines[:PLACES_ON_SHEET], told.lines, len(told.lines))
    matters = Shown(late[:MATTERS_ON_SHEET], late, told.figures["overdue"])
    sections = _shown_sections(sections_of(policy.viewer_for(user), report.organisation, report.on))
    context = {
        "report": report,
        "told": told,
        "sentence": sentence_of(total, told.figures["days_late"], asked),
        "figures": [(code, FIGURES[code], told.figures[code], _change(told, code)) for code in ON_TOP],
        "weeks": _drawn(told.weeks),
        "places": places,
        "matters": matters,
        "sections": sections,
        "annex": "annex" in request.GET,
        "has_annex": places.more or matters.more or any(shown.more for _section, shown in sections),
        "lists": {"clocks": reverse("reports:clocks")},
        "trail": [
            (_("Leader's page"), reverse("reports:leader")),
            (_("Weekly reports"), reverse("reports:weekly_list")),
            (report.on.strftime("%d/%m/%Y"), ""),
        ],
    }
    return render(request, "reports/weekly.html", context)


@dataclass(frozen=True)
class Shown:
    """What stands on the sheet, what in the annex, and how many there are in all."""

    sheet: list[Any]
    annex: list[Any]
    many: int

    @property
    def more(self) -> int:
        """How many the sheet does not show."""
        return self.many - len(self.sheet)

    @property
    def unlisted(self) -> int:
        """How many the annex does not show either."""
        return self.many - len(self.annex)


def _change(told: Read, code: str) -> int | None:
    """By how much a figure grew since the Monday before; None where there was no report then."""
    return told.figures[code] - told.before[code] if told.before is not None else None


def _drawn(weeks: list[Week]) -> list[tuple[Week, int]]:
    """The weeks with the heights of their columns, in dots; one that has something is seen."""
    most = max((week.overdue for week in weeks), default=0) or 1
    return [(week, max(week.overdue * COLUMN // most, 2 if week.overdue else 1)) for week in weeks]


def _shown_sections(sections: list[Section]) -> list[tuple[Section, Shown]]:
    """The sections with their lines, so many on the sheet in all."""
    told, left = [], CHECKS_ON_SHEET
    for section in sections:
        first = section.lines[:left]
        told.append((section, Shown(first, section.lines, len(section.lines))))
        left -= len(first)
    return told
