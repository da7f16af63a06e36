"""Spreadsheets of the tree: code, name, type, parent, founded, members (shared/data 01)."""

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, is_title, skipped
from inspections.imports.sheets import Cell
from inspections.imports.values import read_date, read_number
from inspections.organisations.imports.changes import MOST_STEPS, Additions, Corrections, Row
from inspections.organisations.imports.names import Finder, expand, key_of, read_code
from inspections.organisations.models import Organisation, OrganisationType
from inspections.organisations.services import problem_beyond, problem_of_place
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
LONGEST_NAME = 200
LARGEST = 1_000_000


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of the tree; parents may stand anywhere in the file."""
    finder = Finder.below(job.organisation)
    types = list(OrganisationType.objects.filter(is_active=True).select_related("level"))
    lines, rows = [], []
    for record in records:
        line = skipped(record) or Line(record)
        lines.append(line)
        if line.reason and not _is_bare_name(line, types, job):
            continue
        row = Row(line)
        line.title = row.name
        _read(row, types, job)
        rows.append(row)
    rows = _settle_twice(rows, job)
    in_file = InFile(rows)
    for row in rows:
        _find_parent(row, job, finder, in_file)
    elsewhere = _codes_elsewhere(rows, finder)
    for row in rows:
        row.existing = _existing(row, job, finder)
    additions, corrections = Additions(), Corrections()
    for row in rows:
        _check(row, elsewhere)
        _compare(row, additions, corrections)
    additions.hand_out()
    corrections.hand_out()
    return lines


def _is_bare_name(line: Line, types: list[OrganisationType], job: Job) -> bool:
    """Whether a line with nothing but a name is an organisation all the same; asked once for all such lines."""
    name = expand(line.record.text("name"))
    if (
        not is_title(line.record)
        or name.isupper()
        or not any(fold(name).startswith(f"{fold(one.name)} ") for one in types)
    ):
        return False
    choices = [Choice("organisation", _("organisations")), Choice("title", _("titles within the table"))]
    words = _("Some lines have nothing but a name, such as “%(name)s”. What are they?") % {"name": name}
    answer = job.ask(line, line.record["name"], "bare", words, choices, guess="organisation")
    if answer == "organisation":
        line.reason = ""
    return answer == "organisation"


class InFile:
    """The organisations of the file, by code and by name."""

    def __init__(self, rows: list[Row]) -> None:
        self.by_code = {row.code: row for row in rows if row.code}
        self.by_key: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self.by_key[key_of(row.name)].append(row)

    def called(self, code: str, text: str) -> list[Row]:
        """Those that the text of a cell may mean."""
        if code:
            return [self.by_code[code]] if code in self.by_code else []
        return self.by_key.get(key_of(text), [])


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
            number = read_number(record[name])
            if number is not None and not 0 <= number <= LARGEST:
                raise ValueError(number)
            setattr(row, name, number)
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
    """One row a code (without codes: a name in its place): the same twice is skipped, different twice is asked."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.code or f"{key_of(row.name)}:{key_of(row.line.record.text('parent'))}"].append(row)
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


def _find_parent(row: Row, job: Job, finder: Finder, in_file: InFile) -> None:
    text = row.line.record.text("parent")
    if not text:
        known = finder.by_code.get(row.code) if row.code else finder.exactly(row.name)
        row.parent = known.parent if known is not None else job.organisation
        return
    cell = row.line.record["parent"]
    try:
        code = read_code(cell)
    except ValueError:
        code = ""
    called = [one for one in in_file.called(code, text) if one is not row]
    if not called and row in in_file.called(code, text):
        row.line.wrong(cell, _("An organisation cannot belong to itself."))
    elif called and finder.exactly(code or text) is None:
        row.parent = called[0] if len(called) == 1 else _which_in_file(row, job, cell, text, called)
    else:
        row.parent = finder.ask(job, row.line, cell, code or text)


