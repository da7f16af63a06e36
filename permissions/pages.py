"""The page of roles: who may do what, made from the catalogue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from permissions.catalogue import CASE_VERBS, ORGANISATION_VERBS, PARTS, ROLES, VERBS


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Roles × verbs, and parts in a case × verbs."""
    by_office = [
        (VERBS[code].label, [code in role.verbs for role in ROLES.values()])
        for code in VERBS
        if code in ORGANISATION_VERBS
    ]
    by_part = [
        (VERBS[code].label, [code in part.verbs for part in PARTS.values()]) for code in VERBS if code in CASE_VERBS
    ]
    context = {"roles": ROLES.values(), "parts": PARTS.values(), "by_office": by_office, "by_part": by_part}
    return render(request, "permissions/roles.html", context)
