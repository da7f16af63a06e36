"""Spreadsheets of office holders: name, birth, office as free text, organisation, paper (shared/data 02)."""

import datetime
from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, skipped
from inspections.imports.values import DAY_AND_MONTH, find_day, read_date, read_name
from inspections.organisations.imports.names import Finder
from inspections.organisations.imports.roles import areas_of, place_of, roles_in
from inspections.organisations.models import Office, Organisation, Person, User
from inspections.organisations.services import add_person, correct_person, give_office, problem_of_role
from inspections.organisations.text import clean, fold
from permissions.catalogue import ROLES

FIELDS = (
    Field("name", gettext_lazy("Full name"), ("ho va ten", "ho ten", "ten dang vien", "full name"), True, "Nguyễn Văn A"),
    Field("born", gettext_lazy("Date of birth"), ("ngay sinh", "ngay thang nam sinh", "nam sinh", "date of birth"), example="11/01/1988"),
    Field("office", gettext_lazy("Office"), ("chuc vu", "chuc danh", "nhiem vu", "office"), True, "Bí thư chi bộ"),
    Field("organisation", gettext_lazy("Organisation"), ("don vi", "to chuc dang", "chi bo", "noi cong tac", "to chuc", "organisation"), True, "Chi bộ thôn Đồng Muối"),
    Field("paper", gettext_lazy("Legal paper (number, date)"), ("so ngay quyet dinh", "quyet dinh", "so quyet dinh", "van ban", "legal paper"), example="105-QĐ/TU, 11/10/2025"),
    Field("starts_on", gettext_lazy("From"), ("tu ngay", "ngay bat dau", "bat dau", "from"), example="11/10/2025"),
    Field("email", gettext_lazy("Mail address"), ("thu dien tu", "email", "e mail", "mail address"), example="nguoi1@vi-du.invalid"),
)  # fmt: skip
LONGEST_NAME = 150
YEARS_ASKED = 5


class NewPerson:
    """Somebody whom the file names first."""

    def __init__(
        self, name: str, born_on: datetime.date | None, organisation: Organisation, email: str, row: int
    ) -> None:
        self.name, self.born_on, self.organisation, self.email, self.row = name, born_on, organisation, email, row
        self.made: Person | None = None

    def make(self, user: User, now: datetime.datetime) -> Person:
        if self.made is None:
            self.made = add_person(
                acting_user=user,
                now=now,
                full_name=self.name,
                organisation=self.organisation,
                born_on=self.born_on,
                email=self.email,
            )
        return self.made

    def __str__(self) -> str:
        born = _born(self.born_on)
        return _("row %(row)s: %(told)s") % {"row": self.row, "told": f"{self.name}, {born}, {self.organisation}"}


