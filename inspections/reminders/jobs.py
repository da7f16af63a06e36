"""What the worker does by the clock for reminders; each says in one line what it did."""

from django.utils import timezone

from inspections.reminders.services.mailing import send_mails
from inspections.reminders.services.sweeping import sweep


def sweep_now() -> str:
    """Sends every rung that was reached. May run twice, anywhere, at once."""
    now = timezone.now()
    return str(sweep(now=now, today=timezone.localdate(now)))


def mail_now() -> str:
    """Hands over what is to be mailed."""
    return send_mails(now=timezone.now())
