"""The pages of imports: choose a file, look at what it would do, settle doubts, take it in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.imports import progress, services
from inspections.imports.blank import blank_workbook
from inspections.imports.forms import ColumnsForm, DoubtsForm, FileForm
from inspections.imports.models import Import
from inspections.imports.plans import KINDS, Kind
from inspections.organisations.models import Organisation
from inspections.pages import form_page, must, today_of, user_of
from permissions import policy
from permissions.verdicts import Denied, NotNow, Refused

form_methods = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 100


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def _target(request: HttpRequest, kind: Kind, pk: int) -> Model:
    return get_object_or_404(policy.visible(user_of(request), kind.target._default_manager.all()), pk=pk)


def _trail(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Spreadsheets"), reverse("imports:list")), *more]


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """Where something can be taken in, and the files taken in so far."""
    user = user_of(request)
    places = []
    for kind in KINDS.values():
        # with what hangs on them: the policy asks for their organisations
        rows = policy.visible(user, kind.target._default_manager.filter(kind.takes).select_related())
        places.append((kind, [row for row in rows[:400] if policy.may(user, kind.verb, row)][:40]))
    files = policy.visible(user, Import.objects.select_related("organisation", "begun_by__person"))
    context = {
        "places": [(kind, rows) for kind, rows in places if rows],
        "files": [(one, KINDS[one.kind].label) for one in files[:50]],
    }
    return render(request, "imports/list.html", context)


@form_methods
def begin(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The page on which a file is chosen."""
    wanted = _kind(kind)
    target = _target(request, wanted, pk)
    must(request, wanted.verb, target)
    return form_page(
        request,
        FileForm,
        target=target,
        heading=_("Take in: %(kind)s") % {"kind": wanted.label},
        button=_("Look at it"),
        back=reverse("imports:list"),
        trail=_trail((str(target), "")),
        to=lambda one: one.get_absolute_url(),
        perform=lambda form, user, now: services.begin_import(
            acting_user=user, kind=wanted, target=target, upload=form.cleaned_data["file"], now=now
        ),
        template="imports/begin.html",
        context={"kind": wanted, "target": target},
    )


def _import(request: HttpRequest, pk: int) -> Import:
    """The file being taken in. Whoever sees the organisation but may not take it in there is told why not; for others
    it is not there. Raises Refused, Http404."""
    user = user_of(request)
    rows = Import.objects.select_related("organisation__type", "file", "begun_by__person")
    places = policy.visible(user, Organisation.objects.all()).values("pk")
    seen = policy.visible(user, rows) | rows.filter(organisation__in=places)
    one = get_object_or_404(seen, pk=pk)
    verdict = policy.may(user, KINDS[one.kind].verb, one.target)
    if isinstance(verdict, Denied):
        raise Refused(Denied(verdict.reason, verdict.who_can_help))
    return one


def _show(request: HttpRequest, one: Import, status: int = 200, **forms: Any) -> HttpResponse:
    preview = services.preview_of(one, today_of(request))
    about = {"target": one, "user": user_of(request), "now": timezone.now(), "seed": preview}
    state = request.GET.get("state", "")
    lines = [line for line in preview.lines if not state or line.state == state]
    context = {
        "one": one,
        "kind": preview.kind,
        "preview": preview,
        "page": Paginator(lines, SHOWN).get_page(request.GET.get("page")),
        "state": state,
        "columns_form": forms.get("columns") or ColumnsForm(**about),
        "doubts_form": forms.get("doubts") or DoubtsForm(**about),
        "problems": forms.get("problems", []),
        "trail": _trail((one.file_name, "")),
    }
    return render(request, "imports/preview.html", context, status=status)


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would do, line by line; after it was taken in: what it did."""
    one = _import(request, pk)
    if one.state != Import.State.OPEN:
        context = {"one": one, "kind": KINDS[one.kind], "trail": _trail((one.file_name, ""))}
        return render(request, "imports/done.html", context)
    return _show(request, one)


@require_safe
def progress_told(request: HttpRequest, pk: int) -> JsonResponse:
    """How many lines of how many are stored, for the page that waits."""
    done, of = progress.told(_import(request, pk)) or (0, 0)
    words = _("%(done)s of %(of)s lines") % {"done": done, "of": of} if of else ""
    return JsonResponse({"done": done, "of": of, "words": words})


@require_POST
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Says where the header stands and what the columns mean."""
    one = _import(request, pk)
    now, user = timezone.now(), user_of(request)
    form = ColumnsForm(request.POST, target=one, user=user, now=now, seed=_seed(request, one))
    if form.is_valid():
        try:
            form.perform(acting_user=user, now=now)
            messages.success(request, _("The columns are kept; the lines below are read by them."))
            return HttpResponseRedirect(one.get_absolute_url())
        except ValidationError as problem:
            form.take_errors(problem)
    return _show(request, one, status=422, columns=form)


@require_POST
def doubts(request: HttpRequest, pk: int) -> HttpResponse:
    """Settles doubts."""
    one = _import(request, pk)
    now, user = timezone.now(), user_of(request)
    form = DoubtsForm(request.POST, target=one, user=user, now=now, seed=_seed(request, one))
    if form.is_valid():
        form.perform(acting_user=user, now=now)
        messages.success(request, _("Settled as you chose; the counts below include it."))
        return HttpResponseRedirect(one.get_absolute_url())
    return _show(request, one, status=422, doubts=form)


def _seed(request: HttpRequest, one: Import) -> services.Preview:
    if one.state != Import.State.OPEN:
        raise NotNow(_("This file is %(state)s; begin again with a file.") % {"state": one.get_state_display()})
    return services.preview_of(one, today_of(request))


@require_POST
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the file in."""
    one = _import(request, pk)
    try:
        services.carry_out(acting_user=user_of(request), one=one, seen=request.POST.get("seen", ""), now=timezone.now())
    except ValidationError as problem:
        return _show(request, one, status=422, problems=problem.messages)
    messages.success(request, _("The file is taken in."))
    return HttpResponseRedirect(one.get_absolute_url())


@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends the import; nothing of it is stored."""
    services.give_up(acting_user=user_of(request), one=_import(request, pk), now=timezone.now())
    messages.success(request, _("Given up; nothing of the file was stored."))
    return HttpResponseRedirect(reverse("imports:list"))


@require_safe
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """A spreadsheet of this kind to fill in."""
    wanted = _kind(kind)
    if not policy.holds(user_of(request), wanted.verb):
        raise Http404
    response = HttpResponse(
        blank_workbook(wanted), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{wanted.code}.xlsx"'
    return response
