"""Reading values as committees write them (shared/data): dates, numbers, names, outline numbers."""

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Any

from openpyxl.utils.datetime import from_excel

from inspections.imports.sheets import Cell
from inspections.organisations.text import clean, fold

FULL_DATE = re.compile(r"\b(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})\b")
WORDED_DATE = re.compile(r"\b(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4})\b")
ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
DAY_AND_MONTH = re.compile(r"(?:ngay\s+)?(\d{1,2})\s*[/.\-]\s*(\d{1,2})")
MONTH = re.compile(r"(?:\bthang\s+)?\b(\d{1,2})\s*(?:/|-|nam)\s*(\d{4})\b")
YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
# a date in a cell without its format is a count of days; members and organisations are no older
EXCEL_FIRST, EXCEL_LAST = 10_000, 60_000
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
QUARTERS = re.compile(r"\bquy\s+((?:(?:iv|iii|ii|i|[1-4])\b[\s,;\-va&]*)+)")
MONTHS = re.compile(r"\b(?:thang\s+|t)(\d{1,2}(?:(?:\s*(?:-|den|va|,|;)\s*)(?:thang\s+|t)?\d{1,2})*)\b")
# "Cộng" adds up, "Công" is the police or a trade union, "Tống" a family: the accents decide where there are any
SUBTOTAL = re.compile(r"tổng (?:cộng|số)\b|tổng\s*(?::|$|\d)|cộng\b(?! (?:tác|đồng|sản|hoà|hòa)\b)")
SUBTOTAL_WITHOUT_ACCENTS = re.compile(r"tong (?:cong(?! ty)|so)\b|(?:cong|tong)\s*(?::|$|\d)")
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
        return Dated(_meant(value.date(), cell), "day")
    if isinstance(value, datetime.date):
        return Dated(_meant(value, cell), "day")
    if isinstance(value, int | float) and EXCEL_FIRST <= value <= EXCEL_LAST:
        return Dated(from_excel(int(value)).date(), "day")
    folded = fold(cell.text)
    if (day := find_day(folded)) is not None:
        return Dated(_meant(day, cell), "day")
    if found := MONTH.search(folded):
        return Dated(_meant(datetime.date(int(found[2]), int(found[1]), 1), cell), "month")
    if found := re.fullmatch(r"(?:nam\s+)?(\d{4})", folded):
        return Dated(_meant(datetime.date(int(found[1]), 1, 1), cell), "year")
    raise ValueError(cell.text)


def find_day(text: str) -> datetime.date | None:
    """The first whole date within a text, None without one. Raises ValueError for a day that no calendar has."""
    folded = fold(text)
    if found := FULL_DATE.search(folded) or WORDED_DATE.search(folded):
        return datetime.date(int(found[3]), int(found[2]), int(found[1]))
    if found := ISO_DATE.search(folded):
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    return None


