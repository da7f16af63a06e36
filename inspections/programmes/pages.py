"""The pages of programmes: list, one programme with its progress, lines, coverage."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.lists import Column, FilterForm, ListPage
from inspections.organisations.models import Organisation
from inspections.pages import form_page, must, today_of, user_of
from inspections.programmes import queries, services
from inspections.programmes.forms import LineForm, ReasonForm
from inspections.programmes.models import Programme, ProgrammeLine
from permissions import policy

form_methods = require_http_methods(["GET", "HEAD", "POST"])


class ProgrammeFilter(FilterForm):
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", "—"), *Programme.State.choices], required=False
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=2000, max_value=2100)

    def narrow(self, rows: Any) -> Any:
        rows = super().narrow(rows)
        given = self.given
        if given.get("state"):
            rows = rows.filter(state=given["state"])
        if given.get("year"):
            rows = rows.filter(first_year__lte=given["year"], last_year__gte=given["year"])
        return rows


LIST = ListPage(
    template="programmes/list.html",
    filters=ProgrammeFilter,
    sorts={"newest": ("-first_year", "organisation__path", "-version"), "body": ("organisation__path",)},
    columns=[
        Column(gettext_lazy("Body"), lambda programme: programme.organisation.name),
        Column(gettext_lazy("Horizon"), lambda programme: programme.get_horizon_display()),
        Column(gettext_lazy("Year"), lambda programme: programme.first_year),
        Column(gettext_lazy("Version"), lambda programme: programme.version),
        Column(gettext_lazy("Number"), lambda programme: programme.number),
        Column(gettext_lazy("State"), lambda programme: programme.get_state_display()),
    ],
    file_name="programmes",
)


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """The programmes the reader may see."""
    viewer = policy.viewer_for(user_of(request))
    bodies = Organisation.objects.filter(pk__in=viewer.organisation_ids("draft_programme"))
    return LIST.respond(request, queries.programmes_for(user_of(request)), bodies=bodies)


def _programme(request: HttpRequest, pk: int) -> Programme:
    rows = queries.programmes_for(user_of(request)).select_related(
        "replaces", "drafted_by__person", "adopted_by__person"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One programme: lines with their progress, versions, what can be done."""
    programme = _programme(request, pk)
    user = user_of(request)
    is_draft = programme.state == Programme.State.DRAFT
    drafts = bool(policy.may(user, "draft_programme", programme))
    versions = queries.programmes_for(user).filter(
        organisation=programme.organisation, horizon=programme.horizon, first_year=programme.first_year
    )
    lines = queries.lines_of(programme, user, today_of(request))
    context = {
        "programme": programme,
        "lines": lines,
        "differences": queries.differences(programme),
        "counts": _counts(lines),
        "versions": versions.order_by("version"),
        "may_draft": is_draft and drafts,
        "may_change": programme.state == Programme.State.ADOPTED and drafts,
        "proposers": queries.proposers(programme, user),
        "may_drop": programme.state == Programme.State.ADOPTED and bool(policy.may(user, "adopt_programme", programme)),
        "may_drop_carried": is_draft and drafts,
        "trail": [(_("Programmes"), reverse("programmes:list")), (str(programme), "")],
    }
    return render(request, "programmes/detail.html", context)


def _counts(lines: list[queries.LineShown]) -> dict[str, int]:
    counts = {progress.value: 0 for progress in queries.LOOKS}
    for shown in lines:
        counts[shown.progress.value] += 1
    return counts


def _line(request: HttpRequest, pk: int) -> ProgrammeLine:
    rows = policy.visible(
        user_of(request), ProgrammeLine.objects.select_related("programme__organisation__type", "kind")
    )
    return get_object_or_404(rows, pk=pk)


def _trail(programme: Programme) -> list[tuple[Any, str]]:
    return [(_("Programmes"), reverse("programmes:list")), (str(programme), programme.get_absolute_url())]


@form_methods
def add_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a new line; `?organisation=` and `?year=` fill it from the coverage picture."""
    programme = _programme(request, pk)
    must(request, "draft_programme", programme)

    def form(*args: Any, **options: Any) -> LineForm:
        made = LineForm(*args, **options)
        for name in ("organisations", "year"):
            values = request.GET.getlist(name)
            if values:
                made.fields[name].initial = values if name == "organisations" else values[0]
        return made

    return form_page(
        request,
        form,
        target=programme,
        heading=_("Add a line"),
        button=_("Add the line"),
        back=programme.get_absolute_url(),
        trail=_trail(programme),
        done=_("The line is added."),
    )


@form_methods
def change_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a line of a draft is changed."""
    line = _line(request, pk)
    must(request, "draft_programme", line.programme)

    def form(*args: Any, **options: Any) -> LineForm:
        made = LineForm(*args, **options)
        for name in made.fields:
            value = getattr(line, name)
            made.fields[name].initial = list(value.all()) if name in ("organisations", "members") else value
        return made

    return form_page(
        request,
        form,
        target=line,
        heading=_("Change the line"),
        button=_("Save the line"),
        back=line.programme.get_absolute_url(),
        trail=_trail(line.programme),
        done=_("The line is changed."),
    )


@require_POST
def remove_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a line out of a draft."""
    line = _line(request, pk)
    services.remove_line(acting_user=user_of(request), line=line, now=timezone.now())
    messages.success(request, _("The line is taken out of the draft."))
    return HttpResponseRedirect(line.programme.get_absolute_url())


@form_methods
def drop_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a line that was adopted is dropped with its reason: in force, or in the next version."""
    line = _line(request, pk)
    must(request, services.dropping_verb(line.programme), line.programme)
    return form_page(
        request,
        ReasonForm,
        target=line,
        heading=_("Drop the line"),
        button=_("Drop the line"),
        back=line.programme.get_absolute_url(),
        trail=_trail(line.programme),
        done=_("The line is dropped; it stays readable with the reason."),
        perform=lambda form, user, now: services.drop_line(
            acting_user=user, line=line, reason=form.cleaned_data["reason"], now=now
        ),
    )


@require_safe
def coverage(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """Organisations × years: who has not been inspected for how long; an empty square starts a line."""
    user = user_of(request)
    body = get_object_or_404(policy.visible(user, Organisation.objects.select_related("type")), pk=organisation_pk)
    must(request, "see_programmes", body)
    drafts = queries.programmes_for(user).filter(organisation=body, state=Programme.State.DRAFT)
    if not policy.may(user, "draft_programme", body):
        drafts = drafts.none()
    rows = queries.coverage(body, user, today_of(request))
    context = {
        "body": body,
        "rows": rows,
        "years": [square.year for square in rows[0].squares] if rows else [],
        # the programme of the year before that of the term
        "drafts": {
            year: draft
            for draft in drafts.order_by("-horizon")
            for year in range(draft.first_year, draft.last_year + 1)
        },
        "never": sum(row.is_empty for row in rows),
        "trail": [(_("Programmes"), reverse("programmes:list")), (_("Coverage"), "")],
    }
    return render(request, "programmes/coverage.html", context)
