"""The verbs of where a member belongs: transferred, off the list, elsewhere for a time, corrected."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before, days_after
from inspections.members.models import Member, Membership
from inspections.members.queries import neighbours_of
from inspections.members.services.common import (
    HOME,
    TEMPORARY,
    begin,
    check_free,
    check_not_to_come,
    check_order,
    check_paper,
    check_reason,
    differing,
    stretch_facts,
    told,
)
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import check_not_ended
from inspections.organisations.text import clean
from permissions import audit, policy
from permissions.verdicts import NotNow


def transfer_member(
    *, acting_user: User, member: Member, cell: Organisation, on: datetime.date, paper: str, now: datetime.datetime
) -> Membership:
    """Transfers a member to another cell: with the day `on` he is its member, until the day before of the old one.

    Whoever keeps the members of both may. Raises Refused, NotNow (the cell ended), ValidationError (the same cell, no
    cell; a day to come or not after his first in the old one; no paper)."""
    with transaction.atomic():
        member, old_cell, allowed = begin(member, acting_user, now, cell)
        cell = as_it_stands(cell)
        policy.require(acting_user, "keep_members", cell, now)
        check_is_cell(cell)
        check_not_ended(cell, timezone.localdate(now))
        check_not_to_come(on, "on", now)
        paper = check_paper(paper)
        if cell.starts_on is not None and on < cell.starts_on:
            text = _("%(organisation)s was founded on %(day)s; choose that day or a later one.")
            raise ValidationError({"on": text % {"organisation": cell, "day": told(cell.starts_on)}})
        old = open_home(member)
        if old is not None and old.cell_id == cell.pk:
            raise ValidationError({"cell": _("%(person)s is a member of it already.") % {"person": member}})
        home = move_home(member, old, cell, on, paper)
        audit.record(
            allowed,
            about=member,
            chain=old_cell,
            now=now,
            verb="transfer_member",
            old={"cell": old_cell.pk, "name": old_cell.name},
            new={"cell": cell.pk, "name": cell.name, "on": on},
            reason=paper,
        )
        return home


def move_home(member: Person, old: Membership | None, cell: Organisation, on: datetime.date, paper: str) -> Membership:
    """Ends the old home the day before, and begins one in the cell. Part of a verb.

    Raises ValidationError when the day is not after the first of the old home, or in another stretch of it."""
    if old is not None:
        if old.starts_on is not None and on <= old.starts_on:
            text = _("He has been a member of %(cell)s since %(day)s; choose a later day, or correct that one.")
            raise ValidationError({"on": text % {"cell": old.cell, "day": told(old.starts_on)}})
        old.ends_on, old.ended_paper = day_before(on), paper
        old.save(update_fields=["ends_on", "ended_paper"])
    check_free((on, None), spans_of(member, HOME), "on")
    home = Membership.objects.create(person=member, kind=HOME, cell=cell, starts_on=on, paper=paper)
    end_stays_at_home([member.pk], cell, on, paper)
    Person.objects.filter(pk=member.pk).update(organisation=cell)
    return home


def end_stays_at_home(people: list[int], cell: Organisation, on: datetime.date, paper: str) -> None:
    """Whoever of the people (by key) was a guest in the cell is at home there from the day on. Part of a verb."""
    stays = Membership.objects.filter(person__in=people, kind=TEMPORARY, cell=cell).exclude(ends_on__lt=on)
    for row in stays.order_by("pk"):
        row.ends_on, row.ended_paper = day_before(max(on, row.starts_on or on)), paper
        row.save(update_fields=["ends_on", "ended_paper"])


def release_member(
    *, acting_user: User, member: Member, last_day: datetime.date, paper: str, now: datetime.datetime
) -> Membership:
    """Takes a member off the list of his cell after `last_day` (included): gone where this program does not reach,
    struck off, deceased, as the paper tells. What was kept of him stays.

    Raises Refused, NotNow (he is on no list), ValidationError (a day to come or before his first; no paper)."""
    with transaction.atomic():
        member, cell, allowed = begin(member, acting_user, now)
        home = open_home(member)
        if home is None:
            raise NotNow(_("%(person)s is on the list of no cell any more.") % {"person": member})
        check_not_to_come(last_day, "last_day", now)
        paper = check_paper(paper)
        _end(home, last_day, paper)
        for row in [*member.memberships.filter(kind=TEMPORARY), *member.exemptions.all()]:
            if row.ends_on is None or row.ends_on > last_day:
                first = row.starts_on
                row.ends_on = max(last_day, day_before(first)) if first is not None else last_day
                row.ended_paper = paper
                row.save(update_fields=["ends_on", "ended_paper"])
        new = {"ends_on": last_day, "cell": cell.pk}
        audit.record(allowed, about=member, chain=cell, now=now, verb="release_member", new=new, reason=paper)
        return home


def send_temporarily(
    *,
    acting_user: User,
    member: Member,
    now: datetime.datetime,
    starts_on: datetime.date | None,
    paper: str,
    ends_on: datetime.date | None = None,
    cell: Organisation | None = None,
    place: str = "",
) -> Membership:
    """Lets a member take part in the life of another cell for a time; his home stays. Exactly one of a cell of the tree
    (whoever keeps its members may) and a place in words is named.

    Raises Refused, NotNow (the cell ended), ValidationError (both or neither; his own cell; days in common with another
    such stay; no paper)."""
    with transaction.atomic():
        member, home, allowed = begin(member, acting_user, now, cell)
        place = clean(place)
        if (cell is None) == (not place):
            raise ValidationError({"place": _("Choose a cell of the list, or write where it is; not both.")})
        if cell is not None:
            cell = as_it_stands(cell)
            policy.require(acting_user, "keep_members", cell, now)
            check_is_cell(cell)
            check_not_ended(cell, timezone.localdate(now))
            if cell.pk == home.pk:
                raise ValidationError({"cell": _("%(person)s is a member of it already.") % {"person": member}})
        if open_home(member) is None:
            raise NotNow(_("%(person)s is on the list of no cell any more.") % {"person": member})
        paper = check_paper(paper)
        check_order(starts_on, ends_on)
        check_free((starts_on, ends_on), spans_of(member, TEMPORARY), "starts_on")
        stay = Membership.objects.create(
            person=member,
            kind=TEMPORARY,
            cell=cell,
            place=place,
            starts_on=starts_on,
            ends_on=ends_on,
            paper=paper,
        )
        new = stretch_facts(stay)
        audit.record(allowed, about=member, chain=home, now=now, verb="send_temporarily", new=new, reason=paper)
        return stay


def end_temporary(
    *, acting_user: User, stay: Membership, last_day: datetime.date, now: datetime.datetime, paper: str = ""
) -> Membership:
    """Ends a stay elsewhere after `last_day` (included), whatever its last day was to be.

    Raises Refused, NotNow (it is over), ValidationError (a day before its first)."""
    with transaction.atomic():
        member, home, allowed = begin(stay.person, acting_user, now)
        stay = Membership.objects.get(pk=stay.pk, kind=TEMPORARY)
        if stay.ends_on is not None and stay.ends_on < timezone.localdate(now):
            raise NotNow(_("This stay ended on %(day)s.") % {"day": told(stay.ends_on)})
        old = {"ends_on": stay.ends_on}
        _end(stay, last_day, clean(paper))
        new = {"ends_on": last_day}
        audit.record(
            allowed, about=member, chain=home, now=now, verb="end_temporary", old=old, new=new, reason=clean(paper)
        )
        return stay


def correct_membership(
    *, acting_user: User, membership: Membership, reason: str, now: datetime.datetime, **facts: Any
) -> Membership:
    """Corrects what was written wrongly of a membership: starts_on, ends_on, paper; of a stay elsewhere the place.

    The home before, which ended the day before, follows the first day, and the home after follows the last, so that the
    member is on one roll each day. The roll of a cell is corrected by whoever keeps the members of that cell.

    Raises Refused, ValidationError (no reason; days in common with another; the last day before the first; a last day
    taken from the home he has, or given to it)."""
    with transaction.atomic():
        member, home, allowed = begin(membership.person, acting_user, now)
        row = Membership.objects.select_related("cell").get(pk=membership.pk)
        others = list(member.memberships.filter(kind=row.kind).exclude(pk=row.pk).select_related("cell"))
        neighbours = neighbours_of(row, others)
        if row.kind == HOME:
            policy.require(acting_user, "keep_members", row.cell, now)
        reason, old = check_reason(reason), stretch_facts(row)
        was_open, spans = row.ends_on is None, {one.pk: one.span for one in others}
        for name, value in facts.items():
            setattr(row, name, clean(value) if isinstance(value, str) else value)
        check_order(row.starts_on, row.ends_on)
        if row.kind == HOME:
            _check_home(row, was_open, neighbours, now)
        for at, one in neighbours.items():
            if at == "before" and row.starts_on is not None:
                one.ends_on = day_before(row.starts_on)
            if at == "after" and row.ends_on is not None:
                one.starts_on = days_after(row.ends_on, 1)
            if one.span != spans[one.pk]:
                policy.require(acting_user, "keep_members", one.cell, now)
            check_order(one.starts_on, one.ends_on)
            check_free(one.span, [other.span for other in others if other.pk != one.pk], "starts_on")
        check_free(row.span, [other.span for other in others], "starts_on")
        for one in sorted([row, *neighbours.values()], key=lambda one: one.pk):
            one.save(update_fields=["starts_on", "ends_on", "paper", "place"])
        before, after = differing(old, stretch_facts(row))
        after |= {f"{at}_{one.pk}": [one.starts_on, one.ends_on] for at, one in neighbours.items()}
        audit.record(
            allowed, about=member, chain=home, now=now, verb="correct_membership", old=before, new=after, reason=reason
        )
        return row


def _check_home(row: Membership, was_open: bool, neighbours: dict[str, Membership], now: datetime.datetime) -> None:
    if row.starts_on is not None:
        check_not_to_come(row.starts_on, "starts_on", now)
    elif "before" in neighbours:
        raise ValidationError({"starts_on": _("He was in another cell before, so this day is needed.")})
    if (row.ends_on is None) != was_open:
        raise ValidationError(
            {"ends_on": _("A correction neither ends nor reopens it: transfer him, or take him off the list.")}
        )


def _end(row: Membership, last_day: datetime.date, paper: str) -> None:
    if row.starts_on is not None and last_day < day_before(row.starts_on):
        raise ValidationError({"last_day": _("The last day is before the first.")})
    row.ends_on, row.ended_paper = last_day, paper
    row.save(update_fields=["ends_on", "ended_paper"])


def as_it_stands(cell: Organisation) -> Organisation:
    """The cell read afresh, once it is locked: it may have ended meanwhile."""
    return Organisation.objects.select_related("type__level", "parent").get(pk=cell.pk)


def check_is_cell(cell: Organisation) -> None:
    """Raises ValidationError for an organisation that has cells instead of members."""
    if not cell.type.is_cell:
        raise ValidationError({"cell": _("%(organisation)s is no cell; choose a cell.") % {"organisation": cell}})


def open_home(member: Person) -> Membership | None:
    """The home that has no last day."""
    homes = Membership.objects.filter(person_id=member.pk, kind=HOME, ends_on__isnull=True)
    return homes.select_related("cell").first()


def spans_of(member: Person, kind: str) -> list[tuple[datetime.date | None, datetime.date | None]]:
    """The days of the member's memberships of a kind."""
    return [row.span for row in Membership.objects.filter(person_id=member.pk, kind=kind)]
