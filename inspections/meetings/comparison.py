"""How the scores of the sides stand beside each other: pure rules over points (domain.md §6.4)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

WHOLE = 100  # percent


def differs(points: Iterable[Decimal], most: Decimal, margin: int) -> bool:
    """Whether points for the same are further apart than the margin, in percent of the `most` that can be had."""
    given = list(points)
    return len(given) > 1 and (max(given) - min(given)) * WHOLE > most * margin


def total_beside(own: Mapping[int, Decimal], given: Mapping[int, Decimal]) -> Decimal | None:
    """What a side gives in all: its own points where it gave some, the cell's for the rest; None when it gave none."""
    if not given:
        return None
    return sum((given.get(line, points) for line, points in own.items()), Decimal(0))
