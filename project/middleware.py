"""The language that was chosen; first passwords change; pages never kept by browsers; expired forms kept."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

KEPT = "kept_form"
LAST_USER = "last_user"
# sent by forms of which nothing may be kept (inspections.forms.VerbForm.keeps_draft)
UNKEPT = "unkept"
SECRET_FIELDS = ("password", "csrfmiddlewaretoken")


class ChosenLanguageMiddleware:
    """Vietnamese until another language is chosen in the settings of the page.

    The browser's own wish is not asked: computers in the offices commonly run an English system."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class FirstPasswordMiddleware:
    """Whoever logs in with a first password, which somebody else knows, chooses another before anything else."""

    FREE = ("password_change", "password_change_done", "logout", "preferences", "health")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.password_is_first:
            if request.path not in [reverse(name) for name in self.FREE]:
                messages.info(request, _("Choose a password that only you know; then everything else is open."))
                return HttpResponseRedirect(reverse("password_change"))
        return self.get_response(request)


class KeptFormMiddleware:
    """A form posted after the log-in expired is kept, and offered again on its page after the next log-in.

    Only to the same user, told by a signed cookie. Files and passwords are not kept, nor forms that say so.
    `request.kept_form` is the kept QueryDict or None, `request.kept_had_files` whether files were sent with it; taking
    it is up to the page (inspections.pages). `request.kept_nothing`: a form that says so was sent, and is lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.signer = Signer(salt="kept-form")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.kept_form = self._kept_for(request)  # type: ignore[attr-defined]
        request.kept_nothing = self._is_unkept(request)  # type: ignore[attr-defined]
        was_logged_in = request.user.is_authenticated
        response = self.get_response(request)
        log_in = resolve_url(settings.LOGIN_URL)
        sent_to_login = response.status_code == 302 and response.headers["Location"].startswith(log_in)
        if request.method == "POST" and not was_logged_in and sent_to_login:
            page = self._page_of(request)
            self._keep(request, page)
            response = redirect_to_login(page)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
            if not was_logged_in or LAST_USER not in request.COOKIES:
                response.set_cookie(
                    LAST_USER,
                    self.signer.sign(str(request.user.pk)),
                    max_age=30 * 24 * 3600,
                    httponly=True,
                    samesite="Lax",
                    secure=settings.SESSION_COOKIE_SECURE,
                )
        return response

    def _page_of(self, request: HttpRequest) -> str:
        """Where the form stood: many are sent to another address, which shows nothing by itself."""
        page = urlsplit(request.headers.get("Referer", ""))
        is_own = page.netloc == request.get_host() and page.path != resolve_url(settings.LOGIN_URL)
        return urlunsplit(("", "", page.path, page.query, "")) if is_own else request.get_full_path()

    def _last_user(self, request: HttpRequest) -> str:
        try:
            return self.signer.unsign(request.COOKIES.get(LAST_USER, ""))
        except BadSignature:
            return ""

    def _keep(self, request: HttpRequest, page: str) -> None:
        typed = request.POST.copy()
        for name in list(typed):
            if any(secret in name for secret in SECRET_FIELDS):
                typed.pop(name)
        if UNKEPT in typed:
            request.session[UNKEPT] = urlsplit(page).path
            return
        owner = self._last_user(request)
        if owner:
            # however long: the server takes no larger form than DATA_UPLOAD_MAX_MEMORY_SIZE anyway
            request.session[KEPT] = {
                "path": urlsplit(page).path,
                "user": owner,
                "fields": typed.urlencode(),
                "had_files": bool(request.FILES),
            }

    def _is_unkept(self, request: HttpRequest) -> bool:
        is_it = request.user.is_authenticated and request.session.get(UNKEPT) == request.path
        if is_it:
            del request.session[UNKEPT]
        return is_it

    def _kept_for(self, request: HttpRequest) -> QueryDict | None:
        kept: dict[str, Any] | None = request.session.get(KEPT)
        if not kept or not request.user.is_authenticated or request.method != "GET" or kept["path"] != request.path:
            return None
        del request.session[KEPT]
        request.kept_had_files = kept["had_files"]  # type: ignore[attr-defined]
        return QueryDict(kept["fields"]) if kept["user"] == str(request.user.pk) else None
