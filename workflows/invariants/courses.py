"""Invariants of rows and the processes in which they are at work."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from inspections.calendars.models import Duty
from inspections.cases.models import Case, ChangeRequest, Suspension
from inspections.deadlines.models import LIVE, ClockRequest, Deadline
from inspections.findings.models import Demand
from inspections.programmes.models import Programme
from inspections.remedies.models import CarriedDemand, Correction, LookAgain
from inspections.remedies.services.looks import LOOK_AGAIN
from inspections.schemes.models import Review
from workflows.flows import (
    CellCaseFlow,
    ChangeFlow,
    CorrectionFlow,
    ExtensionFlow,
    FormalCaseFlow,
    LookAgainFlow,
    OpeningFlow,
    ProgrammeFlow,
    SchemeReviewFlow,
    SuspensionFlow,
)
from workflows.invariants.breach import Breach, number_of, of
from workflows.models import CaseCourse

CASE_FLOWS = (FormalCaseFlow, CellCaseFlow)
PROPOSED, ENDED = Q(stage=Case.Stage.PROPOSED), Q(stage__in=Case.ENDED)
# flows -> the rows they are about, and the condition under which such a row is at work in one of them
AT_WORK: tuple[tuple[tuple[Any, ...], type[Model], Q], ...] = (
    ((ProgrammeFlow,), Programme, Q(state__in=[Programme.State.DRAFT, Programme.State.SUBMITTED])),
    ((OpeningFlow,), Case, PROPOSED),
    (CASE_FLOWS, Case, ~PROPOSED & ~ENDED),
    ((ChangeFlow,), ChangeRequest, Q(state=ChangeRequest.State.ASKED, case__stage__in=Case.BEFORE_CONCLUSION)),
    ((ExtensionFlow,), ClockRequest, Q(state=ClockRequest.State.ASKED)),
    ((CorrectionFlow,), Correction, ~Q(state=Correction.State.ACCEPTED)),
    ((LookAgainFlow,), LookAgain, Q(verdict="")),
    ((SuspensionFlow,), Suspension, Q(ended_at__isnull=True)),
    ((SchemeReviewFlow,), Review, Q(state=Review.State.PLANNED)),
)


def _processes(flows: tuple[Any, ...], model: type[Model]) -> "QuerySet[Process]":
    """The processes of the flows about the outer row of the model."""
    return Process.objects.filter(
        flow_class__in=flows,
        artifact_content_type=ContentType.objects.get_for_model(model),
        artifact_object_id=OuterRef("pk"),
    )


def one_course(now: datetime.datetime) -> Iterator[Breach]:
    processes = _processes(CASE_FLOWS, Case)
    cases = Case.objects.annotate(processes=number_of(processes), is_signed=Q(signed_at__isnull=False))
    for case in cases.exclude(is_signed=True, processes=1).exclude(is_signed=False, processes=0):
        yield of(case, f"is {'signed' if case.signed_at else 'not signed'} and has {case.processes} processes")
    named = Exists(CaseCourse.objects.filter(process=OuterRef("pk"), case=OuterRef("artifact_object_id")))
    for process in Process.objects.filter(~named, flow_class__in=CASE_FLOWS).only("pk"):
        yield of(process, "runs for a case that does not know it")
    for course in CaseCourse.objects.exclude(process__flow_class__in=CASE_FLOWS):
        yield of(course, "names a process of another flow")


def over_together(now: datetime.datetime) -> Iterator[Breach]:
    for flows, model, at_work in AT_WORK:
        running = number_of(_processes(flows, model).filter(status=PROCESS.NEW))
        rows: QuerySet[Any] = model._default_manager.annotate(running=running)
        for row in rows.filter(at_work).exclude(running=1):
            yield of(row, f"is at work and has {row.running} running processes of {flows[0].__name__}")
        for row in rows.exclude(pk__in=rows.filter(at_work).values("pk")).exclude(running=0):
            yield of(row, f"is over, and {row.running} processes of {flows[0].__name__} still run")
    ended = Q(status__in=[PROCESS.DONE, PROCESS.CANCELED])
    for process in Process.objects.filter(Q(ended, finished__isnull=True) | Q(~ended, finished__isnull=False)):
        yield of(process, f"is {process.status} and finished {process.finished}")


def no_standstill(now: datetime.datetime) -> Iterator[Breach]:
    waiting = Task.objects.filter(process=OuterRef("pk"), work_item__done_at__isnull=True, work_item__isnull=False)
    for process in Process.objects.filter(~Exists(waiting), status=PROCESS.NEW).only("pk"):
        yield of(process, "runs, and waits for nobody")
    for task in Task.objects.filter(status=STATUS.ERROR).only("pk"):
        yield of(task, "broke off in the middle")
    over = Task.objects.filter(finished__isnull=True).exclude(process__status=PROCESS.NEW)
    for task in over.exclude(status__in=[STATUS.CANCELED, STATUS.DONE]).only("pk"):
        yield of(task, "is open in a process that ended")


def demands_watched(now: datetime.datetime) -> Iterator[Breach]:
    for demand in Demand.objects.filter(correction__isnull=True).exclude(notice__number="").select_related("notice"):
        yield of(demand, f"of {demand.notice.number} has no correction")
    for correction in Correction.objects.filter(demand__notice__number=""):
        yield of(correction, "corrects what no published notice demands")


def looks_kept(now: datetime.datetime) -> Iterator[Breach]:
    kind = ContentType.objects.get_for_model(Correction)
    clocks = Deadline.objects.filter(item_type=kind, duty=LOOK_AGAIN, state__in=LIVE)
    awaited = LookAgain.objects.filter(verdict="")
    for look in awaited.exclude(correction__state=Correction.State.ACCEPTED):
        yield of(look, "waits for a correction that is at work")
    for look in awaited.filter(~Exists(clocks.filter(item_id=OuterRef("correction")))):
        yield of(look, "waits without a clock")
    for clock in clocks.exclude(item_id__in=awaited.values("correction")):
        yield of(clock, "runs for a second look that nobody waits for")
    recurred = number_of(LookAgain.objects.filter(verdict="recurring", correction=OuterRef("pk")))
    for correction in Correction.objects.annotate(recurred=recurred).exclude(times_recurred=F("recurred")):
        yield of(correction, f"recurred {correction.times_recurred} times, found {correction.recurred} times")


def suspensions_timed(now: datetime.datetime) -> Iterator[Breach]:
    kind = ContentType.objects.get_for_model(Suspension)
    live = Deadline.objects.filter(item_type=kind, duty=Duty.SUSPENSION, state__in=LIVE, item_id=OuterRef("pk"))
    for suspension in Suspension.objects.filter(~Exists(live), ended_at__isnull=True).select_related("subject"):
        yield of(suspension, "lasts, and no clock says how long")
    for suspension in Suspension.objects.filter(subject__person__isnull=True):
        yield of(suspension, "suspends no member")


def carried_once(now: datetime.datetime) -> Iterator[Breach]:
    open_now = CarriedDemand.objects.exclude(case__stage__in=Case.ENDED)
    twice = open_now.filter(correction=OuterRef("correction"), pk__lt=OuterRef("pk"))
    for carried in open_now.filter(Exists(twice)):
        yield of(carried, "is in two open follow-up cases")
    # one that follows several cases names the newest of them
    own = CarriedDemand.objects.filter(
        case=OuterRef("case"), correction__demand__notice__case=OuterRef("case__predecessor")
    )
    for carried in CarriedDemand.objects.exclude(Exists(own)):
        yield of(carried, "is carried into a case that does not follow its own")
    for carried in CarriedDemand.objects.exclude(
        case__organisation=F("correction__demand__notice__case__organisation")
    ):
        yield of(carried, "is carried into a case of another body")
