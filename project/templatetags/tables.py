"""What the list of a reference table shows of a row."""

import datetime

from django import template
from django.db.models import Model

from inspections.reference import queries
from inspections.reference.tables import Table

register = template.Library()


@register.filter
def cells_of(row: Model, teller: queries.Teller) -> list[tuple[str, str]]:
    """The columns of a row: the words over each, its value."""
    return teller.cells(row, teller.table.shown)


@register.simple_tag
def has_ended(row: Model, table: Table, today: datetime.date) -> bool:
    """Whether the row counts no longer on the day."""
    return queries.has_ended(table, row, today)
