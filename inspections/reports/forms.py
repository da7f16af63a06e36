"""The filters of the board and of the lists that its figures open, which live in the address; what leaders type."""

import datetime
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.cases.models import CaseKind
from inspections.findings.models import Severity
from inspections.forms import VerbForm
from inspections.lists import FilterForm
from inspections.organisations.models import Organisation, User
from inspections.pages import today_of, user_of
from inspections.reports.models import WeeklyReport
from inspections.reports.queries.beside import CASE_FIGURES, case_conditions, quiet_days
from inspections.reports.queries.board import Asked, conditions, reaches
from inspections.reports.queries.places import places_had
from inspections.reports.queries.weekly import of_report
from inspections.reports.rules import STEPS
from inspections.reports.services.actions import Action
from inspections.reports.services.asking import answer_report
from permissions import policy

FIGURES: dict[str, Any] = {
    "open": gettext_lazy("all that is not done"),
    "running": gettext_lazy("with whoever owes it"),
    **{f"due{days}": format_lazy(gettext_lazy("due within {days} days"), days=days) for days in STEPS},
    "overdue": gettext_lazy("overdue"),
    "waiting": gettext_lazy("with others"),
    "suspended": gettext_lazy("suspended"),
    "returned": gettext_lazy("returned more than once"),
    "extended": gettext_lazy("extended"),
}
OF_MONTHS: dict[str, Any] = {
    "opened": gettext_lazy("begun in the month"),
    "met_in_time": gettext_lazy("done in time in the month"),
    "met_late": gettext_lazy("done late in the month"),
}
OF_CASES: dict[str, Any] = dict(
    zip(
        CASE_FIGURES,
        (
            gettext_lazy("running cases"),
            gettext_lazy("proposals to sign"),
            gettext_lazy("closed cases"),
            gettext_lazy("cases without a step for more than %(days)s days"),
        ),
        strict=True,
    )
)


def case_figures_told(quiet_days: int) -> dict[str, Any]:
    """The figures of cases in words, with the days after which a case is quiet."""
    return {code: str(label) % {"days": quiet_days} for code, label in OF_CASES.items()}


class PlaceFilter(FilterForm):
    """Where one looks: an organisation that one leads, or that is above several such; by default all of them."""

    q = None  # type: ignore[assignment]
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.select_related("type"),
        required=False,
        widget=forms.HiddenInput,
    )
    own = forms.BooleanField(label=gettext_lazy("Without those below"), required=False, widget=forms.HiddenInput)

    def clean_organisation(self) -> Organisation | None:
        chosen: Organisation | None = self.cleaned_data["organisation"]
        if chosen is None:
            return None
        viewer, path = policy.viewer_for(user_of(self.request)), str(chosen.path)
        # what moved away is asked about as of a day on which it stood here
        if not reaches(viewer, path) and not any(reaches(viewer, one) for one in places_had([path])[path]):
            raise ValidationError(_("You lead nothing there; choose an organisation on the leader's page."))
        return chosen

    def asked(self) -> Asked:
        """What is set and understood."""
        given = self.given
        return Asked(
            today=today_of(self.request),
            organisation=given.get("organisation"),
            own_only=bool(given.get("own")),
            kind=given.get("kind") or "",
            severity=given.get("severity") or "",
            due_from=given.get("due_from"),
            due_to=given.get("due_to"),
            as_of=given.get("as_of"),
        )


