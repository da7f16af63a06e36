"""The page on which the body of a case suspends a member."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from inspections.cases.pages import case_for
from inspections.cases.suspension_form import SuspendForm
from inspections.pages import form_page, must
from workflows import starts
from workflows.pages import form_methods


@form_methods
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member is suspended by a decision."""
    case = case_for(request, pk)
    must(request, "suspend_member", case)
    heading = _("Suspend a member")
    return form_page(
        request,
        SuspendForm,
        target=case,
        heading=heading,
        button=heading,
        back=reverse("cases:people", args=[case.pk]),
        trail=[(_("Cases"), reverse("cases:list")), (case.number, case.get_absolute_url()), (heading, "")],
        done=_("The member is suspended. That it ends lies on the work list of the body, with its last day."),
        perform=lambda form, user, now: starts.suspend_member(
            acting_user=user, case=case, now=now, **form.cleaned_data
        ),
        context={
            "intro": _(
                "The member reads number, reason and days. He still pays his dues. "
                "The suspension goes on when the case ends, until it is ended."
            )
        },
    )
