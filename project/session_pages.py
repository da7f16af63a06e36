"""Log-in, preferences, help, health."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.organisations.services import record_own_password
from project import guide
from project.context_processors import TEXT_SIZES
from project.middleware import KEPT

YEAR = 365 * 24 * 3600


form_methods = method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")


@form_methods
class LogIn(LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {**super().get_context_data(**kwargs), "kept_form": KEPT in self.request.session}


class OwnPasswordForm(PasswordChangeForm):  # type: ignore[type-arg]
    """A password that only its person knows."""

    def save(self, commit: bool = True) -> Any:
        self.user.password_is_first = False
        with transaction.atomic():
            saved = super().save(commit)
            record_own_password(acting_user=self.user, now=timezone.now())
        return saved


@form_methods
class ChangePassword(PasswordChangeView):
    form_class = OwnPasswordForm


@require_POST
@login_not_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Keeps language, text size and colours in cookies and goes back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    values = {
        settings.LANGUAGE_COOKIE_NAME: (
            request.POST.get("language"),
            [code for code, _name in settings.LANGUAGES],
        ),
        "size": (request.POST.get("size"), TEXT_SIZES),
        "theme": (request.POST.get("theme"), ("", "light", "dark")),
    }
    for name, (value, allowed) in values.items():
        if value is not None and value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Help in a few words, or with `?page=` a page of the user guide."""
    found = guide.pages(get_language() or settings.LANGUAGE_CODE)
    name = request.GET.get("page")
    if name is None:
        return render(request, "help.html", {"pages": found.values()})
    if name not in found:
        raise Http404
    return render(request, "guide.html", {"page": found[name], "pages": found.values()})


@require_safe
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Says only whether pages and database answer."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok", content_type="text/plain")
