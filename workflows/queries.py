"""What people read of the engine: my work, where a process stands."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import STATUS

from inspections.calendars.rules import SOON, days_after
from inspections.cases.models import Case, CaseSubject
from inspections.meetings import work as meetings
from inspections.meetings.work import CellWork
from inspections.organisations.models import User
from inspections.superiors import work as superiors
from permissions import audit, policy
from permissions.models import AuditEntry
from workflows import access
from workflows.models import WorkItem


def work_for(user: User) -> QuerySet[WorkItem]:
    """Open work the user may do, most urgent first; work without a clock last, oldest first."""
    subjects = Prefetch("case__subjects", CaseSubject.objects.select_related("organisation", "person"))
    rows = access.for_me(policy.viewer_for(user)).select_related("task", "organisation", "case__kind", "deadline")
    return rows.prefetch_related(subjects).order_by(F("deadline__due_on").asc(nulls_last=True), "opened_at", "pk")


def count_for(user: User) -> int:
    """How many pieces of work wait for the user."""
    viewer = policy.viewer_for(user)
    if viewer.waiting is None:
        viewer.waiting = (
            access.count_for_me(viewer)
            + meetings.count_for(viewer, superiors.waiting(viewer))
            + superiors.count_for(viewer)
        )
    return viewer.waiting


@dataclass
class Group:
    """Work of one urgency."""

    code: str
    label: Any
    items: list[WorkItem | CellWork] = field(default_factory=list)


def grouped_work(user: User, today: datetime.date) -> list[Group]:
    """Overdue, today, this week, later, without a date, and what is free to take; empty groups left out."""
    groups = {
        "overdue": Group("overdue", _("Overdue")),
        "today": Group("today", _("Today")),
        "week": Group("week", _("This week")),
        "later": Group("later", _("Later")),
        "open": Group("open", _("Without a date")),
        "take": Group("take", _("To take")),
    }
    viewer = policy.viewer_for(user)
    work: list[WorkItem | CellWork] = [*work_for(user), *meetings.work_for(viewer), *superiors.work_for(viewer)]
    viewer.waiting = len(work)
    for item in sorted(work, key=_due_last):
        groups[_group_of(item, user, today)].items.append(item)
    return [group for group in groups.values() if group.items]


def _due_last(item: WorkItem | CellWork) -> tuple[bool, datetime.date]:
    """The order by due day, without one last; what is of one day stays as it was."""
    return (item.deadline is None, item.deadline.due_on if item.deadline is not None else datetime.date.max)


def _group_of(item: WorkItem | CellWork, user: User, today: datetime.date) -> str:
    due = item.deadline.due_on if item.deadline else None
    if due is not None and due < today:
        return "overdue"
    if due is None and isinstance(item, WorkItem) and item.task.owner_id != user.pk:
        return "take"
    if due is None:
        return "open"
    if due == today:
        return "today"
    return "week" if due <= days_after(today, SOON) else "later"


@dataclass
class StepShown:
    """One step of a process as a list shows it."""

    title: Any
    state: str
    items: list[WorkItem]


def processes_about(row: Model) -> list[Process]:
    """The processes whose artifact the row is, newest last."""
    kind = ContentType.objects.get_for_model(row)
    return list(Process.objects.filter(artifact_content_type=kind, artifact_object_id=row.pk).order_by("pk"))


def steps_of(process: Process, mine: set[str]) -> list[StepShown]:
    """The human steps of a process in the order of the graph: done, open (the reader's own: mine), or to come.

    mine: names of the reader's own steps."""
    items: dict[str, list[WorkItem]] = defaultdict(list)
    found = WorkItem.objects.filter(task__process_id=process.pk).select_related(
        "task__owner__person", "organisation", "person", "done_by__person", "deadline"
    )
    for item in found.order_by("pk"):
        items[item.task.flow_task.name].append(item)
    shown = []
    for node in in_order(process.flow_class):
        if node.task_type != "HUMAN":
            continue
        of_node = items.get(node.name, [])
        is_open = any(item.done_at is None for item in of_node)
        state = "open" if is_open else "done" if of_node else "later"
        if is_open and node.name in mine:
            state = "mine"
        shown.append(StepShown(node.task_title, state, of_node))
    return shown


@lru_cache(maxsize=16)
def in_order(flow_class: Any) -> tuple[Any, ...]:
    """The nodes of a flow from its start to its end: a side way stands before what follows after it."""
    seen: set[str] = set()
    found: list[Any] = []

    def visit(node: Any) -> None:
        seen.add(node.name)
        for edge in reversed(list(node._outgoing())):
            if edge.dst.name not in seen:
                visit(edge.dst)
        found.append(node)

    for node in flow_class.instance.nodes():
        if node.task_type == "START":
            visit(node)
    return tuple(reversed(found))


def open_items(case: Case) -> list[WorkItem]:
    """The open work of a case: whose turn it is."""
    found = WorkItem.objects.filter(case=case, done_at__isnull=True)
    return list(
        found.select_related(
            "task__owner__person", "permission", "organisation", "case", "person", "deadline"
        ).order_by("opened_at", "pk")
    )


def open_work_about(row: Model) -> QuerySet[WorkItem]:
    """The open work about one row."""
    kind = ContentType.objects.get_for_model(row)
    return WorkItem.objects.filter(about_type=kind, about_id=row.pk, done_at__isnull=True)


def open_items_about(row: Model) -> list[WorkItem]:
    """The open work about one row, oldest first, with what a page tells of it."""
    rows = open_work_about(row).select_related(
        "task__owner__person", "permission", "organisation", "case", "person", "deadline"
    )
    return list(rows.order_by("pk"))


def states_of(process: Process, mine: set[str]) -> dict[str, str]:
    """Name of each node that was reached -> done, open or mine. mine: names of the reader's own steps."""
    states: dict[str, str] = {}
    for name, status in Task.objects.filter(process_id=process.pk).values_list("flow_task", "status"):
        node = name.name if name is not None else ""
        is_open = status in (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED)
        states[node] = "open" if is_open or states.get(node) in ("open", "mine") else "done"
        if states[node] == "open" and node in mine:
            states[node] = "mine"
    return states


# Deeds by which work goes back to somebody, with a reason.
RETURNS = (
    "return_proposal",
    "return_draft",
    "hold_conference",
    "appraise_case",
    "conclude_case",
    "return_notice",
    "return_programme",
    "look_again",
)


def came_back(item: WorkItem) -> AuditEntry | None:
    """The deed with its reason by which this work came back to who has to do it; None when it did not."""
    about = item.case or item.organisation
    if about is None:
        return None
    # the step and what brought it about happen at one moment
    return audit.entries_of(about).filter(at=item.opened_at, verb__in=RETURNS).exclude(reason="").last()
