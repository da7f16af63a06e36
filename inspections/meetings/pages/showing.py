"""The pages that show meetings: those a reader sees, and one with all that was recorded of it."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.lists import Column, FilterForm, ListPage
from inspections.meetings.comparison import differs, total_beside
from inspections.meetings.models import TO_HOLD, Meeting, MeetingScore, Rated
from inspections.meetings.rules import FULL
from inspections.meetings.services.planning import is_month_over, is_still_owed
from inspections.meetings.words import reasons_told
from inspections.organisations.models import Organisation
from inspections.organisations.text import whole_number
from inspections.pages import today_of, user_of
from permissions import audit, policy

Side = MeetingScore.Side
UNFINISHED = (*TO_HOLD, Meeting.State.HELD)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class MeetingFilter(FilterForm):
    """Words look for the cell."""

    year = forms.CharField(label=gettext_lazy("Year"), required=False, max_length=4)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[("", "—"), *Meeting.State.choices], required=False)
    rating = forms.ChoiceField(label=gettext_lazy("Rating"), choices=[("", "—"), *Rated.choices], required=False)

    def clean_year(self) -> int | None:
        given = self.cleaned_data["year"]
        year = whole_number(given)
        if given and (year is None or not FIRST_YEAR <= year <= LAST_YEAR):
            raise forms.ValidationError(_("Write the year in four digits."))
        return year

    def narrow(self, rows: Any) -> QuerySet[Meeting]:
        given = self.given
        if given.get("q"):
            rows = rows.filter(organisation__in=Organisation.objects.matching(given["q"]))
        if given.get("year"):
            rows = rows.of_year(given["year"])
        for name in ("state", "rating"):
            if given.get(name):
                rows = rows.filter(**{name: given[name]})
        found: QuerySet[Meeting] = rows
        return found


LIST = ListPage(
    template="meetings/list.html",
    filters=MeetingFilter,
    sorts={
        "month": ("-month", "-planned_at"),
        "cell": ("organisation__path", "-month"),
        "points": ("total", "-month"),
    },
    columns=[
        Column(gettext_lazy("Cell"), lambda meeting: str(meeting.organisation)),
        Column(gettext_lazy("Month"), lambda meeting: f"{meeting.month:%m/%Y}"),
        Column(gettext_lazy("Kind"), lambda meeting: meeting.get_kind_display()),
        Column(gettext_lazy("Topic"), lambda meeting: meeting.topic),
        Column(gettext_lazy("State"), lambda meeting: meeting.get_state_display()),
        Column(gettext_lazy("Present"), lambda meeting: meeting.present),
        Column(gettext_lazy("Expected"), lambda meeting: meeting.expected),
        Column(gettext_lazy("Points"), lambda meeting: meeting.total),
        Column(gettext_lazy("Rating"), lambda meeting: meeting.get_rating_display()),
    ],
    file_name="meetings",
)


def seen_meetings(request: HttpRequest) -> QuerySet[Meeting]:
    """The meetings that the reader may see."""
    return policy.visible(user_of(request), Meeting.objects.select_related("organisation"))


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings the reader may see: a secretary's own year, a superior's cells."""
    user = user_of(request)
    viewer = policy.viewer_for(user)
    cells = Organisation.objects.filter(pk__in=viewer.organisation_ids("keep_meetings")).order_by("path")
    to_do = Meeting.objects.filter(organisation__in=cells, state__in=UNFINISHED).select_related("organisation")
    next_up = to_do.order_by("planned_at", "pk")[:2] if viewer.organisation_ids("keep_meetings") else []
    return LIST.respond(request, seen_meetings(request), cells=cells, next_up=next_up)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: what was prepared, who came, what was said, decided and scored, and what was corrected since."""
    meeting = get_object_or_404(
        seen_meetings(request).select_related("chair", "recorder", "previous__organisation", "criteria_set"), pk=pk
    )
    user = user_of(request)
    files = {one.kind: one.attachments.all() for one in meeting.files.prefetch_related("attachments__file")}
    context = {
        "meeting": meeting,
        "agenda": meeting.agenda.select_related("preparer", "carried"),
        "files": files,
        "marks": meeting.marks.select_related("person").order_by("person__folded", "pk"),
        "speakers": meeting.speakers.select_related("person"),
        "items": meeting.items.select_related("person", "organisation").prefetch_related("attachments__file"),
        "ratings": meeting.ratings.select_related("item__person"),
        "ballots": meeting.ballots.all(),
        "resolution": getattr(meeting, "resolution", None),
        "scores": scores_side_by_side(meeting),
        "kept": policy.viewer_for(user).organisation_ids("keep_meetings"),
        "is_month_over": is_month_over(meeting, today_of(request)),
        "is_still_owed": is_still_owed(meeting, today_of(request)),
        "keeps": bool(policy.may(user, "keep_meetings", meeting)),
        "may_score": meeting.is_closed and bool(policy.may(user, "score_meetings", meeting)),
        "may_inspect": meeting.is_closed and bool(policy.may(user, "inspect_meetings", meeting)),
        "moves": moves_of(meeting),
        "corrections": meeting.corrections.select_related("line", "corrected_by__person"),
        "trail": [(_("Cell meetings"), reverse("meetings:list")), (str(meeting), "")],
    }
    return render(request, "meetings/detail.html", context)


def moves_of(meeting: Meeting) -> list[dict[str, Any]]:
    """How often the meeting was moved, from when to when and why, as recorded."""
    entries = audit.entries_of(meeting.organisation).filter(
        about_type=Meeting._meta.label_lower, about_id=meeting.pk, verb="move_meeting"
    )
    at = datetime.datetime.fromisoformat
    return [
        {"before": at(one.old["planned_at"]), "after": at(one.new["planned_at"]), "reason": one.reason}
        for one in entries
    ]


def scores_side_by_side(meeting: Meeting) -> dict[str, Any]:
    """Each line with what the sides gave it, why, and whether they differ beyond the margin of the set; the totals.

    One query."""
    if meeting.criteria_set is None:
        return {}
    margin = meeting.criteria_set.margin
    rows = meeting.scores.select_related("line__criterion").order_by(
        "line__criterion__position", "line__position", "side"
    )
    found: dict[int, dict[str, Any]] = {}
    given: dict[str, dict[int, Decimal]] = {side: {} for side in Side.values}
    for score in rows:
        one = found.setdefault(score.line_id, {"line": score.line, "own": None, "superior": None, "inspection": None})
        one[score.side] = score
        given[score.side][score.line_id] = score.points
        if score.side == Side.OWN:
            one["why"] = reasons_told(score.explanation)
    for key, one in found.items():
        points = [several[key] for several in given.values() if key in several]
        one["differs"] = differs(points, one["line"].points, margin)
    own = given[Side.OWN]
    totals = {side: total_beside(own, given[side]) for side in Side.values}
    told = [total for total in totals.values() if total is not None]
    return {"lines": list(found.values()), "totals": totals, "differ": differs(told, FULL, margin), "margin": margin}
