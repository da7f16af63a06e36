"""What the list of a reference table shows of a row."""

import datetime
from typing import Any

from django import template
from django.db.models import Model

from inspections.reference import queries
from inspections.reference.tables import Table

register = template.Library()


@register.filter
def cells_of(row: Model, table: Table) -> list[tuple[Any, str]]:
    """The columns of a row: the words over each, its value."""
    return [(table.label_of(name), queries.told(table, row, name)) for name in table.shown]


@register.simple_tag
def has_ended(row: Model, table: Table, today: datetime.date) -> bool:
    """Whether the row counts no longer on the day."""
    return queries.has_ended(table, row, today)
