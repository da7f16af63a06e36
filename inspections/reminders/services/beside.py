"""What people are told beside the ladder, by the same sweep and each once: that a limit for judging passed in silence
and is reported, and that a last day moved by a decision or with the calendar."""

import datetime
from collections.abc import Callable, Iterable

from django.db import OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from inspections.calendars.models import OnSilence
from inspections.calendars.rules import days_after
from inspections.deadlines.models import LIVE, Deadline, DeadlineChange
from inspections.deadlines.queries import passed_in_silence
from inspections.organisations.models import User
from inspections.organisations.text import on_paper
from inspections.reminders.models import ByMail, Concern, Effect, Message, Reminder
from inspections.reminders.people import Addressees
from inspections.reminders.services.messages import BATCH, Swept, Wishes, lock_committees, made, record

CHUNK = 500
# of what moved so many days ago nobody is told any more: after a stand-still the date itself says it
NEWS = 7
Kind = DeadlineChange.Kind
# what a decision or the calendar moved; that something came back is told by the work that comes back
TOLD = (Kind.EXTENSION, Kind.SUSPENSION, Kind.RESUMPTION, Kind.RECALCULATION, Kind.SETTING, Kind.CORRECTION)
Written = tuple[Reminder, Deadline]


def tell_beside_the_ladder(
    addressees: Addressees, wishes: Wishes, actor: User, now: datetime.datetime, today: datetime.date, done: Swept
) -> None:
    """Tells of silence and of moves. What others hold at the moment is left for the next sweep."""

    def report(keys: list[int]) -> None:
        _report_silence(keys, addressees, wishes, actor, now, today, done)

    def tell(keys: list[int]) -> None:
        _tell_moves(keys, addressees, wishes, now, today, done)

    _in_chunks(_silent(today).values_list("pk", flat=True), report, done)
    _in_chunks(_untold_moves(today).values_list("pk", flat=True), tell, done)


def _in_chunks(
    keys: "QuerySet[Deadline, int] | QuerySet[DeadlineChange, int]", do: Callable[[list[int]], None], done: Swept
) -> None:
    after = 0
    while some := list(keys.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        after = some[-1]
        try:
            do(some)
        except OperationalError:
            # a lock that could not be had: nothing of the chunk was written
            done.left += len(some)


def _silent(today: datetime.date) -> "QuerySet[Deadline]":
    told = Reminder.objects.order_by().filter(
        deadline=OuterRef("pk"), due_on=OuterRef("due_on"), why=Reminder.Why.SILENCE
    )
    return passed_in_silence(OnSilence.ESCALATE, today).exclude(Exists(told))


def _untold_moves(today: datetime.date) -> "QuerySet[DeadlineChange]":
    rows = DeadlineChange.objects.filter(kind__in=TOLD, deadline__state__in=LIVE, reminder__isnull=True)
    # what an earlier clock of the matter was granted was told of that one
    rows = rows.filter(decided_at__date__gte=days_after(today, -NEWS), decided_at__gte=F("deadline__started_at"))
    return rows.filter(~Q(old_due_on=F("new_due_on")) | Q(kind=Kind.SUSPENSION))


def _report_silence(
    keys: list[int],
    addressees: Addressees,
    wishes: Wishes,
    actor: User,
    now: datetime.datetime,
    today: datetime.date,
    done: Swept,
) -> None:
    with transaction.atomic():
        committees = lock_committees(keys, addressees)
        locked = Deadline.objects.filter(pk__in=keys).select_for_update(skip_locked=True)
        # asked again behind the lock: another worker may have told of it since
        clocks = list(_silent(today).filter(pk__in=list(locked.values_list("pk", flat=True))).order_by("pk"))
        why = Reminder.Why.SILENCE
        reminders = [
            Reminder(
                deadline=one,
                due_on=one.due_on,
                on_day=today,
                outcome=Reminder.Outcome.SENT,
                why=why,
                recorded_at=now,
            )
            for one in clocks
        ]
        concerns = (Concern.WATCHES, Concern.LEADS)
        written = _write(reminders, clocks, concerns, ByMail.AT_ONCE, True, addressees, wishes, now)
        record(clocks, dict.fromkeys(keys, Effect.REPORT.value), committees, addressees, actor, now)
    done.sent += len(reminders)
    done.messages += written


def _tell_moves(
    keys: list[int], addressees: Addressees, wishes: Wishes, now: datetime.datetime, today: datetime.date, done: Swept
) -> None:
    with transaction.atomic():
        locked = DeadlineChange.objects.filter(pk__in=keys).select_for_update(skip_locked=True)
        rows = _untold_moves(today).filter(pk__in=list(locked.values_list("pk", flat=True)))
        changes = list(rows.select_related("deadline").order_by("pk"))
        reminders = [
            Reminder(
                deadline=one.deadline,
                change=one,
                due_on=one.new_due_on,
                on_day=today,
                outcome=Reminder.Outcome.SENT,
                why=Reminder.Why.MOVED,
                note=_told(one),
                recorded_at=now,
            )
            for one in changes
        ]
        clocks = [one.deadline for one in changes]
        concerns = (Concern.OWES, Concern.WATCHES)
        written = _write(reminders, clocks, concerns, ByMail.DIGEST, False, addressees, wishes, now)
    done.sent += len(reminders)
    done.messages += written


def _told(change: DeadlineChange) -> str:
    with on_paper():
        if change.kind == Kind.SUSPENSION:
            moved = _("The time limit stands still.")
        else:
            moved = _("The last day moved from %(old)s to %(new)s.") % {
                "old": change.old_due_on.strftime("%d/%m/%Y"),
                "new": change.new_due_on.strftime("%d/%m/%Y"),
            }
    return " ".join(part for part in (moved, change.reason, f"({change.paper})" if change.paper else "") if part)


def _write(
    reminders: list[Reminder],
    clocks: list[Deadline],
    concerns: Iterable[Concern],
    mail: ByMail,
    is_must: bool,
    addressees: Addressees,
    wishes: Wishes,
    now: datetime.datetime,
) -> int:
    """Writes reminders with their messages; returns how many messages."""
    Reminder.objects.bulk_create(reminders, batch_size=BATCH)
    addressees.prepare(clocks)
    messages = []
    for reminder, clock in zip(reminders, clocks, strict=True):
        told = addressees.of(clock)
        for concern in concerns:
            for user, via in told[concern].items():
                messages.append(made(reminder, user, concern, via, mail, is_must, wishes, now))
    wanted = [one for one in messages if one is not None]
    Message.objects.bulk_create(wanted, batch_size=BATCH)
    return len(wanted)
