"""Mails: gathered from messages, then handed over one by one. A mail of which it is not known whether it arrived is
told so and never sent a second time.

Two steps, each a short transaction: `gather` puts the messages of a person into one mail; `_claim` asks again what is
still due and seen and marks the mail as being sent, before it is handed over with the number it always had. What is
found so later was cut off in between: uncertain."""

import datetime
import smtplib
import time
import uuid
from collections import Counter
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.deadlines.models import LIVE, Deadline
from inspections.organisations.models import User
from inspections.organisations.text import on_paper
from inspections.reminders.mail import compose, host
from inspections.reminders.models import ByMail, Mail, Message, Reminder, Timetable
from permissions import policy

# so many are handed over in one run of the worker, which has two minutes; a slow server gets so many seconds of them
MOST, SECONDS = 150, 70
# a mail that is "being sent" for so many seconds is no longer: longer than any run of the worker
LEASE = 600
# so often a server may ask to come back later
ATTEMPTS = 8
SHUTTING_DOWN = 421
State = Mail.State


def send_mails(*, now: datetime.datetime) -> str:
    """Gathers what is to be mailed and hands it over; says in one line what it did."""
    cut_off(now)
    gather(now)
    waiting = list(Mail.objects.filter(state=State.WAITING).order_by("pk").values_list("pk", flat=True)[:MOST])
    if not waiting:
        return "no mail to send"
    server = get_connection()
    done: Counter[str] = Counter()
    begun = time.monotonic()
    told = ""
    for key in waiting:
        if time.monotonic() - begun >= SECONDS:
            break
        try:
            # before a mail is claimed: what was not handed over waits, however often the line breaks
            server.open()
        except OSError as problem:  # smtplib's errors are among them
            told = f"the mail server cannot be reached, {len(waiting) - done.total()} mails wait: {problem}"
            break
        done[_send(key, server, now)] += 1
    server.close()
    counts = [f"{state or 'taken by another'}: {number}" for state, number in sorted(done.items())]
    return ", ".join([*counts, told] if told else counts).replace("\n", " ")


def cut_off(now: datetime.datetime) -> int:
    """Marks mails that a worker died over: nobody knows whether they arrived. Returns how many."""
    sending = Mail.objects.filter(state=State.SENDING).values_list("pk", "started_at")
    stale = [key for key, started in sending if started is None or (now - started).total_seconds() > LEASE]
    with on_paper():
        problem = _("The program was cut off while it was being sent.")
    rows = Mail.objects.filter(pk__in=stale, state=State.SENDING)
    return rows.update(state=State.UNCERTAIN, ended_at=now, problem=problem)


def gather(now: datetime.datetime) -> int:
    """Puts messages that are to be mailed into one mail a person: what is urgent at once, the rest once a morning, from
    the hour of the timetable on. Returns how many mails it made."""
    made = sum(_gathered(user, Mail.Kind.AT_ONCE, now) for user in _with_messages(ByMail.AT_ONCE))
    local = timezone.localtime(now)
    if local.hour < Timetable.objects.get(code="digest").hour:
        return made
    have = Mail.objects.filter(kind=Mail.Kind.DIGEST, on_day=local.date()).values("user_id")
    users = _with_messages(ByMail.DIGEST).exclude(user__in=have)
    return made + sum(_gathered(user, Mail.Kind.DIGEST, now) for user in users)


def _with_messages(by_mail: str) -> "QuerySet[Any]":
    """The log-ins with a mail address that have messages to be mailed."""
    waiting = Message.objects.filter(mail__isnull=True, by_mail=by_mail, user__is_active=True)
    waiting = waiting.exclude(Q(user__person__isnull=True) | Q(user__person__email=""))
    return waiting.order_by("user_id").values_list("user_id", flat=True).distinct()


