"""The verb of lists: many members added, corrected and moved at once, by slices."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before
from inspections.members.models import Exemption, Member, Membership, PastDiscipline
from inspections.members.rules import Span
from inspections.members.services.belonging import check_is_cell, move_home
from inspections.members.services.common import (
    FACTS,
    HOME,
    SLICE,
    TEMPORARY,
    Held,
    differing,
    facts_of,
    hold,
    problem_of_days,
    problem_of_span,
)
from inspections.members.services.people import set_facts
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import check_not_ended
from permissions import audit, policy
from permissions.verdicts import Allowed


@dataclass
class Listed:
    """One member as a list tells him.

    member: who he is here, None when he is new. facts: those that the list tells, as in `admit_member`. starts_on: his
    first day in the cell if told; for one kept in another cell the day of the transfer, None corrects the cell; for one
    who left the list the day on which he came back, None leaves him off it.
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
        kept = _held(wanted)
        members = [kept[one.member.pk] if one.member is not None else Member(organisation=one.cell) for one in wanted]
        allowed = _rights(acting_user, wanted, members, now)
        old = [facts_of(member) if member.pk else {} for member in members]
        homes = [member.organisation for member in members]
        for one, member in zip(wanted, members, strict=True):
            set_facts(member, one.facts)
        _check(wanted, members, timezone.localdate(now))
        Member.objects.bulk_create([member for member in members if not member.pk], batch_size=SLICE)
        _correct(members, old)
        came = _settle_homes(wanted, members)
        also = _mark(wanted, members, timezone.localdate(now))
        deeds = []
        for one, member, before, home in zip(wanted, members, old, homes, strict=True):
            assert home is not None
            verb = "correct_member" if before else "admit_member"
            if member.pk in came:
                verb, also[member.pk]["starts_on"] = "transfer_member", one.starts_on
            was, new = differing(before, {**facts_of(member), **also[member.pk]})
            deeds.append(audit.Deed(allowed[home.pk], member, home, verb, was if before else {}, new, one.paper))
        audit.record_many(deeds, now=now)
        return members


def hold_listed(listed: Iterable[Listed]) -> Held:
    """Locks all that a list is about, before any slice of it is taken. Part of a verb; raises NotNow as `hold`."""
    wanted = list(listed)
    return hold([one.member for one in wanted if one.member is not None], [one.cell for one in wanted])


def _held(wanted: list[Listed]) -> dict[int, Member]:
    """The members as they stand, all that the list is about being locked; its cells are read afresh too."""
    held = hold_listed(wanted)
    for one in wanted:
        one.cell = held.cells[one.cell.pk]
    return held.members


def _rights(
    acting_user: User, wanted: list[Listed], members: list[Member], now: datetime.datetime
) -> dict[int, Allowed]:
    """The right by which each of the cells, and of the former ones, is kept. Raises Refused, NotNow."""
    cells = [*(one.cell for one in wanted), *(one.organisation for one in members if one.organisation is not None)]
    found = {cell.pk: cell for cell in sorted(cells, key=lambda cell: cell.pk)}
    with policy.read_once():
        allowed = {key: policy.require(acting_user, "keep_members", cell, now) for key, cell in found.items()}
    here = [one.organisation_id == listed.cell.pk for listed, one in zip(wanted, members, strict=True)]
    coming = [
        one.cell.pk for one, stays in zip(wanted, here, strict=True) if one.member is None or one.starts_on or not stays
    ]
    for key in sorted(set(coming)):
        check_not_ended(found[key], timezone.localdate(now))
        check_is_cell(found[key])
    return allowed


def _check(wanted: list[Listed], members: list[Member], today: datetime.date) -> None:
    for one, member in zip(wanted, members, strict=True):
        if one.starts_on is not None and one.starts_on > today:
            raise ValidationError({"starts_on": _("%(person)s: this day is still to come.") % {"person": member}})
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


