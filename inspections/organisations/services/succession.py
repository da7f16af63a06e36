"""An organisation is renamed, merges into another, splits into several, or is dissolved, on a day, by a paper.

What is open of it passes to its successors (`passing`); it stays, read-only, with its numbers and its history."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before, days_after
from inspections.organisations.models import (
    FormerName,
    Interest,
    Office,
    Organisation,
    PassedItem,
    Person,
    Succession,
    SuccessionPart,
    User,
)
from inspections.organisations.queries import predecessors_of
from inspections.organisations.rules import is_at_or_below
from inspections.organisations.services.ending import check_nothing_open
from inspections.organisations.services.moving import one_move_at_a_time
from inspections.organisations.services.passing import (
    Estate,
    Share,
    Will,
    check_shares,
    estates,
    facts_against,
    follow_name,
    shares_of,
    some_of,
)
from inspections.organisations.services.people import check_not_ended
from inspections.organisations.text import clean, fold
from permissions import audit, grants, policy
from permissions.verdicts import NotNow

Kind = Succession.Kind
DEEDS = {
    Kind.MERGE: "merge_organisation",
    Kind.SPLIT: "split_organisation",
    Kind.DISSOLVE: "dissolve_organisation",
}


def rename_organisation(
    *, acting_user: User, organisation: Organisation, name: str, on: datetime.date, paper: str, now: datetime.datetime
) -> Organisation:
    """Gives an organisation another name from a day on, by a paper; by the old one it is found still.

    Raises Refused, NotNow (it has ended), ValidationError (the same name, no paper, a day in the future, before it was
    founded or not after its last renaming)."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_organisations", organisation, now)
        check_not_ended(organisation, timezone.localdate(now))
        name, old_name = clean(name), organisation.name
        if not name or name == old_name:
            raise ValidationError({"name": _("Write the new name; this is the one it bears.")})
        _check_paper(paper)
        last = organisation.former_names.last()
        _check_day(organisation, on, now)
        succession = Succession.objects.create(
            kind=Kind.RENAME,
            organisation=organisation,
            on=on,
            paper=clean(paper),
            decided_by=acting_user,
            decided_at=now,
        )
        FormerName.objects.create(
            organisation=organisation,
            name=old_name,
            folded=fold(old_name),
            starts_on=days_after(last.ends_on, 1) if last is not None else organisation.starts_on,
            ends_on=day_before(on),
            succession=succession,
        )
        organisation.name, organisation.folded = name, fold(f"{name} {organisation.code}")
        organisation.clean_fields(exclude=["path", "scope_path", "type", "parent"])
        organisation.save(update_fields=["name", "folded"])
        follow_name(organisation, name)
        audit.record(
            allowed,
            about=organisation,
            chain=organisation,
            now=now,
            verb="rename_organisation",
            old={"name": old_name},
            new={"name": name, "on": on},
            reason=clean(paper),
        )
        return organisation


def merge_organisation(
    *,
    acting_user: User,
    organisation: Organisation,
    successor: Organisation,
    on: datetime.date,
    paper: str,
    now: datetime.datetime,
) -> Succession:
    """Merges an organisation into another from a day on, by a paper: it ends with the day before, all that is open of
    it is the successor's.

    Raises Refused (either is not the administrator's), NotNow (it has an end), ValidationError (a successor that is no
    other organisation of its kind, ended, ends, begins later, stands below it or preceded it; a day in the future or
    one that what happened since contradicts; no paper; something that cannot pass, by name)."""
    return _succeed(acting_user, organisation, Kind.MERGE, Will([successor], successor), on, paper, now)


def split_organisation(
    *, acting_user: User, organisation: Organisation, will: Will, on: datetime.date, paper: str, now: datetime.datetime
) -> Succession:
    """Splits an organisation into several from a day on, by a paper; `will` says who takes what.

    Raises as `merge_organisation`, and ValidationError when there are fewer than two, or something goes to another."""
    return _succeed(acting_user, organisation, Kind.SPLIT, will, on, paper, now)


def dissolve_organisation(
    *,
    acting_user: User,
    organisation: Organisation,
    successor: Organisation | None,
    on: datetime.date,
    paper: str,
    now: datetime.datetime,
) -> Succession:
    """Dissolves an organisation from a day on, by a paper. The successor takes what is open; None where nothing is.

    Raises as `merge_organisation`; the successor may be of another kind, as far as it can do what passes to it."""
    will = Will([successor] if successor is not None else [], successor)
    return _succeed(acting_user, organisation, Kind.DISSOLVE, will, on, paper, now)


def hold_for_succession(organisation: Organisation) -> None:
    """Locks what a succession changes, in the order in which steps of the work lock it, then the tops of the trees."""
    for estate in reversed(estates()):
        if estate.hold is not None:
            estate.hold(organisation)
    one_move_at_a_time()


