"""Invariants of reminders: each rung once, none after the duty was done or moved, all caught up by the last sweep."""

import datetime
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Subquery

from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.reference.queries import DEEDS
from inspections.reminders.models import Reminder, Rung
from inspections.reminders.queries import ladder, last_sweep, running, unrecorded
from permissions.models import AuditEntry
from workflows.invariants.breach import Breach, of
from workflows.models import WorkItem

# seconds between the moment that a sweep or a request names and that at which it is kept
AT_THE_SAME_TIME = 600


def once_a_rung(now: datetime.datetime) -> Iterator[Breach]:
    by_rung = Reminder.objects.filter(rung__isnull=False).order_by().values("deadline", "rung__code", "due_on")
    for one in by_rung.annotate(times=Count("pk")).filter(times__gt=1):
        yield Breach(
            f"{Deadline._meta.label_lower}:{one['deadline']}",
            f"has {one['times']} reminders of the rung {one['rung__code']} for {one['due_on']}",
        )


def none_too_late(now: datetime.datetime) -> Iterator[Breach]:
    sent = Reminder.objects.filter(outcome=Reminder.Outcome.SENT).select_related("deadline")
    yield from _for_another_day(sent)
    # the step under a clock is done by the verb that stops it
    done = WorkItem.objects.filter(deadline=OuterRef("deadline")).order_by()
    last = done.values("deadline").annotate(last=Max("done_at")).values("last")
    over = sent.filter(deadline__state=Deadline.State.MET).exclude(Exists(done.filter(done_at__isnull=True)))
    for one in over.annotate(done_at=Subquery(last)).filter(recorded_at__gt=F("done_at")):
        if (one.recorded_at - one.done_at).total_seconds() > AT_THE_SAME_TIME:  # type: ignore[attr-defined]
            yield of(one, f"was sent after {one.deadline.duty} was done")


def _for_another_day(sent: "QuerySet[Reminder]") -> Iterator[Breach]:
    changes: dict[int, list[DeadlineChange]] = defaultdict(list)
    for change in DeadlineChange.objects.order_by("pk"):
        changes[change.deadline_id].append(change)
    for one in sent.filter(Exists(DeadlineChange.objects.filter(deadline=OuterRef("deadline")))):
        if one.due_on not in _days_at(one.recorded_at, changes[one.deadline_id]):
            yield of(one, f"was sent for {one.due_on}, which the deadline did not have then")
    unmoved = sent.exclude(Exists(DeadlineChange.objects.filter(deadline=OuterRef("deadline"))))
    for one in unmoved.exclude(due_on=F("deadline__due_on")):
        yield of(one, f"was sent for {one.due_on}, which the deadline never had")


def _days_at(moment: datetime.datetime, changes: list[DeadlineChange]) -> set[datetime.date]:
    """The due days that a deadline had about the moment."""
    found = {changes[0].old_due_on}
    for change in changes:
        seconds = (change.decided_at - moment).total_seconds()
        if seconds < -AT_THE_SAME_TIME:
            found = {change.new_due_on}
        elif seconds <= AT_THE_SAME_TIME:
            found.add(change.new_due_on)
    return found


def all_caught_up(now: datetime.datetime) -> Iterator[Breach]:
    """By the last sweep that went over all; not while the ladder was changed since."""
    last = last_sweep()
    if last is None:
        return
    changed = AuditEntry.objects.filter(verb__in=DEEDS, about_type=Rung._meta.label_lower, at__gte=last.begun_at)
    if changed.exists():
        return
    moved = DeadlineChange.objects.filter(deadline=OuterRef("pk"), decided_at__gte=last.begun_at)
    for one in running().filter(unrecorded(ladder(), last.day), ~Exists(moved), started_at__lt=last.begun_at):
        yield of(one, f"has reached a rung by {last.day} of which nothing is recorded")
