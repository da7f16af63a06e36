"""Spreadsheets as rows of cells: xlsx or csv, nothing known of what they mean."""

import csv
import datetime
import io
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from inspections.organisations.text import clean

LONGEST = 20_000
WIDEST = 60


class Unreadable(Exception):
    """The file cannot be read; the message says why."""


@dataclass(frozen=True)
class Cell:
    """One cell: its address as people name it ("C12") and its value (text, number, date or None)."""

    address: str
    value: Any

    @property
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

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a row (from 1) and a column (from 0); empty outside the sheet."""
        values = self.rows[row - 1] if 0 < row <= len(self.rows) else []
        value = values[column] if 0 <= column < len(values) else None
        return Cell(f"{get_column_letter(column + 1)}{row}", value)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


def read_sheets(content: bytes, content_type: str) -> list[Sheet]:
    """The sheets of a file that have rows. Raises Unreadable."""
    sheets = _read_workbook(content) if content_type.endswith("spreadsheetml.sheet") else [_read_text(content)]
    filled = [sheet for sheet in sheets if any(any(value is not None for value in row) for row in sheet.rows)]
    if not filled:
        raise Unreadable(_("There is no row in this file."))
    return filled


def _read_workbook(content: bytes) -> list[Sheet]:
    try:
        book = load_workbook(io.BytesIO(content), data_only=True, read_only=True)
        sheets = []
        for one in book.worksheets:
            rows = []
            for row in one.iter_rows(values_only=True, max_col=WIDEST, max_row=LONGEST + 1):
                rows.append([None if value == "" else value for value in row])
            sheets.append(Sheet(one.title, _trimmed(rows)))
    except Exception as problem:  # a broken workbook raises whatever its parts raise
        raise Unreadable(_("This workbook cannot be opened. Save it again as .xlsx and try once more.")) from problem
    return sheets


def _read_text(content: bytes) -> Sheet:
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeError:
            continue
    else:
        raise Unreadable(_("The letters of this file are not Unicode. Save it as “CSV UTF-8” and try once more."))
    first = text[:4000]
    delimiter = max(";,\t", key=first.count)
    rows = [
        [value if value.strip() else None for value in row]
        for row in csv.reader(io.StringIO(text), delimiter=delimiter)
    ]
    return Sheet("CSV", _trimmed([row[:WIDEST] for row in rows]))


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    if len(rows) > LONGEST:
        raise Unreadable(_("This sheet has more than %(most)s rows; take it in by parts.") % {"most": LONGEST})
    return rows