def _gathered(user: int, kind: str, now: datetime.datetime) -> int:
    by_mail = ByMail.AT_ONCE if kind == Mail.Kind.AT_ONCE else ByMail.DIGEST
    try:
        with transaction.atomic():
            waiting = Message.objects.select_for_update(skip_locked=True).filter(
                mail__isnull=True, by_mail=by_mail, user_id=user
            )
            keys = list(waiting.values_list("pk", flat=True))
            if not keys:
                return 0
            mail = Mail.objects.create(
                user_id=user,
                kind=kind,
                on_day=timezone.localdate(now),
                message_id=f"<{uuid.uuid4()}@{host()}>",
                made_at=now,
            )
            Message.objects.filter(pk__in=keys).update(mail=mail)
    except IntegrityError:  # another worker made the mail of this morning
        return 0
    return 1


def _send(key: int, server: Any, now: datetime.datetime) -> str:
    """Hands one mail over; returns its state then, empty when another worker has it."""
    letter, state = _claim(key, now)
    if letter is None:
        return state
    state, problem = _hand_over(letter, server)
    rows = Mail.objects.filter(pk=key, state=State.SENDING)
    if state == State.WAITING:
        rows.filter(attempts__gte=ATTEMPTS).update(state=State.FAILED, ended_at=now, problem=problem)
        rows.update(state=State.WAITING, problem=problem)
    else:
        rows.update(state=state, ended_at=now, problem=problem)
    return state


def _claim(key: int, now: datetime.datetime) -> tuple[EmailMultiAlternatives | None, str]:
    """Marks a mail as being sent and returns its letter, with what is still due and seen at this moment; None when
    nothing is, or another has it."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update(skip_locked=True).filter(pk=key, state=State.WAITING).first()
        if mail is None:
            return None, ""
        user = User.objects.select_related("person").get(pk=mail.user_id)
        messages = still_due(mail, user, now)
        person = getattr(user, "person", None)
        mail.address = person.email if person is not None and user.is_active else ""
        if not messages or not mail.address:
            mail.state, mail.ended_at = State.DROPPED, now
            mail.save(update_fields=["state", "ended_at", "address"])
            return None, str(State.DROPPED.value)
        mail.state, mail.started_at, mail.attempts = State.SENDING, now, mail.attempts + 1
        mail.save(update_fields=["state", "started_at", "attempts", "address"])
        return compose(mail, messages, timezone.localdate(now)), str(State.SENDING.value)


def still_due(mail: Mail, user: User, now: datetime.datetime) -> list[Message]:
    """The messages of a mail whose deadlines run to the day they were sent for, and which the user sees; that one moved
    is told also while others hold it, or it stands still."""
    runs = Q(reminder__deadline__state=Deadline.State.RUNNING)
    moved = Q(reminder__why=Reminder.Why.MOVED, reminder__deadline__state__in=LIVE)
    rows = Message.objects.filter(runs | moved, mail=mail, reminder__deadline__due_on=F("reminder__due_on"))
    seen = policy.visible(user, rows, now)
    return list(seen.select_related("reminder__rung", "reminder__deadline__organisation").order_by("pk"))


def _hand_over(letter: EmailMultiAlternatives, server: Any) -> tuple[str, str]:
    """The state of a mail after it was handed over, and what went wrong."""
    try:
        server.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as problem:
        code = max((code for code, _text in problem.recipients.values()), default=550)
        return _refused(code, server), str(problem)[:200]
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as problem:
        return _refused(problem.smtp_code, server), str(problem)[:200]
    except OSError as problem:
        # the line broke while it was being handed over: it may have arrived
        server.close()
        return str(State.UNCERTAIN.value), str(problem)[:200]
    return str(State.SENT.value), ""


def _refused(code: int, server: Any) -> str:
    """Refused for now (4xx), or for good. One that shuts down (421) is asked by a new connection."""
    if code == SHUTTING_DOWN:
        server.close()
    return str(State.WAITING.value if 400 <= code < 500 else State.FAILED.value)
