"""Spreadsheets of members, present lists and old ones alike (shared/data 03, 07): what each line would become."""

import datetime
from collections import defaultdict
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, skipped
from inspections.imports.values import Dated, read_name
from inspections.members.imports.known import Known, told
from inspections.members.imports.reading import (
    Status,
    name_key,
    read_day,
    read_forms,
    read_sex,
    read_status,
    tells_part,
)
from inspections.members.models import Member, PastDiscipline
from inspections.members.services import Listed, hold_listed, take_members
from inspections.members.services.common import problem_of_days, problem_of_span
from inspections.members.services.taking import span_told
from inspections.members.words import day_told
from inspections.organisations.imports.names import Finder, read_code
from inspections.organisations.models import Organisation, User

FIELDS = (
    Field("cell", gettext_lazy("Cell"), ("ma chi bo", "chi bo", "ten chi bo", "chi bo sinh hoat", "noi sinh hoat", "to chuc dang", "don vi", "ma to chuc dang", "cell"), example="97.101.001.000.000"),
    Field("card", gettext_lazy("Number of the Party card"), ("so the dang vien", "so the dang", "so the", "the dang", "party card"), example="97000000"),
    Field("name", gettext_lazy("Full name"), ("ho va ten", "ho ten", "ho va ten dang vien", "ho ten dang vien", "ten dang vien", "full name"), True, "Nguyễn Văn A"),
    Field("born", gettext_lazy("Date of birth"), ("ngay sinh", "ngay thang nam sinh", "nam sinh", "date of birth"), example="16/03/1972"),
    Field("sex", gettext_lazy("Sex"), ("gioi tinh", "nam nu", "phai", "sex"), example="Nữ"),
    Field("admitted", gettext_lazy("Admitted to the Party on"), ("ngay vao dang", "nam vao dang", "ngay ket nap", "nam ket nap", "vao dang", "ket nap", "admitted to the party on"), example="03/05/1996"),
    Field("full", gettext_lazy("Full member since"), ("ngay chinh thuc", "ngay cong nhan chinh thuc", "ngay vao dang chinh thuc", "full member since"), example="03/05/1997"),
    Field("standing", gettext_lazy("Standing"), ("dien dang vien", "chinh thuc du bi", "loai dang vien", "tinh trang", "trang thai", "standing"), example="chính thức"),
    Field("status", gettext_lazy("Takes part"), ("sinh hoat", "tinh trang sinh hoat", "takes part"), example="chính thức"),
    Field("since", gettext_lazy("In the cell since"), ("ngay chuyen den", "chuyen den", "ngay ve chi bo", "in the cell since"), example="01/07/2025"),
    Field("discipline", gettext_lazy("Form of discipline"), ("hinh thuc ky luat", "ky luat", "form of discipline"), example="khiển trách"),
    Field("discipline_year", gettext_lazy("Year of the discipline"), ("nam ky luat", "nam bi ky luat", "year of the discipline"), example="2019"),
)  # fmt: skip
LABELS = {one.name: one.label for one in FIELDS}
LONGEST_NAME, LONGEST_CARD = 150, 20
SLICE = 500
TRANSFER, ALL_ALONG, LEAVE, BACK = "transfer", "all_along", "leave", "back"


class Row:
    """One member as a line tells him."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.card = ""
        self.cell: Organisation | None = None
        self.born: Dated | None = None
        self.sex = ""
        self.admitted: Dated | None = None
        self.full: Dated | None = None
        self.status = Status()
        self.since: Dated | None = None
        self.forms: list[tuple[str, int | None, str]] = []

    @property
    def born_on(self) -> datetime.date | None:
        return _whole(self.born)

    @property
    def full_on(self) -> datetime.date | None:
        return _whole(self.full)

    def who(self) -> tuple[Any, ...]:
        """Name, birth, cell and admission: who is meant where no card is told."""
        return name_key(self.line.title), self.born, self.cell, self.admitted

    def told(self) -> tuple[Any, ...]:
        """All that the line says beside the card, to be compared with another."""
        return (*self.who(), self.sex, self.full, self.status, self.since, self.forms)


def _whole(dated: Dated | None) -> datetime.date | None:
    """The day, where a whole one is told."""
    return dated.day if dated is not None and dated.precision == "day" else None


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of members; those that change something share one act a slice."""
    finder, known = Finder.below(job.organisation, job.today), Known(job.organisation, job.today)
    lines, rows = [], []
    is_part_told = tells_part(records)
    for record in records:
        line = skipped(record) or Line(record, title=read_name(record.text("name")))
        lines.append(line)
        if not line.reason:
            row = Row(line)
            _read(row, job, finder, is_part_told)
            rows.append(row)
    rows = _settle_twice(rows)
    elsewhere = known.cards_elsewhere([row.card for row in rows if row.card])
    for row in rows:
        if row.card in elsewhere:
            text = _("Another member, of another organisation, has this number of the Party card.")
            row.line.wrong(row.line.record["card"], text)
    met: dict[int, Row] = {}
    listed = [(row.line, one) for row in rows if (one := _settle(row, job, known, met)) is not None]
    for start in range(0, len(listed), SLICE):
        some = listed[start : start + SLICE]
        # the first act holds all that the list is about
        act = partial(_take, [one for _line, one in some], [one for _line, one in listed] if start == 0 else [])
        for line, _one in some:
            line.act = act
    return lines


