"""The pages that show meetings: those a reader sees, and one with all that was recorded of it."""

import datetime
from collections.abc import Callable
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
from inspections.meetings.access import may_score
from inspections.meetings.comparison import differs, total_beside
from inspections.meetings.models import TO_HOLD, Meeting, MeetingScore, Rated, ResolutionItem
from inspections.meetings.rules import FULL
from inspections.meetings.services.planning import is_month_over, is_still_owed
from inspections.meetings.words import reasons_told
from inspections.organisations.models import Organisation
from inspections.organisations.text import whole_number
from inspections.pages import today_of, user_of
from permissions import audit, policy

Side = MeetingScore.Side
# a meeting that is prepared for another day than planned is moved, with a reason
MOVING = ("move_meeting", "prepare_meeting")
UNFINISHED = (*TO_HOLD, Meeting.State.HELD)
FIRST_YEAR, LAST_YEAR = 2000, 2100
# what rooms above show on the page of a meeting: (request, meeting) -> context
Beside = Callable[[HttpRequest, Meeting], dict[str, Any]]
_BESIDE: list[Beside] = []


def shown_beside(provider: Beside) -> None:
    """For rooms above: tells what the page of a meeting shows of them; called once, from the `ready` of an app."""
    _BESIDE.append(provider)


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
    viewer = policy.viewer_for(user)
    files = {one.kind: one.attachments.all() for one in meeting.files.prefetch_related("attachments__file")}
    context = {
        "meeting": meeting,
        "agenda": meeting.agenda.select_related("preparer", "carried"),
        "files": files,
        "marks": meeting.marks.select_related("person").order_by("person__folded", "pk"),
        "speakers": meeting.speakers.select_related("person"),
        "items": meeting.items.select_related("person", "organisation").prefetch_related("attachments__file"),
        # of a meeting that assigned something to several each member has the page of his own
        "seen_items": set(
            policy.visible(user, ResolutionItem.objects.filter(meeting=meeting)).values_list("pk", flat=True)
        ),
        "ratings": meeting.ratings.select_related("item__person"),
        "ballots": meeting.ballots.all(),
        "resolution": getattr(meeting, "resolution", None),
        "scores": scores_side_by_side(meeting),
        "kept": viewer.organisation_ids("keep_meetings"),
        "own": viewer.person.pk if viewer.person is not None else None,
        "is_month_over": is_month_over(meeting, today_of(request)),
        "is_still_owed": is_still_owed(meeting, today_of(request)),
        "keeps": bool(policy.may(user, "keep_meetings", meeting)),
        "may_score": meeting.is_closed and bool(may_score(user, "score_meetings", meeting)),
        "may_inspect": meeting.is_closed and bool(may_score(user, "inspect_meetings", meeting)),
        "moves": moves_of(meeting),
        "corrections": meeting.corrections.select_related("line", "corrected_by__person"),
        "trail": [(_("Cell meetings"), reverse("meetings:list")), (str(meeting), "")],
    }
    for provider in _BESIDE:
        context |= provider(request, meeting)
    return render(request, "meetings/detail.html", context)


def moves_of(meeting: Meeting) -> list[dict[str, Any]]:
    """How often the meeting was moved, from when and where to when and where and why, as recorded; also by a cell whose
    place its own took."""
    entries = audit.entries_about(meeting).filter(verb__in=MOVING).exclude(reason="")
    return [_move_told(one.old, one.new, one.reason) for one in entries]


def _move_told(old: dict[str, Any], new: dict[str, Any], reason: str) -> dict[str, Any]:
    """The halves that changed: the moment, the place, or both."""
    told: dict[str, Any] = {"reason": reason}
    before, after = (datetime.datetime.fromisoformat(facts["planned_at"]) for facts in (old, new))
    if before != after:
        told |= {"before": before, "after": after}
    if old.get("place") != new.get("place"):
        told |= {"place_before": old.get("place") or "—", "place_after": new.get("place") or "—"}
    return told


def scores_side_by_side(meeting: Meeting) -> dict[str, Any]:
    """Each line with what the cell gave it and why, what each other body gave it (`bodies`: side and body), and whether
    they differ beyond the margin of the set; the totals.

    One query."""
    if meeting.criteria_set is None:
        return {}
    margin = meeting.criteria_set.margin
    rows = meeting.scores.select_related("line__criterion", "body", "given_by__person").order_by(
        "line__criterion__position", "line__position", "side", "body"
    )
    found: dict[int, dict[str, Any]] = {}
    given: dict[tuple[str, int], dict[int, MeetingScore]] = {}
    for score in rows:
        one = found.setdefault(score.line_id, {"line": score.line})
        given.setdefault((score.side, score.body_id), {})[score.line_id] = score
        if score.side == Side.OWN:
            one |= {"own": score, "why": reasons_told(score.explanation)}
    own = {key: one["own"].points for key, one in found.items()}
    # superiors before inspections
    order = sorted(given, key=lambda key: (key[0] != Side.SUPERIOR, key[1]))
    bodies = [given[key] for key in order if key[0] != Side.OWN]
    for key, one in found.items():
        one["given"] = [several.get(key) for several in bodies]
        points = [own[key], *(score.points for score in one["given"] if score is not None)]
        one["differs"] = differs(points, one["line"].points, margin)
    totals = [total_beside(own, {line: score.points for line, score in several.items()}) for several in bodies]
    total = sum(own.values(), Decimal(0))
    return {
        "lines": list(found.values()),
        "bodies": [next(iter(several.values())) for several in bodies],
        "total": total,
        "totals": totals,
        "differ": differs([total, *(one for one in totals if one is not None)], FULL, margin),
        "margin": margin,
    }
