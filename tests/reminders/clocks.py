"""Deadlines for tests: about the demands of a notice that a commune's inspection committee published."""

import datetime
from typing import Any

from inspections.deadlines.models import Deadline
from inspections.deadlines.services import start_clock
from inspections.reminders.models import Message, Reminder, Rung
from inspections.reminders.services.sweeping import Swept, sweep
from tests.cast import at


def swept(day: str, hour: int = 9) -> Swept:
    """A sweep at an hour of a day."""
    now = at(day, hour)
    return sweep(now=now, today=now.date())


def clock(
    cast: Any, due_on: datetime.date, *, started: str = "2026-01-05", about: str = "dong_muoi", **given: Any
) -> Deadline:
    """A running deadline of a cell, watched by the inspection committee, about a row that no room told of."""
    organisation = cast.organisation(given.pop("organisation", "dong_muoi"))
    now = at(started)
    return start_clock(
        item=given.pop("item", cast.organisation(about)),
        duty=given.pop("duty", "correct"),
        title=given.pop("title", "Nâng chất lượng sinh hoạt"),
        organisation=organisation,
        watcher=cast.organisation("ubkt"),
        start_on=now.date(),
        day=due_on,
        now=now,
        **given,
    )


def sent(deadline: Deadline) -> list[str]:
    """The codes of the rungs that were sent, in their order."""
    rows = Reminder.objects.filter(deadline=deadline, outcome=Reminder.Outcome.SENT, rung__isnull=False)
    return list(rows.order_by("pk").values_list("rung__code", flat=True))


def passed_over(deadline: Deadline) -> dict[str, str]:
    """The codes of the rungs passed over, each with why."""
    rows = Reminder.objects.filter(deadline=deadline, outcome=Reminder.Outcome.PASSED_OVER)
    return dict(rows.values_list("rung__code", "why"))


def told(deadline: Deadline, code: str) -> dict[str, set[str]]:
    """Concern -> the user names told by a rung."""
    rows = Message.objects.filter(reminder__deadline=deadline, reminder__rung=Rung.objects.get(code=code))
    found: dict[str, set[str]] = {}
    for concern, name in rows.values_list("concern", "user__username"):
        found.setdefault(concern, set()).add(name)
    return found
