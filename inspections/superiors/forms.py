"""The filters of the board and of the lists that its figures open; what superiors and cells type."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.moments import start_of
from inspections.calendars.rules import add_months, days_after
from inspections.forms import OneField, PersonField, SeveralField, VerbForm, choosable
from inspections.lists import FilterForm
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.rules import path_end
from inspections.pages import today_of, user_of
from inspections.reports.rules import months_until
from inspections.superiors.models import (
    FlagRule,
    Following,
    RegularSupervision,
    Remark,
    SupervisionOutcome,
    SupervisionTopic,
)
from inspections.superiors.queries import flags as queries
from inspections.superiors.queries.flags import CELLS, MET, NO_THEMATIC_YET, SCORED, Asked
from inspections.superiors.queries.following import may_follow
from inspections.superiors.queries.supervisions import places_supervised
from inspections.superiors.rules import MONTHS, OF_CELLS, OF_MEETINGS
from inspections.superiors.services.following import Followed, end_following, follow
from inspections.superiors.services.remarks import answer_remark, leave_remark, mark_visit, strike_visit
from inspections.superiors.services.supervising import (
    ask_cell,
    decline_supervision,
    propose_supervision,
    remind_cell,
    strike_supervision,
    supervise,
)
from permissions import policy

FLAGS: dict[str, Any] = dict(FlagRule.Code.choices)
VALUES: dict[str, Any] = {
    MET: gettext_lazy("cells that met"),
    SCORED: gettext_lazy("mean score"),
    **FLAGS,
}
FIGURES_OF_CELLS: dict[str, Any] = {
    CELLS: gettext_lazy("cells of which a meeting is asked"),
    **{flag.value: FLAGS[flag] for flag in OF_CELLS},
    NO_THEMATIC_YET: gettext_lazy("no thematic meeting in this quarter yet"),
}
FIGURES_OF_MEETINGS: dict[str, Any] = {
    MET: gettext_lazy("regular meetings that were held"),
    SCORED: gettext_lazy("meetings with a score"),
    **{flag.value: FLAGS[flag] for flag in OF_MEETINGS},
}
NOT_SEEN = gettext_lazy("You see no cell there; choose an organisation on the page of cells.")
LOOKED_AT = 2 * MONTHS  # months that can be chosen


def month_key(month: datetime.date) -> str:
    """A month as the address has it."""
    return f"{month:%Y-%m}"


class MonthField(forms.ChoiceField):
    """One of the last two years' months, as the address has it."""

    def offer(self, today: datetime.date) -> None:
        months = reversed(months_until(today, LOOKED_AT))
        self.choices = [
            ("", _("the last one that is over")),
            *((month_key(month), f"{month:%m/%Y}") for month in months),
        ]


class PlaceFilter(FilterForm):
    """Where and of which month; by default of the last one that is over."""

    q = None  # type: ignore[assignment]
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.all(),
        required=False,
        widget=forms.HiddenInput,
    )
    month = MonthField(label=gettext_lazy("Month"), required=False)

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        super().__init__(data, request=request)
        self.fields["month"].offer(today_of(request))  # type: ignore[attr-defined]
        # of what one does not see one is not told whether it is there
        self.fields["organisation"].error_messages["invalid_choice"] = NOT_SEEN

    def clean_organisation(self) -> Organisation | None:
        chosen: Organisation | None = self.cleaned_data["organisation"]
        if chosen is not None and not queries.reaches(policy.viewer_for(user_of(self.request)), str(chosen.path)):
            raise ValidationError(NOT_SEEN)
        return chosen

    @property
    def month_asked(self) -> datetime.date:
        """The month that is looked at."""
        chosen = self.given.get("month")
        if chosen:
            return datetime.date.fromisoformat(f"{chosen}-01")
        return add_months(today_of(self.request).replace(day=1), -1)

    def asked(self) -> Asked:
        """What is set and understood."""
        return Asked(today_of(self.request), self.given.get("organisation"))


class BoardFilter(PlaceFilter):
    value = forms.ChoiceField(label=gettext_lazy("What the map shows"), choices=list(VALUES.items()), required=False)

    @property
    def value_asked(self) -> str:
        return str(self.given.get("value") or MET)


class FigureFilter(PlaceFilter):
    """A list behind a figure: exactly the rows it counts."""

    figures: dict[str, Any] = {}
    figure = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        super().__init__(data, request=request)
        self.fields["figure"].choices = list(self.figures.items())  # type: ignore[attr-defined]

    @property
    def figure_asked(self) -> str:
        return str(self.given.get("figure") or next(iter(self.figures)))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows


class CellFilter(FigureFilter):
    figures = FIGURES_OF_CELLS


class MeetingFilter(FigureFilter):
    figures = FIGURES_OF_MEETINGS


class SupervisionFilter(FilterForm):
    """Which regular supervisions: of a topic, with an outcome, opened in a period, in a place and below."""

    q = None  # type: ignore[assignment]
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Topic of supervision"), queryset=SupervisionTopic.objects.all(), required=False
    )
    outcome = forms.ModelChoiceField(
        label=gettext_lazy("What follows from it"), queryset=SupervisionOutcome.objects.all(), required=False
    )
    since = forms.DateField(label=gettext_lazy("Opened from"), required=False)
    until = forms.DateField(label=gettext_lazy("Opened to"), required=False)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation and below"), queryset=Organisation.objects.none(), required=False
    )
    show = forms.ChoiceField(
        label=gettext_lazy("Struck out"),
        choices=[("", gettext_lazy("without them")), ("struck", gettext_lazy("only them"))],
        required=False,
    )

    def __init__(self, data: Any, *, request: HttpRequest) -> None:
        super().__init__(data, request=request)
        self.fields["organisation"].queryset = places_supervised(user_of(request))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("The last day is before the first."))
        return given

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        given = self.given
        rows = rows.filter(struck_at__isnull=given.get("show") != "struck")
        for name in ("topic", "outcome"):
            if given.get(name):
                rows = rows.filter(**{name: given[name]})
        if given.get("since"):
            rows = rows.filter(opened_at__gte=start_of(given["since"]))
        if given.get("until"):
            rows = rows.filter(opened_at__lt=start_of(days_after(given["until"], 1)))
        if given.get("organisation"):
            top = str(given["organisation"].scope_path)
            rows = rows.filter(org_path__gte=top, org_path__lte=path_end(top))
        return rows