class KindFilter(PlaceFilter):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        super().__init__(data, request=request)
        kinds = [("", "—"), *CaseKind.objects.values_list("code", "name")]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class BoardFilter(KindFilter):
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), required=False)
    due_from = forms.DateField(label=gettext_lazy("Due from"), required=False)
    due_to = forms.DateField(label=gettext_lazy("Due to"), required=False)
    as_of = forms.DateField(label=gettext_lazy("As of the day"), required=False)

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        super().__init__(data, request=request)
        rungs = [("", "—"), *Severity.objects.values_list("code", "name")]
        self.fields["severity"].choices = rungs  # type: ignore[attr-defined]

    def clean_as_of(self) -> Any:
        """A past day; today is now."""
        day, today = self.cleaned_data["as_of"], today_of(self.request)
        if day is not None and day > today:
            raise ValidationError(_("That day is still to come; choose a past one, or leave it empty for now."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("as_of") == today_of(self.request):
            cleaned["as_of"] = None
        first, last = cleaned.get("due_from"), cleaned.get("due_to")
        if first and last and first > last:
            self.add_error("due_to", _("This day is before the first one."))
        return cleaned


class ClockFilter(BoardFilter):
    """The list of clocks that a figure opens: of the board, or (report) of a weekly report, as of its Monday at six."""

    figure = forms.ChoiceField(
        label=gettext_lazy("Figure"), choices=[("", "—"), *FIGURES.items(), *OF_MONTHS.items()], required=False
    )
    month = forms.DateField(label=gettext_lazy("Month from"), required=False, widget=forms.HiddenInput)
    holder = forms.ModelChoiceField(
        label=gettext_lazy("Waiting for"),
        queryset=Organisation.objects.all(),
        required=False,
        widget=forms.HiddenInput,
    )
    report = forms.ModelChoiceField(
        label=gettext_lazy("Weekly report"),
        queryset=WeeklyReport.objects.none(),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        super().__init__(data, request=request)
        reports = WeeklyReport.objects.select_related("organisation").defer("figures", "lines", "rows")
        self.fields["report"].queryset = policy.visible(user_of(request), reports)  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        asked, report = super().asked(), self.given.get("report")
        if report is None:
            return asked
        return replace(asked, organisation=asked.organisation or report.organisation, as_of=report.on)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("figure") in OF_MONTHS and (cleaned.get("report") or not cleaned.get("month")):
            self.add_error("figure", _("This figure is of a month; open it from the pictures of the year."))
        return cleaned

    def narrow(self, rows: Any) -> Any:
        given = self.given
        if given.get("figure") in FIGURES:
            rows = rows.filter(conditions(self.asked().on)[given["figure"]])
        if given.get("report"):
            rows = rows.filter(of_report(given["report"].organisation, given["report"].on))
        return rows.filter(holder=given["holder"]) if given.get("holder") else rows


class CaseFigureFilter(KindFilter):
    """The list of cases that a figure opens."""

    figure = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        super().__init__(data, request=request)
        self.quiet_days = quiet_days()
        told = [("", "—"), *case_figures_told(self.quiet_days).items()]
        self.fields["figure"].choices = told  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        figure = self.given.get("figure")
        return rows.filter(case_conditions(self.asked().today, self.quiet_days)[figure]) if figure else rows


class ChosenForm(VerbForm):
    """One deed about many clocks; `target`: what `Chosen` tells. Where it may not be done it is left out."""

    known_template = "reports/known_rows.html"

    def known(self) -> dict[str, Any]:
        return {"rows": self.target.rows}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.target.allowed:
            self.add_error(None, _("There is no row about which you may do this."))
        return cleaned


class ActForm(ChosenForm):
    """A deed for which words are said, and perhaps a day named."""

    due_on = forms.DateField(label=gettext_lazy("By the day"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        action: Action = self.target.action
        if not action.needs_day:
            del self.fields["due_on"]
        if action.words_as:
            area = forms.Textarea(attrs={"rows": 4})
            self.fields[action.words_as] = forms.CharField(label=action.words_label, widget=area, required=False)
            self.order_fields([action.words_as])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "due_on" in self.fields and not self.errors and not cleaned.get("due_on"):
            self.add_error("due_on", _("Name the day."))
        return cleaned

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = {name: self.cleaned_data[name] for name in self.fields}
        return self.target.action.perform(acting_user=acting_user, deadlines=self.target.allowed, now=now, **given)


class AnswerForm(VerbForm):
    """The report that was asked for, in a note."""

    known_template = "reports/known_question.html"
    answer = forms.CharField(label=gettext_lazy("Report"), widget=forms.Textarea(attrs={"rows": 8}), required=False)

    def known(self) -> dict[str, Any]:
        return {"asked": self.target}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return answer_report(acting_user=acting_user, asked=self.target, now=now, answer=self.cleaned_data["answer"])
