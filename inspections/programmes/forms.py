"""Forms of programmes and their lines."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.cases.models import CaseKind
from inspections.forms import OneField, PeopleField, SeveralField, VerbForm, Watched, choosable, last_entry_about
from inspections.organisations.models import Organisation, Person, User
from inspections.programmes import queries, services
from inspections.programmes.models import Programme
from inspections.programmes.watched import watched_line, watched_lines
from permissions.models import AuditEntry

MONTHS = [("", "—"), *((str(month), str(month)) for month in range(1, 13))]


def month_or_none(value: str) -> int | None:
    return int(value) if value else None


class LineForm(VerbForm):
    """One line; the target is the programme (a new line) or the line."""

    kind = OneField(label=_("Kind"), queryset=choosable(CaseKind))
    content = forms.CharField(label=_("Content"), widget=forms.Textarea(attrs={"rows": 3}))
    organisations = SeveralField(label=_("Organisations"), queryset=Organisation.objects.none(), required=False)
    members = PeopleField(label=_("Members"), queryset=Person.objects.none(), required=False)
    all_below = forms.BooleanField(label=_("All organisations below"), required=False)
    examined_from = forms.DateField(label=_("Period examined, from"), required=False)
    examined_to = forms.DateField(label=_("Period examined, to"), required=False)
    lead = forms.CharField(label=_("Lead"), max_length=200, required=False)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    first_month = forms.TypedChoiceField(
        label=_("From month"), choices=MONTHS, coerce=month_or_none, empty_value=None, required=False
    )
    last_month = forms.TypedChoiceField(
        label=_("To month"), choices=MONTHS, coerce=month_or_none, empty_value=None, required=False
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        programme = self.target if isinstance(self.target, Programme) else self.target.programme
        if not isinstance(self.target, Programme):
            self.fields["kind"].queryset = choosable(CaseKind, self.target.kind_id)  # type: ignore[attr-defined]
        path = programme.organisation.scope_path
        below = Organisation.objects.at_or_below(path).filter(type__is_body=False)
        below = below.not_ended(timezone.localdate(self.now))
        self.fields["organisations"].queryset = below  # type: ignore[attr-defined]
        members = Person.objects.below(path).filter(is_active=True).select_related("organisation")
        self.fields["members"].queryset = members  # type: ignore[attr-defined]
        self.fields["year"].initial = programme.first_year

    def watched(self) -> Watched:
        return {} if isinstance(self.target, Programme) else watched_line(self.target)

    def watched_row(self) -> Programme | None:
        return None if isinstance(self.target, Programme) else self.target.programme

    def last_change(self) -> AuditEntry | None:
        programme = self.target.programme
        last = last_entry_about(programme, programme.organisation)
        # the entries of a programme are of all its lines: known for sure when it tells this line as it stands
        stands = services.facts_of(type(self.target).objects.get(pk=self.target.pk))
        return last if last is not None and last.new == stands else None

    def facts(self) -> services.LineFacts:
        given = dict(self.cleaned_data)
        given["organisations"], given["members"] = list(given["organisations"]), list(given["members"])
        return services.LineFacts(**given)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        if isinstance(self.target, Programme):
            return services.add_line(acting_user=acting_user, programme=self.target, facts=self.facts(), now=now)
        return services.change_line(acting_user=acting_user, line=self.target, facts=self.facts(), now=now)


class SubmitForm(VerbForm):
    known_template = "programmes/known_lines.html"
    outcome = forms.ChoiceField(
        label=_("What next?"),
        choices=[("submit", _("Submit it for adoption")), ("abandon", _("Give this draft up"))],
        widget=forms.RadioSelect,
        initial="submit",
    )

    def watched(self) -> Watched:
        return watched_lines(self.target)

    def watched_row(self) -> Programme:
        assert isinstance(self.target, Programme)
        return self.target

    def last_change(self) -> AuditEntry | None:
        return None

    def known(self) -> dict[str, Any]:
        return {
            "programme": self.target,
            "lines": queries.lines_of(self.target, self.user, timezone.localdate(self.now)),
            "differences": queries.differences(self.target),
        }

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        if self.cleaned_data["outcome"] == "submit":
            return services.submit_programme(acting_user=acting_user, programme=self.target, now=now)
        return services.abandon_programme(acting_user=acting_user, programme=self.target, now=now)


class AdoptForm(VerbForm):
    """Adopts the target programme or gives it back: all of it, or single lines, each with what has to change."""

    known_template = "programmes/known_lines.html"
    outcome = forms.ChoiceField(
        label=_("What next?"),
        choices=[("adopt", _("Adopt it: it is numbered and read-only")), ("return", _("Return it"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason, when it goes back"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for line in self.target.lines.all():
            self.fields[f"line_{line.pk}"] = forms.CharField(
                label=_("What has to change in line %(line)s") % {"line": line}, max_length=1000, required=False
            )

    def known(self) -> dict[str, Any]:
        return {
            "programme": self.target,
            "lines": queries.lines_of(self.target, self.user, timezone.localdate(self.now)),
            "differences": queries.differences(self.target),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == "adopt" and (cleaned.get("reason") or self._line_reasons(cleaned)):
            self.add_error("outcome", _("There are reasons to return it below. Return it, or take them away."))
        return cleaned

    @staticmethod
    def _line_reasons(given: dict[str, Any]) -> dict[int, str]:
        return {
            int(name.removeprefix("line_")): text for name, text in given.items() if name.startswith("line_") and text
        }

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        if given["outcome"] == "adopt":
            return services.adopt_programme(acting_user=acting_user, programme=self.target, now=now)
        return services.return_programme(
            acting_user=acting_user,
            programme=self.target,
            reason=given["reason"],
            line_reasons=self._line_reasons(given),
            now=now,
        )


class ReasonForm(VerbForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class NewProgrammeForm(VerbForm):
    horizon = forms.ChoiceField(label=_("Horizon"), choices=Programme.Horizon.choices, widget=forms.RadioSelect)
    first_year = forms.IntegerField(label=_("Year, or first year of the term"), min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label=_("Last year"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("first_year", "last_year"):
            self.fields[name].initial = self.now.year
        self.fields["horizon"].initial = Programme.Horizon.YEAR
