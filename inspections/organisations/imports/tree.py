"""Spreadsheets of the tree: code, name, type, parent, founded, members (shared/data 01)."""

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, skipped
from inspections.imports.values import Dated, read_date, read_number
from inspections.organisations.imports.names import Finder, expand, key_of, read_code
from inspections.organisations.models import Organisation, OrganisationType, User
from inspections.organisations.services import add_organisation, correct_organisation
from inspections.organisations.text import fold

FIELDS = (
    Field("code", gettext_lazy("Organisation code"), ("ma tcd", "ma to chuc dang", "ma to chuc", "ma so", "ma", "organisation code", "code"), example="97.101.001.000.000"),
    Field("name", gettext_lazy("Name"), ("ten to chuc dang", "ten to chuc", "to chuc dang", "ten don vi", "ten chi bo", "ten", "name"), True, "Chi bộ thôn Đồng Muối"),
    Field("type", gettext_lazy("Type"), ("loai hinh to chuc", "loai hinh", "loai", "type"), example="Chi bộ"),
    Field("parent", gettext_lazy("Belongs to"), ("truc thuoc", "to chuc cap tren", "cap tren", "thuoc", "belongs to"), example="97.101.000.000.000"),
    Field("founded", gettext_lazy("Founded on"), ("ngay thanh lap", "thanh lap", "founded on"), example="15/12/2012"),
    Field("full", gettext_lazy("Full members"), ("dang vien chinh thuc", "chinh thuc", "full members"), example="24"),
    Field("probationary", gettext_lazy("Probationary members"), ("dang vien du bi", "du bi", "probationary members"), example="1"),
)  # fmt: skip


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
        self.made: Organisation | None = None

    def facts(self) -> tuple[Any, ...]:
        return (self.name, self.type, self.founded, self.full, self.probationary)

    def make(self, user: User, now: datetime.datetime) -> Organisation:
        """The organisation itself, made with its parents when it is not there yet."""
        if self.existing is not None:
            return self.existing
        if self.made is None:
            assert self.type is not None
            parent = self.parent.make(user, now) if isinstance(self.parent, Row) else self.parent
            self.made = add_organisation(
                acting_user=user,
                now=now,
                name=self.name,
                type=self.type,
                parent=parent,
                code=self.code,
                starts_on=self.founded.day if self.founded else None,
                starts_precision=self.founded.precision if self.founded else Organisation.Precision.DAY,
                full_members=self.full,
                probationary_members=self.probationary,
            )
        return self.made


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of the tree; parents may stand anywhere in the file."""
    finder = Finder.below(job.organisation)
    types = list(OrganisationType.objects.select_related("level"))
    lines, rows = [], []
    for record in records:
        line = skipped(record) or Line(record)
        lines.append(line)
        if line.reason:
            continue
        row = Row(line)
        line.title = row.name
        _read(row, types, job)
        rows.append(row)
    rows = _settle_twice(rows, job)
    by_code = {row.code: row for row in rows if row.code}
    by_key = {key_of(row.name): row for row in rows}
    for row in rows:
        row.existing = finder.by_code.get(row.code) or (None if row.code else finder.exactly(row.name))
        _find_parent(row, job, finder, by_code, by_key)
    for row in rows:
        _compare(row)
    return lines


def _read(row: Row, types: list[OrganisationType], job: Job) -> None:
    line, record = row.line, row.line.record
    if not row.name:
        line.wrong(record["name"], _("The name is missing."))
    try:
        row.code = read_code(record["code"])
    except ValueError:
        words = _("“%(text)s” is no organisation code: five parts of 2.3.3.3.3 digits, like 97.101.001.000.000.")
        line.wrong(record["code"], words % {"text": record.text("code")})
    row.type = _type_of(row, types, job)
    try:
        row.founded = read_date(record["founded"])
    except ValueError:
        words = _("“%(text)s” is no date. Write 15/12/2012, 4/2006 or 2018.")
        line.wrong(record["founded"], words % {"text": record.text("founded")})
    for name in ("full", "probationary"):
        try:
            setattr(row, name, read_number(record[name]))
        except ValueError:
            line.wrong(record[name], _("“%(text)s” is no whole number.") % {"text": record.text(name)})


def _type_of(row: Row, types: list[OrganisationType], job: Job) -> OrganisationType | None:
    text = fold(row.line.record.text("type"))
    fitting = [one for one in types if text and text in (fold(one.name), fold(one.abbreviation), one.code)]
    if not fitting and not text:
        beginnings = [one for one in types if fold(row.name).startswith(f"{fold(one.name)} ")]
        fitting = sorted(beginnings, key=lambda one: -len(one.name))[:1]
    if len(fitting) == 1:
        return fitting[0]
    cell = row.line.record["type"]
    choices = [Choice(str(one.pk), one.name) for one in types]
    shown = cell.text or row.name
    answer = job.ask(row.line, cell, f"type:{fold(shown)}", _("Which type is “%(text)s”?") % {"text": shown}, choices)
    return next((one for one in types if str(one.pk) == answer), None)


def _settle_twice(rows: list[Row], job: Job) -> list[Row]:
    """One row a code (or name): the same twice is skipped, different twice is asked."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.code or key_of(row.name)].append(row)
    for key, group in groups.items():
        first, *others = group
        if all(other.facts() == first.facts() for other in others):
            for other in others:
                other.line.reason = _("the same as row %(row)s") % {"row": first.line.record.number}
            continue
        choices = [
            Choice(
                str(row.line.record.number),
                _("row %(row)s: %(told)s") % {"row": row.line.record.number, "told": _told(row)},
            )
            for row in group
        ]
        words = _("“%(name)s” stands in several rows that differ. Which one holds?") % {"name": first.name}
        for row in group:
            answer = job.ask(row.line, row.line.record["name"], f"twice:{key}", words, choices)
            if answer and answer != str(row.line.record.number):
                row.line.reason = _("row %(row)s holds instead") % {"row": answer}
    return [row for row in rows if not row.line.reason]


