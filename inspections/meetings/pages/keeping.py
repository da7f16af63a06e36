"""The screens of a secretary's month: prepare, hold, close."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.meetings.forms.keeping import CloseForm, HoldForm
from inspections.meetings.forms.planning import PrepareForm
from inspections.meetings.models import Meeting
from inspections.meetings.pages.showing import seen_meetings
from inspections.pages import form_page, must
from permissions.verdicts import NotNow

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _screen(
    request: HttpRequest,
    pk: int,
    form: Any,
    *,
    heading: Any,
    button: Any,
    done: Any,
    needs: tuple[str, ...],
) -> HttpResponse:
    meeting = get_object_or_404(seen_meetings(request), pk=pk)
    must(request, "keep_meetings", meeting)
    if meeting.state not in needs:
        raise NotNow(_("This step is not open: the meeting is %(state)s.") % {"state": meeting.get_state_display()})
    back = reverse("meetings:detail", args=[pk])
    return form_page(
        request,
        form,
        target=meeting,
        heading=heading % {"meeting": meeting},
        button=button,
        back=back,
        trail=[(_("Cell meetings"), reverse("meetings:list")), (str(meeting), back), (button, "")],
        done=done,
        to=lambda result: back,
        template="meetings/form.html",
    )


@form_methods
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """First screen: when, where and what about."""
    return _screen(
        request,
        pk,
        PrepareForm,
        heading=_("Prepare: %(meeting)s"),
        button=_("Keep the preparation"),
        done=_("Kept. Assignments that are still open came into the contents by themselves."),
        needs=(Meeting.State.PLANNED, Meeting.State.PREPARED),
    )


@form_methods
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Second screen: who came, what was said, what was assigned."""
    return _screen(
        request,
        pk,
        HoldForm,
        heading=_("Hold: %(meeting)s"),
        button=_("Keep the record"),
        done=_("Kept. Close the meeting within the days for handing in its result."),
        needs=(Meeting.State.PREPARED, Meeting.State.HELD),
    )


@form_methods
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Third screen: earlier assignments, resolution, dues, score; then the meeting is locked."""
    return _screen(
        request,
        pk,
        CloseForm,
        heading=_("Close: %(meeting)s"),
        button=_("Close the meeting"),
        done=_("Closed and handed in. What was wrong is corrected with a reason from now on."),
        needs=(Meeting.State.HELD,),
    )
