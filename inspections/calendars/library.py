"""The days of a national year as a public library knows them, beside those that are kept.

Nothing is dated from the library: an upgrade of it would move dates silently, some decreed days are not in it, and a
guess is not told from a decree (stack.md §1b). It is compared with, and a person saves the days with their paper."""

import datetime
from dataclasses import dataclass

import holidays
from django.utils.translation import gettext as _

from inspections.calendars.models import CalendarDay
from inspections.calendars.rules import year_of
from inspections.organisations.text import on_paper

REST, WORKED = CalendarDay.Kind.REST, CalendarDay.Kind.WORKED


@dataclass(frozen=True)
class Compared:
    """A day as it is kept and as the library has it; None where one of the two does not have it."""

    day: datetime.date
    kept: CalendarDay | None
    library: str | None
    library_kind: str = REST
    year_is_kept: bool = True

    @property
    def kind(self) -> str:
        return self.kept.kind if self.kept is not None else self.library_kind

    @property
    def name(self) -> str:
        """Our own name where there is one: the library calls 28 Chạp by another day's name."""
        return self.kept.name if self.kept is not None else str(self.library)

    @property
    def key(self) -> str:
        return f"{self.day.isoformat()} {self.kind}"

    @property
    def is_proposed(self) -> bool:
        """Whether the day is ticked at first: what is kept, and in a year that is not kept all of the library."""
        return self.kept is not None or not self.year_is_kept

    @property
    def differs(self) -> bool:
        return self.kept is None or self.library is None or self.kept.kind != self.library_kind

    @property
    def told(self) -> str:
        """What the difference is, in words; empty for none."""
        if self.kept is None:
            return _("only in the library")
        if self.library is None:
            return _("only in the calendar")
        if self.kept.kind != self.library_kind:
            return _("of another kind in the library")
        return ""

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} – {self.name} ({CalendarDay.Kind(self.kind).label})"


def days_of(year: int) -> dict[datetime.date, tuple[str, str]]:
    """Day -> kind, name, as the library knows the year."""
    found = holidays.country_holidays("VN", years=year, language="vi")
    days = {day: (str(REST), name) for day, name in found.items()}
    with on_paper():
        made_up = _("worked to make up for another day")
    for day in found.weekend_workdays:
        if day.year == year:
            days[day] = (str(WORKED), made_up)
    return days


def compared(year: int) -> list[Compared]:
    """The days of the year that either has, in their order. One query."""
    kept = {row.day: row for row in CalendarDay.objects.filter(organisation=None, day__range=year_of(year))}
    known = days_of(year)
    return [
        Compared(
            day,
            kept.get(day),
            known[day][1] if day in known else None,
            known[day][0] if day in known else str(REST),
            bool(kept),
        )
        for day in sorted({*kept, *known})
    ]
