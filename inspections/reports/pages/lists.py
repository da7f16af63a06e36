"""The lists that the figures of the board open: exactly the rows they count, and on to the thing itself."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inspections.calendars.rules import days_late
from inspections.cases.queries import cases_for, stage_told
from inspections.deadlines.models import LIVE, Deadline, DeadlineSpan
from inspections.deadlines.queries import why_told
from inspections.lists import Column, ListPage, is_export
from inspections.pages import user_of
from inspections.reports.forms import OF_MONTHS, CaseFigureFilter, ClockFilter, KindFilter, PlaceFilter
from inspections.reports.pages.board import for_leaders
from inspections.reports.queries import beside
from inspections.reports.queries.board import Asked, listed
from inspections.reports.queries.items import items_of
from inspections.reports.queries.pictures import of_month
from inspections.reports.services.actions import board_actions
from permissions import policy

# the pages whose figures open a list, and what they are called on the way back
LEADS_HERE = {
    "reports:leader": _("Leader's page"),
    "reports:year": _("The year in pictures"),
    "reports:weekly": _("Weekly report"),
}


def _clock(row: Any) -> Deadline:
    return row if isinstance(row, Deadline) else row.deadline  # type: ignore[no-any-return]


def _columns(asked: Asked) -> list[Column]:
    return [
        Column(_("What is owed"), lambda row: _clock(row).title),
        Column(_("Who owes"), lambda row: row.organisation.name),
        Column(_("State"), lambda row: stand_of(row, asked).words),
        Column(_("Held by"), lambda row: stand_of(row, asked).holder),
        Column(_("Last day in time"), lambda row: row.due_on),
        # of a past day only the day is known, not what was told of it then
        *([Column(_("Why this day"), lambda row: why_told(_clock(row)))] if asked.as_of is None else []),
        Column(_("Days late"), lambda row: stand_of(row, asked).late_on(asked.on)),
        Column(_("Times returned"), lambda row: row.times_returned),
        Column(_("Times extended"), lambda row: row.times_extended),
    ]


CASES = ListPage(
    template="reports/cases.html",
    filters=CaseFigureFilter,
    sorts={"step": ("stepped_at",), "organisation": ("org_path",), "ends": ("ends_on",)},
    columns=[
        Column(_("Number"), lambda case: case.number),
        Column(_("Kind"), lambda case: case.kind.name),
        Column(_("Content"), lambda case: case.content),
        Column(_("Ordered by"), lambda case: case.organisation.name),
        Column(_("Stage"), lambda case: stage_told(case).label),
        Column(_("Last step"), lambda case: localdate(case.stepped_at)),
        Column(_("Carried out to"), lambda case: case.ends_on),
    ],
    file_name="board-cases",
)
ORGANISATIONS = ListPage(
    template="reports/organisations.html",
    filters=PlaceFilter,
    sorts={"organisation": ("path",)},
    columns=[
        Column(_("Organisation"), lambda organisation: organisation.name),
        Column(_("Type"), lambda organisation: organisation.type.name),
        Column(_("Belongs to"), lambda organisation: organisation.parent),
    ],
    file_name="board-organisations",
)
LINES = ListPage(
    template="reports/lines.html",
    filters=KindFilter,
    sorts={"when": ("year", F("last_month").asc(nulls_last=True)), "organisation": ("programme__organisation__path",)},
    columns=[
        Column(_("Programme"), lambda line: line.programme),
        Column(_("Content"), lambda line: line.content),
        Column(_("Kind"), lambda line: line.kind.name),
        Column(_("Year"), lambda line: line.year),
        Column(_("to month"), lambda line: line.last_month),
    ],
    file_name="board-lines",
)


@dataclass(frozen=True)
class Stand:
    """How a row stood on the day of the board. met_on: the day on which it was done, None while it was not."""

    state: str
    holder: str
    due_on: datetime.date
    met_on: datetime.date | None = None

    @property
    def words(self) -> str:
        return str(Deadline.State(self.state).label)

    @property
    def is_over(self) -> bool:
        return self.state not in LIVE

    def late_on(self, day: datetime.date) -> int:
        """Days late on the day; none while others hold the matter."""
        if self.met_on is not None:
            return days_late(self.due_on, self.met_on)
        return days_late(self.due_on, day) if self.state == Deadline.State.RUNNING else 0


def stand_of(row: Any, asked: Asked) -> Stand:
    """How a row stood on the day of the board.

    A stretch that a month's figure counts is of a clock that began or was met then: its clock says how it ended, or
    (state_then) how it stood on a past day."""
    if asked.as_of is not None:
        if not hasattr(row, "state_then"):
            return Stand(row.state, row.holder.name, row.due_on)
        if row.state_then is not None:
            return Stand(row.state_then, row.holder_then, row.due_then)
    clock = _clock(row)
    return Stand(clock.state, clock.holder.name, clock.due_on, clock.met_on)


@require_safe
@for_leaders
def clocks(request: HttpRequest) -> HttpResponse:
    """The clocks that a figure counts, today or as of a past day."""
    user = user_of(request)
    filters = ClockFilter(request.GET, request=request)
    asked, given = filters.asked(), filters.given
    if given.get("figure") in OF_MONTHS:
        rows = of_month(user, asked, given["month"], given["figure"])
    else:
        rows = listed(user, asked)
    rows = rows.select_related("organisation", "holder", *(["deadline__holder"] if rows.model is DeadlineSpan else []))
    if is_export(request):
        rows = rows.prefetch_related("changes" if rows.model is Deadline else "deadline__changes")
    page = ListPage(
        template="reports/clocks.html",
        filters=ClockFilter,
        sorts={
            "due": ("due_on",),
            "organisation": ("org_path",),
            "returned": ("-times_returned",),
            "extended": ("-times_extended",),
        },
        columns=_columns(asked),
        file_name="board",
    )

    def shown(found: list[Any]) -> dict[str, Any]:
        items = items_of(user, map(_clock, found))
        told = [
            {
                "row": row,
                "clock": _clock(row),
                "opens": items[_clock(row).pk].address,
                "number": items[_clock(row).pk].number,
                "late": stand_of(row, asked).late_on(asked.on),
                "stands": stand_of(row, asked),
            }
            for row in found
        ]
        return {"rows": told}

    offered = [one for one in board_actions if rows.model is Deadline and policy.holds(user, one.verb)]
    return page.respond(request, rows, shown, asked=asked, actions=offered, trail=_trail(request))


@require_safe
@for_leaders
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that a figure counts."""
    asked = KindFilter(request.GET, request=request).asked()
    rows = cases_for(user_of(request)).filter(beside.carried_out_below(user_of(request), asked))
    return CASES.respond(request, rows, trail=_trail(request))


@require_safe
@for_leaders
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations that no case of this year is about."""
    asked = PlaceFilter(request.GET, request=request).asked()
    rows = beside.without_case(user_of(request), asked).select_related("type", "parent")
    return ORGANISATIONS.respond(request, rows, year=asked.today.year, trail=_trail(request))


@require_safe
@for_leaders
def lines(request: HttpRequest) -> HttpResponse:
    """The lines of programmes that are late."""
    asked = KindFilter(request.GET, request=request).asked()
    rows = beside.late_lines(user_of(request), asked).select_related("programme__organisation", "kind")
    return LINES.respond(request, rows, trail=_trail(request))


def _trail(request: HttpRequest) -> list[tuple[Any, str]]:
    return [way_back(request) or (LEADS_HERE["reports:leader"], reverse("reports:leader")), (_("List"), "")]


def way_back(request: HttpRequest) -> tuple[Any, str] | None:
    """Back to the page whose figure was opened, with the filters it had; the list's own are not its. None where the
    request brought no such page along."""
    back = request.GET.get("back", "")
    words = LEADS_HERE.get(page_at(back), "")
    return (words, back) if words else None


def page_at(address: str) -> str:
    """The name of the page at an address that a request brought along; empty when it is none of ours."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return ""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
