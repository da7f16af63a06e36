"""The pages of people, their offices and log-ins."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.organisations import services
from inspections.organisations.forms import (
    ActivityForm,
    CorrectPersonForm,
    DelegateForm,
    EndDelegationForm,
    EndInterestForm,
    EndOfficeForm,
    InterestForm,
    LogInForm,
    LogInsForm,
    OfficeForm,
    PersonForm,
)
from inspections.organisations.models import Delegation, Interest, Office, Person
from inspections.organisations.pages.tree import form_in_tree, organisation_of, trail_of
from inspections.pages import form_page, must, today_of, user_of
from permissions import policy
from permissions.catalogue import ROLES

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def add_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member is added to an organisation."""
    organisation = organisation_of(request, pk)
    return form_in_tree(
        request,
        PersonForm,
        organisation,
        verb="keep_offices",
        heading=_("Add a member of %(organisation)s") % {"organisation": organisation},
        button=_("Add the member"),
        done=_("The member is added."),
        to=lambda person: reverse("organisations:person", args=[person.pk]),
    )


def _person(request: HttpRequest, pk: int) -> Person:
    rows = policy.visible(user_of(request), Person.objects.select_related("organisation", "user"))
    return get_object_or_404(rows, pk=pk)


def _person_trail(person: Person) -> list[tuple[Any, str]]:
    return [
        *trail_of(person.organisation),
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
        "is_oneself": one.user_id == user.pk,
        "interests": one.interests.select_related("about_person", "about_organisation")
        if policy.may(user, "keep_offices", one) or one.user_id == user.pk
        else None,
        "today": today,
        "trail": [*trail_of(one.organisation), (one.full_name, "")],
    }
    return render(request, "organisations/person.html", context)


def _person_form(
    request: HttpRequest, pk: int, form: Any, heading: Any, button: Any, done: Any, is_for_oneself: bool = False
) -> HttpResponse:
    one = _person(request, pk)
    is_asked = not (is_for_oneself and one.user_id == user_of(request).pk)
    return _form_about_person(request, form, one, heading, button, done, intro=one.full_name, is_asked=is_asked)


def _form_about_person(
    request: HttpRequest,
    form: Any,
    person: Person,
    heading: Any,
    button: Any,
    done: Any,
    *,
    target: Any = None,
    intro: str = "",
    is_asked: bool = True,
) -> HttpResponse:
    """A form about a person or a row of his (`target`), which the page names; it leads back to him.

    is_asked: whether he who asks has to keep offices there. Raises Refused."""
    row = person if target is None else target
    if is_asked:
        must(request, "keep_offices", row)
    return form_page(
        request,
        form,
        target=row,
        heading=heading,
        button=button,
        back=reverse("organisations:person", args=[person.pk]),
        trail=_person_trail(person),
        done=done,
        context={"intro": intro or str(row)},
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
    """The page on which a person declares an interest, or an administrator does for him."""
    return _person_form(
        request,
        pk,
        InterestForm,
        _("Declare an interest"),
        _("Declare it"),
        _("The interest is declared: it keeps off teams and decisions. From a case at work on one withdraws."),
        is_for_oneself=True,
    )


@form_methods
def end_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a declared interest is ended."""
    rows = policy.visible(user_of(request), Interest.objects.select_related("person__organisation"))
    interest = get_object_or_404(rows, pk=pk)
    words = _("End the interest"), _("End it"), _("The interest is ended.")
    return _form_about_person(request, EndInterestForm, interest.person, *words, target=interest)


def _office_form(request: HttpRequest, pk: int, form: Any, heading: Any, button: Any, done: Any) -> HttpResponse:
    rows = policy.visible(user_of(request), Office.objects.select_related("person__organisation", "organisation"))
    office = get_object_or_404(rows, pk=pk)
    return _form_about_person(request, form, office.person, heading, button, done, target=office)


@form_methods
def end_office(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an office is ended."""
    words = _("End the office"), _("End it"), _("The office is ended; its rights end with that day.")
    return _office_form(request, pk, EndOfficeForm, *words)


@form_methods
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a deputy is named."""
    words = _("Let a deputy act"), _("Name the deputy"), _("The deputy may act from that day on.")
    return _office_form(request, pk, DelegateForm, *words)


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
        trail=trail_of(delegation.office.organisation),
        done=_("The delegation is ended."),
        context={"intro": f"{delegation.office} → {delegation.deputy}"},
    )


@form_methods
def correct_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which facts of a person are corrected."""
    return _person_form(request, pk, CorrectPersonForm, _("Correct"), _("Save"), _("The correction is saved."))


@form_methods
def change_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a person's access is ended, or given again."""
    if _person(request, pk).is_active:
        words = _("End the access"), _("End it"), _("The access is ended; whoever was logged in is logged out.")
    else:
        words = _("Give access again"), _("Give it"), _("The access is given again, by the offices still held.")
    return _person_form(request, pk, ActivityForm, *words)


@form_methods
def give_log_ins(request: HttpRequest, pk: int) -> HttpResponse:
    """Log-ins for the office holders at and below an organisation; their first passwords are shown once, to print."""
    organisation = organisation_of(request, pk)
    given: list[services.FirstLogIn] = []
    page = form_in_tree(
        request,
        LogInsForm,
        organisation,
        verb="keep_offices",
        heading=_("Give log-ins to office holders of %(organisation)s and below") % {"organisation": organisation},
        button=_("Give them log-ins"),
        done="",
        perform=lambda form, user, now: given.extend(form.perform(acting_user=user, now=now)),
    )
    return _first_log_ins(request, given, organisation.get_absolute_url(), trail_of(organisation)) if given else page


@require_POST
def renew_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new first password, shown once, to print."""
    person = _person(request, pk)
    given = services.renew_password(acting_user=user_of(request), person=person, now=timezone.now())
    return _first_log_ins(request, [given], reverse("organisations:person", args=[pk]), _person_trail(person))


def _first_log_ins(
    request: HttpRequest, given: list[services.FirstLogIn], back: str, trail: list[tuple[Any, str]]
) -> HttpResponse:
    """The paper for those who got log-ins. Passwords are kept nowhere, so it cannot be opened a second time."""
    address = request.build_absolute_uri(reverse("login"))
    context = {"given": given, "address": address, "back": back, "trail": trail}
    return render(request, "organisations/first_log_ins.html", context)
