"""The one graph of the formal kinds, driven by the table of procedures (domain.md §4.1, §4.3, §4.8)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from inspections.cases.models import Case
from workflows.flows.base import (
    LOCK,
    body_step,
    case_of,
    office_turn,
    step_rule,
    subject_step,
    subjects_of,
    team_step,
)
from workflows.flows.correction import open_corrections
from workflows.models import FormalCaseProcess
from workflows.nodes import ForEach, Join, Step

FORMS = "inspections.cases.forms"
FINDINGS = "inspections.findings.forms"
Stage = Case.Stage


class FormalCaseFlow(flow.Flow):
    process_class, lock_impl = FormalCaseProcess, LOCK
    process_title = _("Formal inspection or supervision")
    step_rule = staticmethod(step_rule)

    # prepare
    start = flow.StartHandle(this.do_start).Annotation(title=_("Ordered")).Next(this.prepare)
    prepare = team_step(_("Prepare outline, schedule and team"), "prepare_case", f"{FORMS}.PrepareForm").Next(
        this.announce
    )

    # with the subject
    announce = team_step(_("Announce decision and plan"), "announce_case", f"{FORMS}.AnnounceForm").Next(
        this.ask_self_reports
    )
    ask_self_reports = ForEach(subjects_of).Annotation(title=_("To every subject")).Next(this.self_report)
    self_report = subject_step(_("Submit the self-report"), "submit_self_report", f"{FORMS}.SelfReportForm").Next(
        this.self_reports_in
    )
    self_reports_in = Join().Annotation(title=_("All self-reports in")).Next(this.verify)
    verify = team_step(_("Verify"), "verify_case", f"{FORMS}.VerifyForm").Next(this.needs_more)
    needs_more = (
        flow.If(this.is_more_asked).Annotation(title=_("More needed?")).Then(this.ask_for_more).Else(this.draft_report)
    )
    ask_for_more = ForEach(this.those_asked).Annotation(title=_("To those asked")).Next(this.supplement)
    supplement = subject_step(_("Supply what was asked for"), "submit_self_report", f"{FORMS}.SupplementForm").Next(
        this.supplements_in
    )
    supplements_in = Join().Annotation(title=_("All supplied")).Next(this.verify)

    # draft and answers
    draft_report = team_step(_("Draft report and findings"), "draft_report", f"{FORMS}.DraftReportForm").Next(
        this.release_draft
    )
    release_draft = team_step(_("Release the draft to the subject"), "release_draft", f"{FORMS}.ReleaseForm").Next(
        this.released
    )
    released = (
        flow.Switch()
        .Annotation(title=_("Released?"))
        .Case(this.ask_answers, this.is_released)
        .Case(this.verify, this.is_back_in_verification)
        .Default(this.draft_report)
    )
    ask_answers = ForEach(subjects_of).Annotation(title=_("To every subject")).Next(this.answer)
    answer = subject_step(_("Answer finding by finding"), "answer_findings", f"{FINDINGS}.AnswerForm").Next(
        this.answered
    )
    answered = Join().Annotation(title=_("All answers in")).Next(this.consider_answers)
    consider_answers = team_step(_("Consider the answers"), "consider_answers", f"{FINDINGS}.ConsiderForm").Next(
        this.conference
    )
    conference = team_step(_("Hold the conference"), "hold_conference", f"{FORMS}.ConferenceForm").Next(
        this.conference_held
    )
    conference_held = (
        flow.If(this.is_back_in_verification)
        .Annotation(title=_("More verification?"))
        .Then(this.verify)
        .Else(this.report)
    )

    # conclude
    report = team_step(_("Submit the result report"), "submit_report", f"{FORMS}.ReportForm").Next(this.appraise)
    appraise = Step(_("Appraise form and consistency"), "appraise_case", f"{FORMS}.AppraiseForm", office_turn).Next(
        this.appraised
    )
    appraised = flow.If(this.is_appraised).Annotation(title=_("In order?")).Then(this.conclude).Else(this.report)
    conclude = body_step(
        _("Consider and conclude in a sitting"), "conclude_case", "inspections.cases.sitting_form.ConcludeForm"
    ).Next(this.concluded)
    concluded = (
        flow.Switch()
        .Annotation(title=_("Concluded?"))
        .Case(this.draft_notice, this.is_concluded)
        .Case(this.verify, this.is_back_in_verification)
        .Default(this.report)
    )
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

    def is_more_asked(self, activation: Any) -> bool:
        return case_of(activation).info_requests.filter(answer__isnull=True).exists()

    def those_asked(self, activation: Any) -> Any:
        # a subject that was never asked has no request at all, and so none without an answer either
        asked = case_of(activation).info_requests.filter(answer__isnull=True).values("subject")
        return subjects_of(activation).filter(pk__in=asked)

    def is_released(self, activation: Any) -> bool:
        return case_of(activation).stage == Stage.RELEASED

    def is_back_in_verification(self, activation: Any) -> bool:
        return case_of(activation).stage == Stage.VERIFYING

    def is_appraised(self, activation: Any) -> bool:
        return case_of(activation).stage == Stage.APPRAISED

    def is_concluded(self, activation: Any) -> bool:
        return case_of(activation).stage == Stage.CONCLUDED

    def is_published(self, activation: Any) -> bool:
        return case_of(activation).stage == Stage.NOTIFIED

    def do_open_corrections(self, activation: Any) -> None:
        open_corrections(case_of(activation))
