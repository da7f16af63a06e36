"""A row that breaks an invariant, and what the invariants count with."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Model, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


@dataclass(frozen=True)
class Breach:
    """The row, as "room.model:id" or the name of what is no row, and what is wrong with it."""

    row: str
    what: str


def of(row: Model, what: str) -> Breach:
    """A breach by a row."""
    return Breach(f"{row._meta.label_lower}:{row.pk}", what)


def number_of(rows: "QuerySet[Any]") -> Any:
    """How many rows a subquery has, as a column; none is 0."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
