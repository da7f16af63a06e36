"""The forms by which a secretary records a meeting: how it was held, how it is closed."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.forms import OneField, files_field, guard
from inspections.meetings.forms.screens import (
    ROWS,
    ScreenForm,
    long_text,
    moment_of,
    people_of,
    time_field,
    typed_day,
)
from inspections.meetings.models import Meeting, ResolutionItem, RollCallMark
from inspections.meetings.queries import criteria_for, facts_of, open_items_of, previous_of, scheme_of
from inspections.meetings.rules import Judged, plain, score
from inspections.meetings.services.closing import ClosingGiven, PointsGiven, RatingGiven, close_meeting
from inspections.meetings.services.holding import (
    BallotGiven,
    HeldGiven,
    ItemGiven,
    MarkGiven,
    SpeakerGiven,
    hold_meeting,
    told_of_record,
)
from inspections.members.queries import roll_of
from inspections.organisations.models import Person


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


BALLOT = ("eligible", "yes", "no", "invalid")


class HoldForm(ScreenForm):
    """Times, roll call, minutes, who spoke, assignments, a ballot."""

    rows_title = gettext_lazy("Assignments")
    rows_after = 1
    labels = {
        "started_at": gettext_lazy("Began at"),
        "ended_at": gettext_lazy("Ended at"),
        "place": gettext_lazy("Place"),
        "superiors": gettext_lazy("Who attended from above"),
        "chair": gettext_lazy("Chair"),
        "recorder": gettext_lazy("Recorder"),
        "minutes": gettext_lazy("Minutes"),
        "conclusions": gettext_lazy("Conclusions"),
        "roll": gettext_lazy("Roll call"),
        "speakers": gettext_lazy("Who spoke"),
        "why_no_speakers": gettext_lazy("Why it was not recorded who spoke"),
        "items": gettext_lazy("Assignments"),
        "ballots": gettext_lazy("Ballots"),
    }

    day = forms.DateField(label=gettext_lazy("Day"))
    started = time_field(gettext_lazy("Began at"))
    ended = time_field(gettext_lazy("Ended at"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    superiors = forms.CharField(label=gettext_lazy("Who attended from above"), max_length=300, required=False)
    beside = {"started_at": "day", "ended_at": "ended", "ballots": "question"}

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
        guard(self.fields)
        day = typed_day(self, start.date())
        people = people_of(meeting, day)
        # mostly those of the meeting before
        before = None if meeting.is_held else previous_of(meeting)
        for name, label in (("chair", _("Chair")), ("recorder", _("Recorder"))):
            chosen = OneField(label=label, queryset=people, initial=getattr(before or meeting, f"{name}_id"))
            self.fields[name] = chosen
        self._add_members(meeting, day)
        self.fields["why_no_speakers"] = forms.CharField(
            label=_("Why it was not recorded who spoke"),
            max_length=300,
            required=False,
            initial=meeting.why_no_speakers,
            help_text=_("Only where it was not. Empty: nobody spoke but those marked."),
        )
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
                label=_("Roll call"), choices=marks, initial=mark.mark if mark else first
            )
            self.fields[f"reason_{key}"] = forms.CharField(
                label=_("Why absent"),
                max_length=300,
                required=False,
                initial=mark.reason if mark else "",
            )
            self.fields[f"spoke_{key}"] = forms.BooleanField(label=_("Spoke"), required=False, initial=key in spoke)

    def _add_ballot(self, meeting: Meeting) -> None:
        kept = meeting.ballots.first()
        self.fields["question"] = forms.CharField(
            label=_("What was voted on"), max_length=500, required=False, initial=kept.question if kept else ""
        )
        for name, label in (
            (BALLOT[0], _("Entitled to vote")),
            (BALLOT[1], _("For")),
            (BALLOT[2], _("Against")),
            (BALLOT[3], _("Invalid or blank")),
        ):
            self.fields[name] = forms.IntegerField(
                label=label, min_value=0, max_value=9999, required=False, initial=getattr(kept, name, None)
            )

    @property
    def parts(self) -> list[tuple[Any, list[str]]]:
        when = ["day", "started", "ended", "place", "chair", "recorder", "superiors"]
        return [
            (_("When and who"), when),
            (_("Minutes"), ["minutes", "conclusions", "why_no_speakers"]),
            (_("Ballot, if there was one"), ["question", *BALLOT]),
        ]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """As those of any screen; the roll call, a line a member, comes after when and who."""
        first, *others = super().sections
        return [first, {"title": _("Roll call"), "roll": self.roll()}, *others]

    def roll(self) -> list[dict[str, Any]]:
        """The members with their fields, for the template."""
        names = ("mark", "reason", "spoke")
        return [
            {"person": one.person, **{name: self[f"{name}_{one.person.pk}"] for name in names}} for one in self.members
        ]

    def told(self, meeting: Meeting) -> dict[str, Any]:
        return told_of_record(meeting) if meeting.is_held else {}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        typed = [name for name in BALLOT if given.get(name) is not None]
        if typed and not given.get("question"):
            self.add_error("question", _("Say what was voted on."))
        if given.get("question"):
            for name in BALLOT:
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Write the number, 0 where there was none."))
        return given

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
            totals: dict[str, Any] = {name: given[name] for name in BALLOT}
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
            why_no_speakers=given["why_no_speakers"],
            items=items,
            ballots=ballots,
        )
        return hold_meeting(acting_user=acting_user, meeting=self.target, given=taken, now=now)


def is_late(item: ResolutionItem, day: datetime.date) -> bool:
    """Whether it was due before the day of the meeting, so that the day on which it was done has to be said."""
    return item.due_on < day


class CloseForm(ScreenForm):
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
                initial="done" if item.done_on and item.done_on <= day else "",
                help_text=_("due on %(day)s") % {"day": f"{item.due_on:%d/%m/%Y}"},
            )
            if item.done_on is None:
                self.fields[f"done_{item.pk}"] = forms.DateField(
                    label=_("Done on"),
                    required=False,
                    help_text="" if is_late(item, day) else _("Empty: the day of the meeting."),
                )
            self.fields[f"said_{item.pk}"] = forms.CharField(label=_("Note"), max_length=300, required=False)
        self.fields["resolution"] = long_text(_("Resolution, if there is one"), required=False)
        self.fields["number"] = forms.CharField(label=_("Number and symbol"), max_length=40, required=False)
        self.fields["minutes_files"] = files_field(_("Signed minutes as a file"))
        self.fields["resolution_files"] = files_field(_("Resolution as a file"))
        self.fields["dues"] = forms.DecimalField(
            label=_("Dues collected (đồng)"), min_value=0, max_digits=12, decimal_places=0, required=False
        )
        self._add_lines(meeting, day)
        guard(self.fields)

    @property
    def parts(self) -> list[tuple[Any, list[str]]]:
        lines = [f"{name}_{key}" for key in self.judged for name in ("points", "note")]
        papers = ["resolution", "number", "resolution_files", "minutes_files"]
        rated = [f"{name}_{item.pk}" for item in self.open_items for name in ("item", "done", "said")]
        return [
            (_("What earlier meetings assigned"), rated),
            (_("Resolution and minutes"), papers),
            (_("Dues"), ["dues"]),
            (_("Score: what the meeting judges"), lines),
        ]

    def _add_lines(self, meeting: Meeting, day: datetime.date) -> None:
        """The lines that are judged."""
        self.judged: list[int] = []
        criteria = criteria_for(meeting.organisation, day)
        if criteria is None:
            return
        meeting.uploaded_at = self.now
        scheme = scheme_of(criteria)
        results = score(scheme, facts_of(meeting, scheme))
        meeting.uploaded_at = None
        for criterion in criteria.criteria.all():
            for line in criterion.lines.all():
                is_judged = isinstance(results[line.pk], Judged)
                if not is_judged:
                    continue
                self.judged.append(line.pk)
                self.fields[f"points_{line.pk}"] = forms.DecimalField(
                    label=_("%(line)s (0 to %(most)s points)") % {"line": line.title, "most": plain(line.points)},
                    min_value=Decimal(0),
                    max_value=line.points,
                    decimal_places=1,
                )
                self.fields[f"note_{line.pk}"] = forms.CharField(label=_("Why"), max_length=500)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        day = timezone.localdate(self.target.started_at)
        for item in self.open_items:
            rated, done, said = (f"{name}_{item.pk}" for name in ("item", "done", "said"))
            if given.get(rated) == "done" and item.done_on is None and is_late(item, day):
                if given.get(done) is None and done not in self.errors:
                    self.add_error(done, _("It was due before the meeting: say when it was done."))
            if given.get(rated) == "not_done" and item.done_on is not None and item.done_on <= day:
                if not given.get(said) and said not in self.errors:
                    self.add_error(said, _("It was reported done: say why it is not."))
        return given

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        ratings = {
            item.pk: RatingGiven(
                given[f"item_{item.pk}"] == "done", given[f"said_{item.pk}"], given.get(f"done_{item.pk}")
            )
            for item in self.open_items
            if given[f"item_{item.pk}"]
        }
        scores = {key: PointsGiven(given[f"points_{key}"], given[f"note_{key}"]) for key in self.judged}
        closing = ClosingGiven(
            scores=scores,
            ratings=ratings,
            resolution=given["resolution"],
            number=given["number"],
            dues=given["dues"],
            minutes_files=given["minutes_files"],
            resolution_files=given["resolution_files"],
        )
        return close_meeting(acting_user=acting_user, meeting=self.target, given=closing, now=now)
