"""The verbs of exemptions from attending."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before
from inspections.members.models import Exemption, Member
from inspections.members.services.belonging import open_home
from inspections.members.services.common import begin, check_free, check_order, check_paper, stretch_facts, told
from inspections.organisations.models import User
from inspections.organisations.text import clean
from permissions import audit
from permissions.verdicts import NotNow


def exempt_member(
    *,
    acting_user: User,
    member: Member,
    starts_on: datetime.date | None,
    paper: str,
    now: datetime.datetime,
    ends_on: datetime.date | None = None,
) -> Exemption:
    """Exempts a member from attending meetings, from a day (None: not known) to another (None: until it is ended).

    Raises Refused, NotNow (he is on no list), ValidationError (days in common with another exemption; no paper)."""
    with transaction.atomic():
        member, cell, allowed = begin(member, acting_user, now)
        if open_home(member) is None:
            raise NotNow(_("%(person)s is on the list of no cell any more.") % {"person": member})
        paper = check_paper(paper)
        check_order(starts_on, ends_on)
        check_free((starts_on, ends_on), [row.span for row in member.exemptions.all()], "starts_on")
        row = Exemption.objects.create(person=member, starts_on=starts_on, ends_on=ends_on, paper=paper)
        new = stretch_facts(row)
        audit.record(allowed, about=member, chain=cell, now=now, verb="exempt_member", new=new, reason=paper)
        return row


def end_exemption(
    *, acting_user: User, exemption: Exemption, last_day: datetime.date, now: datetime.datetime, paper: str = ""
) -> Exemption:
    """Ends an exemption after `last_day` (included), whatever its last day was to be.

    Raises Refused, NotNow (it is over), ValidationError (a day before its first)."""
    with transaction.atomic():
        member, cell, allowed = begin(exemption.person, acting_user, now)
        row = Exemption.objects.get(pk=exemption.pk)
        if row.ends_on is not None and row.ends_on < timezone.localdate(now):
            raise NotNow(_("This exemption ended on %(day)s.") % {"day": told(row.ends_on)})
        if row.starts_on is not None and last_day < day_before(row.starts_on):
            raise ValidationError({"last_day": _("The last day is before the first.")})
        old = {"ends_on": row.ends_on}
        row.ends_on, row.ended_paper = last_day, clean(paper)
        row.save(update_fields=["ends_on", "ended_paper"])
        new = {"ends_on": last_day}
        audit.record(
            allowed, about=member, chain=cell, now=now, verb="end_exemption", old=old, new=new, reason=clean(paper)
        )
        return row
