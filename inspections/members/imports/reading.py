"""Cells of a list of members as values: names, sex, standing, days, discipline."""

import datetime
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from inspections.imports.encodings import TONES
from inspections.imports.plans import Choice, Job, Line, Record
from inspections.imports.values import Dated, read_date
from inspections.members.models import PastDiscipline
from inspections.organisations.models import Person
from inspections.organisations.text import bare_words, clean

Form, Sex, Standing = PastDiscipline.Form, Person.Sex, Person.Standing
SEXES = {"nam": Sex.MALE, "male": Sex.MALE, "nu": Sex.FEMALE, "female": Sex.FEMALE}
FORMS = (
    ("khien trach", Form.REPRIMAND),
    ("canh cao", Form.WARNING),
    ("cach chuc", Form.DISMISSAL),
    ("khai tru", Form.EXPULSION),
)
# what a cell without discipline says
NONE_TOLD = {"", "khong", "k", "x", "o"}


@lru_cache(maxsize=50_000)
def name_key(name: str) -> str:
    """What two spellings of one name have in common, accents included: "Hoà" and "Hòa", not "Hoa"."""
    words = []
    for word in clean(name).casefold().split():
        marks = unicodedata.normalize("NFD", word)
        tones = "".join(sorted(mark for mark in marks if mark in TONES))
        words.append("".join(mark for mark in marks if mark not in TONES) + tones)
    return " ".join(words)


@dataclass(frozen=True)
class Status:
    """What the column of standing tells; None where it does not."""

    standing: str | None = None
    is_exempt: bool | None = None
    is_away: bool | None = None


# one cell tells one thing: whoever is exempt may be on probation, and be elsewhere
STATUSES = {
    "full": Status(Standing.FULL, False, False),
    "probationary": Status(Standing.PROBATIONARY, False, False),
    "exempt": Status(is_exempt=True),
    "away": Status(is_away=True),
    "nothing": Status(),
}


def read_sex(line: Line, job: Job) -> str:
    """The sex, empty when it is not told; what is neither is asked once for all like it ("N")."""
    cell = line.record["sex"]
    text = bare_words(cell.text)
    if not text or text in SEXES:
        return SEXES.get(text, "")
    choices = [Choice(value, str(label)) for value, label in Sex.choices]
    choices.append(Choice("nothing", _("nothing; leave it out")))
    words = _("What does “%(text)s” mean as sex?") % {"text": cell.text}
    answer = job.ask(line, cell, f"sex:{text}", words, choices, guess=Sex.FEMALE if text.startswith("n") else "")
    return "" if answer == "nothing" else answer


def tells_part(records: list[Record]) -> bool:
    """Whether the column of standing tells of some that they are exempt or elsewhere, so of the others that not."""
    keys = {_status_key(bare_words(record.text("standing"))) for record in records}
    return bool(keys & {"exempt", "away"})


def read_status(line: Line, job: Job, is_part_told: bool) -> Status:
    """How the member takes part and in what standing, by the columns of both; what is not understood is asked once for
    all like it. is_part_told: whether the column of standing tells of the part too, see `tells_part`."""
    standing, part = _read_status(line, job, "standing"), _read_status(line, job, "status")
    exempt, away = standing.is_exempt, standing.is_away
    if not is_part_told:
        exempt, away = exempt or None, away or None
    return Status(
        standing.standing or part.standing,
        exempt if part.is_exempt is None else part.is_exempt,
        away if part.is_away is None else part.is_away,
    )


def _read_status(line: Line, job: Job, name: str) -> Status:
    cell = line.record[name]
    text = bare_words(cell.text)
    if not text:
        return STATUSES["nothing"]
    key = _status_key(text)
    if not key:
        choices = [
            Choice("full", _("full member")),
            Choice("probationary", _("probationary member")),
            Choice("exempt", _("exempt from attending")),
            Choice("away", _("temporarily elsewhere")),
            Choice("nothing", _("nothing; leave it out")),
        ]
        words = _("What does “%(text)s” mean as standing?") % {"text": cell.text}
        key = job.ask(line, cell, f"status:{text}", words, choices) or "nothing"
    return STATUSES[key]


def _status_key(text: str) -> str:
    words = text.split()
    if "mien" in words:
        return "exempt"
    if "du bi" in text or text in ("db", "dv db", "dvdb"):
        return "probationary"
    if "tam thoi" in text and ("noi khac" in text or "di" in words) and "den" not in words:
        return "away"
    return "full" if text in ("chinh thuc", "dang vien chinh thuc", "dv chinh thuc", "ct") else ""


def read_forms(line: Line, job: Job) -> list[tuple[str, int | None, str]]:
    """Form, year, as written, of the discipline told; several are told by commas or line breaks."""
    cell = line.record["discipline"]
    told = [part for text in cell.lines for part in map(clean, text.replace(";", ",").split(",")) if part]
    year = _year_of(line)
    found = []
    for text in told:
        folded = bare_words(text)
        if folded in NONE_TOLD:
            continue
        form = next((form for words, form in FORMS if words in folded), "")
        if not form:
            choices = [Choice(value, str(label)) for value, label in Form.choices]
            choices.append(Choice("nothing", _("nothing; leave it out")))
            words = _("Which form of discipline is “%(text)s”?") % {"text": text}
            form = job.ask(line, cell, f"form:{folded}", words, choices)
        if form and form != "nothing":
            own = [int(word) for word in folded.split() if word.isdecimal() and len(word) == 4]
            found.append((str(form), own[0] if own else year, text[:200]))
    return found


def _year_of(line: Line) -> int | None:
    cell = line.record["discipline_year"]
    try:
        dated = read_date(cell)
    except ValueError:
        line.wrong(cell, _("“%(text)s” is no year. Write 2019.") % {"text": cell.text})
        return None
    return dated.day.year if dated is not None else None


def read_day(line: Line, name: str, today: datetime.date) -> Dated | None:
    """The day of a column, not after today; what is none is wrong."""
    cell = line.record[name]
    try:
        dated = read_date(cell)
    except ValueError:
        line.wrong(cell, _("“%(text)s” is no date. Write 15/12/2012.") % {"text": cell.text})
        return None
    if dated is not None and dated.day > today:
        line.wrong(cell, _("This day is still to come."))
    return dated
