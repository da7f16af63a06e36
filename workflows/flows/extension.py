"""More time, a suspension or the end of one: asked by who owes, decided by the body that the rule names (§4.2)."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process
from viewflow.workflow.status import PROCESS

from inspections.deadlines.access import case_of, deciding_body
from inspections.deadlines.models import ClockRequest, Deadline
from permissions import policy
from workflows import moment
from workflows.flows.base import LOCK
from workflows.models import ExtensionProcess
from workflows.nodes import Step, Turn


def deciding_turn(activation: Any) -> Turn:
    """The turn of the body that decides about the time limit."""
    request = activation.process.artifact
    assert isinstance(request, ClockRequest)
    return Turn(about=request, case=case_of(request.deadline), organisation=deciding_body(request.deadline))


class ExtensionFlow(flow.Flow):
    process_class, lock_impl = ExtensionProcess, LOCK
    process_title = _("Moving a time limit")

    start = flow.StartHandle(this.do_start).Annotation(title=_("Asked for")).Next(this.decide)
    decide = Step(
        _("Decide on the time limit"),
        "decide_extension",
        "inspections.deadlines.forms.DecideRequestForm",
        deciding_turn,
    ).Next(this.end)
    end = flow.End().Annotation(title=_("Decided"))

    def do_start(self, activation: Any, request: ClockRequest) -> Any:
        activation.process.artifact = request
        return activation.process


def lock_matter(process: Process) -> None:
    """Locks the case of what is asked about, or else its clock, before the process itself.

    The other way about than elsewhere: whatever ends the clock holds the case, and ends this process under it."""
    clock = ClockRequest.objects.select_related("deadline").get(pk=process.artifact_object_id).deadline
    if clock.case_id is not None:
        policy.case_of_id(clock.case_id, lock=True)
    else:
        Deadline.objects.select_for_update().get(pk=clock.pk)


def end_lapsed(requests: list[ClockRequest], now: datetime.datetime) -> None:
    """Ends the processes of requests that lapsed; nobody has to decide any more. Part of the verb that made them so."""
    running = Process.objects.filter(
        flow_class=ExtensionFlow, status=PROCESS.NEW, artifact_object_id__in=[one.pk for one in requests]
    )
    with moment.at(now):
        for process in running.order_by("pk"):
            process.flow_class.instance.cancel(process)
