"""Forms of corrective plans, reports and verdicts."""

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import Words
from inspections.cases.forms import long_text
from inspections.cases.proposal_form import ProposalForm
from inspections.findings.models import Finding
from inspections.findings.models.notices import DUE_WORDS
from inspections.findings.queries import monitors_for
from inspections.forms import (
    OneField,
    Rows,
    SeveralField,
    VerbForm,
    Watched,
    files_field,
    guard,
    hush,
    last_entry_about,
)
from inspections.organisations.models import Person, User
from inspections.remedies import services
from inspections.remedies.models import Correction, LookAgain, RemedyAction
from inspections.remedies.queries import known_for_follow_up, to_carry
from permissions.models import AuditEntry

Line = RemedyAction.State
LINE_KEY = re.compile(r"line_(?P<number>\d+)_(?P<field>finding|remedy|due_on)")


class LineForm(forms.Form):
    """One line of the five-column plan."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    finding = OneField(label=_("Shortcoming"), queryset=Finding.objects.none(), required=False)
    remedy = forms.CharField(label=_("Remedy"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    due_on = forms.DateField(label=_("Time (day at the latest)"), required=False)
    product = forms.CharField(
        label=_("Product that proves it"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, correction: Correction, **options: Any) -> None:
        super().__init__(*args, **options)
        self.why_returned = ""
        self.fields["finding"].queryset = correction.demand.findings.all()  # type: ignore[attr-defined]
        guard(self.fields)

    def is_empty(self) -> bool:
        values = self.cleaned_data
        return not values.get("remedy", "").strip() and not values.get("due_on") and not values.get("pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.is_empty():
            for name in ("finding", "due_on"):
                if not cleaned.get(name):
                    self.add_error(name, _("This is needed in a line of the plan."))
            if not cleaned.get("remedy", "").strip():
                self.add_error("remedy", _("Say what will be done."))
        return cleaned

    def given(self) -> services.LineGiven:
        values = self.cleaned_data
        return services.LineGiven(
            finding=values["finding"],
            remedy=values["remedy"],
            due_on=values["due_on"],
            product=values["product"],
            pk=values["pk"],
        )


class PlanForm(VerbForm):
    """The five-column plan; lines agreed before are shown, not asked."""

    template_name = "remedies/plan_form.html"
    known_template = "remedies/known_demand.html"
    # errors about the lines together stand here
    lines = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        correction: Correction = self.target
        self.agreed = list(correction.actions.filter(state=Line.ACCEPTED).select_related("finding"))
        waiting = correction.actions.filter(state__in=[Line.RETURNED, Line.SUBMITTED])
        self.returned = {action.pk: action for action in waiting.prefetch_related("verdicts")}
        initial: list[dict[str, Any]] = [
            {
                "pk": action.pk,
                "finding": action.finding_id,
                "remedy": action.remedy,
                "due_on": action.due_on,
                "product": action.product,
            }
            for action in self.returned.values()
        ]
        if not initial and not self.agreed:
            initial = [{"finding": finding.pk} for finding in correction.demand.findings.all()]
        rows = forms.formset_factory(LineForm, formset=Rows, extra=1, max_num=60)
        self.rows = rows(
            self.data if self.is_bound else None,
            prefix="line",
            initial=initial,
            form_kwargs={"correction": correction},
        )
        for row in self.rows.forms:
            action = self.returned.get(row.initial.get("pk") or 0)
            verdicts = list(action.verdicts.all()) if action is not None else []
            row.why_returned = verdicts[-1].reason if verdicts else ""

    def is_valid(self) -> bool:
        return bool(super().is_valid() & self.rows.is_valid())

    def hush(self) -> None:
        super().hush()
        for row in self.rows.forms:
            hush(row)

    def known(self) -> dict[str, Any]:
        return {"correction": self.target}

    def sent_rows(self) -> list[LineForm]:
        """The rows that make up the plan: the empty ones left out."""
        return [row for row in self.rows.forms if not row.is_empty() and "finding" in row.cleaned_data]

    def take_errors(self, problem: ValidationError) -> None:
        """The service names a line by its place in the plan; its error stands in that row."""
        if not hasattr(problem, "error_dict"):
            super().take_errors(problem)
            return
        sent = self.sent_rows()
        rest = {}
        for key, errors in problem.error_dict.items():
            place = LINE_KEY.fullmatch(key)
            if place is None:
                rest[key] = errors
            else:
                sent[int(place["number"]) - 1].add_error(place["field"], errors)
        if rest:
            super().take_errors(ValidationError(rest))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        lines = [row.given() for row in self.sent_rows()]
        return services.submit_plan(acting_user=acting_user, correction=self.target, lines=lines, now=now)


class JudgeForm(VerbForm):
    """Each waiting line is accepted or returned with its reason."""

    template_name = "remedies/judge_form.html"
    known_template = "remedies/known_demand.html"
    waiting_state = Line.SUBMITTED

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        waiting = self.target.actions.filter(state=self.waiting_state).select_related("finding")
        self.actions = list(waiting.prefetch_related("verdicts", "reports__attachments__file", "wordings"))
        for action in self.actions:
            self.fields[f"verdict_{action.pk}"] = forms.ChoiceField(
                label=_("Verdict"),
                choices=[("accept", _("accept")), ("return", _("return"))],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"reason_{action.pk}"] = forms.CharField(
                label=_("What is missing"), widget=forms.Textarea(attrs={"rows": 2}), required=False
            )

    def rows(self) -> list[dict[str, Any]]:
        """A line with its fields, for the template."""
        return [
            {"action": action, "fields": [self[f"verdict_{action.pk}"], self[f"reason_{action.pk}"]]}
            for action in self.actions
        ]

    def known(self) -> dict[str, Any]:
        return {"correction": self.target}

    def verdicts(self) -> list[services.VerdictGiven]:
        given = self.cleaned_data
        return [
            services.VerdictGiven(action, given[f"verdict_{action.pk}"] == "accept", given[f"reason_{action.pk}"])
            for action in self.actions
            if given[f"verdict_{action.pk}"]
        ]


class JudgePlanForm(JudgeForm):
    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.judge_plan(acting_user=acting_user, correction=self.target, verdicts=self.verdicts(), now=now)


class JudgeReportForm(JudgeForm):
    waiting_state = Line.REPORTED

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.target.is_standing:
            self.fields["is_last"] = forms.BooleanField(
                label=_("Nothing more is asked about this demand"),
                help_text=_("Not set: when all lines are accepted, the next quarter is asked about."),
                required=False,
            )

    def about_all(self) -> list[Any]:
        """The fields that are about no single line."""
        return [self["is_last"]] if "is_last" in self.fields else []

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.judge_report(
            acting_user=acting_user,
            correction=self.target,
            verdicts=self.verdicts(),
            now=now,
            is_last=self.cleaned_data.get("is_last", False),
        )


class ReportForm(VerbForm):
    """The result of each open line, with its proof."""

    template_name = "remedies/report_form.html"
    known_template = "remedies/known_demand.html"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        open_lines = self.target.actions.filter(state=Line.ACCEPTED).select_related("finding")
        self.actions = list(open_lines.prefetch_related("verdicts", "reports"))
        for action in self.actions:
            self.fields[f"text_{action.pk}"] = long_text(
                _("What was done"), required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
            self.fields[f"done_on_{action.pk}"] = forms.DateField(label=_("Done on"), required=False)
            self.fields[f"files_{action.pk}"] = files_field(_("Proof"))

    def rows(self) -> list[dict[str, Any]]:
        """A line with its fields, for the template."""
        names = ("text", "done_on", "files")
        return [
            {"action": action, "fields": [self[f"{name}_{action.pk}"] for name in names]} for action in self.actions
        ]

    def known(self) -> dict[str, Any]:
        return {"correction": self.target}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        return services.report_correction(
            acting_user=acting_user,
            correction=self.target,
            reports=[
                services.ReportGiven(
                    action,
                    given[f"text_{action.pk}"],
                    given[f"done_on_{action.pk}"],
                    given[f"files_{action.pk}"],
                )
                for action in self.actions
            ],
            now=now,
        )


class LookAgainForm(VerbForm):
    """Whether what was accepted is still fixed; what recurs opens again, with a new day."""

    known_template = "remedies/known_look.html"
    outcome = forms.ChoiceField(
        label=_("What was found"), choices=LookAgain.Verdict.choices, widget=forms.RadioSelect, required=False
    )
    reason = long_text(
        _("What shows it; when it recurs, what was found"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_words = forms.ChoiceField(
        label=_("In which words"), choices=DUE_WORDS, initial=Words.BEFORE.value, required=False
    )
    due_day = forms.DateField(label=_("Day named, when it has to be corrected again"), required=False)

    def known(self) -> dict[str, Any]:
        return {"correction": self.target, "look": self.target.looks.filter(judged_at__isnull=True).first()}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        return services.look_again(
            acting_user=acting_user,
            correction=self.target,
            given=services.LookGiven(
                verdict=given["outcome"],
                reason=given["reason"],
                due_day=given["due_day"],
                due_words=given["due_words"] or Words.BEFORE.value,
            ),
            now=now,
        )


class FollowUpForm(ProposalForm):
    """A proposal filled in with what is known of overdue demands. The target is the body that concluded."""

    demands = SeveralField(
        label=_("Overdue demands carried into the case"),
        queryset=Correction.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["demands", *ProposalForm.field_order]

    def __init__(self, *args: Any, correction: Correction, **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate(self.now)
        case = correction.demand.notice.case
        offered = to_carry(case, self.user, today)
        carried = [one for one in offered if one.pk == correction.pk or one.organisation == correction.organisation]
        self.fields["demands"].queryset = offered  # type: ignore[attr-defined]
        self.fields["demands"].initial = carried
        if carried:
            for name, value in known_for_follow_up(carried, today).items():
                self.fields[name].initial = value


class MonitorForm(VerbForm):
    monitor = OneField(label=_("New monitor"), queryset=Person.objects.none())
    reason = long_text(_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def watched(self) -> Watched:
        fresh = Correction.objects.select_related("monitor").get(pk=self.target.pk)
        return {"monitor": (_("Monitor"), fresh.monitor.full_name)}

    def watched_row(self) -> Correction:
        assert isinstance(self.target, Correction)
        return self.target

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target.demand.notice.case)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate(self.now)
        self.fields["monitor"].queryset = monitors_for(self.target.demand.notice.case, today)  # type: ignore[attr-defined]