def _meant(day: datetime.date, cell: Cell) -> datetime.date:
    """The day, unless its year is a slip of the hand."""
    if not 1900 <= day.year <= 2100:
        raise ValueError(cell.text)
    return day


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

    "Từ 01/01/2024 đến 31/12/2025", "01/2025 - 3/2026", "2024-2025", "Quý IV/2025", "từ 2023 đến nay",
    "từ tháng 01/2025 đến thời điểm …", "đến hết 31/12/2025"."""
    folded = fold(text)
    if not folded:
        return None, None
    spans = [_span(found) for found in SPAN.finditer(folded)]
    if not spans or len(spans) > 2:
        raise ValueError(text)
    if len(spans) == 2:
        first, last = spans[0][0], spans[1][1]
        if last < first:
            raise ValueError(text)
        return first, last
    if UNTIL.match(folded):
        return None, spans[0][1]
    return spans[0][0], None if UNTIL_NOW.search(folded) else spans[0][1]


UNTIL = re.compile(r"(?:den|toi)\b")
UNTIL_NOW = re.compile(r"\b(?:den|toi) (?:nay|thoi diem|khi|luc|ngay kiem tra|ngay giam sat)\b")
SPAN = re.compile(
    r"(?P<day>\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4})\b"
    r"|(?P<iso>\d{4}-\d{2}-\d{2})\b"
    r"|(?P<worded>\d{1,2}\s+thang\s+\d{1,2}\s+nam\s+\d{4})\b"
    r"|quy\s+(?P<quarter>iv|iii|ii|i|[1-4])\s*(?:/|-|nam)?\s*(?P<of_quarter>(?:19|20)\d{2})\b"
    r"|6 thang (?P<half>dau|cuoi) nam\s*(?P<of_half>(?:19|20)\d{2})\b"
    r"|(?P<month>\d{1,2})\s*(?:/|-|nam)\s*(?P<of_month>(?:19|20)\d{2})\b"
    r"|\b(?P<year>(?:19|20)\d{2})\b"
)


def _span(found: "re.Match[str]") -> tuple[datetime.date, datetime.date]:
    """The first and last day of one date, month, quarter, half-year or year."""
    if found["day"] or found["iso"] or found["worded"]:
        day = find_day(found[0])
        assert day is not None
        return day, day
    if found["quarter"]:
        quarter = ROMAN.get(found["quarter"]) or int(found["quarter"])
        return _months(int(found["of_quarter"]), quarter * 3 - 2, quarter * 3)
    if found["half"]:
        first = 1 if found["half"] == "dau" else 7
        return _months(int(found["of_half"]), first, first + 5)
    if found["month"]:
        return _months(int(found["of_month"]), int(found["month"]), int(found["month"]))
    return _months(int(found["year"]), 1, 12)


def _months(year: int, first: int, last: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, first, 1), _last_of_month(year, last)


def _last_of_month(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def read_slot(cell: Cell) -> tuple[int | None, int | None, int | None]:
    """A time slot: first month, last month (1–12, both included), year if told. Raises ValueError.

    "Quý I", "Quý II, III", "Tháng 5-6", "T4", "tháng 4/2026", "6 tháng cuối năm", "Thường xuyên" (no months); a cell
    that Excel took for a date is its month."""
    if isinstance(cell.value, datetime.date):
        return cell.value.month, cell.value.month, cell.value.year
    folded = fold(cell.text)
    years = {int(found) for found in YEAR.findall(folded)}
    if len(years) > 1:
        raise ValueError(cell.text)
    year = years.pop() if years else None
    if found := re.fullmatch(r"(?:\d{1,2}\s*/\s*)?(\d{1,2})\s*[/\-]\s*(?:19|20)\d{2}", folded):
        return _in_order(int(found[1]), int(found[1]), year, cell)
    bare = re.sub(r"[/\-]?\s*(?:nam\s+)?(?:19|20)\d{2}\b", " ", folded)
    if not bare.strip() or any(word in folded for word in ("thuong xuyen", "hang thang", "ca nam", "trong nam")):
        return None, None, year
    if "6 thang dau nam" in bare:
        return 1, 6, year
    if "6 thang cuoi nam" in bare:
        return 7, 12, year
    if groups := QUARTERS.findall(bare):
        told = re.findall(r"\b(?:iv|iii|ii|i|[1-4])\b", " ".join(groups))
        quarters = [ROMAN.get(one) or int(one) for one in told]
        return min(quarters) * 3 - 2, max(quarters) * 3, year
    if groups := MONTHS.findall(bare):
        months = [int(month) for group in groups for month in re.findall(r"\d+", group)]
        return _in_order(months[0], months[-1], year, cell)
    raise ValueError(cell.text)


def _in_order(first: int, last: int, year: int | None, cell: Cell) -> tuple[int, int, int | None]:
    if not 1 <= first <= last <= 12:
        raise ValueError(cell.text)
    return first, last, year


def is_outline_number(value: Any) -> bool:
    """Whether the cell numbers a line: 1, "2.1", "IV", "a)"; the code of an organisation does not."""
    text = clean(str(value)) if value is not None else ""
    return bool(re.fullmatch(r"\d{1,4}(\.\d{1,2})*[.)]?|[IVXLC]+[.)]?|[A-H][.)]?|[a-zđ][.)]", text))


def is_subtotal(text: str) -> bool:
    """Whether a line of the table only adds up."""
    told = clean(text).lower()
    return bool(SUBTOTAL.match(told) or (told.isascii() and SUBTOTAL_WITHOUT_ACCENTS.match(told)))


def is_signature(text: str) -> bool:
    """Whether a line belongs to the signature below the table."""
    folded = fold(text)
    return any(folded == word or folded.startswith((f"{word} ", f"{word}/")) for word in SIGNATURES)
