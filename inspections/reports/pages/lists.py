"""The lists that the figures of the board open: exactly the rows they count, and on to the thing itself."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inspections.calendars.rules import days_late
from inspections.cases.queries import cases_for, stage_told
from inspections.deadlines.models import Deadline, DeadlineSpan
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


def _clock(row: Any) -> Deadline:
    return row if isinstance(row, Deadline) else row.deadline  # type: ignore[no-any-return]


def _columns(asked: Asked) -> list[Column]:
    return [
        Column(_("What is owed"), lambda row: _clock(row).title),
        Column(_("Who owes"), lambda row: row.organisation.name),
        Column(_("State"), lambda row: state_of(row, asked)),
        Column(_("Held by"), lambda row: row.holder.name),
        Column(_("Last day in time"), lambda row: row.due_on),
        # of a past day only the day is known, not what was told of it then
        *([Column(_("Why this day"), lambda row: why_told(_clock(row)))] if asked.as_of is None else []),
        Column(_("Days late"), lambda row: late_of(row, asked)),
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


def late_of(row: Any, asked: Asked) -> int:
    """Days late on the day of the board; none while others hold the matter.

    A stretch that a month's figure counts is of a clock that began or was met then: its clock says how it ended."""
    if isinstance(row, DeadlineSpan) and asked.as_of is None:
        clock = row.deadline
        if clock.met_on is not None:
            return days_late(row.due_on, clock.met_on)
        row = clock
    return days_late(row.due_on, asked.on) if row.state == Deadline.State.RUNNING else 0


def state_of(row: Any, asked: Asked) -> str:
    """The state of a row as it is told, in words."""
    told = row.deadline if isinstance(row, DeadlineSpan) and asked.as_of is None else row
    return str(told.get_state_display())


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
    rows = rows.select_related("organisation", "holder", *(["deadline"] if rows.model is DeadlineSpan else []))
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
                "late": late_of(row, asked),
                "stands": row if asked.as_of is not None else _clock(row),
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
    """Back to the board with the filters that are set."""
    kept = request.GET.copy()
    for name in ("figure", "holder", "month", "morning", "own", "sort", "size", "page", "export"):
        kept.pop(name, None)
    return [(_("Leader's page"), f"{reverse('reports:leader')}?{kept.urlencode()}"), (_("List"), "")]
