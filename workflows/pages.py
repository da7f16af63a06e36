"""My work, the task page, and the pages that start something."""

import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.cases.forms import ChangeForm, ReasonForm
from inspections.cases.models import Case, ChangeRequest, Participant
from inspections.cases.proposal_form import ProposalForm, TeamChangeForm
from inspections.cases.services.people import require_on_case
from inspections.forms import SEEN, VerbForm
from inspections.organisations.models import Organisation
from inspections.pages import bound_data, draft_is_done, form_page, must, today_of, user_of
from inspections.programmes.forms import NewProgrammeForm
from inspections.programmes.forms import ReasonForm as ProgrammeReasonForm
from inspections.programmes.models import Programme
from inspections.remedies.forms import MonitorForm
from inspections.remedies.pages import correction_for
from permissions import policy
from permissions.verdicts import Denied, NotNow, Refused
from workflows import guidance, queries, services, starts
from workflows.models import Draft, WorkItem

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What I owe and what waits for me to take, most urgent first."""
    today = today_of(request)
    groups = queries.grouped_work(user_of(request), today)
    return render(request, "workflows/my_work.html", {"groups": groups, "today": today})


@form_methods
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: what is asked, what is known, the form; done by one submit."""
    user, now = user_of(request), timezone.now()
    item = services.item_for(user, pk, now)
    if item.done_at is not None:
        return _already_done(request, item)
    if request.method == "POST" and "draft" in request.POST:
        return _save_draft(request, item, now)
    if request.method == "POST" and "check" not in request.POST:
        return _submit(request, item, now)
    verdict = services.may_do(user, item, now)
    if isinstance(verdict, Denied):
        raise Refused(Denied(verdict.reason, verdict.who_can_help))
    if request.method == "POST":
        return _check(request, item, now)
    data, files = bound_data(request)
    draft = Draft.objects.filter(task_id=item.pk, user=user).first() if data is None else None
    if draft is None:
        form = _form(item, user, now, data, files)
    else:
        form = _form(item, user, now, _typed(draft), None)
        form.hush()
    return _task_response(request, item, form, status=200)


def _typed(draft: Draft) -> QueryDict:
    """A draft as it was typed, rows and repeated fields included."""
    typed = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        typed.setlist(name, values)
    return typed


def _form(item: WorkItem, user: Any, now: datetime.datetime, data: Any, files: Any, **options: Any) -> VerbForm:
    form_class = item.task.flow_task.form_class
    return form_class(data, files, target=item.about, user=user, now=now, **options)  # type: ignore[no-any-return]


def _task_response(
    request: HttpRequest, item: WorkItem, form: VerbForm, status: int, late: NotNow | None = None
) -> HttpResponse:
    """late: why it cannot be done at this moment; what was typed is shown all the same."""
    holder = item.task.owner if item.task.owner_id not in (None, request.user.pk) else None
    context = {
        "item": item,
        "form": form,
        "today": today_of(request),
        "is_mine": item.task.owner_id == request.user.pk,
        "holder": holder,
        "holder_may": holder is not None and services.holder_may(item, timezone.now()),
        "late": late,
        "came_back": queries.came_back(item),
        "asked": guidance.asked(item.task.flow_task.name),
        "next_steps": guidance.next_steps(item.task.flow_task),
        "needs_check": guidance.needs_check(item.task.flow_task.name),
        "trail": _trail(item),
    }
    return render(request, "workflows/task.html", context, status=status)


def _trail(item: WorkItem) -> list[tuple[Any, str]]:
    return [(_("My work"), reverse("workflows:my_work")), (item.task.flow_task.task_title, "")]


def _check(request: HttpRequest, item: WorkItem, now: datetime.datetime) -> HttpResponse:
    """Shows the answers once more with what follows from them; nothing is written."""
    form = _form(item, user_of(request), now, request.POST, request.FILES)
    if not form.is_valid():
        return _task_response(request, item, form, status=422)
    node = item.task.flow_task
    context = {
        "item": item,
        "form": form,
        "today": today_of(request),
        "answers": [bound for bound in form if bound.data],
        "consequences": guidance.consequences(node.name, form.cleaned_data),
        "trail": _trail(item),
    }
    return render(request, "workflows/check.html", context)


def _submit(request: HttpRequest, item: WorkItem, now: datetime.datetime) -> HttpResponse:
    user = user_of(request)
    try:
        services.submit(
            acting_user=user,
            task=item.task,
            build_form=lambda locked: _form(locked, user, now, request.POST, request.FILES),
            now=now,
        )
    except services.InvalidForm as problem:
        return _task_response(request, item, problem.form, status=422)
    except services.AlreadyDone as done:
        return _already_done(request, done.item)
    except NotNow as late:
        form = _form(item, user, now, request.POST, request.FILES)
        form.hush()
        return _task_response(request, item, form, status=409, late=late)
    draft_is_done(request)
    messages.success(request, _done_words(item))
    if item.case is not None and policy.visible(user, Case.objects.filter(pk=item.case.pk)).exists():
        return redirect("cases:overview", item.case_id)
    return redirect("workflows:my_work")


