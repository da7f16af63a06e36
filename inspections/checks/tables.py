"""What a standing check is told to be. The checks of the rooms below stand in `domain.py`; rooms above, which know
more, declare their own."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from permissions.viewer import NEVER, Viewer

# the condition that every row meets
ALWAYS = ~NEVER


@dataclass(frozen=True)
class Told:
    """A row that does not hold together, in words: what, the page that shows it, whose it is, what is known of it."""

    what: str
    url: str
    organisation: Any
    detail: str = ""


@dataclass(frozen=True)
class Check:
    """One standing check: what it is called, why it matters, what mends it, and the rows it finds.

    rows: (day, days) -> the rows that do not hold together, whoever asks; with what `told` reads. path, organisation:
    the lookups (or annotations) of the path and the id of the organisation a row is of. mend, mended_at: the words and
    the address of the link that mends it, for those of `may_mend`; whose: for whom it is, told to all others. days:
    after how many days where nothing else is said, for a check that counts days."""

    code: str
    name: Any
    why: Any
    mend: Any
    whose: Any
    rows: Callable[[datetime.date, int], QuerySet[Any]]
    path: str
    organisation: str
    order: tuple[str, ...]
    told: Callable[[Any, datetime.date], Told]
    mended_at: Callable[[Any], str]
    may_mend: Callable[[Viewer], Q] = lambda viewer: ALWAYS
    days: int | None = None

    def named(self, days: int) -> str:
        """The name, with the days filled in where the check counts them."""
        return str(self.name) % {"days": days} if self.days is not None else str(self.name)

    @property
    def url(self) -> str:
        """The page of all rows that the check finds."""
        return reverse("checks:one", args=[self.code])


_CHECKS: dict[str, Check] = {}


def declare(checks: Iterable[Check]) -> None:
    """Enters checks; called once by each room that has some, from the `ready` of its app."""
    _CHECKS.update({one.code: one for one in checks})


def all_checks() -> list[Check]:
    """The checks in the order in which they were declared."""
    return list(_CHECKS.values())


def check_of(code: str) -> Check | None:
    return _CHECKS.get(code)
