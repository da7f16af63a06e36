"""A proposal on its way to the signature that opens the case (domain.md §4.1 P0, P1)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.cases.models import Case, Procedure
from workflows.flows.base import LOCK, body_step, case_of
from workflows.flows.cell_case import CellCaseFlow
from workflows.flows.formal_case import FormalCaseFlow
from workflows.models import CaseCourse, OpeningProcess

FORMS = "inspections.cases.forms"


class OpeningFlow(flow.Flow):
    process_class, lock_impl = OpeningProcess, LOCK
    process_title = _("Opening a case")

    start = flow.StartHandle(this.do_start).Annotation(title=_("Proposed")).Next(this.sign)
    sign = body_step(_("Sign decision and plan"), "sign_case", f"{FORMS}.SignForm").Next(this.signed)
    signed = flow.If(this.is_signed).Annotation(title=_("Signed?")).Then(this.open_case).Else(this.revise)
    revise = body_step(_("Revise the proposal"), "propose_case", f"{FORMS}.ReviseForm").Next(this.revised)
    revised = flow.If(this.is_withdrawn).Annotation(title=_("Given up?")).Then(this.end).Else(this.sign)
    open_case = flow.Function(this.do_open).Annotation(title=_("Case opened")).Next(this.end)
    end = flow.End().Annotation(title=_("Done"))

    def do_start(self, activation: Any, case: Case) -> Any:
        activation.process.artifact = case
        return activation.process

    def is_signed(self, activation: Any) -> bool:
        return case_of(activation).stage == Case.Stage.ORDERED

    def is_withdrawn(self, activation: Any) -> bool:
        return case_of(activation).stage == Case.Stage.WITHDRAWN

    def do_open(self, activation: Any) -> None:
        open_course(case_of(activation))


def open_course(case: Case) -> CaseCourse:
    """Starts the process of a case just signed, exactly once: the course is unique. Inside the signing step."""
    flow_class = FormalCaseFlow if case.procedure.flow == Procedure.Flow.FORMAL else CellCaseFlow
    process = flow_class.start.run(case=case)
    return CaseCourse.objects.create(case=case, process=process)
