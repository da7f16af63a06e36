"""The verbs of a member himself: admitted, made full, corrected."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.members.models import Member, Membership
from inspections.members.services.common import (
    HOME,
    begin,
    check_facts,
    check_not_to_come,
    check_paper,
    check_reason,
    differing,
    facts_of,
    hold,
    told,
)
from inspections.organisations.models import Organisation, User
from inspections.organisations.services import check_not_ended
from inspections.organisations.text import clean, fold
from permissions import audit, policy
from permissions.verdicts import NotNow


def admit_member(
    *,
    acting_user: User,
    cell: Organisation,
    now: datetime.datetime,
    starts_on: datetime.date | None = None,
    paper: str = "",
    **facts: Any,
) -> Member:
    """Adds a member to a cell and returns him. starts_on: his first day in the cell, None when it is not known; facts:
    full_name, born_on, sex, card_number, admitted_on, full_on, standing, email.

    Raises Refused, NotNow (the cell ended), ValidationError (days that cannot be, a card that another has)."""
    with transaction.atomic():
        cell = hold([], [cell]).cells[cell.pk]
        allowed = policy.require(acting_user, "keep_members", cell, now)
        check_not_ended(cell, timezone.localdate(now))
        member = Member(organisation=cell)
        set_facts(member, facts)
        check_facts(member, now)
        if starts_on is not None:
            check_not_to_come(starts_on, "starts_on", now)
        member.save()
        Membership.objects.create(person=member, kind=HOME, cell=cell, starts_on=starts_on, paper=clean(paper))
        new = {**facts_of(member), "starts_on": starts_on, "paper": clean(paper)}
        audit.record(allowed, about=member, chain=cell, now=now, verb="admit_member", new=new)
        return member


def correct_member(*, acting_user: User, member: Member, reason: str, now: datetime.datetime, **facts: Any) -> Member:
    """Corrects facts of a member that were written wrongly: those of `admit_member`.

    Raises Refused, ValidationError (no reason; as `admit_member`)."""
    with transaction.atomic():
        member, cell, allowed = begin(member, acting_user, now)
        reason, old = check_reason(reason), facts_of(member)
        set_facts(member, facts)
        check_facts(member, now)
        member.save()
        before, after = differing(old, facts_of(member))
        audit.record(
            allowed, about=member, chain=cell, now=now, verb="correct_member", old=before, new=after, reason=reason
        )
        return member


def make_full(
    *, acting_user: User, member: Member, on: datetime.date, paper: str, now: datetime.datetime, card_number: str = ""
) -> Member:
    """Makes a probationary member a full one from a day on, by a paper; the card, once there is one.

    Raises Refused, NotNow (he is one), ValidationError (a day to come or before the admission; no paper)."""
    with transaction.atomic():
        member, cell, allowed = begin(member, acting_user, now)
        if member.standing == Member.Standing.FULL:
            text = _("%(person)s is a full member already, since %(day)s.")
            raise NotNow(text % {"person": member, "day": told(member.full_on, str(_("a day that nobody told")))})
        check_not_to_come(on, "on", now)
        if member.admitted_on is not None and on < member.admitted_on:
            raise ValidationError({"on": _("The day of becoming a full member is before the day of admission.")})
        paper, old = check_paper(paper), facts_of(member)
        facts: dict[str, Any] = {"standing": Member.Standing.FULL, "full_on": on}
        set_facts(member, {**facts, **({"card_number": card_number} if card_number.strip() else {})})
        check_facts(member, now)
        member.save()
        before, after = differing(old, facts_of(member))
        audit.record(allowed, about=member, chain=cell, now=now, verb="make_full", old=before, new=after, reason=paper)
        return member


def set_facts(member: Member, facts: dict[str, Any]) -> None:
    """Writes the facts on the member, as they are kept; nothing is saved."""
    for name, value in facts.items():
        setattr(member, name, clean(value) if isinstance(value, str) else value)
    member.folded = fold(member.full_name)
