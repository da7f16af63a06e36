"""The page on which organisations are chosen before a form: there may be thousands, so they are looked for by words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inspections.organisations.models import Organisation
from inspections.pages import Trail

# so many organisations stand in a list to choose from; more are found by their words
CHOICES_SHOWN = 25


def searches(request: HttpRequest) -> bool:
    """Whether the reader looks for words, rather than having chosen."""
    return "find" in request.GET


def choose(
    request: HttpRequest,
    targets: Any,
    *,
    chosen: list[Organisation],
    heading: Any,
    trail: Trail,
    back: str,
    shown: dict[str, Any],
) -> HttpResponse:
    """The page: what is chosen, then the first of the `targets` that have the words searched for.

    shown: name (under which the choice comes back in the address), choice (its label), help, button, nowhere (heading
    and text where there is nothing to choose); several: whether many may be chosen; may_be_none, none_words,
    none_chosen: whether, in what words, and that nothing of the list is chosen."""
    words = request.GET.get("q", "").strip()
    found = targets.exclude(pk__in=[one.pk for one in chosen])
    found = found.matching(words) if words else found
    count = found.count()
    context = {
        "heading": heading,
        "words": words,
        "chosen": chosen,
        "found": found[:CHOICES_SHOWN],
        "count": count,
        "more": max(0, count - CHOICES_SHOWN),
        "is_empty": not (count or words or chosen),
        "trail": trail,
        "back": back,
        **shown,
    }
    return render(request, "organisations/choose.html", context)
