"""What the pages of reference tables read: values in words, what uses a row, its history."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from inspections.organisations.text import fold, on_paper
from inspections.reference.tables import Ends, Table
from permissions.models import AuditEntry

Uses = list[tuple[str, int]]
DEEDS = ("add_reference_row", "change_reference_row", "end_reference_row")


@dataclass
class Teller:
    """Values of a table in words; the words of its codes are read once for all rows."""

    table: Table

    @cached_property
    def words(self) -> dict[str, dict[str, Any]]:
        return {name: dict(choices) for name, choices in self.table.choices().items()}

    def told(self, row: models.Model, name: str) -> str:
        """A value in words; empty for nothing."""
        if name in getattr(row, "words", {}):
            return str(getattr(row, name))
        field = self.table.field(name)
        if field.many_to_many:
            return "; ".join(str(one) for one in getattr(row, name).all())
        value = getattr(row, name)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime.date):
            return value.strftime("%d/%m/%Y")
        if value is None or value == "":
            return ""
        if field.choices:
            return str(getattr(row, f"get_{name}_display")())
        return str(self.words.get(name, {}).get(value, value))

    def cells(self, row: models.Model, names: tuple[str, ...]) -> list[tuple[str, str]]:
        """Several values, each with the words for its field."""
        return [(self.table.label_of(name), self.told(row, name)) for name in names]


def told_values(table: Table, row: models.Model) -> dict[str, str]:
    """All values of a row in words, for the record: in the language of the place."""
    names = [*table.fields]
    for ending in ("valid_to", table.active):
        if ending not in names and ending in {field.name for field in table.model._meta.fields}:
            names.append(ending)
    with on_paper():
        teller = Teller(table)
        return {name: teller.told(row, name) for name in names}


def uses_of(table: Table, row: models.Model) -> Uses:
    """What refers to the row: the words for the kind, how many. Asked of every model that can."""
    found = []
    relation: Any
    for relation in table.model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or getattr(relation, "on_delete", None) is models.CASCADE:
            continue
        model = relation.related_model
        many = model._base_manager.filter(**{relation.field.name: row.pk}).count()
        if many:
            found.append((str(model._meta.verbose_name_plural), many))
    return sorted(found)


def uses_told(uses: Uses) -> str:
    """What uses a row, in a line: "cases 12, papers 3"."""
    return ", ".join(f"{label}: {many}" for label, many in uses)


def history_of(row: models.Model) -> QuerySet[AuditEntry]:
    """The entries about a row and the one that made it follow another, newest first; in whatever chain they stand,
    since the top of the tree may be another by now."""
    about = Q(about_id=row.pk) | Q(new__followed_by=row.pk)
    rows = AuditEntry.objects.filter(verb__in=DEEDS, about_type=row._meta.label_lower)
    return rows.filter(about).order_by("-pk")


def matching(table: Table, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """The rows in whose columns every word stands, accents and case aside. Read whole: these tables are short."""
    wanted = fold(words).split()
    teller = Teller(table)
    texts = {row.pk: fold(" ".join(teller.told(row, name) for name in table.shown)) for row in rows}
    return rows.filter(pk__in=[key for key, text in texts.items() if all(word in text for word in wanted)])


def has_ended(table: Table, row: models.Model, today: datetime.date) -> bool:
    """Whether a row counts or can be chosen no longer."""
    if table.ends is Ends.ON_A_DAY:
        last: datetime.date | None = row.valid_to  # type: ignore[attr-defined]
        return last is not None and last < today
    return table.ends is Ends.NOT_CHOSEN and not getattr(row, table.active)