def _done_words(item: WorkItem) -> str:
    """What happened, and what comes next."""
    done = _("Done: %(what)s.") % {"what": item.task.flow_task.task_title}
    if item.case is not None:
        following = queries.open_items(item.case)
    else:
        following = queries.open_items_about(item.about) if item.about is not None else []
    if not following:
        return done
    titles = dict.fromkeys(str(one.task.flow_task.task_title) for one in following)
    return f"{done} " + _("Next: %(steps)s.") % {"steps": "; ".join(titles)}


def _already_done(request: HttpRequest, item: WorkItem) -> HttpResponse:
    status = 409 if request.method == "POST" else 200
    return render(request, "workflows/already_done.html", {"item": item}, status=status)


def _save_draft(request: HttpRequest, item: WorkItem, now: datetime.datetime) -> HttpResponse:
    # the page as it stands is watched anew when the draft is opened again
    own = ("csrfmiddlewaretoken", SEEN, "draft")
    fields = {name: values for name, values in request.POST.lists() if name not in own}
    services.keep_draft(acting_user=user_of(request), item=item, fields=fields, now=now)
    messages.success(request, _("Your draft is saved; only you see it."))
    return redirect("workflows:task", item.pk)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts free work on one's own list."""
    user, now = user_of(request), timezone.now()
    item = services.item_for(user, pk, now)
    try:
        services.take(acting_user=user, item=item, now=now)
    except services.AlreadyDone as done:
        return _already_done(request, done.item)
    return redirect("workflows:task", pk)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes work off one's own list, so that another may take it."""
    user, now = user_of(request), timezone.now()
    services.give_back(acting_user=user, item=services.item_for(user, pk, now), now=now)
    messages.success(request, _("Given back: others can take it now."))
    return redirect("workflows:my_work")


def _organisation(request: HttpRequest, pk: int) -> Organisation:
    return get_object_or_404(policy.visible(user_of(request), Organisation.objects.select_related("type")), pk=pk)


def _case(request: HttpRequest, pk: int) -> Case:
    rows = Case.objects.select_related("kind", "organisation__type", "procedure")
    return get_object_or_404(policy.visible(user_of(request), rows), pk=pk)


