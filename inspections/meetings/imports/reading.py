"""What stands in a list of attendance: its year, the days of its meetings, and what its marks mean."""

import datetime
import re
from collections.abc import Iterable

from inspections.calendars.rules import Date
from inspections.imports.sheets import Cell
from inspections.imports.values import DAY_AND_MONTH, YEAR, read_date
from inspections.meetings.models import RollCallMark
from inspections.organisations.text import bare_words, fold

Mark = RollCallMark.Mark
# what committees write where the list has no legend of its own
USUAL = {
    "x": Mark.PRESENT,
    "+": Mark.PRESENT,
    "p": Mark.EXCUSED,
    "k": Mark.UNEXCUSED,
    "kp": Mark.UNEXCUSED,
    "m": Mark.EXEMPT,
}
# a mark of a list, and where its explanation begins
EXPLAINED = re.compile(r"(?:^|(?<=[\s;,(–-]))([^\s:;,=()–-]{1,3})\s*[:=]")
# folded words by which a text between two marks is known to explain one
TOLD_OF = ("mat", "vang", "phep", "ly do", "mien", "du", "nghi")


def legend_of(titles: Iterable[str]) -> dict[str, str]:
    """The folded marks of a list -> `Mark`: as its titles explain them, the usual ones where they explain none. A mark
    whose explanation is not understood is not among them."""
    found: dict[str, str] = {}
    is_told = False
    for title in titles:
        marks = list(EXPLAINED.finditer(title))
        ends = [*(one.start() for one in marks[1:]), len(title)]
        for one, end in zip(marks, ends, strict=False):
            words = bare_words(title[one.end() : end])
            if not any(f" {part} " in f" {words} " for part in TOLD_OF):
                continue
            is_told = True
            if meant := meaning_of(words):
                found[fold(one[1])] = meant
    return found if is_told else dict(USUAL)


def meaning_of(words: str) -> str:
    """What folded words of a legend mean ("vang khong phep"), empty where they are not clear: "khong" turns round all
    that stands beside it."""
    padded = f" {words} "
    is_reason = " phep " in padded or " ly do " in padded
    is_there = " co mat " in padded or " du " in padded
    meanings = {
        Mark.EXEMPT: " mien " in padded,
        Mark.UNEXCUSED: " khong " in padded and is_reason and not is_there,
        Mark.EXCUSED: " khong " not in padded and is_reason,
        Mark.PRESENT: " khong " not in padded and " vang " not in padded and is_there,
    }
    fitting = [str(mark) for mark, fits in meanings.items() if fits]
    return fitting[0] if len(fitting) == 1 else ""


def year_of(titles: Iterable[str], days: Iterable[Cell]) -> int | None:
    """The year of a list: as its titles say, else as its days do; None where neither tells one, or several do."""
    told = {int(year) for title in titles for year in YEAR.findall(title)}
    if len(told) == 1:
        return told.pop()
    dated = {day.value.year for day in days if isinstance(day.value, datetime.date)}
    return dated.pop() if len(dated) == 1 else None


def read_meeting_day(cell: Cell, year: int) -> datetime.date:
    """The day of a meeting, "4/3" being one of the list's year. Raises ValueError for what is no day."""
    if found := DAY_AND_MONTH.fullmatch(fold(cell.text)):
        return Date(year, int(found[2]), int(found[1]))
    dated = read_date(cell)
    if dated is None or dated.precision != "day":
        raise ValueError(cell.text)
    return dated.day
