"""What the words of a running book say of time and of result: pure, nothing guessed.

Texts are folded first, so accents, case and decomposed letters make no difference."""

import re
from dataclasses import dataclass
from datetime import date as Date

from inspections.calendars.rules import Limit, Unit, Words, month_slot
from inspections.organisations.text import fold

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
QUARTER = r"(?:iv|iii|ii|i|[1-4])"
OF_YEAR = r"(?:\s*(?:/|-|,)?\s*(?:cua\s+)?(?:nam\s*)?((?:19|20)\d{2})\b)?"
AND = r"\s*(?:-|–|,|den|va|&)\s*"
# a day, its year left out or not; "tháng 5-6" and "quý 3-4" are none
DAY = re.compile(
    r"\b(?P<iso>(?:19|20)\d{2}-\d{1,2}-\d{1,2})\b"
    r"|(?<!thang )(?<!quy )(?<![/.\-\d])"
    r"(?P<day>\d{1,2})\s?(?P<mark>[/.\-])\s?(?P<month>\d{1,2})(?:\s?(?P=mark)\s?(?P<year>\d{4}|\d{2}))?(?![\d/\-])(?!\.\d)"
    r"|\b(?P<day_told>\d{1,2})\s+thang\s+(?P<month_told>\d{1,2})(?:\s*(?:nam|/|-|,)\s*(?P<year_told>\d{4}))?\b"
)
PART_OF_YEAR = re.compile(rf"\b(\d{{1,2}}) thang (dau|cuoi) nam{OF_YEAR}")
QUARTERS = re.compile(rf"\bquy\s+({QUARTER})\b(?:{AND}(?:quy\s+)?({QUARTER})\b)?{OF_YEAR}")
MONTHS = re.compile(rf"\b(?:thang\s+|t)(\d{{1,2}})\b(?:{AND}(?:thang\s+|t)?(\d{{1,2}})\b(?!\d))?{OF_YEAR}")
MONTH_OF_YEAR = re.compile(r"(?<![/.\-\d])(\d{1,2})\s?[/\-]\s?((?:19|20)\d{2})\b")
YEAR = re.compile(
    r"\bnam\s*((?:19|20)\d{2})\b|(?:(?<=\bcuoi )|(?<=\bhet )|(?<=\btrong ))nam\b(?: nay)?|^((?:19|20)\d{2})$"
)
LIMIT = re.compile(r"\b(\d{1,3})\s*(?:\([^)]*\)\s*)?(ngay lam viec|ngay|tuan|thang|nam)\b")
UNITS = {
    "ngay lam viec": (Unit.WORKING, 1),
    "ngay": (Unit.CALENDAR, 1),
    "tuan": (Unit.CALENDAR, 7),
    "thang": (Unit.MONTH, 1),
    "nam": (Unit.YEAR, 1),
}
STANDING = re.compile(
    r"\bthuong xuyen\b|\blien tuc\b|\bdinh ky\b|\b(?:hang|moi) (?:ngay|tuan|thang|quy|nam|ky)\b|\blau dai\b"
    r"|\bduy tri\b|\bkhong (?:xac dinh )?thoi han\b|\bkhong ky han\b"
)
BEFORE = re.compile(r"\btruoc(?: ngay| thoi diem)*\s*$")
NOT_AN_END = re.compile(r"\b(?:tu|tu ngay|sau|sau ngay|dau|giua|trung tuan|thuong tuan|ha tuan)\s*$")
# counted from something that the book does not date: the receipt, the announcement
FROM_EVENT = re.compile(
    r"\b(?:tu|sau)(?: ngay| khi| luc| thoi diem)* (?:duoc )?(?:nhan|cong bo|trien khai|tiep nhan)\b"
)
LATER_DAY = re.compile(r"\b(?:den|gia han|lui|doi)\b[^§]*$")


class NoYear(ValueError):
    """The words name a day, a month or a quarter without its year."""


@dataclass(frozen=True)
class DueTold:
    """What the words of a time limit say: a day with its words, a limit to count, or that it is due at no time.

    start: the day that the words count the limit from; is_from_event: they count from what the book does not date."""

    words: Words = Words.AT_LATEST
    day: Date | None = None
    limit: Limit | None = None
    start: Date | None = None
    is_from_event: bool = False
    is_standing: bool = False


def read_due(text: str, year: int | None = None) -> DueTold:
    """The time limit that a text says; `year` is the year of what names none.

    "trước ngày D" excludes the day; "chậm nhất", "đến hết ngày" and a bare day include it; a month, quarter or year
    means its last day. Raises NoYear when a year is needed, ValueError for what no calendar has or nobody can tell."""
    folded = fold(text).strip(" .;:")
    found = list(DAY.finditer(folded))
    rest = DAY.sub("§", folded)
    limit = None if _slot_in(rest) else LIMIT.search(rest)
    if limit is not None:
        if len(found) > 1 or int(limit[1]) == 0:
            raise ValueError(text)
        unit, times = UNITS[limit[2]]
        return DueTold(
            limit=Limit(int(limit[1]) * times, unit),
            start=_day_of(found[0], year) if found else None,
            is_from_event=not found and bool(FROM_EVENT.search(folded)),
        )
    if found:
        return _due_on_day(folded, found, year)
    told = _due_in_slot(folded, year)
    if told is not None:
        return told
    if STANDING.search(folded):
        return DueTold(is_standing=True)
    raise ValueError(text)


