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
# folded words of a legend -> what they mean; the first that fits
MEANT = (
    ("khong phep", Mark.UNEXCUSED),
    ("khong ly do", Mark.UNEXCUSED),
    ("khong co ly do", Mark.UNEXCUSED),
    ("vang khong", Mark.UNEXCUSED),
    ("co phep", Mark.EXCUSED),
    ("co ly do", Mark.EXCUSED),
    ("mien", Mark.EXEMPT),
    ("co mat", Mark.PRESENT),
    ("du hop", Mark.PRESENT),
)
LEGEND = re.compile(r"(?:^|[;,(\n])\s*([^\s:;,=()]{1,3})\s*[:=]\s*([^;,)\n]+)")


def legend_of(titles: Iterable[str]) -> dict[str, str]:
    """The folded marks of a list -> `Mark`: as its titles explain them, the usual ones where they explain none."""
    found: dict[str, str] = {}
    for title in titles:
        for mark, words in LEGEND.findall(title):
            folded = bare_words(words)
            meant = next((meaning for part, meaning in MEANT if part in folded), None)
            if meant is not None:
                found[fold(mark)] = meant
    return found or dict(USUAL)


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
