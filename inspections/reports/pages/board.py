"""The leader's board: a sentence, figures that are links, pictures, and the table by organisation."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from inspections.organisations.models import Organisation
from inspections.organisations.rules import id_at
from inspections.pages import today_of, user_of
from inspections.reports.forms import FIGURES, BoardFilter, case_figures_told
from inspections.reports.queries import beside, pictures
from inspections.reports.queries import board as queries
from inspections.reports.rules import Counts
from permissions import policy
from permissions.verdicts import Denied, Refused

# organisations of the first page, the most overdue; a province has hundreds of communes
SHOWN = 100
HEATED = 40  # rows of the heat map
# what stands as a figure on top, and as a column of the table
ON_TOP = ("overdue", "due3", "due7", "due15", "open", "waiting", "suspended", "returned", "extended")


# what rooms above show on the board as it is today: (request, asked) -> context
Beside = Callable[[HttpRequest, queries.Asked], dict[str, Any]]
_BESIDE: list[Beside] = []


def shown_beside(provider: Beside) -> None:
    """For rooms above: tells what the board shows of them; called once, from the `ready` of an app."""
    _BESIDE.append(provider)


def for_leaders(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuses whoever leads nothing."""

    @wraps(page)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policy.holds(user_of(request), "see_board"):
            reason = _("The leader's page is for those who lead an organisation or its inspection committee.")
            raise Refused(Denied(reason))
        return page(request, *args, **kwargs)

    return asked


def sentence_of(total: Counts, late_days: int, asked: queries.Asked) -> str:
    """What the board says first."""
    if total.overdue:
        told = ngettext(
            "%(n)d matter is overdue in %(m)d organisations, the oldest by %(days)d days.",
            "%(n)d matters are overdue in %(m)d organisations, the oldest by %(days)d days.",
            total.overdue,
        ) % {"n": total.overdue, "m": total.late_places, "days": late_days}
    else:
        told = _("Nothing is overdue.")
    if asked.as_of is None:
        return told
    return _("As of %(day)s: %(sentence)s") % {"day": asked.as_of.strftime("%d/%m/%Y"), "sentence": told}


@require_safe
@for_leaders
def leader(request: HttpRequest) -> HttpResponse:
    """What is owed below the reader, today or as of a past day; each figure opens its list."""
    user = user_of(request)
    viewer = policy.viewer_for(user)
    filters = BoardFilter(request.GET, request=request)
    asked = filters.asked()
    found = queries.board(user, asked)
    labels = {name: dict(filters.fields[name].choices) for name in ("kind", "severity")}  # type: ignore[attr-defined]
    for one in labels.values():
        one.pop("")
    shown = found.lines if "all" in request.GET else found.lines[:SHOWN]
    looked_at = asked.organisation or Organisation.objects.filter(path=found.base).first()
    context = {
        "filters": filters,
        "asked": asked,
        "sentence": sentence_of(found.total, found.days_late, asked),
        "figures": [(code, FIGURES[code], getattr(found.total, code)) for code in ON_TOP],
        "lines": shown,
        "not_shown": len(found.lines) - len(shown),
        "widest": max((one.counts.open for one in found.lines), default=1),
        "looked_at": looked_at,
        "above": queries.line_above(looked_at, viewer) if looked_at is not None else [],
        "shares": queries.shares(user, asked, labels),
        "waited_for": queries.waited_for(user, asked),
        "today": today_of(request),
        "lists": {name: reverse(f"reports:{name}") for name in ("clocks", "cases", "organisations", "lines")},
    }
    context |= heat(user, asked, found.base)
    if asked.as_of is None:
        days = beside.quiet_days()
        counted = beside.case_figures(user, asked, days)
        context["case_figures"] = [(code, label, counted[code]) for code, label in case_figures_told(days).items()]
        context["without_case"] = beside.without_case(user, asked).count()
        context["late_lines"] = beside.late_lines(user, asked).count()
        for provider in _BESIDE:
            context |= provider(request, asked)
    return render(request, "reports/leader.html", context, status=200 if filters.is_valid() else 422)


def heat(user: Any, asked: queries.Asked, base: str) -> dict[str, Any]:
    """Organisations × months: how many clocks were overdue in the morning of the last day of each month; those with
    most first, also of what nothing is owed now."""
    found = pictures.overdue_at_month_ends(user, asked)
    most = max((number for row in found.values() for number in row), default=0)
    months = pictures.months_of(asked)
    late = sorted((pk for pk, row in found.items() if any(row)), key=lambda pk: (-sum(found[pk]), pk))
    named = Organisation.objects.in_bulk(late[:HEATED])
    rows = [
        (
            named[pk],
            pk == id_at(base),
            [(month, number, shade_of(number, most)) for month, number in zip(months, found[pk], strict=True)],
        )
        for pk in late[:HEATED]
        if pk in named
    ]
    return {"months": months, "heat": rows, "not_heated": len(late) - len(rows)}


def shade_of(number: int, most: int) -> int:
    """How strongly a square is drawn: 0 for nothing, up to 3."""
    return 0 if not number else 1 + 2 * number // most if most > 1 else 1


@require_safe
@for_leaders
def year(request: HttpRequest) -> HttpResponse:
    """Pictures of a year: what began and was done by month, the cases from day to day, where time goes."""
    user = user_of(request)
    filters = BoardFilter(request.GET, request=request)
    asked = filters.asked()
    months = pictures.months_of(asked)
    overdue = [sum(row) for row in zip(*pictures.overdue_at_month_ends(user, asked).values(), strict=True)]
    trend = list(zip(months, pictures.trend(user, asked), overdue or [0] * len(months), strict=True))
    cases = list(pictures.cases_of_year(user, asked, asked.on.year)[: pictures.CASES_DRAWN + 1])
    context = {
        "filters": filters,
        "asked": asked,
        "looked_at": asked.organisation,
        "trend": trend,
        "tallest": max((number for _month, row, late in trend for number in (*row.values(), late)), default=1) or 1,
        "bars": pictures.bars_of(cases[: pictures.CASES_DRAWN], asked.on.year, asked),
        "more_cases": len(cases) > pictures.CASES_DRAWN,
        "drawn": pictures.CASES_DRAWN,
        "year": asked.on.year,
        "steps": pictures.median_days(user, asked),
        "today": today_of(request),
        "lists": {"clocks": reverse("reports:clocks")},
        "trail": [
            (_("Leader's page"), f"{reverse('reports:leader')}?{request.GET.urlencode()}"),
            (_("The year in pictures"), ""),
        ],
    }
    return render(request, "reports/year.html", context, status=200 if filters.is_valid() else 422)
