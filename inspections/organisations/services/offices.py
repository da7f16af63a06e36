"""The verbs of offices and delegations: rights follow at once, and at their days."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before
from inspections.organisations.models import Delegation, Office, Organisation, Person, User
from inspections.organisations.services.homes import hold_record
from inspections.organisations.services.people import check_not_succeeded
from inspections.organisations.text import clean
from permissions import audit, grants, policy
from permissions.catalogue import ROLES, roles_of
from permissions.verdicts import NotNow


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
        check_not_succeeded(organisation)
        if role not in ROLES:
            raise ValidationError({"role": _("Choose a role from the list.")})
        if problem := problem_of_role(role, organisation):
            raise ValidationError({"role": problem})
        _check_order(starts_on, ends_on)
        if organisation.ends_on is not None and (ends_on is None or ends_on > organisation.ends_on):
            words = _("%(organisation)s ends on %(day)s; an office in it ends by then.")
            day = organisation.ends_on.strftime("%d/%m/%Y")
            raise ValidationError({"ends_on": words % {"organisation": organisation, "day": day}})
        same = Office.objects.filter(person=person, role=role, organisation=organisation)
        if same.filter(_within(starts_on, ends_on)).exists():
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


def problem_of_role(role: str, organisation: Organisation) -> str:
    """Why nobody can hold the role in the organisation; empty when it fits its type."""
    fitting = roles_of(organisation.type)
    if role in {one.code for one in fitting}:
        return ""
    return _("“%(role)s” is no office of %(organisation)s. There it is: %(fitting)s.") % {
        "role": ROLES[role].label,
        "organisation": organisation,
        "fitting": get_text_list([str(one.label) for one in fitting], _("or")),
    }


def hold_office(office: Office) -> Office:
    """The office as it is kept, locked to the end of the transaction, its organisation before it."""
    hold_record(office.organisation_id)
    return Office.objects.select_for_update().get(pk=office.pk)


def hold_delegation(delegation: Delegation) -> Delegation:
    """The delegation as it is kept, locked to the end of the transaction, its office before it."""
    hold_office(delegation.office)
    return Delegation.objects.select_for_update().get(pk=delegation.pk)


def end_office(
    *, acting_user: User, office: Office, last_day: datetime.date, now: datetime.datetime, paper: str = ""
) -> Office:
    """Ends an office after `last_day` (included); yesterday ends it at once. Delegations of it end with it.

    Raises Refused, NotNow when it has ended, ValidationError when the day is before the office began."""
    with transaction.atomic():
        office = hold_office(office)
        allowed = policy.require(acting_user, "keep_offices", office, now)
        _check_not_over(office, now)
        if last_day < day_before(office.starts_on):
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

    Raises Refused, NotNow when the office has ended, ValidationError (the holder himself, dates out of order or outside
    the office, the same deputy at the same time)."""
    with transaction.atomic():
        office = hold_office(office)
        allowed = policy.require(acting_user, "keep_offices", office, now)
        _check_not_over(office, now)
        _check_order(starts_on, ends_on)
        if deputy.pk == office.person_id:
            raise ValidationError({"deputy": _("The deputy is the holder of the office.")})
        if starts_on < office.starts_on:
            words = _("The office begins on %(day)s.") % {"day": office.starts_on.strftime("%d/%m/%Y")}
            raise ValidationError({"starts_on": words})
        if office.ends_on is not None and starts_on > office.ends_on:
            words = _("The office ends on %(day)s.") % {"day": office.ends_on.strftime("%d/%m/%Y")}
            raise ValidationError({"starts_on": words})
        if office.delegations.filter(_within(starts_on, ends_on), deputy=deputy).exists():
            words = _("%(person)s deputises in this office at that time already.") % {"person": deputy}
            raise ValidationError({"starts_on": words})
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
    """Ends a delegation after `last_day` (included); yesterday ends it at once. Raises as `end_office`."""
    with transaction.atomic():
        delegation = hold_delegation(delegation)
        allowed = policy.require(acting_user, "keep_offices", delegation.office, now)
        _check_not_over(delegation.office, now)
        if delegation.ends_on is not None and delegation.ends_on < timezone.localdate(now):
            raise NotNow(_("This delegation ended on %(day)s.") % {"day": delegation.ends_on.strftime("%d/%m/%Y")})
        if last_day < day_before(delegation.starts_on):
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


def _check_not_over(office: Office, now: datetime.datetime) -> None:
    if office.ends_on is not None and office.ends_on < timezone.localdate(now):
        raise NotNow(_("This office ended on %(day)s.") % {"day": office.ends_on.strftime("%d/%m/%Y")})


def _within(starts_on: datetime.date, ends_on: datetime.date | None) -> Q:
    """The condition that a period shares a day with this one."""
    begins = Q() if ends_on is None else Q(starts_on__lte=ends_on)
    return begins & (Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))


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
