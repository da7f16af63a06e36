"""What the verbs of members have in common: locking a member, papers, days that can be, what the record says."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.members.models import Exemption, Member, Membership
from inspections.members.rules import Span, overlapping
from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean
from permissions import policy
from permissions.verdicts import Allowed

HOME, TEMPORARY = Membership.Kind.HOME, Membership.Kind.TEMPORARY
FACTS = (
    "full_name",
    "born_on",
    "sex",
    "card_number",
    "admitted_on",
    "admitted_precision",
    "full_on",
    "standing",
    "email",
)


def begin(member: Any, acting_user: User, now: datetime.datetime) -> tuple[Member, Organisation, Allowed]:
    """The member locked and as he is kept, his cell, and the right to keep him. Raises Refused."""
    # rows of running cases name the person meanwhile, so only the person's own facts are locked
    locked = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    allowed = policy.require(acting_user, "keep_members", locked, now)
    assert locked.organisation is not None
    return locked, locked.organisation, allowed


def facts_of(member: Member) -> dict[str, Any]:
    """What the record says of a member."""
    return {**{name: getattr(member, name) for name in FACTS}, "organisation": member.organisation_id}


def stretch_facts(row: Membership | Exemption) -> dict[str, Any]:
    """What the record says of a stretch."""
    facts: dict[str, Any] = {
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "paper": row.paper,
        "ended_paper": row.ended_paper,
    }
    if isinstance(row, Membership):
        facts |= {"kind": row.kind, "cell": row.cell_id, "place": row.place}
    return {**facts, "person": row.person_id}


def differing(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of old and new facts, those that differ."""
    changed = [name for name in new if new[name] != old.get(name)]
    return {name: old.get(name) for name in changed}, {name: new[name] for name in changed}


def check_paper(paper: str) -> str:
    """The paper as it is kept. Raises ValidationError without one."""
    if not paper.strip():
        raise ValidationError({"paper": _("Name the paper by which this is decided.")})
    return clean(paper)


def check_reason(reason: str) -> str:
    """The reason as it is kept. Raises ValidationError without one."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return reason.strip()


def check_not_to_come(day: datetime.date, field: str, now: datetime.datetime) -> None:
    """Raises ValidationError when the day is still to come: what is kept of today would be wrong until then."""
    if day > timezone.localdate(now):
        text = _("%(day)s is still to come. Record this on that day; until then everything stays as it is.")
        raise ValidationError({field: text % {"day": told(day)}})


def check_free(span: Span, others: list[Span], field: str) -> None:
    """Raises ValidationError when the span has a day in common with one of the others."""
    found = overlapping(span, others)
    if found is not None:
        text = _("From %(first)s to %(last)s he is entered already; correct that first, or choose other days.")
        raise ValidationError({field: text % {"first": told(found[0], "…"), "last": told(found[1], "…")}})


def check_facts(member: Member, now: datetime.datetime) -> None:
    """Raises ValidationError when the facts of a member cannot be, or contradict each other."""
    today = timezone.localdate(now)
    for name, words in (
        ("born_on", _("The date of birth is in the future.")),
        ("admitted_on", _("The day of admission is in the future.")),
        ("full_on", _("The day of becoming a full member is in the future; record it on that day.")),
    ):
        day = getattr(member, name)
        if day is not None and day > today:
            raise ValidationError({name: words})
    if problem := problem_of_days(member.standing, member.admitted_on, member.full_on):
        raise ValidationError({"full_on": problem})
    if member.card_number:
        same = Member.objects.filter(card_number=member.card_number).exclude(pk=member.pk)
        if same.exists():
            raise ValidationError({"card_number": _("Another member has this number of the Party card.")})
    member.full_clean(validate_unique=False, validate_constraints=False)


def problem_of_days(standing: str, admitted_on: datetime.date | None, full_on: datetime.date | None) -> str:
    """Why the days contradict the standing or each other; empty when they do not."""
    if full_on is not None and standing == Member.Standing.PROBATIONARY:
        return _("A probationary member has no day of becoming a full member yet.")
    if full_on is not None and admitted_on is not None and full_on < admitted_on:
        return _("The day of becoming a full member is before the day of admission.")
    return ""


def told(day: datetime.date | None, otherwise: str = "—") -> str:
    return day.strftime("%d/%m/%Y") if day is not None else otherwise
