"""The verbs of log-ins: given to one, to many at once with first passwords, renewed."""

import datetime
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.rules import READABLE, user_name
from inspections.organisations.services.homes import hold_person
from permissions import audit, grants, policy
from permissions.verdicts import Allowed, NotNow

PROGRAM = "chuong-trinh"


def program() -> User:
    """The log-in in whose name the record says what no person did. Nobody can log in with it."""
    user, _made = User.objects.get_or_create(username=PROGRAM, defaults={"is_active": False, "password": "!"})
    return user


@dataclass(frozen=True)
class FirstLogIn:
    """A log-in just given: its password is known only here and is shown once."""

    person: Person
    username: str
    password: str


def give_log_in(*, acting_user: User, person: Person, username: str, password: str, now: datetime.datetime) -> User:
    """Gives a person a log-in, whose first password the person changes; the grants of all his offices follow.

    Raises Refused, NotNow (there is one, or the person is no longer active), ValidationError."""
    with transaction.atomic():
        person = hold_person(person)
        assert person.organisation is not None
        allowed = policy.require(acting_user, "keep_offices", person, now)
        if person.user_id is not None:
            raise NotNow(_("%(person)s has a log-in already.") % {"person": person})
        if not person.is_active:
            raise NotNow(_("%(person)s is no longer active.") % {"person": person})
        user = User(username=username.strip(), email=person.email, password_is_first=True)
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


def give_log_ins(*, acting_user: User, people: Iterable[Person], now: datetime.datetime) -> list[FirstLogIn]:
    """Gives several people a log-in with a name made of theirs and a first password, all or none.

    Raises as `give_log_in`, ValidationError (key "people") when nobody is named."""
    given = []
    with transaction.atomic():
        for person in people:
            username, password = free_user_name(person.full_name), first_password()
            user = give_log_in(acting_user=acting_user, person=person, username=username, password=password, now=now)
            given.append(FirstLogIn(person, user.username, password))
    if not given:
        raise ValidationError({"people": _("Choose at least one person.")})
    return given


def renew_password(*, acting_user: User, person: Person, now: datetime.datetime) -> FirstLogIn:
    """Gives a log-in a new first password; whoever is logged in with the old one is logged out.

    Raises Refused, NotNow when there is no log-in."""
    with transaction.atomic():
        person = hold_person(person)
        assert person.organisation is not None
        allowed = policy.require(acting_user, "keep_offices", person, now)
        if person.user is None:
            raise NotNow(_("%(person)s has no log-in yet.") % {"person": person})
        user, password = person.user, first_password()
        user.set_password(password)
        user.password_is_first = True
        user.save(update_fields=["password", "password_is_first"])
        audit.record(
            allowed,
            about=person,
            chain=person.organisation,
            now=now,
            verb="renew_password",
            new={"user": user.username},
        )
        return FirstLogIn(person, user.username, password)


def record_own_password(*, acting_user: User, now: datetime.datetime) -> None:
    """Records that somebody chose a password of his own; call in the transaction that keeps it.

    A log-in without a person, such as that of who set the program up, belongs to no organisation's record."""
    person = Person.objects.select_related("organisation").filter(user=acting_user).first()
    if person is None or person.organisation is None:
        return
    home = Organisation.objects.select_for_update().get(pk=person.organisation.pk)
    allowed = Allowed(acting_user, "change_own_password")
    audit.record(allowed, about=person, chain=home, now=now, new={"username": acting_user.username})


def free_user_name(full_name: str) -> str:
    """A user name made of the person's, with a number when it is taken."""
    wanted = user_name(full_name)
    taken = set(User.objects.filter(username__startswith=wanted).values_list("username", flat=True))
    number = 1
    while (name := wanted if number == 1 else f"{wanted}{number}") in taken:
        number += 1
    return name


def first_password() -> str:
    """A password that can be read from paper: three groups of four letters and digits that nobody confuses."""
    return "-".join("".join(secrets.choice(READABLE) for _place in range(4)) for _group in range(3))
