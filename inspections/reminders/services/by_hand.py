"""Reminding by hand: who watches over deadlines or leads above says so to those who owe them."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.deadlines.models import Deadline
from inspections.organisations.models import User
from inspections.organisations.text import clean
from inspections.reminders.models import ByMail, Concern, Message, Reminder
from inspections.reminders.people import Addressees
from inspections.reminders.queries import running
from inspections.reminders.rules import AT_ONCE, mail_for
from inspections.reminders.services.messages import made
from permissions import audit, policy
from permissions.verdicts import NotNow

MOST = 500
NOTE_LENGTH = 1000


def remind(*, acting_user: User, deadlines: Iterable[Deadline], note: str, now: datetime.datetime) -> list[Reminder]:
    """Reminds those who owe the deadlines, with a note; returns the reminders. It cannot be switched off.

    A deadline is reminded of once a day by hand; those reminded of today already and those that do not run are left
    out. One entry in the record of each organisation by whose office it is done. Raises Refused (for any of them),
    NotNow when none is left, ValidationError (note, deadlines)."""
    with transaction.atomic():
        # before the clocks, as a succession does
        audit.hold_chains_of(policy.viewer_for(acting_user).organisation_ids("remind"))
        clocks = list(
            Deadline.objects.select_for_update(of=("self",))
            .filter(pk__in=[one.pk for one in deadlines])
            .select_related("organisation", "watcher")
            .order_by("pk")[: MOST + 1]
        )
        rights = dict(zip(clocks, policy.require_each(acting_user, "remind", clocks, now), strict=True))
        text = _checked(clocks, note)
        runs = set(running().filter(pk__in=[one.pk for one in clocks]).values_list("pk", flat=True))
        reminders = send_reminders([one for one in clocks if one.pk in runs], text, acting_user, now)
        if not reminders:
            raise NotNow(_("Nobody can be reminded of this now: it is done, or somebody reminded of it today already."))
        done = [(rights[one.deadline], one.deadline.pk) for one in reminders]
        audit.record_by_right(done, name="deadlines", now=now, reason=text)
        return reminders


def send_reminders(clocks: list[Deadline], text: str, acting_user: User, now: datetime.datetime) -> list[Reminder]:
    """Reminds of the clocks, which the caller holds and has the right to, but for those reminded of today by hand. Part
    of verbs. Of a clock that is over people are told in the application only: a mail tells what is due."""
    today = timezone.localdate(now)
    by_hand = Reminder.objects.filter(deadline__in=clocks, why=Reminder.Why.BY_HAND, on_day=today)
    out = set(by_hand.values_list("deadline_id", flat=True))
    due = [one for one in clocks if one.pk not in out]
    reminders = [
        Reminder(
            deadline=one,
            due_on=one.due_on,
            on_day=today,
            outcome=Reminder.Outcome.SENT,
            why=Reminder.Why.BY_HAND,
            sent_by=acting_user,
            note=text,
            recorded_at=now,
        )
        for one in due
    ]
    Reminder.objects.bulk_create(reminders)
    _tell(reminders, due, today, now)
    return reminders


def _checked(clocks: list[Deadline], note: str) -> str:
    if not clocks:
        raise ValidationError({"deadlines": _("Choose at least one deadline.")})
    if len(clocks) > MOST:
        raise ValidationError({"deadlines": _("Choose %(most)d deadlines at most.") % {"most": MOST}})
    return checked_note(note)


def checked_note(note: str) -> str:
    """The note as it is kept. Raises ValidationError when it is too long."""
    text = clean(note)
    if len(text) > NOTE_LENGTH:
        raise ValidationError({"note": _("Write %(most)d letters at most.") % {"most": NOTE_LENGTH}})
    return text


def _tell(reminders: list[Reminder], clocks: list[Deadline], today: datetime.date, now: datetime.datetime) -> None:
    addressees = Addressees(today)
    addressees.prepare(clocks)
    messages: list[Message | None] = []
    for reminder, clock in zip(reminders, clocks, strict=True):
        mail = mail_for((today - clock.due_on).days, AT_ONCE) if clock.closed_at is None else ""
        assert mail in ("", *ByMail.values)
        for user, via in addressees.of(clock)[Concern.OWES].items():
            messages.append(made(reminder, user, Concern.OWES.value, via, mail, True, {}, now))
    Message.objects.bulk_create([one for one in messages if one is not None])
