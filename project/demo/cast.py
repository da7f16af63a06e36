"""Everybody of a story by a short name, made through the verbs that users use."""

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import transaction

from inspections.cases.models import CaseKind
from inspections.organisations.models import Office, Organisation, OrganisationType, Person, User
from inspections.organisations.services import add_organisation, add_person, give_office
from permissions import grants

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SINCE = datetime.date(2025, 7, 1)


def at(day: str, hour: int = 9) -> datetime.datetime:
    """The moment of an ISO day, morning of Vietnam."""
    return datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(hour), ZONE)


@dataclass
class Cast:
    """Everybody by a short name."""

    root: User
    now: datetime.datetime
    password_hash: str = "!"
    place: str = "Tân Phước Thượng"
    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return User.objects.get(pk=self.users[name].pk)

    def person(self, name: str) -> Person:
        return Person.objects.get(user=self.users[name])

    def organisation(self, name: str) -> Organisation:
        return self.organisations[name]

    @cached_property
    def kinds(self) -> dict[str, CaseKind]:
        return {kind.code: kind for kind in CaseKind.objects.all()}

    def add_organisation(
        self, key: str, name: str, kind: str, parent: str | None, code: str = "", symbol: str = ""
    ) -> Organisation:
        """An organisation of a type code below the one with the key `parent`."""
        self.organisations[key] = add_organisation(
            acting_user=self.root,
            now=self.now,
            name=name,
            type=OrganisationType.objects.get(code=kind),
            parent=self.organisations[parent] if parent else None,
            code=code,
            symbol=symbol,
            place=self.place,
        )
        return self.organisations[key]

    def add_user(
        self, key: str, full_name: str, role: str, organisation: str, member_of: str = "", title: str = ""
    ) -> User:
        """A person with a log-in and, if a role is named, an office.

        All log-ins share one password hash, made once: hashing some dozens takes longer than all the rest."""
        person = add_person(
            acting_user=self.root,
            now=self.now,
            full_name=full_name,
            organisation=self.organisations[member_of or organisation],
        )
        person.user = User.objects.create(username=key, password=self.password_hash)
        person.save()
        self.users[key] = person.user
        if role:
            self.offices[key] = give_office(
                acting_user=self.root,
                person=person,
                role=role,
                organisation=self.organisations[organisation],
                starts_on=SINCE,
                now=self.now,
                paper="01-QĐ/ĐU, 01/7/2025",
                title=title,
            )
        else:
            with transaction.atomic():
                grants.sync_people([person])
        return person.user
