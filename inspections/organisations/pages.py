"""The pages of organisations, people and offices."""

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
    DelegateForm,
    EndDelegationForm,
    EndOfficeForm,
    InterestForm,
    LogInForm,
    OfficeForm,
    OrganisationForm,
    PersonForm,
)
from inspections.organisations.models import Delegation, Office, Organisation, OrganisationType, Person
from inspections.pages import form_page, must, today_of, user_of
from permissions import audit, policy
from permissions.catalogue import ROLES

form_methods = require_http_methods(["GET", "HEAD", "POST"])


class OrganisationFilter(FilterForm):
    type = forms.ModelChoiceField(label=gettext_lazy("Type"), queryset=OrganisationType.objects.all(), required=False)

    def narrow(self, rows: Any) -> Any:
        rows = super().narrow(rows)
        given = self.cleaned_data if self.is_valid() else {}
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


def _organisation(request: HttpRequest, pk: int) -> Organisation:
    rows = policy.visible(user_of(request), Organisation.objects.select_related("type__level", "parent"))
    return get_object_or_404(rows, pk=pk)


def _trail(organisation: Organisation | None) -> list[tuple[Any, str]]:
    trail: list[tuple[Any, str]] = [(_("Organisations"), reverse("organisations:list"))]
    return [*trail, (organisation.name, organisation.get_absolute_url())] if organisation else trail


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: facts, bodies, what lies below, office holders now and before, history."""
    organisation = _organisation(request, pk)
    user, today = user_of(request), today_of(request)
    offices = (
        policy.visible(user, organisation.offices.all())
        .select_related("person")
        .prefetch_related("delegations__deputy")
    )
    shown = [(office, ROLES[office.role].label, office.is_in_force(today)) for office in offices]
    keeps = bool(policy.may(user, "keep_offices", organisation))
    context = {
        "organisation": organisation,
        "children": policy.visible(user, organisation.children.select_related("type")).order_by(
            "type__is_body", "path"
        ),
        "offices": shown,
        "may_keep": bool(policy.may(user, "keep_organisations", organisation)),
        "may_keep_offices": keeps,
        "members": policy.visible(user, organisation.members.all())[:200],
        "entries": audit.entries_of(organisation).order_by("-seq")[:30]
        if keeps or policy.may(user, "read_audit", organisation)
        else None,
        "may_plan": bool(policy.may(user, "see_programmes", organisation)),
        "trail": [*_trail(None), (organisation.name, "")],
    }
    return render(request, "organisations/detail.html", context)


@form_methods
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an organisation is added below another."""
    parent = _organisation(request, pk)
    must(request, "keep_organisations", parent)
    return form_page(
        request,
        OrganisationForm,
        target=parent,
        heading=_("Add an organisation below %(parent)s") % {"parent": parent},
        button=_("Add it"),
        back=parent.get_absolute_url(),
        trail=_trail(parent),
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
        trail=_trail(None),
        done=_("The organisation is added."),
        to=lambda made: made.get_absolute_url(),
    )


@form_methods
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which facts of an organisation are corrected."""
    organisation = _organisation(request, pk)
    must(request, "keep_organisations", organisation)
    return form_page(
        request,
        CorrectOrganisationForm,
        target=organisation,
        heading=_("Correct %(organisation)s") % {"organisation": organisation},
        button=_("Save"),
        back=organisation.get_absolute_url(),
        trail=_trail(organisation),
        done=_("The correction is saved."),
    )


@form_methods
def add_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member is added to an organisation."""
    organisation = _organisation(request, pk)
    must(request, "keep_offices", organisation)
    return form_page(
        request,
        PersonForm,
        target=organisation,
        heading=_("Add a member of %(organisation)s") % {"organisation": organisation},
        button=_("Add the member"),
        back=organisation.get_absolute_url(),
        trail=_trail(organisation),
        done=_("The member is added."),
        to=lambda person: reverse("organisations:person", args=[person.pk]),
    )