def _take(listed: list[Listed], held: list[Listed], user: User, now: datetime.datetime) -> None:
    hold_listed(held)
    take_members(acting_user=user, listed=listed, now=now)


def _read(row: Row, job: Job, finder: Finder, is_part_told: bool) -> None:
    line, record = row.line, row.line.record
    if not line.title:
        line.wrong(record["name"], _("The name is missing."))
    if len(line.title) > LONGEST_NAME:
        line.wrong(record["name"], _("A name has at most %(most)s letters.") % {"most": LONGEST_NAME})
    row.card = record.text("card").replace(" ", "")
    if len(row.card) > LONGEST_CARD:
        line.wrong(record["card"], _("A number of a Party card has at most %(most)s signs.") % {"most": LONGEST_CARD})
    row.cell = _cell_of(row, job, finder)
    row.born = read_day(line, "born", job.today)
    row.admitted = read_day(line, "admitted", job.today)
    row.full = read_day(line, "full", job.today)
    row.since = read_day(line, "since", job.today)
    row.sex, row.forms = read_sex(line, job), read_forms(line, job)
    row.status = read_status(line, job, is_part_told)


def _cell_of(row: Row, job: Job, finder: Finder) -> Organisation | None:
    cell = row.line.record["cell"]
    if not cell.text:
        if job.organisation.type.is_cell:
            return job.organisation
        row.line.wrong(cell, _("The cell is missing."))
        return None
    try:
        code = read_code(cell)
    except ValueError:
        code = ""
    found = finder.ask(job, row.line, cell, code or cell.text)
    if found is not None and not found.type.is_cell:
        row.line.wrong(cell, _("%(organisation)s is no cell; choose a cell.") % {"organisation": found})
        return None
    return found


