"""The forms of what comes after a meeting: an assignment is done, a side scores, what was closed is corrected."""

import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.forms import VerbForm, files_field, guard
from inspections.meetings.forms.screens import ScreenForm, long_text
from inspections.meetings.models import Line, Meeting, MeetingScore
from inspections.meetings.rules import plain
from inspections.meetings.services.after import (
    FACTS,
    CorrectionGiven,
    correct_closed,
    report_item,
    score_meeting,
)
from inspections.meetings.services.closing import PointsGiven

Side = MeetingScore.Side


class ReportForm(VerbForm):
    """The target, an assignment, is done."""

    done_on = forms.DateField(label=gettext_lazy("Done on"))
    proof = long_text(gettext_lazy("What proves it"), rows=3, max_length=300)
    files: Any = files_field(gettext_lazy("Proof as a file"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["done_on"].initial = timezone.localdate(self.now)
        self.fields["proof"].initial = self.target.proof

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        return report_item(acting_user=acting_user, item=self.target, now=now, **self.cleaned_data)


def lines_of(meeting: Meeting) -> list[Line]:
    """The lines of the set by which the meeting was scored, in their order."""
    rows = Line.objects.filter(criterion__criteria_set=meeting.criteria_set_id).select_related("criterion")
    return list(rows.order_by("criterion__position", "position"))


class SideForm(ScreenForm):
    """The points of one side for lines of the target, a closed meeting; a line left empty is not scored."""

    side: MeetingScore.Side

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        given = {(one.line_id, one.side): one for one in self.target.scores.all()}
        self.groups: dict[str, list[str]] = {}
        self.lines = lines_of(self.target)
        for line in self.lines:
            own, before = given.get((line.pk, Side.OWN)), given.get((line.pk, self.side))
            self.fields[f"points_{line.pk}"] = forms.DecimalField(
                label=_("%(line)s (0 to %(most)s points)") % {"line": line.title, "most": plain(line.points)},
                min_value=Decimal(0),
                max_value=line.points,
                decimal_places=1,
                required=False,
                initial=plain(before.points) if before else None,
                help_text=_("The cell: %(points)s.") % {"points": plain(own.points)} if own else "",
            )
            self.fields[f"note_{line.pk}"] = forms.CharField(
                label=_("Why"), max_length=500, required=False, initial=before.note if before else ""
            )
            names = self.groups.setdefault(f"{line.criterion.position}. {line.criterion.title}", [])
            names += [f"points_{line.pk}", f"note_{line.pk}"]
        guard(self.fields)

    @property
    def parts(self) -> list[tuple[Any, list[str]]]:
        return list(self.groups.items())

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for line in self.lines:
            points, note = f"points_{line.pk}", f"note_{line.pk}"
            if given.get(points) is not None and not given.get(note):
                self.add_error(note, _("Say in a few words why."))
            if given.get(note) and given.get(points) is None and points not in self.errors:
                self.add_error(points, _("Give the points that the note explains."))
        return given

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        scores = {
            line.pk: PointsGiven(given[f"points_{line.pk}"], given[f"note_{line.pk}"])
            for line in self.lines
            if given[f"points_{line.pk}"] is not None
        }
        return score_meeting(acting_user=acting_user, meeting=self.target, given=scores, side=self.side, now=now)


class SuperiorForm(SideForm):
    """The superior's points."""

    side = Side.SUPERIOR


class InspectionForm(SideForm):
    """The points of an inspection."""

    side = Side.INSPECTION


class CorrectForm(VerbForm):
    """One thing of the target, a closed meeting, as it should have been; what was stays beside it."""

    value = long_text(
        gettext_lazy("As it should be"),
        rows=4,
        help_text=gettext_lazy("The whole text; for dues an amount in đồng, for a line its points."),
    )
    note = forms.CharField(
        label=gettext_lazy("Why these points"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Only where points are corrected."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    beside = {"points": "value", "scores": "value", "fact": "what", "line": "what"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        meeting: Meeting = self.target
        own = {one.line_id: one.points for one in meeting.scores.filter(side=Side.OWN)}
        self.lines = {str(line.pk): line for line in lines_of(meeting)}
        facts = [(name, str(Meeting._meta.get_field(name).verbose_name).capitalize()) for name in FACTS]  # type: ignore[union-attr]
        told = _("%(line)s: %(points)s of %(most)s points")
        scores = [
            (key, told % {"line": line.title, "points": plain(own[line.pk]), "most": plain(line.points)})
            for key, line in self.lines.items()
            if line.pk in own
        ]
        what = forms.ChoiceField(
            label=_("What is corrected"),
            choices=[("", "—"), (_("What was recorded"), facts), (_("Points the cell gave"), scores)],
        )
        self.fields = {"what": what, **self.fields}
        guard(self.fields)

    def perform(self, *, acting_user: Any, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        what, value = given["what"], given["value"]
        # as numbers are typed here: a comma before decimals, points between thousands of đồng
        if what in self.lines:
            points = PointsGiven(number_of(value.replace(",", ".")), given["note"] or given["reason"])
            wish = CorrectionGiven(line=self.lines[what], points=points)
        else:
            wish = CorrectionGiven(
                fact=what, value=number_of(value.replace(".", "").replace(" ", "")) if what == "dues" else value
            )
        return correct_closed(acting_user=acting_user, meeting=self.target, given=wish, reason=given["reason"], now=now)


def number_of(text: str) -> Decimal:
    """The number, if it is one. Raises ValidationError for `value`."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValidationError({"value": _("Write a number in digits.")})
    return number