@form_methods
def propose_case(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """The page of a new proposal; `?line=` fills it from a line of the programme."""
    organisation = _organisation(request, organisation_pk)
    must(request, "propose_case", organisation)
    return form_page(
        request,
        lambda *args, **options: ProposalForm(*args, line=request.GET.get("line"), **options),
        target=organisation,
        heading=_("Propose a case"),
        button=_("Hand the proposal in"),
        back=reverse("cases:list"),
        trail=[(_("Cases"), reverse("cases:list")), (_("Propose a case"), "")],
        done=_("The proposal is handed in; another person has to sign it."),
        to=lambda case: case.get_absolute_url(),
        perform=lambda form, user, now: starts.propose(
            acting_user=user, proposal=cast(ProposalForm, form).proposal(), now=now
        ),
        template="cases/proposal.html",
    )


@form_methods
def stop_case(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the ordering body stops a case."""
    case = _case(request, pk)
    must(request, "stop_case", case)
    return form_page(
        request,
        ReasonForm,
        target=case,
        heading=_("Stop the case"),
        button=_("Stop the case"),
        back=case.get_absolute_url(),
        trail=[(_("Cases"), reverse("cases:list")), (case.number, case.get_absolute_url()), (_("Stop"), "")],
        done=_("The case is stopped; nothing is owed in it any more."),
        perform=lambda form, user, now: starts.stop(
            acting_user=user, case=case, reason=form.cleaned_data["reason"], now=now
        ),
        context={"intro": _("All open work of the case ends. What was written stays readable.")},
    )


@form_methods
def convert_case(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the ordering body converts a case to signs of violation."""
    case = _case(request, pk)
    must(request, "convert_case", case)
    return form_page(
        request,
        ReasonForm,
        target=case,
        heading=_("Convert to signs of violation"),
        button=_("Convert the case"),
        back=case.get_absolute_url(),
        trail=[(_("Cases"), reverse("cases:list")), (case.number, case.get_absolute_url()), (_("Convert"), "")],
        done=_("The case is converted; its successor waits for the signature of another."),
        to=lambda successor: successor.get_absolute_url(),
        perform=lambda form, user, now: starts.convert(
            acting_user=user, case=case, reason=form.cleaned_data["reason"], now=now
        ),
        context={"intro": _("This case ends, and a linked successor with the same subjects and team is proposed.")},
    )


@form_methods
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which one withdraws from a case for a conflict of interest."""
    case = _case(request, pk)
    require_on_case(user_of(request), case, timezone.now())
    return form_page(
        request,
        ReasonForm,
        target=case,
        heading=_("Withdraw for a conflict of interest"),
        button=_("Withdraw"),
        back=case.get_absolute_url(),
        trail=[(_("Cases"), reverse("cases:list")), (case.number, case.get_absolute_url())],
        done=_("You have withdrawn. You no longer see that case."),
        to=lambda recusal: reverse("cases:list"),
        perform=lambda form, user, now: starts.withdraw_from_case(
            acting_user=user, case=case, reason=form.cleaned_data["reason"], now=now
        ),
        context={
            "intro": _("From now on you will not see this case, not even its number. Others take over your work.")
        },
    )


def _ask(request: HttpRequest, case: Case, form_class: Any, heading: Any) -> HttpResponse:
    def perform(form: Any, user: Any, now: datetime.datetime) -> ChangeRequest:
        given = form.cleaned_data
        return starts.ask_change(
            acting_user=user,
            case=case,
            what=given.get("what", ChangeRequest.What.TEAM),
            proposal=form.proposal(),
            reason=given["reason"],
            now=now,
        )

    return form_page(
        request,
        form_class,
        target=case,
        heading=heading,
        button=_("Ask for the change"),
        back=case.get_absolute_url(),
        trail=[(_("Cases"), reverse("cases:list")), (case.number, case.get_absolute_url()), (heading, "")],
        done=_("The change is asked for; the body that ordered the case decides."),
        perform=perform,
        context={"team": Participant.objects.filter(case=case, ends_on__isnull=True).select_related("person")},
    )


@form_methods
def ask_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team asks for another content or time."""
    case = _case(request, pk)
    must(request, "request_change", case)
    return _ask(request, case, ChangeForm, _("Ask for a change of content or time"))


@form_methods
def ask_team_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the team asks for other people."""
    case = _case(request, pk)
    must(request, "request_change", case)
    return _ask(request, case, TeamChangeForm, _("Ask for a change of the team"))


@form_methods
def assign_monitor(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the concluding body names another monitor."""
    correction = correction_for(request, pk)
    must(request, "verify_remedies", correction)
    return form_page(
        request,
        MonitorForm,
        target=correction,
        heading=_("Name another monitor"),
        button=_("Name the monitor"),
        back=correction.get_absolute_url(),
        trail=[(_("Corrections"), reverse("remedies:list")), (correction.demand.notice.number, "")],
        done=_("The new monitor finds the correction on the work list."),
        perform=lambda form, user, now: starts.assign_monitor(
            acting_user=user, correction=correction, now=now, **form.cleaned_data
        ),
    )


@form_methods
def begin_programme(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """The page on which a body begins its programme."""
    organisation = _organisation(request, organisation_pk)
    must(request, "draft_programme", organisation)
    return form_page(
        request,
        NewProgrammeForm,
        target=organisation,
        heading=_("Begin a programme"),
        button=_("Begin"),
        back=reverse("programmes:list"),
        trail=[(_("Programmes"), reverse("programmes:list")), (organisation, "")],
        done=_("The programme is begun: add its lines, then submit it."),
        to=lambda programme: programme.get_absolute_url(),
        perform=lambda form, user, now: starts.begin_programme(
            acting_user=user, organisation=organisation, now=now, **form.cleaned_data
        ),
    )


@form_methods
def change_programme(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an adopted programme gets its next version."""
    programme = get_object_or_404(policy.visible(user_of(request), Programme.objects.all()), pk=pk)
    must(request, "draft_programme", programme)
    if programme.state != Programme.State.ADOPTED and request.method != "POST":
        raise Http404
    return form_page(
        request,
        ProgrammeReasonForm,
        target=programme,
        heading=_("Write a new version"),
        button=_("Begin the new version"),
        back=programme.get_absolute_url(),
        trail=[(_("Programmes"), reverse("programmes:list")), (programme, programme.get_absolute_url())],
        done=_("The new version is begun with the lines of the present one: change them, then submit it."),
        to=lambda version: version.get_absolute_url(),
        perform=lambda form, user, now: starts.change_programme(
            acting_user=user, programme=programme, reason=form.cleaned_data["reason"], now=now
        ),
        context={"intro": _("The adopted version stays in force until the new one is adopted.")},
    )
