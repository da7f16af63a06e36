"""The running book by which conclusions are followed up (shared/data 05): one demand a line."""

import datetime
import re
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import Words, due_after, due_from_words
from inspections.cases.models import CaseKind
from inspections.cases.services.opening import body_of
from inspections.findings.models import Notice, Severity
from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, skipped
from inspections.imports.sheets import Cell
from inspections.imports.values import DAY_AND_MONTH, read_date
from inspections.organisations.models import Organisation, Person
from inspections.organisations.text import clean, fold, on_paper
from inspections.programmes.imports.subjects import MEMBER
from inspections.remedies.imports import rules
from inspections.remedies.imports.known import Room, spelled
from inspections.remedies.imports.services import BookLine, BookNotice, finish_line, may_finish, take_line
from inspections.remedies.models import Correction

FIELDS = (
    Field("number", gettext_lazy("Number of the notice"), ("so ngay thong bao", "so ngay tb", "so ngay tbkl", "so ngay van ban", "so thong bao ket luan", "so thong bao", "so tb", "so tbkl", "so ky hieu", "so van ban", "so hieu", "number of the notice"), True, "17-TB/UBKTĐU"),
    Field("issued", gettext_lazy("Date of the notice"), ("ngay thong bao", "ngay tb", "ngay tbkl", "ngay ban hanh", "ngay ky", "ngay thang nam", "date of the notice"), example="27/4/2026"),
    Field("subject", gettext_lazy("Subject"), ("doi tuong", "to chuc dang dang vien", "don vi thuc hien", "don vi", "to chuc dang", "chi bo", "subject"), True, "Chi bộ thôn Suối Đá"),
    Field("finding", gettext_lazy("Shortcoming"), ("han che khuyet diem", "khuyet diem", "han che", "thieu sot", "noi dung ket luan", "vi pham", "shortcoming"), example="Biên bản ghi sơ sài"),
    Field("demand", gettext_lazy("Demand"), ("yeu cau khac phuc", "noi dung yeu cau", "yeu cau", "kien nghi", "bien phap khac phuc", "noi dung khac phuc", "viec phai lam", "demand"), True, "Chấn chỉnh việc ghi biên bản"),
    Field("due", gettext_lazy("Time limit"), ("thoi han khac phuc", "thoi han hoan thanh", "thoi han", "han hoan thanh", "han khac phuc", "ky han", "han", "thoi gian thuc hien", "thoi gian hoan thanh", "time limit"), True, "trước ngày 30/6/2026"),
    Field("monitor", gettext_lazy("Monitor"), ("nguoi theo doi", "can bo theo doi", "phan cong theo doi", "nguoi phu trach", "theo doi", "phu trach", "monitor"), example="Dương Đức Nam"),
    Field("result", gettext_lazy("Result"), ("ket qua thuc hien", "ket qua khac phuc", "ket qua", "tinh trang", "tien do", "da khac phuc", "result"), example="Đã khắc phục 13/6/2026"),
    Field("done", gettext_lazy("Done on"), ("ngay hoan thanh", "ngay khac phuc xong", "ngay xong", "done on"), example=""),
    Field("received", gettext_lazy("Notice received on"), ("ngay nhan thong bao", "ngay nhan tb", "ngay nhan", "notice received on"), example=""),
    Field("kind", gettext_lazy("Kind"), ("hinh thuc kiem tra giam sat", "hinh thuc", "loai cuoc", "kind"), example=""),
    Field("note", gettext_lazy("Note"), ("ghi chu", "note"), example=""),
)  # fmt: skip
LABELS = {one.name: one.label for one in FIELDS}
SYMBOL = re.compile(r"/\s*([^/]+?)\s*$")
YEARS_ASKED = 5
LONGEST_NUMBER = 40


