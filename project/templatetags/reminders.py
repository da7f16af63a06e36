"""What was sent about a deadline, for the pages of whatever it is about."""

from typing import Any

from django import template

from inspections.deadlines.models import Deadline
from inspections.reminders.items import address_of, known_of
from inspections.reminders.queries import history_of
from permissions import policy

register = template.Library()


@register.inclusion_tag("reminders/history.html", takes_context=True)
def reminders_of(context: Any, deadline: Deadline) -> dict[str, Any]:
    """The history of reminders beside a deadline that the reader sees, and the button to remind by hand."""
    user, today = context["request"].user, context["today"]
    known = known_of([deadline], today)[deadline.pk]
    return {
        "deadline": deadline,
        "history": history_of(user, deadline),
        "may_remind": deadline.state == Deadline.State.RUNNING and bool(policy.may(user, "remind", deadline)),
        "address": address_of(deadline, known),
        "request": context["request"],
    }
