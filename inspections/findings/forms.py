"""Forms of findings, answers and the notice."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import LegalInstrument
from inspections.calendars.rules import Words
from inspections.cases.forms import CaseForm, long_text
from inspections.cases.models import Case, CaseSubject
from inspections.findings.models import DUE_WORDS, Answer, Consideration, Finding, Severity
from inspections.findings.queries import monitors_for, rest_day_warnings
from inspections.findings.services import answers, findings, notices
from inspections.findings.watched import watched_finding, watched_notice
from inspections.forms import (
    OneField,
    PersonField,
    Rows,
    SeveralField,
    VerbForm,
    Watched,
    choosable,
    files_field,
    guard,
    hush,
)
from inspections.organisations.models import Person, User


class FindingForm(CaseForm):
    """A finding; the target is the case (a new one) or the finding."""

    text = long_text(_("What was found"), widget=forms.Textarea(attrs={"rows": 4}))
    severity = OneField(label=_("Severity"), queryset=choosable(Severity))
    responsible = OneField(label=_("Responsible"), queryset=CaseSubject.objects.none())
    topic = forms.CharField(label=_("Topic"), max_length=100, required=False)
    cause = long_text(_("Cause"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    cause_kind = forms.ChoiceField(
        label=_("Kind of cause"), choices=[("", "—"), *Finding.CauseKind.choices], required=False
    )
    happened_on = forms.DateField(label=_("When (last day)"), required=False)
    instrument = OneField(
        label=_("Rule breached"),
        queryset=LegalInstrument.objects.all(),
        required=False,
        help_text=_("It has to be in force on the day of what was found, or on the last day of the period examined."),
    )
    article = forms.CharField(label=_("Article, clause"), max_length=100, required=False)
    files: Any = files_field(_("Evidence"))
    reason = long_text(
        _("Reason of the change"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed once the finding was released to the subject."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["responsible"].queryset = self.case.subjects.select_related("organisation", "person")  # type: ignore[attr-defined]
        if isinstance(self.target, Finding):
            self.fields["severity"].queryset = choosable(Severity, self.target.severity_id)  # type: ignore[attr-defined]
            for name in self.fields:
                if name not in ("files", "reason"):
                    self.fields[name].initial = getattr(self.target, name)
        else:
            del self.fields["reason"]

    def watched(self) -> Watched:
        return watched_finding(self.target) if isinstance(self.target, Finding) else {}

    def watched_row(self) -> Case | None:
        return self.case if isinstance(self.target, Finding) else None

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        files, reason = given.pop("files"), given.pop("reason", "")
        facts = findings.FindingFacts(**given)
        if isinstance(self.target, Case):
            return findings.add_finding(acting_user=acting_user, case=self.target, facts=facts, files=files, now=now)
        return findings.change_finding(
            acting_user=acting_user, finding=self.target, facts=facts, files=files, reason=reason, now=now
        )


class DropForm(CaseForm):
    watches = True
    reason = long_text(_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def watched(self) -> Watched:
        return {f"finding_{name}": one for name, one in watched_finding(self.target).items()}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return findings.drop_finding(acting_user=acting_user, finding=self.target, now=now, **self.cleaned_data)


class ReserveForm(VerbForm):
    text = long_text(_("The opinion that is reserved"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return answers.reserve_opinion(acting_user=acting_user, finding=self.target, now=now, **self.cleaned_data)


class AnswerForm(VerbForm):
    """One answer a finding, and the subject's word on the whole draft."""

    template_name = "findings/answer_form.html"
    known_template = "findings/known_draft.html"
    opinion = long_text(_("Your opinion on the draft as a whole"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        subject: CaseSubject = self.target
        self.findings = list(
            subject.findings.exclude(state=Finding.State.DROPPED).select_related("severity", "instrument")
        )
        for finding in self.findings:
            self.fields[f"answer_{finding.pk}"] = forms.ChoiceField(
                label=_("Your position"),
                choices=Answer.Position.choices,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"text_{finding.pk}"] = long_text(
                _("Why"), required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
            self.fields[f"files_{finding.pk}"] = files_field(_("Evidence"))

    def rows(self) -> list[dict[str, Any]]:
        """A finding with its fields, for the template."""
        return [
            {
                "finding": finding,
                "fields": [self[f"{name}_{finding.pk}"] for name in ("answer", "text", "files")],
            }
            for finding in self.findings
        ]

    def known(self) -> dict[str, Any]:
        papers = self.target.case.papers.filter(kind__code="draft_report", released_at__isnull=False)
        return {"paper": papers.order_by("-version").first(), "case": self.target.case}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        return answers.answer_findings(
            acting_user=acting_user,
            subject=self.target,
            opinion=given["opinion"],
            answers=[
                answers.AnswerGiven(
                    finding,
                    given[f"answer_{finding.pk}"],
                    given[f"text_{finding.pk}"],
                    given[f"files_{finding.pk}"],
                )
                for finding in self.findings
            ],
            now=now,
        )


class ConsiderForm(CaseForm):
    """What becomes of each answer that is not considered yet."""

    template_name = "findings/consider_form.html"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.answers = list(answers.unconsidered(self.case).prefetch_related("attachments__file"))
        severities: list[Any] = []  # the choices, read for the first answer for all
        for answer in self.answers:
            accepts = answer.position == Answer.Position.ACCEPTS
            self.fields[f"outcome_{answer.pk}"] = forms.ChoiceField(
                label=_("The finding is"),
                choices=Consideration.Outcome.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=Consideration.Outcome.KEPT if accepts else None,
            )
            self.fields[f"reason_{answer.pk}"] = long_text(
                _("Reason"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=_("The subject accepts it.") if accepts else "",
            )
            self.fields[f"text_{answer.pk}"] = long_text(
                _("As it reads now, when it is changed"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                initial=answer.finding.text,
            )
            severity = OneField(
                label=_("Severity now"),
                queryset=choosable(Severity, *(one.finding.severity_id for one in self.answers)),
                required=False,
                initial=answer.finding.severity,
            )
            severities = severities or list(severity.choices)  # type: ignore[arg-type]
            severity.choices = severities
            self.fields[f"severity_{answer.pk}"] = severity

    def rows(self) -> list[dict[str, Any]]:
        """An answer with its fields, for the template."""
        names = ("outcome", "reason", "text", "severity")
        return [{"answer": one, "fields": [self[f"{name}_{one.pk}"] for name in names]} for one in self.answers]

    def considerations(self) -> list[answers.ConsiderationGiven]:
        given = self.cleaned_data
        return [
            answers.ConsiderationGiven(
                one,
                given[f"outcome_{one.pk}"],
                given[f"reason_{one.pk}"],
                given[f"text_{one.pk}"],
                given[f"severity_{one.pk}"],
            )
            for one in self.answers
        ]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return answers.consider_answers(
            acting_user=acting_user, case=self.case, considerations=self.considerations(), now=now
        )


class ConsiderLateForm(ConsiderForm):
    """The same for opinions reserved at or after the conference."""

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return answers.consider_late(
            acting_user=acting_user, case=self.case, considerations=self.considerations(), now=now
        )


class DemandForm(forms.Form):
    """One demand in the draft of the notice."""

    text = forms.CharField(label=_("Demand"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    findings = SeveralField(
        label=_("Answers which shortcomings"),
        queryset=Finding.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assignee = OneField(label=_("Who must do it"), queryset=CaseSubject.objects.none(), required=False)
    monitor = PersonField(label=_("Monitor"), queryset=Person.objects.none(), required=False)
    due_words = forms.ChoiceField(label=_("In which words"), choices=DUE_WORDS, required=False)
    due_day = forms.DateField(label=_("Day named"), required=False)

    def __init__(self, *args: Any, case: Case, monitors: Any, offered: dict[str, list[Any]], **options: Any) -> None:
        """monitors: who may watch over a correction. offered: field -> its choices, read by the first row for all."""
        super().__init__(*args, **options)
        for name, rows in (
            ("findings", case.findings.standing()),
            ("assignee", case.subjects.select_related("organisation", "person")),
            ("monitor", monitors),
        ):
            field: Any = self.fields[name]
            field.queryset = rows
            if name not in offered:
                offered[name] = list(field.choices)
            field.choices = offered[name]
        guard(self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wants_text = cleaned.get("findings") or cleaned.get("due_day")
        if wants_text and not cleaned.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", _("Write what is demanded, or empty the whole row."))
        return cleaned

    def given(self) -> notices.DemandGiven | None:
        """The demand as the service takes it, None for an empty row."""
        values = self.cleaned_data
        if not values.get("text", "").strip() and not values.get("findings") and not values.get("due_day"):
            return None
        return notices.DemandGiven(
            text=values.get("text", ""),
            findings=list(values["findings"]),
            assignee=values["assignee"],
            monitor=values["monitor"],
            due_words=values["due_words"] or Words.BEFORE.value,
            due_day=values["due_day"],
        )


class NoticeForm(CaseForm):
    """The draft of the notice; demands are rows of their own."""

    watches = True

    strengths = long_text(_("Strengths, one a line"), required=False)
    carrying_out = long_text(_("Organisation of carrying out"), required=False)
    recipients = long_text(_("Recipients, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        notice = getattr(self.case, "notice", None)
        initial = []
        if notice is not None:
            self.fields["strengths"].initial = "\n".join(strength.text for strength in notice.strengths.all())
            self.fields["carrying_out"].initial = notice.carrying_out
            self.fields["recipients"].initial = notice.recipients
            initial = [
                {
                    "text": demand.text,
                    "findings": [finding.pk for finding in demand.findings.all()],
                    "assignee": demand.assignee_id,
                    "monitor": demand.monitor_id,
                    "due_words": demand.due_words,
                    "due_day": demand.due_day,
                }
                for demand in notice.demands.prefetch_related("findings")
            ]
        extra = 1 if initial else max(1, self.case.findings.standing().count())
        rows = forms.formset_factory(DemandForm, formset=Rows, extra=extra, max_num=50)
        self.demands = rows(
            self.data if self.is_bound else None,
            prefix="demand",
            initial=initial,
            form_kwargs={"case": self.case, "monitors": monitors_for(self.case, self.today), "offered": {}},
        )

    def is_valid(self) -> bool:
        return bool(super().is_valid() & self.demands.is_valid())

    def hush(self) -> None:
        super().hush()
        for row in self.demands.forms:
            hush(row)

    def watched(self) -> Watched:
        return watched_notice(self.case)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        demands = [row.given() for row in self.demands.forms if row.has_changed() or row.initial]
        return notices.save_notice(
            acting_user=acting_user,
            case=self.case,
            strengths=given["strengths"].splitlines(),
            demands=[demand for demand in demands if demand is not None],
            carrying_out=given["carrying_out"],
            recipients=given["recipients"],
            now=now,
        )


class NoticeStepForm(CaseForm):
    """A step that shows the notice with its gaps."""

    watches = True

    known_template = "findings/known_notice.html"

    def watched(self) -> Watched:
        return {f"notice_{name}": one for name, one in watched_notice(self.case).items()}

    def known(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "notice": getattr(self.case, "notice", None),
            "rest_days": rest_day_warnings(self.case),
            "problems": notices.problems_of(self.case, timezone.localdate(self.now)),
        }


class SubmitNoticeForm(NoticeStepForm):
    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return notices.submit_notice(acting_user=acting_user, case=self.case, now=now)


class SignNoticeForm(NoticeStepForm):
    outcome = forms.ChoiceField(
        label=_("What next?"),
        choices=[("sign", _("Sign and publish the notice")), ("return", _("Return it to the team"))],
        widget=forms.RadioSelect,
    )
    reason = long_text(_("Reason, when it goes back"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        if self.cleaned_data["outcome"] == "sign":
            return notices.publish_notice(acting_user=acting_user, case=self.case, now=now)
        return notices.return_notice(
            acting_user=acting_user, case=self.case, reason=self.cleaned_data["reason"], now=now
        )