def _words(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}), **options)


class VisitForm(VerbForm):
    """Target: the meeting."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return mark_visit(acting_user=acting_user, meeting=self.target, note=self.cleaned_data["note"], now=now)


class RemarkForm(VerbForm):
    """Target: the meeting."""

    text = _words(gettext_lazy("Remark"))
    answer_by = forms.DateField(label=gettext_lazy("Answer by"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Remark:
        return leave_remark(acting_user=acting_user, meeting=self.target, now=now, **self.cleaned_data)


class RemarkedForm(VerbForm):
    """A form about a remark, which stands beside it."""

    known_template = "superiors/known_remark.html"

    def known(self) -> dict[str, Any]:
        return {"remark": self.target}


class AnswerForm(RemarkedForm):
    answer = _words(gettext_lazy("Answer"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Remark:
        return answer_remark(acting_user=acting_user, remark=self.target, now=now, **self.cleaned_data)


class RemindForm(RemarkedForm):
    """A remark becomes a reminder, of the answer that is owed or of what was answered."""

    note = forms.CharField(label=gettext_lazy("What to say (optional)"), max_length=1000, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.target.answered_at is not None:
            self.fields["note"].label, self.fields["note"].required = _("What the cell is reminded of"), True

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return remind_cell(acting_user=acting_user, remark=self.target, note=self.cleaned_data["note"], now=now)


class AskForm(RemarkedForm):
    """A remark becomes a report that is asked for."""

    words = _words(gettext_lazy("What to report"))
    due_on = forms.DateField(label=gettext_lazy("By the day"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return ask_cell(acting_user=acting_user, remark=self.target, now=now, **self.cleaned_data)


class ProposeForm(RemarkedForm):
    """Who may open no supervision himself proposes one."""

    why = _words(gettext_lazy("Why a supervision is proposed"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return propose_supervision(acting_user=acting_user, remark=self.target, now=now, **self.cleaned_data)


class DeclineForm(VerbForm):
    """Target: the proposal."""

    reason = _words(gettext_lazy("Why no supervision is opened"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return decline_supervision(acting_user=acting_user, proposal=self.target, now=now, **self.cleaned_data)


class StrikeVisitForm(VerbForm):
    """Target: the visit."""

    reason = _words(gettext_lazy("Why it is struck out"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return strike_visit(acting_user=acting_user, visit=self.target, now=now, **self.cleaned_data)


class StrikeSupervisionForm(VerbForm):
    """Target: the regular supervision."""

    reason = _words(gettext_lazy("Why it is struck out"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return strike_supervision(acting_user=acting_user, supervision=self.target, now=now, **self.cleaned_data)


class SuperviseForm(RemarkedForm):
    """A remark is the sign of a regular supervision."""

    topic = OneField(label=gettext_lazy("Topic of supervision"), queryset=SupervisionTopic.objects.none())
    sign = _words(gettext_lazy("Sign"))
    outcome = OneField(label=gettext_lazy("What follows from it"), queryset=SupervisionOutcome.objects.none())
    outcome_text = _words(gettext_lazy("What was said or asked for"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topic"].queryset = choosable(SupervisionTopic)  # type: ignore[attr-defined]
        self.fields["outcome"].queryset = choosable(SupervisionOutcome)  # type: ignore[attr-defined]
        self.fields["sign"].initial = self.target.text

    def perform(self, *, acting_user: User, now: datetime.datetime) -> RegularSupervision:
        return supervise(acting_user=acting_user, remark=self.target, now=now, **self.cleaned_data)


class FollowForm(VerbForm):
    """Target: a cell, or an organisation right below which cells stand; they are given to somebody."""

    person = PersonField(label=gettext_lazy("Who follows"), queryset=Person.objects.none())
    cells = SeveralField(
        label=gettext_lazy("Which cells"), queryset=Organisation.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    starts_on = forms.DateField(label=gettext_lazy("From"))
    paper = forms.CharField(label=gettext_lazy("Legal paper (number, date)"), max_length=100, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate(self.now)
        here = Q(parent=self.target.pk) | Q(pk=self.target.pk)
        below = Organisation.objects.filter(here, type__is_cell=True).not_ended(today)
        self.fields["person"].queryset = may_follow(self.target, today)  # type: ignore[attr-defined]
        self.fields["cells"].queryset = below.order_by("path")  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = today
        if self.target.type.is_cell:
            self.fields["cells"].initial = [self.target.pk]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Followed:
        given = {**self.cleaned_data, "cells": list(self.cleaned_data["cells"])}
        return follow(acting_user=acting_user, now=now, **given)


class EndFollowingForm(VerbForm):
    """Target: the following."""

    last_day = forms.DateField(label=gettext_lazy("Last day"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["last_day"].initial = timezone.localdate(self.now)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Following:
        last_day = self.cleaned_data["last_day"]
        return end_following(acting_user=acting_user, following=self.target, last_day=last_day, now=now)
