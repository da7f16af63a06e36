"""Invariants of tasks and of the people they wait for."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from inspections.cases.models import Case, CaseGrant, Recusal
from inspections.remedies.models import Correction
from permissions import authors
from permissions.authors import DECIDED_BY_ANOTHER
from permissions.models import OrganisationGrant
from permissions.viewer import grants_in_force
from workflows.access import DECIDED_ON
from workflows.invariants.breach import Breach, of
from workflows.models import WorkItem
from workflows.nodes import steps_of_cases

OPEN = (STATUS.NEW, STATUS.ASSIGNED)


def tasks_agree(now: datetime.datetime) -> Iterator[Breach]:
    items = WorkItem.objects.select_related("task")
    for item in items.filter(done_at__isnull=True).exclude(task__status__in=OPEN):
        yield of(item, f"is open, its task is {item.task.status}")
    for item in items.filter(done_at__isnull=False, task__status__in=[*OPEN, STATUS.STARTED]):
        yield of(item, f"is done, its task is {item.task.status}")
    open_items = items.filter(done_at__isnull=True)
    on_a_list = Q(task__status=STATUS.ASSIGNED, task__owner__isnull=False)
    free = Q(task__status=STATUS.NEW, task__owner__isnull=True, taken_at__isnull=True)
    for item in open_items.filter(task__status__in=OPEN).exclude(on_a_list | free):
        yield of(item, f"is {item.task.status}, on the list of {item.task.owner_id}, taken {item.taken_at}")
    for item in items.filter(done_at__isnull=False, task__status=STATUS.DONE).exclude(done_by=F("task__owner")):
        yield of(item, f"was done by {item.done_by_id}, its task by {item.task.owner_id}")
    for item in open_items.filter(person__isnull=False).exclude(person__user=F("task__owner")):
        yield of(item, "is for one person and lies on the list of another")
    lone = Task.objects.filter(flow_task_type="HUMAN", status__in=OPEN, work_item__isnull=True)
    for task in lone.only("pk"):
        yield of(task, "is open and shown to nobody")


def steps_told(now: datetime.datetime) -> Iterator[Breach]:
    done = WorkItem.objects.filter(case=OuterRef("pk"), done_by__isnull=False, done_at__gt=OuterRef("stepped_at"))
    for case in Case.objects.filter(Exists(steps_of_cases(done))).only("pk", "stepped_at"):
        yield of(case, f"last stepped on {case.stepped_at}, and a task of it was done later")


def somebody_may(now: datetime.datetime) -> Iterator[Breach]:
    open_items = WorkItem.objects.filter(done_at__isnull=True)
    for item in open_items.exclude(has_doer(timezone.localdate(now))).exclude(_waits_for_an_office()):
        yield of(item, f"{item.about_name}: nobody may do it")


def _waits_for_an_office() -> Q:
    """A demand of a running book is there before the offices are: its organisation has nobody yet for this verb."""
    of_book = Correction.objects.filter(is_from_book=True).values("pk")
    offices = OrganisationGrant.objects.filter(
        permission_id=OuterRef("permission_id"), content_object_id=OuterRef("organisation_id")
    )
    about = Q(about_type=ContentType.objects.get_for_model(Correction), about_id__in=of_book)
    return about & ~Q(Exists(offices))


def has_doer(today: datetime.date) -> Q:
    """The condition that an active log-in holds the right in force, did not withdraw, and may do this very one."""
    by_office = _grants(OrganisationGrant, "organisation_id", today).filter(
        authors.may_decide(list(DECIDED_BY_ANOTHER), **DECIDED_ON)
    )
    by_part = _grants(CaseGrant, "case_id", today)
    return Q(Exists(by_office), is_for_case_people=False) | Q(Exists(by_part), is_for_case_people=True)


def _grants(model: type[Model], target: str, today: datetime.date) -> "QuerySet[Any]":
    withdrew = Recusal.objects.filter(case_id=OuterRef(OuterRef("case_id")), person__user_id=OuterRef("user_id"))
    grants = model._default_manager.filter(
        ~Q(Exists(withdrew)),
        grants_in_force(today),
        user__is_active=True,
        user__person__is_active=True,
        permission_id=OuterRef("permission_id"),
        content_object_id=OuterRef(target),
    )
    # a task for one person waits for him alone
    return grants.filter(user__person=Coalesce(OuterRef("person_id"), F("user__person")))
