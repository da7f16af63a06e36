"""The pages of findings, answers and the conclusion notice."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inspections.cases.models import Case
from inspections.cases.pages import case_for, frame_of, sees_files
from inspections.cases.services.common import acting_verb
from inspections.cases.services.fieldwork import subject_verb
from inspections.findings.forms import ConsiderLateForm, DropForm, FindingForm, NoticeForm, ReserveForm
from inspections.findings.models import Answer, Finding, Notice, Severity
from inspections.findings.queries import findings_for, notice_parts, rest_day_warnings, wordings_of
from inspections.findings.services import answers
from inspections.findings.services.findings import WRITING
from inspections.findings.services.notices import problems_of
from inspections.findings.words import in_words
from inspections.lists import Column, FilterForm, ListPage
from inspections.pages import form_page, must, today_of, user_of
from permissions import policy

form_methods = require_http_methods(["GET", "HEAD", "POST"])
# what rooms above show on the page of a finding: (request, finding) -> context
Beside = Callable[[HttpRequest, Finding], dict[str, Any]]
_BESIDE: list[Beside] = []


def shown_beside(provider: Beside) -> None:
    """For rooms above: tells what the page of a finding shows of them; called once, from the `ready` of an app."""
    _BESIDE.append(provider)


class FindingFilter(FilterForm):
    severity = forms.ModelChoiceField(label=gettext_lazy("Severity"), queryset=Severity.objects.all(), required=False)
    recurring = forms.ChoiceField(
        label=gettext_lazy("Recurring"),
        choices=[("", "—"), ("yes", gettext_lazy("recurring only"))],
        required=False,
    )

    def narrow(self, rows: Any) -> Any:
        rows = super().narrow(rows)
        given = self.given
        if given.get("severity"):
            rows = rows.filter(severity=given["severity"])
        return rows.filter(recurs__isnull=False) if given.get("recurring") else rows


LIST = ListPage(
    template="findings/list.html",
    filters=FindingFilter,
    sorts={
        "newest": ("-added_at",),
        "severity": ("-severity__rank",),
        "subject": ("responsible__organisation__path",),
    },
    columns=[
        Column(gettext_lazy("Case"), lambda finding: finding.case.number),
        Column(gettext_lazy("Number"), lambda finding: finding.number),
        Column(gettext_lazy("What was found"), lambda finding: finding.text),
        Column(gettext_lazy("Severity"), lambda finding: finding.severity.name),
        Column(gettext_lazy("Responsible"), lambda finding: str(finding.responsible)),
        Column(gettext_lazy("State"), lambda finding: finding.get_state_display()),
        Column(gettext_lazy("Recurs"), lambda finding: str(finding.recurs) if finding.sees_earlier else ""),
    ],
    file_name="findings",
)


@require_safe
def finding_list(request: HttpRequest) -> HttpResponse:
    """The findings the reader may see, over all cases."""
    return LIST.respond(request, findings_for(user_of(request)))


@require_safe
def of_case(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The findings of one case with answers and what became of them."""
    case = case_for(request, case_pk)
    user = user_of(request)
    seen = Prefetch(
        "answers",
        policy.visible(user, Answer.objects.all())
        .select_related("subject__organisation", "subject__person", "consideration", "answered_by__person")
        .prefetch_related("attachments__file"),
    )
    context = {
        **frame_of(request, case, "findings"),
        "findings": findings_for(user).filter(case=case).prefetch_related(seen, "attachments__file").order_by("number"),
        "may_add": case.stage in WRITING and bool(policy.may(user, acting_verb(case, "draft_report"), case)),
        "may_consider": case.stage in answers.LATE
        and bool(policy.may(user, acting_verb(case, "consider_answers"), case))
        and answers.unconsidered(case).exists(),
    }
    return render(request, "findings/of_case.html", context)


