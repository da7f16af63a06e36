"""What a change of calendar or rule does to the clocks that run: told by the room that keeps the clocks, which stands
above this one."""

import datetime
import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

from inspections.calendars.models import TimeLimitRule
from inspections.calendars.queries import Overlay
from inspections.organisations.models import Organisation, User


@dataclass(frozen=True)
class Change:
    """What would be otherwise: the calendar of a tree (None: of the country), or a rule that is corrected.

    first, last: between which days the calendar differs (None: until further notice)."""

    organisation: Organisation | None
    overlay: Overlay = field(default_factory=Overlay)
    rule: TimeLimitRule | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None

    @property
    def moves_nothing(self) -> bool:
        return self.rule is None and not self.overlay.rows and not self.overlay.gone


@dataclass(frozen=True)
class Move:
    """A deadline (its row) that a change moves, from a day to another. row: None where the reader does not see it."""

    pk: int
    old: datetime.date
    new: datetime.date
    told: frozenset[int]
    row: Any = None


@dataclass(frozen=True)
class Moves:
    """All the deadlines that a change moves."""

    all: tuple[Move, ...] = ()

    def __len__(self) -> int:
        return len(self.all)

    @property
    def digest(self) -> str:
        """What a page says that was seen: other moves have another one."""
        text = ";".join(f"{one.pk}:{one.old}:{one.new}" for one in sorted(self.all, key=lambda one: one.pk))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def by_days(self) -> list[tuple[datetime.date, datetime.date, int]]:
        """Old day, new day, how many; in the order of the days."""
        counted: dict[tuple[datetime.date, datetime.date], int] = {}
        for one in self.all:
            counted[one.old, one.new] = counted.get((one.old, one.new), 0) + 1
        return [(*days, many) for days, many in sorted(counted.items())]

    @property
    def told(self) -> frozenset[int]:
        """The organisations, by id, that are told: who owes and who watches."""
        return frozenset(pk for one in self.all for pk in one.told)


class Recounting(Protocol):
    """What counts clocks again. `moves_of` writes nothing; reader: whose rows are shown, None for no one's.
    `count` writes the moves, one change a clock, and returns them."""

    def moves_of(self, change: Change, reader: User | None = None) -> Moves: ...

    def count(self, change: Change, *, reason: str, paper: str, decided_by: User, now: datetime.datetime) -> Moves: ...


_RECOUNTING: list[Recounting] = []


def clocks_are_counted_by(recounting: Recounting) -> None:
    """Enters what counts clocks again; called once, from the `ready` of an app."""
    _RECOUNTING[:] = [recounting]


def recounting() -> Recounting:
    return _RECOUNTING[0]