def _settle_twice(rows: list[Row]) -> list[Row]:
    """One row a card, and a name with its birth: the same twice is skipped, different twice is wrong on both.

    A row without a card is that of the one card told with its name, birth, cell and admission."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    cards: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in rows:
        if row.card:
            cards[row.who()].add(row.card)
    for row in sorted(rows, key=lambda row: not row.card):
        told = [row.card] if row.card else sorted(cards[row.who()])
        groups[("card", told[0]) if len(told) == 1 else row.who()].append(row)
    for group in groups.values():
        first, *others = group
        if all(other.told() == first.told() for other in others):
            for other in others:
                other.line.reason = _("the same as row %(row)s") % {"row": first.line.record.number}
            continue
        numbers = ", ".join(str(number) for number in sorted(row.line.record.number for row in group))
        for row in group:
            text = _("Rows %(rows)s tell the same member, or the same card, differently. Leave one, or correct them.")
            row.line.wrong(row.line.record["card" if row.card else "name"], text % {"rows": numbers})
    return [row for row in rows if not row.line.reason]


def _settle(row: Row, job: Job, known: Known, met: dict[int, Row]) -> Listed | None:
    """What becomes of a line: None where nothing does, or where it is wrong or in doubt."""
    line, record = row.line, row.line.record
    if line.problems or row.cell is None:
        return None
    member, is_certain = known.who(job, line, card=row.card, born_on=row.born_on, admitted=row.admitted, cell=row.cell)
    if not is_certain:
        return None
    if member is not None and member.pk in met:
        text = _("Row %(row)s tells the same member. Leave one of the two.")
        line.wrong(record["name"], text % {"row": met[member.pk].line.record.number})
        return None
    if member is not None:
        met[member.pk] = row
    one = Listed(row.cell, member, paper=job.file[:100])
    has_left = member is not None and member.pk in known.left
    has_no_home = member is not None and member.pk not in known.homes and not has_left
    if not (_settle_return(row, one, job, known) if has_left else _settle_cell(row, one, job, known)):
        return None
    _compare(row, one)
    _compare_marks(row, one, known, job)
    if problem := problem_of_days(
        one.facts.get("standing", member.standing if member else Member.Standing.FULL),
        one.facts.get("admitted_on", member.admitted_on if member else None),
        one.facts.get("full_on", member.full_on if member else None),
    ):
        line.wrong(
            next((record[name] for name in ("full", "standing") if record.text(name)), record["status"]), problem
        )
    line.is_new = member is None
    moves = member is not None and member.organisation_id != one.cell.pk
    moves = moves or (member is not None and one.starts_on is not None)
    is_marked = one.is_exempt is not None or one.is_away is not None or one.disciplines
    return one if member is None or one.facts or is_marked or moves or has_no_home else None


def _settle_return(row: Row, one: Listed, job: Job, known: Known) -> bool:
    """Whether one who left the list is back, and since when, is asked; False until it is, and when he is not."""
    line, cell, member = row.line, row.line.record["cell"], one.member
    assert member is not None
    last, since = known.left[member.pk], _whole(row.since)
    day = since if since is not None and (last is None or since > last) else job.today
    choices = [Choice(LEAVE, _("leave this line out"))]
    if last is None or day > last:
        words = _("back: a member of %(cell)s from %(day)s on") % {"cell": one.cell, "day": day_told(day)}
        choices.insert(0, Choice(BACK, words))
    words = _("“%(name)s” is on the list of no cell any more. Is he back?") % {"name": told(member)}
    if last is not None:
        words = _("“%(name)s” is off the list after %(day)s. Is he back?")
        words = words % {"name": told(member), "day": day_told(last)}
    answer = job.ask(
        line, cell if cell.text else line.record["name"], f"back:{member.pk}:{one.cell.pk}", words, choices
    )
    if answer == LEAVE:
        line.reason = _("left out, as decided")
    if answer != BACK:
        return False
    one.starts_on = day
    home = member.organisation
    line.facts.append(
        Fact(LABELS["cell"], cell.text, one.cell.name, home.name if home not in (None, one.cell) else None)
    )
    line.facts.append(Fact(LABELS["since"], row.line.record.text("since"), day_told(day), "—"))
    return True


def _settle_cell(row: Row, one: Listed, job: Job, known: Known) -> bool:
    """In which cell the member is from then on, asked where the list and what is kept differ; False until it is."""
    line, cell, member = row.line, row.line.record["cell"], one.member
    home = member.organisation if member is not None else None
    since = _whole(row.since)
    kept = known.homes.get(member.pk) if member is not None else None
    # a list from before the last transfer does not undo it
    is_older = since is not None and kept is not None and kept.starts_on is not None and since <= kept.starts_on
    old = None
    if home is None or home == one.cell:
        one.starts_on = since if member is None else None
    elif since is not None and not is_older:
        one.starts_on, old = since, home.name
    elif home.type.is_cell:
        choices = [
            Choice(TRANSFER, _("transferred; a member of the new one from today on")),
            Choice(ALL_ALONG, _("written wrongly here; he was in the new one all along")),
            Choice(LEAVE, _("the old one; the list is wrong")),
        ]
        words = _("Some are kept in %(old)s, and the list has them in %(new)s. What holds?")
        words = words % {"old": home, "new": one.cell}
        answer = job.ask(line, cell, f"moved:{home.pk}:{one.cell.pk}", words, choices)
        if not answer:
            return False
        if answer == LEAVE:
            one.cell = home
        else:
            one.starts_on, old = (job.today if answer == TRANSFER else None), home.name
    else:
        old = home.name  # an office holder whose cell nobody told
    line.facts.append(Fact(LABELS["cell"], cell.text, one.cell.name, old))
    if one.starts_on is not None:
        line.facts.append(Fact(LABELS["since"], row.line.record.text("since"), day_told(one.starts_on)))
    return True


def _compare(row: Row, one: Listed) -> None:
    """The facts that the list tells, and those of them that are kept otherwise."""
    record, member = row.line.record, one.member

    def tell(name: str, fact: str, value: Any, shown: str, kept: str) -> None:
        if not value:
            return
        differs = member is None or getattr(member, fact) != value
        old = (kept or "—") if member is not None and differs else None
        # the column of how he takes part may tell the standing
        row.line.facts.append(Fact(LABELS[name], record.text(name) or record.text("status"), shown, old))
        if differs:
            one.facts[fact] = value

    tell("card", "card_number", row.card, row.card, member.card_number if member else "")
    if member is None or name_key(member.full_name) != name_key(row.line.title):
        tell("name", "full_name", row.line.title, row.line.title, member.full_name if member else "")
    tell("born", "born_on", row.born_on, day_told(row.born_on), day_told(member.born_on) if member else "")
    sexes = dict(Member.Sex.choices)
    tell("sex", "sex", row.sex, str(sexes.get(row.sex, "")), str(sexes.get(member.sex, "")) if member else "")
    if row.admitted is not None and not _is_kept(row.admitted, member):
        kept = day_told(member.admitted_on, member.admitted_precision) if member else ""
        shown = day_told(row.admitted.day, row.admitted.precision)
        row.line.facts.append(
            Fact(LABELS["admitted"], record.text("admitted"), shown, (kept or "—") if member else None)
        )
        one.facts |= {"admitted_on": row.admitted.day, "admitted_precision": row.admitted.precision}
    tell("full", "full_on", row.full_on, day_told(row.full_on), day_told(member.full_on) if member else "")
    for name, dated in (("born", row.born), ("full", row.full)):
        if dated is not None and dated.precision != "day":
            row.line.facts.append(Fact(LABELS[name], record.text(name), _("no day is told, so it is not kept")))
    standing = row.status.standing or (Member.Standing.FULL if row.full_on is not None else None)
    standings = dict(Member.Standing.choices)
    tell(
        "standing",
        "standing",
        standing,
        str(standings.get(standing or "", "")),
        str(standings.get(member.standing, "")) if member else "",
    )


def _is_kept(admitted: Dated, member: Member | None) -> bool:
    """Whether what is kept says no less: the same, or the day within the year that the list tells."""
    if member is None or member.admitted_on is None:
        return False
    kept, precision = member.admitted_on, member.admitted_precision
    if admitted.precision == "year":
        return kept.year == admitted.day.year
    if admitted.precision == "month" and precision != "year":
        return (kept.year, kept.month) == (admitted.day.year, admitted.day.month)
    return (kept, precision) == (admitted.day, admitted.precision)


def _compare_marks(row: Row, one: Listed, known: Known, job: Job) -> None:
    """Exempt, elsewhere, disciplined: what the list tells that is not kept."""
    record, key = row.line.record, one.member.pk if one.member is not None else 0
    cell = record["status"] if record.text("status") else record["standing"]
    words = {
        "is_exempt": (known.exempt, known.exemptions, _("exempt from attending"), _("attends")),
        "is_away": (known.away, known.stays, _("temporarily elsewhere"), _("takes part here")),
    }
    for name, (kept, spans, yes, no) in words.items():
        is_told = getattr(row.status, name)
        if is_told is None or is_told == (key in kept):
            if is_told:
                row.line.facts.append(Fact(LABELS["status"], cell.text, yes))
            continue
        before = spans.get(key, [])
        if is_told and (problem := problem_of_span(span_told(before, job.today), before)):
            row.line.wrong(cell, f"{yes}: {problem}")
        setattr(one, name, is_told)
        old = None if one.member is None else (no if is_told else yes)
        row.line.facts.append(Fact(LABELS["status"], cell.text, yes if is_told else no, old))
    labels = dict(PastDiscipline.Form.choices)
    for form, year, text in row.forms:
        shown = f"{labels[form]} {year or ''}".strip()  # type: ignore[index]
        is_new = (key, form, year) not in known.disciplines
        old = "—" if is_new and one.member is not None else None
        row.line.facts.append(Fact(LABELS["discipline"], record.text("discipline"), shown, old))
        if is_new:
            one.disciplines.append((form, year, text))


KIND = Kind(
    code="members",
    label=gettext_lazy("Members"),
    hint=gettext_lazy(
        "Cell by code or name, number of the Party card, full name, dates of birth, admission and of becoming a full member, standing. An old list with a form of discipline is taken too; of those not told, nothing changes."
    ),
    verb="keep_members",
    target=Organisation,
    organisation_of=lambda organisation: organisation,
    fields=FIELDS,
    plan=plan,
    takes=Q(type__is_body=False),
)
