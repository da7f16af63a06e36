"""Spreadsheets of office holders: name, birth, office as free text, organisation, paper (shared/data 02)."""

import datetime
import re
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, skipped
from inspections.imports.values import FULL_DATE, read_date, read_name
from inspections.organisations.imports.names import Finder, key_of
from inspections.organisations.models import Office, Organisation, Person, User
from inspections.organisations.services import add_person, give_office
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
COMMITTEE = r"(?:ubkt|uy ban kiem tra)"
# how an office is written (folded) -> role; the first that fits takes its words away from the rest
ROLE_WORDS = (
    (rf"pho chu nhiem {COMMITTEE}", "inspection_vice_chair"),
    (rf"chu nhiem {COMMITTEE}", "inspection_chair"),
    (rf"(?:uv|uy vien) {COMMITTEE}", "inspection_member"),
    (r"(?:chuyen vien|can bo)[^,]*, theo doi dia ban.*|theo doi dia ban.*", "area_officer"),
    (r"pho bi thu chi bo", "cell_deputy_secretary"),
    (r"bi thu chi bo", "cell_secretary"),
    (r"chi uy vien|uy vien chi uy", "cell_committee_member"),
    (r"pho bi thu", "committee_deputy_secretary"),
    (r"bi thu", "committee_secretary"),
    (r"uvbtv|uy vien (?:ban thuong vu|btv)", "standing_member"),
    (r"uvbch|uy vien (?:ban chap hanh|bch)|dang uy vien|cap uy vien", "committee_member"),
    (r"chanh van phong", "office_chief"),
    (r"(?:chuyen vien|can bo) van phong", "office_officer"),
    (r"truong ban (?:xdd|xay dung dang)", "party_building_head"),
)
OF_BODIES = {"inspection_vice_chair", "inspection_chair", "inspection_member", "area_officer"}
OF_CELLS = {
    "cell_deputy_secretary": "committee_deputy_secretary",
    "cell_secretary": "committee_secretary",
    "cell_committee_member": "committee_member",
}
LEAVE_OUT = "leave_out"


class People:
    """The people known below an organisation, and those that the file adds."""

    def __init__(self, organisation: Organisation) -> None:
        rows = Person.objects.below(organisation.overseer.path or "").filter(is_active=True)
        self.by_name: dict[str, list[Person]] = {}
        for person in rows.select_related("organisation"):
            self.by_name.setdefault(person.folded, []).append(person)
        self.new: dict[tuple[str, datetime.date | None, int], NewPerson] = {}


