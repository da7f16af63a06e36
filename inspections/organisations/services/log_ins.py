"""The verbs of log-ins."""

import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inspections.organisations.models import Person, User
from permissions import audit, grants, policy
from permissions.verdicts import NotNow


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
