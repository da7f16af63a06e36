"""Asking about a time limit, and deciding on it."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.models import TimeLimitRule
from inspections.deadlines.models import ClockRequest
from inspections.deadlines.services import requests
from inspections.forms import VerbForm, files_field
from inspections.organisations.models import User

What = ClockRequest.What


class AskForm(VerbForm):
    """Asks about the target, a deadline, for what the page is made for."""

    known_template = "deadlines/known_clock.html"
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )
    files: Any = files_field()

    def __init__(self, *args: Any, what: str, **options: Any) -> None:
        self.what = what
        super().__init__(*args, **options)
        if what == What.EXTENSION:
            field = forms.IntegerField(
                label=_("How many more (%(unit)s)") % {"unit": unit_words(requests.unit_of(self.target))},
                min_value=1,
                help_text=self._bound(),
            )
            self.fields = {"amount": field, **self.fields}  # type: ignore[assignment]

    def _bound(self) -> str:
        left = requests.time_left_to_give(self.target)
        if left is None:
            return _("No rule bounds it: whoever set the day decides.")
        return _("By the rule at most %(left)s.") % {"left": left}

    def known(self) -> dict[str, Any]:
        return {"clock": self.target, "today": timezone.localdate(self.now)}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return requests.ask(acting_user=acting_user, clock=self.target, what=self.what, now=now, **self.cleaned_data)


class DecideRequestForm(VerbForm):
    """Decides on the target, a request about a time limit."""

    known_template = "deadlines/known_request.html"
    approves = forms.TypedChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Approve")), ("no", gettext_lazy("Refuse"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    paper = forms.CharField(
        label=gettext_lazy("Number of the decision"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Needed when you approve."),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed when you refuse."),
    )

    def known(self) -> dict[str, Any]:
        request: ClockRequest = self.target
        today = timezone.localdate(self.now)
        return {"request": request, "clock": request.deadline, "unit": unit_words(request.unit), "today": today}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return requests.decide(acting_user=acting_user, request=self.target, now=now, **self.cleaned_data)


def unit_words(unit: str) -> str:
    """The unit of a limit in words; empty for none."""
    return str(dict(TimeLimitRule.UnitChoice.choices).get(unit, ""))
