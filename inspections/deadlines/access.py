"""Who sees a clock: who owes, who watches, and whoever sees the organisation's cases."""

from django.db.models import Q

from inspections.deadlines.models import Deadline
from permissions import policy
from permissions.viewer import Viewer


def visible_deadlines(viewer: Viewer) -> Q:
    return (
        viewer.below("see_board", "org_path")
        | viewer.at("see_as_subject", "organisation_id")
        | viewer.at("see_case_files", "watcher_id")
    )


def register() -> None:
    policy.register(Deadline, visible=visible_deadlines, organisation=lambda deadline, verb: deadline.organisation)
