"""Spreadsheets of the programme: content, subjects, period examined, lead, time slot (shared/data 04)."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.cases.models import CaseKind
from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, skipped
from inspections.imports.sheets import Cell
from inspections.imports.values import read_period, read_slot
from inspections.organisations.imports.names import Finder
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.text import clean, fold
from inspections.programmes.imports.subjects import ALL, ALL_BELOW, MEMBER, SEVERAL, pieces
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.programmes.services import LineFacts, add_line, change_line, problems_of

FIELDS = (
    Field("outline", gettext_lazy("No."), ("so tt", "stt", "tt", "no"), example="1", may_compute=True),
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
HIGHEST = re.compile(r"^(?:[IVXLC]+|[A-H])[.)]?$")
NUMBERED = re.compile(r"^([IVXLC]+|[A-H]|\d+(?:\.\d+)*)[.)]\s*(.+)$")


class Sections:
    """The titles above a line: roman numbers and capitals begin anew, others replace the last one."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def enter(self, number: str, title: str) -> None:
        self.titles = [title] if HIGHEST.match(number) else [*self.titles[:1], title]

    def __str__(self) -> str:
        return " / ".join(self.titles)


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of a programme; titles within the table tell the kind of those below them."""
    programme: Programme = job.target
    finder = Finder.below(job.organisation, job.today)
    people = Person.objects.below(job.organisation.scope_path).filter(is_active=True).select_related("organisation")
    by_name: dict[str, list[Person]] = {}
    for person in people:
        by_name.setdefault(person.folded, []).append(person)
    kinds = list(CaseKind.objects.filter(is_active=True))
    kept: dict[tuple[int, str], list[ProgrammeLine]] = defaultdict(list)
    for one in programme.lines.select_related("kind").prefetch_related("organisations", "members"):
        kept[_same(one.kind, one.content)].append(one)
    told = _year_of(job.titles)
    sections, lines = Sections(), []
    entries: dict[tuple[int, str], list[tuple[Line, LineFacts]]] = defaultdict(list)
    for record in records:
        line = Line(record, title=record.text("content")) if record.text("subjects") else _other(record, sections)
        lines.append(line)
        if line.reason:
            continue
        year = _year(line, job, programme, told)
        facts = _Reader(line, job, finder, by_name, kinds, str(sections), year).facts()
        if facts is None or not _can_stand(line, programme, facts):
            continue
        entries[_same(facts.kind, facts.content)].append((line, facts))
    for same, found in entries.items():
        for line, facts, old in _paired(found, kept[same]):
            _compare(line, programme, facts, old)
    return lines


def _paired(
    entries: list[tuple[Line, LineFacts]], kept: list[ProgrammeLine]
) -> Iterator[tuple[Line, LineFacts, ProgrammeLine | None]]:
    """The lines of one kind and content with the kept line that each is: one of the same subjects before others.

    A line that stands in the file twice word for word is skipped."""
    left = list(kept)
    waiting: list[tuple[Line, LineFacts]] = []
    seen: list[LineFacts] = []
    for line, facts in entries:
        if facts in seen:
            line.reason = _("stands in the file already")
            continue
        seen.append(facts)
        same = next((old for old in left if _subjects_of(old) == _subjects(facts)), None)
        if same is None:
            waiting.append((line, facts))
        else:
            left.remove(same)
            yield line, facts, same
    for line, facts in waiting:
        # the only other line of this content is this one with other subjects; among several nobody can tell
        yield line, facts, left.pop() if len(left) == 1 == len(waiting) else None


def _subjects(facts: LineFacts) -> tuple[bool, set[int], set[int]]:
    return facts.all_below, {one.pk for one in facts.organisations}, {one.pk for one in facts.members}


def _subjects_of(old: ProgrammeLine) -> tuple[bool, set[int], set[int]]:
    return old.all_below, {one.pk for one in old.organisations.all()}, {one.pk for one in old.members.all()}


def _can_stand(line: Line, programme: Programme, facts: LineFacts) -> bool:
    columns = {"year": "slot", "last_month": "slot", "examined_to": "examined", "members": "subjects"}
    problems = problems_of(programme, facts)
    for name, words in problems.items():
        line.wrong(line.record[columns.get(name, name if name == "content" else "subjects")], words)
    return not problems


def _other(record: Record, sections: Sections) -> Line:
    """A record without subjects: a title of a section, or no entry at all."""
    line = skipped(record)
    if line is None:
        line = Line(record, title=record.text("content"))
        line.wrong(record["subjects"], _("Say who is to be examined."))
    elif len(record.filled) == 1:
        # the number stands in its own cell, or before the title
        title = record.filled[0].text
        found = NUMBERED.match(title)
        number = "" if title == record.text("outline") else record.text("outline")
        sections.enter(number or (found[1] if found else ""), found[2] if found else title)
    return line


def _year_of(titles: list[str]) -> int | None:
    """The year told above the table."""
    for title in titles:
        if found := re.search(r"nam\s+((?:19|20)\d{2})", fold(title)):
            return int(found[1])
    return None


def _year(line: Line, job: Job, programme: Programme, told: int | None) -> int:
    """The year of a line that tells none: that of the title. Asks once when the programme is of another year."""
    if told is None or programme.first_year <= told <= programme.last_year:
        return told or programme.first_year
    words = _("The title speaks of %(told)s, the programme is of %(year)s. Is this the right file?")
    words = words % {"told": told, "year": programme.first_year}
    choices = [Choice("yes", _("yes; the lines are of %(year)s") % {"year": programme.first_year})]
    job.ask(line, line.record["slot"], f"year:{told}", words, choices)
    return programme.first_year


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
        # the line itself before the title next above it, and that before the one higher up
        for told in (self.record.text("kind"), *reversed(self.section.split(" / "))):
            words = fold(told)
            named = [one for one in self.kinds if fold(one.name) in words or one.code.casefold() in words.split()]
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
        told = fold(cell.text)
        if ALL_BELOW.fullmatch(told) and self.finder.exactly(cell.text) is None:
            self.all_below = True
            return
        if SEVERAL.match(told) and self.finder.exactly(cell.text) is None and self._is_all(cell, told):
            return
        for piece in pieces(cell, self.finder):
            if MEMBER.match(piece):
                self._member(cell, piece)
            else:
                organisation = self.finder.ask(self.job, self.line, cell, piece)
                self.is_complete &= organisation is not None
                if organisation is not None and organisation not in self.organisations:
                    self.organisations.append(organisation)

    def _is_all(self, cell: Cell, told: str) -> bool:
        """Whether words for several organisations are settled: as all of them, or as one."""
        choices = [Choice(ALL, _("all organisations below"))]
        choices += [Choice(str(one.pk), one.name) for one in self.finder.all if not one.type.is_body]
        words = _("Who is meant by “%(text)s”? To name some of them, write their names in the file.")
        answer = self.job.ask(self.line, cell, f"several:{told[:80]}", words % {"text": cell.text}, choices)
        self.all_below = answer == ALL
        if answer and not self.all_below:
            self.organisations.append(self.finder.by_pk[answer])
        self.is_complete &= bool(answer)
        return True

    def _member(self, cell: Cell, piece: str) -> None:
        name = clean(MEMBER.sub("", piece).split(",")[0])
        known = self.people.get(fold(name), [])
        if len(known) == 1:
            self.members.append(known[0])
            return
        if not known:
            self.is_complete = False
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
            return read_slot(self.record["slot"])
        except ValueError:
            words = _("“%(text)s” is no time slot. Write Quý I, Tháng 5-6 or Thường xuyên.")
            self.line.wrong(self.record["slot"], words % {"text": self.record.text("slot")})
            return None, None, None


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
    return _subjects_of(old) != _subjects(facts)


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
