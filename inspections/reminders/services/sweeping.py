"""The sweep: every deadline that has reached a rung gets its reminder, once, whatever crashes or runs twice.

Chunk by chunk, each one short transaction: the clocks are locked (on SQLite the transaction holds the only writer),
asked again, and reminders, messages and the record are written together or not at all. A clock that somebody else
holds at the moment is left for the next round, so that nobody waits for another in the wrong order.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from inspections.deadlines.models import Deadline
from inspections.organisations.models import User
from inspections.organisations.services import program
from inspections.reminders.models import Message, Reminder, Rung, Sweep
from inspections.reminders.people import Addressees
from inspections.reminders.queries import ladder, moved_at, running, steps_of, unrecorded
from inspections.reminders.rules import Reached, mail_for, reached
from inspections.reminders.services.beside import tell_beside_the_ladder
from inspections.reminders.services.messages import (
    BATCH,
    Swept,
    Wishes,
    lock_committees,
    made,
    record,
    wishes_of_all,
)

CHUNK = 500
# rounds over what others held at the moment
ROUNDS = 3


def sweep(*, now: datetime.datetime, today: datetime.date) -> Swept:
    """Records and sends every rung that a running deadline has reached by today and that is not recorded yet."""
    done = Swept()
    rungs = ladder()
    actor = program()
    wishes = wishes_of_all()
    addressees = Addressees(today)
    tell_beside_the_ladder(addressees, wishes, actor, now, today, done)
    beside = done.left
    for _round in range(ROUNDS):
        done.left, after = beside, 0
        while keys := _waiting(rungs, today, after):
            after = keys[-1]
            try:
                done.left += _chunk(keys, rungs, addressees, wishes, actor, now, today, done)
            except OperationalError:
                # a lock that could not be had: nothing of the chunk was written
                done.left += len(keys)
        if done.left == beside:
            break
    _finished(done, now, today)
    return done


def _waiting(rungs: list[Rung], today: datetime.date, after: int) -> list[int]:
    """The next deadlines, by id, that have reached a rung of which nothing is recorded."""
    found = running().filter(unrecorded(rungs, today), pk__gt=after)
    return list(found.order_by("pk").values_list("pk", flat=True)[:CHUNK])


def _chunk(
    keys: list[int],
    rungs: list[Rung],
    addressees: Addressees,
    wishes: Wishes,
    actor: User,
    now: datetime.datetime,
    today: datetime.date,
    done: Swept,
) -> int:
    """Writes what is due for the deadlines; returns how many of them others held."""
    by_key = {one.pk: one for one in rungs}
    with transaction.atomic():
        # committees first: their record is locked before the clocks, as by the verbs of the tree
        committees = lock_committees(keys, addressees)
        clocks = list(
            running()
            .filter(pk__in=keys)
            .annotate(moved_at=moved_at())
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("pk")
        )
        reminders = _reminders(clocks, rungs, now, today)
        Reminder.objects.bulk_create(reminders, batch_size=BATCH)
        sent = {one.deadline_id: one for one in reminders if one.outcome == Reminder.Outcome.SENT}
        told = [clock for clock in clocks if clock.pk in sent]
        addressees.prepare(told)
        messages = [
            message for clock in told for message in _messages(sent[clock.pk], by_key, clock, addressees, wishes, now)
        ]
        Message.objects.bulk_create(messages, batch_size=BATCH)
        effects = {key: by_key[one.rung_id].effect for key, one in sent.items()}  # type: ignore[index]
        record(told, effects, committees, addressees, actor, now)
    done.sent += len(sent)
    done.passed_over += len(reminders) - len(sent)
    done.messages += len(messages)
    not_had = set(keys) - {clock.pk for clock in clocks}
    # met or ended meanwhile, unless somebody holds it
    return running().filter(pk__in=not_had).count() if not_had else 0


def _reminders(
    clocks: Sequence[Deadline], rungs: list[Rung], now: datetime.datetime, today: datetime.date
) -> list[Reminder]:
    recorded: dict[tuple[int, datetime.date], list[tuple[int, int, str]]] = defaultdict(list)
    rows = Reminder.objects.order_by().filter(deadline__in=[one.pk for one in clocks], rung__isnull=False)
    for deadline, due_on, rung, days, outcome in rows.values_list(
        "deadline_id", "due_on", "rung_id", "rung__days", "outcome"
    ):
        recorded[deadline, due_on].append((rung, days, outcome))
    steps = steps_of(rungs)
    made = []
    for clock in clocks:
        before = recorded[clock.pk, clock.due_on]
        # what was granted to an earlier clock of it is older than the clock
        since = timezone.localdate(max(clock.moved_at or clock.started_at, clock.started_at))  # type: ignore[attr-defined]
        found = reached(
            steps,
            due_on=clock.due_on,
            since=since,
            today=today,
            recorded={rung for rung, _days, _outcome in before},
            sent=[days for _rung, days, outcome in before if outcome == Reminder.Outcome.SENT],
        )
        made += _rows(clock, found, now, today)
    return made


def _rows(clock: Deadline, found: Reached, now: datetime.datetime, today: datetime.date) -> list[Reminder]:
    outcomes = [(key, Reminder.Outcome.PASSED_OVER, why.value) for key, why in (found.passed or {}).items()]
    if found.sent is not None:
        outcomes.append((found.sent, Reminder.Outcome.SENT, Reminder.Why.REACHED.value))
    return [
        Reminder(
            deadline=clock,
            rung_id=key,
            due_on=clock.due_on,
            on_day=today,
            outcome=outcome,
            why=why,
            recorded_at=now,
        )
        for key, outcome, why in outcomes
    ]


def _messages(
    reminder: Reminder,
    rungs: dict[int, Rung],
    clock: Deadline,
    addressees: Addressees,
    wishes: Wishes,
    now: datetime.datetime,
) -> list[Message]:
    assert reminder.rung_id is not None
    rung = rungs[reminder.rung_id]
    concerns = rung.concerns()
    mail = mail_for(rung.days, rung.mail)
    return [
        message
        for concern, people in addressees.of(clock).items()
        if concern in concerns
        for user, via in people.items()
        if (message := made(reminder, user, concern, via, mail, rung.is_must, wishes, now)) is not None
    ]


def _finished(done: Swept, now: datetime.datetime, today: datetime.date) -> None:
    with transaction.atomic():
        row, _made = Sweep.objects.select_for_update().get_or_create(day=today, defaults={"begun_at": now})
        Sweep.objects.filter(pk=row.pk).update(
            begun_at=max(row.begun_at, now),
            sent=F("sent") + done.sent,
            passed_over=F("passed_over") + done.passed_over,
        )
