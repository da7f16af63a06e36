"""What an indicator can be counted by: the register, which knows none of its measures. Those of the rooms below are
declared by `domain.py`; a room above may declare its own, from the `ready` of its app.

A measure is a name, what its parameters may be, and a query: the rows of a year of which some count. Everything else
is made of these: the figure, the figure of every organisation, and the list behind each."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from inspections.calendars.rules import year_of

# of every row of a measure: whether it counts, a yes or no of the database
COUNTS = "counts"


@dataclass(frozen=True)
class Asked:
    """A year as far as it is counted. first, until: its first day and the last that counts: its last, or today. known:
    what measures read once for all years and indicators of a page."""

    year: int
    first: datetime.date
    until: datetime.date
    today: datetime.date
    known: dict[str, Any] = field(default_factory=dict, compare=False)


def asked_of(year: int, today: datetime.date, known: dict[str, Any] | None = None) -> Asked:
    """The year as it is counted on a day. One that has not begun has no day, so nothing is counted of it."""
    first, last = year_of(year)
    return Asked(year, first, min(last, today), today, {} if known is None else known)


@dataclass(frozen=True)
class Parameter:
    """A choice that a measure leaves open. choices: code and words; the first is taken where none is given."""

    code: str
    label: Any
    choices: Callable[[], list[tuple[str, Any]]]


Values = Mapping[str, str]


@dataclass(frozen=True)
class Measure:
    """How an indicator is counted.

    code: kept with the indicator. told: how it counts, a sentence. unit: of its figures. is_share: the figure is the
    rows that count in per cent of all; else their number. model: of its rows, one that the policy knows. rows: the rows
    of a year, each once, with the annotation `counts`. place: the lookup of the path they hang on. owner: a row -> the
    organisation it is told under. tell, address: how a row of the list is told, and its page. related: what `owner`
    and `tell` read besides."""

    code: str
    label: Any
    told: Any
    unit: Any
    is_share: bool
    model: type[Model]
    rows: Callable[[Asked, Values], "QuerySet[Any]"]
    place: str
    owner: Callable[[Any], Any]
    tell: Callable[[Any], str]
    address: Callable[[Any], str]
    related: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()


_MEASURES: dict[str, Measure] = {}


def declare(measures: Iterable[Measure]) -> None:
    """Enters measures. Raises ValueError when a code is taken."""
    for one in measures:
        if one.code in _MEASURES and _MEASURES[one.code] is not one:
            raise ValueError(f"two measures are called {one.code}")
        _MEASURES[one.code] = one


def all_measures() -> list[Measure]:
    """The measures in the order of their words."""
    return sorted(_MEASURES.values(), key=lambda one: str(one.label))


def measure_of(code: str) -> Measure | None:
    """The measure of the code; None for one that is declared no more."""
    return _MEASURES.get(code)


def choices_of(measure: Measure) -> dict[str, list[tuple[str, Any]]]:
    """Parameter -> its choices."""
    return {one.code: one.choices() for one in measure.parameters}


def values_of(measure: Measure, given: Values) -> dict[str, str]:
    """The value of every parameter of the measure: as given, where it may be chosen, else the first choice."""
    found = {}
    for code, choices in choices_of(measure).items():
        codes = [choice for choice, _words in choices]
        found[code] = given[code] if given.get(code) in codes else codes[0]
    return found
