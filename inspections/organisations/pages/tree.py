"""The pages of organisations: the list, one of them, adding, correcting."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inspections.lists import Column, FilterForm, ListPage
from inspections.organisations.forms import (
    CorrectOrganisationForm,
    EndOrganisationForm,
    OrganisationForm,
)
from inspections.organisations.models import Organisation, OrganisationType, Succession
from inspections.organisations.queries import counts_of_passed
from inspections.organisations.services import members_of, words_of
from inspections.pages import form_page, must, today_of, user_of
from permissions import audit, policy
from permissions.catalogue import ROLES

form_methods = require_http_methods(["GET", "HEAD", "POST"])


class OrganisationFilter(FilterForm):
    type = forms.ModelChoiceField(label=gettext_lazy("Type"), queryset=OrganisationType.objects.all(), required=False)

    def narrow(self, rows: Any) -> Any:
        rows = super().narrow(rows)
        given = self.given
        return rows.filter(type=given["type"]) if given.get("type") else rows


LIST = ListPage(
    template="organisations/list.html",
    filters=OrganisationFilter,
    sorts={"tree": ("path",), "name": ("name",), "code": ("code",)},
    columns=[
        Column(gettext_lazy("Code"), lambda one: one.code),
        Column(gettext_lazy("Name"), lambda one: one.name),
        Column(gettext_lazy("Type"), lambda one: one.type.name),
        Column(gettext_lazy("Belongs to"), lambda one: str(one.parent or "")),
        Column(gettext_lazy("Founded on"), lambda one: one.starts_on),
        Column(gettext_lazy("Full members"), lambda one: one.full_members),
        Column(gettext_lazy("Probationary members"), lambda one: one.probationary_members),
    ],
    file_name="organisations",
)


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """The organisations the reader may see, as a tree."""
    rows = policy.visible(user_of(request), Organisation.objects.select_related("type", "parent"))
    today = today_of(request)
    counted = rows.annotate(
        holders=Count(
            "offices",
            filter=Q(offices__starts_on__lte=today) & (Q(offices__ends_on=None) | Q(offices__ends_on__gte=today)),
            distinct=True,
        )
    )
    return LIST.respond(
        request, counted, may_begin=bool(policy.may(user_of(request), "keep_organisations", Organisation()))
    )


def organisation_of(request: HttpRequest, pk: int) -> Organisation:
    rows = policy.visible(user_of(request), Organisation.objects.select_related("type__level", "parent"))
    return get_object_or_404(rows, pk=pk)


def trail_of(organisation: Organisation | None) -> list[tuple[Any, str]]:
    trail: list[tuple[Any, str]] = [(_("Organisations"), reverse("organisations:list"))]
    return [*trail, (organisation.name, organisation.get_absolute_url())] if organisation else trail


def told_counts(ending: Succession | None) -> list[tuple[Any, str, int]]:
    """What passed when an organisation ended, as it is told: kind, successor, how many."""
    if ending is None:
        return []
    return [(words_of(kind), name, n) for kind, name, n in counts_of_passed(ending) if words_of(kind)]


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: facts, bodies, what lies below, office holders now and before, history."""
    organisation = organisation_of(request, pk)
    user, today = user_of(request), today_of(request)
    offices = (
        policy.visible(user, organisation.offices.all())
        .select_related("person")
        .prefetch_related("delegations__deputy")
    )
    shown = [(office, ROLES[office.role].label, office.is_in_force(today)) for office in offices]
    keeps = bool(policy.may(user, "keep_offices", organisation))
    entries = audit.entries_of(organisation).order_by("-seq")[:30]
    reads = keeps or bool(policy.may(user, "read_audit", organisation))
    related = organisation.successions.select_related("former_name", "former_place__parent")
    successions = list(related.prefetch_related("parts__successor"))
    ending = next((one for one in successions if one.kind in Succession.ENDING), None)
    context = {
        "organisation": organisation,
        "renamings": [one for one in successions if one.kind == Succession.Kind.RENAME],
        "moves": [one for one in successions if one.kind == Succession.Kind.MOVE],
        "ending": ending,
        "passed": told_counts(ending) if reads else [],
        "offices_ended": ending.ended_offices.count() if ending is not None and reads else 0,
        "took_over": organisation.succeeded.select_related("succession__organisation"),
        "ended": organisation.ends_on is not None and organisation.ends_on < today,
        "children": policy.visible(user, organisation.children.select_related("type")).order_by(
            "type__is_body", "path"
        ),
        "offices": shown,
        "may_keep": bool(policy.may(user, "keep_organisations", organisation)),
        "may_keep_offices": keeps,
        "members": policy.visible(user, members_of(organisation))[:200],
        "entries": entries if reads else None,
        "may_plan": bool(policy.may(user, "see_programmes", organisation)),
        "trail": [*trail_of(None), (organisation.name, "")],
    }
    return render(request, "organisations/detail.html", context)


def form_in_tree(
    request: HttpRequest,
    form: Any,
    organisation: Organisation,
    *,
    heading: Any,
    button: Any,
    done: Any,
    verb: str = "keep_organisations",
    target: Any = None,
    **more: Any,
) -> HttpResponse:
    """A page with one form about an organisation, or about a row of it (`target`), for those who may `verb` there.

    more: as `form_page`; it leads back to the organisation. Raises Refused."""
    must(request, verb, organisation)
    return form_page(
        request,
        form,
        target=organisation if target is None else target,
        heading=heading,
        button=button,
        back=organisation.get_absolute_url(),
        trail=trail_of(organisation),
        done=done,
        **more,
    )


@form_methods
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an organisation is added below another."""
    parent = organisation_of(request, pk)
    return form_in_tree(
        request,
        OrganisationForm,
        parent,
        heading=_("Add an organisation below %(parent)s") % {"parent": parent},
        button=_("Add it"),
        done=_("The organisation is added."),
        to=lambda made: made.get_absolute_url(),
    )


@form_methods
def add_first(request: HttpRequest) -> HttpResponse:
    """The page on which the top of a tree is added, by whoever set the program up."""
    must(request, "keep_organisations", Organisation())
    return form_page(
        request,
        OrganisationForm,
        target=None,
        heading=_("Add the top of a tree"),
        button=_("Add it"),
        back=reverse("organisations:list"),
        trail=trail_of(None),
        done=_("The organisation is added."),
        to=lambda made: made.get_absolute_url(),
    )


@form_methods
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which facts of an organisation are corrected."""
    organisation = organisation_of(request, pk)
    return form_in_tree(
        request,
        CorrectOrganisationForm,
        organisation,
        heading=_("Correct %(organisation)s") % {"organisation": organisation},
        button=_("Save"),
        done=_("The correction is saved."),
    )


@form_methods
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an organisation is ended."""
    organisation = organisation_of(request, pk)
    return form_in_tree(
        request,
        EndOrganisationForm,
        organisation,
        heading=_("End %(organisation)s") % {"organisation": organisation},
        button=_("End it"),
        done=_("The organisation ends with that day."),
    )
