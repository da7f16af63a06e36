"""The pages on which whoever owes asks about a time limit."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.deadlines.forms import AskForm
from inspections.deadlines.models import ClockRequest
from inspections.deadlines.pages import ASK, deadline_for
from inspections.deadlines.services.requests import may_ask
from inspections.pages import form_page, user_of
from permissions.verdicts import Denied, Refused
from workflows import starts


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """The page on which an extension, a suspension or the end of one is asked for."""
    if what not in ClockRequest.What.values:
        raise Http404
    clock = deadline_for(request, pk)
    verdict = may_ask(user_of(request), clock)
    if isinstance(verdict, Denied):
        raise Refused(verdict)
    heading, back = ASK[ClockRequest.What(what)], reverse("deadlines:explanation", args=[clock.pk])
    return form_page(
        request,
        lambda *args, **options: AskForm(*args, what=what, **options),
        target=clock,
        heading=heading,
        button=heading,
        back=back,
        trail=[(_("Deadline"), back), (heading, "")],
        done=_("It is asked for; until it is decided the time limit runs on."),
        perform=lambda form, user, now: starts.ask_about_clock(
            acting_user=user, clock=clock, what=what, now=now, **form.cleaned_data
        ),
    )
