"""What other rooms add to the weekly report, each for its reader."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from inspections.organisations.models import Organisation
from permissions.viewer import Viewer


@dataclass
class Section:
    """A part of the report: a heading, and lines of words, number, and the address of the list of what is counted."""

    heading: Any
    lines: list[tuple[Any, int, str]] = field(default_factory=list)


Teller = Callable[[Viewer, Organisation, datetime.date], Section]
_TELLERS: list[Teller] = []


def register_section(teller: Teller) -> None:
    """Tells of a section of the weekly report; called once, from the `ready` of an app."""
    _TELLERS.append(teller)


def sections_of(viewer: Viewer, organisation: Organisation, on: datetime.date) -> list[Section]:
    """The sections that have a line, as the reader may see them."""
    return [section for teller in _TELLERS if (section := teller(viewer, organisation, on)).lines]
