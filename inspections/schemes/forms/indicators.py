"""Forms of indicators: what one says, its targets, and figures that are typed."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.forms import OneField, VerbForm, Watched, files_field, last_entry_about
from inspections.organisations.models import Organisation, User
from inspections.schemes.forms.common import FigureField, choose_from, long_text
from inspections.schemes.measures import all_measures
from inspections.schemes.models import Indicator, Scheme
from inspections.schemes.queries.figures import places_for, typing_places, year_shown
from inspections.schemes.rules import Direction
from inspections.schemes.services import indicators
from permissions.models import AuditEntry


def _parameter_name(measure: str, parameter: str) -> str:
    return f"of_{measure}_{parameter}"


def only_with(measure: str) -> dict[str, str]:
    """The attributes of a field that is asked with that measure only ("": with a typed indicator)."""
    return {"data-only-with": "measure_code", "data-only-for": measure}


class IndicatorForm(VerbForm):
    """What an indicator says; the target is its scheme (a new one), or the indicator. Each measure brings its own
    parameters; those of the one that is chosen count."""

    name = forms.CharField(label=_("Name"), max_length=300)
    direction = forms.ChoiceField(
        label=_("Better is"), choices=Indicator.DIRECTIONS, widget=forms.RadioSelect, initial=Direction.MORE.value
    )
    measure_code = forms.ChoiceField(
        label=_("Counted by"),
        choices=[],
        required=False,
        help_text=_("From the records, with the rows behind each figure; or typed with proof."),
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=30, required=False, help_text=_("Of a typed figure: per cent, meetings, people.")
    )
    baseline = FigureField(label=_("Baseline"), required=False)
    baseline_told = forms.CharField(label=_("Baseline: of when, from where"), max_length=200, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        measures = all_measures()
        labels = [(one.code, one.label) for one in measures]
        self.fields["measure_code"].choices = [("", _("typed with proof")), *labels]  # type: ignore[attr-defined]
        indicator = self.target if isinstance(self.target, Indicator) else None
        for measure in measures:
            for one in measure.parameters:
                field = forms.ChoiceField(label=f"{measure.label}: {one.label}", choices=one.choices(), required=False)
                if indicator is not None and indicator.measure_code == measure.code:
                    field.initial = indicator.parameters.get(one.code)
                field.widget.attrs |= only_with(measure.code)
                self.fields[_parameter_name(measure.code, one.code)] = field
        self.fields["unit"].widget.attrs |= only_with("")
        if indicator is not None:
            for name in ("name", "direction", "measure_code", "unit", "baseline", "baseline_told"):
                self.fields[name].initial = getattr(indicator, name)
        parameters = [name for name in self.fields if name.startswith("of_")]
        self.order_fields(["name", "direction", "measure_code", *parameters])

    def watched(self) -> Watched:
        if not isinstance(self.target, Indicator):
            return {}
        fresh = Indicator.objects.get(pk=self.target.pk)
        names = ("name", "direction", "measure_code", "unit", "baseline", "baseline_told")
        told = {name: (self.fields[name].label, str(getattr(fresh, name) or "")) for name in names}
        for measure in all_measures():
            for one in measure.parameters:
                name = _parameter_name(measure.code, one.code)
                given = fresh.parameters.get(one.code, "") if fresh.measure_code == measure.code else ""
                told[name] = (self.fields[name].label, str(dict(one.choices()).get(given, given)))
        return told

    def watched_row(self) -> Scheme | None:
        # whose lock comes before that of all rows of it
        return self.target.scheme if isinstance(self.target, Indicator) else None

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target.scheme.organisation)

    def facts(self) -> indicators.IndicatorFacts:
        given = self.cleaned_data
        code = given["measure_code"]
        start = _parameter_name(code, "")
        parameters = {
            name.removeprefix(start): value
            for name, value in given.items()
            if code and name.startswith(start) and value
        }
        return indicators.IndicatorFacts(
            name=given["name"],
            direction=given["direction"],
            measure_code=code,
            unit=given["unit"],
            parameters=parameters,
            baseline=given["baseline"],
            baseline_told=given["baseline_told"],
        )

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        if isinstance(self.target, Indicator):
            return indicators.change_indicator(
                acting_user=acting_user, indicator=self.target, facts=self.facts(), now=now
            )
        return indicators.add_indicator(acting_user=acting_user, scheme=self.target, facts=self.facts(), now=now)


class TargetsForm(VerbForm):
    """The targets of one year of the target indicator, a field an organisation. `seed` is the year."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = {
            f"target_{one.pk}": one
            for one in places_for(self.user, self.target.scheme, self.seed, timezone.localdate(self.now))
        }
        stand = dict(self.target.targets.filter(year=self.seed).values_list("organisation_id", "value"))
        for name, one in self.places.items():
            self.fields[name] = FigureField(label=str(one), required=False, initial=stand.get(one.pk))

    def watched(self) -> Watched:
        stand = {one.organisation_id: one.value for one in self.target.targets.filter(year=self.seed)}
        return {name: (str(one), str(stand.get(one.pk, ""))) for name, one in self.places.items()}

    def watched_row(self) -> Scheme | None:
        # whose lock comes before that of all rows of it
        return self.target.scheme

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target.scheme.organisation)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        values: dict[Organisation, Decimal | None] = {one: self.cleaned_data[name] for name, one in self.places.items()}
        return indicators.set_targets(
            acting_user=acting_user, indicator=self.target, year=self.seed, values=values, now=now
        )


class TypedForm(VerbForm):
    """A figure of the target indicator, typed with its proof."""

    organisation = OneField(label=_("Organisation"), queryset=Organisation.objects.none())
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    value = FigureField(label=_("Figure"))
    proof = forms.CharField(label=_("Proof (document, number, date)"), max_length=200)
    files = files_field()  # type: ignore[assignment]
    reason = long_text(_("Why it is corrected, where a figure counts already"), 2, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        scheme, today = self.target.scheme, timezone.localdate(self.now)
        self.fields["year"].initial = year_shown(scheme, today)
        rows = typing_places(self.user, scheme, today)
        choose_from(self, "organisation", rows)
        self.fields["value"].label = _("Figure (%(unit)s)") % {"unit": self.target.unit_told}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        files = given.pop("files")
        return indicators.type_figure(
            acting_user=acting_user, indicator=self.target, facts=indicators.TypedFacts(**given), files=files, now=now
        )
