"""Spreadsheets of the programme: content, subjects, period examined, lead, time slot (shared/data 04)."""

import datetime
import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.cases.models import CaseKind
from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, skipped
from inspections.imports.plans import register as register_kind
from inspections.imports.sheets import Cell
from inspections.imports.values import read_period, read_slot
from inspections.organisations.imports.names import Finder
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.text import clean, fold
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.programmes.services import LineFacts, add_line, change_line

FIELDS = (
    Field("number", gettext_lazy("No."), ("so tt", "stt", "tt", "no"), example="1"),
    Field("content", gettext_lazy("Content"), ("noi dung kiem tra giam sat", "noi dung", "content"), True, "Việc nâng cao chất lượng sinh hoạt chi bộ"),
    Field("kind", gettext_lazy("Kind"), ("hinh thuc", "loai cuoc", "loai", "kind"), example="Giám sát chuyên đề"),
    Field("subjects", gettext_lazy("Subjects"), ("doi tuong kiem tra giam sat", "doi tuong", "subjects"), True, "Chi bộ thôn Suối Đá; Chi bộ Trường Mầm non"),
    Field("examined", gettext_lazy("Period examined"), ("moc thoi gian kt gs", "moc thoi gian kiem tra", "moc thoi gian", "period examined"), example="2024-2025"),
    Field("lead", gettext_lazy("Lead"), ("co quan chu tri", "don vi chu tri", "chu tri", "lead"), example="UBKT"),
    Field("slot", gettext_lazy("When"), ("thoi gian thuc hien", "thoi gian tien hanh", "thoi gian", "when"), example="Quý I"),
    Field("note", gettext_lazy("Note"), ("ghi chu", "note"), example=""),
)  # fmt: skip
# words of the content that make a kind likely when no section names it: a guess that is asked about
LIKELY = (
    (("dang phi", "tai chinh", "ngan sach"), "KTTC"),
    (("thi hanh ky luat",), "KTKL"),
    (("cong tac kiem tra",), "KTNV"),
)
ALL_BELOW = re.compile(r"\b(?:cac|tat ca|toan bo|100%)\b.*\b(?:chi bo|to chuc dang|truc thuoc)\b")
MEMBER = re.compile(r"^(?:đ/c|đc|đồng chí|đ\.c)\.?\s+", re.IGNORECASE)
ROMAN = re.compile(r"^[IVXLC]+\.?$")


class Sections:
    """The titles above a line: roman numbers begin anew, others replace the last one."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def enter(self, number: str, title: str) -> None:
        self.titles = [title] if ROMAN.match(number) else [*self.titles[:1], title]

    def __str__(self) -> str:
        return " / ".join(self.titles)


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of a programme; titles within the table tell the kind of those below them."""
    programme: Programme = job.target
    finder = Finder.below(job.organisation)
    people = Person.objects.below(job.organisation.scope_path).filter(is_active=True).select_related("organisation")
    by_name: dict[str, list[Person]] = {}
    for person in people:
        by_name.setdefault(person.folded, []).append(person)
    kinds = list(CaseKind.objects.all())
    kept = {
        _same(one.kind, one.content): one
        for one in programme.lines.select_related("kind").prefetch_related("organisations", "members")
    }
    year = _year_of(job.titles, programme)
    sections, lines, seen = Sections(), [], set()
    for record in records:
        line = Line(record, title=record.text("content")) if record.text("subjects") else _other(record, sections)
        lines.append(line)
        if line.reason:
            continue
        reader = _Reader(line, job, finder, by_name, kinds, str(sections), year or programme.first_year)
        facts = reader.facts()
        if facts is None:
            continue
        same = _same(facts.kind, facts.content)
        if same in seen:
            line.reason = _("stands in the file already")
            continue
        seen.add(same)
        _compare(line, programme, facts, kept.get(same))
    return lines


def _other(record: Record, sections: Sections) -> Line:
    """A record without subjects: a title of a section, or no entry at all."""
    line = skipped(record)
    if line is None:
        line = Line(record, title=record.text("content"))
        line.wrong(record["subjects"], _("Say who is to be examined."))
    elif record.text("content") and len(record.filled) == 1:
        sections.enter(record.text("number"), record.text("content"))
    return line


