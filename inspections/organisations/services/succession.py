"""An organisation is renamed, merges into another, splits into several, or is dissolved, on a day, by a paper.

What is open of it passes to its successors (`passing`); it stays, read-only, with its numbers and its history."""

import datetime
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
    Heir,
    Interest,
    Office,
    Organisation,
    PassedItem,
    Person,
    Succession,
    SuccessionPart,
    User,
)
from inspections.organisations.rules import is_at_or_below
from inspections.organisations.services.days import check_day, check_paper
from inspections.organisations.services.ending import Ending, check_nothing_open, end_along
from inspections.organisations.services.moving import one_move_at_a_time
from inspections.organisations.services.passing import (
    TIES,
    Estate,
    Share,
    Will,
    check_shares,
    estates,
    follow_name,
    following,
    shares_of,
    some_of,
    ties_to,
    told_tie,
)
from inspections.organisations.services.people import check_not_ended
from inspections.organisations.services.successors import check_goes_on, check_successors
from inspections.organisations.text import clean, fold
from permissions import audit, grants, policy

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
        check_paper(paper)
        last = organisation.former_names.last()
        check_day(organisation, Kind.RENAME, on, now)
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
        check_goes_on(organisation, timezone.localdate(now))
        check_paper(paper)
        check_day(organisation, kind, on, now)
        check_successors(organisation, kind, will, on)
        ended = end_along(Ending(organisation, will.successors, day_before(on), clean(paper), now))
        shares = shares_of(organisation, will, on, now)
        check_shares(shares, timezone.localdate(now))
        succession = Succession.objects.create(
            kind=kind, organisation=organisation, on=on, paper=clean(paper), decided_by=acting_user, decided_at=now
        )
        parts = {one.pk: SuccessionPart.objects.create(succession=succession, successor=one) for one in will.successors}
        _keep_heirs(organisation, will.successors)
        _keep_what_passes(parts, shares)
        succession.ended_offices.set(_end_offices(organisation, on, succession.paper))
        officers = _follow_areas(organisation, will.successors, timezone.localdate(now))
        ties = _copy_interests(parts, organisation, timezone.localdate(now))
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
            new={
                **_told(organisation, on, will.successors, shares),
                **_told_of_people(succession, officers, ties),
                **({"ended": ended} if ended else {}),
            },
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


def _keep_heirs(organisation: Organisation, successors: list[Organisation]) -> None:
    """Who stands in whose place from now on: the successors in that of the organisation, and of all before it."""
    before = [(organisation.pk, 0), *organisation.predecessors.values_list("old", "generation")]
    pairs = [Heir(old_id=old, new=one, generation=many + 1) for old, many in before for one in successors]
    # parts of one may come together again: they stand in its place once
    Heir.objects.bulk_create(pairs, ignore_conflicts=True)


def _keep_what_passes(parts: dict[int, SuccessionPart], shares: list[tuple[Estate, Share]]) -> None:
    PassedItem.objects.bulk_create(
        [
            PassedItem(
                part=parts[share.new.pk],
                item_type=ContentType.objects.get_for_model(row),
                item_id=row.pk,
                kind=estate.code,
                told=estate.tell(row),
            )
            for estate, share in shares
            if estate.is_chosen
            for row in share.rows
        ],
        batch_size=1000,
    )


def _end_offices(organisation: Organisation, on: datetime.date, paper: str) -> list[Office]:
    """Ends the offices in it with the day before, and returns them; one that was to begin later never does."""
    last_day = day_before(on)
    offices = organisation.offices.select_for_update().filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day))
    ended = list(offices.order_by("pk"))
    for office in ended:
        office.ends_on, office.ended_paper = max(last_day, day_before(office.starts_on)), paper
        office.save(update_fields=["ends_on", "ended_paper"])
    return ended


def _follow_areas(organisation: Organisation, successors: list[Organisation], today: datetime.date) -> list[Office]:
    """Lets the officers who follow the organisation follow its successors too; returns their offices.

    Raises ValidationError when none of the successors is of an officer's tree."""
    found = list(following(organisation, today))
    left = []
    for office in found:
        areas = [one for one in successors if is_at_or_below(str(one.path), office.organisation.scope_path)]
        office.areas.add(*areas)
        if successors and not areas:
            left.append(f"{office.person} ({office})")
    if left:
        text = _("These officers follow it and would be of another tree; end their offices first: %(who)s.")
        raise ValidationError({"successors": text % {"who": some_of(left)}})
    return found


def _copy_interests(
    parts: dict[int, SuccessionPart], organisation: Organisation, today: datetime.date
) -> list[tuple[Interest, Interest]]:
    """A tie to the organisation is one to its successors; returns each with the new one made of it."""
    has = set(
        Interest.objects.in_force(today)
        .filter(about_organisation__in=parts)
        .values_list("person", "about_organisation")
    )
    copied = []
    for tie in ties_to(organisation, today):
        for heir, part in parts.items():
            if (tie.person_id, heir) in has:
                continue
            copy = Interest.objects.create(
                person_id=tie.person_id,
                about_organisation_id=heir,
                nature=tie.nature,
                declared_at=tie.declared_at,
                ends_on=tie.ends_on,
            )
            copied.append((tie, copy))
            PassedItem.objects.create(
                part=part,
                item_type=ContentType.objects.get_for_model(copy),
                item_id=copy.pk,
                kind=TIES,
                told=told_tie(tie),
            )
    return copied


def _whose_rights_change(organisations: list[Organisation], officers: list[Office]) -> list[Person]:
    held = Q(offices__organisation__in=organisations) | Q(delegations__office__organisation__in=organisations)
    keys = set(Person.objects.filter(held).values_list("pk", flat=True)) | {office.person_id for office in officers}
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


def _told_of_people(
    succession: Succession, officers: list[Office], ties: list[tuple[Interest, Interest]]
) -> dict[str, Any]:
    """What the record says of people: the offices that it ended, those that follow on, and the ties that it copied."""
    ended = succession.ended_offices.select_related("person", "organisation").order_by("pk")
    return {
        "offices_ended": [{"id": one.pk, "person": str(one.person), "office": str(one)} for one in ended],
        "offices_following": [{"id": one.pk, "person": str(one.person), "office": str(one)} for one in officers],
        "ties": [{"id": copy.pk, "of": tie.pk, "to": copy.about_organisation_id} for tie, copy in ties],
    }
