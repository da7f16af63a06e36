"""What a change of calendar or rule moves: all running clocks counted again, with everything that was granted kept."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.utils.text import Truncator

from inspections.calendars.changes import Change, Move, Moves
from inspections.calendars.queries import calendars_for
from inspections.calendars.rules import Due
from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.deadlines.services.clocks import due_copy_of, told_of_rule
from inspections.deadlines.services.counting import count_again, told_of
from inspections.deadlines.services.spans import BATCH, next_spans
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import path_end
from permissions import policy

LONGEST_PAPER = 100


@dataclass(frozen=True)
class Counted:
    """A clock with the day that it would be due on, and what would explain it."""

    clock: Deadline
    due: Due
    explanation: dict[str, Any]

    @property
    def is_moved(self) -> bool:
        return self.due.due_on != self.clock.due_on

    @property
    def is_told_otherwise(self) -> bool:
        return self.explanation != self.clock.explanation or self.due.is_provisional != self.clock.is_provisional


def moves_of(change: Change, reader: User | None = None) -> Moves:
    """The clocks that the change would move, each with its row where the reader sees it. Writes nothing."""
    if change.moves_nothing:
        return Moves()
    rows = _touched(change)
    seen = set() if reader is None else set(policy.visible(reader, rows).values_list("pk", flat=True))
    return Moves(tuple(_move(one, one.clock.pk in seen) for one in _counted(change, rows) if one.is_moved))


def count(change: Change, *, reason: str, paper: str, decided_by: User, now: datetime.datetime) -> Moves:
    """Moves the clocks: one change each, a new stretch each, all in bulk. Part of a verb, before or after its rows are
    written. Returns what was moved. Raises OperationalError when somebody else holds one of them."""
    # locked without their joins, which may be empty; whoever holds one may wait for the calendar that is held here
    nowait = connection.features.has_select_for_update_nowait
    list(_touched(change).select_for_update(nowait=nowait).order_by("pk").values_list("pk"))
    counted = [one for one in _counted(change, _touched(change)) if one.is_moved or one.is_told_otherwise]
    moved = [one for one in counted if one.is_moved]
    moves = Moves(tuple(_move(one, False) for one in moved))
    DeadlineChange.objects.bulk_create(
        [
            DeadlineChange(
                deadline=one.clock,
                kind=DeadlineChange.Kind.RECALCULATION,
                old_due_on=one.clock.due_on,
                new_due_on=one.due.due_on,
                reason=reason,
                paper=Truncator(paper).chars(LONGEST_PAPER),
                decided_by=decided_by,
                decided_at=now,
            )
            for one in moved
        ],
        batch_size=BATCH,
    )
    for one in counted:
        clock = one.clock
        clock.due_on, clock.is_provisional, clock.explanation = one.due.due_on, one.due.is_provisional, one.explanation
    Deadline.objects.bulk_update(
        [one.clock for one in counted], ["due_on", "is_provisional", "explanation"], batch_size=BATCH
    )
    next_spans([one.clock for one in moved], now)
    _copy_due([one.clock for one in moved])
    return moves


def _move(one: Counted, is_seen: bool) -> Move:
    clock = one.clock
    told = frozenset({clock.organisation_id} | ({clock.watcher_id} if clock.watcher_id else set()))
    return Move(clock.pk, clock.due_on, one.due.due_on, told, clock if is_seen else None)


def _touched(change: Change) -> "QuerySet[Deadline]":
    """The live clocks that the change can have to do with: a day after a clock's last one cannot move it."""
    rows = Deadline.objects.live()
    if change.rule is not None:
        return rows.filter(rule=change.rule)
    if change.first is not None:
        rows = rows.filter(due_on__gte=change.first)
    if change.last is not None:
        rows = rows.filter(start_on__lte=change.last)
    if change.organisation is not None:
        path = change.organisation.path
        rows = rows.filter(org_path__gte=path, org_path__lte=path_end(path))
    return rows


def _counted(change: Change, rows: "QuerySet[Deadline]") -> Iterator[Counted]:
    owing = Organisation.objects.filter(pk__in=rows.order_by().values("organisation"))
    calendars = calendars_for(owing, change.overlay)
    changes = Prefetch("changes", DeadlineChange.objects.order_by("pk"))
    clocks = rows.select_related("organisation", "watcher", "rule", "item_type").prefetch_related(changes)
    for clock in clocks.order_by("pk").iterator(chunk_size=BATCH):
        explanation = clock.explanation
        if change.rule is not None:
            clock.rule = change.rule
            explanation = {**explanation, **told_of_rule(change.rule)}
        days = calendars[clock.organisation_id]
        due = count_again(clock, days, clock.changes.all())
        yield Counted(clock, due, {**explanation, **told_of(due, days)})


def _copy_due(clocks: list[Deadline]) -> None:
    """The copies of the due day that items bear follow it."""
    groups: dict[tuple[Any, str], dict[int, datetime.date]] = defaultdict(dict)
    for clock in clocks:
        model = clock.item_type.model_class()
        field = due_copy_of(model, clock.duty)
        if field is not None:
            groups[model, field][clock.item_id] = clock.due_on
    for (model, field), days in groups.items():
        keys = list(days)
        for start in range(0, len(keys), BATCH):
            rows = list(model._default_manager.filter(pk__in=keys[start : start + BATCH]))
            for row in rows:
                setattr(row, field, days[row.pk])
            model._default_manager.bulk_update(rows, [field])
