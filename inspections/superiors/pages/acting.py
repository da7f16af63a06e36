"""The form pages of superiors, and the cell's answer."""

import datetime
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.meetings.models import Meeting
from inspections.organisations.models import Organisation
from inspections.pages import form_page, must, user_of
from inspections.superiors.access import may_visit
from inspections.superiors.forms import (
    AnswerForm,
    AskForm,
    EndFollowingForm,
    FollowForm,
    RemarkForm,
    RemindForm,
    SuperviseForm,
    VisitForm,
)
from inspections.superiors.models import Following, Remark
from inspections.superiors.pages.showing import BOARD, seen_remark
from inspections.superiors.services.following import ASSIGN
from inspections.superiors.services.remarks import SUPERVISE, clock_of, why_no_remark, why_no_visit
from permissions import policy
from permissions.verdicts import Denied, NotNow, Refused

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _meeting_form(
    request: HttpRequest,
    pk: int,
    form: Any,
    why_not: Callable[[Meeting, datetime.datetime], str],
    heading: Any,
    done: Any,
) -> HttpResponse:
    rows = policy.visible(user_of(request), Meeting.objects.select_related("organisation"))
    meeting = get_object_or_404(rows, pk=pk)
    verdict = may_visit(user_of(request), meeting)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    told = why_not(meeting, timezone.now())
    if told:
        raise NotNow(told)
    back = reverse("meetings:detail", args=[pk])
    return form_page(
        request,
        form,
        target=meeting,
        heading=heading,
        button=heading,
        back=back,
        trail=[(str(meeting), back), (heading, "")],
        done=done,
        context={"intro": capfirst(str(meeting))},
    )


@form_methods
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a superior notes that he attended a meeting."""
    return _meeting_form(request, pk, VisitForm, why_no_visit, _("I attended this meeting"), _("Your visit is noted."))


@form_methods
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a superior leaves a remark on a meeting."""
    done = _("The remark is left. The cell answers by the day; it stands on its work list.")
    return _meeting_form(request, pk, RemarkForm, why_no_remark, _("Leave a remark"), done)


def _remark_form(
    request: HttpRequest, remark: Remark, form: Any, heading: Any, done: Any, **options: Any
) -> HttpResponse:
    return form_page(
        request,
        form,
        target=remark,
        heading=heading,
        button=heading,
        back=remark.get_absolute_url(),
        trail=[(_("Remark"), remark.get_absolute_url()), (heading, "")],
        done=done,
        **options,
    )


@form_methods
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the cell answers a remark."""
    remark = seen_remark(request, pk)
    must(request, "keep_meetings", remark)
    if remark.answered_at is not None:
        raise NotNow(_("This remark was answered already; the answer stands on its page."))
    return _remark_form(request, remark, AnswerForm, _("Answer the remark"), _("The answer is given."))


def _about_clock(request: HttpRequest, pk: int, verb: str, form: Any, heading: Any, done: Any) -> HttpResponse:
    """A page about the answer that is owed, while it is."""
    remark = seen_remark(request, pk)
    must(request, verb, remark)
    if clock_of(remark) is None:
        raise NotNow(_("The remark was answered, so nobody is reminded of it or asked about it."))
    return _remark_form(request, remark, form, heading, done)


@form_methods
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a remark becomes a reminder."""
    return _about_clock(request, pk, "remind", RemindForm, _("Remind the cell"), _("The cell is reminded."))


@form_methods
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a remark becomes a report that is asked for."""
    return _about_clock(request, pk, "ask_report", AskForm, _("Ask for a report"), _("The report is asked for."))


@form_methods
def supervise(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a remark opens a regular supervision."""
    remark = seen_remark(request, pk)
    must(request, SUPERVISE, remark)
    if getattr(remark, "supervision", None) is not None:
        raise NotNow(_("This remark opened a regular supervision already."))
    heading = _("Open a regular supervision")
    return _remark_form(request, remark, SuperviseForm, heading, _("The regular supervision is opened."))


@form_methods
def follow(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """The page on which a cell, or the cells right below an organisation, are given to somebody to follow."""
    rows = policy.visible(user_of(request), Organisation.objects.select_related("type"))
    organisation = get_object_or_404(rows, pk=organisation_pk)
    must(request, ASSIGN, organisation)
    is_cell = organisation.type.is_cell
    back = reverse("superiors:cell", args=[organisation.pk]) if is_cell else reverse("superiors:board")
    return form_page(
        request,
        FollowForm,
        target=organisation,
        heading=_("Say who follows: %(organisation)s") % {"organisation": organisation},
        button=_("Save"),
        back=back,
        trail=[(BOARD, reverse("superiors:board")), (_("Who follows"), "")],
        done=_("It is kept. He sees the meetings of these cells from that day on."),
    )


@form_methods
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which it ends that somebody follows a cell."""
    rows = policy.visible(user_of(request), Following.objects.select_related("organisation__type", "person"))
    following = get_object_or_404(rows, pk=pk)
    must(request, ASSIGN, following)
    back = reverse("superiors:cell", args=[following.organisation_id])
    return form_page(
        request,
        EndFollowingForm,
        target=following,
        heading=_("End following the cell"),
        button=_("End it"),
        back=back,
        trail=[(following.organisation.name, back), (_("End it"), "")],
        done=_("It ends with that day."),
        context={"intro": str(following)},
    )