class People:
    """The people known below an organisation with their offices, and those that the file adds."""

    def __init__(self, organisation: Organisation) -> None:
        rows = Person.objects.below(organisation.overseer.path or "").filter(is_active=True)
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in rows.select_related("organisation"):
            self.by_name[person.folded].append(person)
        self.offices: dict[tuple[int, str, int], list[Office]] = defaultdict(list)
        for office in Office.objects.filter(person__in=rows).order_by("starts_on"):
            self.offices[office.person_id, office.role, office.organisation_id].append(office)
        self.new: dict[str, list[NewPerson]] = defaultdict(list)

    def holds(self, person: Person, given: list[tuple[str, Organisation]], starts_on: datetime.date) -> bool:
        """Whether the person holds one of the offices since that very day."""
        return any(
            office.starts_on == starts_on
            for role, place in given
            for office in self.offices.get((person.pk, role, place.pk), [])
        )


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of office holders; a line may give several offices."""
    finder = Finder.below(job.organisation, job.today)
    people = People(job.organisation)
    lines = []
    for record in records:
        line = skipped(record) or Line(record, title=read_name(record.text("name")))
        lines.append(line)
        if not line.reason:
            _Reader(line, job, finder, people).read()
    return lines


class _Reader:
    """Reads one record into offices to give, noting problems and questions on its line."""

    def __init__(self, line: Line, job: Job, finder: Finder, people: People) -> None:
        self.line, self.job, self.finder, self.people = line, job, finder, people
        self.record, self.name = line.record, line.title
        self.email = self.record.text("email")

    def read(self) -> None:
        self._check()
        born_on = self._born_on()
        starts_on = self._starts_on()
        cell = self.record["organisation"]
        organisation = self.finder.ask(self.job, self.line, cell, cell.text) if cell.text else None
        if self.line.problems or organisation is None or starts_on is None:
            return
        roles = roles_in(self.line, self.job, self.record["office"], organisation)
        given = [(role, place_of(role, organisation, self.finder)) for role in roles]
        for role, place in given:
            if problem := problem_of_role(role, place):
                self.line.wrong(self.record["office"], problem)
        if self.line.problems:
            return
        person = self._person(born_on, organisation, given, starts_on)
        areas = areas_of(self.line, self.job, self.record["office"], self.finder)
        self._tell(born_on, starts_on, organisation, given, areas)
        if person is None:
            return
        changes = self._changes(person, born_on)
        todo = [(role, place) for role, place in given if not self._is_held(person, role, place, starts_on)]
        if todo or changes:
            self.line.is_new = bool(todo)
            self.line.act = self._act(person, changes, todo, starts_on, areas)

    def _check(self) -> None:
        for field in ("name", "office", "organisation"):
            if not self.record.text(field):
                self.line.wrong(self.record[field], _("This cell is empty."))
        if len(self.name) > LONGEST_NAME:
            self.line.wrong(self.record["name"], _("A name has at most %(most)s letters.") % {"most": LONGEST_NAME})
        try:
            if self.email:
                validate_email(self.email)
        except ValidationError:
            words = _("“%(text)s” is no mail address. Write ten@vi-du.vn, or nothing.")
            self.line.wrong(self.record["email"], words % {"text": self.email})

    def _born_on(self) -> datetime.date | None:
        cell = self.record["born"]
        try:
            dated = read_date(cell)
        except ValueError:
            self._no_date("born")
            return None
        if dated is None or dated.precision != "day":
            return None
        if dated.day > self.job.today:
            self.line.wrong(cell, _("The date of birth is in the future."))
        return dated.day

    def _starts_on(self) -> datetime.date | None:
        """The first day, or the day of the paper; a day without its year is asked about."""
        name = "starts_on" if self.record.text("starts_on") else "paper"
        cell = self.record[name]
        try:
            day = find_day(cell.text) if name == "paper" else self._day(cell)
        except ValueError:
            self._no_date(name)
            return None
        if day is None and not any(question.cell is cell for question in self.line.questions):
            self.line.wrong(self.record["starts_on"], _("The first day of the office is missing."))
        return day

    def _day(self, cell: Any) -> datetime.date | None:
        if found := DAY_AND_MONTH.fullmatch(fold(cell.text)):
            choices = [
                Choice(str(year), str(year))
                for year in range(self.job.today.year, self.job.today.year - YEARS_ASKED, -1)
            ]
            words = _("“%(text)s” names no year. Which year is meant?") % {"text": cell.text}
            year = self.job.ask(self.line, cell, f"year:{cell.text}", words, choices)
            return datetime.date(int(year), int(found[2]), int(found[1])) if year else None
        dated = read_date(cell)
        if dated is not None and dated.precision != "day":
            raise ValueError(cell.text)
        return dated.day if dated is not None else None

    def _no_date(self, name: str) -> None:
        cell = self.record[name]
        self.line.wrong(cell, _("“%(text)s” is no date. Write 15/12/2012.") % {"text": cell.text})

    def _person(
        self,
        born_on: datetime.date | None,
        organisation: Organisation,
        given: list[tuple[str, Organisation]],
        starts_on: datetime.date,
    ) -> Person | NewPerson | None:
        known = self.people.by_name.get(fold(self.name), [])
        same = [one for one in known if one.born_on is not None and one.born_on == born_on]
        if len(same) == 1:
            return same[0]
        # without both dates of birth, or twice the same, a namesake cannot be told from the person
        unsure: list[Any] = [*same] or [
            one for one in known if one.born_on is None or born_on is None or one.organisation == organisation
        ]
        # who holds this very office since this very day is the person, whatever else is not told
        holders = [one for one in unsure if self.people.holds(one, given, starts_on)]
        if len(holders) == 1:
            return holders[0]
        namesakes = self.people.new[fold(self.name)]
        first = [one for one in namesakes if born_on is not None and one.born_on == born_on]
        if first:
            return first[0]
        unsure += [one for one in namesakes if born_on is None or one.born_on is None]
        if unsure:
            answer = self._who(unsure, born_on, organisation)
            if answer != "new":
                return next((one for one in unsure if _key(one) == answer), None)
        home = organisation.overseer if organisation.type.is_body else organisation
        new = NewPerson(self.name, born_on, home, self.email, self.record.number)
        namesakes.append(new)
        return new

    def _who(self, unsure: list[Any], born_on: datetime.date | None, organisation: Organisation) -> str:
        choices = [Choice(_key(one), _told(one)) for one in unsure]
        choices.append(Choice("new", _("somebody else, new")))
        words = _("Who is “%(name)s”?") % {"name": self.name}
        row = f":{self.record.number}" if any(isinstance(one, NewPerson) for one in unsure) else ""
        key = f"person:{fold(self.name)}:{born_on or ''}:{organisation.pk}{row}"
        return self.job.ask(self.line, self.record["name"], key, words, choices)

    def _tell(
        self,
        born_on: datetime.date | None,
        starts_on: datetime.date,
        organisation: Organisation,
        given: list[tuple[str, Organisation]],
        areas: list[Organisation],
    ) -> None:
        record, labels = self.record, {one.name: one.label for one in FIELDS}
        facts = [
            ("name", record.text("name"), self.name),
            ("organisation", record.text("organisation"), organisation.name),
            ("starts_on", record.text("starts_on") or record.text("paper"), starts_on.strftime("%d/%m/%Y")),
        ]
        if born_on:
            facts.append(("born", record.text("born"), born_on.strftime("%d/%m/%Y")))
        elif record.text("born"):
            facts.append(("born", record.text("born"), _("no day is told, so it is not kept")))
        facts += [("office", record.text("office"), f"{ROLES[role].label} – {place}") for role, place in given]
        if record.text("paper"):
            facts.append(("paper", record.text("paper"), clean(record.text("paper"))[:100]))
        self.line.facts += [Fact(labels[name], raw, read) for name, raw, read in facts]
        if areas:
            followed = ", ".join(str(one) for one in areas)
            self.line.facts.append(Fact(gettext_lazy("Area followed"), record.text("office"), followed))

    def _changes(self, person: Person | NewPerson, born_on: datetime.date | None) -> dict[str, Any]:
        """What the file tells of somebody known that is kept otherwise, or not at all."""
        labels = {one.name: one.label for one in FIELDS}
        if isinstance(person, NewPerson):
            if self.email:
                self.line.facts.append(Fact(labels["email"], self.email, self.email))
            return {}
        changes: dict[str, Any] = {}
        if self.email and self.email != person.email:
            changes["email"] = self.email
            self.line.facts.append(Fact(labels["email"], self.email, self.email, person.email or "—"))
        if born_on is not None and person.born_on is None:
            changes["born_on"] = born_on
        return changes

    def _is_held(self, person: Person | NewPerson, role: str, place: Organisation, starts_on: datetime.date) -> bool:
        if isinstance(person, NewPerson):
            return False
        offices = self.people.offices.get((person.pk, role, place.pk), [])
        if any(office.starts_on == starts_on for office in offices):
            return True
        running = [office for office in offices if office.ends_on is None or office.ends_on >= starts_on]
        if not running:
            return False
        words = _("%(person)s holds this office since %(day)s. What holds?") % {
            "person": person,
            "day": running[0].starts_on.strftime("%d/%m/%Y"),
        }
        choices = [Choice("keep", _("what is kept; leave this line out"))]
        self.job.ask(self.line, self.record["starts_on"], f"held:{running[0].pk}", words, choices)
        return True

    def _act(
        self,
        person: Person | NewPerson,
        changes: dict[str, Any],
        todo: list[tuple[str, Organisation]],
        starts_on: datetime.date,
        areas: list[Organisation],
    ) -> Any:
        def act(user: User, now: datetime.datetime) -> Any:
            holder = person.make(user, now) if isinstance(person, NewPerson) else person
            if changes:
                correct_person(acting_user=user, person=holder, now=now, **changes)
            for role, place in todo:
                give_office(
                    acting_user=user,
                    person=holder,
                    role=role,
                    organisation=place,
                    starts_on=starts_on,
                    now=now,
                    paper=clean(self.record.text("paper"))[:100],
                    title=clean(self.record.text("office"))[:200],
                    areas=areas if role == "area_officer" else (),
                )

        return act


def _key(one: Person | NewPerson) -> str:
    return f"row{one.row}" if isinstance(one, NewPerson) else str(one.pk)


def _told(one: Person | NewPerson) -> str:
    return str(one) if isinstance(one, NewPerson) else f"{one.full_name}, {_born(one.born_on)}, {one.organisation}"


def _born(day: datetime.date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else _("born on an unknown day")


KIND = Kind(
    code="offices",
    label=gettext_lazy("Office holders"),
    hint=gettext_lazy(
        "Name, date of birth, office as it is called, organisation, legal paper, first day. Rights follow the offices; log-ins are given afterwards."
    ),
    verb="import_spreadsheets",
    target=Organisation,
    organisation_of=lambda organisation: organisation,
    fields=FIELDS,
    plan=plan,
    takes=Q(type__is_body=False, type__is_cell=False),
)
