"""What the pages of corrections read."""

from django.db.models import Count, Q, QuerySet

from inspections.organisations.models import User
from inspections.remedies.models import Correction
from permissions import policy


def corrections_for(user: User) -> QuerySet[Correction]:
    """The corrections the user may see, with what a list shows."""
    rows = policy.visible(user, Correction.objects.all()).select_related(
        "demand__notice__case__organisation__type",
        "demand__assignee__organisation",
        "demand__assignee__person",
        "demand__assignee__case",
        "organisation",
        "monitor",
    )
    return rows.annotate(
        line_count=Count("actions", filter=~Q(actions__state="draft"), distinct=True),
        done_count=Count("actions", filter=Q(actions__state="done"), distinct=True),
    )
