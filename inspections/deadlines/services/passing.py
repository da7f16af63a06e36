"""Clocks pass to the successor of an organisation as they are: the same row, number, start, due day and changes, so
that overdue days run on."""

import datetime
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.deadlines.services.spans import BATCH, next_spans
from inspections.organisations.models import Organisation
from inspections.organisations.rules import path_end


def live_clocks_of(organisation: Organisation) -> "QuerySet[Deadline]":
    """The clocks not stopped for good that the organisation owes or watches."""
    theirs = Q(organisation=organisation) | Q(watcher=organisation)
    return Deadline.objects.live().filter(theirs).select_related("organisation").order_by("pk")


def pass_on(
    old: Organisation,
    new: Organisation,
    *,
    now: datetime.datetime,
    about: Iterable[Model] | None = None,
    watched_in: Iterable[int] = (),
) -> None:
    """Makes the clocks that the old organisation owes or watches the new one's. Part of a verb.

    about: only those about these rows; by default all. watched_in: the cases (by id) whose clocks it owes or watches
    from now on, whatever they are about. Clocks that were met or cancelled stay with whom they were of. What a due day
    rests on is kept on the clock, so it does not move."""
    watched = Deadline.objects.live()
    if about is not None:
        wanted = Q(pk__in=[])
        rows = list(about)
        for kind in {type(row) for row in rows}:
            content_type = ContentType.objects.get_for_model(kind)
            wanted |= Q(item_type=content_type, item_id__in=[row.pk for row in rows if type(row) is kind])
        watched = watched.filter(wanted | Q(case_id__in=list(watched_in)))
    owed = set(watched.filter(organisation=old).values_list("pk", flat=True))
    seen = set(watched.filter(Q(watcher=old) | Q(holder=old)).values_list("pk", flat=True))
    passed = list(Deadline.objects.filter(pk__in=owed | seen).order_by("pk"))
    for clock in passed:
        if clock.pk in owed:
            clock.organisation, clock.org_path = new, str(new.path)
        if clock.holder_id == old.pk:
            clock.holder = new
        if clock.watcher_id == old.pk:
            clock.watcher = new
    Deadline.objects.bulk_update(passed, ["organisation", "org_path", "holder", "watcher"], batch_size=BATCH)
    next_spans(passed, now)


def change_watcher(clocks: "QuerySet[Deadline]", watcher: Organisation, now: datetime.datetime) -> None:
    """Lets live clocks be watched by another organisation from now on. Part of a verb."""
    passed = list(clocks.exclude(watcher=watcher).order_by("pk"))
    for clock in passed:
        clock.watcher = watcher
    Deadline.objects.bulk_update(passed, ["watcher"], batch_size=BATCH)
    next_spans(passed, now)


def follow_a_move(old: str, new: str, now: datetime.datetime) -> None:
    """After what stood at the path `old` stands at `new`: running stretches end there, and the next begin here.

    Those of the past keep the place of their time: who looks at a past day finds the tree of that day. Part of a
    verb."""
    open_there = DeadlineSpan.objects.filter(ended_at__isnull=True, org_path__gte=old, org_path__lte=path_end(old))
    next_spans(list(Deadline.objects.filter(pk__in=open_there.values("deadline"))), now)
