"""The leader's page and the search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from inspections.calendars.rules import SOON
from inspections.pages import today_of, user_of
from inspections.reports import queries
from permissions import policy
from permissions.verdicts import Denied, Refused

# organisations of the first page, the most overdue; a province has thousands
SHOWN = 100


@require_safe
def leader(request: HttpRequest) -> HttpResponse:
    """By organisation: open and overdue corrections, each figure a link to its list."""
    user, today = user_of(request), today_of(request)
    if not policy.holds(user, "see_board"):
        raise Refused(Denied(_("The leader's page is for those who lead an organisation or its inspection committee.")))
    figures = queries.correction_figures(user, today)
    shown = figures if "all" in request.GET else figures[:SHOWN]
    overdue = sum(one.overdue for one in figures)
    late_organisations = sum(one.overdue > 0 for one in figures)
    oldest = max((one.days_late for one in figures), default=0)
    if overdue:
        sentence = ngettext(
            "%(n)d correction is overdue in %(m)d organisations, the oldest by %(days)d days.",
            "%(n)d corrections are overdue in %(m)d organisations, the oldest by %(days)d days.",
            overdue,
        ) % {"n": overdue, "m": late_organisations, "days": oldest}
    else:
        sentence = _("No correction is overdue.")
    context = {
        "sentence": sentence,
        "figures": shown,
        "not_shown": len(figures) - len(shown),
        "total_open": sum(one.open for one in figures),
        "total_soon": sum(one.soon for one in figures),
        "total_overdue": overdue,
        "cases": queries.case_figures(user),
        "widest": max((one.open for one in figures), default=1),
        "today": today,
        "soon_days": SOON,
        "list_url": reverse("remedies:list"),
        "cases_url": reverse("cases:list"),
    }
    return render(request, "reports/leader.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Numbers, names and texts, without accents."""
    words = request.GET.get("q", "").strip()[:200]
    found = queries.search(user_of(request), words) if words else {}
    return render(request, "reports/search.html", {"words": words, "found": found})
