"""What the screens of a secretary share: parts under headings, times, the people to choose from."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from inspections.forms import Rows, VerbForm
from inspections.meetings.models import Meeting
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


def long_text(label: Any, rows: int = 6, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


def people_of(meeting: Meeting, on: datetime.date) -> Any:
    """The members of the roll who are not elsewhere, to choose from."""
    keys = [one.person.pk for one in roll_of(meeting.organisation, on) if not one.is_away]
    return Person.objects.filter(pk__in=keys).order_by("folded", "pk")


class ScreenForm(VerbForm):
    """A screen: its fields in parts, each under a heading, so that a long form is read as a few short ones.

    Subclasses give `parts`: heading, names of fields. The heading of `rows_title`, where there is one, is that of the
    rows; they stand after the part at `rows_after`."""

    rows: Any = None
    rows_title: Any = ""
    rows_after = 0

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
