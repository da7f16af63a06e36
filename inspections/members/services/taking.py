"""The verb of lists: many members added, corrected and moved at once, by slices."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before
from inspections.members.models import Exemption, Member, Membership, PastDiscipline
from inspections.members.services.belonging import check_is_cell, move_home
from inspections.members.services.common import FACTS, HOME, TEMPORARY, differing, facts_of, problem_of_days
from inspections.members.services.people import set_facts
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import check_not_ended
from permissions import audit, policy
from permissions.verdicts import Allowed

SLICE = 500


@dataclass
class Listed:
    """One member as a list tells him.

    member: who he is here, None when he is new. facts: those that the list tells, as in `admit_member`. starts_on: his
    first day in the cell if told; for one kept in another cell the day of the transfer, None corrects the cell.
    is_exempt, is_away: what holds today, None when the list does not tell. disciplines: form, year, as written.
    paper: what the list is called."""

    cell: Organisation
    member: Member | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    starts_on: datetime.date | None = None
    is_exempt: bool | None = None
    is_away: bool | None = None
    disciplines: list[tuple[str, int | None, str]] = field(default_factory=list)
    paper: str = ""


def take_members(*, acting_user: User, listed: Iterable[Listed], now: datetime.datetime) -> list[Member]:
    """Writes what a list tells of members, all or none; returns them in the order given. One entry each.

    The number of queries grows by slices, and with each member who changes his cell. Raises Refused, NotNow (a cell
    ended), ValidationError (days that cannot be, a card that another has)."""
    wanted = list(listed)
    with transaction.atomic():
        kept = _locked([one.member.pk for one in wanted if one.member is not None])
        members = [kept[one.member.pk] if one.member is not None else Member(organisation=one.cell) for one in wanted]
        allowed = _rights(acting_user, wanted, members, now)
        old = [facts_of(member) if member.pk else {} for member in members]
        homes = [member.organisation for member in members]
        for one, member in zip(wanted, members, strict=True):
            set_facts(member, one.facts)
        _check(members, timezone.localdate(now))
        Member.objects.bulk_create([member for member in members if not member.pk], batch_size=SLICE)
        Member.objects.bulk_update([one for one in members if one.pk in kept], [*FACTS, "folded"], batch_size=200)
        _begin_homes(wanted, members)
        for one, member in zip(wanted, members, strict=True):
            if member.organisation_id != one.cell.pk:
                _change_cell(one, member)
        also = _mark(wanted, members, timezone.localdate(now))
        deeds = []
        for one, member, before, home in zip(wanted, members, old, homes, strict=True):
            assert home is not None
            verb = "correct_member" if before else "admit_member"
            if before and before["organisation"] != one.cell.pk:
                verb = "transfer_member" if one.starts_on is not None else verb
            was, new = differing(before, {**facts_of(member), **also[member.pk]})
            deeds.append(audit.Deed(allowed[home.pk], member, home, verb, was if before else {}, new, one.paper))
        audit.record_many(deeds, now=now)
        return members


def _locked(keys: list[int]) -> dict[int, Member]:
    ordered = sorted(set(keys))
    rows = Member.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation__type")
    return {
        row.pk: row
        for start in range(0, len(ordered), SLICE)
        for row in rows.filter(pk__in=ordered[start : start + SLICE]).order_by("pk")
    }


def _rights(
    acting_user: User, wanted: list[Listed], members: list[Member], now: datetime.datetime
) -> dict[int, Allowed]:
    """The right by which each of the cells, and of the former ones, is kept. Raises Refused, NotNow."""
    keys = {one.cell.pk for one in wanted} | {member.organisation_id or 0 for member in members}
    cells = Organisation.objects.select_related("type", "parent").filter(pk__in=keys).order_by("pk")
    found = {cell.pk: cell for cell in cells}
    with policy.read_once():
        allowed = {key: policy.require(acting_user, "keep_members", cell, now) for key, cell in found.items()}
    for key in {one.cell.pk for one in wanted if one.member is None or one.member.organisation_id != one.cell.pk}:
        check_not_ended(found[key], timezone.localdate(now))
        check_is_cell(found[key])
    return allowed


def _check(members: list[Member], today: datetime.date) -> None:
    for member in members:
        for name in ("born_on", "admitted_on", "full_on"):
            day = getattr(member, name)
            if day is not None and day > today:
                raise ValidationError({name: _("%(person)s: this day is still to come.") % {"person": member}})
        if problem := problem_of_days(member.standing, member.admitted_on, member.full_on):
            raise ValidationError({"full_on": f"{member}: {problem}"})
        member.clean_fields(exclude=["organisation", "user", "folded"])
    owners: dict[str, set[int | None]] = {}
    for member in members:
        if member.card_number:
            owners.setdefault(member.card_number, set()).add(member.pk)
    cards = sorted(owners)
    named = [member.card_number for member in members if member.card_number]
    taken = {card for card in cards if named.count(card) > 1} if len(named) > len(cards) else set()
    for start in range(0, len(cards), SLICE):
        held = Person.objects.filter(card_number__in=cards[start : start + SLICE]).values_list("card_number", "pk")
        taken |= {card for card, pk in held if pk not in owners[card]}
    if taken:
        text = _("Another member has the number of the Party card %(card)s.")
        raise ValidationError({"card_number": text % {"card": ", ".join(sorted(taken)[:5])}})


def _begin_homes(wanted: list[Listed], members: list[Member]) -> None:
    """A home for the new ones, and for those kept who have none."""
    keys = [member.pk for member in members]
    has: set[int] = set()
    for start in range(0, len(keys), SLICE):
        rows = Membership.objects.filter(person__in=keys[start : start + SLICE], kind=HOME, ends_on__isnull=True)
        has |= set(rows.order_by().values_list("person_id", flat=True))
    Membership.objects.bulk_create(
        [
            Membership(
                person=member, kind=HOME, cell_id=member.organisation_id, starts_on=one.starts_on, paper=one.paper
            )
            for one, member in zip(wanted, members, strict=True)
            if member.pk not in has and member.organisation_id == one.cell.pk
        ],
        batch_size=SLICE,
    )


def _change_cell(one: Listed, member: Member) -> None:
    """The member goes to the cell on the day told; without one he was in it all along."""
    home = Membership.objects.select_for_update().filter(person=member, kind=HOME, ends_on__isnull=True).first()
    if one.starts_on is not None or home is None:
        day = one.starts_on
        if day is None:
            Membership.objects.create(person=member, kind=HOME, cell=one.cell, paper=one.paper)
        else:
            move_home(member, home, one.cell, day, one.paper)
    else:
        home.cell = one.cell
        home.save(update_fields=["cell"])
    Person.objects.filter(pk=member.pk).update(organisation=one.cell)
    member.organisation = one.cell


def _mark(wanted: list[Listed], members: list[Member], today: datetime.date) -> dict[int, dict[str, Any]]:
    """Exemptions, stays elsewhere and disciplines, as told; returns what the record says of them, by member."""
    also: dict[int, dict[str, Any]] = {member.pk: {} for member in members}
    pairs = list(zip(wanted, members, strict=True))
    exempt = {member.pk: one.is_exempt for one, member in pairs if one.is_exempt is not None}
    away = {member.pk: one.is_away for one, member in pairs if one.is_away is not None}
    papers = {member.pk: one.paper for one, member in pairs}
    marks: tuple[tuple[Any, dict[int, bool], str], ...] = (
        (Exemption, exempt, "is_exempt"),
        (Membership, away, "is_away"),
    )
    for model, told, name in marks:
        rows: list[Any] = []
        keys = sorted(told)
        for start in range(0, len(keys), SLICE):
            found = model.objects.filter(person__in=keys[start : start + SLICE])
            rows += found.filter(kind=TEMPORARY) if model is Membership else found
        running = {row.person_id: row for row in rows if row.is_in_force(today)}
        before = {row.person_id for row in rows}
        begun = []
        for key, is_told in told.items():
            if is_told == (key in running):
                continue
            also[key][name] = is_told
            if is_told:
                # since when is not told; where such a stretch was known before, it is no longer than from today
                row = model(person_id=key, starts_on=today if key in before else None, paper=papers[key])
                if isinstance(row, Membership):
                    row.kind = TEMPORARY
                begun.append(row)
            else:
                row = running[key]
                row.ends_on = day_before(today)
                row.ended_paper = papers[key]
                row.save(update_fields=["ends_on", "ended_paper"])
        model.objects.bulk_create(begun, batch_size=SLICE)
    _add_disciplines(pairs, also)
    return also


def _add_disciplines(pairs: list[tuple[Listed, Member]], also: dict[int, dict[str, Any]]) -> None:
    keys = [member.pk for one, member in pairs if one.disciplines]
    has: set[tuple[int, str, int | None]] = set()
    for start in range(0, len(keys), SLICE):
        rows = PastDiscipline.objects.filter(person__in=keys[start : start + SLICE])
        has |= set(rows.order_by().values_list("person_id", "form", "year"))
    new = []
    for one, member in pairs:
        for form, year, text in one.disciplines:
            if (member.pk, form, year) not in has:
                has.add((member.pk, form, year))
                new.append(PastDiscipline(person=member, form=form, year=year, told=text))
                also[member.pk].setdefault("disciplines", []).append([form, year, text])
    PastDiscipline.objects.bulk_create(new, batch_size=SLICE)
