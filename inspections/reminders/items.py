"""What rooms above know of the rows that clocks are about: this room knows none of them.

A room calls `tell_of` for each of its models, once, from the `ready` of its app."""

import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Duty
from inspections.deadlines.models import Deadline
from permissions.catalogue import Text


@dataclass(frozen=True)
class Known:
    """What is known of one row. number: of its document, no secret. address: the path of its page. owing, watching:
    log-ins, by id, that do so in person. is_personal: the office of the organisation does not owe it."""

    number: str = ""
    address: str = ""
    owing: tuple[int, ...] = ()
    watching: tuple[int, ...] = ()
    is_personal: bool = False


@dataclass(frozen=True)
class Source:
    """verb: whose holders in the organisation that owes act about the row. known: ids of rows, day -> what is known,
    by id; a fixed number of queries."""

    verb: str
    known: Callable[[Collection[int], datetime.date], dict[int, Known]]


@dataclass(frozen=True)
class Barred:
    """A log-in to which a case is closed (`is_subject` False), or open as its subject only."""

    case_id: int
    user_id: int
    is_subject: bool


# of rows that no room told of
UNKNOWN = Source("see_as_subject", lambda keys, today: {})
# who watches over what his body ordered, and who leads above
WATCHING, LEADING = "verify_remedies", "see_board"

# model, and the duty where it is another's than the others about the row
_SOURCES: dict[tuple[type[Model], str], Source] = {}
_BARRED: list[Callable[[Collection[int]], Iterable[Barred]]] = []
# what is owed, in words that tell nothing of a case: the only ones that leave the application
DUTIES: dict[str, Text] = {
    **{duty.value: duty.label for duty in Duty},
    "self_report": _("Submit the self-report"),
    "correct": _("Correct what the notice demands"),
    "report_quarter": _("Report on what is due at all times"),
    "look_again": _("Look again at what was accepted"),
    "hold_review": _("Hold the review of a scheme"),
    "hold_meeting": _("Hold the cell meeting"),
    "answer_remark": _("Answer a remark on a cell meeting"),
    "carry_out_assignment": _("Carry out what the cell assigned"),
}


def tell_of(model: type[Model], source: Source, *, duty: str = "") -> None:
    """Enters what a room knows of the clocks about rows of its model; duty: of those of this duty only."""
    _SOURCES[model, duty] = source


def tell_of_bars(barred: Callable[[Collection[int]], Iterable[Barred]]) -> None:
    """Enters the question to whom cases are closed: ids of cases -> bars."""
    _BARRED.append(barred)


def source_of(deadline: Deadline) -> Source:
    model = ContentType.objects.get_for_id(deadline.item_type_id).model_class()
    if model is None:
        return UNKNOWN
    return _SOURCES.get((model, deadline.duty)) or _SOURCES.get((model, "")) or UNKNOWN


def known_of(deadlines: Iterable[Deadline], today: datetime.date) -> dict[int, Known]:
    """What is known of the rows that the deadlines are about, by the deadline's id."""
    by_source: dict[Source, dict[int, list[int]]] = {}
    for one in deadlines:
        by_source.setdefault(source_of(one), {}).setdefault(one.item_id, []).append(one.pk)
    found: dict[int, Known] = {}
    for source, rows in by_source.items():
        known = source.known(list(rows), today)
        for item_id, keys in rows.items():
            found |= dict.fromkeys(keys, known.get(item_id, Known()))
    return found


def bars_on(cases: Collection[int]) -> dict[tuple[int, int], bool]:
    """(case, log-in) -> whether it is open to him as its subject (True) or closed (False)."""
    found: dict[tuple[int, int], bool] = {}
    for barred in _BARRED:
        for one in barred(cases):
            key = (one.case_id, one.user_id)
            found[key] = one.is_subject and found.get(key, True)
    return found


def duty_told(deadline: Deadline) -> str:
    """What is owed, in words that tell nothing of the case."""
    return str(DUTIES.get(deadline.duty, _("Finish what is due")))


def address_of(deadline: Deadline, known: Known) -> str:
    """The path of the page of the row, or else of its deadline."""
    return known.address or reverse("deadlines:explanation", args=[deadline.pk])
