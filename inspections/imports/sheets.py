"""Spreadsheets as rows of cells: xlsx or csv, nothing known of what they mean."""

import csv
import datetime
import io
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from inspections.imports.encodings import UnknownLetters, decode, from_tcvn3, looks_like_tcvn3
from inspections.organisations.text import clean

LONGEST = 20_000
WIDEST = 60
# what the parts of a workbook may be together once unpacked: the longest sheet has no more
BIGGEST = 60 * 1024 * 1024
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Unreadable(Exception):
    """The file cannot be read; the message says why."""


@dataclass(frozen=True)
class Formula:
    """What stands in a cell that computes: it is not taken, because what it shows depends on other cells."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Cell:
    """One cell: its address as people name it ("C12") and its value (text, number, date, Formula or None)."""

    address: str
    value: Any

    @cached_property
    def text(self) -> str:
        """The value as people read it; a whole number without its ".0", a date as dd/mm/yyyy."""
        if self.value is None:
            return ""
        if isinstance(self.value, datetime.date):
            return self.value.strftime("%d/%m/%Y")
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return clean(str(self.value))

    @property
    def lines(self) -> list[str]:
        """The lines of a cell with line breaks, each cleaned."""
        return [clean(line) for line in str(self.value or "").splitlines() if clean(line)]


@dataclass
class Sheet:
    """One sheet: rows by their number as people count them, from 1."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.width = max((len(row) for row in self.rows), default=0)

    def cell(self, row: int, column: int | None) -> Cell:
        """The cell at a row (from 1) and a column (from 0); empty outside the sheet.

        Without a column there is nothing to read; the address is then the row."""
        if column is None or column < 0:
            return Cell(_("row %(row)s") % {"row": row}, None)
        values = self.rows[row - 1] if 0 < row <= len(self.rows) else []
        value = values[column] if column < len(values) else None
        return Cell(f"{get_column_letter(column + 1)}{row}", value)


def check_is_modern(content: bytes) -> None:
    """Raises Unreadable for the files that Excel keeps in its old container, with what to do."""
    if not content.startswith(OLD_EXCEL):
        return
    if ENCRYPTED in content:
        raise Unreadable(
            _("This workbook is protected by a password. Save it without the password and choose it again.")
        )
    raise Unreadable(_("This is a file of the old Excel (.xls). Save it as .xlsx and choose it again."))


def read_sheets(content: bytes, content_type: str) -> list[Sheet]:
    """The sheets of a file that have rows. Raises Unreadable."""
    if content_type.endswith("spreadsheetml.sheet"):
        sheets = _read_workbook(content)
    elif content_type in ("text/csv", "text/plain"):
        sheets = [_read_text(content)]
    else:
        raise Unreadable(_("This is no spreadsheet. Choose an Excel file (.xlsx) or a CSV file."))
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise Unreadable(_("There is no row in this file."))
    return filled


def _read_workbook(content: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > BIGGEST:
            raise Unreadable(_("This workbook is too large once it is opened; take it in by parts."))
        book = load_workbook(io.BytesIO(content))
        sheets = [Sheet(one.title, _rows_of(one)) for one in book.worksheets]
    except Unreadable:
        raise
    except Exception as problem:  # a broken workbook raises whatever its parts raise
        raise Unreadable(_("This workbook cannot be opened. Save it again as .xlsx and try once more.")) from problem
    for sheet in sheets:
        texts = [value for row in sheet.rows for value in row if isinstance(value, str)]
        if looks_like_tcvn3(" ".join(texts[:2000])):
            sheet.rows = [
                [from_tcvn3(value) if isinstance(value, str) else value for value in row] for row in sheet.rows
            ]
    return sheets


def _rows_of(sheet: Any) -> list[list[Any]]:
    # only the cells that the file has: blank formatted rows down to the end of the sheet are common
    held = {
        place: Formula(str(cell.value)) if cell.data_type == "f" else _value(cell.value)
        for place, cell in sheet._cells.items()
        if place[1] <= WIDEST
    }
    held = {place: value for place, value in held.items() if value is not None}
    last = max((row for row, _column in held), default=0)
    if last > LONGEST:
        raise Unreadable(_("This sheet has more than %(most)s rows; take it in by parts.") % {"most": LONGEST})
    width = max((column for _row, column in held), default=0)
    rows: list[list[Any]] = [[None] * width for _row in range(last)]
    for (row, column), value in held.items():
        rows[row - 1][column - 1] = value
    for merged in sheet.merged_cells.ranges:
        # a cell merged downwards says the same for all its rows; one merged to the right says it once
        for number in range(merged.min_row, min(merged.max_row, len(rows))):
            if merged.min_col <= width:
                rows[number][merged.min_col - 1] = rows[merged.min_row - 1][merged.min_col - 1]
    return rows


def _value(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _read_text(content: bytes) -> Sheet:
    try:
        text = decode(content)
    except UnknownLetters as problem:
        raise Unreadable(str(problem)) from problem
    try:
        rows = [[_value(value) for value in row[:WIDEST]] for row in _cut(text)]
    except csv.Error as problem:
        raise Unreadable(_("This CSV file is broken. Save it again, or as .xlsx, and try once more.")) from problem
    return Sheet("CSV", _trimmed(rows))


def _cut(text: str) -> list[list[str]]:
    """The rows, cut by the delimiter with which most rows have equally many columns."""
    best: list[list[str]] = []
    best_score = -1
    for delimiter in ";,\t|":
        rows = list(csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter))
        widths = Counter(len(row) for row in rows[:200] if any(value.strip() for value in row))
        width, count = max(widths.items(), key=lambda one: (one[0] - 1) * one[1], default=(0, 0))
        if (width - 1) * count > best_score:
            best, best_score = rows, (width - 1) * count
    return best


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    if len(rows) > LONGEST:
        raise Unreadable(_("This sheet has more than %(most)s rows; take it in by parts.") % {"most": LONGEST})
    return rows
