"""The stretches of clocks: each ends where the next begins. Part of whatever changes a clock."""

import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from inspections.deadlines.models import Deadline, DeadlineSpan

# what a span copies of its deadline
COPIED = (
    "organisation_id",
    "org_path",
    "watcher_id",
    "holder_id",
    "state",
    "due_on",
    "times_returned",
    "times_extended",
)
# so many rows are read or written at once
BATCH = 500


def _copied(clock: Deadline) -> dict[str, Any]:
    return {name: getattr(clock, name) for name in COPIED}


def open_span(clock: Deadline, first_on: datetime.date, now: datetime.datetime) -> DeadlineSpan:
    """Opens the stretch in which the clock is as it is now."""
    return DeadlineSpan.objects.create(deadline=clock, first_on=first_on, began_at=now, **_copied(clock))


def open_spans(clocks: list[Deadline], first_on: datetime.date, now: datetime.datetime) -> None:
    """As `open_span`, of many clocks."""
    made = [DeadlineSpan(deadline=clock, first_on=first_on, began_at=now, **_copied(clock)) for clock in clocks]
    DeadlineSpan.objects.bulk_create(made, batch_size=BATCH)


def next_span(clock: Deadline, now: datetime.datetime, on: datetime.date | None = None) -> None:
    """Ends the open stretch and begins the next; on: the business day on which the holder changed, else the day of
    `now`. One that only just began takes what is new instead."""
    span = DeadlineSpan.objects.filter(deadline=clock, ended_at__isnull=True).first()
    day = on or timezone.localdate(now)
    if span is None:
        open_span(clock, day, now)
        return
    day = max(day, span.first_on)
    if span.began_at == now:
        DeadlineSpan.objects.filter(pk=span.pk).update(**_copied(clock))
        return
    DeadlineSpan.objects.filter(pk=span.pk).update(ended_at=now, last_on=day)
    open_span(clock, day, now)


def next_spans(clocks: list[Deadline], now: datetime.datetime) -> None:
    """As `next_span` on the day of `now`, of many clocks that each have an open stretch; a few queries a batch."""
    today = timezone.localdate(now)
    by_key = {clock.pk: clock for clock in clocks}
    made, ended, anew = [], [], []
    for start in range(0, len(clocks), BATCH):
        part = [clock.pk for clock in clocks[start : start + BATCH]]
        for span in DeadlineSpan.objects.filter(deadline__in=part, ended_at__isnull=True):
            values = _copied(by_key[span.deadline_id])
            if span.began_at == now:
                for name, value in values.items():
                    setattr(span, name, value)
                anew.append(span)
                continue
            ended.append(span.pk)
            first_on = max(today, span.first_on)
            made.append(DeadlineSpan(deadline_id=span.deadline_id, first_on=first_on, began_at=now, **values))
    for start in range(0, len(ended), BATCH):
        spans = DeadlineSpan.objects.filter(pk__in=ended[start : start + BATCH], ended_at__isnull=True)
        spans.filter(first_on__lte=today).update(ended_at=now, last_on=today)
        spans.update(ended_at=now, last_on=F("first_on"))
    DeadlineSpan.objects.bulk_create(made, batch_size=BATCH)
    DeadlineSpan.objects.bulk_update(anew, COPIED, batch_size=BATCH)
