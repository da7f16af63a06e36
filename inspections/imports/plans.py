"""What an import would do, line by line: new, changed, the same, skipped, in doubt or wrong. Knows no domain.

An app declares its kind of spreadsheet with `register`; its `plan` reads records into lines."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from inspections.imports.columns import Field, Layout
from inspections.imports.sheets import Cell, Formula, Sheet
from inspections.imports.values import is_outline_number, is_signature, is_subtotal
from inspections.organisations.models import Organisation, User


@dataclass(frozen=True)
class Record:
    """One row of the table below the header, by fields; a field without a column is an empty cell.

    others: the row's cells in their order, whatever they mean. is_entry: every required field is filled.
    is_below_signature: a row above it was part of the signature. is_alone: the table has no column but this one."""

    number: int
    cells: dict[str, Cell]
    others: tuple[Cell, ...]
    is_entry: bool
    is_below_signature: bool = False
    is_alone: bool = False

    def __getitem__(self, name: str) -> Cell:
        return self.cells[name]

    def text(self, name: str) -> str:
        return self.cells[name].text

    @property
    def filled(self) -> list[Cell]:
        """The cells with content, the numbering of lines aside, also when it computes."""
        meant = {cell.address for cell in self.cells.values()}
        return [
            cell
            for cell in self.others
            if cell.text
            and not is_outline_number(cell.value)
            and (cell.address in meant or not isinstance(cell.value, Formula))
        ]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """A doubt. The same key on several lines is settled once for all of them. guess: the likeliest choice."""

    key: str
    cell: Cell
    text: str
    choices: tuple[Choice, ...]
    answer: str
    guess: str = ""


@dataclass(frozen=True)
class Fact:
    """One value as it will be kept, the text it was read from, and what it replaces."""

    label: Any
    raw: str
    read: str
    old: str | None = None


# what is done for a line; lines may share one that does it for all of them
Act = Callable[[User, datetime.datetime], Any]


@dataclass
class Line:
    """What one record becomes."""

    record: Record
    title: str = ""
    reason: str = ""
    facts: list[Fact] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    act: Act | None = None
    is_new: bool = False

    @property
    def state(self) -> str:
        """wrong, doubt, skipped, new, changed or same."""
        if self.problems:
            return "wrong"
        if any(not question.answer for question in self.questions):
            return "doubt"
        if self.reason:
            return "skipped"
        if self.act is None:
            return "same"
        return "new" if self.is_new else "changed"

    def wrong(self, cell: Cell, text: str) -> None:
        """Notes what is wrong at a cell."""
        self.problems.append((cell.address, text))


@dataclass
class Job:
    """What a plan is made for. titles: the texts above the header. answers: question key -> choice. file: its name."""

    target: Any
    organisation: Organisation
    today: datetime.date
    titles: list[str]
    answers: dict[str, str]
    file: str = ""

    def ask(self, line: Line, cell: Cell, key: str, text: str, choices: list[Choice], guess: str = "") -> str:
        """Puts a question to the line; returns the choice if it is settled, else an empty text."""
        answer = self.answers.get(key, "")
        if answer not in {choice.value for choice in choices}:
            answer = ""
        line.questions.append(Question(key, cell, text, tuple(choices), answer, guess))
        return answer


@dataclass(frozen=True)
class Kind:
    """A kind of spreadsheet. target: the model whose row it is taken into; verb: who may, on that row."""

    code: str
    label: Any
    hint: Any
    verb: str
    target: type[Model]
    # takes: the condition that a row of the target can be written to now
    organisation_of: Callable[[Any], Organisation]
    fields: tuple[Field, ...]
    plan: Callable[[list[Record], Job], list[Line]]
    takes: Q = field(default_factory=Q)


KINDS: dict[str, Kind] = {}
# in a subtotal and beside a signature stands little else
MOST_BESIDE = 3


def register(kind: Kind) -> None:
    """Makes a kind known; called when an app is ready."""
    KINDS[kind.code] = kind


def records_of(sheet: Sheet, layout: Layout, fields: tuple[Field, ...]) -> list[Record]:
    """The rows below the header that are not empty."""
    records: list[Record] = []
    signed = False
    is_alone = sum(one.name in layout.columns and not one.may_compute for one in fields) == 1
    for number in range(layout.first_row, len(sheet.rows) + 1):
        row = tuple(sheet.cell(number, column) for column in range(sheet.width))
        if any(cell.text for cell in row):
            cells = {one.name: sheet.cell(number, layout.columns.get(one.name)) for one in fields}
            is_entry = all(cells[one.name].text for one in fields if one.is_required)
            records.append(Record(number, cells, row, is_entry, signed, is_alone))
            signed = signed or (not is_entry and any(is_signature(cell.text) for cell in row))
    return records


def skipped(record: Record) -> Line | None:
    """The line of a record that is no entry of the table (subtotal, signature, title), else None."""
    texts = [cell.text for cell in record.filled]
    title = texts[0] if texts else ""
    if not texts:
        return Line(record, reason=_("an empty line"))
    if len(texts) <= MOST_BESIDE and any(is_subtotal(text) for text in texts):
        return Line(record, title=title, reason=_("a subtotal"))
    if len(texts) <= MOST_BESIDE and any(is_signature(text) for text in texts):
        return Line(record, title=title, reason=_("part of the signature"))
    if record.is_below_signature and not record.is_entry:
        return Line(record, title=title, reason=_("part of the signature"))
    if is_title(record):
        return Line(record, title=title, reason=_("a title within the table"))
    return None


def is_title(record: Record) -> bool:
    """Whether the record may be a title: one cell is filled, and it is not the only one of the table."""
    return len(record.filled) == 1 and not (record.is_alone and record.is_entry)


def planned(kind: Kind, records: list[Record], job: Job) -> list[Line]:
    """The lines of all records, in their order. A cell that computes is wrong, whatever the kind makes of it."""
    computed = {}
    for record in records:
        cells = [record[one.name] for one in kind.fields if not one.may_compute]
        cells = [cell for cell in cells if isinstance(cell.value, Formula)]
        if cells and skipped(record) is None:
            line = Line(record, title=record.text(kind.fields[0].name) if len(cells) < len(record.cells) else "")
            for cell in cells:
                line.wrong(
                    cell, _("This cell computes (%(text)s). Put the value itself there.") % {"text": cell.text[:60]}
                )
            computed[record.number] = line
    lines = kind.plan([record for record in records if record.number not in computed], job)
    return sorted([*lines, *computed.values()], key=lambda line: line.record.number)
