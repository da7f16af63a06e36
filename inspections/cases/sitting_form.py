"""The sitting that considers a report, and the meeting of a cell in which it was held."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.cases.forms import CaseForm, long_text
from inspections.cases.models import Sitting
from inspections.cases.services import conclusion
from inspections.cases.services.in_meetings import meetings_of, name_meeting, votes_of
from inspections.forms import OneField, files_field
from inspections.meetings.models import Meeting
from inspections.organisations.models import User
from inspections.organisations.text import on_paper


class MeetingField(OneField):
    """One of the meetings of the cell, told by its day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Meeting.objects.none(), required=False, **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{timezone.localdate(obj.started_at):%d/%m/%Y} – {obj.told}"


class ConcludeForm(CaseForm):
    """A cell that names its meeting need not type what the record of the meeting says."""

    known_template = "cases/known_report.html"
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=Sitting.Outcome.choices, widget=forms.RadioSelect
    )
    meeting = MeetingField(
        label=gettext_lazy("In the meeting of the cell"),
        help_text=gettext_lazy(
            "Choose it, and what you leave empty of day, chair, recorder and who was there is taken from its record. "
            "A meeting that is recorded later can be named on the page of the case."
        ),
    )
    held_on = forms.DateField(label=gettext_lazy("Held on"))
    chair = forms.CharField(label=gettext_lazy("Chair"), max_length=150)
    recorder = forms.CharField(label=gettext_lazy("Recorder"), max_length=150)
    attendees = long_text(gettext_lazy("Who was there"), widget=forms.Textarea(attrs={"rows": 3}))
    members = forms.IntegerField(label=gettext_lazy("Members of the body"), min_value=1, max_value=10000)
    present = forms.IntegerField(label=gettext_lazy("Present"), min_value=0, max_value=10000)
    votes_for = forms.IntegerField(label=gettext_lazy("Votes for"), min_value=0, max_value=10000)
    votes_against = forms.IntegerField(label=gettext_lazy("Votes against"), min_value=0, max_value=10000, initial=0)
    abstentions = forms.IntegerField(label=gettext_lazy("Abstentions"), min_value=0, max_value=10000, initial=0)
    extract = long_text(gettext_lazy("Minutes extract"))
    files: Any = files_field()
    from_record = ("held_on", "chair", "recorder", "attendees", "members", "present")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.case.organisation.type.is_cell:
            del self.fields["meeting"]
            return
        self.fields["meeting"].queryset = meetings_of(self.case)  # type: ignore[attr-defined]
        for name in self.from_record:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if "meeting" not in self.fields:
            return given
        record = _told_by(given["meeting"]) if given.get("meeting") is not None else {}
        for name in self.from_record:
            if given.get(name) in (None, "") and name not in self.errors:
                if record.get(name) in (None, ""):
                    self.add_error(name, self.fields[name].error_messages["required"])
                else:
                    given[name] = record[name]
        return given

    def known(self) -> dict[str, Any]:
        return {"paper": self.case.papers.filter(kind__code="result_report").order_by("-version").first()}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = dict(self.cleaned_data)
        files = given.pop("files")
        return conclusion.conclude_case(
            acting_user=acting_user, case=self.case, sitting=Sitting(**given), files=files, now=now
        )


def _told_by(meeting: Meeting) -> dict[str, Any]:
    """What the record of the meeting says of the sitting; empty where it says nothing, as one known from a list."""
    assert meeting.started_at is not None, "only meetings that were held are offered"
    members, present = votes_of(meeting)
    with on_paper():
        told = _("%(present)s of %(expected)s expected, by the roll call of the meeting")
    return {
        "held_on": timezone.localdate(meeting.started_at),
        "chair": str(meeting.chair or ""),
        "recorder": str(meeting.recorder or ""),
        "attendees": told % {"present": meeting.present, "expected": meeting.expected},
        # a roll call that marks no official member does not say how many there are
        "members": members or None,
        "present": present if members else None,
    }


class NameMeetingForm(CaseForm):
    """Names the meeting in which a concluded case was concluded, or takes one back."""

    meeting = MeetingField(label=gettext_lazy("In the meeting of the cell"))
    reason = forms.CharField(
        label=gettext_lazy("Why it is named anew"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed only where a meeting was named before."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["meeting"]
        field.queryset = meetings_of(self.case)
        sitting = self.case.sittings.filter(outcome=Sitting.Outcome.CONCLUDED).last()
        field.initial = sitting.meeting_id if sitting is not None else None

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return name_meeting(acting_user=acting_user, case=self.case, now=now, **self.cleaned_data)
