"""Spreadsheets made by tests: the habits of shared/data in another order, other words, other places."""

import datetime
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from inspections.imports.encodings import TONES

Rows = Iterable[Sequence[Any]]
ORGANISATIONS = ("TT", "Mã TCĐ", "Tên tổ chức đảng", "Loại hình", "Trực thuộc", "Ngày thành lập", "Chính thức", "Dự bị")
OFFICES = ("STT", "Họ và tên", "Ngày sinh", "Chức vụ", "Đơn vị", "Số, ngày quyết định", "Từ ngày", "Thư điện tử")
LINES = ("TT", "Nội dung", "Hình thức", "Đối tượng", "Mốc thời gian", "Chủ trì", "Thời gian thực hiện", "Ghi chú")


def book(rows: Rows, *, above: Rows = (), sheet: str = "Danh sách", before: Rows = (), name: str = "tep.xlsx") -> Any:
    """A workbook as a browser sends it. above: rows over the header; before: rows of a sheet that stands first."""
    made = Workbook()
    made.remove(made.active)
    before = list(before)
    if before:
        _fill(made.create_sheet("Bìa"), before)
    _fill(made.create_sheet(sheet), [*above, *rows])
    return sent(made, name)


def sent(made: Workbook, name: str = "tep.xlsx") -> SimpleUploadedFile:
    """A workbook as a browser sends it."""
    target = io.BytesIO()
    made.save(target)
    return SimpleUploadedFile(name, target.getvalue())


def text(rows: Rows, *, delimiter: str = ";", encoding: str = "utf-8-sig", name: str = "tep.csv") -> SimpleUploadedFile:
    """The rows as a text file; dates as 15/12/2012."""
    lines = [delimiter.join(_typed(value) for value in row) for row in rows]
    content = "\r\n".join(lines)
    if encoding == "cp1258":  # it writes tones as marks of their own, behind the letter
        content = "".join(map(_with_its_tone, content))
    return SimpleUploadedFile(name, content.encode(encoding))


def _with_its_tone(letter: str) -> str:
    marks = unicodedata.normalize("NFD", letter)
    bare = "".join(mark for mark in marks if mark not in TONES)
    return unicodedata.normalize("NFC", bare) + "".join(mark for mark in marks if mark in TONES)


def _typed(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def _fill(sheet: Any, rows: Rows) -> None:
    for row in rows:
        sheet.append(list(row))
