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
from inspections.organisations.services.ending import check_new_type, check_nothing_open, problem_of_place
from inspections.organisations.services.people import check_not_ended
from inspections.organisations.text import clean, fold
from permissions import audit, policy


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
    _check(made)
    Organisation.objects.bulk_create(made, batch_size=500)
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
    codes = Counter(organisation.code for organisation in made if organisation.code)
    given = sorted(codes)
    taken = {code for code, count in codes.items() if count > 1}
    for start in range(0, len(given), 500):
        some = given[start : start + 500]
        taken |= set(Organisation.objects.filter(code__in=some).values_list("code", flat=True))
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
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_organisations", organisation, now)
        old, old_type = _organisation_facts(organisation), organisation.type
        if organisation.ends_on is None:
            changes.pop("ends_on", None)
        for name, value in changes.items():
            setattr(organisation, name, clean(value) if isinstance(value, str) else value)
        _check_place_in_tree(organisation, organisation.parent)
        if organisation.type_id != old_type.pk:
            check_new_type(organisation, old_type, timezone.localdate(now))
        if organisation.ends_on is None:
            organisation.ended_paper = ""
        elif organisation.ends_on != old["ends_on"]:
            check_nothing_open(organisation, organisation.ends_on, "ends_on")
        organisation.folded = fold(f"{organisation.name} {organisation.code}")
        organisation.full_clean(exclude=["path", "scope_path"])
        organisation.save()
        new = _organisation_facts(organisation)
        changed = {key for key in new if new[key] != old[key]}
        audit.record(
            allowed,
            about=organisation,
            chain=organisation,
            now=now,
            old={key: old[key] for key in changed},
            new={key: new[key] for key in changed},
        )
        return organisation
