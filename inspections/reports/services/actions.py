"""What a leader can do from the lists of the board, for one row or many: rooms above and beside offer their deeds.

A deed is one verb: it asks the policy, checks, writes and records by itself. The page asks the policy of each row
before, to show what will happen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from inspections.deadlines.models import Deadline
from permissions import policy
from permissions.verdicts import Verdict


@dataclass(frozen=True)
class Action:
    """One deed on the lists.

    verb: asked of `row_of(clock)`; where that is None the deed has nothing to do with the clock.
    perform: called with acting_user, deadlines, now, what was said as `words_as`, and due_on where a day is needed.
    page: clock -> the address of the page on which the deed is done one by one; then there is no `perform`."""

    code: str
    label: Any
    verb: str
    perform: Callable[..., Any] | None = None
    row_of: Callable[[Deadline], Any] = lambda clock: clock
    page: Callable[[Deadline], str] | None = None
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


def may_do(action: Action, user: Any, clock: Deadline) -> Verdict | None:
    """Whether the user may do it about the clock; None where it has nothing to do with it."""
    row = action.row_of(clock)
    return None if row is None else policy.may(user, action.verb, row)
