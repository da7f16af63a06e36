"""The papers of a meeting as they are printed and signed: its minutes, its resolution (domain.md §6.2, §8.1)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inspections.documents.queries import issuer_of
from inspections.meetings.models import Meeting, RollCallMark
from inspections.meetings.pages.showing import seen_meetings
from permissions.verdicts import NotNow

Mark = RollCallMark.Mark
RECORDED = (Meeting.State.HELD, Meeting.State.CLOSED)


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes, ready to print and sign. Raises NotNow while nothing is recorded."""
    meeting = _recorded(request, pk)
    marks = list(meeting.marks.select_related("person").order_by("person__folded", "pk"))
    present = [one for one in marks if one.mark == Mark.PRESENT]
    context = _head(meeting, _("Minutes")) | {
        "present": len(present),
        "probationary": sum(one.standing == RollCallMark.StandingChoice.PROBATIONARY for one in present),
        "by_app": sum(one.by_app for one in present),
        "excused": [one for one in marks if one.mark == Mark.EXCUSED],
        "unexcused": [one for one in marks if one.mark == Mark.UNEXCUSED],
        "exempt": [one for one in marks if one.mark == Mark.EXEMPT],
        "agenda": meeting.agenda.select_related("preparer"),
        "speakers": meeting.speakers.select_related("person"),
        "ballots": meeting.ballots.all(),
        "items": meeting.items.select_related("person"),
    }
    return render(request, "meetings/minutes.html", context)


@require_safe
def resolution(request: HttpRequest, pk: int) -> HttpResponse:
    """The resolution, ready to print and sign. Raises NotNow while nothing is recorded; without one it is not there."""
    meeting = _recorded(request, pk)
    paper = getattr(meeting, "resolution", None)
    if paper is None:
        raise Http404
    context = _head(meeting, _("Resolution")) | {"resolution": paper, "items": meeting.items.select_related("person")}
    return render(request, "meetings/resolution.html", context)


def _recorded(request: HttpRequest, pk: int) -> Meeting:
    rows = seen_meetings(request).select_related("organisation__type", "organisation__parent__type", "resolution")
    meeting: Meeting = get_object_or_404(rows.select_related("chair", "recorder"), pk=pk)
    if meeting.state not in RECORDED:
        raise NotNow(_("Nothing is recorded yet of how the meeting was held, so there is nothing to print."))
    return meeting


def _head(meeting: Meeting, name: str) -> dict[str, Any]:
    address = reverse("meetings:detail", args=[meeting.pk])
    return {
        "name": name,
        "meeting": meeting,
        "superior": issuer_of(meeting.organisation, "").superior,
        "trail": [(_("Cell meetings"), reverse("meetings:list")), (str(meeting), address)],
    }