def _told(row: Row) -> str:
    record = row.line.record
    return "; ".join(f"{one.label} {record.text(one.name)}" for one in FIELDS[4:] if record.text(one.name))


def _find_parent(row: Row, job: Job, finder: Finder, by_code: dict[str, Row], by_key: dict[str, Row]) -> None:
    text = row.line.record.text("parent")
    if not text:
        row.parent = row.existing.parent if row.existing is not None else job.organisation
        return
    cell = row.line.record["parent"]
    try:
        code = read_code(cell)
    except ValueError:
        code = ""
    in_file = by_code.get(code) if code else by_key.get(key_of(text))
    if in_file is row:
        row.line.wrong(cell, _("An organisation cannot belong to itself."))
    elif in_file is not None and finder.exactly(code or text) is None:
        row.parent = in_file
    else:
        row.parent = finder.ask(job, row.line, cell, code or text)


def _compare(row: Row) -> None:
    line, record, old = row.line, row.line.record, row.existing
    parent = row.parent.name if isinstance(row.parent, Row) else str(row.parent or "")
    shown = [
        ("code", row.code, old.code if old else None),
        ("name", row.name, old.name if old else None),
        ("type", row.type.name if row.type else "", old.type.name if old else None),
        ("parent", parent, str(old.parent or "") if old else None),
        ("founded", _day(row.founded.day, row.founded.precision) if row.founded else "", _day(old.starts_on, old.starts_precision) if old else None),
        ("full", _number(row.full), _number(old.full_members) if old else None),
        ("probationary", _number(row.probationary), _number(old.probationary_members) if old else None),
    ]  # fmt: skip
    labels = {one.name: one.label for one in FIELDS}
    for name, read, was in shown:
        if read:
            differs = was is not None and was != read
            line.facts.append(Fact(labels[name], record.text(name), read, was if differs else None))
    if old is None:
        line.is_new, line.act = True, row.make
        return
    if row.type is not None and row.type != old.type:
        line.wrong(
            record["type"], _("It is kept as “%(type)s”; a type changes by succession only.") % {"type": old.type}
        )
    if isinstance(row.parent, Organisation) and row.parent != old.parent:
        words = _("It belongs to “%(parent)s”; its place changes by succession only.")
        line.wrong(record["parent"], words % {"parent": old.parent})
    changes: dict[str, Any] = {}
    if row.name != old.name:
        changes["name"] = row.name
    if row.founded is not None and (row.founded.day, row.founded.precision) != (old.starts_on, old.starts_precision):
        changes |= {"starts_on": row.founded.day, "starts_precision": row.founded.precision}
    if row.full is not None and row.full != old.full_members:
        changes["full_members"] = row.full
    if row.probationary is not None and row.probationary != old.probationary_members:
        changes["probationary_members"] = row.probationary
    if row.code and not old.code:
        changes["code"] = row.code
    if changes:
        line.act = lambda user, now: correct_organisation(acting_user=user, organisation=old, now=now, **changes)


def _day(day: datetime.date | None, precision: str) -> str:
    if day is None:
        return ""
    return day.strftime({"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}[precision])


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


KIND = Kind(
    code="organisations",
    label=gettext_lazy("Organisations"),
    hint=gettext_lazy(
        "Code, name, type, what it belongs to, founding day, members. Parents may stand in the same file."
    ),
    verb="import_spreadsheets",
    target=Organisation,
    organisation_of=lambda organisation: organisation,
    fields=FIELDS,
    plan=plan,
    takes=Q(type__is_body=False, type__is_cell=False),
)
