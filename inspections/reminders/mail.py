"""The text of a mail: Vietnamese, plain and HTML, a link for each item, and nothing of a case.

A mail leaves the application, so of a deadline it tells what leads there and no more: what kind of duty, the number of
the document, the organisation, the day. No title, finding or demand, and no name of a member whom a case is about."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inspections.calendars.rules import days_late
from inspections.deadlines.models import Deadline
from inspections.organisations.text import on_paper
from inspections.reminders.items import Known, address_of, duty_told, known_of
from inspections.reminders.models import Effect, Mail, Message, Reminder
from inspections.reminders.rules import When, when

GROUPS = {
    When.LATE: gettext_lazy("Late"),
    When.TODAY: gettext_lazy("Due today"),
    When.SOON: gettext_lazy("This week"),
    When.LATER: gettext_lazy("Later"),
}


@dataclass(frozen=True)
class Line:
    """One deadline in a mail. effects: what follows, beside the reminder; that it moved, or stands still."""

    what: str
    due_on: datetime.date
    days_late: int
    effects: tuple[str, ...]
    url: str


def absolute(path: str) -> str:
    """The address of a page as it stands in a mail or a calendar."""
    return urljoin(settings.SITE_URL, path)


def host() -> str:
    """The host that numbers of mails and of calendar entries end in."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def told_outside(deadline: Deadline, known: Known) -> str:
    """A deadline as it is told outside the application: duty, number, organisation."""
    return " – ".join(part for part in (duty_told(deadline), known.number, deadline.organisation.name) if part)


def lines_of(messages: Iterable[Message], today: datetime.date) -> list[Line]:
    """The deadlines of the messages, each once, the most urgent first."""
    effects: dict[int, list[str]] = {}
    deadlines: dict[int, Deadline] = {}
    for message in messages:
        deadline = message.reminder.deadline
        deadlines[deadline.pk] = deadline
        told = effects.setdefault(deadline.pk, [])
        effect = message.reminder.effect
        if message.reminder.why == Reminder.Why.MOVED:
            stands = deadline.state == Deadline.State.SUSPENDED
            told.append(str(deadline.get_state_display() if stands else Reminder.Why.MOVED.label))
        if effect != Effect.REMIND and (label := str(Effect(effect).label)) not in told:
            told.append(label)
    known = known_of(deadlines.values(), today)
    return [
        Line(
            told_outside(one, known[one.pk]),
            one.due_on,
            days_late(one.due_on, today),
            tuple(effects[one.pk]),
            absolute(address_of(one, known[one.pk])),
        )
        for one in sorted(deadlines.values(), key=lambda one: (one.due_on, one.pk))
    ]


def compose(mail: Mail, messages: Iterable[Message], today: datetime.date) -> EmailMultiAlternatives:
    """The mail as it is handed over."""
    with on_paper():
        lines = lines_of(messages, today)
        groups = [
            (label, [one for one in lines if when(one.due_on, today) is group]) for group, label in GROUPS.items()
        ]
        context: dict[str, Any] = {
            "subject": _subject(mail, lines, today),
            "groups": [(label, some) for label, some in groups if some],
            "today": today,
            "work_url": absolute(reverse("reminders:list")),
            "settings_url": absolute(reverse("reminders:settings")),
        }
        letter = EmailMultiAlternatives(
            subject=context["subject"],
            body=render_to_string("reminders/mail.txt", context),
            to=[mail.address],
            headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
        )
        letter.attach_alternative(render_to_string("reminders/mail.html", context), "text/html")
        return letter


def _subject(mail: Mail, lines: list[Line], today: datetime.date) -> str:
    late = sum(when(one.due_on, today) is When.LATE for one in lines)
    due = sum(when(one.due_on, today) is When.TODAY for one in lines)
    parts = []
    if late:
        parts.append(ngettext("%(n)d late", "%(n)d late", late) % {"n": late})
    if due:
        parts.append(ngettext("%(n)d due today", "%(n)d due today", due) % {"n": due})
    if len(lines) > late + due:
        parts.append(ngettext("%(n)d to come", "%(n)d to come", len(lines)) % {"n": len(lines) - late - due})
    told = {"day": today.strftime("%d/%m/%Y"), "counts": ", ".join(parts)}
    if mail.kind == Mail.Kind.DIGEST:
        return _("Deadlines on the morning of %(day)s: %(counts)s") % told
    return _("Reminder of deadlines: %(counts)s") % told
