"""The pages of refusals: wrong person, no such thing, wrong moment."""

from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from permissions.verdicts import NotNow, Refused

# PostgreSQL: lock_not_available, deadlock_detected
BUSY_STATES = ("55P03", "40P01")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same bytes for what is not there and for what the asker may not know of."""
    return HttpResponse(render_to_string("404.html"), status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = _("You do not hold the office for this. Ask the administrator if you should.")
    return render(request, "403.html", {"reason": reason}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    told = _("The page was open for too long or came from elsewhere. Go back, load it again and send it once more.")
    return render(request, "403.html", {"reason": told}, status=403)


def is_busy(exception: Exception) -> bool:
    """Whether the database gave up waiting for another writer; nothing was written, so the same may be tried again."""
    if not isinstance(exception, OperationalError):
        return False
    return getattr(exception.__cause__, "sqlstate", None) in BUSY_STATES or "database is locked" in str(exception)


def _not_now(request: HttpRequest, reason: str) -> HttpResponse:
    """The page of a wrong moment; back leads to the page the form was on, since some addresses take only forms."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return render(request, "409.html", {"reason": reason, "back": came_from if is_ours else "/"}, status=409)


class RefusalMiddleware:
    """Turns the errors of verbs into their pages."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)  # type: ignore[no-any-return]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            if exception.denied.stranger():
                return not_found(request)
            return render(request, "403.html", {"reason": exception.denied.reason}, status=403)
        if isinstance(exception, NotNow):
            return _not_now(request, exception.reason)
        if is_busy(exception):
            return _not_now(request, _("Somebody else is saving here at this moment. Please try again."))
        return None
