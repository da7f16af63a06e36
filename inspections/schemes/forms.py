"""Forms of schemes."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.forms import (
    OneField,
    SeveralField,
    VerbForm,
    Watched,
    files_field,
    last_entry_about,
)
from inspections.organisations.models import Organisation, User
from inspections.schemes.measures import all_measures
from inspections.schemes.models import Indicator, Review, Scheme, SchemeEvent, SchemeTask
from inspections.schemes.queries import lists
from inspections.schemes.queries.figures import places_for, typing_places, year_shown
from inspections.schemes.queries.reviews import gathered
from inspections.schemes.rules import Direction
from inspections.schemes.services import indicators, reviews, schemes, tasks
from permissions.models import AuditEntry

NO_FIGURE = _("Enter a figure, in digits.")
TOO_LARGE = _("Enter at most ten digits before the comma and two behind.")


class FigureField(forms.DecimalField):
    """A figure of at most ten digits before the comma and two behind, with comma or point."""

    default_error_messages = {
        "invalid": NO_FIGURE,
        "max_digits": TOO_LARGE,
        "max_decimal_places": TOO_LARGE,
        "max_whole_digits": TOO_LARGE,
    }

    def __init__(self, **options: Any) -> None:
        options = {"max_digits": 12, "decimal_places": 2, "localize": True} | options
        super().__init__(**options)
        self.widget.attrs["inputmode"] = "decimal"


def long_text(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    """A field of several lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


def choose_from(form: VerbForm, name: str, rows: Any) -> None:
    form.fields[name].queryset = rows  # type: ignore[attr-defined]


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
            self.fields["first_year"].initial = self.now.year
            self.fields["last_year"].initial = self.now.year + 4
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


