"""The forms of criteria sets: a set as a whole, with a row for each line; its end."""

import datetime
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.models import Certainty
from inspections.forms import OneField, Rows, VerbForm
from inspections.meetings.access import may_keep_set, trees_kept_by
from inspections.meetings.models import Adjustment, CriteriaSet, Line, Measured
from inspections.meetings.rules import plain
from inspections.meetings.services.criteria import (
    LineGiven,
    SetGiven,
    adopt_criteria,
    end_criteria,
    withdraw_criteria,
)
from inspections.organisations.models import User

Bands = list[tuple[Decimal, Decimal, bool]]
SET_FIELDS = (
    "name",
    "minutes",
    "many",
    "minutes_of_many",
    "documents_hours",
    "counts_probationary",
    "counts_temporary",
    "counts_exempt",
    "size_with_away",
    "size_with_guests",
    "guests_vote",
    "counts_leftovers",
    "good_from",
    "fair_from",
    "average_from",
    "margin",
    "note",
    "legal_basis",
    "certainty",
    "valid_from",
)
# what a new set takes of the one it is made from is judged anew
ANEW = ("valid_from", "legal_basis", "certainty")


def bands_from(text: str) -> Bands:
    """Bands as they are typed, "0: 1; >90: 4": from which rate, how many points, whether more than it is meant.

    Raises ValidationError."""
    found: Bands = []
    for one in filter(None, (part.strip() for part in text.split(";"))):
        start, _colon, points = one.partition(":")
        is_above = start.startswith(">")
        try:
            numbers = [Decimal(number.strip(" >%").replace(",", ".")) for number in (start, points)]
        except InvalidOperation:
            numbers = []
        if len(numbers) < 2 or not all(number.is_finite() for number in numbers):
            raise ValidationError(
                _("Write each band as rate: points, with semicolons between them, as in 0: 1; 65: 2; >90: 4.")
            )
        found.append((numbers[0], numbers[1], is_above))
    return found


def bands_told(line: Line) -> str:
    """The bands of a line as they are typed."""
    return "; ".join(
        f"{'>' if band.is_above else ''}{plain(band.start)}: {plain(band.points)}" for band in line.bands.all()
    )


class LineForm(forms.Form):
    """A line of a set; one without a name is left out."""

    criterion = forms.CharField(
        label=gettext_lazy("Criterion"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: the same as that of the line before."),
    )
    title = forms.CharField(
        label=gettext_lazy("What is scored"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Empty: the line is left out."),
    )
    points = forms.DecimalField(
        label=gettext_lazy("Points at most"), min_value=0, max_value=100, max_digits=4, decimal_places=1, required=False
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("Computed from"),
        choices=[("", gettext_lazy("not computed: people judge")), *Measured.choices],
        required=False,
    )
    bands = forms.CharField(
        label=gettext_lazy("From which rate (%) how many points"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For what is computed, as in 0: 1; 65: 2; >90: 4. The sign > means more than."),
    )
    cap = forms.DecimalField(
        label=gettext_lazy("At most so many points, with an unexcused absence"),
        min_value=0,
        max_digits=4,
        decimal_places=1,
        required=False,
    )
    bonus = forms.DecimalField(
        label=gettext_lazy("So many points more, when nobody is excused too often running"),
        min_value=0,
        max_digits=4,
        decimal_places=1,
        required=False,
    )
    bonus_times = forms.IntegerField(
        label=gettext_lazy("More than so many times running is too often"), min_value=0, max_value=24, required=False
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, required=False)
    certainty = forms.ChoiceField(label=gettext_lazy("Certainty"), choices=Certainty.choices, initial="D")

    def clean_bands(self) -> Bands:
        return bands_from(self.cleaned_data["bands"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("title") and given.get("points") is None and "points" not in self.errors:
            self.add_error("points", _("Say how many points the line has at most."))
        if given.get("bonus") is not None and given.get("bonus_times") is None and "bonus_times" not in self.errors:
            self.add_error("bonus_times", _("Say how many times running are not too often yet."))
        return given

    def given(self) -> LineGiven | None:
        values = self.cleaned_data
        if not values.get("title"):
            return None
        bonus = values["bonus"]
        return LineGiven(
            title=values["title"],
            points=values["points"],
            criterion=values["criterion"],
            measure=values["measure"],
            bands=values["bands"],
            cap=values["cap"],
            bonus=None if bonus is None else (bonus, values["bonus_times"]),
            source=values["source"],
            certainty=values["certainty"],
        )


def lines_of(criteria_set: CriteriaSet) -> list[dict[str, Any]]:
    """The lines of a set as the rows of the form show them at first."""
    found = []
    for criterion in criteria_set.criteria.all():
        for line in criterion.lines.all():
            caps = {one.kind: one for one in line.adjustments.all()}
            cap, bonus = caps.get(Adjustment.Kind.CAP), caps.get(Adjustment.Kind.BONUS)
            found.append(
                {
                    "criterion": criterion.title if line.position == 1 else "",
                    "title": line.title,
                    "points": plain(line.points),
                    "measure": line.measure,
                    "bands": bands_told(line),
                    "cap": plain(cap.points) if cap else None,
                    "bonus": plain(bonus.points) if bonus else None,
                    "bonus_times": bonus.more_than if bonus else None,
                    "source": line.source,
                    "certainty": line.certainty,
                }
            )
    return found


def _reason() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason, or the paper it follows"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class NewSetForm(VerbForm):
    """A new set, made from the target."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        target: CriteriaSet = self.target
        keeps_country = bool(may_keep_set(self.user, None, self.now))
        trees = trees_kept_by(self.user, target, self.now)
        self.fields["organisation"] = OneField(
            label=_("For the tree of"),
            queryset=trees,
            required=not keeps_country,
            empty_label=_("the whole country") if keeps_country else None,
            initial=target.organisation_id,
        )
        for name in SET_FIELDS:
            made: Any = CriteriaSet._meta.get_field(name).formfield()  # type: ignore[union-attr]
            if name not in ANEW:
                value = getattr(target, name)
                made.initial = plain(value) if isinstance(value, Decimal) else value
            self.fields[name] = made
        self.fields["certainty"].initial = Certainty.DESIGN
        self.fields["reason"] = _reason()
        rows = forms.formset_factory(LineForm, formset=Rows, extra=1, max_num=60, absolute_max=60)
        self.lines = rows(self.data if self.is_bound else None, prefix="line", initial=lines_of(target))

    def is_valid(self) -> bool:
        return bool(super().is_valid() & self.lines.is_valid())

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        values = dict(self.cleaned_data)
        organisation, reason = values.pop("organisation"), values.pop("reason")
        lines: Sequence[LineGiven] = [one for one in (row.given() for row in self.lines.forms) if one is not None]
        return adopt_criteria(
            acting_user=acting_user, organisation=organisation, given=SetGiven(values, lines), reason=reason, now=now
        )


class EndSetForm(VerbForm):
    """Ends the target, the set of a tree."""

    last_day = forms.DateField(label=gettext_lazy("Last day on which it counts"))
    reason = _reason()

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return end_criteria(acting_user=acting_user, criteria_set=self.target, now=now, **self.cleaned_data)


class WithdrawSetForm(VerbForm):
    """Takes the target out, which nothing used."""

    reason = _reason()

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return withdraw_criteria(acting_user=acting_user, criteria_set=self.target, now=now, **self.cleaned_data)
