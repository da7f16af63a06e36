"""The verbs of people: members, what they tell, whether they are still there, declared interests."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from inspections.organisations.models import Interest, Organisation, Person, Succession, User
from inspections.organisations.queries import living_heirs_of
from inspections.organisations.services.homes import hold_person, joined
from inspections.organisations.text import clean, fold
from permissions import audit, grants, policy
from permissions.verdicts import Allowed, Denied, NotNow, Refused


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
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_offices", organisation, now)
        check_not_ended(organisation, timezone.localdate(now))
        person = Person(
            full_name=clean(full_name),
            folded=fold(full_name),
            born_on=born_on,
            organisation=organisation,
            email=email.strip(),
            standing=standing,
        )
        _check_birth(person, now)
        person.full_clean()
        person.save()
        joined([person])
        audit.record(
            allowed,
            about=person,
            chain=organisation,
            now=now,
            new=_person_facts(person),
        )
        return person


def check_not_ended(organisation: Organisation, today: datetime.date) -> None:
    """Raises NotNow when the organisation is no longer there, and names those that took its place."""
    check_not_succeeded(organisation)
    if organisation.ends_on is not None and organisation.ends_on < today:
        raise NotNow(
            _("%(organisation)s ended on %(day)s.")
            % {"organisation": organisation, "day": organisation.ends_on.strftime("%d/%m/%Y")}
        )


def check_not_succeeded(organisation: Organisation) -> None:
    """Raises NotNow when others took the place of the organisation: what is told of it changes no more."""
    if organisation.ends_on is None:
        return
    ending = organisation.successions.filter(kind__in=Succession.ENDING).first()
    if ending is None:
        return
    others = [str(one) for one in living_heirs_of(organisation) if one.pk != organisation.pk]
    heirs = get_text_list(others, _("and"))
    facts = {"organisation": organisation, "day": ending.on.strftime("%d/%m/%Y"), "paper": ending.paper, "heirs": heirs}
    if heirs:
        text = _("%(organisation)s ended by %(paper)s on %(day)s and can only be read; work with %(heirs)s.")
    else:
        text = _("%(organisation)s ended by %(paper)s on %(day)s and can only be read.")
    raise NotNow(text % facts)


def correct_person(*, acting_user: User, person: Person, now: datetime.datetime, **changes: Any) -> Person:
    """Corrects facts of a person: full_name, born_on, standing, email. Raises Refused, ValidationError."""
    with transaction.atomic():
        person = hold_person(person)
        assert person.organisation is not None
        allowed = policy.require(acting_user, "keep_offices", person, now)
        old = _person_facts(person)
        for name, value in changes.items():
            setattr(person, name, clean(value) if isinstance(value, str) else value)
        person.folded = fold(person.full_name)
        _check_birth(person, now)
        person.full_clean()
        person.save()
        new = _person_facts(person)
        changed = {key for key in new if new[key] != old[key]}
        audit.record(
            allowed,
            about=person,
            chain=person.organisation,
            now=now,
            verb="correct_person",
            old={key: old[key] for key in changed},
            new={key: new[key] for key in changed},
        )
        return person


def deactivate_person(*, acting_user: User, person: Person, reason: str, now: datetime.datetime) -> Person:
    """Ends what a person does here: logged out everywhere at once, without rights; what he did stays readable.

    Raises Refused, NotNow when it is so already, ValidationError without a reason."""
    with transaction.atomic():
        person, home, allowed = _begin_activity(person, acting_user, now, is_active=True)
        if person.user_id == acting_user.pk:
            raise ValidationError(_("You cannot take your own access away; another administrator does it."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why.")})
        _set_activity(person, False)
        audit.record(allowed, about=person, chain=home, now=now, verb="deactivate_person", reason=reason.strip())
        return person


def reactivate_person(*, acting_user: User, person: Person, reason: str, now: datetime.datetime) -> Person:
    """Lets a person act again by the offices still held. Raises as `deactivate_person`."""
    with transaction.atomic():
        person, home, allowed = _begin_activity(person, acting_user, now, is_active=False)
        if not reason.strip():
            raise ValidationError({"reason": _("Say why.")})
        _set_activity(person, True)
        joined([person])
        audit.record(allowed, about=person, chain=home, now=now, verb="reactivate_person", reason=reason.strip())
        return person


def _begin_activity(
    person: Person, acting_user: User, now: datetime.datetime, *, is_active: bool
) -> tuple[Person, Organisation, Allowed]:
    person = hold_person(person)
    assert person.organisation is not None
    allowed = policy.require(acting_user, "keep_offices", person, now)
    if person.is_active != is_active:
        raise NotNow(
            _("%(person)s is no longer active.") % {"person": person}
            if is_active
            else _("%(person)s is active.") % {"person": person}
        )
    return person, person.organisation, allowed


def _set_activity(person: Person, is_active: bool) -> None:
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    if person.user is not None:
        # an inactive log-in is refused with every request, so sessions that are open end with the next click
        person.user.is_active = is_active
        person.user.save(update_fields=["is_active"])
    grants.sync_people([person])


def _person_facts(person: Person) -> dict[str, Any]:
    return {
        "full_name": person.full_name,
        "born_on": person.born_on,
        "standing": person.standing,
        "email": person.email,
        "organisation": person.organisation_id,
    }


def _check_birth(person: Person, now: datetime.datetime) -> None:
    if person.born_on is not None and person.born_on > timezone.localdate(now):
        raise ValidationError({"born_on": _("The date of birth is in the future.")})


def declare_interest(
    *,
    acting_user: User,
    person: Person,
    nature: str,
    now: datetime.datetime,
    about_person: Person | None = None,
    about_organisation: Organisation | None = None,
) -> Interest:
    """Records a tie that keeps the person off cases about someone or some organisation. By the person, whose duty it
    is (domain.md §2.2), or by an administrator.

    Raises Refused, ValidationError (exactly one of person and organisation is named)."""
    with transaction.atomic():
        person = hold_person(person)
        assert person.organisation is not None
        if person.user_id == acting_user.pk and person.is_active:
            allowed = Allowed(acting_user, "declare_interest")
        else:
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
        audit.record(
            allowed,
            about=interest,
            chain=person.organisation,
            now=now,
            verb="declare_interest",
            new=_interest_facts(interest),
        )
        return interest


def end_interest(
    *, acting_user: User, interest: Interest, last_day: datetime.date, reason: str, now: datetime.datetime
) -> Interest:
    """Ends a declared interest after `last_day` (included). Not by the person alone: an administrator does it.

    Raises Refused, NotNow when it has ended, ValidationError (no reason; the day is before it was declared)."""
    with transaction.atomic():
        person = hold_person(interest.person)
        assert person.organisation is not None
        interest = Interest.objects.select_for_update().get(pk=interest.pk)
        allowed = policy.require(acting_user, "keep_offices", interest, now)
        if person.user_id == acting_user.pk:
            raise Refused(Denied(_("This is your own interest, so another administrator has to end it.")))
        if interest.ends_on is not None:
            raise NotNow(_("This interest has ended on %(day)s.") % {"day": interest.ends_on.strftime("%d/%m/%Y")})
        if last_day < timezone.localdate(interest.declared_at):
            raise ValidationError({"last_day": _("The last day is before the first.")})
        if not reason.strip():
            raise ValidationError({"reason": _("Say why.")})
        interest.ends_on = last_day
        interest.save(update_fields=["ends_on"])
        audit.record(
            allowed,
            about=interest,
            chain=person.organisation,
            now=now,
            verb="end_interest",
            new={**_interest_facts(interest), "ends_on": last_day},
            reason=reason.strip(),
        )
        return interest


def _interest_facts(interest: Interest) -> dict[str, Any]:
    about = interest.about
    return {
        "person": interest.person_id,
        "nature": interest.nature,
        "about": [about._meta.model_name, about.pk, str(about)],
    }