class GroupForm(VerbForm):
    """A group of tasks; the target is the scheme (a new one), or the group."""

    name = forms.CharField(label=_("Name of the group"), max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not isinstance(self.target, Scheme):
            self.fields["name"].initial = self.target.name

    def watched(self) -> Watched:
        if isinstance(self.target, Scheme):
            return {}
        return {"name": (self.fields["name"].label, type(self.target).objects.get(pk=self.target.pk).name)}

    def watched_row(self) -> Any:
        return None if isinstance(self.target, Scheme) else self.target

    def last_change(self) -> AuditEntry | None:
        return None

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        name = self.cleaned_data["name"]
        if isinstance(self.target, Scheme):
            return tasks.add_group(acting_user=acting_user, scheme=self.target, name=name, now=now)
        return tasks.change_group(acting_user=acting_user, group=self.target, name=name, now=now)


class TaskForm(VerbForm):
    """A task; the target is its group (a new one), or the task."""

    text = long_text(_("What is to be done"))
    owners = SeveralField(label=_("Owners"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        group = self.target.group if isinstance(self.target, SchemeTask) else self.target
        rows = lists.next_below(group.scheme, timezone.localdate(self.now))
        if isinstance(self.target, SchemeTask):
            chosen = [one.pk for one in self.target.owners.all()]
            self.fields["text"].initial, self.fields["owners"].initial = self.target.text, chosen
            rows = rows | Organisation.objects.filter(pk__in=chosen).select_related("type", "parent")
        choose_from(self, "owners", rows)

    def watched(self) -> Watched:
        if not isinstance(self.target, SchemeTask):
            return {}
        fresh = SchemeTask.objects.get(pk=self.target.pk)
        owners = "; ".join(str(one) for one in fresh.owners.order_by("path"))
        return {"text": (self.fields["text"].label, fresh.text), "owners": (self.fields["owners"].label, owners)}

    def watched_row(self) -> Any:
        return self.target if isinstance(self.target, SchemeTask) else None

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target.group.scheme.organisation)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        facts = tasks.TaskFacts(self.cleaned_data["text"], list(self.cleaned_data["owners"]))
        if isinstance(self.target, SchemeTask):
            return tasks.change_task(acting_user=acting_user, task=self.target, facts=facts, now=now)
        return tasks.add_task(acting_user=acting_user, group=self.target, facts=facts, now=now)


class SettleForm(VerbForm):
    outcome = forms.ChoiceField(label=_("What became of it?"), choices=[], widget=forms.RadioSelect)
    on = forms.DateField(label=_("On"), required=False, help_text=_("Not needed when it is set under way again."))
    note = long_text(_("What was reached, or why"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [one for one in SchemeTask.State.choices if one[0] != self.target.state]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return tasks.settle_task(acting_user=acting_user, task=self.target, now=now, **self.cleaned_data)


class EventForm(VerbForm):
    """What was done for the target task."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SchemeEvent.Kind.choices, widget=forms.RadioSelect)
    held_on = forms.DateField(label=_("Day"))
    title = forms.CharField(label=_("What was done"), max_length=300)
    organisation = OneField(label=_("Organisation"), queryset=Organisation.objects.none())
    people = forms.IntegerField(label=_("Number of people"), min_value=0, max_value=1_000_000)
    paper = forms.CharField(label=_("Document (number, date)"), max_length=100, required=False)
    files = files_field()  # type: ignore[assignment]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        may = [one.pk for one in lists.recording_for(self.user, self.target, self.now)]
        choose_from(self, "organisation", Organisation.objects.filter(pk__in=may).order_by("path"))
        if len(may) == 1:
            self.fields["organisation"].initial = may[0]

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        files = given.pop("files")
        facts = tasks.EventFacts(**given)
        return tasks.record_event(acting_user=acting_user, task=self.target, facts=facts, files=files, now=now)


class ReasonForm(VerbForm):
    reason = long_text(_("Reason"))


def _parameter_name(measure: str, parameter: str) -> str:
    return f"of_{measure}_{parameter}"


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
                self.fields[_parameter_name(measure.code, one.code)] = field
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
        return {name: (self.fields[name].label, str(getattr(fresh, name) or "")) for name in names}

    def watched_row(self) -> Any:
        return self.target if isinstance(self.target, Indicator) else None

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

    def watched_row(self) -> Any:
        return self.target

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


class PlanReviewForm(VerbForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Review.Kind.choices, widget=forms.RadioSelect)
    year = forms.IntegerField(label=_("Year whose figures it gathers"), min_value=2000, max_value=2100)
    due_on = forms.DateField(label=_("To be held by"), help_text=_("It comes to the work lists, with reminders."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].initial = year_shown(self.target, timezone.localdate(self.now))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return reviews.plan_review(acting_user=acting_user, scheme=self.target, now=now, **self.cleaned_data)


class MoveReviewForm(VerbForm):
    due_on = forms.DateField(label=_("To be held by"))
    reason = long_text(_("Why the day is moved"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["due_on"].initial = self.target.due_on

    def watched(self) -> Watched:
        fresh = Review.objects.get(pk=self.target.pk)
        return {"due_on": (self.fields["due_on"].label, fresh.due_on.strftime("%d/%m/%Y"))}

    def watched_row(self) -> Any:
        return self.target

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target.scheme.organisation)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return reviews.move_review(acting_user=acting_user, review=self.target, now=now, **self.cleaned_data)


class HoldReviewForm(VerbForm):
    """The step of the flow: the target review is held, with the figures as they are counted then."""

    known_template = "schemes/known_review.html"
    held_on = forms.DateField(label=_("Held on"))
    assessment = long_text(_("How the scheme is carried out"), 6)
    good_models = long_text(_("Good models to spread"), 5, required=False)
    lessons = long_text(_("Lessons"), 5, required=False)
    files = files_field(_("The report as a file"))  # type: ignore[assignment]

    def known(self) -> dict[str, Any]:
        return gathered(self.target, self.user, timezone.localdate(self.now))

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        files = given.pop("files")
        return reviews.hold_review(
            acting_user=acting_user, review=self.target, held=reviews.Held(**given), files=files, now=now
        )
