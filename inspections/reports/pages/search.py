"""The search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inspections.pages import user_of
from inspections.reports.queries.search import search as found_by


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Numbers, names and texts, without accents."""
    words = request.GET.get("q", "").strip()[:200]
    found = found_by(user_of(request), words) if words else {}
    return render(request, "reports/search.html", {"words": words, "found": found})
