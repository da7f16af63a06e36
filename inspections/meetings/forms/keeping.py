"""The forms of a cell's secretary: plan the year, prepare, hold and close a meeting."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.forms import OneField, Rows, VerbForm, guard
from inspections.meetings.models import Measured, Meeting, RollCallMark
from inspections.meetings.queries import criteria_for, facts_of, open_items_of, scheme_of
from inspections.meetings.rules import Judged, plain, score
from inspections.meetings.services.closing import ClosingGiven, PointsGiven, RatingGiven, close_meeting
from inspections.meetings.services.holding import (
    BallotGiven,
    HeldGiven,
    ItemGiven,
    MarkGiven,
    SpeakerGiven,
    hold_meeting,
)
from inspections.meetings.services.planning import (
    AgendaGiven,
    PreparationGiven,
    YearGiven,
    call_off_meeting,
    plan_year,
    prepare_meeting,
)
from inspections.members.queries import roll_of
from inspections.organisations.models import Person

ROWS: dict[str, Any] = {"formset": Rows, "max_num": 40, "absolute_max": 40}


class TimeInput(forms.TimeInput):
    input_type = "time"


def time_field(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=TimeInput(format="%H:%M"), **options)


def moment_of(day: datetime.date | None, time: datetime.time | None) -> datetime.datetime | None:
    """A day and a time as a moment; None where either is missing."""
    if day is None or time is None:
        return None
    return datetime.datetime.combine(day, time, timezone.get_default_timezone())


def long_text(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 6}), **options)


class YearForm(VerbForm):
    """Plans the year of the target, a cell."""

    year = forms.IntegerField(label=gettext_lazy("Year"))
    day = forms.IntegerField(label=gettext_lazy("Day of the month for regular meetings"), min_value=1, max_value=28)
    time = time_field(gettext_lazy("Time"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    thematic_day = forms.IntegerField(
        label=gettext_lazy("Day of the month for thematic meetings"), min_value=1, max_value=28, initial=20
    )
    thematic_months = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Months with a thematic meeting"),
        choices=[(month, f"{month:02d}") for month in range(1, 13)],
        coerce=int,
        initial=[3, 6, 9, 12],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("At least one in each quarter; it never stands for the regular one."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].initial = timezone.localdate(self.now).year

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        return plan_year(
            acting_user=acting_user, organisation=self.target, given=YearGiven(**self.cleaned_data), now=now
        )


def people_of(meeting: Meeting, on: datetime.date) -> Any:
    """The members of the roll who are not elsewhere, to choose from."""
    keys = [one.person.pk for one in roll_of(meeting.organisation, on) if not one.is_away]
    return Person.objects.filter(pk__in=keys).order_by("folded", "pk")


class AgendaForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Content"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Empty: the line is left out."),
    )
    preparer = OneField(label=gettext_lazy("Who prepares it"), queryset=Person.objects.none(), required=False)
    document = forms.CharField(label=gettext_lazy("Document"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["preparer"].queryset = people  # type: ignore[attr-defined]


class PrepareForm(VerbForm):
    """When, where and what about."""

    day = forms.DateField(label=gettext_lazy("Day"))
    time = time_field(gettext_lazy("Time"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200)
    topic = forms.CharField(label=gettext_lazy("Topic"), max_length=300, required=False)
    notice_day = forms.DateField(label=gettext_lazy("Members were told on"), required=False)
    notice_time = time_field(gettext_lazy("at (time)"), required=False)
    documents_day = forms.DateField(label=gettext_lazy("Documents were sent out on"), required=False)
    documents_time = time_field(gettext_lazy("at (time)"), required=False)
    beside = {
        "planned_at": "day",
        "notice_at": "notice_day",
        "documents_at": "documents_day",
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        meeting: Meeting = self.target
        planned = timezone.localtime(meeting.planned_at)
        values: dict[str, Any] = {"day": planned.date(), "time": planned.time()}
        values |= {"place": meeting.place, "topic": meeting.topic}
        for name, moment in (("notice", meeting.notice_at), ("documents", meeting.documents_at)):
            if moment is not None:
                local = timezone.localtime(moment)
                values |= {f"{name}_day": local.date(), f"{name}_time": local.time()}
        for name, value in values.items():
            self.fields[name].initial = value
        if meeting.kind == Meeting.Kind.REGULAR:
            del self.fields["topic"]
        kept = meeting.agenda.filter(carried=None).values("title", "preparer", "document")
        made = forms.formset_factory(AgendaForm, extra=3 if not kept else 1, **ROWS)
        people = people_of(meeting, planned.date())
        self.rows = made(
            self.data if self.is_bound else None,
            prefix="agenda",
            initial=list(kept),
            form_kwargs={"people": people},
        )

    def is_valid(self) -> bool:
        return bool(super().is_valid() & self.rows.is_valid())

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        agenda = [AgendaGiven(**row.cleaned_data) for row in self.rows.forms if row.cleaned_data.get("title")]
        planned_at = moment_of(given["day"], given["time"])
        assert planned_at is not None
        preparation = PreparationGiven(
            planned_at=planned_at,
            place=given["place"],
            agenda=agenda,
            topic=given.get("topic", ""),
            notice_at=moment_of(given["notice_day"], given["notice_time"]),
            documents_at=moment_of(given["documents_day"], given["documents_time"]),
        )
        return prepare_meeting(acting_user=acting_user, meeting=self.target, given=preparation, now=now)


class CallOffForm(VerbForm):
    """The target will not be held."""

    reason = forms.CharField(
        label=gettext_lazy("Why it will not be held"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        return call_off_meeting(acting_user=acting_user, meeting=self.target, now=now, **self.cleaned_data)


class ItemForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What is assigned"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Empty: the line is left out."),
    )
    person = OneField(label=gettext_lazy("Who does it"), queryset=Person.objects.none(), required=False)
    due_on = forms.DateField(label=gettext_lazy("By when"), required=False)
    proof = forms.CharField(label=gettext_lazy("What proves it"), max_length=300, required=False)

    def __init__(self, *args: Any, people: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        guard(self.fields)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, said in (("person", _("Say who does it.")), ("due_on", _("Say by when."))):
            if given.get("text") and given.get(name) is None and name not in self.errors:
                self.add_error(name, said)
        return given


class HoldForm(VerbForm):
    """Times, roll call, minutes, who spoke, assignments, a ballot."""

    day = forms.DateField(label=gettext_lazy("Day"))
    started = time_field(gettext_lazy("Began at"))
    ended = time_field(gettext_lazy("Ended at"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    superiors = forms.CharField(label=gettext_lazy("Who attended from above"), max_length=300, required=False)
    beside = {"started_at": "day", "ended_at": "ended"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        meeting: Meeting = self.target
        start = timezone.localtime(meeting.started_at or meeting.planned_at)
        values: dict[str, Any] = {"day": start.date(), "started": start.time(), "place": meeting.place}
        values |= {"superiors": meeting.superiors}
        if meeting.ended_at is not None:
            values["ended"] = timezone.localtime(meeting.ended_at).time()
        for name, value in values.items():
            self.fields[name].initial = value
        people = people_of(meeting, start.date())
        for name, label in (("chair", _("Chair")), ("recorder", _("Recorder"))):
            chosen = OneField(label=label, queryset=people, initial=getattr(meeting, f"{name}_id"))
            self.fields[name] = chosen
        self._add_members(meeting, start.date())
        self.fields["minutes"] = long_text(_("Minutes"), initial=meeting.minutes)
        self.fields["conclusions"] = long_text(_("Conclusions"), initial=meeting.conclusions, required=False)
        self._add_ballot(meeting)
        guard(self.fields)
        kept = meeting.items.values("text", "person", "due_on", "proof")
        made = forms.formset_factory(ItemForm, extra=2 if not kept else 1, **ROWS)
        self.rows = made(
            self.data if self.is_bound else None, prefix="item", initial=list(kept), form_kwargs={"people": people}
        )

    def _add_members(self, meeting: Meeting, day: datetime.date) -> None:
        kept = {mark.person_id: mark for mark in meeting.marks.all()}
        spoke = set(meeting.speakers.values_list("person_id", flat=True))
        self.members = [one for one in roll_of(meeting.organisation, day) if not one.is_away]
        for one in self.members:
            key, mark = one.person.pk, kept.get(one.person.pk)
            first = RollCallMark.Mark.EXEMPT if one.is_exempt else RollCallMark.Mark.PRESENT
            marks = [choice for choice in RollCallMark.Mark.choices if one.is_exempt or choice[0] != "exempt"]
            self.fields[f"mark_{key}"] = forms.ChoiceField(
                label=one.person.full_name, choices=marks, initial=mark.mark if mark else first
            )
            self.fields[f"reason_{key}"] = forms.CharField(
                label=_("Reason of %(person)s, if absent") % {"person": one.person.full_name},
                max_length=300,
                required=False,
                initial=mark.reason if mark else "",
            )
            self.fields[f"spoke_{key}"] = forms.BooleanField(
                label=_("%(person)s spoke") % {"person": one.person.full_name}, required=False, initial=key in spoke
            )

    def _add_ballot(self, meeting: Meeting) -> None:
        kept = meeting.ballots.first()
        self.fields["question"] = forms.CharField(
            label=_("What was voted on"), max_length=500, required=False, initial=kept.question if kept else ""
        )
        for name, label in (
            ("eligible", _("Entitled to vote")),
            ("yes", _("For")),
            ("no", _("Against")),
            ("invalid", _("Invalid or blank")),
        ):
            self.fields[name] = forms.IntegerField(
                label=label, min_value=0, max_value=9999, required=False, initial=getattr(kept, name, None)
            )

    def is_valid(self) -> bool:
        return bool(super().is_valid() & self.rows.is_valid())

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        start, end = moment_of(given["day"], given["started"]), moment_of(given["day"], given["ended"])
        assert start is not None and end is not None
        marks = {
            one.person.pk: MarkGiven(given[f"mark_{one.person.pk}"], given[f"reason_{one.person.pk}"])
            for one in self.members
        }
        speakers = [SpeakerGiven(one.person) for one in self.members if given[f"spoke_{one.person.pk}"]]
        items = [ItemGiven(**row.cleaned_data) for row in self.rows.forms if row.cleaned_data.get("text")]
        ballots = []
        if given["question"]:
            totals: dict[str, Any] = {name: given[name] or 0 for name in ("eligible", "yes", "no", "invalid")}
            ballots = [BallotGiven(given["question"], **totals)]
        taken = HeldGiven(
            started_at=start,
            ended_at=end,
            chair=given["chair"],
            recorder=given["recorder"],
            roll=marks,
            minutes=given["minutes"],
            conclusions=given["conclusions"],
            place=given["place"],
            superiors=given["superiors"],
            speakers=speakers,
            items=items,
            ballots=ballots,
        )
        return hold_meeting(acting_user=acting_user, meeting=self.target, given=taken, now=now)


class CloseForm(VerbForm):
    """Earlier assignments, the resolution, dues, and the points of what is judged."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        meeting: Meeting = self.target
        assert meeting.started_at is not None
        day = timezone.localdate(meeting.started_at)
        self.open_items = list(open_items_of(meeting))
        for item in self.open_items:
            choices = [("done", _("done")), ("not_done", _("not done"))]
            is_due = item.due_on <= day
            self.fields[f"item_{item.pk}"] = forms.ChoiceField(
                label=f"{item.text} ({item.person})",
                choices=[("", "—"), *choices],
                required=is_due,
                initial="done" if item.done_on else "",
                help_text=_("due on %(day)s") % {"day": f"{item.due_on:%d/%m/%Y}"},
            )
        self.fields["resolution"] = long_text(_("Resolution, if there is one"), required=False)
        self.fields["number"] = forms.CharField(label=_("Number and symbol"), max_length=40, required=False)
        self.fields["dues"] = forms.DecimalField(
            label=_("Dues collected (đồng)"), min_value=0, max_digits=12, decimal_places=0, required=False
        )
        self._add_lines(meeting, day)
        guard(self.fields)

    def _add_lines(self, meeting: Meeting, day: datetime.date) -> None:
        """The lines that are judged; that of the previous resolution where no assignment is rated."""
        self.judged: list[int] = []
        self.unless_rated: int | None = None
        criteria = criteria_for(meeting.organisation, day)
        if criteria is None:
            return
        meeting.uploaded_at = self.now
        results = score(scheme_of(criteria), facts_of(meeting))
        meeting.uploaded_at = None
        for criterion in criteria.criteria.all():
            for line in criterion.lines.all():
                is_judged = isinstance(results[line.pk], Judged)
                if not is_judged:
                    continue
                is_optional = line.measure == Measured.RESOLUTION and bool(self.open_items)
                if is_optional:
                    self.unless_rated = line.pk
                self.judged.append(line.pk)
                self.fields[f"points_{line.pk}"] = forms.DecimalField(
                    label=_("%(line)s (0 to %(most)s points)") % {"line": line.title, "most": plain(line.points)},
                    min_value=Decimal(0),
                    max_value=line.points,
                    decimal_places=1,
                    required=not is_optional,
                    help_text=_("Only when no assignment above is rated.") if is_optional else "",
                )
                self.fields[f"note_{line.pk}"] = forms.CharField(
                    label=_("Why"), max_length=500, required=not is_optional
                )

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        ratings = {
            item.pk: RatingGiven(given[f"item_{item.pk}"] == "done")
            for item in self.open_items
            if given[f"item_{item.pk}"]
        }
        keys = [key for key in self.judged if key != self.unless_rated or not ratings]
        scores = {
            key: PointsGiven(given[f"points_{key}"], given[f"note_{key}"])
            for key in keys
            if given[f"points_{key}"] is not None
        }
        closing = ClosingGiven(
            scores=scores,
            ratings=ratings,
            resolution=given["resolution"],
            number=given["number"],
            dues=given["dues"],
        )
        return close_meeting(acting_user=acting_user, meeting=self.target, given=closing, now=now)
