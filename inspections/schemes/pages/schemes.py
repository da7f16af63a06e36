"""The list of schemes, one of them, and beginning, changing and ending it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.lists import Column, FilterForm, ListPage
from inspections.organisations.models import Organisation
from inspections.pages import form_page, must, today_of, user_of
from inspections.schemes.forms.schemes import EndSchemeForm, SchemeForm
from inspections.schemes.forms.tasks import GroupForm
from inspections.schemes.models import Scheme, TaskGroup
from inspections.schemes.pages.common import form_methods, seen, trail_to
from inspections.schemes.queries import figures, lists
from permissions import policy


class SchemeFilter(FilterForm):
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", "—"), ("running", gettext_lazy("under way")), ("over", gettext_lazy("over"))],
        required=False,
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=2000, max_value=2100)

    def narrow(self, rows: Any) -> Any:
        rows, given = super().narrow(rows), self.given
        if given.get("state"):
            rows = rows.filter(ended_at__isnull=given["state"] == "running")
        if given.get("year"):
            rows = rows.filter(first_year__lte=given["year"], last_year__gte=given["year"])
        return rows


LIST = ListPage(
    template="schemes/list.html",
    filters=SchemeFilter,
    sorts={
        "newest": ("-last_year", "organisation__path"),
        "name": ("folded",),
        "organisation": ("organisation__path", "-last_year"),
    },
    columns=[
        Column(gettext_lazy("Name"), lambda scheme: scheme.name),
        Column(gettext_lazy("Organisation"), lambda scheme: scheme.organisation.name),
        Column(gettext_lazy("First year"), lambda scheme: scheme.first_year),
        Column(gettext_lazy("Final year"), lambda scheme: scheme.last_year),
        Column(gettext_lazy("Paper that issues it (number, date)"), lambda scheme: scheme.paper),
        Column(gettext_lazy("Tasks of the scheme"), lambda scheme: scheme.tasks),
        Column(gettext_lazy("Tasks done"), lambda scheme: scheme.done),
        Column(gettext_lazy("State"), lambda scheme: _("over") if scheme.is_over else _("under way")),
    ],
    file_name="schemes",
)


@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """The schemes the reader may see."""
    user = user_of(request)
    return LIST.respond(
        request,
        lists.schemes_for(user),
        makers=lists.makers_for(user, today_of(request)),
        owns=policy.holds(user, "carry_out_schemes"),
    )


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme: aim, figures, tasks with their progress, reviews."""
    scheme = seen(request, Scheme.objects.prefetch_related("organisations", "attachments__file"), pk)
    user, today = user_of(request), today_of(request)
    groups = lists.groups_of(scheme)
    context = {
        "scheme": scheme,
        "groups": groups,
        "progress": lists.progress_of(groups),
        "evidence": lists.evidence_by_kind(scheme),
        "indicators": figures.latest_figures(user, scheme, today),
        "reviews": scheme.reviews.order_by("due_on", "pk"),
        "may_keep": not scheme.is_over and bool(policy.may(user, "keep_schemes", scheme)),
        "today": today,
        "trail": [(_("Schemes"), reverse("schemes:list")), (scheme, "")],
    }
    return render(request, "schemes/detail.html", context)


@form_methods
def begin(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """The page on which an organisation begins a scheme."""
    rows = Organisation.objects.select_related("type", "parent")
    organisation = get_object_or_404(policy.visible(user_of(request), rows), pk=organisation_pk)
    must(request, "keep_schemes", organisation)
    return form_page(
        request,
        SchemeForm,
        target=organisation,
        heading=_("Begin a scheme of %(organisation)s") % {"organisation": organisation},
        button=_("Begin the scheme"),
        back=reverse("schemes:list"),
        to=lambda scheme: scheme.get_absolute_url(),
        trail=[(_("Schemes"), reverse("schemes:list")), (_("Begin a scheme"), "")],
        done=_("The scheme is there, with the groups of tasks. Add its tasks and indicators."),
    )


@form_methods
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which what a scheme says is changed."""
    scheme = seen(request, Scheme.objects.prefetch_related("organisations"), pk)
    must(request, "keep_schemes", scheme)
    return form_page(
        request,
        SchemeForm,
        target=scheme,
        heading=_("Change the scheme"),
        button=_("Save the scheme"),
        back=scheme.get_absolute_url(),
        trail=trail_to(scheme, (_("Change the scheme"), "")),
        done=_("The scheme is changed."),
    )


@form_methods
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a scheme ends."""
    scheme = seen(request, Scheme.objects.all(), pk)
    must(request, "keep_schemes", scheme)
    return form_page(
        request,
        EndSchemeForm,
        target=scheme,
        heading=_("End the scheme"),
        button=_("End the scheme"),
        back=scheme.get_absolute_url(),
        trail=trail_to(scheme, (_("End the scheme"), "")),
        done=_("The scheme is over; what was recorded stays as it is."),
        context={"sure": _("Nothing of it can be changed any more. End the scheme?")},
    )


@form_methods
def add_group(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a scheme gets a group of tasks."""
    scheme = seen(request, Scheme.objects.all(), pk)
    must(request, "keep_schemes", scheme)
    return form_page(
        request,
        GroupForm,
        target=scheme,
        heading=_("Add a group of tasks"),
        button=_("Add the group"),
        back=scheme.get_absolute_url(),
        trail=trail_to(scheme, (_("Add a group of tasks"), "")),
        done=_("The group is added."),
    )


@form_methods
def change_group(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a group is named otherwise."""
    scheme = get_object_or_404(
        policy.visible(user_of(request), Scheme.objects.select_related("organisation__type")), groups__pk=pk
    )
    must(request, "keep_schemes", scheme)
    group = TaskGroup.objects.select_related("scheme__organisation__type").get(pk=pk)
    return form_page(
        request,
        GroupForm,
        target=group,
        heading=_("Change the group"),
        button=_("Save the group"),
        back=scheme.get_absolute_url(),
        trail=trail_to(scheme, (_("Change the group"), "")),
        done=_("The group is changed."),
    )
