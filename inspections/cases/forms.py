"""The forms of a running case, one a step; each performs one verb."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Duty
from inspections.calendars.queries import keeper_of
from inspections.cases.models import Case, CaseSubject, ChangeRequest, PaperKind
from inspections.cases.services import conclusion, endings, fieldwork, opening
from inspections.cases.services.clocks import AT_NOTICE, AT_SIGNING, SetDay, unknown_limits
from inspections.cases.services.common import missing_paper
from inspections.cases.watched import watched_draft, watched_proposal
from inspections.forms import OneField, SeveralField, VerbForm, Watched, files_field, guard
from inspections.organisations.models import User


def long_text(label: Any, **options: Any) -> forms.CharField:
    """A field for a long text."""
    options.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
    return forms.CharField(label=label, **options)


class CaseForm(VerbForm):
    """A form about a case. `watches` says whether its page shows what others may change meanwhile."""

    watches = False

    @property
    def case(self) -> Case:
        return self.target if isinstance(self.target, Case) else self.target.case  # type: ignore[no-any-return]

    @property
    def today(self) -> datetime.date:
        return timezone.localdate(self.now)

    def watched_row(self) -> Case | None:
        return self.case if self.watches else None

    def findings(self) -> Any:
        """The findings of the case with what `cases/known_findings.html` tells of each."""
        return self.case.findings.select_related("severity", "responsible__organisation", "responsible__person")


class UnknownLimits(CaseForm):
    """Asks for a day and a reason for each duty whose time limit is not known (`asks_for`)."""

    asks_for: tuple[Duty, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.unknown = unknown_limits(self.case, self.asks_for, self.today)
        if not self.unknown:
            return
        keeper = keeper_of(self.case.organisation, self.today)
        for duty in self.unknown:
            label = {"duty": duty.label}
            self.fields[f"limit_day_{duty}"] = forms.DateField(
                label=_("%(duty)s: by (day at the latest)") % label,
                required=False,
                initial=self.case.ends_on if self.case.ends_on >= self.today else None,
                help_text=_(
                    "No time limit is known for this; the administrator of %(keeper)s fills it in. Until then a day is "
                    "set here."
                )
                % {"keeper": keeper},
            )
            self.fields[f"limit_reason_{duty}"] = long_text(
                _("%(duty)s: why this day") % label, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
        guard(self.fields)

    @property
    def set_days(self) -> dict[str, SetDay]:
        """What was typed for each duty."""
        given = self.cleaned_data
        return {duty.value: SetDay(given[f"limit_day_{duty}"], given[f"limit_reason_{duty}"]) for duty in self.unknown}

    def others(self) -> dict[str, Any]:
        """What was typed in all other fields."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("limit_")}


