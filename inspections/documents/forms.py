"""Forms of terms."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.documents import services
from inspections.documents.models import Term
from inspections.forms import VerbForm, Watched
from inspections.organisations.models import Organisation, User


class TermForm(VerbForm):
    """A new term of the target organisation."""

    name = forms.CharField(label=_("Name"), max_length=50, help_text=_("For example Nhiệm kỳ 2025–2030."))
    starts_on = forms.DateField(label=_("From"), help_text=_("The day on which the congress closed."))
    ends_on = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty until the next congress."))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.add_term(acting_user=acting_user, organisation=self.target, now=now, **self.cleaned_data)


class ChangeTermForm(TermForm):
    """Ends or corrects the target term."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.initial = getattr(self.target, name)

    def watched(self) -> Watched:
        term = Term.objects.get(pk=self.target.pk)
        return {name: (field.label, str(getattr(term, name) or "")) for name, field in self.fields.items()}

    def watched_row(self) -> Organisation:
        return self.target.organisation  # type: ignore[no-any-return]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.change_term(acting_user=acting_user, term=self.target, now=now, **self.cleaned_data)
