"""The verbs of organisations."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, OrganisationType, User
from inspections.organisations.rules import is_code, path_step
from inspections.organisations.text import clean, fold
from permissions import audit, policy


def add_organisation(
    *,
    acting_user: User,
    now: datetime.datetime,
    name: str,
    type: OrganisationType,
    parent: Organisation | None,
    code: str = "",
    symbol: str = "",
    place: str = "",
    starts_on: datetime.date | None = None,
    starts_precision: str = Organisation.Precision.DAY,
    full_members: int | None = None,
    probationary_members: int | None = None,
) -> Organisation:
    """Adds an organisation below `parent` (None: the top of a tree, for a superuser) and returns it.

    Without a symbol of its own it takes that of its type.

    Raises Refused, ValidationError (code of the wrong shape or taken, level not below the parent's)."""
    with transaction.atomic():
        organisation = Organisation(
            name=clean(name),
            type=type,
            parent=parent,
            code=clean(code),
            symbol=clean(symbol) or type.symbol,
            place=clean(place),
            starts_on=starts_on,
            starts_precision=starts_precision,
            full_members=full_members,
            probationary_members=probationary_members,
        )
        if parent is not None:
            parent = Organisation.objects.select_for_update().get(pk=parent.pk)
        allowed = policy.require(acting_user, "keep_organisations", parent or organisation, now)
        _check_place_in_tree(organisation, parent)
        organisation.folded = fold(f"{organisation.name} {organisation.code}")
        organisation.full_clean(exclude=["path", "scope_path"])
        organisation.save()
        organisation.path = (parent.path or "" if parent else "") + path_step(organisation.pk)
        organisation.depth = parent.depth + 1 if parent else 0
        organisation.scope_path = (parent.path or "") if parent and type.is_body else organisation.path
        organisation.save(update_fields=["path", "depth", "scope_path"])
        audit.record(
            allowed,
            about=organisation,
            chain=organisation,
            now=now,
            verb="keep_organisations",
            new=_organisation_facts(organisation),
        )
        return organisation


def _check_place_in_tree(organisation: Organisation, parent: Organisation | None) -> None:
    if organisation.code and not is_code(organisation.code):
        raise ValidationError({"code": _("A code has five parts of 2.3.3.3.3 digits, for example 97.101.001.000.000.")})
    if parent is None:
        return
    if parent.type.is_body:
        raise ValidationError({"parent": _("A body such as an inspection committee has no organisations below it.")})
    if not organisation.type.is_body and organisation.type.level.rank <= parent.type.level.rank:
        raise ValidationError({"parent": _("%(parent)s is not of a higher level.") % {"parent": parent}})


def _organisation_facts(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "code": organisation.code,
        "type": organisation.type.code,
        "parent": organisation.parent_id,
        "symbol": organisation.symbol,
        "place": organisation.place,
        "starts_on": organisation.starts_on,
        "full_members": organisation.full_members,
        "probationary_members": organisation.probationary_members,
    }


def correct_organisation(
    *, acting_user: User, organisation: Organisation, now: datetime.datetime, **changes: Any
) -> Organisation:
    """Corrects facts of an organisation: name, code, symbol, place, starts_on, member counts.

    Its place in the tree changes only by succession. Raises Refused, ValidationError."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_organisations", organisation, now)
        old = _organisation_facts(organisation)
        for name, value in changes.items():
            setattr(organisation, name, clean(value) if isinstance(value, str) else value)
        _check_place_in_tree(organisation, organisation.parent)
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
