"""What is read of reminders: which deadlines have reached a rung, the bell, the history beside an item."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.organisations.models import User
from inspections.reminders.access import sees_whole_history
from inspections.reminders.models import Concern, FeedAddress, Message, Preference, Reminder, Rung, Sweep
from inspections.reminders.rules import Step, last_due_on
from permissions import policy
from permissions.viewer import any_of

# so many unread ones are counted; the bell says "99+" beyond
COUNTED = 100


def running() -> "QuerySet[Deadline]":
    """The deadlines about which people are reminded: those that run for who owes them."""
    return Deadline.objects.filter(state=Deadline.State.RUNNING)


def ladder() -> list[Rung]:
    """The rungs in use, the earliest first."""
    return list(Rung.objects.filter(is_active=True).order_by("days"))


def steps_of(rungs: Iterable[Rung]) -> list[Step]:
    return [Step(one.pk, one.days) for one in rungs]


def unrecorded(rungs: Iterable[Rung], today: datetime.date) -> Q:
    """The condition that a deadline has reached a rung of which nothing is recorded for its due day."""
    recorded = Reminder.objects.order_by().filter(deadline=OuterRef("pk"), due_on=OuterRef("due_on"))
    conditions = [
        Q(due_on__lte=last_due_on(step, today)) & ~Exists(recorded.filter(rung=step.key)) for step in steps_of(rungs)
    ]
    return any_of(*(Q(one) for one in conditions))


def moved_at() -> Any:
    """As a column: when a deadline got the due day that it has by a decision; null when it always had it."""
    moves = DeadlineChange.objects.filter(deadline=OuterRef("pk"), new_due_on=OuterRef("due_on"))
    return Subquery(moves.order_by("-pk").values("decided_at")[:1])


def messages_for(user: User) -> "QuerySet[Message]":
    """What the user is told in the application, of what he sees."""
    return policy.visible(user, Message.objects.filter(in_app=True))


def unread_count(user: User) -> int:
    """How many messages the bell shows: one question of one index, whatever there is. At most COUNTED.

    Not the long condition of sight: those of offices that ended and of cases that are closed to him do not count."""
    viewer = policy.viewer_for(user)
    bars = policy.bars_of(viewer)
    held = {holding.organisation_id for holding in viewer.holdings}
    unread = Message.objects.order_by().filter(user_id=user.pk, read_at__isnull=True, in_app=True)
    unread = unread.filter(Q(via__isnull=True) | Q(via__in=held))
    closed = bars.withdrew | bars.subject_of
    if bars.withdrew:
        unread = unread.exclude(reminder__deadline__case_id__in=bars.withdrew)
    if closed:
        unread = unread.exclude(via__isnull=False, reminder__deadline__case_id__in=closed)
    return unread.values("pk")[:COUNTED].count()


def history_of(user: User, deadline: Deadline) -> list[Reminder]:
    """What was sent about a deadline that the user sees, the newest first; `told` of each is who it went to, as far as
    the user is told that."""
    told = Message.objects.select_related("user__person", "via", "mail").order_by("pk")
    if not sees_whole_history(policy.viewer_for(user), deadline):
        told = told.filter(Q(concern=Concern.OWES) | Q(user_id=user.pk))
    rows = deadline.reminders.select_related("rung", "sent_by__person").order_by("-pk")
    return list(rows.prefetch_related(Prefetch("messages", told, to_attr="told")))


def preferences_of(user: User) -> dict[str, Preference]:
    """Concern -> what the user wants; what he did not set is as it comes."""
    wanted = {concern: Preference(user=user, concern=concern) for concern in Concern.values}
    return wanted | {one.concern: one for one in Preference.objects.filter(user=user)}


def feed_of(user: User) -> FeedAddress | None:
    """The address that calendar programs read the user's deadlines at, if there is one."""
    return FeedAddress.objects.filter(user=user, revoked_at__isnull=True).first()


def last_sweep() -> Sweep | None:
    """The last sweep that went over all clocks."""
    return Sweep.objects.order_by("-day").first()
