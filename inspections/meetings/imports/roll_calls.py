"""A cell's list of attendance over a year (shared/data 06): what each of its lines would become."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.imports.columns import Field
from inspections.imports.plans import Choice, Fact, Job, Kind, Line, Record, skipped
from inspections.imports.sheets import Cell
from inspections.imports.values import read_name, read_number
from inspections.meetings.imports.reading import legend_of, read_meeting_day, year_of
from inspections.meetings.models import Meeting, RollCallMark
from inspections.meetings.services.listing import (
    RollCallListed,
    kept_since,
    listed_of,
    take_roll_calls,
    why_not_listed,
)
from inspections.members.imports.reading import name_key
from inspections.members.queries import OnRoll, roll_of
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.text import bare_words, fold

Mark = RollCallMark.Mark
MONTHS = range(1, 13)
MONTH = gettext_lazy("Month {month}")
FIELDS = (
    Field("name", gettext_lazy("Full name"), ("ho va ten", "ho ten", "ho va ten dang vien", "ten dang vien", "dang vien", "full name"), True, "Ngày họp"),
    *(
        Field(f"t{month}", format_lazy(MONTH, month=month), (f"t{month}", f"thang {month}", f"thang {month:02d}", f"t{month:02d}", f"month {month}"), example=f"3/{month}")
        for month in MONTHS
    ),
    Field("total", gettext_lazy("Times present"), ("tong co mat", "tong so co mat", "so buoi co mat", "co mat", "tong", "times present"), may_compute=True),
)  # fmt: skip
LEAVE, NOTHING, AS_TOLD = "leave", "nothing", "as_told"


@dataclass
class Month:
    """One month of the list: where its day stands, the day, and who was on the roll then."""

    number: int
    cell: Cell
    day: datetime.date
    roll: dict[int, OnRoll]
    kept: Meeting | None
    # what the list tells of members; None: not marked
    marks: dict[int, str | None] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.kept is None or not self.kept.is_listed

    def kept_marks(self) -> dict[int, str]:
        return {} if self.is_new or self.kept is None else {one.person_id: one.mark for one in self.kept.marks.all()}

    def differs(self) -> bool:
        """Whether the list changes what is kept; of whom it does not tell, nothing changes."""
        kept = self.kept_marks()
        if self.is_new or self.kept is None or timezone.localdate(self.kept.started_at) != self.day:
            return True
        return any(kept.get(key) != mark for key, mark in self.marks.items())


def plan(records: list[Record], job: Job) -> list[Line]:
    """The lines of the list: first the days of its meetings, then a member a line. They share one act."""
    lines = [skipped(record) or Line(record, title=read_name(record.text("name"))) for record in records]
    told = [line for line in lines if not line.reason]
    days = next((line for line in told if bare_words(line.title).startswith("ngay")), None)
    rows = [line for line in told if line is not days]
    if not rows:
        return lines
    months = _months(days, rows, job)
    who = _who(rows, months, job)
    legend = legend_of(job.titles)
    if days is not None:
        labels = dict(Mark.choices)
        days.facts += [Fact(_("Mark"), mark, str(labels[Mark(meant)])) for mark, meant in legend.items()]
    for line in rows:
        if line.record.number in who:
            _read_marks(line, who[line.record.number], months, legend, job)
    if days is not None:
        _settle_unlisted(days, months, {one.pk for one in who.values()}, job)
    _settle_acts(lines, days, who, months, job)
    return lines


def _months(days: Line | None, rows: list[Line], job: Job) -> dict[int, Month]:
    """The months that are taken. A month without a mark is none of the list's; one without a day is wrong."""
    marked = [month for month in MONTHS if any(line.record.text(f"t{month}") for line in rows)]
    if days is None:
        rows[0].wrong(
            rows[0].record["name"], _("Put a line “Ngày họp” below the header, with the day of each meeting.")
        )
        return {}
    days.title = _("Days of the meetings")
    year = year_of(job.titles, [days.record[f"t{month}"] for month in marked]) or _ask_year(days, job)
    if year is None:
        return {}
    kept = {one.month.month: one for one in listed_of(job.organisation, year)}
    since = kept_since(job.organisation)
    found = {}
    for month in marked:
        cell = days.record[f"t{month}"]
        day = _day(days, cell, month, year)
        if day is None:
            continue
        label = format_lazy(MONTH, month=month)
        if reason := why_not_listed(day, kept.get(month), since, job.today):
            days.facts.append(Fact(label, cell.text, _("left out: %(reason)s") % {"reason": reason}))
            continue
        roll = {one.person.pk: one for one in roll_of(job.organisation, day)}
        found[month] = Month(month, cell, day, roll, kept.get(month))
        days.facts.append(Fact(label, cell.text, f"{day:%d/%m/%Y}", None if found[month].is_new else _("taken before")))
    return found


