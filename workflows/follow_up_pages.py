"""The page that carries an overdue demand into a follow-up case."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from inspections.cases.models import Case
from inspections.organisations.models import User
from inspections.pages import form_page, must, today_of, user_of
from inspections.remedies.forms import FollowUpForm
from inspections.remedies.pages import correction_for
from inspections.remedies.queries import can_be_carried
from permissions import policy
from workflows import starts
from workflows.pages import form_methods


@form_methods
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an overdue demand is carried into a proposal, with all that is known filled in."""
    correction = correction_for(request, pk)
    rows = Case.objects.select_related("kind", "organisation__type", "procedure")
    case = get_object_or_404(policy.visible(user_of(request), rows), pk=correction.demand.notice.case_id)
    must(request, "propose_case", case)
    if request.method != "POST" and not can_be_carried(correction, today_of(request)):
        return redirect(correction)

    def perform(form: Any, user: User, now: datetime.datetime) -> Case:
        chosen = list(form.cleaned_data["demands"])
        return starts.carry_into_case(
            acting_user=user,
            correction=chosen[0],
            others=chosen[1:],
            proposal=form.proposal(),
            now=now,
        )

    return form_page(
        request,
        lambda *args, **options: FollowUpForm(*args, correction=correction, **options),
        target=case.organisation,
        heading=_("Propose a follow-up case"),
        button=_("Hand the proposal in"),
        back=correction.get_absolute_url(),
        trail=[
            (_("Corrections"), reverse("remedies:list")),
            (correction.demand.notice.number, correction.get_absolute_url()),
            (_("Propose a follow-up case"), ""),
        ],
        done=_("The proposal is handed in; another person has to sign it."),
        to=lambda follower: follower.get_absolute_url(),
        perform=perform,
        template="cases/proposal.html",
        context={"intro": _("The demand stays open where it is; the new case is linked to the old one.")},
    )
