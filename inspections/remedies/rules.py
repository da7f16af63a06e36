"""Pure rules of corrective plans (domain.md §5.3)."""

import datetime
from collections.abc import Iterable


def is_overdue(due_on: datetime.date | None, is_owed: bool, today: datetime.date) -> bool:
    """Whether the last safe day is past while who must correct owes it: not accepted, and not with the monitor.

    What has no day is never overdue."""
    return is_owed and due_on is not None and today > due_on


def uncovered(finding_ids: Iterable[int], planned_ids: Iterable[int]) -> set[int]:
    """The shortcomings that no line of the plan answers."""
    return set(finding_ids) - set(planned_ids)