def _ask_year(days: Line, job: Job) -> int | None:
    years = [str(job.today.year), str(job.today.year - 1)]
    choices = [Choice(year, year) for year in years]
    answer = job.ask(days, days.record["name"], "year", _("Of which year is the list?"), choices, years[0])
    return int(answer) if answer else None


def _day(days: Line, cell: Cell, month: int, year: int) -> datetime.date | None:
    if not cell.text:
        days.wrong(cell, _("Month %(month)s has marks and no day of its meeting.") % {"month": month})
        return None
    try:
        day = read_meeting_day(cell, year)
    except ValueError:
        days.wrong(cell, _("“%(text)s” is no day. Write 3/10.") % {"text": cell.text})
        return None
    if (day.year, day.month) != (year, month):
        said = _("%(day)s is not in month %(month)s of %(year)s.")
        days.wrong(cell, said % {"day": f"{day:%d/%m/%Y}", "month": month, "year": year})
        return None
    return day


def _who(rows: list[Line], months: dict[int, Month], job: Job) -> dict[int, Person]:
    """Number of the record -> the member meant: by his name on the rolls of those days, else asked."""
    named: dict[str, dict[int, Person]] = defaultdict(dict)
    for month in months.values():
        for one in month.roll.values():
            named[name_key(one.person.full_name)][one.person.pk] = one.person
    found: dict[int, Person] = {}
    if not months:
        return found
    asked = []
    for line in rows:
        if not line.title:
            line.wrong(line.record["name"], _("The name is missing."))
        elif len(some := named.get(name_key(line.title), {})) == 1:
            (found[line.record.number],) = some.values()
        else:
            asked.append((line, some))
    matched = {one.pk for one in found.values()}
    left = {key: one for some in named.values() for key, one in some.items() if key not in matched}
    for line, some in asked:
        choices = [Choice(str(key), one.full_name) for key, one in (some or left).items()]
        choices.append(Choice(LEAVE, _("leave this line out")))
        words = _("Who is “%(name)s”? Nobody, or more than one, of that name is on the roll of those days.")
        key = f"who:{name_key(line.title)}:{line.record.number}" if some else f"who:{name_key(line.title)}"
        answer = job.ask(line, line.record["name"], key, words % {"name": line.title}, choices)
        if answer == LEAVE:
            line.reason = _("left out, as decided")
        elif answer:
            found[line.record.number] = (some or left)[int(answer)]
    _settle_twice(rows, found)
    return found


def _settle_twice(rows: list[Line], found: dict[int, Person]) -> None:
    first: dict[int, int] = {}
    for line in rows:
        person = found.get(line.record.number)
        if person is None:
            continue
        if person.pk in first:
            text = _("Row %(row)s tells the same member. Leave one of the two.")
            line.wrong(line.record["name"], text % {"row": first[person.pk]})
        first.setdefault(person.pk, line.record.number)


def _read_marks(line: Line, person: Person, months: dict[int, Month], legend: dict[str, str], job: Job) -> None:
    counts: dict[str, int] = defaultdict(int)
    for month in months.values():
        cell, one = line.record[f"t{month.number}"], month.roll.get(person.pk)
        if not cell.text and (one is None or not one.is_expected):
            continue
        mark = _mark(line, cell, legend, job)
        counts[mark] += 1
        if mark == NOTHING and one is not None:
            month.marks[person.pk] = None
        if mark in ("", NOTHING):
            continue
        values = {"name": person.full_name, "day": f"{month.day:%d/%m/%Y}"}
        if one is None:
            said = _("%(name)s was not on the roll of the cell on %(day)s. Put the roll right, or empty this place.")
            line.wrong(cell, said % values)
        elif mark == Mark.EXEMPT and not one.is_exempt:
            said = _("%(name)s was not exempt on %(day)s. Record from when on he is, or put another mark.")
            line.wrong(cell, said % values)
        elif not one.is_away or _is_there_all_the_same(line, person, job):
            month.marks[person.pk] = mark
    labels = dict(Mark.choices)
    for mark in Mark.values:
        if counts[mark] or mark == Mark.PRESENT:
            raw = line.record.text("total") if mark == Mark.PRESENT else ""
            line.facts.append(Fact(labels[Mark(mark)], raw, str(counts[mark])))
    if not counts[""]:
        _check_total(line, person, counts[Mark.PRESENT], months, job)


