"""The one way of form pages: show, try the verb, and on errors show again with everything typed still there."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.forms import VerbForm
from inspections.organisations.models import User
from permissions import policy
from permissions.verdicts import Denied, Refused

# marks the message to the browser, not to people, that a form was taken
DRAFT_DONE = "draft-done"
Trail = list[tuple[Any, str]]


def user_of(request: HttpRequest) -> User:
    """The logged-in user; every page of ours has one."""
    assert isinstance(request.user, User)
    return request.user


def today_of(request: HttpRequest) -> datetime.date:
    return policy.viewer_for(user_of(request)).today


def must(request: HttpRequest, verb: str, row: Any) -> None:
    """Raises Refused unless the user may: for pages that show a form. The verb asks again itself."""
    verdict = policy.may(user_of(request), verb, row)
    if isinstance(verdict, Denied):
        raise Refused(verdict)


def bound_data(request: HttpRequest) -> tuple[Any, Any]:
    """What was typed: now, or before the log-in expired (shown again, not performed)."""
    if request.method == "POST":
        return request.POST, request.FILES
    if getattr(request, "kept_nothing", False):
        messages.warning(request, _("You had been logged out. Nothing of this form is kept, so type it again."))
    kept = getattr(request, "kept_form", None)
    if kept is not None:
        messages.warning(request, _("What you typed before you were logged out is here again. Check it and send it."))
        if getattr(request, "kept_had_files", False):
            messages.warning(request, _("Files were not kept; choose them again."))
    return kept, None


def draft_is_done(request: HttpRequest) -> None:
    """Tells the next page that what the browser kept of this page's form is no longer needed."""
    messages.info(request, request.path, extra_tags=DRAFT_DONE)


def form_page(
    request: HttpRequest,
    form_class: Callable[..., VerbForm],
    *,
    target: Any,
    heading: Any,
    button: Any,
    back: str,
    trail: Trail,
    done: Any | Callable[[Any], str] = "",
    to: Callable[[Any], str] | None = None,
    perform: Callable[[VerbForm, User, datetime.datetime], Any] | None = None,
    template: str = "form_page.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """A page with one form about `target` that performs one verb.

    GET shows it; POST performs (`perform(form, user, now)`, by default the form's own) and goes `to(result)` or
    `back` with the message `done`, or `done(result)`; what cannot be taken is shown again with 422. Refused and NotNow
    pass through."""
    now = timezone.now()
    user = user_of(request)
    data, files = bound_data(request)
    form = form_class(data, files, target=target, user=user, now=now)
    if request.method == "POST":
        try:
            # one transaction, so that what the page showed cannot change between the check and the verb
            with transaction.atomic():
                form.lock_watched()
                if form.is_valid():
                    result = perform(form, user, now) if perform else form.perform(acting_user=user, now=now)
        except ValidationError as problem:
            form.take_errors(problem)
        if form.is_valid():
            if done:
                messages.success(request, done(result) if callable(done) else done)
            draft_is_done(request)
            return HttpResponseRedirect(to(result) if to else back)
    shown = {
        "form": form,
        "heading": heading,
        "button": button,
        "back": back,
        "trail": trail,
        **(context or {}),
    }
    return render(request, template, shown, status=422 if request.method == "POST" else 200)
