"""Who sees reminders: whoever sees the deadline; messages, only to whom they are, and as long as he sees it."""

from django.db.models import Q

from inspections.deadlines.access import visible_deadlines
from inspections.deadlines.models import Deadline
from inspections.reminders.models import Message, Reminder
from permissions import policy
from permissions.viewer import Viewer


def visible_reminders(viewer: Viewer) -> Q:
    return Q(deadline__in=Deadline.objects.order_by().filter(visible_deadlines(viewer)).values("pk"))


def visible_messages(viewer: Viewer) -> Q:
    if not viewer.user.is_authenticated:
        return Q(pk__in=[])
    # the long condition is asked of the deadlines that he was told of, and of no others
    mine = Message.objects.order_by().filter(user_id=viewer.user.pk).values("reminder__deadline")
    seen = Deadline.objects.order_by().filter(visible_deadlines(viewer), pk__in=mine).values("pk")
    return Q(user_id=viewer.user.pk, reminder__deadline__in=seen)


def sees_whole_history(viewer: Viewer, deadline: Deadline) -> bool:
    """Whether somebody who sees a deadline is told everybody whom it was sent to: who watches over it and who leads
    above. Who owes it is told of his own side only."""
    watcher = deadline.watcher
    if watcher is None:
        above = deadline.organisation.parent
        return above is not None and viewer.is_above("see_board", above.path or "")
    return viewer.is_at("see_case_files", watcher.pk) or viewer.is_above("see_board", watcher.path or "")


def register() -> None:
    policy.register(
        Reminder, visible=visible_reminders, organisation=lambda reminder, verb: reminder.deadline.organisation
    )
    policy.register(
        Message, visible=visible_messages, organisation=lambda message, verb: message.reminder.deadline.organisation
    )
