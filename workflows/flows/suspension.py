"""A member is suspended until the body ends it, also when the case ends before (domain.md §4.12)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.calendars.models import Duty
from inspections.cases.models import Suspension
from workflows.flows.base import LOCK
from workflows.models import SuspensionProcess
from workflows.nodes import Step, Turn


def ending_turn(activation: Any) -> Turn:
    """The turn of the body of the case, under the clock of the suspension."""
    suspension = activation.process.artifact
    assert isinstance(suspension, Suspension)
    case = suspension.case
    return Turn(about=suspension, case=case, organisation=case.organisation, duty=Duty.SUSPENSION)


class SuspensionFlow(flow.Flow):
    process_class, lock_impl = SuspensionProcess, LOCK
    process_title = _("Suspending a member")

    start = flow.StartHandle(this.do_start).Annotation(title=_("Suspended")).Next(this.end_suspension)
    end_suspension = Step(
        _("End the suspension"),
        "suspend_member",
        "inspections.cases.suspension_form.EndSuspensionForm",
        ending_turn,
    ).Next(this.end)
    end = flow.End().Annotation(title=_("Lifted, expired, or ended by discipline"))

    def do_start(self, activation: Any, suspension: Suspension) -> Any:
        activation.process.artifact = suspension
        return activation.process
