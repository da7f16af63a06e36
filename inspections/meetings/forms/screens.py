"""What the screens of a secretary share: parts under headings, times, the people to choose from, what is noticed of a
change meanwhile."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.standing import hold_calendar
from inspections.forms import Rows, VerbForm, Watched, last_entry_about
from inspections.meetings.models import Meeting
from inspections.meetings.services.common import locked_cell
from inspections.members.queries import roll_of
from inspections.organisations.models import Person
from permissions.models import AuditEntry

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


def long_text(label: Any, rows: int = 6, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


def people_of(meeting: Meeting, on: datetime.date) -> Any:
    """The members of the roll who are not elsewhere, to choose from."""
    keys = [one.person.pk for one in roll_of(meeting.organisation, on) if not one.is_away]
    return Person.objects.filter(pk__in=keys).order_by("folded", "pk")


def typed_day(form: forms.Form, day: datetime.date) -> datetime.date:
    """The day that was typed into the form, where it is one; else the day given. The roll is that of the day."""
    if not form.is_bound:
        return day
    try:
        typed = form.fields["day"].clean(form.data.get(form.add_prefix("day")))
    except forms.ValidationError:
        return day
    return typed if isinstance(typed, datetime.date) else day


def check_halves(form: forms.Form, *names: str) -> None:
    """A day without its time, or the reverse, is an error beside what is missing."""
    given = form.cleaned_data
    for name in names:
        for missing, other, said in (
            (f"{name}_time", f"{name}_day", _("Say at what time.")),
            (f"{name}_day", f"{name}_time", _("Say on which day.")),
        ):
            if given.get(other) is not None and given.get(missing) is None and missing not in form.errors:
                form.add_error(missing, said)


class ScreenForm(VerbForm):
    """A screen: its fields in parts, each under a heading, so that a long form is read as a few short ones.

    Subclasses give `parts`: heading, names of fields. The heading of `rows_title`, where there is one, is that of the
    rows; they stand after the part at `rows_after`. `told` is what the page shows of what is stored, with the words of
    `labels`: what another saved meanwhile is shown before anything is saved over it."""

    rows: Any = None
    rows_title: Any = ""
    rows_after = 0
    labels: dict[str, Any] = {}

    @property
    def parts(self) -> list[tuple[Any, list[str]]]:
        raise NotImplementedError

    def is_valid(self) -> bool:
        return bool(super().is_valid() & (self.rows is None or self.rows.is_valid()))

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The parts that have fields, and the rows at their place, for the template."""
        found = []
        for place, (title, names) in enumerate(self.parts):
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                # points with the note that explains them are read as one line
                is_paired = fields[0].name.startswith("points_")
                pairs = list(zip(fields[::2], fields[1::2], strict=True)) if is_paired else []
                found.append({"title": title, "fields": fields, "pairs": pairs})
            if self.rows is not None and place == self.rows_after:
                found.append({"title": self.rows_title, "rows": self.rows})
        return found

    def told(self, meeting: Meeting) -> dict[str, Any]:
        """What the page shows of the meeting and stores anew, by names of the record; nothing where it only adds."""
        return {}

    def watched(self) -> Watched:
        if not isinstance(self.target, Meeting):
            return {}
        told = self.told(Meeting.objects.select_related("chair", "recorder").get(pk=self.target.pk))
        return {
            name: (self.labels.get(name, name), "; ".join(value) if isinstance(value, list) else str(value))
            for name, value in told.items()
        }

    def watched_row(self) -> Meeting | None:
        return self.target if isinstance(self.target, Meeting) else None

    def lock_watched(self) -> None:
        if isinstance(self.target, Meeting):
            # in the order of the verbs: the calendar, the cell, then the meeting
            hold_calendar()
            locked_cell(self.target.organisation)

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target.organisation)
