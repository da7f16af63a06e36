"""Who sees a clock: who owes, who watches, the people of the case, and leaders above."""

from django.db.models import Q

from inspections.deadlines.models import Deadline
from permissions import policy
from permissions.viewer import Viewer, any_of


def visible_deadlines(viewer: Viewer, prefix: str = "") -> Q:
    """A clock of a case: whoever follows the case, and the subject its own. Others by office.

    prefix: the lookup that leads to the clock, "" or "deadline__" of its stretches."""
    by_office = any_of(
        viewer.below("see_board", f"{prefix}org_path"),
        viewer.at("see_as_subject", f"{prefix}organisation_id"),
        viewer.at("see_case_files", f"{prefix}watcher_id"),
    )
    return policy.seen_through_cases(viewer, f"{prefix}case_id", item=f"{prefix}item", otherwise=by_office)


def register() -> None:
    policy.register(Deadline, visible=visible_deadlines, organisation=lambda deadline, verb: deadline.organisation)