def _due_on_day(folded: str, found: "list[re.Match[str]]", year: int | None) -> DueTold:
    last = found[-1]
    between = folded[found[-2].end() : last.start()] if len(found) > 1 else ""
    if len(found) > 1 and not LATER_DAY.search(between) and between.strip() not in ("-", "–"):
        raise ValueError(folded)  # two days, and nothing says which of them counts
    before = folded[: last.start()]
    if len(found) == 1 and NOT_AN_END.search(before):
        raise ValueError(folded)
    return DueTold(words=Words.BEFORE if BEFORE.search(before) else Words.AT_LATEST, day=_day_of(last, year))


def _slot_in(rest: str) -> bool:
    return any(form.search(rest) for form in (PART_OF_YEAR, QUARTERS, MONTHS, MONTH_OF_YEAR, YEAR))


def _due_in_slot(folded: str, year: int | None) -> DueTold | None:
    """The last day of the part of a year that is told; "trước" its beginning excludes it altogether."""
    if told := PART_OF_YEAR.search(folded):
        amount = int(told[1])
        first, last = (1, amount) if told[2] == "dau" else (13 - amount, 12)
        of_year = told[3]
    elif told := QUARTERS.search(folded):
        first, last = (_quarter(told[1]) * 3 - 2, _quarter(told[2] or told[1]) * 3)
        of_year = told[3]
    elif told := MONTHS.search(folded):
        first, last, of_year = int(told[1]), int(told[2] or told[1]), told[3]
    elif told := MONTH_OF_YEAR.search(folded):
        first, last, of_year = int(told[1]), int(told[1]), told[2]
    elif told := YEAR.search(folded):
        first, last, of_year = 1, 12, told[1] or told[2]
    else:
        return None
    before = folded[: told.start()]
    if _slot_in(folded[told.end() :]):
        raise ValueError(folded)  # two parts of a year, and nothing says which of them counts
    if NOT_AN_END.search(before) or not 1 <= first <= last <= 12:
        raise ValueError(folded)
    days = month_slot(_year_of(of_year, year), first, last)
    if BEFORE.search(before):
        return DueTold(words=Words.BEFORE, day=days[0])
    return DueTold(day=days[1])


def _quarter(text: str) -> int:
    return ROMAN.get(text) or int(text)


def _year_of(told: str | None, year: int | None) -> int:
    if told is None:
        if year is None:
            raise NoYear("no year")
        return year
    return int(told) if len(told) == 4 else 2000 + int(told)


def _day_of(found: "re.Match[str]", year: int | None) -> Date:
    """The day that was found. Raises NoYear, and ValueError for a day that no calendar has."""
    if found["iso"]:
        parts = [int(part) for part in found["iso"].split("-")]
        return Date(*parts)
    day, month = int(found["day"] or found["day_told"]), int(found["month"] or found["month_told"])
    if not 1 <= month <= 12 or not 1 <= day <= month_slot(2000, month, month)[1].day:
        raise ValueError(found[0])  # in no year
    meant = Date(_year_of(found["year"] or found["year_told"], year), month, day)
    if not 1900 <= meant.year <= 2100:
        raise ValueError(found[0])
    return meant


def day_and_month(text: str) -> tuple[int, int]:
    """Day and month of the first day that a text names; zeros when it names none."""
    found = DAY.search(fold(text))
    if found is None or found["iso"]:
        return 0, 0
    return int(found["day"] or found["day_told"]), int(found["month"] or found["month_told"])


# words that say it is over, that it is not, and that leave it open
DONE = re.compile(
    r"^(?:x|v|✓|✔|√|☑|ok|roi|100 ?%)$|\bxong\b|\bhoan thanh\b|\bhoan tat\b|\bda khac phuc\b|\bkhac phuc xong\b"
    r"|\bda thuc hien\b|\bda lam\b|^dat(?: yeu cau)?\b"
)
NOT_DONE = re.compile(r"^(?:chua|dang|khong(?! con\b)|cho|se|o|0 ?%)\b|\bmot phan\b|\bda .*\bmot so\b|^[-–]+$")
BUT = re.compile(r"\b(?:chua|dang|khong|nhung|con|co ban|tru|phan lon|hau het|du kien|se)\b|\b\d{1,2} ?%")


@dataclass(frozen=True)
class ResultTold:
    """What the words of a result say. is_done: None when nobody can tell; on: the day it was done, where told."""

    is_done: bool | None
    is_likely: bool = False
    on: Date | None = None


def read_result(text: str, year: int | None = None) -> ResultTold:
    """What a text says of the result: done (with its day), not done, or not to be told without asking.

    Raises NoYear for a day without a year, ValueError for a day that no calendar has or for more than one."""
    folded = fold(text).strip(" .;:!")
    if not folded or NOT_DONE.search(folded):
        return ResultTold(False)
    found = list(DAY.finditer(folded))
    rest = DAY.sub("", folded).strip(" .;:,()-–")
    rest = re.sub(r"\b(?:ngay|vao ngay|hom)$", "", rest).strip()
    is_over = bool(DONE.search(rest)) or not rest
    if len(found) > 1:
        raise ValueError(text)
    on = _day_of(found[0], year) if found else None
    if is_over and not BUT.search(rest):
        return ResultTold(True, True, on)
    return ResultTold(None, rest.startswith("da ") and not BUT.search(rest), on)
