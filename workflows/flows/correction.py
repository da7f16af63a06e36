"""One demand of a published notice, from the corrective plan to the acceptance (domain.md §5.3, scenario C)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.cases.models import Case
from inspections.cases.services.fieldwork import subject_verb
from inspections.remedies.models import Correction
from inspections.remedies.services import may_monitor, open_correction
from workflows import moment
from workflows.flows.base import LOCK
from workflows.models import CorrectionProcess
from workflows.nodes import Step, Turn

FORMS = "inspections.remedies.forms"
State = Correction.State


def correction_of(activation: Any) -> Correction:
    correction = activation.process.artifact
    assert isinstance(correction, Correction)
    return correction


def doer_turn(activation: Any) -> Turn:
    """The turn of who must correct: the organisation's office, or the member in person."""
    correction = correction_of(activation)
    assignee = correction.demand.assignee
    assert assignee is not None
    verb = subject_verb(assignee, activation.flow_task.verb)
    return Turn(
        about=correction,
        case=assignee.case,
        organisation=correction.organisation,
        verb=verb,
        person=assignee.person if verb == "answer_as_subject" else None,
        duty=correction.duty,
    )


def monitor_turn(activation: Any) -> Turn:
    """The turn of the monitor in person; of the body that concluded while the monitor has withdrawn or lost access."""
    return watching_turn(correction_of(activation), activation.flow_task.name)


def watching_turn(correction: Correction, duty: str) -> Turn:
    """As `monitor_turn`, for a duty about the correction."""
    case = correction.demand.notice.case
    can_monitor = may_monitor(correction, moment.now())
    return Turn(
        about=correction,
        case=case,
        organisation=case.organisation,
        verb="" if can_monitor else "verify_remedies",
        person=correction.monitor if can_monitor else None,
        duty=duty,
    )


class CorrectionFlow(flow.Flow):
    process_class, lock_impl = CorrectionProcess, LOCK
    process_title = _("Correcting a shortcoming")

    # who must correct
    start = flow.StartHandle(this.do_start).Annotation(title=_("Demanded")).Next(this.plan)
    plan = Step(_("Write the corrective plan"), "plan_remedies", f"{FORMS}.PlanForm", doer_turn).Next(this.judge_plan)
    # demanded before the software: a line of the running book, past its plan
    start_from_book = (
        flow.StartHandle(this.do_start).Annotation(title=_("Taken in from the running book")).Next(this.carry_out)
    )
    # the monitor
    judge_plan = Step(_("Judge the corrective plan"), "monitor_remedies", f"{FORMS}.JudgePlanForm", monitor_turn).Next(
        this.plan_agreed
    )
    plan_agreed = flow.If(this.is_agreed).Annotation(title=_("Agreed?")).Then(this.carry_out).Else(this.plan)
    # who must correct
    carry_out = Step(_("Carry out and report with proof"), "carry_out_remedies", f"{FORMS}.ReportForm", doer_turn).Next(
        this.judge_report
    )
    # the monitor
    judge_report = Step(
        _("Judge the proof of correction"), "monitor_remedies", f"{FORMS}.JudgeReportForm", monitor_turn
    ).Next(this.report_accepted)
    report_accepted = (
        flow.If(this.is_accepted).Annotation(title=_("Accepted?")).Then(this.look_later).Else(this.carry_out)
    )
    look_later = (
        flow.Function(this.do_look_later)
        .Annotation(title=_("Looked at again later, where it is so set"))
        .Next(this.end)
    )
    end = flow.End().Annotation(title=_("Corrected"))

    def do_start(self, activation: Any, correction: Correction) -> Any:
        activation.process.artifact = correction
        return activation.process

    def is_agreed(self, activation: Any) -> bool:
        return correction_of(activation).state == State.CARRYING_OUT

    def is_accepted(self, activation: Any) -> bool:
        return correction_of(activation).state == State.ACCEPTED

    def do_look_later(self, activation: Any) -> None:
        # that flow opens this one again, so it is known here only when it is needed
        from workflows.flows.look_again import look_later

        look_later(correction_of(activation))


def open_corrections(case: Case) -> None:
    """Opens one corrective process per demand of the notice just published. Inside the publishing step."""
    for demand in case.notice.demands.select_related("assignee__organisation", "assignee__person", "monitor__user"):
        correction = open_correction(demand=demand, now=moment.now())
        CorrectionFlow.start.run(correction=correction)
