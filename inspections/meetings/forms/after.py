"""The forms of what comes after a meeting: an assignment is done, a side scores, what was closed is corrected."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.forms import VerbForm, files_field, guard
from inspections.meetings.forms.screens import ScreenForm, long_text
from inspections.meetings.models import Line, Meeting, MeetingScore
from inspections.meetings.rules import plain
from inspections.meetings.services.after import report_item, score_meeting, scores_of_body, scoring_body
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
    """The points of the user's body, on one side, for lines of the target, a closed meeting; a line left empty is not
    scored, one that is emptied no longer."""

    side: MeetingScore.Side

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.body = scoring_body(self.user, self.target, self.side, self.now)
        scores = self.target.scores.filter(side__in=(Side.OWN, self.side))
        given = {(one.line_id, one.side): one for one in scores if one.side == Side.OWN or one.body_id == self._body_id}
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
        self.labels = {f"points_{line.pk}": line.title for line in self.lines}
        guard(self.fields)

    @property
    def _body_id(self) -> int | None:
        return self.body.pk if self.body is not None else None

    @property
    def parts(self) -> list[tuple[Any, list[str]]]:
        return list(self.groups.items())

    def told(self, meeting: Meeting) -> dict[str, Any]:
        """What the body gave each line; another officer of it may give otherwise meanwhile."""
        if self.body is None:
            return {}
        given = {one.line_id: one.told for one in scores_of_body(meeting, self.side, self.body)}
        return {f"points_{line.pk}": given.get(line.pk, "") for line in self.lines}

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
