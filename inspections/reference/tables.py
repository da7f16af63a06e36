"""What a reference table is told to be; every room declares its own in its `reference.py`.

What is uncertain is data that an administrator edits, never a constant (domain.md). This room knows no domain: it
lists, shows, changes and ends rows of whatever was declared."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models


class Ends(StrEnum):
    """How a row goes: after a last day, by no longer being chosen, altogether while nothing uses it, or never."""

    ON_A_DAY = "valid_to"
    NOT_CHOSEN = "is_active"
    TAKEN_OUT = "taken_out"
    NEVER = "never"


@dataclass(frozen=True)
class Table:
    """A reference table.

    code: its name in the address. about: what it is for, in a sentence. shown: the fields that are columns of its
    list. editable: the fields an administrator changes. fixed: those set when a row is added and never changed;
    why_fixed says why. counted: fields that what uses a row was computed from; of a row in use they change from a day
    on only, as a new row. effect: what a change does to what runs already. rows: which rows of the model are meant.
    choices: field -> the codes it may have, with their words. check: raises ValidationError for a row that does not
    fit together. active: the flag behind Ends.NOT_CHOSEN, where it has another name."""

    code: str
    label: Any
    about: Any
    model: type[models.Model]
    shown: tuple[str, ...]
    editable: tuple[str, ...]
    ends: Ends
    fixed: tuple[str, ...] = ()
    why_fixed: Any = ""
    may_add: bool = True
    counted: tuple[str, ...] = ()
    effect: Any = ""
    rows: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] = lambda rows: rows
    choices: Callable[[], dict[str, list[tuple[str, Any]]]] = dict
    check: Callable[[Any], None] = lambda row: None
    related: tuple[str, ...] = ()
    active: str = "is_active"

    def all(self) -> models.QuerySet[Any]:
        """The rows of the table, with what their columns show."""
        found = self.rows(self.model._default_manager.all()).select_related(*self.related)
        several = [name for name in (*self.shown, *self.fixed, *self.editable) if self.field(name).many_to_many]
        return found.prefetch_related(*several)

    def field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    def label_of(self, name: str) -> str:
        """The words for a field, as they stand over its column."""
        words = str(self.field(name).verbose_name)
        return words[:1].upper() + words[1:]

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that are shown on the page of a row, in their order."""
        return tuple(dict.fromkeys((*self.fixed, *self.editable)))


_TABLES: dict[str, Table] = {}


def declare(tables: Iterable[Table]) -> None:
    """Enters tables; called once by each room, from the `ready` of its app."""
    _TABLES.update({one.code: one for one in tables})


def all_tables() -> list[Table]:
    """The tables in the order of their words."""
    return sorted(_TABLES.values(), key=lambda one: str(one.label))


def table_of(code: str) -> Table | None:
    return _TABLES.get(code)
