"""Reading values as committees write them (shared/data): dates, numbers, names, outline numbers."""

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Any

from inspections.imports.sheets import Cell
from inspections.organisations.text import clean, fold

FULL_DATE = re.compile(r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
MONTH = re.compile(r"(?:\bthang\s+)?\b(\d{1,2})\s*(?:/|-|nam)\s*(\d{4})\b")
YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
QUARTERS = re.compile(r"\bquy\s+((?:(?:iv|iii|ii|i|[1-4])\b[\s,;\-va&]*)+)")
MONTHS = re.compile(r"\bthang\s+(\d{1,2})(?:\s*(?:-|den|va|,)\s*(?:thang\s+)?(\d{1,2}))?\b")
SUBTOTALS = ("cong", "tong cong", "tong so", "tong")
SIGNATURES = ("t/m", "tm", "thay mat", "(da ky)", "da ky", "nguoi lap", "noi nhan", "k/t", "t/l")


@dataclass(frozen=True)
class Dated:
    """A date and how exactly it was told: day, month or year (first day of it)."""

    day: datetime.date
    precision: str


def read_date(cell: Cell) -> Dated | None:
    """A date of the file: a real one, d/m/yyyy, "tháng 4 năm 2006", 4/2006, or a year. Raises ValueError."""
    value = cell.value
    if value is None or cell.text == "":
        return None
    if isinstance(value, datetime.datetime):
        return Dated(value.date(), "day")
    if isinstance(value, datetime.date):
        return Dated(value, "day")
    folded = fold(cell.text)
    if found := FULL_DATE.search(folded):
        day, month, year = (int(part) for part in found.groups())
        return Dated(datetime.date(year, month, day), "day")
    if found := MONTH.search(folded):
        return Dated(datetime.date(int(found[2]), int(found[1]), 1), "month")
    if found := re.fullmatch(r"(?:nam\s+)?(\d{4})", folded):
        if 1900 <= int(found[1]) <= 2100:
            return Dated(datetime.date(int(found[1]), 1, 1), "year")
    raise ValueError(cell.text)


def read_number(cell: Cell) -> int | None:
    """A whole number, or None for an empty cell. Raises ValueError."""
    if cell.text in ("", "-", "–"):
        return None
    return int(cell.text.replace(".", "").replace(" ", ""))


def read_name(text: str) -> str:
    """A person's name: composed letters, one space, capitals only at the words' beginnings."""
    name = clean(text)
    return name.title() if name.isupper() else name


def read_period(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    """A period examined, both days included; an open end is None. Raises ValueError when nothing is understood.

    "Từ 01/01/2024 đến 31/12/2025", "01/2025 - 3/2026", "2024-2025", "Năm 2025", "từ tháng 01/2025 đến thời điểm …"."""
    folded = fold(text)
    if not folded:
        return None, None
    if days := FULL_DATE.findall(folded):
        dates = [datetime.date(int(year), int(month), int(day)) for day, month, year in days]
        return dates[0], dates[1] if len(dates) > 1 else None
    if months := MONTH.findall(folded):
        spans = [(int(year), int(month)) for month, year in months]
        first = datetime.date(*spans[0], 1)
        if len(spans) > 1:
            return first, _last_of_month(*spans[1])
        return first, None if "den" in folded.split() else _last_of_month(*spans[0])
    if years := YEAR.findall(folded):
        last = int(years[-1])
        return datetime.date(int(years[0]), 1, 1), None if "den thoi diem" in folded else datetime.date(last, 12, 31)
    raise ValueError(text)


def _last_of_month(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def read_slot(text: str) -> tuple[int | None, int | None, int | None]:
    """A time slot: first month, last month (1–12, both included), year if told. Raises ValueError.

    "Quý I", "Quý II, III", "Tháng 5-6", "tháng 4/2026", "6 tháng cuối năm", "Thường xuyên" (no months)."""
    folded = fold(text)
    year = int(found[1]) if (found := YEAR.search(folded)) else None
    bare = re.sub(r"[/\-]?\s*(?:nam\s+)?(?:19|20)\d{2}\b", " ", folded)
    if not bare.strip() or any(word in bare for word in ("thuong xuyen", "hang thang", "ca nam", "trong nam")):
        return None, None, year
    if "6 thang dau nam" in bare:
        return 1, 6, year
    if "6 thang cuoi nam" in bare:
        return 7, 12, year
    if found := QUARTERS.search(bare):
        quarters = [ROMAN.get(one) or int(one) for one in re.findall(r"\b(?:iv|iii|ii|i|[1-4])\b", found[1])]
        return min(quarters) * 3 - 2, max(quarters) * 3, year
    if found := MONTHS.search(bare):
        first, last = int(found[1]), int(found[2] or found[1])
        if 1 <= first <= last <= 12:
            return first, last, year
    raise ValueError(text)


def is_outline_number(value: Any) -> bool:
    """Whether the cell numbers a line: 1, "2.1", "IV", "a)"."""
    text = clean(str(value)) if value is not None else ""
    return bool(re.fullmatch(r"\d+(\.\d+)*[.)]?|[IVXLC]+[.)]?|[a-zđ][.)]", text))


def is_subtotal(text: str) -> bool:
    """Whether a line of the table only adds up."""
    folded = fold(text)
    return any(folded == word or folded.startswith((f"{word} ", f"{word}:")) for word in SUBTOTALS)


def is_signature(text: str) -> bool:
    """Whether a line belongs to the signature below the table."""
    folded = fold(text)
    return any(folded == word or folded.startswith((f"{word} ", f"{word}/")) for word in SIGNATURES)
