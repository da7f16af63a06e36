"""What a leader can do from the lists of the board, for one row or many: rooms above and beside offer their deeds.

A deed is one verb: it asks the policy, checks, writes and records by itself. The page asks the policy of all rows
before, to show what will happen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from inspections.deadlines.models import Deadline
from permissions import policy
from permissions.verdicts import Denied

# row asked about, by the id of its clock; clocks that it has nothing to do with are not in it
Rows = dict[int, Any]


@dataclass
class Outcome:
    """What was done, each with the address where it is seen, and what was not, each with the reason."""

    done: list[tuple[str, str]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)

    def did(self, what: object, address: str) -> None:
        self.done.append((str(what), address))


def themselves(user: Any, clocks: list[Deadline]) -> Rows:
    return {one.pk: one for one in clocks}


@dataclass(frozen=True)
class Action:
    """One deed on the lists.

    verb: asked of `asked_of(row)`, of the rows that `rows_of(user, clocks)` tells, in a fixed number of queries.
    perform: called with acting_user, deadlines, now, what was said as `words_as`, and due_on where a day is needed; or
    `form`, a ChosenForm, performs. choice: a form that is filled in before the rows are looked at, sent in the address.
    why_not: rows, what was chosen, user, day -> id of each row for which it cannot be done, and why.
    page: row -> the address of the page on which the deed is done for one row alone."""

    code: str
    label: Any
    verb: str
    perform: Callable[..., Any] | None = None
    rows_of: Callable[[Any, list[Deadline]], Rows] = themselves
    asked_of: Callable[[Any], Any] = lambda row: row
    form: Any = None
    choice: Any = None
    why_not: Callable[[list[Any], Mapping[str, Any], Any, Any], dict[int, str]] | None = None
    page: Callable[[Any], str] | None = None
    words_as: str = ""
    words_label: Any = ""
    needs_day: bool = False


@dataclass
class Actions:
    """The deeds that are offered, in the order in which rooms told of them."""

    known: dict[str, Action] = field(default_factory=dict)

    def offer(self, action: Action) -> None:
        self.known[action.code] = action

    def __iter__(self) -> Iterator[Action]:
        return iter(self.known.values())

    def get(self, code: str) -> Action | None:
        return self.known.get(code)


board_actions = Actions()


def why_not(action: Action, user: Any, clocks: list[Deadline], rows: Rows) -> dict[int, str]:
    """Id of each clock about which the user may not do it -> why not. A fixed number of queries."""
    found = {one.pk: _("This has nothing to do with that.") for one in clocks if one.pk not in rows}
    asked = {key: action.asked_of(row) for key, row in rows.items()}
    verdicts = policy.may_each(user, action.verb, list(asked.values()))
    for key, verdict in zip(asked, verdicts, strict=True):
        if isinstance(verdict, Denied):
            found[key] = verdict.reason
    return found