@dataclass
class Above:
    """What a line takes over from the one above it: the cells that tell number, date and subject."""

    number: Cell | None = None
    issued: Cell | None = None
    subject: Cell | None = None
    received: Cell | None = None


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of a running book; number, date and subject of the notice are carried down."""
    room = Room(job.organisation, job.today)
    lines: list[Line] = []
    above = Above()
    seen: dict[Any, int] = {}
    dates: dict[tuple[str, int, int], tuple[datetime.date, int]] = {}
    for record in records:
        line = skipped(record) or Line(record, title=record.text("demand"))
        lines.append(line)
        if line.reason:
            above = above if line.reason == _("a subtotal") else Above()
            continue
        above = _carried(record, above)
        reader = _Reader(line, job, room, above)
        reader.read(seen, dates)
    return lines


def _carried(record: Record, above: Above) -> Above:
    """The cells that count for the line: its own, and where they are empty those above."""
    number, issued = record["number"], record["issued"]
    if not issued.text:
        number, issued = _cut_in_two(number)
    is_same = not number.text or (above.number is not None and fold(above.number.text) == fold(number.text))
    old = above if is_same else Above(subject=above.subject)
    return Above(
        number=number if number.text else old.number,
        issued=issued if issued.text else old.issued,
        subject=record["subject"] if record.text("subject") else old.subject,
        received=record["received"] if record.text("received") else old.received,
    )


def _cut_in_two(cell: Cell) -> tuple[Cell, Cell]:
    """Number and date that stand in one cell: "17-TB/UBKTĐU, ngày 27/4/2026"."""
    found = rules.DAY.search(fold(cell.text)) if isinstance(cell.value, str) else None
    if found is None or found.start() == 0:
        return cell, Cell(cell.address, None)
    number = re.sub(r"[\s,;(]*(?:ngày)?[\s,;(]*$", "", cell.text[: found.start()], flags=re.IGNORECASE)
    return Cell(cell.address, number), Cell(cell.address, found[0])


class _Reader:
    """Reads one record into a line of the book, noting problems and questions on it."""

    def __init__(self, line: Line, job: Job, room: Room, above: Above) -> None:
        self.line, self.job, self.room, self.above = line, job, room, above
        self.record = line.record
        self.old: Correction | None = None

    def read(self, seen: dict[Any, int], dates: dict[tuple[str, int, int], tuple[datetime.date, int]]) -> None:
        number = self._number()
        issued_on = self._issued_on()
        notice = self._known_notice(number, issued_on)
        issuer = self._issuer(number, notice)
        organisation, member = self._subject()
        demand, finding = self._demand(), self._finding()
        if self.line.problems or issued_on is None or issuer is None or organisation is None:
            self._tell(number, issued_on, organisation, member)
            return
        self._check_dated_once(number, issued_on, issuer, dates)
        key = (organisation.pk, member.pk if member else None, fold(finding), fold(demand))
        twice = (fold(number), issued_on.year, issuer.pk, *key)
        if twice in seen:
            self.line.reason = _("stands in the file already")
            return
        seen[twice] = self.record.number
        if notice is not None and not notice.is_external:
            self.line.reason = _("this notice was issued here; its demands are followed here")
            return
        self.old = self.room.lines[notice.pk].get(key) if notice is not None else None
        told_due = self._due(issued_on)
        is_done, done_on = self._result(issued_on)
        monitor = self._monitor(organisation, member, is_done)
        self._tell(number, issued_on, organisation, member)
        self._tell_rest(told_due, is_done, done_on, monitor)
        if told_due is None or is_done is None or monitor is None or self.line.problems:
            return
        if self.old is not None:
            self._compare(self.old, told_due, is_done, done_on, monitor)
            return
        kind, severity = self._kind(issuer, notice), self._severity()
        if kind is None or severity is None:
            return
        book_line = BookLine(
            notice=BookNotice(number, issued_on, issuer, kind, severity),
            organisation=organisation,
            person=member,
            finding=finding,
            demand=demand,
            due_words=told_due.words,
            due_day=told_due.day,
            due_text=self.record.text("due"),
            monitor=monitor,
            is_done=is_done,
            done_on=done_on,
            told=self._told(),
            source=f"{self.job.file} – {self.record['demand'].address}",
        )
        target = self.job.target
        self.line.is_new = True
        self.line.act = lambda user, now: take_line(acting_user=user, book=target, line=book_line, now=now)

    # the notice

    def _number(self) -> str:
        cell = self.above.number
        if cell is None:
            self.line.wrong(self.record["number"], _("This line names no notice, and none stands above it."))
            return ""
        if len(cell.text) > LONGEST_NUMBER:
            words = _("A number has at most %(most)s letters.") % {"most": LONGEST_NUMBER}
            self.line.wrong(cell, words)
        return re.sub(r"\s*([-/])\s*", r"\1", clean(cell.text))

    def _issued_on(self) -> datetime.date | None:
        cell = self.above.issued
        if cell is None:
            if self.above.number is not None:
                self.line.wrong(self.record["issued"], _("The date of the notice is missing."))
            return None
        day = self._day(cell, "year_of_notice", None)
        if day is not None and day > self.job.today:
            self.line.wrong(cell, _("The date of the notice is in the future."))
            return None
        return day

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

    def _check_dated_once(
        self,
        number: str,
        issued_on: datetime.date,
        issuer: Organisation,
        dates: dict[tuple[str, int, int], tuple[datetime.date, int]],
    ) -> None:
        place = (fold(number), issued_on.year, issuer.pk)
        first, row = dates.setdefault(place, (issued_on, self.record.number))
        notice = next(iter(self.room.notices[place[0], place[1]]), None)
        if first != issued_on:
            words = _("%(number)s has another date in row %(row)s: %(day)s.")
            told = {"number": number, "row": row, "day": first.strftime("%d/%m/%Y")}
            self.line.wrong(self.above.issued or self.record["issued"], words % told)
        elif notice is not None and notice.is_external and notice.issued_on != issued_on:
            words = _("%(number)s was taken in before with another date: %(day)s.")
            assert notice.issued_on is not None
            told = {"number": number, "day": notice.issued_on.strftime("%d/%m/%Y")}
            self.line.wrong(self.above.issued or self.record["issued"], words % told)

    def _known_notice(self, number: str, issued_on: datetime.date | None) -> Notice | None:
        found = self.room.notices[fold(number), issued_on.year] if issued_on is not None else []
        return found[0] if len(found) == 1 else None

    def _issuer(self, number: str, notice: Notice | None) -> Organisation | None:
        """Whose notice it is, by the symbol of its number; asked once for like symbols."""
        issuers = self.room.issuers
        if notice is not None:
            return next((one for one in issuers if one.pk == notice.case.organisation_id), None)
        if not number:
            return None
        found = SYMBOL.search(number)
        symbol = fold(found[1]) if found else ""
        fitting = [one for one in issuers if symbol and symbol == fold(one.symbol or one.type.symbol)]
        if len(fitting) == 1:
            return fitting[0]
        if len(issuers) == 1:
            return issuers[0]
        choices = [Choice(str(one.pk), one.name) for one in fitting or issuers]
        words = _("Which body issued notices with the symbol “%(symbol)s”, and judges what was done about them?")
        answer = self.job.ask(
            self.line,
            self.above.number or self.record["number"],
            f"issuer:{symbol.replace(' ', '_')}",
            words % {"symbol": found[1] if found else number},
            choices,
            guess=str(self.room.target.pk) if self.room.target in (fitting or issuers) else choices[0].value,
        )
        return next((one for one in issuers if str(one.pk) == answer), None)

    # subject, shortcoming, demand

    def _subject(self) -> tuple[Organisation | None, Person | None]:
        cell = self.above.subject
        if cell is None:
            self.line.wrong(self.record["subject"], _("Say who must correct."))
            return None, None
        if MEMBER.match(cell.text) and self.room.finder.exactly(cell.text) is None:
            member = self._member(cell)
            return (member.organisation if member is not None else None), member
        found = self.room.finder.ask(self.job, self.line, cell, cell.text)
        if found is not None and found.type.is_body:
            words = _("%(organisation)s is a body, which corrects nothing itself. Name an organisation or a member.")
            self.line.wrong(cell, words % {"organisation": found})
            return None, None
        return found, None

    def _member(self, cell: Cell) -> Person | None:
        name = clean(MEMBER.sub("", cell.text).split(",")[0])
        known = self.room.named(name)
        if len(known) == 1:
            return known[0]
        if not known:
            words = _("Nobody called “%(name)s” is known below this organisation. Add the member first.")
            self.line.wrong(cell, words % {"name": name})
            return None
        words = _("Several people are called “%(name)s”. Who is meant?") % {"name": name}
        choices = [Choice(str(one.pk), f"{one.full_name}, {one.born_on or '—'}, {one.organisation}") for one in known]
        answer = self.job.ask(self.line, cell, f"member:{fold(name).replace(' ', '_')}", words, choices)
        return next((one for one in known if str(one.pk) == answer), None)

    def _demand(self) -> str:
        if not self.record.text("demand"):
            self.line.wrong(self.record["demand"], _("Say what is demanded."))
        return self.record.text("demand")

    def _finding(self) -> str:
        if self.record.text("finding"):
            return self.record.text("finding")
        with on_paper():
            return _("The book names no shortcoming; it demands: %(demand)s") % {"demand": self.record.text("demand")}

    # time limit and result

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
        told = rules.read_due(cell.text, issued_on.year)
        assert told.day is not None
        return self._year(cell, "year_of_due", fold(cell.text), issued_on, told.day.day, told.day.month)

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
            year = self._year(cell, "year_of_result", fold(cell.text), issued_on)
            told = rules.read_result(cell.text, year) if year else None
        except ValueError:
            self._no_date(cell)
        if told is None:
            return None, None
        is_done, on = told.is_done, told.on
        if self.record.text("done"):
            on = self._day(self.record["done"], "year_of_result", issued_on)
            cell = self.record["done"]
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

    def _told(self) -> str:
        """Result and note as the book has them."""
        return "\n".join(text for text in (self.record.text("result"), self.record.text("note")) if text)

    # monitor, kind, severity

    def _monitor(self, organisation: Organisation, member: Person | None, is_done: bool | None) -> Person | None:
        cell = self.record["monitor"]
        name = clean(MEMBER.sub("", cell.text).split(",")[0])
        if self.old is not None and (not name or spelled(name) != spelled(self.old.monitor.full_name)):
            tied = [one for one in self.room.named(name) if self._bars(one, organisation, member, False)]
            if not name or tied:
                return self.old.monitor
        known = self.room.named(name)
        if self.old is not None and self.old.monitor in known:
            return self.old.monitor
        if len(known) > 1:
            words = _("Several people are called “%(name)s”. Who is meant?") % {"name": name}
            choices = [self.room.told(one) for one in known]
            answer = self.job.ask(self.line, cell, f"monitor:{fold(name).replace(' ', '_')}", words, choices)
            known = [one for one in known if str(one.pk) == answer]
            if not known:
                return None
        if known and not self._bars(known[0], organisation, member, is_done):
            return known[0]
        return self._named_instead(cell, name, organisation, member, bool(known), is_done)

    def _bars(self, person: Person, organisation: Organisation, member: Person | None, is_done: bool | None) -> bool:
        """Whether the person cannot judge what the subject does: of history there is nothing to judge."""
        return not is_done and self.room.is_tied(person, organisation, member)

    def _named_instead(
        self,
        cell: Cell,
        name: str,
        organisation: Organisation,
        member: Person | None,
        is_tied: bool,
        is_done: bool | None,
    ) -> Person | None:
        people = self.room.people
        choices = [
            one for one in self.room.watchers() if not self._bars(people[int(one.value)], organisation, member, is_done)
        ]
        if not choices:
            words = _("Nobody holds an office in %(body)s who could watch. Give offices first.")
            self.line.wrong(cell, words % {"body": self.room.target})
            return None
        key = "monitor"
        words = _("The book names no monitor. Who watches over these lines?")
        if is_tied:
            key = f"monitor:{fold(name).replace(' ', '_')}:not:{organisation.pk}"
            words = _("%(name)s stands for %(subject)s or has a tie to it, so another watches. Who?")
            words = words % {"name": name, "subject": member or organisation}
        elif name:
            key = f"monitor:{fold(name).replace(' ', '_')}"
            words = _("“%(name)s” is not known here. Who watches over these lines?") % {"name": name}
        answer = self.job.ask(self.line, cell, key, words, choices, guess=choices[0].value)
        return people.get(int(answer)) if answer else None

    def _kind(self, issuer: Organisation, notice: Notice | None) -> CaseKind | None:
        if notice is not None:
            return notice.case.kind
        body = body_of(issuer)
        kinds = self.room.kinds[body]
        for told in (self.record.text("kind"), *reversed(self.job.titles)):
            words = fold(told)
            named = [one for one in kinds if fold(one.name) in words or one.code.casefold() in words.split()]
            if len(named) == 1:
                return named[0]
        words = _("Of which kind were the cases whose conclusions %(body)s issued? The book does not say.")
        choices = [Choice(one.code, one.name) for one in kinds]
        answer = self.job.ask(
            self.line, self.above.number or self.record["number"], f"kind:{issuer.pk}", words % {"body": issuer}, choices, guess=choices[0].value if choices else ""
        )  # fmt: skip
        return next((one for one in kinds if one.code == answer), None)

    def _severity(self) -> Severity | None:
        words = _("How severe are the shortcomings of this book? It does not say.")
        choices = [Choice(one.code, one.name) for one in self.room.severities]
        likely = [one.code for one in self.room.severities if "khuyet diem" in fold(one.name) and not one.is_violation]
        answer = self.job.ask(
            self.line, self.record["finding"], "severity", words, choices, guess=likely[0] if likely else ""
        )
        return next((one for one in self.room.severities if one.code == answer), None)

    # what it becomes

    def _tell(
        self, number: str, issued_on: datetime.date | None, organisation: Organisation | None, member: Person | None
    ) -> None:
        record = self.record
        read = {
            "number": number,
            "issued": issued_on.strftime("%d/%m/%Y") if issued_on else "",
            "subject": str(member or organisation or ""),
            "finding": record.text("finding"),
            "demand": record.text("demand"),
        }
        self.line.facts += [Fact(LABELS[name], record.text(name), value) for name, value in read.items() if value]

    def _tell_rest(
        self,
        told: rules.DueTold | None,
        is_done: bool | None,
        done_on: datetime.date | None,
        monitor: Person | None,
    ) -> None:
        record, facts = self.record, self.line.facts
        if told is not None and told.day is not None:
            due = due_from_words(told.words, told.day).strftime("%d/%m/%Y")
            facts.append(Fact(LABELS["due"], record.text("due"), due))
        elif told is not None and record.text("due"):
            facts.append(Fact(LABELS["due"], record.text("due"), _("at all times; asked about every quarter")))
        if is_done is not None:
            read = _("still open")
            if is_done:
                day = done_on.strftime("%d/%m/%Y") if done_on else ""
                read = _("done on %(day)s") % {"day": day} if day else _("done; the book does not say when")
            facts.append(Fact(LABELS["result"], record.text("result"), read))
        if monitor is not None:
            facts.append(Fact(LABELS["monitor"], record.text("monitor"), monitor.full_name))

    def _compare(
        self,
        old: Correction,
        told: rules.DueTold,
        is_done: bool,
        done_on: datetime.date | None,
        monitor: Person,
    ) -> None:
        """What a later book says of a line taken in before: that it is done meanwhile. The rest is changed here."""
        was_done = old.state == Correction.State.ACCEPTED
        if is_done and not was_done and may_finish(old):
            target, text = self.job.target, self._told()
            self.line.act = lambda user, now: finish_line(
                acting_user=user, book=target, correction=old, done_on=done_on, told=text, now=now
            )
            self.line.facts[-2] = replace(self.line.facts[-2], old=old.get_state_display())
            return
        due = (old.demand.due_words, old.demand.due_day)
        differs = monitor.pk != old.monitor_id or due != ((told.words or Words.AT_LATEST).value, told.day)
        if differs or (is_done and not was_done) or (not is_done and was_done and old.book_words != self._told()):
            self.line.reason = _("taken in before and followed here since; what differs is changed on its page")


KIND = Kind(
    code="book",
    label=gettext_lazy("Running book of conclusions"),
    hint=gettext_lazy(
        "Number and date of the notice, subject, shortcoming, demand, time limit, monitor, result. What is done becomes history, what is open runs on here with its clock."
    ),
    verb="keep_book",
    target=Organisation,
    organisation_of=lambda organisation: organisation,
    fields=FIELDS,
    plan=plan,
    takes=Q(type__is_cell=False),
)
