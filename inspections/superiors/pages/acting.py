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
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from inspections.meetings.models import Meeting
from inspections.organisations.models import Organisation
from inspections.pages import form_page, must, user_of
from inspections.superiors.access import ASSIGN, VISIT, may_act_on, may_supervise, may_visit
from inspections.superiors.forms import (
    AnswerForm,
    AskForm,
    DeclineForm,
    EndFollowingForm,
    FollowForm,
    ProposeForm,
    RemarkForm,
    RemindForm,
    StrikeSupervisionForm,
    StrikeVisitForm,
    SuperviseForm,
    VisitForm,
)
from inspections.superiors.models import Following, ProposedSupervision, Remark, Visit
from inspections.superiors.pages.showing import BOARD, seen_remark
from inspections.superiors.queries.supervisions import supervisions_for
from inspections.superiors.services.following import Followed
from inspections.superiors.services.remarks import why_no_remark, why_no_visit
from permissions import policy
from permissions.verdicts import Denied, NotNow, Refused

NAMED = 10  # of what was left out, so many are named
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


def _act_on(request: HttpRequest, pk: int, verb: str) -> Remark:
    remark = seen_remark(request, pk)
    verdict = may_act_on(user_of(request), verb, remark)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    return remark


def _must_supervise(request: HttpRequest, remark: Remark) -> None:
    verdict = may_supervise(user_of(request), remark)
    if isinstance(verdict, Denied):
        raise Refused(verdict)


@form_methods
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a remark becomes a reminder."""
    remark = _act_on(request, pk, "remind")
    return _remark_form(request, remark, RemindForm, _("Remind the cell"), _("The cell is reminded."))


@form_methods
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a remark becomes a report that is asked for."""
    remark = _act_on(request, pk, "ask_report")
    return _remark_form(request, remark, AskForm, _("Ask for a report"), _("The report is asked for."))


@form_methods
def supervise(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a remark opens a regular supervision."""
    remark = seen_remark(request, pk)
    _must_supervise(request, remark)
    _must_not_be_opened(remark)
    heading = _("Open a regular supervision")
    return _remark_form(request, remark, SuperviseForm, heading, _("The regular supervision is opened."))


def _must_not_be_opened(remark: Remark) -> None:
    if remark.supervision is not None:
        raise NotNow(_("This remark opened a regular supervision already."))


@form_methods
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a supervision is proposed by who may open none."""
    remark = _act_on(request, pk, VISIT)
    _must_not_be_opened(remark)
    if remark.proposals.filter(decided_at__isnull=True).exists():
        raise NotNow(_("A regular supervision is proposed by this remark already, and not decided yet."))
    done = _("It is proposed. It waits in My work of whoever may open a supervision there.")
    return _remark_form(request, remark, ProposeForm, _("Propose a regular supervision"), done)


@form_methods
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which what was proposed is declined."""
    rows = ProposedSupervision.objects.select_related("remark__meeting__organisation", "remark__organisation")
    proposal = get_object_or_404(policy.visible(user_of(request), rows), pk=pk)
    _must_supervise(request, proposal.remark)
    if proposal.decided_at is not None:
        raise NotNow(_("This proposal was decided on already; it stands on the page of the remark."))
    context = {"intro": proposal.why}
    heading, done = _("Open no supervision"), _("It is declined. Who proposed it reads why on the page of the remark.")
    return form_page(
        request,
        DeclineForm,
        target=proposal,
        heading=heading,
        button=heading,
        back=proposal.remark.get_absolute_url(),
        trail=[(_("Remark"), proposal.remark.get_absolute_url()), (heading, "")],
        done=done,
        context=context,
    )


@form_methods
def strike_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a visit that was noted wrongly is struck out."""
    rows = Visit.objects.select_related("meeting__organisation", "visitor__person")
    visit = get_object_or_404(policy.visible(user_of(request), rows), pk=pk)
    must(request, VISIT if visit.visitor_id == user_of(request).pk else ASSIGN, visit)
    back = reverse("superiors:cell", args=[visit.meeting.organisation_id])
    return _strike(request, visit, StrikeVisitForm, back, str(visit.meeting.organisation), str(visit))


@form_methods
def strike_supervision(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a regular supervision that was opened by mistake is struck out."""
    supervision = get_object_or_404(supervisions_for(user_of(request)), pk=pk)
    _must_supervise(request, supervision.remark)
    back = reverse("superiors:supervisions")
    intro = f"{supervision}: {supervision.sign}"
    return _strike(request, supervision, StrikeSupervisionForm, back, _("Regular supervisions"), intro)


def _strike(request: HttpRequest, row: Any, form: Any, back: str, back_told: Any, intro: str) -> HttpResponse:
    if row.struck_at is not None:
        raise NotNow(_("This was struck out already."))
    return form_page(
        request,
        form,
        target=row,
        heading=_("Strike out"),
        button=_("Strike out"),
        back=back,
        trail=[(back_told, back), (_("Strike out"), "")],
        done=_("It is struck out: it stays readable with the reason, and counts no more."),
        context={"intro": intro},
    )


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
        done=_given,
    )


def _given(followed: Followed) -> str:
    """What is kept, and which cells were left out and why."""
    text = ngettext(
        "%(n)d cell is given. He sees its meetings from that day on.",
        "%(n)d cells are given. He sees their meetings from that day on.",
        len(followed.made),
    ) % {"n": len(followed.made)}
    if not followed.there:
        return text
    named = [
        _("%(cell)s (since %(day)s)") % {"cell": one.organisation, "day": f"{one.starts_on:%d/%m/%Y}"}
        for one in followed.there[:NAMED]
    ]
    more = len(followed.there) - len(named)
    named += [_("%(n)d more") % {"n": more}] if more else []
    return f"{text} " + _("Left as they are, because he follows them already: %(cells)s.") % {"cells": "; ".join(named)}


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
