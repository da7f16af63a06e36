"""The pages of the checklist of meeting quality and of samples of meetings, as a tab of the case."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.cases.models import Case, CaseSubject
from inspections.cases.pages import case_for, frame_of, sees_files
from inspections.cases.services.common import acting_verb
from inspections.documents.queries import issuer_of
from inspections.findings.models import Finding
from inspections.findings.services.findings import WRITING
from inspections.forms import VerbForm
from inspections.pages import Trail, form_page, must, user_of
from inspections.quality.access import is_cell
from inspections.quality.forms import DrawUpForm, ExaminedForm, JudgeForm, LineFindingForm, SampleForm
from inspections.quality.models import Checklist, ChecklistItem, Sample
from inspections.quality.queries.lists import latest_checklist, latest_sample, sample_beside
from inspections.quality.queries.populations import drawn_again
from inspections.quality.queries.showing import drawn_shown, line_of, shown_items, subjects_shown
from inspections.quality.services.common import STAGES, VERB
from permissions import policy
from permissions.verdicts import NotNow

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _case(request: HttpRequest, pk: int) -> Case:
    """The case, if the reader may read its working papers; 404 for a stranger, 403 for who sees the case alone."""
    case = case_for(request, pk)
    if not sees_files(request, case):
        must(request, "see_case_files", case)
    return case


def _may_work(request: HttpRequest, case: Case) -> bool:
    return case.stage in STAGES and bool(policy.may(user_of(request), acting_verb(case, VERB), case))


def _may_record(request: HttpRequest, case: Case) -> bool:
    return case.stage in WRITING and bool(policy.may(user_of(request), acting_verb(case, "draft_report"), case))


def _subject(request: HttpRequest, pk: int) -> CaseSubject:
    """A cell that is a subject of a case on which the reader works. Raises Refused, NotNow."""
    rows = CaseSubject.objects.select_related("case__procedure", "organisation__type")
    subject = get_object_or_404(policy.visible(user_of(request), rows), pk=pk)
    must(request, acting_verb(subject.case, VERB), subject.case)
    if not is_cell(subject):
        raise NotNow(_("This subject is no cell, so it holds no meetings that could be looked at here."))
    return subject


def _checklist(request: HttpRequest, pk: int) -> Checklist:
    rows = Checklist.objects.select_related("case__procedure", "subject__organisation", "drawn_by__person")
    return get_object_or_404(policy.visible(user_of(request), rows), pk=pk)


def _sample(request: HttpRequest, pk: int) -> Sample:
    rows = Sample.objects.select_related("case__procedure", "case__organisation", "subject__organisation")
    return get_object_or_404(policy.visible(user_of(request), rows.select_related("drawn_by__person")), pk=pk)


def _is_asked_for(request: HttpRequest) -> bool:
    """Whether a form is opened with nothing typed into it, so that the reader can be sent elsewhere."""
    return request.method != "POST" and getattr(request, "kept_form", None) is None


def _trail(case: Case) -> Trail:
    return [
        (_("Cases"), reverse("cases:list")),
        (case.number, case.get_absolute_url()),
        (_("Meeting quality"), reverse("quality:of_case", args=[case.pk])),
    ]


@require_safe
def of_case(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The cells of the case, each with how far its checklist and its sample are."""
    case = _case(request, case_pk)
    context = {
        **frame_of(request, case, "quality"),
        "cells": subjects_shown(case),
        "may_work": _may_work(request, case),
    }
    return render(request, "quality/of_case.html", context)


@require_safe
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """A checklist with its lines, what changed since the one before, and what the team made of each."""
    shown = _checklist(request, pk)
    case = case_for(request, shown.case_id)
    others = Checklist.objects.filter(subject=shown.subject).select_related("drawn_by__person").order_by("-number")
    versions = list(others)
    is_latest = versions[0].pk == shown.pk
    lines = shown_items(user_of(request), shown)
    context = {
        **frame_of(request, case, "quality"),
        "checklist": shown,
        "lines": lines,
        "judged": sum(one.judgement is not None for one in lines),
        "versions": [one for one in versions if one.pk != shown.pk],
        "is_latest": is_latest,
        "may_work": is_latest and _may_work(request, case),
        "may_record": _may_record(request, case),
        "sample": latest_sample(shown.subject),
    }
    return render(request, "quality/checklist.html", context)


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """A checklist as it is printed and put into the dossier, in the language of the papers."""
    shown = _checklist(request, pk)
    case = case_for(request, shown.case_id)
    sample = sample_beside(shown)
    leader = case.participants.filter(part="leader", ends_on=None).select_related("person").last()
    context = {
        "checklist": shown,
        "leader": leader.person if leader is not None else None,
        "case": case,
        "issuer": issuer_of(case.organisation, ""),
        "lines": shown_items(user_of(request), shown),
        "sample": sample,
        "drawn": drawn_shown(user_of(request), sample) if sample is not None else [],
        "trail": [*_trail(case), (str(shown.subject), reverse("quality:checklist", args=[shown.pk]))],
    }
    return render(request, "quality/paper.html", context)


@require_safe
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """A sample: how it was drawn, out of which meetings, whether drawing again gives the same, what was examined."""
    shown = _sample(request, pk)
    case = case_for(request, shown.case_id)
    drawn = drawn_shown(user_of(request), shown)
    versions = list(Sample.objects.filter(subject=shown.subject).select_related("drawn_by__person").order_by("-number"))
    is_latest = versions[0].pk == shown.pk
    context = {
        **frame_of(request, case, "quality"),
        "sample": shown,
        "drawn": drawn,
        "population": _population(shown),
        "agrees": drawn_again(shown) == [one.row.meeting_id for one in drawn],
        "examined": sum(one.row.is_examined for one in drawn),
        "versions": [one for one in versions if one.pk != shown.pk],
        "is_latest": is_latest,
        "may_work": is_latest and _may_work(request, case),
    }
    return render(request, "quality/sample.html", context)