def _year_of(titles: list[str], programme: Programme) -> int | None:
    """The year told above the table, when it is one of the programme's."""
    for title in titles:
        found = re.search(r"nam\s+((?:19|20)\d{2})", fold(title))
        if found and programme.first_year <= int(found[1]) <= programme.last_year:
            return int(found[1])
    return None


def _same(kind: CaseKind, content: str) -> tuple[int, str]:
    return kind.pk, fold(content)


class _Reader:
    """Reads one record into the facts of a line, noting problems and questions on it."""

    def __init__(
        self,
        line: Line,
        job: Job,
        finder: Finder,
        people: dict[str, list[Person]],
        kinds: list[CaseKind],
        section: str,
        year: int,
    ) -> None:
        self.line, self.job, self.finder, self.people = line, job, finder, people
        self.kinds, self.section, self.year = kinds, section, year
        self.record = line.record
        self.organisations: list[Organisation] = []
        self.members: list[Person] = []
        self.all_below = False
        self.is_complete = True

    def facts(self) -> LineFacts | None:
        """The facts, or None while something is wrong or in doubt."""
        kind = self._kind()
        self._subjects()
        examined_from, examined_to = self._period()
        first, last, year = self._slot()
        if kind is None or self.line.problems or not self.is_complete:
            return None
        return LineFacts(
            kind=kind,
            content=self.record.text("content"),
            year=year or self.year,
            organisations=self.organisations,
            members=self.members,
            all_below=self.all_below,
            examined_from=examined_from,
            examined_to=examined_to,
            lead=self.record.text("lead")[:200],
            first_month=first,
            last_month=last,
            note=self.record.text("note"),
        )

    def _kind(self) -> CaseKind | None:
        told = fold(f"{self.record.text('kind')} / {self.section}")
        named = [one for one in self.kinds if fold(one.name) in told or one.code.casefold() in told.split()]
        if len(named) == 1:
            return named[0]
        content = fold(self.record.text("content"))
        likely = next((code for words, code in LIKELY if any(word in content for word in words)), "")
        choices = [Choice(one.code, one.name) for one in self.kinds]
        words = _("Which kind is “%(content)s” (%(section)s)?") % {
            "content": self.record.text("content"),
            "section": self.section or "—",
        }
        key = f"kind:{fold(self.section)}:{content[:60]}"
        answer = self.job.ask(self.line, self.record["content"], key, words, choices, guess=likely)
        return next((one for one in self.kinds if one.code == answer), None)

    def _subjects(self) -> None:
        cell = self.record["subjects"]
        if ALL_BELOW.search(fold(cell.text)) and self.finder.exactly(cell.text) is None:
            self.all_below = True
            return
        for piece in pieces(cell, self.finder):
            if MEMBER.match(piece):
                self._member(cell, piece)
            else:
                organisation = self.finder.ask(self.job, self.line, cell, piece)
                self.is_complete &= organisation is not None
                if organisation is not None and organisation not in self.organisations:
                    self.organisations.append(organisation)

    def _member(self, cell: Cell, piece: str) -> None:
        name = clean(MEMBER.sub("", piece).split(",")[0])
        known = self.people.get(fold(name), [])
        if len(known) == 1:
            self.members.append(known[0])
            return
        if not known:
            self.line.wrong(
                cell,
                _("Nobody called “%(name)s” is known below this organisation. Add the member first.") % {"name": name},
            )
            return
        choices = [Choice(str(one.pk), f"{one.full_name}, {one.born_on or '—'}, {one.organisation}") for one in known]
        words = _("Several people are called “%(name)s”. Who is meant?") % {"name": name}
        answer = self.job.ask(self.line, cell, f"member:{fold(piece)}", words, choices)
        chosen = next((one for one in known if str(one.pk) == answer), None)
        self.is_complete &= chosen is not None
        if chosen is not None:
            self.members.append(chosen)

    def _period(self) -> tuple[datetime.date | None, datetime.date | None]:
        try:
            return read_period(self.record.text("examined"))
        except ValueError:
            words = _("“%(text)s” is no period. Write 01/01/2024 - 31/12/2025 or 2024-2025.")
            self.line.wrong(self.record["examined"], words % {"text": self.record.text("examined")})
            return None, None

    def _slot(self) -> tuple[int | None, int | None, int | None]:
        try:
            return read_slot(self.record.text("slot"))
        except ValueError:
            words = _("“%(text)s” is no time slot. Write Quý I, Tháng 5-6 or Thường xuyên.")
            self.line.wrong(self.record["slot"], words % {"text": self.record.text("slot")})
            return None, None, None


