"""What everybody does with his own: messages read, wishes, the address of his calendar feed."""

import datetime
import hashlib
import secrets
from collections.abc import Mapping

from django.db import transaction

from inspections.organisations.models import Organisation, Person, User
from inspections.reminders.models import Concern, FeedAddress, Message, Preference
from permissions import audit
from permissions.verdicts import Allowed


def mark_read(*, acting_user: User, messages: list[int] | None = None, now: datetime.datetime) -> int:
    """Marks messages of the user as read, by id, or all of them; returns how many were not yet."""
    unread = Message.objects.filter(user_id=acting_user.pk, read_at__isnull=True)
    if messages is not None:
        unread = unread.filter(pk__in=messages)
    return unread.update(read_at=now)


def set_wishes(
    *, acting_user: User, wishes: Mapping[str, tuple[bool, str]], now: datetime.datetime
) -> list[Preference]:
    """Keeps what the user wants to receive: concern -> whether in the application, which mails (`Preference.Mails`)."""
    with transaction.atomic():
        return [
            Preference.objects.update_or_create(
                user=acting_user, concern=Concern(concern).value, defaults={"in_app": in_app, "mails": mails}
            )[0]
            for concern, (in_app, mails) in sorted(wishes.items())
        ]


def digest_of(token: str) -> str:
    """What is kept of the secret of a feed's address. The secret is long and random, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_feed(*, acting_user: User, now: datetime.datetime) -> str:
    """Makes the address of the user's calendar feed and returns its secret, which is kept nowhere; an earlier address
    ends."""
    with transaction.atomic():
        home = _locked_home(acting_user)
        FeedAddress.objects.filter(user=acting_user, revoked_at__isnull=True).update(revoked_at=now)
        token = secrets.token_urlsafe(32)
        FeedAddress.objects.create(user=acting_user, digest=digest_of(token), made_at=now)
        _record(acting_user, home, "make_feed", now)
        return token


def revoke_feed(*, acting_user: User, now: datetime.datetime) -> None:
    """Ends the address of the user's calendar feed, if there is one."""
    with transaction.atomic():
        home = _locked_home(acting_user)
        if FeedAddress.objects.filter(user=acting_user, revoked_at__isnull=True).update(revoked_at=now):
            _record(acting_user, home, "revoke_feed", now)


Home = tuple[Person, Organisation] | None


def _locked_home(user: User) -> Home:
    """The person and his organisation, in whose record it stands; a log-in without a person belongs to none's."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    person = Person.objects.select_related("organisation").filter(user=user).first()
    return (person, person.organisation) if person is not None and person.organisation is not None else None


def _record(user: User, home: Home, deed: str, now: datetime.datetime) -> None:
    if home is not None:
        person, organisation = home
        audit.record(Allowed(user, deed), about=person, chain=organisation, now=now)
