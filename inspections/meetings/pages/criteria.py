"""The pages of criteria sets: which there are, one of them, and the forms that let another follow or end one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.meetings.access import KEEP, may_keep_set, visible_sets
from inspections.meetings.forms.criteria import EndSetForm, NewSetForm, WithdrawSetForm
from inspections.meetings.models import CriteriaSet
from inspections.meetings.queries import history_of
from inspections.pages import Trail, form_page, today_of, user_of
from permissions import policy
from permissions.verdicts import Denied, Refused

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _trail(one: CriteriaSet | None = None) -> Trail:
    trail: Trail = [(_("Criteria sets"), reverse("meetings:criteria"))]
    if one is not None:
        trail.append((str(one), reverse("meetings:criteria_set", args=[one.pk])))
    return trail


def _set(request: HttpRequest, pk: int) -> CriteriaSet:
    found: CriteriaSet = get_object_or_404(visible_sets(user_of(request)).with_lines(), pk=pk)
    return found


def _must_keep(request: HttpRequest, one: CriteriaSet) -> None:
    verdict = may_keep_set(user_of(request), one.organisation, timezone.now())
    if isinstance(verdict, Denied):
        # no secret: the set counts for something that the user sees
        raise Refused(Denied(verdict.reason, who_can_help=verdict.who_can_help))


@require_safe
def criteria(request: HttpRequest) -> HttpResponse:
    """The sets of the country and of the trees in which the user sees anything, the newest first."""
    sets = visible_sets(user_of(request)).select_related("organisation")
    context = {"sets": sets, "today": today_of(request), "trail": _trail()[:1]}
    return render(request, "meetings/criteria.html", context)


@require_safe
def criteria_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One set: what it gives points for, what is asked of a meeting, ratings, sources."""
    found, user = _set(request, pk), user_of(request)
    keeps = bool(may_keep_set(user, found.organisation, timezone.now()))
    reads = keeps or policy.holds(user, "read_audit")
    context = {
        "set": found,
        "lines": [(criterion, list(criterion.lines.all())) for criterion in found.criteria.all()],
        "keeps": keeps,
        "makes": policy.holds(user, KEEP),
        "today": today_of(request),
        "history": list(history_of(found)[:30]) if reads else [],
        "reads": reads,
        "trail": [*_trail(), (str(found), "")],
    }
    return render(request, "meetings/criteria_set.html", context)


@form_methods
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """A new set made from this one, for its tree or another that the user keeps."""
    found = _set(request, pk)
    if not policy.holds(user_of(request), KEEP):
        _must_keep(request, found)
    return form_page(
        request,
        NewSetForm,
        target=found,
        heading=_("New criteria set, made from: %(set)s") % {"set": found},
        button=_("Let it count"),
        back=reverse("meetings:criteria_set", args=[pk]),
        trail=[*_trail(found), (_("New set"), "")],
        done=_("The criteria set is kept. Meetings that were scored before keep theirs."),
        to=lambda made: reverse("meetings:criteria_set", args=[made.pk]),
        template="meetings/criteria_form.html",
    )


def _form(request: HttpRequest, pk: int, form: Any, *, heading: str, button: str, done: str, to: str) -> HttpResponse:
    found = _set(request, pk)
    _must_keep(request, found)
    return form_page(
        request,
        form,
        target=found,
        heading=heading % {"set": found},
        button=button,
        back=reverse("meetings:criteria_set", args=[pk]),
        trail=[*_trail(found), (button, "")],
        done=done,
        to=lambda result: to,
    )


@form_methods
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends the set of a tree."""
    return _form(
        request,
        pk,
        EndSetForm,
        heading=_("End: %(set)s"),
        button=_("End it"),
        done=_("The last day is kept. After it the set of the next tree above counts."),
        to=reverse("meetings:criteria_set", args=[pk]),
    )


@form_methods
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes out a set that no meeting was scored by."""
    return _form(
        request,
        pk,
        WithdrawSetForm,
        heading=_("Take out: %(set)s"),
        button=_("Take it out"),
        done=_("The set is taken out. The one before it counts on."),
        to=reverse("meetings:criteria"),
    )