def _finding(request: HttpRequest, pk: int) -> Finding:
    return get_object_or_404(
        findings_for(user_of(request)).select_related("case__organisation__type", "case__procedure"), pk=pk
    )


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: its wordings, evidence, answers, and the earlier one it repeats."""
    finding = _finding(request, pk)
    case = case_for(request, finding.case_id)
    user = user_of(request)
    is_subject = bool(policy.may(user, "answer_findings", finding.responsible)) or bool(
        finding.responsible.person_id and finding.responsible.person == getattr(user, "person", None)
    )
    context = {
        **frame_of(request, case, "findings"),
        "finding": finding,
        "answers": policy.visible(user, finding.answers.all()).select_related(
            "subject__organisation", "subject__person", "consideration", "answered_by__person"
        ),
        "wordings": wordings_of(finding, with_drafts=sees_files(request, case)),
        "earlier": findings_for(user).filter(pk=finding.recurs_id or 0).first(),
        "may_change": case.stage in WRITING
        and finding.state != Finding.State.DROPPED
        and bool(policy.may(user, acting_verb(case, "draft_report"), case)),
        "may_reserve": is_subject and case.stage in (Case.Stage.CONFERENCE, Case.Stage.REPORTED, Case.Stage.APPRAISED),
    }
    for provider in _BESIDE:
        context |= provider(request, finding)
    return render(request, "findings/detail.html", context)


def _trail(case: Case) -> list[tuple[Any, str]]:
    return [
        (_("Cases"), reverse("cases:list")),
        (case.number, case.get_absolute_url()),
        (_("Findings"), reverse("findings:of_case", args=[case.pk])),
    ]


@form_methods
def add(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The page on which the team records a finding."""
    case = case_for(request, case_pk)
    must(request, acting_verb(case, "draft_report"), case)
    return form_page(
        request,
        FindingForm,
        target=case,
        heading=_("Record a finding"),
        button=_("Record it"),
        back=reverse("findings:of_case", args=[case.pk]),
        trail=_trail(case),
        done=_("The finding is recorded."),
    )


@form_methods
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team changes a finding."""
    finding = _finding(request, pk)
    must(request, acting_verb(finding.case, "draft_report"), finding.case)
    return form_page(
        request,
        FindingForm,
        target=finding,
        heading=_("Change the finding"),
        button=_("Save the change"),
        back=finding.get_absolute_url(),
        trail=_trail(finding.case),
        done=_("The finding is changed; the wording before stays readable."),
    )


@form_methods
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team drops a finding."""
    finding = _finding(request, pk)
    must(request, acting_verb(finding.case, "draft_report"), finding.case)
    return form_page(
        request,
        DropForm,
        target=finding,
        heading=_("Drop the finding"),
        button=_("Drop it"),
        back=finding.get_absolute_url(),
        trail=_trail(finding.case),
        done=_("The finding is dropped; it stays readable with the reason."),
    )


@form_methods
def reserve(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the subject reserves its opinion."""
    finding = _finding(request, pk)
    must(request, subject_verb(finding.responsible, "answer_findings"), finding.responsible)
    return form_page(
        request,
        ReserveForm,
        target=finding,
        heading=_("Reserve an opinion"),
        button=_("Reserve it"),
        back=finding.get_absolute_url(),
        trail=_trail(finding.case),
        done=_("Your reserved opinion is recorded; it is printed in the minutes and kept in the dossier."),
    )


@form_methods
def consider_late(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The page on which the team considers opinions reserved at the conference."""
    case = case_for(request, case_pk)
    must(request, acting_verb(case, "consider_answers"), case)
    return form_page(
        request,
        ConsiderLateForm,
        target=case,
        heading=_("Consider reserved opinions"),
        button=_("Save"),
        back=reverse("findings:notice", args=[case.pk]),
        trail=_trail(case),
        done=_("The opinions are considered."),
    )


def _notice_of(request: HttpRequest, case: Case) -> Notice | None:
    return policy.visible(user_of(request), Notice.objects.filter(case=case)).first()


@require_safe
def notice(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The conclusion notice in the prescribed layout, or its draft with what is missing."""
    case = case_for(request, case_pk)
    user = user_of(request)
    shown = _notice_of(request, case)
    is_drafting = case.stage == Case.Stage.CONCLUDED
    context = {
        **frame_of(request, case, "notice"),
        "notice": shown,
        "may_draft": is_drafting and bool(policy.may(user, acting_verb(case, "draft_notice"), case)),
        **notice_parts(case, shown),
    }
    if is_drafting and context["sees_files"]:
        context["problems"] = in_words(problems_of(case, today_of(request)))
        context["late_answers"] = answers.unconsidered(case).exists()
    return render(request, "findings/notice.html", context)


@form_methods
def draft_notice(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The page on which the team writes the notice; it is saved complete or not."""
    case = case_for(request, case_pk)
    must(request, acting_verb(case, "draft_notice"), case)
    if case.stage != Case.Stage.CONCLUDED and request.method != "POST":
        raise Http404
    back = reverse("findings:notice", args=[case.pk])
    return form_page(
        request,
        NoticeForm,
        target=case,
        heading=_("Draft the conclusion notice"),
        button=_("Save the draft"),
        back=back,
        trail=[
            (_("Cases"), reverse("cases:list")),
            (case.number, case.get_absolute_url()),
            (_("Conclusion"), back),
        ],
        done=_("The draft is saved. What is still missing stands beside its place."),
        template="findings/notice_form.html",
        context={
            "problems": in_words(problems_of(case, today_of(request))),
            "rest_days": rest_day_warnings(case),
            "findings": case.findings.standing().order_by("number"),
        },
    )