def _person(request: HttpRequest, pk: int) -> Person:
    rows = policy.visible(user_of(request), Person.objects.select_related("organisation", "user"))
    return get_object_or_404(rows, pk=pk)


def _person_trail(person: Person) -> list[tuple[Any, str]]:
    return [
        *_trail(person.organisation),
        (person.full_name, reverse("organisations:person", args=[person.pk])),
    ]


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: offices now and before, delegations, declared interests."""
    one = _person(request, pk)
    user, today = user_of(request), today_of(request)
    offices = (
        policy.visible(user, one.offices.all()).select_related("organisation").prefetch_related("delegations__deputy")
    )
    context = {
        "person": one,
        "offices": [(office, ROLES[office.role].label, office.is_in_force(today)) for office in offices],
        "delegations": one.delegations.select_related("office__organisation", "office__person"),
        "may_keep": bool(policy.may(user, "keep_offices", one)),
        "interests": one.interests.select_related("about_person", "about_organisation")
        if policy.may(user, "keep_offices", one) or one.user_id == user.pk
        else None,
        "today": today,
        "trail": [*_trail(one.organisation), (one.full_name, "")],
    }
    return render(request, "organisations/person.html", context)


def _person_form(request: HttpRequest, pk: int, form: Any, heading: Any, button: Any, done: Any) -> HttpResponse:
    one = _person(request, pk)
    must(request, "keep_offices", one)
    return form_page(
        request,
        form,
        target=one,
        heading=heading,
        button=button,
        back=reverse("organisations:person", args=[one.pk]),
        trail=_person_trail(one),
        done=done,
        context={"intro": one.full_name},
    )


@form_methods
def give_log_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a person gets a log-in."""
    return _person_form(request, pk, LogInForm, _("Give a log-in"), _("Give it"), _("The log-in is given."))


@form_methods
def give_office(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a person gets an office."""
    return _person_form(
        request,
        pk,
        OfficeForm,
        _("Give an office"),
        _("Give it"),
        _("The office is given; its rights follow at its dates."),
    )


@form_methods
def declare_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a person's interest is declared."""
    return _person_form(
        request,
        pk,
        InterestForm,
        _("Declare an interest"),
        _("Declare it"),
        _("The interest is declared; it keeps the person off teams."),
    )


def _office_form(request: HttpRequest, pk: int, form: Any, heading: Any, button: Any, done: Any) -> HttpResponse:
    rows = policy.visible(user_of(request), Office.objects.select_related("person__organisation", "organisation"))
    office = get_object_or_404(rows, pk=pk)
    must(request, "keep_offices", office)
    return form_page(
        request,
        form,
        target=office,
        heading=heading,
        button=button,
        back=reverse("organisations:person", args=[office.person_id]),
        trail=_person_trail(office.person),
        done=done,
        context={"intro": str(office)},
    )


@form_methods
def end_office(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an office is ended."""
    return _office_form(
        request,
        pk,
        EndOfficeForm,
        _("End the office"),
        _("End it"),
        _("The office is ended; its rights end with that day."),
    )


@form_methods
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a deputy is named."""
    return _office_form(
        request,
        pk,
        DelegateForm,
        _("Let a deputy act"),
        _("Name the deputy"),
        _("The deputy may act from that day on."),
    )


@form_methods
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a delegation is ended."""
    offices = policy.visible(user_of(request), Office.objects.all())
    rows = Delegation.objects.filter(office__in=offices).select_related("office__organisation", "deputy")
    delegation = get_object_or_404(rows, pk=pk)
    must(request, "keep_offices", delegation.office)
    return form_page(
        request,
        EndDelegationForm,
        target=delegation,
        heading=_("End the delegation"),
        button=_("End it"),
        back=reverse("organisations:person", args=[delegation.office.person_id]),
        trail=_trail(delegation.office.organisation),
        done=_("The delegation is ended."),
        context={"intro": f"{delegation.office} → {delegation.deputy}"},
    )
