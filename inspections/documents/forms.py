"""Forms of terms."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.documents import services
from inspections.forms import FactsForm, VerbForm
from inspections.organisations.models import Organisation, User


class TermForm(VerbForm):
    """A new term of the target organisation."""

    name = forms.CharField(label=_("Name"), max_length=50, help_text=_("For example Nhiệm kỳ 2025–2030."))
    starts_on = forms.DateField(label=_("From"), help_text=_("The day on which the congress closed."))
    ends_on = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty until the next congress."))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.add_term(acting_user=acting_user, organisation=self.target, now=now, **self.cleaned_data)


class ChangeTermForm(FactsForm, TermForm):
    """Ends or corrects the target term."""

    def chain(self) -> Organisation:
        return self.target.organisation  # type: ignore[no-any-return]

    def watched_row(self) -> Organisation:
        # what the verb locks first
        return self.target.organisation  # type: ignore[no-any-return]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.change_term(acting_user=acting_user, term=self.target, now=now, **self.cleaned_data)
