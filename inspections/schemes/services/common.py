"""What the verbs of schemes share: the lock, the right, and what has to be given."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean
from inspections.schemes.models import Scheme
from permissions import audit, policy
from permissions.verdicts import Allowed, Denied, NotNow, Refused


def hold(scheme: Scheme) -> Scheme:
    """The scheme as it is kept, locked to the end of the transaction: its verbs take turns."""
    return Scheme.objects.select_for_update(of=("self",)).select_related("organisation__type").get(pk=scheme.pk)


def begin(scheme: Scheme, acting_user: User, now: datetime.datetime) -> tuple[Scheme, Allowed]:
    """The scheme, locked, and the right to keep it. Raises Refused, NotNow (it is over)."""
    scheme = hold(scheme)
    allowed = policy.require(acting_user, "keep_schemes", scheme, now)
    check_running(scheme)
    return scheme, allowed


def answer_for(organisation: Organisation, scheme: Scheme, acting_user: User, now: datetime.datetime) -> Allowed:
    """The right to record for a scheme in the name of an organisation. Raises Refused, also where the user does not
    see the scheme."""
    allowed = policy.require(acting_user, "carry_out_schemes", organisation, now)
    if not policy.visible(acting_user, Scheme.objects.filter(pk=scheme.pk), now).exists():
        reason = _("The scheme does not concern %(organisation)s.") % {"organisation": organisation}
        raise Refused(Denied(reason, stranger=lambda: True))
    return allowed


def check_running(scheme: Scheme) -> None:
    """Raises NotNow when the scheme is over."""
    if scheme.ended_on is not None:
        text = _("This scheme ended on %(day)s; what was recorded stays as it is.")
        raise NotNow(text % {"day": told(scheme.ended_on)})


def record(allowed: Allowed, scheme: Scheme, now: datetime.datetime, about: Any = None, **what: Any) -> None:
    """One entry in the record of the organisation that made the scheme."""
    audit.record(allowed, about=about or scheme, chain=scheme.organisation, now=now, **what)


def required(field: str, text: str, words: str) -> str:
    """The text as it is kept: lines stay. Raises ValidationError with the words when there is none."""
    if not text.strip():
        raise ValidationError({field: words})
    return "\n".join(clean(line) for line in text.strip().splitlines())


def check_year(scheme: Scheme, year: int) -> None:
    """Raises ValidationError when the year is none of the scheme's."""
    if year not in scheme.years:
        text = _("The scheme runs from %(first)s to %(last)s; choose one of these years.")
        raise ValidationError({"year": text % {"first": scheme.first_year, "last": scheme.last_year}})


def check_not_to_come(field: str, day: datetime.date, now: datetime.datetime) -> None:
    """Raises ValidationError when the day is still to come."""
    if day > timezone.localdate(now):
        raise ValidationError({field: _("This day is still to come. Record it once it is over.")})


def check_in_years(scheme: Scheme, field: str, day: datetime.date) -> None:
    """Raises ValidationError when the day is before the scheme began."""
    if day.year < scheme.first_year:
        text = _("The scheme begins in %(year)s; this day is before.")
        raise ValidationError({field: text % {"year": scheme.first_year}})


def names(rows: Iterable[Organisation]) -> list[str]:
    """Organisations as the record tells them."""
    return [str(one) for one in rows]


def told(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")