def _population(shown: Sample) -> list[dict[str, Any]]:
    """The meetings that could be drawn, as kept, with whether each was."""
    drawn = set(drawn_again(shown))
    return [
        one
        | {
            "is_drawn": one["meeting"] in drawn,
            "day": datetime.date.fromisoformat(one["day"]),
            "total": Decimal(one["total"]) if one["total"] is not None else None,
        }
        for one in shown.population
    ]


@form_methods
def draw_up(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team draws up the checklist of a cell, or draws it up again."""
    subject = _subject(request, pk)
    last = latest_checklist(subject)
    back = reverse("quality:checklist", args=[last.pk]) if last else _back(subject.case)
    if _is_asked_for(request) and subject.case.stage not in STAGES:
        return redirect(back)
    return form_page(
        request,
        DrawUpForm,
        target=subject,
        heading=_("Draw up the checklist: %(cell)s") % {"cell": subject},
        button=_("Draw it up"),
        back=back,
        trail=_trail(subject.case),
        done=_("The checklist is drawn up: the facts stand as the record has them now."),
        to=lambda made: reverse("quality:checklist", args=[made.pk]),
        context={
            "intro": _(
                "Every line is filled in from the record of the period examined, %(first)s to %(last)s. What was drawn "
                "up before stays readable, and verdicts stand."
            )
            % {
                "first": subject.case.examined_from.strftime("%d/%m/%Y"),
                "last": subject.case.examined_to.strftime("%d/%m/%Y"),
            }
        },
    )


def _back(case: Case) -> str:
    return reverse("quality:of_case", args=[case.pk])


@form_methods
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team judges the lines of the newest checklist."""
    shown = _checklist(request, pk)
    return _page_of_newest(
        request,
        shown,
        latest_checklist,
        "quality:checklist",
        JudgeForm,
        heading=_("Judge the lines: %(cell)s") % {"cell": shown.subject},
        button=_("Save the verdicts"),
        done=_("The verdicts are saved."),
    )


def _page_of_newest(
    request: HttpRequest,
    shown: Checklist | Sample,
    latest: Callable[[CaseSubject], Checklist | Sample | None],
    page: str,
    form: type[VerbForm],
    **words: Any,
) -> HttpResponse:
    """A form of the team about a checklist or a sample: asked for one that is no longer the newest, or after the team's
    time is over, it leads to the page where one goes on."""
    must(request, acting_verb(shown.case, VERB), shown.case)
    back = reverse(page, args=[shown.pk])
    if _is_asked_for(request):
        last = latest(shown.subject)
        if last is not None and last.pk != shown.pk:
            return redirect(page, last.pk)
        if shown.case.stage not in STAGES:
            return redirect(back)
    trail = [*_trail(shown.case), (str(shown.subject), back)]
    return form_page(request, form, target=shown, back=back, trail=trail, **words)


@form_methods
def record_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a line becomes a finding, filled in with its wording, facts and meetings."""
    seen = policy.visible(user_of(request), Checklist.objects.all())
    rows = ChecklistItem.objects.select_related("line__instrument", "checklist__subject", "checklist__case__procedure")
    item = get_object_or_404(rows.filter(checklist__in=seen), pk=pk)
    case = item.checklist.case
    must(request, acting_verb(case, "draft_report"), case)
    back = reverse("quality:checklist", args=[item.checklist_id])
    if _is_asked_for(request) and case.stage not in WRITING:
        return redirect(back)
    return form_page(
        request,
        lambda *args, **options: LineFindingForm(*args, item=item, **options),
        target=case,
        heading=_("Record a finding from the line “%(line)s”") % {"line": item.title},
        button=_("Record it"),
        back=back,
        trail=[*_trail(case), (str(item.checklist.subject), back)],
        done=_("The finding is recorded; the line and its meetings stand beside it."),
        to=lambda finding: finding.get_absolute_url(),
    )


@form_methods
def draw_sample(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team draws a sample of meetings, or another with a reason."""
    subject = _subject(request, pk)
    last = latest_sample(subject)
    back = reverse("quality:sample", args=[last.pk]) if last else _back(subject.case)
    if _is_asked_for(request) and subject.case.stage not in STAGES:
        return redirect(back)
    return form_page(
        request,
        SampleForm,
        target=subject,
        heading=_("Draw a sample of meetings: %(cell)s") % {"cell": subject},
        button=_("Draw it"),
        back=back,
        trail=_trail(subject.case),
        done=_("The sample is drawn and kept with all that it takes to draw it again."),
        to=lambda made: reverse("quality:sample", args=[made.pk]),
    )


@form_methods
def note_examined(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team notes which meetings of the sample it examined."""
    shown = _sample(request, pk)
    return _page_of_newest(
        request,
        shown,
        latest_sample,
        "quality:sample",
        ExaminedForm,
        heading=_("Meetings examined: %(cell)s") % {"cell": shown.subject},
        button=_("Save what was examined"),
        done=_("What was examined is noted."),
    )


def beside_finding(request: HttpRequest, finding: Finding) -> dict[str, Any]:
    """What the page of a finding shows of the line it was recorded from."""
    return {"from_line": line_of(user_of(request), finding)}
