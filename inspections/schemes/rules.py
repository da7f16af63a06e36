"""Pure rules of schemes: what a figure is worth, whether it keeps its target, how far from the baseline it has come."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

HUNDRED, ONE_PLACE = Decimal(100), Decimal("0.1")


class Direction(StrEnum):
    """Which way an indicator gets better."""

    MORE = "more"
    LESS = "less"


class Standing(StrEnum):
    """How fact stands to plan."""

    KEPT = "kept"
    MISSED = "missed"
    NO_TARGET = "no_target"
    NO_FIGURE = "no_figure"


@dataclass(frozen=True)
class Count:
    """How many rows there are, and of these how many count."""

    total: int = 0
    counted: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.total + other.total, self.counted + other.counted)


def value_of(count: Count, *, is_share: bool) -> Decimal | None:
    """The figure: a share in per cent, rounded half up to one place, None of nothing; or the rows that count."""
    if not is_share:
        return Decimal(count.counted)
    if count.total == 0:
        return None
    return (HUNDRED * count.counted / count.total).quantize(ONE_PLACE, ROUND_HALF_UP)


def standing_of(value: Decimal | None, target: Decimal | None, direction: str) -> Standing:
    """Whether a figure keeps its target: at least it where more is better, at most it where less is."""
    if value is None:
        return Standing.NO_FIGURE
    if target is None:
        return Standing.NO_TARGET
    keeps = value >= target if direction == Direction.MORE else value <= target
    return Standing.KEPT if keeps else Standing.MISSED


def change_since(value: Decimal | None, baseline: Decimal | None, direction: str) -> Decimal | None:
    """How much better than the baseline the figure is; negative: worse. None where one of them is not known."""
    if value is None or baseline is None:
        return None
    return value - baseline if direction == Direction.MORE else baseline - value


def bar_of(number: Decimal | None, largest: Decimal, width: int) -> int:
    """How long a number is drawn beside the largest, in whole units of the picture; nothing below nought."""
    if number is None or number <= 0 or largest <= 0:
        return 0
    return int((min(number, largest) * width / largest).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Column:
    """A year of a picture of columns, in whole units from the top left: the middle of the column, how high it is and
    where it begins; where the target is, None without one."""

    middle: int
    height: int
    top: int
    target: int | None


def columns_of(
    pairs: Iterable[tuple[Decimal | None, Decimal | None]], largest: Decimal, *, slot: int, top: int, height: int
) -> list[Column]:
    """Figures with their targets as columns side by side, on one scale. slot: the width of a column with the space
    around it; top, height: of the tallest."""
    found = []
    for number, (value, target) in enumerate(pairs):
        tall = bar_of(value, largest, height)
        line = None if target is None else top + height - bar_of(target, largest, height)
        found.append(Column(slot * number + slot // 2, tall, top + height - tall, line))
    return found


def sums_below(by_path: Mapping[str, Count], places: Iterable[str]) -> dict[str, Count]:
    """Place -> the counts of all paths at and below it, whatever lies in whatever."""
    paths = sorted(by_path)
    running = [Count()]
    for path in paths:
        running.append(running[-1] + by_path[path])
    found = {}
    for place in places:
        first, last = bisect_left(paths, place), bisect_right(paths, place + "~")
        found[place] = Count(running[last].total - running[first].total, running[last].counted - running[first].counted)
    return found


def places_above(path: str, step: int) -> list[str]:
    """The paths of what stands above the path, itself included. step: digits a level."""
    return [path[:end] for end in range(step, len(path) + 1, step)]


def without_nested(paths: Iterable[str]) -> list[str]:
    """The paths that lie below no other of them."""
    tops: list[str] = []
    for path in sorted(set(paths)):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return tops
