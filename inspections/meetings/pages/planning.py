"""Planning the meetings of a cell: its year, one meeting, which is moved or called off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.meetings.forms.planning import CallOffForm, MeetingForm, MoveForm, YearForm
from inspections.meetings.models import Meeting
from inspections.meetings.pages.showing import seen_meetings
from inspections.meetings.services.common import check_to_come
from inspections.meetings.services.planning import is_month_over, is_still_owed
from inspections.organisations.models import Organisation
from inspections.pages import form_page, must, today_of, user_of
from permissions import policy

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _cell(request: HttpRequest, organisation_pk: int) -> Organisation:
    seen = policy.visible(user_of(request), Organisation.objects.all())
    cell = get_object_or_404(seen, pk=organisation_pk)
    must(request, "keep_meetings", cell)
    return cell


@form_methods
def plan(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """Plans the meetings of a cell for a year."""
    cell = _cell(request, organisation_pk)
    return form_page(
        request,
        YearForm,
        target=cell,
        heading=_("Plan the year: %(cell)s") % {"cell": cell},
        button=_("Plan the year"),
        back=reverse("meetings:list"),
        trail=[(_("Cell meetings"), reverse("meetings:list")), (_("Plan the year"), "")],
        done=_("The year is planned. Each meeting has its reminder."),
        to=lambda made: reverse("meetings:list"),
    )


@form_methods
def plan_one(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """Plans one meeting of a cell."""
    cell = _cell(request, organisation_pk)
    return form_page(
        request,
        MeetingForm,
        target=cell,
        heading=_("Plan a meeting: %(cell)s") % {"cell": cell},
        button=_("Plan the meeting"),
        back=reverse("meetings:list"),
        trail=[(_("Cell meetings"), reverse("meetings:list")), (_("Plan the meeting"), "")],
        done=_("The meeting is planned. Prepare it next."),
        to=lambda made: reverse("meetings:detail", args=[made.pk]),
    )


def _form_of(request: HttpRequest, meeting: Meeting, form: Any, **shown: Any) -> HttpResponse:
    back = reverse("meetings:detail", args=[meeting.pk])
    trail = [(_("Cell meetings"), reverse("meetings:list")), (str(meeting), back), (shown["button"], "")]
    shown["heading"] %= {"meeting": meeting}
    return form_page(request, form, target=meeting, back=back, trail=trail, **shown)


def _kept(request: HttpRequest, pk: int) -> Meeting:
    meeting: Meeting = get_object_or_404(seen_meetings(request), pk=pk)
    must(request, "keep_meetings", meeting)
    return meeting


@form_methods
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Moves a planned meeting."""
    meeting = _kept(request, pk)
    check_to_come(meeting)
    return _form_of(
        request,
        meeting,
        MoveForm,
        heading=_("Move: %(meeting)s"),
        button=_("Move the meeting"),
        done=_("The meeting is moved. Tell the members of the new day."),
    )


@form_methods
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting that was not held will not be, for a reason; one of a month that is over was not held."""
    meeting, today = _kept(request, pk), today_of(request)
    if not is_still_owed(meeting, today):
        check_to_come(meeting)
    if is_month_over(meeting, today):
        return _form_of(
            request,
            meeting,
            CallOffForm,
            heading=_("Not held: %(meeting)s"),
            button=_("Record that it was not held"),
            done=_("Recorded, with the reason."),
            context={"intro": _("The month is over without this meeting. That stays, with the reason you give.")},
        )
    return _form_of(
        request,
        meeting,
        CallOffForm,
        heading=_("Call off: %(meeting)s"),
        button=_("Call it off"),
        done=_("Called off, with the reason. A regular meeting of the month is owed until another is planned."),
        context={
            "intro": _(
                "To meet on another day, move the meeting instead. A month without its regular meeting is seen by those"
                " above the cell."
            )
        },
    )