def _correct(members: list[Member], old: list[dict[str, Any]]) -> None:
    """Writes the facts that differ from what was kept, and no others: a long list tells most as it is kept."""
    touched: set[str] = set()
    changed = []
    for member, before in zip(members, old, strict=True):
        if before and (named := [name for name in FACTS if getattr(member, name) != before[name]]):
            changed.append(member)
            touched.update(named)
    if changed:
        also = ["folded"] if "full_name" in touched else []
        Member.objects.bulk_update(changed, [*sorted(touched), *also], batch_size=200)


def _settle_homes(wanted: list[Listed], members: list[Member]) -> set[int]:
    """Where each is at home from then on; returns those who came to the cell on a day told, by key.

    Whoever never had a home gets one in the cell. Whoever left the list is back on it by a day only."""
    homes: dict[int, list[Membership]] = defaultdict(list)
    for row in _of_people(Membership.objects.filter(kind=HOME), [member.pk for member in members]):
        homes[row.person_id].append(row)
    begun, came = [], set()
    for one, member in zip(wanted, members, strict=True):
        rows = homes[member.pk]
        home = next((row for row in rows if row.ends_on is None), None)
        is_elsewhere = member.organisation_id != one.cell.pk
        if not rows:
            begun.append(Membership(person=member, kind=HOME, cell=one.cell, starts_on=one.starts_on, paper=one.paper))
        elif one.starts_on is not None and (home is None or is_elsewhere):
            move_home(member, home, one.cell, one.starts_on, one.paper)
            came.add(member.pk)
        elif home is None and is_elsewhere:
            text = _("%(person)s is on the list of no cell any more. Tell from which day he is back.")
            raise ValidationError({"starts_on": text % {"person": member}})
        elif home is not None and is_elsewhere:
            home.cell = one.cell
            home.save(update_fields=["cell"])
        if is_elsewhere:
            Person.objects.filter(pk=member.pk).update(organisation=one.cell)
            member.organisation = one.cell
    Membership.objects.bulk_create(begun, batch_size=SLICE)
    return came


def _of_people(rows: Any, keys: Iterable[int]) -> list[Any]:
    """The rows of the people, read by slices."""
    ordered = sorted(keys)
    slices = [ordered[start : start + SLICE] for start in range(0, len(ordered), SLICE)]
    return [row for some in slices for row in rows.filter(person__in=some).order_by("pk")]


def span_told(spans: Collection[Span], today: datetime.date) -> Span:
    """From when to when something holds of which a list tells that it does: since an unknown day, or from today on
    where it is known not to have held before."""
    return (today if spans else None), None


def _mark(wanted: list[Listed], members: list[Member], today: datetime.date) -> dict[int, dict[str, Any]]:
    """Exemptions, stays elsewhere and disciplines, as told; returns what the record says of them, by member."""
    also: dict[int, dict[str, Any]] = {member.pk: {} for member in members}
    pairs = list(zip(wanted, members, strict=True))
    exempt = {member.pk: one.is_exempt for one, member in pairs if one.is_exempt is not None}
    away = {member.pk: one.is_away for one, member in pairs if one.is_away is not None}
    papers = {member.pk: one.paper for one, member in pairs}
    names = {member.pk: member.full_name for member in members}
    marks: tuple[tuple[Any, dict[int, bool], str], ...] = (
        (Exemption, exempt, "is_exempt"),
        (Membership, away, "is_away"),
    )
    for model, told, name in marks:
        stretches = model.objects.filter(kind=TEMPORARY) if model is Membership else model.objects.all()
        spans: dict[int, list[Span]] = defaultdict(list)
        running = {}
        for row in _of_people(stretches, told):
            spans[row.person_id].append(row.span)
            if row.is_in_force(today):
                running[row.person_id] = row
        begun = []
        for key, is_told in told.items():
            if is_told == (key in running):
                continue
            also[key][name] = is_told
            if is_told:
                span = span_told(spans[key], today)
                if problem := problem_of_span(span, spans[key]):
                    raise ValidationError({name: f"{names[key]}: {problem}"})
                row = model(person_id=key, starts_on=span[0], paper=papers[key])
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
