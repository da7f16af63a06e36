"""The running book by which conclusions are followed up (shared/data 05): one demand a line."""

import datetime
import re
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import Words, due_from_words
from inspections.findings.models import Notice
from inspections.imports.columns import Field
from inspections.imports.plans import Fact, Job, Kind, Line, Record, skipped
from inspections.imports.sheets import Cell
from inspections.organisations.models import Organisation, Person
from inspections.organisations.text import clean, fold, on_paper
from inspections.remedies.imports import rules
from inspections.remedies.imports.known import Room, key_of
from inspections.remedies.imports.people import People
from inspections.remedies.imports.services import BookLine, BookNotice, finish_line, may_finish, take_line
from inspections.remedies.imports.times import Above
from inspections.remedies.models import Correction

FIELDS = (
    Field("number", gettext_lazy("Number of the notice"), ("so ngay thong bao", "so ngay tb", "so ngay tbkl", "so ngay van ban", "so thong bao ket luan", "so thong bao", "so tb", "so tbkl", "so ky hieu", "so van ban", "so hieu", "so ket luan", "so kl", "thong bao so", "van ban so", "ket luan so", "number of the notice"), True, "17-TB/UBKTĐU"),
    Field("issued", gettext_lazy("Date of the notice"), ("ngay thong bao", "ngay tb", "ngay tbkl", "ngay ban hanh", "ngay ky", "ngay thang nam", "ngay ket luan", "ngay kl", "date of the notice"), example="27/4/2026"),
    Field("subject", gettext_lazy("Subject"), ("doi tuong", "to chuc dang dang vien", "don vi thuc hien", "don vi", "to chuc dang", "ten to chuc", "tcd", "chi bo", "duoc kiem tra", "subject"), True, "Chi bộ thôn Suối Đá"),
    Field("finding", gettext_lazy("Shortcoming"), ("han che khuyet diem", "khuyet diem", "han che", "thieu sot", "noi dung ket luan", "vi pham", "shortcoming"), example="Biên bản ghi sơ sài"),
    Field("demand", gettext_lazy("Demand"), ("yeu cau khac phuc", "noi dung yeu cau", "yeu cau", "kien nghi", "bien phap khac phuc", "noi dung khac phuc", "viec phai lam", "can khac phuc", "khac phuc", "demand"), True, "Chấn chỉnh việc ghi biên bản"),
    Field("due", gettext_lazy("Time limit"), ("thoi han khac phuc", "thoi han hoan thanh", "thoi han", "han hoan thanh", "han khac phuc", "ky han", "han", "thoi gian thuc hien", "thoi gian hoan thanh", "thoi gian khac phuc", "thoi gian", "time limit"), True, "trước ngày 30/6/2026"),
    Field("monitor", gettext_lazy("Monitor"), ("nguoi theo doi", "can bo theo doi", "phan cong theo doi", "nguoi phu trach", "theo doi", "phu trach", "monitor"), example="Dương Đức Nam"),
    Field("result", gettext_lazy("Result"), ("ket qua thuc hien", "ket qua khac phuc", "ket qua", "tinh trang", "tien do", "da khac phuc", "result"), example="Đã khắc phục 13/6/2026"),
    Field("done", gettext_lazy("Done on"), ("ngay hoan thanh", "ngay khac phuc xong", "ngay xong", "done on"), example=""),
    Field("received", gettext_lazy("Notice received on"), ("ngay nhan thong bao", "ngay nhan tb", "ngay nhan", "notice received on"), example=""),
    Field("kind", gettext_lazy("Kind"), ("hinh thuc kiem tra giam sat", "hinh thuc", "loai cuoc", "kind"), example=""),
    Field("note", gettext_lazy("Note"), ("ghi chu", "note"), example=""),
)  # fmt: skip
LABELS = {one.name: one.label for one in FIELDS}
LONGEST_NUMBER = 40


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


class _Reader(People):
    """Reads one record into a line of the book, noting problems and questions on it."""

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
        key = key_of(organisation.pk, member.pk if member else None, fold(finding), fold(demand))
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

    def _number(self) -> str:
        cell = self.above.number
        if cell is None:
            self.line.wrong(self.record["number"], _("This line names no notice, and none stands above it."))
            return ""
        if len(cell.text) > LONGEST_NUMBER:
            words = _("A number has at most %(most)s letters.") % {"most": LONGEST_NUMBER}
            self.line.wrong(cell, words)
        told = re.sub(r"^số\s*:?\s*(?=\d)", "", clean(cell.text), flags=re.IGNORECASE)
        return re.sub(r"\s*([-/])\s*", r"\1", told)

    def _issued_on(self) -> datetime.date | None:
        cell = self.above.issued
        if cell is None:
            if self.above.number is not None:
                own = self.record["issued"]
                where = own if own.address.isalnum() else self.above.number
                self.line.wrong(where, _("The date of the notice is missing."))
            return None
        day = self._day(cell, "year_of_notice", None)
        if day is not None and day > self.job.today:
            self.line.wrong(cell, _("The date of the notice is in the future."))
            return None
        return day

    def _check_dated_once(
        self,
        number: str,
        issued_on: datetime.date,
        issuer: Organisation,
        dates: dict[tuple[str, int, int], tuple[datetime.date, int]],
    ) -> None:
        place = (fold(number), issued_on.year, issuer.pk)
        first, row = dates.setdefault(place, (issued_on, self.record.number))
        notice = self._known_notice(number, issued_on)
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
        dated = [one for one in found if one.issued_on == issued_on]
        fitting = dated or found
        return fitting[0] if len(fitting) == 1 else None

    def _demand(self) -> str:
        if not self.record.text("demand"):
            self.line.wrong(self.record["demand"], _("Say what is demanded."))
        return self.record.text("demand")

    def _finding(self) -> str:
        if self.record.text("finding"):
            return self.record.text("finding")
        with on_paper():
            return _("The book names no shortcoming; it demands: %(demand)s") % {"demand": self.record.text("demand")}

    def _told(self) -> str:
        """Result and note as the book has them."""
        return "\n".join(text for text in (self.record.text("result"), self.record.text("note")) if text)

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
