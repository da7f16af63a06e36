"""One row of the matrix: an address, who asks, and what is answered at the four places."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.permissions.world import CHILD, PLACES, SAYS, World

ACTORS = ("stranger", "colleague", "holder", "deputy", "recused", "ended", "superuser")
NOWHERE = "404 404 404 404"
EVERYWHERE_405 = dict.fromkeys(ACTORS, "405 405 405 405")
THROUGH = (200, 302)
Grid = Mapping[str, str]


def grid(**answers: str) -> dict[str, str]:
    """Actor -> the answers at own, sibling, parent and child place; who is not named finds nothing anywhere.

    For an address without a row: one answer an actor."""
    return {actor: answers.get(actor, NOWHERE) for actor in ACTORS}


def same(answer: str, **others: str) -> dict[str, str]:
    """The same one answer for every actor not named: for addresses without a row."""
    return {actor: others.get(actor, answer) for actor in ACTORS}


def says(world: World, place: str) -> str:
    """The text that only things of that place have."""
    return SAYS[place]


def named(kind: str) -> Callable[[World, str], str]:
    """The row of the kind at the place, as it is written."""
    return lambda world, place: str(world.row(kind, place))


@dataclass(frozen=True)
class Route:
    """What every actor gets from one address.

    of, arg: the kind of row in the address and the name of its argument; `more`: further arguments.
    shows: the marker that whoever gets through reads. hidden_from: who reads the page but not the marker (lists).
    verb: named in words in the 403. get: None when the address takes no GET; post: None when it takes no POST."""

    name: str
    holder: str
    get: Grid | None
    post: Grid | None = None
    of: str = ""
    arg: str = "pk"
    more: Mapping[str, str] = field(default_factory=dict)
    query: str | Callable[[World], str] = ""
    shows: Callable[[World, str], str] = says
    colleague: str = "member2"
    hidden_from: tuple[str, ...] = ()
    verb: str = ""
    is_team_step: bool = False
    data: Callable[[World], dict[str, Any]] = lambda world: {}
    # anonymous: (GET, POST) where it is not the way to the log-in
    anonymous: tuple[int, int] | None = None
    # whether a POST that gets through changes what is stored
    writes: bool = True

    @property
    def places(self) -> tuple[str, ...]:
        return PLACES if self.of else PLACES[:1]

    def user_name(self, actor: str) -> str:
        """Who plays the actor on this address. A superuser holds no office that a deputy could act for."""
        if actor == "deputy" and self.holder == "root":
            return "deputy_of_administrator"
        return {
            "holder": self.holder,
            "colleague": self.colleague,
            "deputy": f"deputy_of_{self.holder}",
            "ended": "former",
            "superuser": "root",
        }.get(actor, actor)

    def verb_at(self, place: str) -> str:
        """The verb that the refusal names; a cell's case without a team is carried out by the cell's officers."""
        return "run_own_case" if place == CHILD and self.is_team_step else self.verb

    def expected(self, method: str, actor: str, place: str) -> int:
        answers = self.post if method == "POST" else self.get
        return int((answers or EVERYWHERE_405)[actor].split()[self.places.index(place)])
