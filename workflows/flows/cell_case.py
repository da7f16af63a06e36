"""A cell's own case about one of its members, with a team or without (domain.md §4.4, scenario B)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.cases.models import Case
from workflows.flows.base import LOCK, body_step, case_of, step_rule, subject_step, subjects_of, team_step
from workflows.flows.correction import open_corrections
from workflows.models import CellCaseProcess
from workflows.nodes import ForEach, Join

FORMS = "inspections.cases.forms"
FINDINGS = "inspections.findings.forms"
Stage = Case.Stage


class CellCaseFlow(flow.Flow):
    process_class, lock_impl = CellCaseProcess, LOCK
    process_title = _("A cell's own inspection or supervision")
    step_rule = staticmethod(step_rule)

    # with the member
    start = flow.StartHandle(this.do_start).Annotation(title=_("Ordered")).Next(this.announce)
    announce = team_step(_("Announce decision and plan"), "announce_case", f"{FORMS}.AnnounceForm").Next(
        this.ask_self_reports
    )
    ask_self_reports = ForEach(subjects_of).Annotation(title=_("To every subject")).Next(this.self_report)
    self_report = subject_step(_("Submit the self-report"), "submit_self_report", f"{FORMS}.SelfReportForm").Next(
        this.self_reports_in
    )
    self_reports_in = Join().Annotation(title=_("All self-reports in")).Next(this.report)
    report = team_step(_("Meet the member, report with findings"), "submit_report", f"{FORMS}.ReportForm").Next(
        this.conclude
    )

    # in the cell's meeting
    conclude = body_step(
        _("Consider and conclude in the cell's meeting"), "conclude_case", "inspections.cases.sitting_form.ConcludeForm"
    ).Next(this.concluded)
    concluded = flow.If(this.is_concluded).Annotation(title=_("Concluded?")).Then(this.draft_notice).Else(this.report)
    draft_notice = team_step(_("Draft the conclusion notice"), "draft_notice", f"{FINDINGS}.SubmitNoticeForm").Next(
        this.sign_notice
    )
    sign_notice = body_step(_("Sign the conclusion notice"), "sign_notice", f"{FINDINGS}.SignNoticeForm").Next(
        this.signed
    )
    signed = (
        flow.If(this.is_published).Annotation(title=_("Signed?")).Then(this.open_corrections).Else(this.draft_notice)
    )
    open_corrections = (
        flow.Function(this.do_open_corrections).Annotation(title=_("Corrections opened")).Next(this.announce_notice)
    )
    announce_notice = team_step(
        _("Announce the conclusion notice"), "announce_notice", f"{FORMS}.AnnounceNoticeForm"
    ).Next(this.close_dossier)
    close_dossier = team_step(_("Close and hand over the dossier"), "close_dossier", f"{FORMS}.CloseForm").Next(
        this.end
    )
    end = flow.End().Annotation(title=_("Closed; corrections watched"))

    def do_start(self, activation: Any, case: Case) -> Any:
        activation.process.artifact = case
        return activation.process

    def is_concluded(self, activation: Any) -> bool:
        return case_of(activation).stage == Stage.CONCLUDED

    def is_published(self, activation: Any) -> bool:
        return case_of(activation).stage == Stage.NOTIFIED

    def do_open_corrections(self, activation: Any) -> None:
        open_corrections(case_of(activation))
