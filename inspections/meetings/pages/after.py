"""What comes after a meeting: an assignment is reported done, other sides score, what was closed is corrected."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.meetings.access import may_report, may_score
from inspections.meetings.forms.after import InspectionForm, ReportForm, SideForm, SuperiorForm
from inspections.meetings.forms.correcting import correctable
from inspections.meetings.models import Meeting, ResolutionItem
from inspections.meetings.pages.showing import seen_meetings
from inspections.meetings.services.after import SCORING
from inspections.pages import form_page, must, user_of
from permissions import policy
from permissions.verdicts import Denied, NotNow, Refused, Verdict

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _check(verdict: Verdict) -> None:
    """Raises Refused for a No, before a form is shown that would be taken from nobody."""
    if isinstance(verdict, Denied):
        raise Refused(verdict)


def _assignment(request: HttpRequest, pk: int) -> ResolutionItem:
    rows = ResolutionItem.objects.select_related("meeting__organisation", "organisation", "person")
    return get_object_or_404(policy.visible(user_of(request), rows), pk=pk)


@require_safe
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """One assignment: who does what by when, what proves it, and how meetings rated it."""
    item, user = _assignment(request, pk), user_of(request)
    is_open = item.done_on is None and item.meeting.is_closed
    context = {
        "item": item,
        "attachments": item.attachments.select_related("file"),
        "ratings": item.ratings.select_related("meeting").order_by("meeting__started_at", "pk"),
        "sees_meeting": seen_meetings(request).filter(pk=item.meeting_id).exists(),
        "may_report": is_open and bool(may_report(user, item)),
        "trail": [(_("Cell meetings"), reverse("meetings:list")), (_("Assignment"), "")],
    }
    return render(request, "meetings/assignment.html", context)


@form_methods
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Reports an assignment done, with what proves it."""
    item = _assignment(request, pk)
    _check(may_report(user_of(request), item))
    if item.done_on is not None:
        raise NotNow(_("It was reported done on %(day)s.") % {"day": f"{item.done_on:%d/%m/%Y}"})
    if not item.meeting.is_closed:
        raise NotNow(_("Close the meeting that assigned it first."))
    told = _("%(person)s, by %(day)s. The next meeting rates it.")
    back, button = reverse("meetings:assignment", args=[pk]), _("Report it done")
    return form_page(
        request,
        ReportForm,
        target=item,
        heading=_("Report done: %(item)s") % {"item": item},
        button=button,
        back=back,
        trail=[(_("Cell meetings"), reverse("meetings:list")), (_("Assignment"), back), (button, "")],
        done=_("Reported. The next meeting rates it."),
        context={"intro": told % {"person": item.person, "day": f"{item.due_on:%d/%m/%Y}"}},
    )


def _closed(request: HttpRequest, pk: int, verb: str) -> Meeting:
    meeting: Meeting = get_object_or_404(seen_meetings(request), pk=pk)
    must(request, verb, meeting)
    if meeting.is_closed and verb in SCORING.values():
        _check(may_score(user_of(request), verb, meeting))
    if not meeting.is_closed:
        raise NotNow(_("This step is not open: the meeting is %(state)s.") % {"state": meeting.get_state_display()})
    return meeting


def _side(request: HttpRequest, pk: int, verb: str, form: type[SideForm], heading: str) -> HttpResponse:
    meeting = _closed(request, pk, verb)
    back, button = reverse("meetings:detail", args=[pk]), _("Keep the scores")
    return form_page(
        request,
        form,
        target=meeting,
        heading=heading % {"meeting": meeting},
        button=button,
        back=back,
        trail=[(_("Cell meetings"), reverse("meetings:list")), (str(meeting), back), (button, "")],
        done=_("Kept. They stand beside those of the cell."),
        template="meetings/form.html",
        context={
            "intro": _("Score what you see otherwise, or have checked; a line left empty has no points of yours.")
        },
    )


@form_methods
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """The superior scores a closed meeting."""
    return _side(request, pk, "score_meetings", SuperiorForm, _("Score as the superior: %(meeting)s"))


@form_methods
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """An inspection scores a closed meeting."""
    return _side(request, pk, "inspect_meetings", InspectionForm, _("Score as an inspection: %(meeting)s"))


@require_safe
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """What may be corrected of a closed meeting, with what stands there; each leads to its form."""
    meeting = _closed(request, pk, "keep_meetings")
    back = reverse("meetings:detail", args=[pk])
    context = {
        "meeting": meeting,
        "groups": correctable(meeting),
        "back": back,
        "trail": [
            (_("Cell meetings"), reverse("meetings:list")),
            (str(meeting), back),
            (_("Correct what was closed"), ""),
        ],
    }
    return render(request, "meetings/correct.html", context)


@form_methods
def correct_one(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """The cell corrects one thing of what it closed. what: a code of `correctable`."""
    meeting = _closed(request, pk, "keep_meetings")
    found = {row.code: row for _title, rows in correctable(meeting) for row in rows}
    if what not in found:
        raise Http404
    at_meeting, back = (reverse(f"meetings:{page}", args=[pk]) for page in ("detail", "correct"))
    trail = [(_("Cell meetings"), reverse("meetings:list")), (str(meeting), at_meeting)]
    return form_page(
        request,
        found[what].form,
        target=meeting,
        heading=_("Correct: %(what)s") % {"what": found[what].label},
        button=_("Keep the correction"),
        back=back,
        trail=[*trail, (_("Correct what was closed"), back), (found[what].label, "")],
        done=_("Corrected. What was and what is both stay, with the reason."),
        to=lambda made: at_meeting,
        template="meetings/form.html",
        context={"intro": _("The meeting stays closed. What stood there before remains to be read beside it.")},
    )