def _succeed(
    acting_user: User,
    organisation: Organisation,
    kind: Succession.Kind,
    will: Will,
    on: datetime.date,
    paper: str,
    now: datetime.datetime,
) -> Succession:
    with transaction.atomic():
        hold_for_succession(organisation)
        organisation, will = _locked(organisation, will)
        allowed = policy.require(acting_user, "keep_organisations", organisation, now)
        for successor in will.successors:
            policy.require(acting_user, "keep_organisations", successor, now)
        _check_goes_on(organisation, timezone.localdate(now))
        _check_paper(paper)
        _check_day(organisation, on, now)
        _check_successors(organisation, kind, will, on)
        shares = shares_of(organisation, will, now)
        check_shares(shares, timezone.localdate(now))
        succession = Succession.objects.create(
            kind=kind, organisation=organisation, on=on, paper=clean(paper), decided_by=acting_user, decided_at=now
        )
        _keep_what_passes(succession, will.successors, shares)
        _end_offices(organisation, on, succession.paper)
        officers = _follow_areas(organisation, will.successors, timezone.localdate(now))
        _copy_interests(organisation, will.successors, timezone.localdate(now))
        organisation.ends_on, organisation.ended_paper = day_before(on), succession.paper
        organisation.save(update_fields=["ends_on", "ended_paper"])
        # rights first: whose turn something is, is asked anew when it passes
        grants.sync_people(_whose_rights_change([organisation, *will.successors], officers))
        for estate, share in shares:
            estate.pass_on(share)
        check_nothing_open(organisation, organisation.ends_on, "successors")
        audit.record(
            allowed,
            about=organisation,
            chain=organisation,
            now=now,
            verb=DEEDS[kind],
            new=_told(organisation, on, will.successors, shares),
            reason=succession.paper,
        )
        return succession


def _locked(organisation: Organisation, will: Will) -> tuple[Organisation, Will]:
    """The organisations as they stand, locked in one order whoever asks."""
    keys = {organisation.pk, *(one.pk for one in will.successors), *([will.rest.pk] if will.rest is not None else [])}
    rows = Organisation.objects.select_related("type__level", "parent").select_for_update(of=("self",))
    found = {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}
    return found[organisation.pk], Will(
        [found[one.pk] for one in will.successors],
        found[will.rest.pk] if will.rest is not None else None,
        will.named,
    )


def _check_goes_on(organisation: Organisation, today: datetime.date) -> None:
    check_not_ended(organisation, today)
    if organisation.ends_on is not None:
        raise NotNow(
            _("%(organisation)s has its last day already: %(day)s.")
            % {"organisation": organisation, "day": _day(organisation.ends_on)}
        )


def _check_paper(paper: str) -> None:
    if not paper.strip():
        raise ValidationError({"paper": _("Name the paper by which this is decided.")})


def _check_day(organisation: Organisation, on: datetime.date, now: datetime.datetime) -> None:
    """Raises ValidationError when the day is to come, or is not after what happened to the organisation or by it."""
    today = timezone.localdate(now)
    if on > today:
        text = _("%(day)s is still to come. Record this on that day; until then everything stays where it is.")
        raise ValidationError({"on": text % {"day": _day(on)}})
    against = []
    if organisation.starts_on is not None and organisation.starts_on >= on:
        text = _("%(organisation)s was founded on %(day)s; this takes effect after that day.")
        against.append(text % {"organisation": organisation, "day": _day(organisation.starts_on)})
    parts = SuccessionPart.objects.filter(successor=organisation, succession__on__gte=on)
    for part in parts.select_related("succession__organisation", "successor"):
        text = _("%(successor)s took the place of %(old)s on %(day)s; this takes effect after that day.")
        day = _day(part.succession.on)
        against.append(text % {"successor": part.successor, "old": part.succession.organisation, "day": day})
    for renaming in organisation.successions.filter(kind=Kind.RENAME, on__gte=on):
        text = _("%(organisation)s was renamed on %(day)s; this takes effect after that day.")
        against.append(text % {"organisation": organisation, "day": _day(renaming.on)})
    if against:
        raise ValidationError({"on": against})


def _check_successors(organisation: Organisation, kind: Succession.Kind, will: Will, on: datetime.date) -> None:
    """Raises ValidationError when one of them cannot take the place, or what was done since contradicts the day."""
    offices = [
        _("%(person)s holds an office from %(day)s on: %(office)s.")
        % {"person": office.person, "day": _day(office.starts_on), "office": office}
        for office in organisation.offices.select_related("person", "organisation").filter(starts_on__gte=on)
        if office.ends_on is None or office.ends_on >= office.starts_on
    ]
    against = [*offices, *facts_against(organisation, on)]
    if against:
        text = _("It cannot have ended before %(day)s: %(facts)s")
        raise ValidationError({"on": text % {"day": _day(on), "facts": " ".join(against[:3])}})
    if len({one.pk for one in will.successors}) != len(will.successors):
        raise ValidationError({"successors": _("A successor is named twice.")})
    if kind == Kind.SPLIT and len(will.successors) < 2:
        raise ValidationError({"successors": _("A split has at least two successors; into one it is a merger.")})
    keys = {one.pk for one in will.successors}
    if kind == Kind.SPLIT and will.rest is None:
        raise ValidationError({"rest": _("Name the successor that takes all the rest.")})
    if (will.rest is not None and will.rest.pk not in keys) or any(
        one.pk not in keys for one in (will.named or {}).values()
    ):
        raise ValidationError({"successors": _("What passes goes to one of the successors named.")})
    before = predecessors_of([organisation.pk])[organisation.pk]
    problems = [
        problem for one in will.successors if (problem := _problem_of(organisation, kind, one, on, one.pk in before))
    ]
    if problems:
        raise ValidationError({"successors": problems})