def _which_in_file(row: Row, job: Job, cell: Cell, text: str, called: list[Row]) -> Row | None:
    choices = [
        Choice(
            str(one.line.record.number),
            _("row %(row)s: %(told)s") % {"row": one.line.record.number, "told": f"{one.name} {one.code}".strip()},
        )
        for one in called
    ]
    words = _("Several organisations are called “%(text)s”. Which one is meant?") % {"text": text}
    answer = job.ask(row.line, cell, f"above:{key_of(text)}:{row.line.record.number}", words, choices)
    return next((one for one in called if str(one.line.record.number) == answer), None)


def _existing(row: Row, job: Job, finder: Finder) -> Organisation | None:
    """The organisation that is there already: by its code, or by its name in its place."""
    if row.code and row.code in finder.by_code:
        return finder.by_code[row.code]
    if not isinstance(row.parent, Organisation):
        return None
    same = [one for one in finder.by_key.get(key_of(row.name), []) if one.parent_id == row.parent.pk]
    if len(same) != 1:
        return None
    if not row.code or not same[0].code:
        return same[0]
    # the same name in the same place under another code: a code that was corrected, or a second organisation
    choices = [
        Choice("same", _("the same organisation; its code becomes %(code)s") % {"code": row.code}),
        Choice("new", _("another organisation of the same name")),
    ]
    words = _("“%(name)s” is kept with the code %(code)s. Which is it?")
    words = words % {"name": same[0].name, "code": same[0].code}
    answer = job.ask(row.line, row.line.record["code"], f"code:{row.code}", words, choices)
    return same[0] if answer == "same" else None


def _codes_elsewhere(rows: list[Row], finder: Finder) -> set[str]:
    """Codes of the file that belong to an organisation outside of what this file is taken into."""
    wanted = sorted({row.code for row in rows if row.code} - finder.by_code.keys())
    taken: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = Organisation.objects.filter(code__in=wanted[start : start + 500])
        taken |= set(some.values_list("code", flat=True))
    return taken


def _check(row: Row, elsewhere: set[str]) -> None:
    """What the verbs would refuse is said of the line before anything is stored."""
    line, record = row.line, row.line.record
    if len(row.name) > LONGEST_NAME:
        line.wrong(record["name"], _("A name has at most %(most)s letters.") % {"most": LONGEST_NAME})
    ends_on = row.existing.ends_on if row.existing is not None else None
    if row.founded is not None and ends_on is not None and ends_on < row.founded.day:
        line.wrong(record["founded"], _("The last day is before the founding day."))
    if row.code in elsewhere:
        words = _("Another organisation has the code %(code)s already.")
        line.wrong(record["code"], words % {"code": row.code})
    above, steps = row.parent, 0
    while isinstance(above, Row) and above is not row and steps <= MOST_STEPS:
        above, steps = above.parent, steps + 1
    if above is row or steps > MOST_STEPS:
        line.wrong(record["parent"], _("These organisations belong to each other in a circle."))
    elif row.existing is None and row.type is not None and row.parent_type is not None:
        if problem := problem_of_place(row.type, row.parent_type):
            line.wrong(record["parent" if record.text("parent") else "type"], problem)
        elif isinstance(row.parent, Organisation) and (problem := problem_beyond(row.parent, None)):
            line.wrong(record["parent"], problem)


def _compare(row: Row, additions: Additions, corrections: Corrections) -> None:
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
        additions.rows.append(row)
        line.is_new = True
        return
    if row.type is not None and row.type != old.type:
        line.wrong(
            record["type"], _("It is kept as “%(type)s”; a type changes by succession only.") % {"type": old.type}
        )
    above = row.parent.existing if isinstance(row.parent, Row) else row.parent
    if (above is not None or isinstance(row.parent, Row)) and above != old.parent:
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
    if row.code and row.code != old.code:
        changes["code"] = row.code
    if changes:
        corrections.rows.append((line, old, changes))


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