def pieces(cell: Cell, finder: Finder) -> list[str]:
    """The subjects named in one cell: by line, semicolon, comma or "và", whole names never cut."""
    found: list[str] = []
    for line in cell.lines or [cell.text]:
        for part in line.split(";"):
            found += _cut(clean(re.sub(r"^[-+•*]\s*", "", part.strip())), finder)
    return [piece for piece in found if piece]


def _cut(text: str, finder: Finder) -> Iterable[str]:
    if not text or finder.exactly(text) is not None:
        return [text]
    parts = [clean(part) for part in re.split(r",|\bvà\b", text) if clean(part)]
    if MEMBER.match(text):
        # what follows a member's name is the office, up to the next one who is named
        return [text] if not any(MEMBER.match(part) for part in parts[1:]) else _members_in(parts)
    return parts


def _members_in(parts: list[str]) -> list[str]:
    named: list[str] = []
    for part in parts:
        if MEMBER.match(part) or not named:
            named.append(part)
        else:
            named[-1] = f"{named[-1]}, {part}"
    return named


def _compare(line: Line, programme: Programme, facts: LineFacts, old: ProgrammeLine | None) -> None:
    record = line.record
    subjects = [*facts.organisations, *facts.members]
    told = ", ".join(str(one) for one in subjects) if subjects else str(gettext_lazy("all organisations below"))
    slot = _("throughout %(y)s") % {"y": facts.year}
    if facts.first_month:
        slot = _("months %(a)s–%(b)s/%(y)s") % {"a": facts.first_month, "b": facts.last_month, "y": facts.year}
    examined = " – ".join(day.strftime("%d/%m/%Y") if day else "…" for day in (facts.examined_from, facts.examined_to))
    read = {
        "kind": facts.kind.name,
        "content": facts.content,
        "subjects": told,
        "examined": examined if facts.examined_from else "",
        "lead": facts.lead,
        "slot": slot,
        "note": facts.note,
    }
    labels = {one.name: one.label for one in FIELDS}
    for name, value in read.items():
        if value:
            line.facts.append(Fact(labels[name], record.text(name), value))
    if old is None:
        line.is_new = True
        line.act = lambda user, now: add_line(acting_user=user, programme=programme, facts=facts, now=now)
    elif _differs(old, facts):

        def change(user: User, now: datetime.datetime) -> Any:
            return change_line(acting_user=user, line=old, facts=facts, now=now)

        line.act = change


def _differs(old: ProgrammeLine, facts: LineFacts) -> bool:
    was = (
        old.all_below,
        old.examined_from,
        old.examined_to,
        old.lead,
        old.year,
        old.first_month,
        old.last_month,
        old.note,
    )
    new = (facts.all_below, facts.examined_from, facts.examined_to, facts.lead, facts.year, facts.first_month, facts.last_month, facts.note)  # fmt: skip
    if was != new:
        return True
    organisations = {one.pk for one in old.organisations.all()} != {one.pk for one in facts.organisations}
    return organisations or {one.pk for one in old.members.all()} != {one.pk for one in facts.members}


KIND = Kind(
    code="programme",
    label=gettext_lazy("Lines of a programme"),
    hint=gettext_lazy(
        "Content, subjects, period examined, lead, time; titles within the table tell the kind. Taken into a draft programme."
    ),
    verb="draft_programme",
    target=Programme,
    organisation_of=lambda programme: programme.organisation,
    fields=FIELDS,
    plan=plan,
    takes=Q(state=Programme.State.DRAFT),
)


def register() -> None:
    register_kind(KIND)
