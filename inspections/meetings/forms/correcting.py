"""The forms by which one thing of a closed meeting is corrected: what it is was chosen before, its field is filled with
what stands there, and typed as what it is."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.forms import ListedField, guard
from inspections.meetings.forms.keeping import BALLOT, BY_APP, MARKS, BallotForm, mark_given
from inspections.meetings.forms.screens import (
    ScreenForm,
    check_halves,
    evening_of,
    long_text,
    moment_of,
    people_of,
    time_field,
)
from inspections.meetings.models import Fact, Line, Meeting, MeetingScore, ResolutionItem, RollCallMark
from inspections.meetings.queries import has_documents
from inspections.meetings.rules import plain
from inspections.meetings.services.closing import PointsGiven, plain_amount
from inspections.meetings.services.correcting import CorrectionGiven, correct_closed
from inspections.meetings.services.holding import (
    BallotGiven,
    ItemGiven,
    SpeakerGiven,
)

Side = MeetingScore.Side
TEXTS = (Fact.MINUTES, Fact.CONCLUSIONS, Fact.RESOLUTION)


class CorrectForm(ScreenForm):
    """One thing of the target, a closed meeting, as it should have been; what was stays beside it. seed: the row it is
    about, or the fact. Subclasses put their fields before the reason and say `wish`."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        reason = self.fields.pop("reason")
        self.add()
        self.fields["reason"] = reason
        guard(self.fields)

    def add(self) -> None:
        """Adds the fields, each with what stands there."""

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        """What was typed, for the verb."""
        raise NotImplementedError

    @property
    def parts(self) -> list[tuple[Any, list[str]]]:
        return [(_("As it should be"), [name for name in self.fields if name != "reason"]), (_("Why"), ["reason"])]

    def told(self, meeting: Meeting) -> dict[str, Any]:
        """What stands in the fields, so that what another corrected meanwhile is shown."""
        self.labels = {name: field.label for name, field in self.fields.items()}
        return {name: _stands(field) for name, field in self.fields.items() if name != "reason"}

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        return correct_closed(
            acting_user=acting_user, meeting=self.target, given=self.wish(given), reason=given["reason"], now=now
        )


def _stands(field: forms.Field) -> str:
    """What a field is filled with, as it is read."""
    value = field.initial
    if isinstance(field, forms.ChoiceField):
        return {str(key): str(label) for key, label in field.choices}.get(str(value), "")  # type: ignore[misc,union-attr]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else "" if value is None else str(value)


class TextForm(CorrectForm):
    """Minutes, conclusions or the resolution. seed: which."""

    def add(self) -> None:
        self.beside = {self.seed.value: "value"}
        self.fields["value"] = long_text(
            str(self.seed.label).capitalize(), rows=14, initial=text_of(self.target, self.seed)
        )

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        return CorrectionGiven(fact=self.seed, value=given["value"])


class DuesForm(CorrectForm):
    beside = {"dues": "value"}

    def add(self) -> None:
        dues = self.target.dues
        self.fields["value"] = forms.DecimalField(
            label=_("Dues collected (đồng)"),
            min_value=0,
            max_digits=12,
            decimal_places=0,
            initial=None if dues is None else plain_amount(dues),
        )

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        return CorrectionGiven(fact=Fact.DUES, value=given["value"])


class TimesForm(CorrectForm):
    beside = {"started_at": "started", "ended_at": "ended", "value": "ended"}

    def add(self) -> None:
        for name, label in (("started", _("Began at")), ("ended", _("Ended at"))):
            moment = timezone.localtime(getattr(self.target, f"{name}_at"))
            self.fields[name] = time_field(label, initial=moment.strftime("%H:%M"))

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        day = timezone.localdate(self.target.started_at)
        return CorrectionGiven(fact=Fact.TIMES, value=evening_of(day, given["started"], given["ended"]))