def _problem_of(
    old: Organisation, kind: Succession.Kind, new: Organisation, on: datetime.date, is_predecessor: bool
) -> str:
    """Why one organisation cannot take the place of another; empty when it can."""
    names = {"old": old, "new": new}
    if new.pk == old.pk:
        return _("%(old)s cannot be its own successor.") % names
    if is_predecessor:
        return _("%(old)s took the place of %(new)s itself, so this would be a circle.") % names
    if is_at_or_below(str(new.path), str(old.path)):
        return _("%(new)s stands below %(old)s; move it out first.") % names
    if new.ends_on is not None:
        text = _("%(new)s has its last day, %(day)s; name a successor that goes on.")
        return text % {**names, "day": _day(new.ends_on)}
    if new.starts_on is not None and new.starts_on > on:
        text = _("%(new)s begins on %(day)s only; a successor is there on the day this takes effect.")
        return text % {**names, "day": _day(new.starts_on)}
    same = new.type.is_body == old.type.is_body and (new.type.is_cell == old.type.is_cell or kind == Kind.DISSOLVE)
    if not same:
        text = _("%(new)s is not of the kind of %(old)s: a cell, a committee or a body takes the place of its like.")
        return text % names
    return ""


def _keep_what_passes(
    succession: Succession, successors: Iterable[Organisation], shares: list[tuple[Estate, Share]]
) -> None:
    parts = {one.pk: SuccessionPart.objects.create(succession=succession, successor=one) for one in successors}
    PassedItem.objects.bulk_create(
        [
            PassedItem(part=parts[share.new.pk], item_type=ContentType.objects.get_for_model(row), item_id=row.pk)
            for estate, share in shares
            if estate.is_chosen
            for row in share.rows
        ],
        batch_size=1000,
    )


def _end_offices(organisation: Organisation, on: datetime.date, paper: str) -> None:
    """Ends the offices in it with the day before; one that was to begin later never does."""
    last_day = day_before(on)
    offices = organisation.offices.select_for_update().filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day))
    for office in offices.order_by("pk"):
        office.ends_on, office.ended_paper = max(last_day, day_before(office.starts_on)), paper
        office.save(update_fields=["ends_on", "ended_paper"])


def _follow_areas(organisation: Organisation, successors: list[Organisation], today: datetime.date) -> list[Person]:
    """Lets the officers who follow the organisation follow its successors too; returns them.

    Raises ValidationError when none of the successors is of an officer's tree."""
    offices = Office.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), areas=organisation)
    found = list(offices.select_related("person", "organisation"))
    left = []
    for office in found:
        areas = [one for one in successors if is_at_or_below(str(one.path), office.organisation.scope_path)]
        office.areas.add(*areas)
        if successors and not areas:
            left.append(f"{office.person} ({office})")
    if left:
        text = _("These officers follow it and would be of another tree; end their offices first: %(who)s.")
        raise ValidationError({"successors": text % {"who": some_of(left)}})
    return [office.person for office in found]


def _copy_interests(organisation: Organisation, successors: list[Organisation], today: datetime.date) -> None:
    """A tie to the organisation is one to its successors."""
    ties = Interest.objects.in_force(today).filter(about_organisation=organisation)
    has = set(
        Interest.objects.in_force(today)
        .filter(about_organisation__in=successors)
        .values_list("person", "about_organisation")
    )
    Interest.objects.bulk_create(
        Interest(
            person_id=tie.person_id,
            about_organisation=one,
            nature=tie.nature,
            declared_at=tie.declared_at,
            ends_on=tie.ends_on,
        )
        for tie in ties
        for one in successors
        if (tie.person_id, one.pk) not in has
    )


def _whose_rights_change(organisations: list[Organisation], officers: list[Person]) -> list[Person]:
    held = Q(offices__organisation__in=organisations) | Q(delegations__office__organisation__in=organisations)
    keys = set(Person.objects.filter(held).values_list("pk", flat=True)) | {person.pk for person in officers}
    return list(Person.objects.filter(pk__in=keys).order_by("pk"))


def _told(
    organisation: Organisation, on: datetime.date, successors: list[Organisation], shares: list[tuple[Estate, Share]]
) -> dict[str, Any]:
    """What the record says: the last day, the successors, and the ids of what passed to each."""
    passed: dict[str, dict[str, list[int]]] = {}
    for estate, share in shares:
        passed.setdefault(estate.code, {})[str(share.new.pk)] = [row.pk for row in share.rows]
    names = [{"id": one.pk, "name": one.name} for one in successors]
    return {"on": on, "ends_on": organisation.ends_on, "successors": names, "passed": passed}


def _day(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")
