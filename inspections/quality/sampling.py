"""Drawing a sample of meetings: pure, so that anybody who has what was kept draws the same again.

The place of a meeting in a random draw is the SHA-256 of "seed:id", in hexadecimal digits: the same everywhere and in
every version of the language, whatever the order in which the population is given."""

import datetime
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Rule(StrEnum):
    """How meetings are chosen."""

    RANDOM = "random"
    EVERY = "every"
    LOWEST = "lowest"
    FAULTS = "faults"
    THEMATIC = "thematic"


# the others take all that they are about
TAKES_SIZE = (Rule.RANDOM, Rule.EVERY, Rule.LOWEST)
# what is drawn by chance, from a seed
BY_CHANCE = (Rule.RANDOM, Rule.EVERY)


@dataclass(frozen=True)
class Candidate:
    """A meeting that can be drawn: its id, the day it was held, its own score, if any, and on how many lines of the
    checklist the record finds it at fault."""

    key: int
    day: datetime.date
    is_thematic: bool = False
    total: Decimal | None = None
    faults: int = 0


def place_of(seed: str, key: int) -> str:
    """Where a meeting stands in a draw by chance."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def draw(population: Collection[Candidate], rule: Rule, size: int, seed: str) -> list[int]:
    """The ids of the meetings drawn, by day.

    RANDOM: `size` of them by chance. EVERY: every `size`-th by day, the first by chance among the first `size`.
    LOWEST: the `size` with the lowest scores. FAULTS, THEMATIC: all that are so."""
    by_day = sorted(population, key=lambda one: (one.day, one.key))
    drawn = list(by_day)
    if rule is Rule.RANDOM:
        drawn = sorted(by_day, key=lambda one: place_of(seed, one.key))[:size]
    elif rule is Rule.EVERY:
        first = int(place_of(seed, 0), 16) % min(size, len(by_day)) if by_day else 0
        drawn = by_day[first::size]
    elif rule is Rule.LOWEST:
        scored = [one for one in by_day if one.total is not None]
        drawn = sorted(scored, key=lambda one: (one.total, one.day, one.key))[:size]
    elif rule is Rule.FAULTS:
        drawn = [one for one in by_day if one.faults]
    elif rule is Rule.THEMATIC:
        drawn = [one for one in by_day if one.is_thematic]
    return [one.key for one in sorted(drawn, key=lambda one: (one.day, one.key))]
