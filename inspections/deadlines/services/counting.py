"""What a clock rests on and what was granted to it, read for the arithmetic. Writes nothing."""

import datetime
from collections.abc import Iterable
from typing import Any

from inspections.calendars.queries import limit_of
from inspections.calendars.rules import (
    AfterReturn,
    Basis,
    Due,
    Granted,
    Unit,
    Words,
    WorkingCalendar,
    due_from_words,
    due_of,
    practical_day,
)
from inspections.deadlines.models import Deadline, DeadlineChange

Kind = DeadlineChange.Kind


def told_of(due: Due, days: WorkingCalendar) -> dict[str, Any]:
    """What the explanation of a clock keeps of how its day was found."""
    return {
        "skipped": [[one.isoformat(), name] for one, name in due.skipped],
        "worked": [[one.isoformat(), name] for one, name in due.worked],
        "rolled_from": due.rolled_from.isoformat() if due.rolled_from else None,
        "practical": practical_day(due.due_on, days).isoformat(),
    }


def basis_of(clock: Deadline) -> Basis | None:
    """What the clock is counted from; None for one of an installation from before that was kept."""
    limit = limit_of(clock.rule) if clock.rule is not None else None
    if limit is not None:
        return Basis(clock.start_on, limit)
    if "words" not in clock.explanation:
        return None
    named = datetime.date.fromisoformat(clock.explanation["day"])
    return Basis(clock.start_on, day=due_from_words(Words(clock.explanation["words"]), named))


def granted_of(changes: Iterable[DeadlineChange]) -> list[Granted]:
    """What the changes of a clock granted, in their order; what only recorded a new count of the same is left out."""
    granted = []
    for change in changes:
        if change.amount is not None:
            granted.append(Granted(amount=change.amount, unit=Unit(change.unit)))
        elif change.held_from is not None and change.held_to is not None:
            granted.append(
                Granted(pause=(change.held_from, change.held_to), after=AfterReturn(change.after or "time_left"))
            )
        elif change.kind not in (Kind.RECALCULATION, Kind.SUSPENSION):
            granted.append(Granted(day=change.new_due_on))
    return granted


def count_again(clock: Deadline, days: WorkingCalendar, changes: Iterable[DeadlineChange] | None = None) -> Due:
    """The due day of a clock counted anew by a calendar, with all that was granted kept. Writes nothing.

    changes: those of the clock in their order, when they were read already."""
    basis = basis_of(clock) or Basis(clock.start_on, day=clock.due_on)
    return due_of(basis, granted_of(clock.changes.all() if changes is None else changes), days)


def after_return_of(clock: Deadline) -> AfterReturn:
    """What the clock's rule says of a return; by default the time that was left runs on."""
    return AfterReturn(getattr(clock.rule, "after_return", "") or AfterReturn.TIME_LEFT)
