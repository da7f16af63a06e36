"""What is read of members: the roll of a cell on a day, the lists of members, the cells to choose from."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from inspections.calendars.rules import day_before, days_after
from inspections.members.access import seen_at
from inspections.members.models import Exemption, Member, Membership
from inspections.members.rules import is_empty, standing_on
from inspections.organisations.models import Organisation, Person, User
from permissions import audit, policy
from permissions.models import AuditEntry


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
    rows = (
        _with_marks(Membership.objects.in_force(on), on)
        .filter(cell=cell)
        .filter(Q(person__admitted_on__isnull=True) | Q(person__admitted_on__lte=on))
        .select_related("person")
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


def cells_of(person: Person, on: datetime.date) -> QuerySet[Membership]:
    """The ids of the cells on whose roll the person is on the day, as `roll_of` answers it the other way round; to be
    used in a condition."""
    if person.admitted_on is not None and person.admitted_on > on:
        return Membership.objects.none().values("cell")  # type: ignore[return-value]
    return Membership.objects.in_force(on).filter(person=person, cell__isnull=False).values("cell")  # type: ignore[return-value]


def _with_marks(rows: "QuerySet[Membership]", on: datetime.date) -> "QuerySet[Any]":
    """The rows with what holds of the member on the day: `exempt`; `elsewhere`, when he takes part for a time
    in the life of another cell than the row's. A guest is in one place at a time, so he is not."""
    exempt = Exemption.objects.in_force(on).filter(person=OuterRef("person"))
    stays = Membership.objects.in_force(on).filter(person=OuterRef("person"), kind=Membership.Kind.TEMPORARY)
    away = stays.filter(Q(cell__isnull=True) | ~Q(cell=OuterRef("cell")))
    return rows.annotate(exempt=Exists(exempt), elsewhere=Exists(away))


def on_lists(user: User, today: datetime.date) -> QuerySet[Membership]:
    """The memberships in cells whose members the user sees, past ones too, with what holds of the member today:
    `exempt`, `elsewhere` (of one at home here); and whether the user sees the member himself (`is_seen`): of one who
    left, what became of him elsewhere is for his new cell."""
    rows = policy.visible(user, Membership.objects.filter(cell__isnull=False))
    if not user.is_superuser:
        rows = rows.filter(seen_at(policy.viewer_for(user), "cell__path"))
    seen = policy.visible(user, Member.objects.filter(pk=OuterRef("person_id")))
    rows = rows.select_related("person__organisation", "cell").annotate(is_seen=Exists(seen))
    return _with_marks(rows, today)


def cells_kept(user: User, today: datetime.date) -> QuerySet[Organisation]:
    """The cells that go on and whose members the user keeps, in the order of the tree."""
    cells = Organisation.objects.not_ended(today).filter(type__is_cell=True)
    kept = cells if user.is_superuser else cells.filter(policy.viewer_for(user).below("keep_members", "path"))
    return kept.order_by("path")


def cells_to_go(user: User, member: Person, today: datetime.date) -> QuerySet[Organisation]:
    """The cells that the user keeps and to which the member could go: not that in which he is at home."""
    homes = Membership.objects.filter(person=member.pk, kind=Membership.Kind.HOME, ends_on__isnull=True)
    return cells_kept(user, today).exclude(pk__in=homes.values("cell")).select_related("type", "parent")


def cells_seen(user: User) -> QuerySet[Organisation]:
    """The cells whose members the user sees, in the order of the tree."""
    cells = Organisation.objects.filter(type__is_cell=True)
    seen = cells if user.is_superuser else cells.filter(seen_at(policy.viewer_for(user), "path"))
    return seen.order_by("path")


def neighbours_of(row: Membership, others: Iterable[Membership]) -> dict[str, Membership]:
    """Of the member's other memberships, the home that ended the day before this home began ("before"), and that which
    began the day after it ended ("after")."""
    found: dict[str, Membership] = {}
    for one in others if row.kind == Membership.Kind.HOME else ():
        if one.kind != Membership.Kind.HOME or is_empty(one.span):
            continue
        if row.starts_on is not None and one.ends_on == day_before(row.starts_on):
            found["before"] = one
        if row.ends_on is not None and one.starts_on == days_after(row.ends_on, 1):
            found["after"] = one
    return found


def correctable(user: User, homes: list[Membership]) -> set[int]:
    """Of all homes of one member, those (by key) whose days the user may correct: he keeps the members of that cell,
    and of the cells before and after, whose days follow. A fixed number of queries."""
    cells = {row.cell_id: row.cell for row in homes if row.cell is not None}
    verdicts = policy.may_each(user, "keep_members", list(cells.values()))
    kept = {key for key, verdict in zip(cells, verdicts, strict=True) if verdict}
    return {
        row.pk for row in homes if {row.cell_id, *(one.cell_id for one in neighbours_of(row, homes).values())} <= kept
    }


def history_of(member: Member, cells: Iterable[Organisation | None]) -> QuerySet[AuditEntry]:
    """What the records of the cells say of the member, the newest first."""
    chains = {audit.chain_of(cell) for cell in cells if cell is not None}
    kinds = [model._meta.label_lower for model in (Member, Person)]
    return AuditEntry.objects.filter(chain__in=chains, about_type__in=kinds, about_id=member.pk).order_by("-at", "-pk")
