"""Pure rules of corrective plans (domain.md §5.3)."""

import datetime
from collections.abc import Iterable


def is_overdue(due_on: datetime.date | None, is_accepted: bool, today: datetime.date) -> bool:
    """Whether the last safe day is past and the correction is not accepted; what has no day is never overdue."""
    return not is_accepted and due_on is not None and today > due_on


def uncovered(finding_ids: Iterable[int], planned_ids: Iterable[int]) -> set[int]:
    """The shortcomings that no line of the plan answers."""
    return set(finding_ids) - set(planned_ids)
