"""Three hundred deadlines at once, and what must be there when they were swept."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType

from inspections.deadlines.models import Deadline
from inspections.organisations.models import Organisation
from inspections.reminders.models import Message, Reminder
from tests.cast import at

MANY = 300
# of each: two who owe, two who watch
EACH = 4


def deadlines(cast: Any, due_on: datetime.date, number: int = MANY) -> None:
    """Running deadlines of one cell, about rows that no room told of."""
    cell, body = cast.organisation("dong_muoi"), cast.organisation("ubkt")
    kind = ContentType.objects.get_for_model(Organisation)
    Deadline.objects.bulk_create(
        Deadline(
            organisation=cell,
            org_path=cell.path,
            watcher=body,
            holder=cell,
            held_since=datetime.date(2026, 1, 5),
            item_type=kind,
            item_id=cell.pk,
            duty=f"duty-{one}",
            title=f"Việc {one}",
            start_on=datetime.date(2026, 1, 5),
            due_on=due_on,
            started_at=at("2026-01-05"),
        )
        for one in range(number)
    )


def not_once(code: str, number: int = MANY) -> list[str]:
    """What is not there exactly once of a rung that every deadline has reached."""
    sent = Reminder.objects.filter(rung__code=code, outcome=Reminder.Outcome.SENT)
    told = Message.objects.filter(reminder__in=sent)
    found = {
        "reminders": (sent.count(), number),
        "deadlines": (sent.values("deadline").distinct().count(), number),
        "messages": (told.count(), EACH * number),
        "people": (told.values("reminder", "user").distinct().count(), EACH * number),
    }
    return [f"{name}: {there}, not {wanted}" for name, (there, wanted) in found.items() if there != wanted]


def half_done(code: str) -> int:
    """How many reminders of a rung are there without all their messages."""
    sent = Reminder.objects.filter(rung__code=code, outcome=Reminder.Outcome.SENT)
    return sum(one.messages.count() != EACH for one in sent.prefetch_related("messages"))
