"""What the verbs of members have in common: locking a member, papers, days that can be, what the record says."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.members.models import Exemption, Member, Membership
from inspections.members.rules import Span, overlapping
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.text import clean
from permissions import policy
from permissions.verdicts import Allowed, NotNow

HOME, TEMPORARY = Membership.Kind.HOME, Membership.Kind.TEMPORARY
SLICE = 500
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


@dataclass(frozen=True)
class Held:
    """Members and cells as they stand, by key, locked to the end of the transaction."""

    members: dict[int, Member]
    cells: dict[int, Organisation]


def hold(members: Iterable[Person], cells: Iterable[Organisation | None] = ()) -> Held:
    """Locks the cells in which the members are, were or will be, and `cells`, each in the order of the keys; then the
    members. Whatever changes where members belong locks in this order, a succession and an end of a cell too.

    Raises NotNow when a member came to another cell before the locks were there."""
    keys = {one.pk for one in members}
    wanted = _cells_of(keys) | {one.pk for one in cells if one is not None}
    _lock(Organisation, wanted)
    _lock(Member, keys)
    if not _cells_of(keys) <= wanted:
        raise NotNow(_("Somebody has just been moved to another cell. Load the page again."))
    # read after the locks: a row that was waited for may have been joined to what it no longer belongs to
    kept = {row.pk: row for row in _rows(Organisation.objects.select_related("type__level", "parent"), wanted)}
    found = {row.pk: row for row in _rows(Member.objects.all(), keys)}
    for row in found.values():
        row.organisation = kept.get(row.organisation_id or 0)
    return Held(found, kept)


def _cells_of(people: Collection[int]) -> set[int]:
    """The cells of the people today, and of all their memberships."""
    today = _rows(Person.objects.order_by().values_list("organisation_id", flat=True), people)
    homes = Membership.objects.order_by().values_list("cell_id", flat=True)
    return {key for key in [*today, *_rows(homes, people, "person")] if key is not None}


def _lock(model: Any, keys: Collection[int]) -> None:
    # rows of running cases name people and cells meanwhile, so only their own facts are locked
    _rows(model.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"), keys)


def _rows(rows: Any, keys: Collection[int], field: str = "pk") -> list[Any]:
    """The rows with the keys, read by slices in the order of the keys."""
    ordered = sorted(keys)
    slices = [ordered[start : start + SLICE] for start in range(0, len(ordered), SLICE)]
    return [row for some in slices for row in rows.filter(**{f"{field}__in": some})]


def begin(
    member: Any, acting_user: User, now: datetime.datetime, cell: Organisation | None = None
) -> tuple[Member, Organisation, Allowed]:
    """The member as he is kept, his cell, and the right to keep him; all locked, with the other cell that is meant.

    Raises Refused, and NotNow as `hold`."""
    held = hold([member], [cell])
    locked = held.members[member.pk]
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


def check_free(span: Span, others: Iterable[Span], field: str) -> None:
    """Raises ValidationError when the span has a day in common with one of the others."""
    if problem := problem_of_span(span, others):
        raise ValidationError({field: problem})


def problem_of_span(span: Span, others: Iterable[Span]) -> str:
    """Why the span cannot stand beside the others; empty when it has no day in common with any."""
    found = overlapping(span, others)
    if found is None:
        return ""
    text = _("From %(first)s to %(last)s he is entered already; correct that first, or choose other days.")
    return text % {"first": told(found[0], "…"), "last": told(found[1], "…")}


def check_order(starts_on: datetime.date | None, ends_on: datetime.date | None) -> None:
    """Raises ValidationError when the last day is before the first."""
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})


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
