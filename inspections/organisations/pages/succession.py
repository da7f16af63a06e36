"""The pages on which an organisation is reorganised: which way, with whom, then what that changes."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.organisations.forms.succession import RenameForm, SuccessionForm, succession_targets
from inspections.organisations.models import Organisation, Succession
from inspections.organisations.pages.tree import form_in_tree, form_methods, organisation_of, trail_of
from inspections.organisations.services import check_not_ended
from inspections.organisations.text import whole_number
from inspections.pages import form_page, must, today_of, user_of

Kind = Succession.Kind
# kind -> heading, button, what is done, label of the choice
WORDS: dict[str, tuple[Any, Any, Any, Any]] = {
    Kind.MERGE: (
        gettext_lazy("Merge %(organisation)s into another"),
        gettext_lazy("Merge it"),
        gettext_lazy("It is merged; what was open of it is now its successor's."),
        gettext_lazy("Into which organisation"),
    ),
    Kind.SPLIT: (
        gettext_lazy("Split %(organisation)s"),
        gettext_lazy("Split it"),
        gettext_lazy("It is split; what was open of it is now its successors'."),
        gettext_lazy("Into which organisations (two at least)"),
    ),
    Kind.DISSOLVE: (
        gettext_lazy("Dissolve %(organisation)s"),
        gettext_lazy("Dissolve it"),
        gettext_lazy("It is dissolved; what was open of it is now its successor's."),
        gettext_lazy("Who takes what is open"),
    ),
}


def _kept(request: HttpRequest, pk: int) -> Organisation:
    """The organisation, for those who keep it and while it goes on. Raises Http404, Refused, NotNow."""
    organisation = organisation_of(request, pk)
    must(request, "keep_organisations", organisation)
    check_not_ended(organisation, today_of(request))
    return organisation


@require_safe
def reorganise(request: HttpRequest, pk: int) -> HttpResponse:
    """The ways in which an organisation can be reorganised."""
    organisation = _kept(request, pk)
    ways = [
        (
            _("Rename"),
            _("It bears another name from a day on, and is found by both."),
            reverse("organisations:rename", args=[pk]),
        ),
        (
            _("Merge into another"),
            _("It ends; what is open of it passes to the organisation it merges into."),
            reverse("organisations:merge", args=[pk]),
        ),
        (
            _("Split into several"),
            _("It ends; you choose what passes to which successor."),
            reverse("organisations:split", args=[pk]),
        ),
        (
            _("Dissolve"),
            _("It ends; a successor takes what is open, if anything is."),
            reverse("organisations:dissolve", args=[pk]),
        ),
    ]
    if not organisation.type.is_body:
        text = _("It goes on under another organisation, with all below it.")
        ways.insert(0, (_("Move"), text, reverse("organisations:move", args=[pk])))
    shown = {"organisation": organisation, "ways": ways, "trail": trail_of(organisation)}
    return render(request, "organisations/reorganise.html", shown)


@form_methods
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an organisation is given another name."""
    organisation = _kept(request, pk)
    return form_in_tree(
        request,
        RenameForm,
        organisation,
        heading=_("Rename %(organisation)s") % {"organisation": organisation},
        button=_("Rename it"),
        done=_("It bears the new name, and is found by both."),
    )


@form_methods
def succeed(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The pages on which an organisation merges, splits or is dissolved: who takes its place, then what changes.

    kind: of `Succession`."""
    organisation = _kept(request, pk)
    heading, button, done, choice = WORDS[kind]
    heading = heading % {"organisation": organisation}
    targets = succession_targets(user_of(request), organisation, kind, timezone.now())
    given = (request.POST or request.GET).getlist("successors")
    to = list(targets.filter(pk__in=[key for key in map(whole_number, given) if key is not None]))
    nobody = kind == Kind.DISSOLVE and given == ["none"]
    if request.method != "POST" and not nobody and len(to) < (2 if kind == Kind.SPLIT else 1):
        shown = {
            "organisation": organisation,
            "kind": kind,
            "several": kind == Kind.SPLIT,
            "heading": heading,
            "choice": choice,
            "targets": targets,
            "chosen": {one.pk for one in to},
            "trail": trail_of(organisation),
            "back": reverse("organisations:reorganise", args=[pk]),
        }
        return render(request, "organisations/successors.html", shown)
    return form_page(
        request,
        partial(SuccessionForm, kind=kind, to=to, page=request.GET.get("page", "")),
        target=organisation,
        heading=heading,
        button=button,
        back=organisation.get_absolute_url(),
        trail=trail_of(organisation),
        done=done,
        context={"sure": _("This cannot be taken back: what is open passes to the successor. Go on?")},
    )