class DocumentsForm(CorrectForm):
    """When documents were sent out that are not here as files; both empty: they were not."""

    beside = {"documents_at": "documents_day", "value": "documents_day"}

    def add(self) -> None:
        out = self.target.documents_at
        local = timezone.localtime(out) if out is not None else None
        self.fields["documents_day"] = forms.DateField(
            label=_("Documents were sent out on"),
            required=False,
            initial=local.date() if local else None,
            help_text=_("Empty: none were given out."),
        )
        self.fields["documents_time"] = time_field(
            _("at (time)"), required=False, initial=local.strftime("%H:%M") if local else None
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        check_halves(self, "documents")
        return given

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        moment = moment_of(given["documents_day"], given["documents_time"])
        return CorrectionGiven(fact=Fact.DOCUMENTS, value=moment)


class MarkForm(CorrectForm):
    """seed: the mark of a member."""

    beside = {"value": "mark"}

    def add(self) -> None:
        mark: RollCallMark = self.seed
        marks = [choice for choice in MARKS if mark.standing == "exempt" or choice[0] != "exempt"]
        self.fields["mark"] = forms.ChoiceField(
            label=_("Roll call"), choices=marks, initial=BY_APP if mark.by_app else mark.mark
        )
        self.fields["why_absent"] = forms.CharField(
            label=_("Why absent"), max_length=300, required=False, initial=mark.reason
        )

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        value = mark_given(given["mark"], given["why_absent"])
        return CorrectionGiven(fact=Fact.MARK, about=self.seed.person_id, value=value)


class SpeakerForm(CorrectForm):
    """seed: the mark of a member who was present."""

    beside = {"value": "spoke"}

    def add(self) -> None:
        spoke = self.target.speakers.filter(person=self.seed.person_id).first()
        self.fields["spoke"] = forms.BooleanField(label=_("Spoke"), required=False, initial=spoke is not None)
        self.fields["gist"] = forms.CharField(
            label=_("What about"), max_length=500, required=False, initial=spoke.gist if spoke else ""
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("gist") and not given.get("spoke"):
            self.add_error("spoke", _("Tick who spoke, or leave empty what about."))
        return given

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        value = SpeakerGiven(self.seed.person, given["gist"]) if given["spoke"] else None
        return CorrectionGiven(fact=Fact.SPEAKER, about=self.seed.person_id, value=value)


class BallotCorrectForm(CorrectForm):
    """seed: the ballot, None for one that was left out."""

    beside = {"value": "question", "ballots": "question"}

    def add(self) -> None:
        for name, field in BallotForm().fields.items():
            field.required = False
            if self.seed is not None:
                field.initial = getattr(self.seed, name)
            self.fields[name] = field
        self.fields["question"].help_text = "" if self.seed is None else _("Empty: there was no such ballot.")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("question") or self.seed is None:
            for name in ("question", *BALLOT):
                if given.get(name) in (None, "") and name not in self.errors:
                    missing = _("Say what was voted on.") if name == "question" else ""
                    self.add_error(name, missing or _("Write the number, 0 where there was none."))
        return given

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        totals: dict[str, Any] = {name: given[name] for name in (*BALLOT, "is_secret")}
        value = BallotGiven(given["question"], **totals) if given["question"] else None
        return CorrectionGiven(fact=Fact.BALLOT, about=self.seed.pk if self.seed is not None else None, value=value)


class ItemCorrectForm(CorrectForm):
    """seed: the assignment. Its day stays."""

    beside = {"value": "person", "due_on": "text"}

    def add(self) -> None:
        item = self.seed
        self.fields["text"] = forms.CharField(label=_("What is assigned"), max_length=500, initial=item.text)
        day = timezone.localdate(self.target.started_at)
        self.fields["person"] = ListedField(
            label=_("Who does it"), rows=people_of(self.target, day), initial=item.person_id
        )
        self.fields["proof"] = forms.CharField(
            label=_("What proves it"), max_length=300, required=False, initial=item.proof
        )

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        value = ItemGiven(given["person"], given["text"], self.seed.due_on, given["proof"])
        return CorrectionGiven(fact=Fact.ITEM, about=self.seed.pk, value=value)


class PointsForm(CorrectForm):
    """seed: the cell's own score of a line that people judged."""

    def add(self) -> None:
        line: Line = self.seed.line
        self.beside = {f"points_{line.pk}": "points", f"note_{line.pk}": "note", "line": "points"}
        self.fields["points"] = forms.DecimalField(
            label=_("%(line)s (0 to %(most)s points)") % {"line": line.title, "most": plain(line.points)},
            min_value=Decimal(0),
            max_value=line.points,
            decimal_places=1,
            initial=plain(self.seed.points),
        )
        self.fields["note"] = forms.CharField(label=_("Why these points"), max_length=500, initial=self.seed.note)

    def wish(self, given: dict[str, Any]) -> CorrectionGiven:
        return CorrectionGiven(line=self.seed.line, points=PointsGiven(given["points"], given["note"]))


def text_of(meeting: Meeting, fact: Fact) -> str:
    """The text of one of TEXTS as it stands."""
    if fact == Fact.RESOLUTION:
        resolution = getattr(meeting, "resolution", None)
        return resolution.text if resolution is not None else ""
    return str(getattr(meeting, fact.value))


@dataclass(frozen=True)
class Correctable:
    """One thing that may be corrected. code: as the address names it; stands: what stands there now; form: its form."""

    code: str
    label: str
    stands: str
    form: Any


def correctable(meeting: Meeting) -> list[tuple[Any, list[Correctable]]]:
    """All that may be corrected of a closed meeting, in groups under their headings. Seven queries."""
    marks = list(meeting.marks.select_related("person").order_by("person__folded", "pk"))
    groups = [
        (_("What was recorded"), list(_facts(meeting))),
        (_("Roll call"), [_of_mark(mark) for mark in marks]),
        (_("Who spoke"), [] if meeting.why_no_speakers else list(_speakers(meeting, marks))),
        (_("Assignments"), [_of_item(item) for item in meeting.items.select_related("person")]),
        (_("Ballots"), list(_ballots(meeting))),
        (_("Points the cell gave"), list(_points(meeting))),
    ]
    return [(title, rows) for title, rows in groups if rows]


def _facts(meeting: Meeting) -> Iterator[Correctable]:
    for fact in TEXTS:
        yield Correctable(
            fact.value, str(fact.label).capitalize(), text_of(meeting, fact), partial(TextForm, seed=fact)
        )
    dues = "" if meeting.dues is None else f"{plain_amount(meeting.dues)} đ"
    yield Correctable("dues", _("Dues collected (đồng)"), dues, DuesForm)
    assert meeting.started_at is not None and meeting.ended_at is not None
    times = [timezone.localtime(moment) for moment in (meeting.started_at, meeting.ended_at)]
    told = f"{times[0]:%H:%M} – {times[1]:%H:%M}"
    yield Correctable("times", str(Fact.TIMES.label).capitalize(), told, TimesForm)
    if not has_documents(meeting):
        out = meeting.documents_at
        told = "" if out is None else f"{timezone.localtime(out):%H:%M %d/%m/%Y}"
        yield Correctable("documents", str(Fact.DOCUMENTS.label).capitalize(), told, DocumentsForm)


def _of_mark(mark: RollCallMark) -> Correctable:
    said = _("present through the app") if mark.by_app else mark.get_mark_display()
    told = " – ".join(filter(None, (str(said), mark.reason)))
    return Correctable(f"mark-{mark.pk}", str(mark.person), told, partial(MarkForm, seed=mark))


def _speakers(meeting: Meeting, marks: list[RollCallMark]) -> Iterator[Correctable]:
    spoke = {one.person_id: one.gist or _("spoke") for one in meeting.speakers.all()}
    for mark in marks:
        if mark.mark == RollCallMark.Mark.PRESENT:
            told = spoke.get(mark.person_id, "")
            yield Correctable(f"speaker-{mark.pk}", str(mark.person), told, partial(SpeakerForm, seed=mark))


def _of_item(item: ResolutionItem) -> Correctable:
    told = " – ".join(filter(None, (str(item.person), f"{item.due_on:%d/%m/%Y}", item.proof)))
    return Correctable(f"item-{item.pk}", item.text, told, partial(ItemCorrectForm, seed=item))


def _ballots(meeting: Meeting) -> Iterator[Correctable]:
    for ballot in meeting.ballots.all():
        told = f"{ballot.yes}/{ballot.no}/{ballot.invalid}/{ballot.eligible}"
        yield Correctable(f"ballot-{ballot.pk}", ballot.question, told, partial(BallotCorrectForm, seed=ballot))
    yield Correctable("ballot", _("A ballot that was left out"), "", BallotCorrectForm)


def _points(meeting: Meeting) -> Iterator[Correctable]:
    rows = meeting.scores.filter(side=Side.OWN, is_computed=False).select_related("line__criterion")
    for score in rows.order_by("line__criterion__position", "line__position"):
        told = _("%(points)s of %(most)s points") % {
            "points": plain(score.points),
            "most": plain(score.line.points),
        }
        label = f"{score.line.number} {score.line.title}"
        yield Correctable(f"points-{score.line_id}", label, told, partial(PointsForm, seed=score))
