"""The pages of standing checks: all with their figures, and one with its rows."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from inspections.checks import queries
from inspections.lists import Column, FilterForm, ListPage
from inspections.organisations.models import Organisation
from inspections.organisations.text import whole_number
from inspections.pages import today_of, user_of
from permissions import policy
from permissions.verdicts import Denied, Refused
from permissions.viewer import Viewer


def _leads(request: HttpRequest) -> Viewer:
    """The reader, when he leads something. Raises Refused."""
    user = user_of(request)
    if not policy.holds(user, "see_board"):
        raise Refused(Denied(_("The checks are for those who lead an organisation or its inspection committee.")))
    return policy.viewer_for(user)


@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """All checks that are made, those that find something first, each with its first rows."""
    standing = queries.standing_checks(_leads(request), None, today_of(request))
    finding = [one for one in standing if one.figure]
    total = sum(one.figure for one in finding)
    if total:
        sentence = ngettext(
            "%(n)d thing is half done or does not hold together.",
            "%(n)d things are half done or do not hold together.",
            total,
        ) % {"n": total}
    else:
        sentence = _("Everything holds together.")
    context = {"sentence": sentence, "finding": finding, "quiet": [one for one in standing if not one.figure]}
    return render(request, "checks/list.html", context)


class CheckFilter(FilterForm):
    """By organisation. having: the ids of those that have rows; narrowed: organisation -> the rows of it and below."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation and what it oversees"), queryset=Organisation.objects.none(), required=False
    )

    def __init__(self, *args: Any, having: Any, narrowed: Callable[[Organisation], Any], **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["q"]
        self.narrowed = narrowed
        viewer = policy.viewer_for(user_of(self.request))
        led = policy.visible(viewer.user, Organisation.objects.all()).filter(viewer.below("see_board", "path"))
        # the one that is chosen may have no row left, or be above those that have some
        chosen = whole_number(self.request.GET.get("organisation", ""))
        self.fields["organisation"].queryset = led.filter(Q(pk__in=having) | Q(pk=chosen or 0))  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        organisation = self.given.get("organisation")
        return self.narrowed(organisation) if organisation else rows


@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """All rows of one check, by organisation."""
    viewer, today = _leads(request), today_of(request)
    made = queries.checks_made().get(code)
    if made is None:
        raise Http404
    check, days = made
    rows = queries.rows_of(check, days, viewer, today)

    page = ListPage(
        template="checks/one.html",
        filters=partial(
            CheckFilter,
            having=rows.order_by().values(check.organisation),
            narrowed=lambda organisation: queries.rows_of(check, days, viewer, today, organisation),
        ),
        sorts={"": check.order},
        columns=[
            Column(gettext_lazy("What"), lambda row: check.told(row, today).what),
            Column(gettext_lazy("Organisation"), lambda row: check.told(row, today).organisation),
            Column(gettext_lazy("More"), lambda row: check.told(row, today).detail),
        ],
        file_name=code.replace("_", "-"),
        tell=lambda row: queries.found(check, row, today),
    )
    return page.respond(
        request, rows, check=check, trail=[(_("Standing checks"), reverse("checks:list")), (check.name, "")]
    )
