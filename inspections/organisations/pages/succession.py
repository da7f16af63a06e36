"""The pages on which an organisation is reorganised: which way, with whom, then what that changes."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.organisations.forms.succession import (
    ON_ONE_PAGE,
    MoveForm,
    RenameForm,
    SuccessionForm,
    move_targets,
    succession_targets,
)
from inspections.organisations.models import Organisation, Succession
from inspections.organisations.pages.choosing import choose, searches
from inspections.organisations.pages.tree import form_in_tree, form_methods, organisation_of, told_counts, trail_of
from inspections.organisations.queries import what_passed
from inspections.organisations.services import check_not_ended, words_of
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
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages on which an organisation is moved: first under which other, then what that changes."""
    organisation = _kept(request, pk)
    targets = move_targets(user_of(request), organisation, timezone.now())
    given = (request.POST or request.GET).get("parent", "")
    to = targets.filter(pk=whole_number(given)).first()
    heading = _("Move %(organisation)s") % {"organisation": organisation}
    if request.method != "POST" and (to is None or searches(request)):
        shown = {
            "name": "parent",
            "choice": _("Under which organisation"),
            "help": _("The next page shows what changes; nothing is moved yet."),
            "button": _("Show what changes"),
            "nowhere": (
                _("Nowhere to move it"),
                _("There is no other organisation of a higher level that you keep."),
            ),
        }
        return _choose(request, organisation, targets, [to] if to is not None else [], heading, shown)
    return form_page(
        request,
        partial(MoveForm, to=to, page=request.GET.get("page", "")),
        target=organisation,
        heading=heading,
        button=_("Move it"),
        back=organisation.get_absolute_url(),
        trail=trail_of(organisation),
        done=_("The organisation has moved; rights follow from now on."),
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
    too_few = not nobody and len(to) < (2 if kind == Kind.SPLIT else 1)
    if request.method != "POST" and (too_few or searches(request)):
        shown = {
            "name": "successors",
            "several": kind == Kind.SPLIT,
            "choice": choice,
            "help": _("The next page shows what passes; nothing is changed yet."),
            "button": _("Show what passes"),
            "may_be_none": kind == Kind.DISSOLVE,
            "none_chosen": nobody,
            "none_words": _("nobody: nothing of it is open"),
            "nowhere": (
                _("Nobody to take its place"),
                _("There is no other organisation of its kind that you keep. Add the new one first."),
            ),
        }
        return _choose(request, organisation, targets, to, heading, shown)
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


def _choose(
    request: HttpRequest,
    organisation: Organisation,
    targets: Any,
    chosen: list[Organisation],
    heading: Any,
    shown: dict[str, Any],
) -> HttpResponse:
    back, trail = reverse("organisations:reorganise", args=[organisation.pk]), trail_of(organisation)
    return choose(request, targets, chosen=chosen, heading=heading, trail=trail, back=back, shown=shown)


@require_safe
def passed(request: HttpRequest, pk: int) -> HttpResponse:
    """What passed when an organisation ended: what to whom, the offices that ended, the ties that were copied.

    For those who keep it: the page that came before the end showed it to them."""
    organisation = organisation_of(request, pk)
    must(request, "keep_organisations", organisation)
    succession = get_object_or_404(organisation.successions.filter(kind__in=Succession.ENDING))
    page = Paginator(what_passed(succession), ON_ONE_PAGE).get_page(request.GET.get("page", ""))
    rows = [
        (words_of(one.kind) or one.item_type.name, one.told or one.item_id, one.part.successor)
        for one in page.object_list
    ]
    shown = {
        "organisation": organisation,
        "succession": succession,
        "counts": told_counts(succession),
        "offices": succession.ended_offices.select_related("person", "organisation"),
        "page": page,
        "rows": rows,
        "trail": [*trail_of(organisation), (_("What passed"), "")],
    }
    return render(request, "organisations/passed.html", shown)