class PrepareForm(CaseForm):
    outline = long_text(_("Outline of questions for the self-report"))
    schedule = long_text(_("Schedule and who does what"))
    team_met_on = forms.DateField(label=_("The team met on"))
    team_minutes = long_text(_("Minutes of the team's meeting"))
    files: Any = files_field()

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return fieldwork.prepare_case(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class MinutesForm(CaseForm):
    """What all minutes have."""

    held_on = forms.DateField(label=_("Held on"))
    place = forms.CharField(label=_("Place"), max_length=200)
    attendees = long_text(_("Who was there"), widget=forms.Textarea(attrs={"rows": 3}))
    minutes = long_text(_("Minutes"))
    files: Any = files_field(_("Signed minutes and other files"))


class AnnounceForm(MinutesForm):
    self_report_due = forms.DateField(
        label=_("Self-report by (day at the latest)"),
        help_text=_("The subject sees this day with its report."),
    )
    field_order = ["held_on", "place", "attendees", "minutes", "self_report_due", "files"]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return fieldwork.announce_case(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class SubjectForm(CaseForm):
    """A form that a subject fills in."""

    known_template = "cases/known_subject.html"

    @property
    def subject(self) -> CaseSubject:
        assert isinstance(self.target, CaseSubject)
        return self.target

    def known(self) -> dict[str, Any]:
        outline = self.case.papers.filter(kind__code="outline").order_by("-version").first()
        return {"outline": outline, "requests": self.subject.info_requests.filter(answer__isnull=True)}


class SelfReportForm(SubjectForm):
    text = long_text(_("Self-report, along the outline"), widget=forms.Textarea(attrs={"rows": 16}))
    files: Any = files_field(_("Documents that go with it"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return fieldwork.submit_self_report(acting_user=acting_user, subject=self.subject, now=now, **self.cleaned_data)


class SupplementForm(SubjectForm):
    text = long_text(_("Your answer"))
    files: Any = files_field(_("Documents that go with it"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return fieldwork.submit_supplement(acting_user=acting_user, subject=self.subject, now=now, **self.cleaned_data)


class VerifyForm(CaseForm):
    known_template = "cases/known_papers.html"
    outcome = forms.ChoiceField(
        label=_("What next?"),
        choices=[("enough", _("Enough: draft the report")), ("more", _("Ask the subject for more"))],
        widget=forms.RadioSelect,
    )
    subjects = SeveralField(
        label=_("Whom to ask"),
        queryset=CaseSubject.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = long_text(_("What is asked for"), required=False)
    due_on = forms.DateField(label=_("By (day at the latest)"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subjects"].queryset = self.case.subjects.select_related("organisation", "person")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == "more" and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Say by when it is needed."))
        return cleaned

    def known(self) -> dict[str, Any]:
        return {"case": self.case, "missing": missing_paper(self.case, "verify")}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        if given["outcome"] == "enough":
            return fieldwork.finish_verification(acting_user=acting_user, case=self.case, now=now)
        return fieldwork.ask_for_more(
            acting_user=acting_user,
            case=self.case,
            subjects=list(given["subjects"]),
            text=given["text"],
            due_on=given["due_on"],
            now=now,
        )


class DraftReportForm(CaseForm):
    known_template = "cases/known_findings.html"
    text = long_text(_("Draft report"), widget=forms.Textarea(attrs={"rows": 16}))
    files: Any = files_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last = self.case.papers.filter(kind__code="draft_report").order_by("-version").first()
        if last is not None:
            self.fields["text"].initial = last.body

    def known(self) -> dict[str, Any]:
        return {"case": self.case, "findings": self.findings()}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return fieldwork.draft_report(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class ReleaseForm(CaseForm):
    watches = True
    known_template = "cases/known_findings.html"
    outcome = forms.ChoiceField(
        label=_("What next?"),
        choices=[
            ("release", _("Release it to the subject")),
            ("redraft", _("Back to be drafted anew")),
            ("verify", _("Back to verification")),
        ],
        widget=forms.RadioSelect,
    )
    answers_due = forms.DateField(label=_("Answers by (day at the latest)"), required=False)
    reason = long_text(_("Reason, when it goes back"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def watched(self) -> Watched:
        return watched_draft(self.case)

    def known(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "findings": self.findings(),
            "paper": self.case.papers.filter(kind__code="draft_report").order_by("-version").first(),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == "release" and not cleaned.get("answers_due") and "answers_due" not in self.errors:
            self.add_error("answers_due", _("Say by when the subject has to answer."))
        return cleaned

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        if given["outcome"] == "release":
            return fieldwork.release_draft(
                acting_user=acting_user, case=self.case, answers_due=given["answers_due"], now=now
            )
        return fieldwork.return_draft(
            acting_user=acting_user,
            case=self.case,
            to_verification=given["outcome"] == "verify",
            reason=given["reason"],
            now=now,
        )


class ConferenceForm(MinutesForm):
    known_template = "cases/known_answers.html"
    asks_for_more = forms.BooleanField(label=_("The conference asks for more verification"), required=False)
    field_order = ["held_on", "place", "attendees", "minutes", "asks_for_more", "files"]

    def known(self) -> dict[str, Any]:
        return {"case": self.case, "findings": self.case.findings.prefetch_related("answers__consideration")}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return conclusion.hold_conference(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class ReportForm(CaseForm):
    known_template = "cases/known_findings.html"
    text = long_text(_("Result report"), widget=forms.Textarea(attrs={"rows": 16}))
    submission = long_text(
        _("What the body is asked to decide"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    files: Any = files_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        papers = self.case.papers.filter(kind__code__in=["draft_report", "result_report"])
        last = papers.order_by("-pk").first()
        if last is not None:
            self.fields["text"].initial = last.body

    def known(self) -> dict[str, Any]:
        return {"case": self.case, "findings": self.findings()}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return conclusion.submit_report(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class AppraiseForm(CaseForm):
    known_template = "cases/known_report.html"
    is_in_order = forms.TypedChoiceField(
        label=_("Form and consistency"),
        choices=[("yes", _("In order: pass it on")), ("no", _("Return it to the team"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    text = long_text(_("Appraisal"))

    def known(self) -> dict[str, Any]:
        return {"paper": self.case.papers.filter(kind__code="result_report").order_by("-version").first()}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return conclusion.appraise_case(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class AnnounceNoticeForm(UnknownLimits, MinutesForm):
    asks_for = AT_NOTICE

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return conclusion.announce_notice(
            acting_user=acting_user, case=self.case, now=now, limits=self.set_days, **self.others()
        )


class CloseForm(CaseForm):
    known_template = "cases/known_papers.html"
    handed_over_on = forms.DateField(label=_("Handed over on"))
    handed_over_to = forms.CharField(label=_("To whom"), max_length=200)
    index = long_text(_("Index of the dossier"))
    lessons = long_text(_("Lessons of the team"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        papers = self.case.papers.select_related("kind", "subject__organisation", "subject__person").order_by("pk")
        lines = [
            f"{number:02d}. {paper.kind.name}{paper.of_whom} ({paper.written_at:%d/%m/%Y})"
            for number, paper in enumerate(papers, start=1)
        ]
        self.fields["index"].initial = "\n".join(lines)

    def known(self) -> dict[str, Any]:
        return {"case": self.case}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return endings.close_dossier(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class SignForm(UnknownLimits):
    asks_for = AT_SIGNING
    watches = True
    known_template = "cases/known_proposal.html"
    outcome = forms.ChoiceField(
        label=_("What next?"),
        choices=[
            ("sign", _("Sign decision and plan: the case is opened")),
            ("return", _("Return the proposal")),
        ],
        widget=forms.RadioSelect,
    )
    reason = long_text(_("Reason, when it goes back"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def watched(self) -> Watched:
        # its own reason for returning is no part of the proposal
        return {f"proposal_{name}": one for name, one in watched_proposal(self.case).items()}

    def known(self) -> dict[str, Any]:
        return {"case": self.case}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        if self.cleaned_data["outcome"] == "sign":
            return opening.sign_case(acting_user=acting_user, case=self.case, now=now, limits=self.set_days)
        return opening.return_proposal(
            acting_user=acting_user, case=self.case, reason=self.cleaned_data["reason"], now=now
        )


class DecideChangeForm(VerbForm):
    known_template = "cases/known_change.html"
    approves = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Approve")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = long_text(_("Answer"), required=False, help_text=_("Needed when you refuse."))

    def known(self) -> dict[str, Any]:
        return {"change": self.target}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return endings.decide_change(acting_user=acting_user, change=self.target, now=now, **self.cleaned_data)


class ReasonForm(CaseForm):
    """A verb that needs only a reason."""

    reason = long_text(_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))


class ReviseForm(CaseForm):
    """A returned proposal is changed on its own page, then handed in again, or given up."""

    known_template = "cases/known_proposal.html"
    outcome = forms.ChoiceField(
        label=_("What next?"),
        choices=[("submit", _("Hand it in again")), ("withdraw", _("Give it up"))],
        widget=forms.RadioSelect,
    )
    reason = long_text(_("Reason, when you give it up"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def known(self) -> dict[str, Any]:
        return {"case": self.case, "may_revise": True}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        if self.cleaned_data["outcome"] == "submit":
            return opening.resubmit_proposal(acting_user=acting_user, case=self.case, now=now)
        return opening.withdraw_proposal(
            acting_user=acting_user, case=self.case, reason=self.cleaned_data["reason"], now=now
        )


class PaperForm(CaseForm):
    kind = OneField(label=_("Kind"), queryset=PaperKind.objects.filter(is_free=True, is_active=True))
    subject = OneField(
        label=_("With which subject"),
        queryset=CaseSubject.objects.none(),
        required=False,
        empty_label=_("all"),
    )
    held_on = forms.DateField(label=_("Held on"), required=False)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    attendees = long_text(_("Who was there"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    body = long_text(_("Text"), required=False)
    files: Any = files_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"].queryset = self.case.subjects.select_related("organisation", "person")  # type: ignore[attr-defined]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return fieldwork.add_paper(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class ChangeForm(CaseForm):
    """Asks for a change of content or time; the team has a form of its own."""

    what = forms.ChoiceField(
        label=_("What to change"),
        choices=[(one.value, one.label) for one in (ChangeRequest.What.CONTENT, ChangeRequest.What.DURATION)],
        widget=forms.RadioSelect,
    )
    content = long_text(_("Content"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    examined_from = forms.DateField(label=_("Period examined, from"), required=False)
    examined_to = forms.DateField(label=_("Period examined, to"), required=False)
    ends_on = forms.DateField(label=_("Carried out to"), required=False)
    reason = long_text(_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("content", "examined_from", "examined_to", "ends_on"):
            self.fields[name].initial = getattr(self.case, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what") == ChangeRequest.What.DURATION:
            if "ends_on" not in self.errors and cleaned.get("ends_on") in (None, self.case.ends_on):
                self.add_error("ends_on", _("Enter the new last day."))
        return cleaned

    def proposal(self) -> dict[str, Any]:
        """What is asked for, as `request_change` takes it."""
        given = self.cleaned_data
        if given["what"] == ChangeRequest.What.CONTENT:
            return {
                "content": given["content"],
                "examined_from": (given["examined_from"] or self.case.examined_from).isoformat(),
                "examined_to": (given["examined_to"] or self.case.examined_to).isoformat(),
            }
        return {"ends_on": given["ends_on"].isoformat()}
