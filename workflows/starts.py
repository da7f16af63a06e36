"""Verbs that start or end a process together with what they write, in one transaction."""

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from viewflow.workflow.models import Process
from viewflow.workflow.status import PROCESS

from inspections.cases.models import Case, CaseSubject, ChangeRequest
from inspections.cases.services import endings
from inspections.cases.services.opening import Proposal, propose_case
from inspections.cases.services.people import sync_parts_of
from inspections.organisations.models import Organisation, Person, User
from inspections.programmes import services as programmes
from inspections.programmes.models import Programme
from inspections.remedies import services as remedies
from inspections.remedies.models import Correction
from workflows import moment
from workflows.flows import (
    ChangeFlow,
    OpeningFlow,
    ProgrammeFlow,
)
from workflows.models import WorkItem
from workflows.nodes import address_anew


def begin_programme(
    *,
    acting_user: User,
    organisation: Organisation,
    horizon: str,
    first_year: int,
    last_year: int,
    now: datetime.datetime,
) -> Programme:
    """Begins a programme and puts its draft on the drafters' list. Raises as `programmes.begin_programme`."""
    with transaction.atomic(), moment.at(now, acting_user):
        programme = programmes.begin_programme(
            acting_user=acting_user,
            organisation=organisation,
            horizon=horizon,
            first_year=first_year,
            last_year=last_year,
            now=now,
        )
        ProgrammeFlow.start.run(programme=programme)
        return programme


def change_programme(*, acting_user: User, programme: Programme, reason: str, now: datetime.datetime) -> Programme:
    """Begins the next version of an adopted programme. Raises as `programmes.change_programme`."""
    with transaction.atomic(), moment.at(now, acting_user):
        version = programmes.change_programme(acting_user=acting_user, programme=programme, reason=reason, now=now)
        ProgrammeFlow.start.run(programme=version)
        return version


def propose(*, acting_user: User, proposal: Proposal, now: datetime.datetime) -> Case:
    """Proposes a case and puts it before those who may sign. Raises as `propose_case`."""
    with transaction.atomic(), moment.at(now, acting_user):
        case = propose_case(acting_user=acting_user, proposal=proposal, now=now)
        OpeningFlow.start.run(case=case)
        return case


def stop(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """Stops a case and ends its open work. Raises as `stop_case`."""
    with transaction.atomic(), moment.at(now, acting_user):
        _lock_course(case)
        case = endings.stop_case(acting_user=acting_user, case=case, reason=reason, now=now)
        _end_processes(case)
        return case


def convert(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """Converts a case to signs of violation; returns the successor at its start. Raises as `convert_case`."""
    with transaction.atomic(), moment.at(now, acting_user):
        _lock_course(case)
        successor = endings.convert_case(acting_user=acting_user, case=case, reason=reason, now=now)
        _end_processes(case)
        OpeningFlow.start.run(case=successor)
        return successor


def ask_change(
    *, acting_user: User, case: Case, what: str, proposal: dict[str, Any], reason: str, now: datetime.datetime
) -> ChangeRequest:
    """Asks for a change and puts it before the ordering body. Raises as `request_change`."""
    with transaction.atomic(), moment.at(now, acting_user):
        change = endings.request_change(
            acting_user=acting_user, case=case, what=what, proposal=proposal, reason=reason, now=now
        )
        ChangeFlow.start.run(change=change)
        return change


def assign_monitor(
    *, acting_user: User, correction: Correction, monitor: Person, reason: str, now: datetime.datetime
) -> Correction:
    """Gives the watching to another person, with the verdict that waits. Raises as `remedies.assign_monitor`."""
    with transaction.atomic(), moment.at(now, acting_user):
        items = _lock_open(WorkItem.objects.filter(_about(Correction, [correction.pk])))
        correction = remedies.assign_monitor(
            acting_user=acting_user, correction=correction, monitor=monitor, reason=reason, now=now
        )
        _address_anew(items)
        return correction


def follow_people(people: list[Person]) -> None:
    """When a log-in comes or goes: the parts in cases and what these people have to do go with it. Part of a verb.

    A member who gets a log-in answers for himself from then on; without one, the office of his cell does."""
    subjects = CaseSubject.objects.filter(person__in=people)
    corrections = Correction.objects.filter(demand__assignee__person__in=people)
    items = _lock_open(
        WorkItem.objects.filter(
            _about(CaseSubject, subjects.values("pk")) | _about(Correction, corrections.values("pk"))
        )
    )
    sync_parts_of(people)
    _address_anew(items)


def _about(model: type[Model], pks: Any) -> Q:
    return Q(about_type=ContentType.objects.get_for_model(model), about_id__in=pks)


def _lock_open(rows: QuerySet[WorkItem]) -> list[int]:
    """Locks the processes of open work, before any case is locked, as a submitted task does; returns the work."""
    found = dict(rows.filter(done_at__isnull=True).values_list("pk", "task__process_id"))
    list(Process.objects.select_for_update().filter(pk__in=set(found.values())).order_by("pk"))
    return list(found)


def _address_anew(pks: list[int]) -> None:
    rows = WorkItem.objects.filter(pk__in=pks, done_at__isnull=True)
    for item in rows.select_related("task__process", "permission", "person"):
        address_anew(item)


def _open_processes(case: Case) -> list[int]:
    """The processes that end with the case: its course, and the requests for change not yet decided."""
    changes = list(case.change_requests.filter(decided_at__isnull=True).values_list("pk", flat=True))
    rows = Process.objects.filter(status=PROCESS.NEW)
    return [
        *rows.filter(case_course__case=case).values_list("pk", flat=True),
        *rows.filter(flow_class=ChangeFlow, artifact_object_id__in=changes).values_list("pk", flat=True),
    ]


def _lock_course(case: Case) -> None:
    """Takes the locks of the processes before the case's, as a submitted task does, so that the two never wait
    crosswise."""
    list(Process.objects.select_for_update().filter(pk__in=_open_processes(case)).order_by("pk"))


def _end_processes(case: Case) -> None:
    """Ends the course of the case and the requests for change that are open."""
    for process in Process.objects.filter(pk__in=_open_processes(case)):
        process.flow_class.instance.cancel(process)
