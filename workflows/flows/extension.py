"""More time, a suspension or the end of one: asked by who owes, decided by the body that the rule names (§4.2)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.deadlines.access import case_of, deciding_body
from inspections.deadlines.models import ClockRequest
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
