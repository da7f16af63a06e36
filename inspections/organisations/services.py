"""The verbs of organisations, people and offices; each one transaction with one audit entry."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.organisations.models import (
    Delegation,
    Interest,
    Office,
    Organisation,
    OrganisationType,
    Person,
    User,
)
from inspections.organisations.rules import is_code, path_step
from inspections.organisations.text import clean, fold
from permissions import audit, grants, policy
from permissions.catalogue import ROLES
from permissions.verdicts import NotNow


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

    Raises Refused, ValidationError (code of the wrong shape or taken, level not below the parent's)."""
    with transaction.atomic():
        organisation = Organisation(
            name=clean(name),
            type=type,
            parent=parent,
            code=clean(code),
            symbol=clean(symbol),
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


def add_person(
    *,
    acting_user: User,
    now: datetime.datetime,
    full_name: str,
    organisation: Organisation,
    born_on: datetime.date | None = None,
    email: str = "",
    standing: str = Person.Standing.FULL,
) -> Person:
    """Adds a member of an organisation and returns it. Raises Refused, ValidationError."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_offices", organisation, now)
        person = Person(
            full_name=clean(full_name),
            folded=fold(full_name),
            born_on=born_on,
            organisation=organisation,
            email=email.strip(),
            standing=standing,
        )
        if born_on is not None and born_on > timezone.localdate(now):
            raise ValidationError({"born_on": _("The date of birth is in the future.")})
        person.full_clean()
        person.save()
        audit.record(
            allowed,
            about=person,
            chain=organisation,
            now=now,
            new={"full_name": person.full_name, "born_on": born_on, "organisation": organisation.pk},
        )
        return person


def give_log_in(*, acting_user: User, person: Person, username: str, password: str, now: datetime.datetime) -> User:
    """Gives a person a log-in; the grants of all his offices follow. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        assert person.organisation is not None
        allowed = policy.require(acting_user, "keep_offices", person, now)
        if person.user_id is not None:
            raise NotNow(_("%(person)s has a log-in already.") % {"person": person})
        user = User(username=username.strip(), email=person.email)
        try:
            validate_password(password, user)
        except ValidationError as problem:
            raise ValidationError({"password": problem.messages}) from problem
        user.set_password(password)
        user.full_clean()
        user.save()
        person.user = user
        person.save(update_fields=["user"])
        grants.sync_people([person])
        audit.record(allowed, about=person, chain=person.organisation, now=now, new={"username": user.username})
        return user


def give_office(
    *,
    acting_user: User,
    person: Person,
    role: str,
    organisation: Organisation,
    starts_on: datetime.date,
    now: datetime.datetime,
    ends_on: datetime.date | None = None,
    paper: str = "",
    title: str = "",
    areas: Iterable[Organisation] = (),
) -> Office:
    """Gives a person an office from one day to another (both included); rights follow at those days.

    Raises Refused, ValidationError (unknown role, dates out of order, the same office at the same time)."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_offices", organisation, now)
        if role not in ROLES:
            raise ValidationError({"role": _("Choose a role from the list.")})
        _check_order(starts_on, ends_on)
        same = Office.objects.filter(person=person, role=role, organisation=organisation)
        if same.filter(ends_on__isnull=True).exists() or same.filter(ends_on__gte=starts_on).exists():
            raise ValidationError(
                {"starts_on": _("%(person)s holds this office at that time already.") % {"person": person}}
            )
        office = Office.objects.create(
            person=person,
            role=role,
            organisation=organisation,
            starts_on=starts_on,
            ends_on=ends_on,
            paper=clean(paper),
            title=clean(title),
        )
        followed = list(areas)
        if any(not (area.path or "").startswith(organisation.scope_path) for area in followed):
            raise ValidationError({"areas": _("An area followed lies below the organisation of the office.")})
        office.areas.set(followed)
        grants.sync_people(_those_acting_by(office))
        audit.record(allowed, about=office, chain=organisation, now=now, new=_office_facts(office))
        return office


def end_office(
    *, acting_user: User, office: Office, last_day: datetime.date, now: datetime.datetime, paper: str = ""
) -> Office:
    """Ends an office after `last_day` (included); yesterday ends it at once. Delegations of it end with it.

    Raises Refused, NotNow when it has ended, ValidationError when the day is before the office began."""
    with transaction.atomic():
        office = Office.objects.select_for_update().get(pk=office.pk)
        allowed = policy.require(acting_user, "keep_offices", office, now)
        if office.ends_on is not None and office.ends_on < timezone.localdate(now):
            raise NotNow(_("This office ended on %(day)s.") % {"day": office.ends_on.strftime("%d/%m/%Y")})
        if last_day < office.starts_on - datetime.timedelta(days=1):
            raise ValidationError({"last_day": _("The last day is before the first.")})
        old = _office_facts(office)
        office.ends_on, office.ended_paper = last_day, clean(paper)
        office.save(update_fields=["ends_on", "ended_paper"])
        grants.sync_people(_those_acting_by(office))
        audit.record(
            allowed,
            about=office,
            chain=office.organisation,
            now=now,
            old=old,
            new=_office_facts(office),
            reason=paper,
        )
        return office


def delegate(
    *,
    acting_user: User,
    office: Office,
    deputy: Person,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    now: datetime.datetime,
    paper: str = "",
) -> Delegation:
    """Lets a deputy act for the holder of an office. By an administrator or by the holder himself.

    Raises Refused, ValidationError."""
    with transaction.atomic():
        office = Office.objects.select_for_update().get(pk=office.pk)
        allowed = policy.require(acting_user, "keep_offices", office, now)
        _check_order(starts_on, ends_on)
        if deputy.pk == office.person_id:
            raise ValidationError({"deputy": _("The deputy is the holder of the office.")})
        delegation = Delegation.objects.create(
            office=office, deputy=deputy, starts_on=starts_on, ends_on=ends_on, paper=clean(paper)
        )
        grants.sync_people([deputy])
        audit.record(
            allowed,
            about=delegation,
            chain=office.organisation,
            now=now,
            new={"office": office.pk, "deputy": deputy.pk, "starts_on": starts_on, "ends_on": ends_on},
            reason=paper,
        )
        return delegation


def end_delegation(
    *, acting_user: User, delegation: Delegation, last_day: datetime.date, now: datetime.datetime
) -> Delegation:
    """Ends a delegation after `last_day` (included); yesterday ends it at once. Raises Refused."""
    with transaction.atomic():
        delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
        allowed = policy.require(acting_user, "keep_offices", delegation.office, now)
        if last_day < delegation.starts_on - datetime.timedelta(days=1):
            raise ValidationError({"last_day": _("The last day is before the first.")})
        old = {"ends_on": delegation.ends_on}
        delegation.ends_on = last_day
        delegation.save(update_fields=["ends_on"])
        grants.sync_people([delegation.deputy])
        audit.record(
            allowed,
            about=delegation,
            chain=delegation.office.organisation,
            now=now,
            old=old,
            new={"ends_on": last_day},
        )
        return delegation


def declare_interest(
    *,
    acting_user: User,
    person: Person,
    nature: str,
    now: datetime.datetime,
    about_person: Person | None = None,
    about_organisation: Organisation | None = None,
) -> Interest:
    """Records a tie that keeps the person off cases about someone or some organisation.

    Raises Refused, ValidationError (exactly one of person and organisation is named)."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        assert person.organisation is not None
        allowed = policy.require(acting_user, "keep_offices", person, now)
        if (about_person is None) == (about_organisation is None):
            raise ValidationError(_("Name the person or the organisation that the tie is to, not both."))
        interest = Interest.objects.create(
            person=person,
            about_person=about_person,
            about_organisation=about_organisation,
            nature=clean(nature),
            declared_at=now,
        )
        audit.record(allowed, about=interest, chain=person.organisation, now=now, new={"nature": interest.nature})
        return interest


def _check_order(starts_on: datetime.date, ends_on: datetime.date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})


def _office_facts(office: Office) -> dict[str, Any]:
    return {
        "person": office.person_id,
        "role": office.role,
        "organisation": office.organisation_id,
        "starts_on": office.starts_on,
        "ends_on": office.ends_on,
        "paper": office.paper,
        "title": office.title,
        "areas": [area.pk for area in office.areas.all()],
    }


def _those_acting_by(office: Office) -> list[Person]:
    return [office.person, *Person.objects.filter(delegations__office=office).distinct()]