class NewPerson:
    """Somebody whom the file names first."""

    def __init__(self, name: str, born_on: datetime.date | None, organisation: Organisation, email: str) -> None:
        self.name, self.born_on, self.organisation, self.email = name, born_on, organisation, email
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


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of office holders; a line may give several offices."""
    finder = Finder.below(job.organisation)
    people = People(job.organisation)
    lines = []
    for record in records:
        line = skipped(record) or Line(record, title=read_name(record.text("name")))
        lines.append(line)
        if not line.reason:
            _plan_line(line, job, finder, people)
    return lines


def _plan_line(line: Line, job: Job, finder: Finder, people: People) -> None:
    record = line.record
    name = line.title
    for field in ("name", "office", "organisation"):
        if not record.text(field):
            line.wrong(record[field], _("This cell is empty."))
    born_on = _date(line, "born")
    starts_on = _date(line, "starts_on") or _date_of_paper(record.text("paper"))
    if starts_on is None:
        line.wrong(record["starts_on"], _("The first day of the office is missing."))
    organisation = (
        finder.ask(job, line, record["organisation"], record.text("organisation"))
        if record.text("organisation")
        else None
    )
    if line.problems or organisation is None or starts_on is None:
        return
    person = _person(line, job, people, name, born_on, organisation)
    areas = _areas(line, job, finder)
    given = [(role, _place(role, organisation, finder)) for role in _roles(line, job, organisation)]
    labels = {one.name: one.label for one in FIELDS}
    line.facts += [
        Fact(labels["name"], record.text("name"), name),
        Fact(labels["organisation"], record.text("organisation"), organisation.name),
        Fact(labels["starts_on"], record.text("starts_on") or record.text("paper"), starts_on.strftime("%d/%m/%Y")),
    ]
    if born_on:
        line.facts.append(Fact(labels["born"], record.text("born"), born_on.strftime("%d/%m/%Y")))
    if person is None:
        return
    todo = [(role, place) for role, place in given if not _is_held(line, job, person, role, place, starts_on)]
    for role, place in given:
        line.facts.append(Fact(labels["office"], record.text("office"), f"{ROLES[role].label} – {place}"))
    if areas:
        line.facts.append(
            Fact(gettext_lazy("Area followed"), record.text("office"), ", ".join(str(one) for one in areas))
        )
    if not todo:
        return
    line.is_new = True

    def act(user: User, now: datetime.datetime) -> Any:
        holder = person.make(user, now) if isinstance(person, NewPerson) else person
        for role, place in todo:
            give_office(
                acting_user=user,
                person=holder,
                role=role,
                organisation=place,
                starts_on=starts_on,
                now=now,
                paper=clean(record.text("paper")),
                title=clean(record.text("office"))[:200],
                areas=areas if role == "area_officer" else (),
            )

    line.act = act


def _date(line: Line, name: str) -> datetime.date | None:
    cell = line.record[name]
    try:
        dated = read_date(cell)
    except ValueError:
        line.wrong(cell, _("“%(text)s” is no date. Write 15/12/2012.") % {"text": cell.text})
        return None
    return dated.day if dated is not None and dated.precision == "day" else None


def _date_of_paper(text: str) -> datetime.date | None:
    found = FULL_DATE.search(fold(text))
    return datetime.date(int(found[3]), int(found[2]), int(found[1])) if found else None


def _roles(line: Line, job: Job, organisation: Organisation) -> list[str]:
    cell = line.record["office"]
    left, roles = fold(cell.text), []
    for pattern, role in ROLE_WORDS:
        if re.search(rf"\b(?:{pattern})", left):
            left = re.sub(rf"\b(?:{pattern})", " ", left)
            roles.append(role)
    if not roles:
        choices = [Choice(role.code, str(role.label)) for role in ROLES.values()]
        choices.append(Choice(LEAVE_OUT, _("leave this line out")))
        words = _("Which role is “%(text)s”?") % {"text": cell.text}
        roles = [job.ask(line, cell, f"office:{fold(cell.text)}", words, choices)]
    fitting = []
    for role in filter(None, roles):
        if role in OF_CELLS and not organisation.type.is_cell:
            choices = [Choice(code, str(ROLES[code].label)) for code in (OF_CELLS[role], role)]
            choices.append(Choice(LEAVE_OUT, _("leave this line out")))
            words = _("“%(organisation)s” is no cell. Which role is “%(text)s” there?")
            words = words % {"organisation": organisation, "text": cell.text}
            key = f"role:{fold(cell.text)}:{organisation.pk}"
            role = job.ask(line, cell, key, words, choices, guess=OF_CELLS[role])
        if role:
            fitting.append(role)
    if LEAVE_OUT in fitting:
        line.reason = _("left out as decided")
    return [role for role in fitting if role != LEAVE_OUT]


def _place(role: str, organisation: Organisation, finder: Finder) -> Organisation:
    """Where a role is held: inspection roles in the body, roles of the committee in the committee."""
    if role in OF_BODIES:
        bodies = [one for one in finder.all if one.type.is_body and one.parent_id == organisation.pk]
        return bodies[0] if len(bodies) == 1 and not organisation.type.is_body else organisation
    return organisation.overseer


def _areas(line: Line, job: Job, finder: Finder) -> list[Organisation]:
    cell = line.record["office"]
    found = re.search(r"địa bàn\s*:?(.*)$", cell.text, re.IGNORECASE)
    if found is None:
        return []
    areas = []
    for piece in re.split(r"[,;]|\bvà\b", found[1]):
        words = key_of(piece)
        if not words:
            continue
        fitting = [one for one in finder.all if one.type.is_cell and f" {key_of(one.name)} ".endswith(f" {words} ")]
        area = fitting[0] if len(fitting) == 1 else finder.ask(job, line, cell, clean(piece))
        if area is not None:
            areas.append(area)
    return areas


def _person(
    line: Line, job: Job, people: People, name: str, born_on: datetime.date | None, organisation: Organisation
) -> Person | NewPerson | None:
    known = people.by_name.get(fold(name), [])
    same = [one for one in known if one.born_on is not None and one.born_on == born_on]
    if len(same) == 1:
        return same[0]
    # without both dates of birth, or twice the same, a namesake cannot be told from the person
    unsure = same or [
        one for one in known if one.born_on is None or born_on is None or one.organisation == organisation
    ]
    if unsure:
        choices = [Choice(str(one.pk), _told(one)) for one in unsure]
        choices.append(Choice("new", _("somebody else, new")))
        words = _("Who is “%(name)s”?") % {"name": name}
        key = f"person:{fold(name)}:{born_on or ''}:{organisation.pk}"
        answer = job.ask(line, line.record["name"], key, words, choices)
        if answer != "new":
            return next((one for one in unsure if str(one.pk) == answer), None)
    key_of_new = (fold(name), born_on, 0 if born_on else organisation.pk)
    home = organisation.overseer if organisation.type.is_body else organisation
    email = line.record.text("email")
    return people.new.setdefault(key_of_new, NewPerson(name, born_on, home, email))


def _told(person: Person) -> str:
    born = person.born_on.strftime("%d/%m/%Y") if person.born_on else _("born on an unknown day")
    return f"{person.full_name}, {born}, {person.organisation}"


def _is_held(
    line: Line, job: Job, person: Person | NewPerson, role: str, place: Organisation, starts_on: datetime.date
) -> bool:
    if isinstance(person, NewPerson):
        return False
    offices = Office.objects.filter(person=person, role=role, organisation=place)
    if offices.filter(starts_on=starts_on).exists():
        return True
    running = offices.exclude(ends_on__lt=starts_on).first()
    if running is None:
        return False
    words = _("%(person)s holds this office since %(day)s. What holds?") % {
        "person": person,
        "day": running.starts_on.strftime("%d/%m/%Y"),
    }
    choices = [Choice("keep", _("what is kept; leave this line out"))]
    job.ask(line, line.record["starts_on"], f"held:{running.pk}", words, choices)
    return True


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
