"""What the figures of the board count, and the one statement that counts them by place.

A statement of eleven figures takes Django several times as long to write as a database to answer for a commune. What is
counted depends on the day and on the places looked at alone, never on the reader; so that part is written once for
both and kept, and the rows, with every condition of sight, are written anew at each asking and put into it.
"""

import datetime
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, DateField, Min, Q, QuerySet

from inspections.calendars.rules import days_after
from inspections.deadlines.models import Deadline
from inspections.reports.queries.places import place_below
from inspections.reports.rules import OFTEN, STEPS, Counts

# the columns that figures are counted from; clocks and stretches both have them
COUNTED = ("org_path", "organisation_id", "state", "due_on", "times_returned", "times_extended")
DAY = DateField()
KEPT = 64  # statements at most: a day and a depth have one


def conditions(on: datetime.date) -> dict[str, Q]:
    """Figure -> which of the live clocks it counts, on the day. Only whoever holds the matter is charged."""
    running = Q(state=Deadline.State.RUNNING)
    due = {f"due{days}": running & Q(due_on__gte=on, due_on__lte=days_after(on, days)) for days in STEPS}
    return {
        "open": Q(),
        "running": running,
        **due,
        "overdue": running & Q(due_on__lt=on),
        "waiting": Q(state=Deadline.State.WAITING),
        "suspended": Q(state=Deadline.State.SUSPENDED),
        "returned": Q(times_returned__gt=OFTEN),
        "extended": Q(times_extended__gt=0),
    }


def counting(rows: QuerySet[Any], on: datetime.date, bases: Sequence[str]) -> QuerySet[Any, dict[str, Any]]:
    """The question of the counts of the rows by place, as Django asks it: place, and every field of `Counts`."""
    kinds = conditions(on)
    return (
        rows.order_by()
        .annotate(place=place_below(bases))
        .values("place")
        .annotate(
            **{name: Count("organisation", filter=kind or None) for name, kind in kinds.items()},
            late_places=Count("organisation", distinct=True, filter=kinds["overdue"]),
            oldest=Min("due_on", filter=kinds["overdue"]),
        )
    )


@lru_cache(maxsize=KEPT)
def _statement(vendor: str, on: datetime.date, bases: tuple[str, ...]) -> tuple[str, tuple[Any, ...], str]:
    """The statement that counts all clocks, cut open at its table: what stands before it, with the values there, and
    what stands after it. It tells the place, then the fields of `Counts` in their order. vendor: of the database, whose
    words differ."""
    query = counting(Deadline.objects.all(), on, bases).query
    sql, values = query.sql_with_params()
    before, after = sql.split(f" FROM {_table()} ")
    assert list(query.annotation_select) == ["place", *(one.name for one in fields(Counts))]
    return before, values, after


def _table() -> str:
    return connection.ops.quote_name(Deadline._meta.db_table)


def counts_by_place(rows: QuerySet[Any], on: datetime.date, bases: Sequence[str]) -> dict[str, Counts]:
    """Path of what stands next below one of the bases, or of the base itself -> the counts of the rows at it and below.

    rows: clocks or stretches with whatever conditions; they stand in the statement in the place of the table. bases:
    the places looked at, usually one; paths that rows are at or below. One query, the same as `counting` asks."""
    levels = {len(base) for base in bases}
    # places of one depth are cut alike, whichever they are
    told = ("0" * levels.pop(),) if len(levels) == 1 else tuple(bases)
    before, values, after = _statement(connection.vendor, on, told)
    bare = rows.order_by() if rows.ordered else rows
    inner, inside = bare.values_list(*COUNTED).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{before} FROM ({inner}) {_table()} {after}", (*values, *inside))
        found = cursor.fetchall()
    # SQLite keeps days as text
    return {place: Counts(*(*numbers, DAY.to_python(oldest))) for place, *numbers, oldest in found}
