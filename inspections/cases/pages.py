"""The pages of cases: the list and the case with its tabs."""

from typing import Any, cast

from django import forms
from django.db.models import Value
from django.db.models.functions import StrIndex
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inspections.cases import queries
from inspections.cases.access import told_sittings
from inspections.cases.forms import PaperForm
from inspections.cases.models import Case, CaseKind, Paper, Sitting
from inspections.cases.proposal_form import ProposalForm
from inspections.cases.services.common import acting_verb
from inspections.cases.services.opening import revise_proposal
from inspections.cases.services.people import ON_CASE
from inspections.cases.services.suspension import STAGES as SUSPENDING
from inspections.cases.sitting_form import NameMeetingForm
from inspections.deadlines.models import Deadline
from inspections.documents.queries import issued_about
from inspections.lists import Column, FilterForm, ListPage, place_among
from inspections.meetings.models import Meeting
from inspections.organisations.models import Organisation
from inspections.organisations.queries import passings_of
from inspections.pages import form_page, must, today_of, user_of
from permissions import audit, policy
from permissions.verdicts import Denied

form_methods = require_http_methods(["GET", "HEAD", "POST"])


class CaseFilter(FilterForm):
    kind = forms.ModelChoiceField(label=gettext_lazy("Kind"), queryset=CaseKind.objects.all(), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        choices=[("", "—"), ("running", gettext_lazy("running")), *Case.Stage.choices],
        required=False,
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=2000, max_value=2100)

    def narrow(self, rows: Any) -> Any:
        rows = super().narrow(rows)
        given = self.given
        if given.get("kind"):
            rows = rows.filter(kind=given["kind"])
        if given.get("stage") == "running":
            rows = rows.running()
        elif given.get("stage"):
            rows = rows.filter(told_stage=given["stage"])
        return rows.filter(proposed_at__year=given["year"]) if given.get("year") else rows


def _subjects(case: Case) -> str:
    return "; ".join(str(subject) for subject in case.subjects.all())


COLUMNS = [
    Column(gettext_lazy("Number"), lambda case: case.number),
    Column(gettext_lazy("Kind"), lambda case: case.kind.name),
    Column(gettext_lazy("Content"), lambda case: case.content),
    Column(gettext_lazy("Subjects"), _subjects),
    Column(gettext_lazy("Ordered by"), lambda case: case.organisation.name),
    Column(gettext_lazy("Stage"), lambda case: queries.stage_told(case).label),
    Column(gettext_lazy("Carried out from"), lambda case: case.starts_on),
    Column(gettext_lazy("Carried out to"), lambda case: case.ends_on),
    Column(gettext_lazy("Findings"), lambda case: case.finding_count),
]
# 99 before 100: numbers are written with two digits at least, up to the first stroke
BY_NUMBER = (StrIndex("number", Value("-")), "number")
BY_STAGE = (place_among("told_stage", Case.Stage.values),)
LIST = ListPage(
    template="cases/list.html",
    filters=CaseFilter,
    sorts={"newest": ("-proposed_at",), "number": BY_NUMBER, "stage": BY_STAGE, "ends": ("ends_on",)},
    columns=COLUMNS,
    file_name="cases",
)


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases the reader may see."""
    viewer = policy.viewer_for(user_of(request))
    return LIST.respond(request, queries.cases_for(user_of(request)), proposers=_proposers(viewer))


def _proposers(viewer: Any) -> Any:
    return Organisation.objects.filter(pk__in=viewer.organisation_ids("propose_case"))


def case_for(request: HttpRequest, pk: int) -> Case:
    """The case, if the reader may see it. Raises Http404."""
    rows = Case.objects.select_related(
        "kind",
        "organisation__type",
        "procedure",
        "line__programme",
        "predecessor",
        "proposed_by__person",
        "signed_by__person",
    )
    return get_object_or_404(queries.as_told(user_of(request), policy.visible(user_of(request), rows)), pk=pk)


def sees_files(request: HttpRequest, case: Case) -> bool:
    """Whether the reader sees the working papers: of the ordering body or with a part in the case."""
    user = user_of(request)
    return bool(policy.may(user, "see_case_files", case)) or bool(policy.may(user, "see_case_as_team", case))


def frame_of(request: HttpRequest, case: Case, tab: str) -> dict[str, Any]:
    """What stands around every tab of a case."""
    tabs = [
        ("overview", _("Overview"), reverse("cases:overview", args=[case.pk])),
        ("findings", _("Findings"), reverse("findings:of_case", args=[case.pk])),
        ("papers", _("Papers"), reverse("cases:papers", args=[case.pk])),
        ("notice", _("Conclusion"), reverse("findings:notice", args=[case.pk])),
        ("corrections", _("Corrections"), reverse("remedies:of_case", args=[case.pk])),
        ("timeline", _("Timeline"), reverse("cases:timeline", args=[case.pk])),
        ("people", _("People"), reverse("cases:people", args=[case.pk])),
    ]
    subjects = list(case.subjects.select_related("organisation__type", "person"))
    reads_files = sees_files(request, case)
    # the meetings of a cell can be looked at line by line; of what the team thinks the subject reads its findings
    if reads_files and any(one.person_id is None and one.organisation.type.is_cell for one in subjects):
        tabs.insert(2, ("quality", _("Meeting quality"), reverse("quality:of_case", args=[case.pk])))
    return {
        "case": case,
        "look": queries.look_of(case),
        "tabs": tabs,
        "tab": tab,
        "subjects": subjects,
        "today": today_of(request),
        "trail": [(_("Cases"), reverse("cases:list")), (case.number or case.kind.code, "")],
        "sees_files": reads_files,
    }


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the case stands, whose turn it is, its clocks, its facts."""
    case = case_for(request, pk)
    user = user_of(request)
    clocks = policy.visible(user, Deadline.objects.live().filter(case_id=case.pk))
    frame = frame_of(request, case, "overview")
    context = {
        **frame,
        "clocks": clocks.select_related("organisation").order_by("due_on"),
        "successors": policy.visible(user, Case.objects.filter(predecessor=case)),
        "predecessor": policy.visible(user, Case.objects.filter(pk=case.predecessor_id or 0)).first(),
        "issued": issued_about(case),
        "passings": passings_of(case, *frame["subjects"]),
        "other_ways": _other_ways(user, case),
        **_sitting_of(user, case),
        "changes": case.change_requests.select_related("asked_by__person", "decided_by__person"),
    }
    return render(request, "cases/overview.html", context)


