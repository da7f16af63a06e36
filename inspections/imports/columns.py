"""Guessing where the header stands and which column means what."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from inspections.imports.sheets import Sheet
from inspections.organisations.text import bare_words, fold

SEARCHED = 40


@dataclass(frozen=True)
class Field:
    """Something that a kind of spreadsheet tells. aliases: words of its header, folded, longest match wins.

    may_compute: a formula in it does no harm, since nothing of it is kept."""

    name: str
    label: Any
    aliases: tuple[str, ...]
    is_required: bool = False
    example: str = ""
    may_compute: bool = False


@dataclass(frozen=True)
class Layout:
    """Which sheet, which rows are the header (first, from 1, and how many), and field -> column (from 0)."""

    sheet: str
    header_row: int
    header_rows: int
    columns: dict[str, int]

    @property
    def first_row(self) -> int:
        return self.header_row + self.header_rows


def header_texts(sheet: Sheet, row: int, rows: int) -> list[str]:
    """The header of every column; in a header of two rows a merged upper cell stands over its right neighbours."""
    texts = []
    above = ""
    for column in range(sheet.width):
        own = [sheet.cell(row + step, column).text for step in range(rows)]
        if rows == 2:
            if own[0]:
                above = own[0]
            elif own[1]:
                own[0] = above
            else:
                above = ""
        texts.append(" ".join(dict.fromkeys(text for text in own if text)))
    return texts


def match_columns(texts: list[str], fields: Iterable[Field]) -> dict[str, int]:
    """field -> column, the longest alias first, no column twice."""
    found: list[tuple[int, int, str]] = []
    for column, text in enumerate(texts):
        words = f" {bare_words(text)} "
        for field in fields:
            fitting = [len(alias) for alias in field.aliases if f" {alias} " in words]
            if fitting:
                found.append((-max(fitting), column, field.name))
    columns: dict[str, int] = {}
    for _length, column, name in sorted(found):
        if name not in columns and column not in columns.values():
            columns[name] = column
    return columns


def guess_layout(sheets: list[Sheet], fields: tuple[Field, ...]) -> Layout:
    """The sheet and rows whose texts name most fields; the first sheet's first row when nothing fits."""
    best, best_score = Layout(sheets[0].name, 1, 1, {}), 0.0
    for sheet in sheets:
        for row in range(1, min(SEARCHED, len(sheet.rows)) + 1):
            for rows in (1, 2):
                columns = match_columns(header_texts(sheet, row, rows), fields)
                required = sum(field.name in columns for field in fields if field.is_required)
                # a second row must bring a field of its own, or it is a line of the table
                score = len(columns) + 2 * required - (0.5 if rows == 2 else 0)
                if score > best_score:
                    best, best_score = Layout(sheet.name, row, rows, columns), score
    return best


def shape_of(texts: list[str]) -> str:
    """What files of one shape have in common: their header, whatever its letters' case and accents."""
    return hashlib.sha256("|".join(fold(text) for text in texts).encode()).hexdigest()
