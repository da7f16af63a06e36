"""The verbs of organisations."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, OrganisationType, User
from inspections.organisations.rules import is_code, path_step
from inspections.organisations.services.ending import (
    check_new_type,
    check_not_beyond,
    check_nothing_open,
    problem_of_place,
)
from inspections.organisations.services.moving import held_in_place
from inspections.organisations.services.people import check_not_ended, check_not_succeeded
from inspections.organisations.text import clean, fold
from permissions import audit, policy

# so many organisations are asked for, or written, by one query
SLICE = 500


@dataclass
class NewOrganisation:
    """What a new organisation is told to be. parent: one that is there, or another new one of the same call; None is
    the top of a tree. `made` is the organisation once it is there."""

    name: str
    type: OrganisationType
    parent: "Organisation | NewOrganisation | None"
    code: str = ""
    symbol: str = ""
    place: str = ""
    starts_on: datetime.date | None = None
    starts_precision: str = Organisation.Precision.DAY
    full_members: int | None = None
    probationary_members: int | None = None
    made: Organisation | None = None


def add_organisation(*, acting_user: User, now: datetime.datetime, **facts: Any) -> Organisation:
    """Adds an organisation below `parent` (None: the top of a tree, for a superuser) and returns it.

    facts: those of `NewOrganisation`. Raises Refused, ValidationError (code of the wrong shape or taken, level not
    below the parent's)."""
    return add_organisations(acting_user=acting_user, new=[NewOrganisation(**facts)], now=now)[0]


def add_organisations(
    *, acting_user: User, new: Iterable[NewOrganisation], now: datetime.datetime
) -> list[Organisation]:
    """Adds organisations, all or none, those above before those below; returns them in the order given.

    Without a symbol of its own an organisation takes that of its type. The number of queries grows with the number of
    parents, not of organisations. Raises Refused, ValidationError as `add_organisation`."""
    wanted = list(new)
    with transaction.atomic():
        left = wanted
        while left:
            ready = [one for one in left if not isinstance(one.parent, NewOrganisation) or one.parent.made]
            left = [one for one in left if isinstance(one.parent, NewOrganisation) and not one.parent.made]
            if not ready:
                raise ValidationError(_("These organisations belong to each other in a circle."))
            _add_below_known(acting_user, ready, now)
    return [one.made for one in wanted if one.made is not None]


def _add_below_known(acting_user: User, new: list[NewOrganisation], now: datetime.datetime) -> None:
    keys = {parent.pk for one in new if (parent := _parent_of(one)) is not None}
    locked = Organisation.objects.select_for_update(of=("self",)).select_related("type__level")
    parents = {parent.pk: parent for parent in locked.filter(pk__in=keys)}
    for parent in parents.values():
        check_not_ended(parent, timezone.localdate(now))
    by_parent: dict[int | None, list[NewOrganisation]] = defaultdict(list)
    for one in new:
        parent = _parent_of(one)
        key = parent.pk if parent is not None else None
        one.made = _unsaved(one, parents[key] if key is not None else None)
        by_parent[key].append(one)
    allowed = {
        key: policy.require(acting_user, "keep_organisations", parents[key] if key else some[0].made, now)
        for key, some in by_parent.items()
    }
    made = [one.made for one in new if one.made is not None]
    for parent in parents.values():
        check_not_beyond(parent, None, "parent")  # a new organisation has no last day yet
    _check(made)
    Organisation.objects.bulk_create(made, batch_size=SLICE)
    for organisation in made:
        parent = organisation.parent
        organisation.path = (parent.path or "" if parent else "") + path_step(organisation.pk)
        organisation.depth = parent.depth + 1 if parent else 0
        organisation.scope_path = (parent.path or "") if parent and organisation.type.is_body else organisation.path
    Organisation.objects.bulk_update(made, ["path", "depth", "scope_path"], batch_size=200)
    for key, some in by_parent.items():
        facts = [(one.made, _organisation_facts(one.made)) for one in some if one.made is not None]
        audit.record_made(allowed[key], facts, now=now, verb="keep_organisations")


def _parent_of(one: NewOrganisation) -> Organisation | None:
    return one.parent.made if isinstance(one.parent, NewOrganisation) else one.parent


def _unsaved(one: NewOrganisation, parent: Organisation | None) -> Organisation:
    name, code = clean(one.name), clean(one.code)
    return Organisation(
        name=name,
        type=one.type,
        parent=parent,
        code=code,
        symbol=clean(one.symbol) or one.type.symbol,
        place=clean(one.place),
        folded=fold(f"{name} {code}"),
        starts_on=one.starts_on,
        starts_precision=one.starts_precision,
        full_members=one.full_members,
        probationary_members=one.probationary_members,
    )


def _check(made: list[Organisation]) -> None:
    for organisation in made:
        _check_place_in_tree(organisation, organisation.parent)
        organisation.clean_fields(exclude=["path", "scope_path", "type", "parent"])
        starts_on, ends_on = organisation.starts_on, organisation.ends_on
        if starts_on is not None and ends_on is not None and ends_on < starts_on:
            raise ValidationError({"starts_on": _("The last day is before the founding day.")})
    codes = Counter(organisation.code for organisation in made if organisation.code)
    owners = {organisation.code: organisation.pk for organisation in made}
    given = sorted(codes)
    taken = {code for code, count in codes.items() if count > 1}
    for start in range(0, len(given), SLICE):
        held = Organisation.objects.filter(code__in=given[start : start + SLICE]).values_list("code", "pk")
        taken |= {code for code, pk in held if owners[code] != pk}
    if taken:
        raise ValidationError(
            {"code": _("Another organisation has the code %(code)s already.") % {"code": ", ".join(sorted(taken)[:5])}}
        )


def _check_place_in_tree(organisation: Organisation, parent: Organisation | None) -> None:
    if organisation.code and not is_code(organisation.code):
        raise ValidationError({"code": _("A code has five parts of 2.3.3.3.3 digits, for example 97.101.001.000.000.")})
    if parent is not None and (problem := problem_of_place(organisation.type, parent.type)):
        raise ValidationError({"type": problem})


def _organisation_facts(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "code": organisation.code,
        "type": organisation.type.code,
        "parent": organisation.parent_id,
        "symbol": organisation.symbol,
        "place": organisation.place,
        "starts_on": organisation.starts_on,
        "ends_on": organisation.ends_on,
        "ended_paper": organisation.ended_paper,
        "full_members": organisation.full_members,
        "probationary_members": organisation.probationary_members,
        "committee_name": organisation.committee_name,
        "on_behalf": organisation.on_behalf,
        "deputy_signs": organisation.deputy_signs,
    }


def correct_organisation(
    *, acting_user: User, organisation: Organisation, now: datetime.datetime, **changes: Any
) -> Organisation:
    """Corrects facts of an organisation: name, code, symbol, place, type, starts_on, member counts, the last day of one
    that has one (ends_on; None: it goes on), and how its documents name it (committee_name, on_behalf, deputy_signs;
    empty: as its type).

    Its place in the tree changes only by `move_organisation`. Raises Refused, ValidationError (also: a type that does
    not fit what is above, below or held in it; what is open after the new last day)."""
    return correct_organisations(acting_user=acting_user, changes=[(organisation, changes)], now=now)[0]


def correct_organisations(
    *, acting_user: User, changes: Iterable[tuple[Organisation, dict[str, Any]]], now: datetime.datetime
) -> list[Organisation]:
    """Corrects facts of organisations, all or none; returns each once, in the order given. One entry each.

    The number of queries grows by slices, and with each type or last day that changes. Raises Refused, ValidationError
    as `correct_organisation`."""
    wanted: dict[int, dict[str, Any]] = defaultdict(dict)
    for organisation, facts in changes:
        wanted[organisation.pk] |= facts
    with transaction.atomic():
        rows = _locked(list(wanted))
        # every lock is held, so the rights are read once for all of them
        with policy.read_once():
            allowed = [policy.require(acting_user, "keep_organisations", row, now) for row in rows]
        for row in rows:
            check_not_succeeded(row)
        old, old_types = [_organisation_facts(row) for row in rows], [row.type for row in rows]
        for row in rows:
            if row.ends_on is None:
                wanted[row.pk].pop("ends_on", None)
            for name, value in wanted[row.pk].items():
                setattr(row, name, clean(value) if isinstance(value, str) else value)
            row.folded = fold(f"{row.name} {row.code}")
        _check(rows)
        together = {row.pk: row for row in rows}
        for row, before, old_type in zip(rows, old, old_types, strict=True):
            if row.type_id != old_type.pk:
                check_new_type(row, old_type, timezone.localdate(now))
            if row.ends_on != before["ends_on"]:
                _check_new_end(row, together)
        touched = sorted({name for facts in wanted.values() for name in facts})
        Organisation.objects.bulk_update(rows, [*touched, "folded", "ended_paper"], batch_size=SLICE)
        entries = []
        for right, row, before in zip(allowed, rows, old, strict=True):
            after = _organisation_facts(row)
            changed = [key for key in after if after[key] != before[key]]
            entries.append((right, row, {key: before[key] for key in changed}, {key: after[key] for key in changed}))
        audit.record_corrected(entries, now=now, verb="keep_organisations")
        return rows


def _check_new_end(organisation: Organisation, together: dict[int, Organisation]) -> None:
    """Raises ValidationError when the new last day does not fit what is above or still open.

    together: those that are corrected with it."""
    if organisation.parent is not None:
        parent = together.get(organisation.parent.pk) or held_in_place(organisation.parent)
        check_not_beyond(parent, organisation.ends_on, "ends_on")
    if organisation.ends_on is None:
        organisation.ended_paper = ""
    else:
        check_nothing_open(organisation, organisation.ends_on, "ends_on")


def _locked(keys: list[int]) -> list[Organisation]:
    """The organisations in the order of the keys, locked in one order whoever asks."""
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("type__level", "parent__type__level")
    ordered = sorted(keys)
    found = {
        row.pk: row
        for start in range(0, len(ordered), SLICE)
        for row in rows.filter(pk__in=ordered[start : start + SLICE]).order_by("pk")
    }
    return [found[key] for key in keys]
