"""Pure rules of opening and running a case (domain.md §2.2, §4.1)."""

import datetime
from collections.abc import Collection


def team_size_problem(size: int, at_least: int, at_most: int | None) -> str | None:
    """Which bound the size of a team breaks: "few", "many" or None."""
    if size < at_least:
        return "few"
    if at_most is not None and size > at_most:
        return "many"
    return None


def is_examined_period_past(examined_to: datetime.date, today: datetime.date) -> bool:
    """Whether the period examined lies in the past or ends today: the future cannot be examined."""
    return examined_to <= today


def is_enough(count: int, members: int, parts: int, of: int, is_above: bool) -> bool:
    """Whether `count` of all `members` reaches parts/of, or with `is_above` is more than that (domain.md §4.9)."""
    return count * of > members * parts if is_above else count * of >= members * parts


def dossier_gaps(have: Collection[str], needed: Collection[str]) -> list[str]:
    """The kinds of paper that the dossier still lacks, in the order needed."""
    return [code for code in needed if code not in have]
