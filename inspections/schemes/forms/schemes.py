"""Forms of a scheme: what it says, and its end."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.forms import SeveralField, VerbForm, Watched, files_field, last_entry_about
from inspections.organisations.models import Organisation, User
from inspections.schemes.forms.common import choose_from, long_text
from inspections.schemes.models import Scheme
from inspections.schemes.queries import lists
from inspections.schemes.services import schemes
from permissions.models import AuditEntry


class SchemeForm(VerbForm):
    """What a scheme says; the target is the organisation that makes it (a new one), or the scheme."""

    name = forms.CharField(label=_("Name"), max_length=300)
    aim = long_text(_("Aim"), 5)
    first_year = forms.IntegerField(label=_("First year"), min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label=_("Final year"), min_value=2000, max_value=2100)
    paper = forms.CharField(label=_("Paper that issues it (number, date)"), max_length=100)
    files = files_field(_("The paper as a file"))  # type: ignore[assignment]
    all_below = forms.BooleanField(label=_("Concerns all organisations below"), required=False, initial=True)
    organisations = SeveralField(
        label=_("Concerns only"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("With all that stands below them. Only where it does not concern all."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        scheme = self.scheme
        if scheme is None:
            year = timezone.localdate(self.now).year
            self.fields["first_year"].initial = year
            self.fields["last_year"].initial = year + 4
            maker = Scheme(organisation=self.target)
        else:
            maker = scheme
            for name in ("name", "aim", "first_year", "last_year", "paper", "all_below"):
                self.fields[name].initial = getattr(scheme, name)
            self.fields["organisations"].initial = [one.pk for one in scheme.organisations.all()]
        rows = lists.next_below(maker, timezone.localdate(self.now))
        choose_from(self, "organisations", rows.filter(type__is_body=False))

    @property
    def scheme(self) -> Scheme | None:
        return self.target if isinstance(self.target, Scheme) else None

    def watched(self) -> Watched:
        if self.scheme is None:
            return {}
        fresh = Scheme.objects.get(pk=self.scheme.pk)
        told = {name: (self.fields[name].label, str(getattr(fresh, name))) for name in ("name", "aim", "paper")}
        years = {name: (self.fields[name].label, str(getattr(fresh, name))) for name in ("first_year", "last_year")}
        named = "; ".join(str(one) for one in fresh.organisations.order_by("path"))
        return {**told, **years, "organisations": (_("Concerns only"), named)}

    def watched_row(self) -> Scheme | None:
        return self.scheme

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.scheme, self.scheme.organisation) if self.scheme is not None else None

    def facts(self) -> schemes.SchemeFacts:
        given = {name: value for name, value in self.cleaned_data.items() if name != "files"}
        given["organisations"] = list(given["organisations"])
        return schemes.SchemeFacts(**given)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        files = self.cleaned_data["files"]
        if self.scheme is None:
            return schemes.begin_scheme(
                acting_user=acting_user, organisation=self.target, facts=self.facts(), files=files, now=now
            )
        return schemes.change_scheme(
            acting_user=acting_user, scheme=self.target, facts=self.facts(), files=files, now=now
        )


class EndSchemeForm(VerbForm):
    on = forms.DateField(label=_("Ended on"))
    reason = long_text(_("Why it ended"))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return schemes.end_scheme(acting_user=acting_user, scheme=self.target, now=now, **self.cleaned_data)
