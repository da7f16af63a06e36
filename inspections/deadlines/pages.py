"""The page that explains a date."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.deadlines.queries import earlier_clocks, explain
from inspections.pages import today_of, user_of
from permissions import policy


@require_safe
def explanation(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a deadline is on its day, and what remains of it."""
    changes = Prefetch("changes", DeadlineChange.objects.select_related("decided_by__person"))
    rows = Deadline.objects.select_related("organisation", "rule").prefetch_related(changes)
    deadline = get_object_or_404(policy.visible(user_of(request), rows), pk=pk)
    today = today_of(request)
    context = {
        "deadline": deadline,
        "explanation": explain(deadline, today),
        "changes": deadline.changes.all(),
        "earlier": policy.visible(user_of(request), earlier_clocks(deadline)),
        "today": today,
        "trail": [(_("Deadline"), "")],
    }
    return render(request, "deadlines/explanation.html", context)