def _sitting_of(user: Any, case: Case) -> dict[str, Any]:
    """The sitting that concluded, as far as the reader is told of it, the meeting of the cell if it was one that he may
    read, and whether he may name it."""
    told = case.sittings.filter(told_sittings(policy.viewer_for(user)), outcome=Sitting.Outcome.CONCLUDED)
    sitting = told.select_related("meeting").last() if case.stage in Case.SINCE_CONCLUSION else None
    if sitting is None:
        return {}
    seen = Meeting.objects.filter(pk=sitting.meeting_id) if sitting.meeting_id is not None else Meeting.objects.none()
    is_cell = case.organisation.type.is_cell
    return {
        "sitting": sitting,
        "meeting_seen": policy.visible(user, seen).exists(),
        "may_name_meeting": is_cell and bool(policy.may(user, "conclude_case", case)),
    }


def beside_meeting(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What the page of a meeting shows of cases: what was considered in it, as far as the reader is told."""
    if not meeting.is_held:
        return {}
    told = meeting.sittings.filter(told_sittings(policy.viewer_for(user_of(request))))
    return {"sittings": told.select_related("case__kind").order_by("pk")}


@form_methods
def name_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the meeting is named in which the case was concluded."""
    case = case_for(request, pk)
    must(request, "conclude_case", case)
    is_concluded = case.sittings.filter(outcome=Sitting.Outcome.CONCLUDED).exists()
    if not case.organisation.type.is_cell or case.stage not in Case.SINCE_CONCLUSION or not is_concluded:
        return redirect(case)
    return form_page(
        request,
        NameMeetingForm,
        target=case,
        heading=_("In which meeting the case was concluded"),
        button=_("Name the meeting"),
        back=case.get_absolute_url(),
        trail=[(_("Cases"), reverse("cases:list")), (case.number, case.get_absolute_url())],
        done=_("Case and meeting now show each other."),
    )


def _other_ways(user: Any, case: Case) -> list[dict[str, Any]]:
    """What can be done with a running case beside its next step, and why the reader may not do it."""
    if case.stage not in Case.BEFORE_CONCLUSION:
        return []
    ways = [
        ("request_change", _("Ask for a change of content or time"), "workflows:ask_change"),
        ("request_change", _("Ask for a change of the team"), "workflows:ask_team_change"),
        ("convert_case", _("Convert to signs of violation"), "workflows:convert"),
        ("stop_case", _("Stop the case"), "workflows:stop"),
    ]
    verdicts = {verb: policy.may(user, verb, case) for verb, _label, _name in ways}
    return [
        {
            "label": label,
            "url": reverse(name, args=[case.pk]),
            "why_not": verdict.reason if isinstance(verdict := verdicts[verb], Denied) else "",
        }
        for verb, label, name in ways
    ]


@require_safe
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of the case with their files, every version."""
    case = case_for(request, pk)
    may_add = case.signed_at is not None and bool(policy.may(user_of(request), acting_verb(case, "verify_case"), case))
    context = {
        **frame_of(request, case, "papers"),
        "papers": queries.papers_for(user_of(request), case),
        "may_add": may_add and not case.is_over,
    }
    return render(request, "cases/papers.html", context)


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper, with what changed against the version before."""
    rows = Paper.objects.select_related(
        "kind", "case__kind", "case__organisation__type", "subject", "written_by__person"
    )
    one = get_object_or_404(policy.visible(user_of(request), rows), pk=pk)
    earlier = policy.visible(
        user_of(request),
        Paper.objects.filter(case=one.case, kind=one.kind, subject=one.subject, version__lt=one.version),
    )
    case = case_for(request, one.case_id)
    context = {
        **frame_of(request, case, "papers"),
        "paper": one,
        "before": earlier.order_by("-version").first(),
        "versions": earlier.order_by("version"),
        "reserved": queries.reserved_with(user_of(request), one),
    }
    return render(request, "cases/paper.html", context)


@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Who did what, in which office, for whom, when; about what and why, to those who see the working papers."""
    case = case_for(request, pk)
    context = frame_of(request, case, "timeline")
    # what an entry is about is a paper or a finding in its own words: for those who see the working papers
    context["tells_all"] = context["sees_files"]
    context["entries"] = audit.entries_of(case)
    if not context["sees_files"]:
        if policy.may(user_of(request), "read_audit", case):
            context["deeds_only"] = True
        else:
            context["own_only"] = context["tells_all"] = True
            context["entries"] = context["entries"].filter(user=user_of(request))
    return render(request, "cases/timeline.html", context)


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The team, and who can see the case and why."""
    case = case_for(request, pk)
    context = frame_of(request, case, "people")
    context["team"] = queries.team_for(case)
    context["suspensions"] = queries.suspensions_for(user_of(request), case)
    if context["sees_files"]:
        context["sights"] = queries.who_can_see(case, today_of(request))
        context["recusals"] = case.recusals.count()
    user = user_of(request)
    context["may_withdraw"] = not case.is_over and any(policy.may(user, verb, case) for verb in ON_CASE)
    context["may_suspend"] = _may_suspend(user, case, context["subjects"])
    return render(request, "cases/people.html", context)


def _may_suspend(user: Any, case: Case, subjects: list[Any]) -> bool:
    """Whether the reader may suspend a member now; where the case is about none, nobody is asked."""
    is_about_member = any(subject.person_id is not None for subject in subjects)
    return is_about_member and case.stage in SUSPENDING and bool(policy.may(user, "suspend_member", case))


@form_methods
def add_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team adds minutes or evidence."""
    case = case_for(request, pk)
    must(request, acting_verb(case, "verify_case"), case)
    back = reverse("cases:papers", args=[case.pk])
    return form_page(
        request,
        PaperForm,
        target=case,
        heading=_("Add a paper"),
        button=_("Add it"),
        back=back,
        trail=[
            (_("Cases"), reverse("cases:list")),
            (case.number, case.get_absolute_url()),
            (_("Papers"), back),
        ],
        done=_("The paper is in the dossier."),
    )


@form_methods
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a returned proposal is changed."""
    case = case_for(request, pk)
    must(request, "propose_case", case)
    if case.stage != Case.Stage.PROPOSED:
        return redirect(case)
    return form_page(
        request,
        ProposalForm,
        target=case,
        heading=_("Change the proposal"),
        button=_("Save the proposal"),
        back=case.get_absolute_url(),
        trail=[(_("Cases"), reverse("cases:list")), (case.kind.code, case.get_absolute_url())],
        done=_("The proposal is changed. Hand it in again from your work list."),
        perform=lambda form, user, now: revise_proposal(
            acting_user=user, case=case, proposal=cast(ProposalForm, form).proposal(), now=now
        ),
        template="cases/proposal.html",
    )
