"""What the pages of schemes share: the row the reader may see, and the way to it."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.pages import Trail, user_of
from inspections.schemes.models import Scheme
from permissions import policy

form_methods = require_http_methods(["GET", "HEAD", "POST"])
OF_SCHEME = ("organisation__type", "organisation__parent")


def seen(request: HttpRequest, rows: Any, pk: int, scheme: str = "") -> Any:
    """The row of the page, with its scheme; 404 for whoever does not see it. scheme: the lookup that leads to it."""
    start = f"{scheme}__" if scheme else ""
    rows = rows.select_related(*(f"{start}{one}" for one in OF_SCHEME))
    return get_object_or_404(policy.visible(user_of(request), rows), pk=pk)


def trail_to(scheme: Scheme, *more: tuple[Any, str]) -> Trail:
    """The way from the list of schemes to a page of one."""
    return [(_("Schemes"), reverse("schemes:list")), (scheme, scheme.get_absolute_url()), *more]
