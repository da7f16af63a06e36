"""Reading the times of a running book: the date of a notice, a time limit from its words, the day of a result."""

import datetime
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from inspections.calendars.rules import due_after, due_from_words
from inspections.imports.plans import Choice, Job, Line
from inspections.imports.sheets import Cell
from inspections.imports.values import DAY_AND_MONTH, read_date
from inspections.organisations.text import fold
from inspections.remedies.imports import rules
from inspections.remedies.imports.known import Room
from inspections.remedies.models import Correction

YEARS_ASKED = 5


@dataclass
class Above:
    """What a line takes over from the one above it: the cells that tell number, date and subject."""

    number: Cell | None = None
    issued: Cell | None = None
    subject: Cell | None = None
    received: Cell | None = None


class Times:
    """Reads the times of one record, noting problems and questions on its line. old: what the line became before."""

    def __init__(self, line: Line, job: Job, room: Room, above: Above) -> None:
        self.line, self.job, self.room, self.above = line, job, room, above
        self.record = line.record
        self.old: Correction | None = None

    def _day(self, cell: Cell, key: str, since: datetime.date | None) -> datetime.date | None:
        """The day of a cell; a year that is left out is asked about, once for like cells."""
        text = fold(cell.text)
        if isinstance(cell.value, str) and (found := DAY_AND_MONTH.fullmatch(text)):
            year = self._year(cell, key, text, since, int(found[1]), int(found[2]))
            text_of = f"{found[1]}/{found[2]}"
            try:
                return datetime.date(year, int(found[2]), int(found[1])) if year else None
            except ValueError:
                self._no_date(cell, f"{text_of}/{year}")
                return None
        try:
            dated = read_date(cell)
        except ValueError:
            self._no_date(cell)
            return None
        if dated is None or dated.precision != "day":
            self._no_date(cell)
            return None
        return dated.day

    def _no_date(self, cell: Cell, text: str = "") -> None:
        self.line.wrong(cell, _("“%(text)s” is no date. Write 15/12/2012.") % {"text": text or cell.text})

    def _year(
        self, cell: Cell, key: str, text: str, since: datetime.date | None, day: int = 0, month: int = 0
    ) -> int | None:
        """The year of what names none: asked, with the first one from the notice on as the guess."""
        first = since.year if since is not None else self.job.today.year
        years = [first, first + 1, first + 2] if since is not None else list(range(first, first - YEARS_ASKED, -1))
        guess = ""
        if since is not None:
            is_before = bool(month) and (month, day) < (since.month, since.day)
            guess = str(first + 1 if is_before else first)
        words = _("“%(text)s” names no year. Which year is meant?") % {"text": cell.text}
        choices = [Choice(str(year), str(year)) for year in years]
        of = f":{first}:{guess}" if since is not None else ""
        answer = self.job.ask(self.line, cell, f"{key}:{text.replace(' ', '_')[:60]}{of}", words, choices, guess)
        return int(answer) if answer else None

    def _due(self, issued_on: datetime.date) -> rules.DueTold | None:
        """The time limit with its day worked out; None while it is wrong or in doubt."""
        cell = self.record["due"]
        if not cell.text:
            if self._is_surely_done():
                return rules.DueTold(is_standing=True)
            self.line.wrong(cell, _("The time limit is missing. Write a day, or thường xuyên."))
            return None
        told = self._told_due(cell, issued_on)
        if told is None or told.is_standing:
            return told
        if told.limit is not None:
            start = told.start or self._counted_from(cell, told, issued_on)
            if start is None:
                return None
            due = due_after(start, told.limit, self.room.calendar)
            told = replace(told, day=due.due_on)
        assert told.day is not None
        if due_from_words(told.words, told.day) < issued_on:
            words = _("The time limit %(due)s is before the notice of %(day)s.")
            days = {"due": told.day.strftime("%d/%m/%Y"), "day": issued_on.strftime("%d/%m/%Y")}
            self.line.wrong(cell, words % days)
            return None
        return told

    def _is_surely_done(self) -> bool:
        try:
            return rules.read_result(self.record.text("result"), self.job.today.year).is_done is True
        except ValueError:
            return False

    def _told_due(self, cell: Cell, issued_on: datetime.date) -> rules.DueTold | None:
        if not isinstance(cell.value, str):
            try:
                dated = read_date(cell)
                if dated is not None and dated.precision == "day":
                    return rules.DueTold(day=dated.day)
            except ValueError:
                pass
        try:
            return rules.read_due(cell.text)
        except rules.NoYear:
            year = self._year_of_due(cell, issued_on)
            if year is None:
                return None
            try:
                return rules.read_due(cell.text, year)
            except ValueError:
                self._no_limit(cell)
        except ValueError:
            self._no_limit(cell)
        return None

    def _no_limit(self, cell: Cell) -> None:
        words = _(
            "“%(text)s” is no time limit. Write trước ngày 30/6/2026, Quý IV/2026, trong 30 ngày or thường xuyên."
        )
        self.line.wrong(cell, words % {"text": cell.text})

    def _year_of_due(self, cell: Cell, issued_on: datetime.date) -> int | None:
        if self.old is not None and self.old.demand.due_day is not None:
            return self.old.demand.due_day.year
        try:
            day = rules.read_due(cell.text, issued_on.year).day
        except ValueError:  # 29/2 of a year that has none
            day = None
        at = (day.day, day.month) if day is not None else (0, 0)
        return self._year(cell, "year_of_due", fold(cell.text), issued_on, *at)

    def _counted_from(self, cell: Cell, told: rules.DueTold, issued_on: datetime.date) -> datetime.date | None:
        """The day a limit is counted from: that of the notice; where the words count from its receipt, the day that
        the book tells for it, else the user says so."""
        if not told.is_from_event:
            return issued_on
        if self.above.received is not None:
            return self._day(self.above.received, "year_of_receipt", issued_on)
        if self.old is not None:
            return issued_on
        words = _("“%(text)s”: the book does not say which day that was. From which day is it counted?")
        choices = [Choice("issued", _("from the day of the notice"))]
        key = f"from:{fold(cell.text).replace(' ', '_')[:60]}"
        answer = self.job.ask(self.line, cell, key, words % {"text": cell.text}, choices, guess="issued")
        return issued_on if answer else None

    def _result(self, issued_on: datetime.date) -> tuple[bool | None, datetime.date | None]:
        """Whether it was done, and on which day if that is told."""
        cell = self.record["result"]
        told: rules.ResultTold | None = None
        try:
            told = rules.read_result(cell.text)
        except rules.NoYear:
            year = self._year(cell, "year_of_result", fold(cell.text), issued_on, *rules.day_and_month(cell.text))
            try:
                told = rules.read_result(cell.text, year) if year else None
            except ValueError:
                self._no_date(cell)
        except ValueError:
            self._no_date(cell)
        if told is None:
            return None, None
        is_done, on = told.is_done, told.on
        if self.record.text("done"):
            on = self._day(self.record["done"], "year_of_result", issued_on)
            cell = self.record["done"]
            if is_done is False and self.record.text("result"):
                self.line.wrong(cell, _("The result says that it is not done, and this is a day on which it was."))
            is_done = True if not self.record.text("result") else is_done
        if is_done is None:
            choices = [Choice("done", _("it is done")), Choice("open", _("it is still open"))]
            words = _("“%(text)s”: is that done, or still open?") % {"text": self.record.text("result")}
            key = f"result:{fold(self.record.text('result')).replace(' ', '_')[:60]}"
            guess = "done" if told.is_likely else "open"
            answer = self.job.ask(self.line, self.record["result"], key, words, choices, guess)
            is_done = answer == "done" if answer else None
        if is_done and on is not None:
            if on > self.job.today:
                self.line.wrong(cell, _("This day is in the future; enter the day on which it took place."))
            elif on < issued_on:
                words = _("This is before the notice of %(day)s.") % {"day": issued_on.strftime("%d/%m/%Y")}
                self.line.wrong(cell, words)
        return is_done, on if is_done else None
