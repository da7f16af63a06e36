"""What comes after a meeting: an assignment is reported done, other sides score, what was closed is corrected."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.meetings.forms.after import CorrectForm, InspectionForm, ReportForm, SideForm, SuperiorForm
from inspections.meetings.models import Meeting, ResolutionItem
from inspections.meetings.pages.showing import seen_meetings
from inspections.pages import form_page, must, user_of
from permissions import policy
from permissions.verdicts import NotNow

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _after(request: HttpRequest, meeting: Meeting, form: Any, target: Any, **shown: Any) -> HttpResponse:
    back = reverse("meetings:detail", args=[meeting.pk])
    trail = [(_("Cell meetings"), reverse("meetings:list")), (str(meeting), back), (shown["button"], "")]
    return form_page(request, form, target=target, back=back, trail=trail, **shown)


@form_methods
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Reports an assignment done, with what proves it."""
    rows = ResolutionItem.objects.select_related("meeting__organisation", "organisation", "person")
    item = get_object_or_404(policy.visible(user_of(request), rows), pk=pk)
    must(request, "keep_meetings", item)
    if item.done_on is not None:
        raise NotNow(_("It was reported done on %(day)s.") % {"day": f"{item.done_on:%d/%m/%Y}"})
    if not item.meeting.is_closed:
        raise NotNow(_("Close the meeting that assigned it first."))
    told = _("%(person)s, by %(day)s. The next meeting rates it.")
    return _after(
        request,
        item.meeting,
        ReportForm,
        item,
        heading=_("Report done: %(item)s") % {"item": item},
        button=_("Report it done"),
        done=_("Reported. The next meeting rates it."),
        context={"intro": told % {"person": item.person, "day": f"{item.due_on:%d/%m/%Y}"}},
    )


def _closed(request: HttpRequest, pk: int, verb: str) -> Meeting:
    meeting: Meeting = get_object_or_404(seen_meetings(request), pk=pk)
    must(request, verb, meeting)
    if not meeting.is_closed:
        raise NotNow(_("This step is not open: the meeting is %(state)s.") % {"state": meeting.get_state_display()})
    return meeting


def _side(request: HttpRequest, pk: int, verb: str, form: type[SideForm], heading: str) -> HttpResponse:
    meeting = _closed(request, pk, verb)
    return _after(
        request,
        meeting,
        form,
        meeting,
        heading=heading % {"meeting": meeting},
        button=_("Keep the scores"),
        done=_("Kept. They stand beside those of the cell."),
        template="meetings/form.html",
        context={"intro": _("Score what you see otherwise, or have checked; a line left empty is not scored.")},
    )


@form_methods
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """The superior scores a closed meeting."""
    return _side(request, pk, "score_meetings", SuperiorForm, _("Score as the superior: %(meeting)s"))


@form_methods
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """An inspection scores a closed meeting."""
    return _side(request, pk, "inspect_meetings", InspectionForm, _("Score as an inspection: %(meeting)s"))


@form_methods
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The cell corrects what it closed."""
    meeting = _closed(request, pk, "keep_meetings")
    return _after(
        request,
        meeting,
        CorrectForm,
        meeting,
        heading=_("Correct: %(meeting)s") % {"meeting": meeting},
        button=_("Keep the correction"),
        done=_("Corrected. What was and what is both stay, with the reason."),
        context={"intro": _("The meeting stays closed. What stood there before remains to be read beside it.")},
    )
