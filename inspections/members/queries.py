"""What is read of members: the roll of a cell on a day."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from inspections.members.models import Exemption, Membership
from inspections.members.rules import standing_on
from inspections.organisations.models import Organisation, Person


@dataclass(frozen=True)
class OnRoll:
    """One member on a cell's roll on a day.

    standing: `Person.Standing` on that day. is_temporary_here: his home is another cell. is_away: his home is here, and
    he is temporarily elsewhere."""

    person: Person
    membership: Membership
    standing: str
    is_exempt: bool
    is_temporary_here: bool
    is_away: bool

    @property
    def is_expected(self) -> bool:
        """Whether he has to come: neither exempt nor elsewhere."""
        return not self.is_exempt and not self.is_away

    @property
    def is_full(self) -> bool:
        return self.standing == Person.Standing.FULL


def roll_of(cell: Organisation, on: datetime.date) -> list[OnRoll]:
    """The members whom the cell knows on the day, by name: its own, also those exempt or temporarily elsewhere, and
    those temporarily here. Who was admitted to the Party later is not among them. One query."""
    exempt = Exemption.objects.in_force(on).filter(person=OuterRef("person"))
    elsewhere = (
        Membership.objects.in_force(on)
        .filter(person=OuterRef("person"), kind=Membership.Kind.TEMPORARY)
        .filter(Q(cell__isnull=True) | ~Q(cell=cell))
    )
    rows = (
        Membership.objects.in_force(on)
        .filter(cell=cell)
        .filter(Q(person__admitted_on__isnull=True) | Q(person__admitted_on__lte=on))
        .select_related("person")
        .annotate(exempt=Exists(exempt), elsewhere=Exists(elsewhere))
        .order_by("person__folded", "person_id", "kind")
    )
    found: dict[int, OnRoll] = {}
    for row in rows:
        is_home = row.kind == Membership.Kind.HOME
        found.setdefault(
            row.person_id,
            OnRoll(
                person=row.person,
                membership=row,
                standing=standing_on(on, standing=row.person.standing, full_on=row.person.full_on),
                is_exempt=row.exempt,
                is_temporary_here=not is_home,
                is_away=is_home and row.elsewhere,
            ),
        )
    return list(found.values())
