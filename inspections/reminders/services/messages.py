"""Messages as they are written with a reminder, and the record of what was escalated."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from inspections.deadlines.models import Deadline
from inspections.organisations.models import Organisation, User
from inspections.organisations.text import on_paper
from inspections.reminders.models import Effect, Message, Preference, Reminder
from inspections.reminders.people import Addressees
from inspections.reminders.rules import ways
from permissions import audit
from permissions.verdicts import Allowed

# so many rows are written at once
BATCH = 1000

Wishes = dict[tuple[int, str], tuple[bool, str]]
Corrected = tuple[Allowed, Model, dict[str, Any], dict[str, Any]]


@dataclass
class Swept:
    """What a sweep did; `left`: clocks that others held until its end."""

    sent: int = 0
    passed_over: int = 0
    messages: int = 0
    left: int = 0

    def __str__(self) -> str:
        return f"{self.sent} reminders to {self.messages} people, {self.passed_over} passed over, {self.left} left"


def wishes_of_all() -> Wishes:
    rows = Preference.objects.values_list("user_id", "concern", "in_app", "mails")
    return {(user, concern): (in_app, mails) for user, concern, in_app, mails in rows}


def made(
    reminder: Reminder,
    user: int,
    concern: str,
    via: int | None,
    mail: str,
    is_must: bool,
    wishes: Wishes,
    now: datetime.datetime,
) -> Message | None:
    """The message of a reminder to one person, as he wants it; None when he wants none."""
    wants_app, wants_mails = wishes.get((user, concern), (True, Preference.Mails.ALL.value))
    in_app, by_mail = ways(mail, is_must=is_must, wants_app=wants_app, wants_mails=wants_mails)
    if not in_app and not by_mail:
        return None
    return Message(
        reminder=reminder,
        user_id=user,
        concern=concern,
        via_id=via,
        in_app=in_app,
        by_mail=by_mail,
        made_at=now,
    )


def lock_committees(keys: list[int], addressees: Addressees) -> dict[int, Organisation]:
    """The committees that lead above the deadlines, their record locked. Key -> row."""
    clocks = list(Deadline.objects.filter(pk__in=keys))
    addressees.place(clocks)
    wanted = {committee for clock in clocks if (committee := addressees.committee_of(clock)) is not None}
    locked = Organisation.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return {one.pk: one for one in locked}


def record(
    clocks: Sequence[Deadline],
    effects: dict[int, str],
    committees: dict[int, Organisation],
    addressees: Addressees,
    actor: User,
    now: datetime.datetime,
) -> None:
    """One entry a committee for what a chunk escalated in its name; that somebody was reminded stands by the item."""
    escalated: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for clock in clocks:
        effect = effects[clock.pk]
        committee = addressees.committee_of(clock)
        if effect != Effect.REMIND and committee in committees:
            escalated[committee].append((clock.pk, effect))
    if not escalated:
        return
    with on_paper():
        rows: list[Corrected] = [
            (
                Allowed(actor, "escalate"),
                committees[key],
                {},
                {**Counter(effect for _clock, effect in those), "deadlines": [clock for clock, _effect in those]},
            )
            for key, those in sorted(escalated.items())
        ]
        audit.record_corrected(rows, now=now, verb="escalate")
