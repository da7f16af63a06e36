"""Suspending a member, and ending it."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Duty
from inspections.cases.forms import CaseForm, long_text
from inspections.cases.models import CaseSubject, Suspension
from inspections.cases.services import suspension
from inspections.deadlines.queries import running_clock
from inspections.forms import OneField, VerbForm
from inspections.organisations.models import User


class SuspendForm(CaseForm):
    """Suspends a member whom the target, a case, is about."""

    subject = OneField(label=_("Member"), queryset=CaseSubject.objects.none())
    number = forms.CharField(label=_("Number of the decision"), max_length=100)
    signed_on = forms.DateField(
        label=_("Signed on"), help_text=_("The time limit of the suspension is counted from this day.")
    )
    reason = long_text(
        _("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The member reads it, with the number and the days."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        subjects = self.case.subjects.filter(person__isnull=False).select_related("organisation", "person")
        field = self.fields["subject"]
        field.queryset = subjects  # type: ignore[attr-defined]
        if len(subjects) == 1:
            field.initial = subjects[0]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return suspension.suspend_member(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)


class EndSuspensionForm(VerbForm):
    """Ends the target, a suspension."""

    known_template = "cases/known_suspension.html"
    end = forms.ChoiceField(
        label=_("How it ended"),
        choices=[
            ("lifted", _("Lift it now")),
            ("expired", _("Its time ran out")),
            ("discipline", _("Discipline was imposed")),
        ],
        widget=forms.RadioSelect,
    )
    ended_on = forms.DateField(label=_("Ended on"))
    paper = forms.CharField(
        label=_("Number of the decision by which it ended"),
        max_length=100,
        required=False,
        help_text=_("Not needed where the time ran out."),
    )
    reason = long_text(
        _("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when you lift it."),
    )

    def known(self) -> dict[str, Any]:
        one: Suspension = self.target
        return {
            "suspension": one,
            "clock": running_clock(one, Duty.SUSPENSION),
            "today": timezone.localdate(self.now),
        }

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return suspension.end_suspension(acting_user=acting_user, suspension=self.target, now=now, **self.cleaned_data)
