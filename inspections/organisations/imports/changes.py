"""What a spreadsheet of the tree does: organisations added and corrected by slices, not line by line."""

import datetime
from functools import partial
from typing import Any

from inspections.imports.plans import Line
from inspections.imports.values import Dated
from inspections.organisations.imports.names import expand
from inspections.organisations.models import Organisation, OrganisationType, User
from inspections.organisations.services import NewOrganisation, add_organisations, correct_organisations

MOST_STEPS = 12
SLICE = 500


class Row:
    """One organisation as a line tells it."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.name = expand(line.record.text("name"))
        self.code = ""
        self.type: OrganisationType | None = None
        self.parent: Organisation | Row | None = None
        self.founded: Dated | None = None
        self.full: int | None = None
        self.probationary: int | None = None
        self.existing: Organisation | None = None

    def facts(self) -> tuple[Any, ...]:
        return (self.name, self.type, self.founded, self.full, self.probationary)

    @property
    def parent_type(self) -> OrganisationType | None:
        parent = self.parent
        if isinstance(parent, Row):
            return parent.existing.type if parent.existing is not None else parent.type
        return parent.type if parent is not None else None


class Additions:
    """The organisations that the file adds: made by slices, those above first, whichever line is carried out first."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.made = 0
        self.new: dict[int, NewOrganisation] = {}

    def hand_out(self) -> None:
        """Gives every line its part: the lines of one slice share one act."""
        self.rows.sort(key=self._depth)
        for start in range(0, len(self.rows), SLICE):
            act = partial(self._make_to, min(start + SLICE, len(self.rows)))
            for row in self.rows[start : start + SLICE]:
                row.line.act = act

    @staticmethod
    def _depth(row: Row) -> int:
        depth, above = 0, row.parent
        while isinstance(above, Row) and depth <= MOST_STEPS:
            depth, above = depth + 1, above.parent
        return depth

    def _make_to(self, end: int, user: User, now: datetime.datetime) -> None:
        rows = self.rows[self.made : end]
        for row in rows:
            new = self.new[id(row)] = self._new(row)
            parent = row.parent
            if isinstance(parent, Row):
                new.parent = parent.existing or self.new[id(parent)]
        add_organisations(acting_user=user, new=[self.new[id(row)] for row in rows], now=now)
        self.made = max(self.made, end)

    @staticmethod
    def _new(row: Row) -> NewOrganisation:
        assert row.type is not None
        return NewOrganisation(
            name=row.name,
            type=row.type,
            parent=None if isinstance(row.parent, Row) else row.parent,
            code=row.code,
            starts_on=row.founded.day if row.founded else None,
            starts_precision=row.founded.precision if row.founded else Organisation.Precision.DAY,
            full_members=row.full,
            probationary_members=row.probationary,
        )


class Corrections:
    """The organisations that the file corrects: by slices, each one act of its lines."""

    def __init__(self) -> None:
        self.rows: list[tuple[Line, Organisation, dict[str, Any]]] = []

    def hand_out(self) -> None:
        """Gives every line its part."""
        for start in range(0, len(self.rows), SLICE):
            some = self.rows[start : start + SLICE]
            act = partial(self._correct, [(old, changes) for _line, old, changes in some])
            for line, _old, _changes in some:
                line.act = act

    @staticmethod
    def _correct(changes: list[tuple[Organisation, dict[str, Any]]], user: User, now: datetime.datetime) -> None:
        correct_organisations(acting_user=user, changes=changes, now=now)
