"""Paper and day of what becomes of an organisation: one rule for a new name, a move, a merger, a split, an end."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import days_after
from inspections.organisations.models import Organisation, Succession, SuccessionPart

Kind = Succession.Kind


def told_day(day: datetime.date) -> str:
    """The day as sentences name it: 07/12/2026."""
    return day.strftime("%d/%m/%Y")


def check_paper(paper: str) -> None:
    """Raises ValidationError when no paper is named."""
    if not paper.strip():
        raise ValidationError({"paper": _("Name the paper by which this is decided.")})


def check_day(organisation: Organisation, kind: Succession.Kind, on: datetime.date, now: datetime.datetime) -> None:
    """Raises ValidationError when the day is to come, or what happened to the organisation or by it since contradicts.

    Of one day may be several things that one paper decides, a new name and a new place, say; but it ends after them,
    and is neither renamed nor moved twice."""
    if on > timezone.localdate(now):
        text = _("%(day)s is still to come. Record this on that day; until then everything stays where it is.")
        raise ValidationError({"on": text % {"day": told_day(on)}})
    ends = kind in Succession.ENDING
    against = []
    if organisation.starts_on is not None and organisation.starts_on >= on:
        text = _("%(organisation)s was founded on %(day)s; this takes effect on %(earliest)s at the earliest.")
        against.append(text % {"organisation": organisation, **_days(organisation.starts_on, after=True)})
    parts = SuccessionPart.objects.filter(successor=organisation, succession__on__gte=on)
    for part in parts.select_related("succession__organisation"):
        if part.succession.on > on or ends:
            text = _(
                "%(successor)s took the place of %(old)s on %(day)s; this takes effect on %(earliest)s at the earliest."
            )
            names = {"successor": organisation, "old": part.succession.organisation}
            against.append(text % {**names, **_days(part.succession.on, after=ends)})
    for change in organisation.successions.filter(on__gte=on).exclude(kind__in=Succession.ENDING):
        after = ends or change.kind == kind
        if change.on > on or after:
            text = _("%(organisation)s was %(kind)s on %(day)s; this takes effect on %(earliest)s at the earliest.")
            days = _days(change.on, after=after)
            against.append(text % {"organisation": organisation, "kind": change.get_kind_display(), **days})
    if against:
        raise ValidationError({"on": against})


def _days(day: datetime.date, *, after: bool) -> dict[str, str]:
    """The day, and the earliest on which something else takes effect: the same, or the one after it."""
    return {"day": told_day(day), "earliest": told_day(days_after(day, 1) if after else day)}
