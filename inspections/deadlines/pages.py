"""The page that explains a date."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.calendars.queries import calendar_for
from inspections.deadlines.models import ClockRequest, Deadline, DeadlineChange
from inspections.deadlines.months import picture_of
from inspections.deadlines.queries import earlier_clocks, explain, holdings
from inspections.deadlines.services.requests import may_ask, what_may_be_asked
from inspections.pages import today_of, user_of
from permissions import policy

ASK = {
    ClockRequest.What.EXTENSION: gettext_lazy("Ask for an extension"),
    ClockRequest.What.SUSPENSION: gettext_lazy("Ask for a suspension"),
    ClockRequest.What.RESUMPTION: gettext_lazy("Ask that it runs again"),
}


def deadline_for(request: HttpRequest, pk: int) -> Deadline:
    """The deadline, if the reader may see it, with its changes; 404 otherwise."""
    changes = Prefetch("changes", DeadlineChange.objects.select_related("decided_by__person").order_by("pk"))
    rows = Deadline.objects.select_related("organisation", "rule", "holder", "watcher__parent", "watcher__type")
    return get_object_or_404(policy.visible(user_of(request), rows.prefetch_related(changes)), pk=pk)


@require_safe
def explanation(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a deadline is on its day, who held the matter, what was asked about it, and what remains."""
    deadline, user, today = deadline_for(request, pk), user_of(request), today_of(request)
    days = calendar_for(deadline.organisation)
    changes = list(deadline.changes.all())
    asked = deadline.requests.select_related("asked_by__person", "decided_by__person").prefetch_related(
        "attachments__file"
    )
    waiting = [one for one in asked if one.state == ClockRequest.State.ASKED]
    can_ask = what_may_be_asked(deadline, today) if not waiting and may_ask(user, deadline) else []
    held = holdings(deadline, today)
    context = {
        "deadline": deadline,
        "explanation": explain(deadline, today, days),
        "months": picture_of(deadline, changes, days, today),
        "changes": changes,
        "holdings": held,
        "held_days": sum(one.days for one in held),
        "asked": asked,
        "asks": [(what, ASK[ClockRequest.What(what)]) for what in can_ask],
        "earlier": policy.visible(user, earlier_clocks(deadline)),
        "today": today,
        "trail": [(_("Deadline"), "")],
    }
    return render(request, "deadlines/explanation.html", context)
