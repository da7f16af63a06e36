"""The verbs of people: members, what they tell, whether they are still there, declared interests."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.organisations.models import Interest, Organisation, Person, User
from inspections.organisations.text import clean, fold
from permissions import audit, policy


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