def _mark(line: Line, cell: Cell, legend: dict[str, str], job: Job) -> str:
    """The mark of a cell, `NOTHING` for none at all, empty while it is asked what it means."""
    folded = fold(cell.text)
    if folded in legend:
        return legend[folded]
    choices = [*(Choice(value, str(label)) for value, label in Mark.choices), Choice(NOTHING, _("not marked"))]
    words = _("What does “%(mark)s” mean?") % {"mark": cell.text}
    if not folded:
        words = _("What does an empty place mean?")
    return job.ask(line, cell, f"mark:{folded}", words, choices, "" if folded else NOTHING)


def _is_there_all_the_same(line: Line, person: Person, job: Job) -> bool:
    """Whether one who is kept as elsewhere for a time counts as the list marks him. Asked once a member."""
    choices = [
        Choice(AS_TOLD, _("he took part here, as the list has it")),
        Choice(NOTHING, _("he was elsewhere; he is not marked")),
    ]
    words = _("%(name)s is kept as elsewhere for a time on those days, and the list marks him. What holds?")
    key = f"away:{person.pk}"
    settled = next((question for question in line.questions if question.key == key), None)
    if settled is not None:
        return settled.answer == AS_TOLD
    return job.ask(line, line.record["name"], key, words % {"name": person.full_name}, choices) == AS_TOLD


def _check_total(line: Line, person: Person, present: int, months: dict[int, Month], job: Job) -> None:
    """A total typed by hand is compared with the marks of the list, the months left out included."""
    cell = line.record["total"]
    try:
        total = read_number(cell)
    except ValueError:
        return  # a formula, or a word: the marks are what is taken
    if (
        total is None
        or total == present
        or any(line.record.text(f"t{month}") for month in MONTHS if month not in months)
    ):
        return
    words = _("The list says that %(name)s was present %(total)s times, its marks say %(present)s. What holds?")
    values = {"name": person.full_name, "total": total, "present": present}
    choices = [Choice(AS_TOLD, _("the marks")), Choice(LEAVE, _("unclear: leave this line out"))]
    if job.ask(line, cell, f"total:{person.pk}", words % values, choices, AS_TOLD) == LEAVE:
        line.reason = _("left out, as decided")
        for month in months.values():
            month.marks.pop(person.pk, None)


def _settle_unlisted(days: Line, months: dict[int, Month], listed: set[int], job: Job) -> None:
    """Who was on the roll and does not stand in the list is asked about once, for all of them."""
    missing: dict[int, str] = {}
    for month in months.values():
        for key, one in month.roll.items():
            if key not in listed and one.is_expected and key not in month.kept_marks():
                missing[key] = one.person.full_name
    if not missing:
        return
    words = _("On the roll and not in the list: %(people)s. What about them?")
    choices = [
        Choice(NOTHING, _("they are not counted in those meetings")),
        Choice(Mark.UNEXCUSED, _("they were absent without a reason")),
    ]
    people = ", ".join(missing.values())
    answer = job.ask(days, days.record["name"], "unlisted", words % {"people": people}, choices)
    if answer == Mark.UNEXCUSED:
        for month in months.values():
            kept = month.kept_marks()
            for key in missing.keys() & month.roll.keys():
                if month.roll[key].is_expected and key not in kept:
                    month.marks.setdefault(key, Mark.UNEXCUSED)


def _settle_acts(
    lines: list[Line], days: Line | None, who: dict[int, Person], months: dict[int, Month], job: Job
) -> None:
    """One act takes all months that differ from what is kept; lines that change nothing have none."""
    changed = [month for month in months.values() if month.marks and month.differs()]
    if not changed:
        return
    listed = tuple(RollCallListed(month.day, dict(month.marks)) for month in changed)
    act = partial(_take, job.organisation, listed, job.file)
    for line in lines:
        person = who.get(line.record.number)
        told = person is not None and any(
            person.pk in month.marks and month.kept_marks().get(person.pk) != month.marks[person.pk]
            for month in changed
        )
        if line is days or told:
            line.act = act
            line.is_new = any(month.is_new for month in changed)


def _take(
    cell: Organisation, listed: tuple[RollCallListed, ...], paper: str, user: User, now: datetime.datetime
) -> Any:
    return take_roll_calls(acting_user=user, cell=cell, listed=listed, paper=paper, now=now)


KIND = Kind(
    code="roll_calls",
    label=gettext_lazy("Attendance at meetings"),
    hint=gettext_lazy(
        "A list of a cell: a line with the day of each meeting, then a member a line with a mark a month (x present, P excused, K without a reason, M exempt). For meetings from before the cell recorded them here."
    ),
    verb="keep_meetings",
    target=Organisation,
    organisation_of=lambda organisation: organisation,
    fields=FIELDS,
    plan=plan,
    takes=Q(type__is_cell=True),
)
