"""The forms of planning: the year, one meeting, its preparation; it is moved or called off."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.forms import OneField, VerbForm, files_field, guard
from inspections.meetings.forms.screens import (
    ROWS,
    ScreenForm,
    check_halves,
    moment_of,
    people_of,
    time_field,
    typed_day,
)
from inspections.meetings.models import Meeting
from inspections.meetings.services.moving import move_meeting
from inspections.meetings.services.planning import (
    AgendaGiven,
    PreparationGiven,
    YearGiven,
    call_off_meeting,
    plan_meeting,
    plan_year,
    prepare_meeting,
    told_of_preparation,
)
from inspections.organisations.models import Person


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


class PrepareForm(ScreenForm):
    """When, where and what about."""

    known_template = "meetings/prepared_files.html"
    rows_title = gettext_lazy("Contents")
    labels = {
        "planned_at": gettext_lazy("Day"),
        "place": gettext_lazy("Place"),
        "topic": gettext_lazy("Topic"),
        "notice_at": gettext_lazy("Members were told on"),
        "documents_at": gettext_lazy("Documents were sent out on"),
        "agenda": gettext_lazy("Contents"),
    }

    day = forms.DateField(label=gettext_lazy("Day"))
    time = time_field(gettext_lazy("Time"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200)
    topic = forms.CharField(label=gettext_lazy("Topic"), max_length=300, required=False)
    notice_day = forms.DateField(label=gettext_lazy("Members were told on"), required=False)
    notice_time = time_field(gettext_lazy("at (time)"), required=False)
    documents_day = forms.DateField(
        label=gettext_lazy("Documents were sent out on"),
        required=False,
        help_text=gettext_lazy("Empty, with files chosen: they go out when you save."),
    )
    documents_time = time_field(gettext_lazy("at (time)"), required=False)
    preparation_files: Any = files_field(gettext_lazy("Documents for the members"))
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
        guard(self.fields)
        kept = meeting.agenda.filter(carried=None).values("title", "preparer", "document")
        made = forms.formset_factory(AgendaForm, extra=3 if not kept else 1, **ROWS)
        people = people_of(meeting, typed_day(self, planned.date()))
        self.rows = made(
            self.data if self.is_bound else None,
            prefix="agenda",
            initial=list(kept),
            form_kwargs={"people": people},
        )

    @property
    def parts(self) -> list[tuple[Any, list[str]]]:
        out = ["notice_day", "notice_time", "preparation_files", "documents_day", "documents_time"]
        return [(_("When and where"), ["day", "time", "place", "topic"]), (_("Notice and documents"), out)]

    def known(self) -> dict[str, Any]:
        return {"files": self.target.files.filter(kind="preparation").prefetch_related("attachments__file")}

    def told(self, meeting: Meeting) -> dict[str, Any]:
        return told_of_preparation(meeting)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        check_halves(self, "notice", "documents")
        return given

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
            files=given["preparation_files"],
        )
        return prepare_meeting(acting_user=acting_user, meeting=self.target, given=preparation, now=now)


class MeetingForm(VerbForm):
    """Plans one meeting of the target, a cell."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Meeting.Kind.choices,
        widget=forms.RadioSelect,
        initial=Meeting.Kind.THEMATIC,
    )
    day = forms.DateField(label=gettext_lazy("Day"))
    time = time_field(gettext_lazy("Time"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    topic = forms.CharField(
        label=gettext_lazy("Topic"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Of a thematic meeting."),
    )
    beside = {"planned_at": "day", "month": "day"}

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        planned_at = moment_of(given.pop("day"), given.pop("time"))
        assert planned_at is not None
        return plan_meeting(acting_user=acting_user, organisation=self.target, planned_at=planned_at, now=now, **given)


class MoveForm(VerbForm):
    """Another day or place for the target, a planned meeting."""

    day = forms.DateField(label=gettext_lazy("New day"))
    time = time_field(gettext_lazy("Time"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    reason = forms.CharField(label=gettext_lazy("Why it is moved"), max_length=300)
    beside = {"planned_at": "day"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        planned = timezone.localtime(self.target.planned_at)
        for name, value in (("day", planned.date()), ("time", planned.time()), ("place", self.target.place)):
            self.fields[name].initial = value

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        planned_at = moment_of(given["day"], given["time"])
        assert planned_at is not None
        return move_meeting(
            acting_user=acting_user,
            meeting=self.target,
            planned_at=planned_at,
            place=given["place"],
            reason=given["reason"],
            now=now,
        )


class CallOffForm(VerbForm):
    """The target, a planned meeting, is not held."""

    reason = forms.CharField(
        label=gettext_lazy("Why it will not be held"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        return call_off_meeting(acting_user=acting_user, meeting=self.target, now=now, **self.cleaned_data)
