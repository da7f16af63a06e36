"""Finding organisations by what committees write: a code, a name, an abbreviated name."""

import datetime
import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

from inspections.imports.plans import Choice, Job, Line
from inspections.imports.sheets import Cell
from inspections.organisations.models import Organisation
from inspections.organisations.rules import CODE_LENGTHS, is_code
from inspections.organisations.text import bare_words, clean

# as written at the beginning of a name -> the words in full
ABBREVIATIONS = (
    (re.compile(r"^(?:cb|c/b)\.?\s+", re.IGNORECASE), "Chi bộ "),
    (re.compile(r"^đbcs\.?\s+", re.IGNORECASE), "Đảng bộ cơ sở "),
    (re.compile(r"^(?:đb|đ/b)\.?\s+", re.IGNORECASE), "Đảng bộ "),
    (re.compile(r"^(?:đu)\.?\s+", re.IGNORECASE), "Đảng uỷ "),
    (re.compile(r"^(?:uỷ ban kiểm tra|ủy ban kiểm tra)\s+", re.IGNORECASE), "UBKT "),
)
CODE_MARKS = re.compile(r"^\d[\d. ]*$")
NEAREST = 0.6
MOST = 60


def expand(text: str) -> str:
    """A name in full: "CB thôn An Lộc" -> "Chi bộ thôn An Lộc"."""
    name = clean(text)
    for pattern, full in ABBREVIATIONS:
        name = pattern.sub(full, name)
    return name


@lru_cache(maxsize=50_000)
def key_of(text: str) -> str:
    """What two spellings of one name have in common."""
    return bare_words(expand(text))


def read_code(cell: Cell) -> str:
    """A five-part code, its dots put back when Excel took them for a number. Raises ValueError."""
    if not cell.text:
        return ""
    if not CODE_MARKS.match(cell.text):
        raise ValueError(cell.text)
    digits = re.sub(r"\D", "", cell.text)
    digits = digits.zfill(sum(CODE_LENGTHS)) if "." not in cell.text else digits
    parts, at = [], 0
    for length in CODE_LENGTHS:
        parts.append(digits[at : at + length])
        at += length
    code = ".".join(parts)
    if not is_code(code) or at != len(digits):
        raise ValueError(cell.text)
    return code


class Finder:
    """The organisations below one, by code and by name."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self.all = list(organisations)
        self.by_code = {one.code: one for one in self.all if one.code}
        self.by_pk = {str(one.pk): one for one in self.all}
        self.by_key: dict[str, list[Organisation]] = defaultdict(list)
        self.bodies_of: dict[int | None, list[Organisation]] = defaultdict(list)
        self._asked: dict[str, tuple[list[Choice], str]] = {}
        for one in self.all:
            self.by_key[key_of(one.name)].append(one)
            if one.type.is_body:
                self.bodies_of[one.parent_id].append(one)

    @classmethod
    def below(cls, organisation: Organisation, today: datetime.date | None = None) -> "Finder":
        """Of the organisation itself and all it oversees, bodies included; with `today`, without those that ended."""
        rows = Organisation.objects.at_or_below(organisation.overseer.path or "")
        rows = rows if today is None else rows.not_ended(today)
        return cls(rows.select_related("type__level", "parent__type").order_by("path"))

    def exactly(self, text: str) -> Organisation | None:
        """The one organisation with this code or name; None when there is none or more than one."""
        if is_code(text):
            return self.by_code.get(text)
        found = self.by_key.get(key_of(text), [])
        return found[0] if len(found) == 1 else None

    def ask(self, job: Job, line: Line, cell: Cell, text: str) -> Organisation | None:
        """The organisation meant; asks on the line when it is not certain."""
        found = self.exactly(text)
        if found is not None:
            return found
        key = key_of(text)
        words = _("Which organisation is “%(text)s”?") % {"text": text}
        if self.by_key.get(key):
            words = _("Several organisations are called “%(text)s”. Which one is meant?") % {"text": text}
        if key not in self._asked:
            self._asked[key] = self._likely(key)
        choices, guess = self._asked[key]
        return self.by_pk.get(job.ask(line, cell, f"organisation:{key}", words, choices, guess))

    def _likely(self, key: str) -> tuple[list[Choice], str]:
        """What a name may mean, the nearest first, and the guess."""
        named = self.by_key.get(key, [])
        near = difflib.get_close_matches(key, list(self.by_key), n=5, cutoff=NEAREST)
        likely = named or [one for each in near for one in self.by_key[each]]
        rest = [one for one in self.all if one not in likely][: max(MOST - len(likely), 0)]
        choices = [
            Choice(str(one.pk), f"{one.name} ({one.code})" if one.code else one.name) for one in [*likely, *rest]
        ]
        return choices, choices[0].value if near and not named else ""
