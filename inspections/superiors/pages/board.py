"""The board of cells and their meetings: a sentence, flags with counts, the heat map, and the lists behind them."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inspections.lists import Column, ListPage, is_export, workbook
from inspections.meetings.queries import criteria_for, scheme_of
from inspections.meetings.rules import Rating, Scheme, rating_of
from inspections.organisations.models import Organisation
from inspections.pages import today_of, user_of
from inspections.reports.pages.lists import way_back
from inspections.reports.rules import months_until
from inspections.superiors.access import VISIT
from inspections.superiors.forms import (
    FIGURES_OF_CELLS,
    FIGURES_OF_MEETINGS,
    FLAGS,
    VALUES,
    BoardFilter,
    CellFilter,
    FigureFilter,
    MeetingFilter,
    month_key,
)
from inspections.superiors.queries import flags as queries
from inspections.superiors.queries.flags import CELLS, LACKING, MET, SCORED, Counts, Place
from inspections.superiors.rules import OF_CELLS, Flag, last_of, shade_of_share
from permissions import policy
from permissions.verdicts import Denied, Refused

SHOWN = 60  # rows of the map, those that need looking at first
SEES = ("see_meetings", VISIT)


def must_see(request: HttpRequest) -> None:
    """Refuses whoever sees the meetings of no cell by his office."""
    if not any(policy.holds(user_of(request), verb) for verb in SEES):
        raise Refused(Denied(_("This page is for those who lead, inspect or follow cells.")))


@dataclass(frozen=True)
class Square:
    """A square of the map. told: what stands in it, empty where nothing can be told; number: what its list has."""

    month: datetime.date
    told: str
    number: int | None
    shade: int


@dataclass(frozen=True)
class Row:
    place: Place
    squares: list[Square]
    weight: tuple[float, ...]


def list_of(figure: str) -> str:
    """The address of the list that a figure opens."""
    return reverse("superiors:cells" if figure in (CELLS, *LACKING) else "superiors:meetings")


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The meetings of the cells that the reader sees: flags of a month, and cells × months; each figure opens its
    list."""
    must_see(request)
    user, today = user_of(request), today_of(request)
    viewer = policy.viewer_for(user)
    filters = BoardFilter(request.GET, request=request)
    asked, month, value = filters.asked(), filters.month_asked, filters.value_asked
    settings = queries.settings_now()
    now = queries.places_of(queries.tally(user, asked, [MET, *queries.FLAGS], [month], settings))
    months = months_until(today)
    mapped = queries.places_of(queries.tally(user, asked, [value], months, settings))
    base = queries.base_of(viewer, asked)
    looked_at = asked.organisation or Organisation.objects.filter(path=base).first()
    criteria = criteria_for(looked_at, today) if value == SCORED and looked_at is not None else None
    scale = scheme_of(criteria) if criteria is not None else None
    rows = sorted((_row(place, value, months, scale, today) for place in mapped), key=lambda row: row.weight)
    if is_export(request) and filters.is_valid():
        return workbook("cells-by-month", _columns(months), rows)  # type: ignore[arg-type]
    total = queries.total_of([place.counts for place in now])
    told = [flag for flag in queries.FLAGS if flag in total]
    shown = rows if "all" in request.GET else rows[:SHOWN]
    context = {
        "filters": filters,
        "asked": asked,
        "month": month,
        "month_key": month_key(month),
        "value": value,
        "value_told": VALUES[value],
        "sentence": sentence_of(total, month),
        "figures": [(flag.value, FLAGS[flag], total[flag], list_of(flag)) for flag in told],
        "untold": [FLAGS[flag] for flag in queries.FLAGS if flag not in total],
        "total": total,
        "met": total.get(MET),
        "months": [(one, month_key(one)) for one in months],
        "rows": shown,
        "not_shown": len(rows) - len(shown),
        "lines": [(place, _cells_of_line(place.counts, told)) for place in _flagged(now, told, "all" in request.GET)],
        "map_list": list_of(value),
        "looked_at": looked_at,
        "above": queries.line_above(looked_at, viewer) if looked_at is not None else [],
        # cells are given to somebody where they stand right below
        "assigns": looked_at is not None
        and any(place.is_cell for place in now)
        and bool(policy.may(user, "say_who_follows", looked_at)),
    }
    return render(request, "superiors/board.html", context, status=200 if filters.is_valid() else 422)


def sentence_of(total: dict[str, int], month: datetime.date) -> str:
    """What the board says first."""
    told = {"month": f"{month:%m/%Y}", "met": total.get(MET, 0), "cells": total.get(CELLS, 0)}
    if not told["cells"]:
        return _("No cell is asked for a meeting in %(month)s.") % told
    if MET not in total:
        return _("%(month)s lies before the first month of which meetings are counted.") % told
    return _("In %(month)s %(met)s of %(cells)s cells held their regular meeting.") % told


def _flagged(places: list[Place], told: list[Flag], is_all: bool) -> list[Place]:
    """The places of which something is told, the most first."""
    weights = {place.pk: sum(place.counts.figures[flag][0] or 0 for flag in told) for place in places}
    found = sorted((place for place in places if weights[place.pk]), key=lambda place: -weights[place.pk])
    return found if is_all else found[:SHOWN]


def _cells_of_line(counts: Counts, told: list[Flag]) -> list[tuple[str, Any, int | None, str]]:
    return [(flag.value, FLAGS[flag], counts.figures[flag][0], list_of(flag)) for flag in told]


def _row(place: Place, value: str, months: list[datetime.date], scale: Scheme | None, today: datetime.date) -> Row:
    counts = place.counts
    squares = [_square(counts, value, n, month, scale, today) for n, month in enumerate(months)]
    if value == SCORED:
        means = [mean for n in range(len(months)) if (mean := counts.mean(n)) is not None]
        weight = float(sum(means) / len(means)) if means else 101.0
    elif value == MET:
        cells = sum(counts.cells)
        weight = sum(one or 0 for one in counts.figures[MET]) / cells if cells else 2.0
    else:
        weight = -float(sum(one or 0 for one in counts.figures[value]))
    return Row(place, squares, (weight, place.pk))


def _square(
    counts: Counts, value: str, n: int, month: datetime.date, scale: Scheme | None, today: datetime.date
) -> Square:
    number, cells = counts.figures[value][n], counts.cells[n]
    if number is None or (value != SCORED and value in (MET, *OF_CELLS) and not cells):
        return Square(month, "", None, 0)
    if value == MET:
        # whoever has not met yet in the month that runs may still do so
        shade = shade_of_share(number, cells) if today > last_of(month) else 0
        return Square(month, f"{number}/{cells}", number, shade)
    if value == SCORED:
        mean = counts.mean(n)
        if mean is None:
            return Square(month, "", None, 0)
        shade = list(reversed(Rating)).index(rating_of(scale, mean)) if scale is not None else 0
        return Square(month, f"{mean:.1f}".replace(".", ","), number, shade)
    return Square(month, str(number), number, min(3, number and 1 + 2 * number // max(cells, 1)))


def _columns(months: list[datetime.date]) -> list[Column]:
    def told(n: int) -> Any:
        return lambda row: row.squares[n].told

    return [
        Column(gettext_lazy("Organisation"), lambda row: row.place.name),
        *(Column(f"{month:%m/%Y}", told(n)) for n, month in enumerate(months)),
    ]


CELL_LIST = ListPage(
    template="superiors/cells.html",
    filters=CellFilter,
    sorts={"cell": ("path",)},
    columns=[
        Column(gettext_lazy("Cell"), lambda cell: cell.name),
        Column(gettext_lazy("Belongs to"), lambda cell: cell.parent),
        Column(gettext_lazy("Organisation code"), lambda cell: cell.code),
    ],
    file_name="cells",
)
MEETING_LIST = ListPage(
    template="superiors/meetings.html",
    filters=MeetingFilter,
    sorts={"cell": ("org_path", "planned_at"), "points": ("total", "org_path"), "planned": ("planned_at",)},
    columns=[
        Column(gettext_lazy("Cell"), lambda meeting: str(meeting.organisation)),
        Column(gettext_lazy("Kind"), lambda meeting: meeting.get_kind_display()),
        Column(gettext_lazy("Month"), lambda meeting: f"{meeting.month:%m/%Y}"),
        Column(gettext_lazy("State"), lambda meeting: meeting.get_state_display()),
        Column(gettext_lazy("Present"), lambda meeting: meeting.present),
        Column(gettext_lazy("Expected"), lambda meeting: meeting.expected),
        Column(gettext_lazy("Points"), lambda meeting: meeting.total),
        Column(gettext_lazy("Rating"), lambda meeting: meeting.get_rating_display()),
    ],
    file_name="meetings-of-cells",
)


def _list(
    request: HttpRequest, page: ListPage, filters: FigureFilter, rows: Any, words: dict[str, Any]
) -> HttpResponse:
    month, figure = filters.month_asked, filters.figure_asked
    return page.respond(
        request,
        rows,
        heading=f"{words[figure]} – {month:%m/%Y}",
        asked=filters.asked(),
        month=month,
        trail=[
            way_back(request) or (_("Cells and their meetings"), f"{reverse('superiors:board')}?{_back(request)}"),
            (words[figure], ""),
        ],
    )


def _back(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("figure", "page", "sort", "size", "export"):
        kept.pop(name, None)
    return kept.urlencode()


@require_safe
def cell_list(request: HttpRequest) -> HttpResponse:
    """The cells that a figure counts."""
    must_see(request)
    filters = CellFilter(request.GET, request=request)
    rows = queries.cells_of(
        user_of(request), filters.asked(), filters.figure_asked, filters.month_asked, queries.settings_now()
    )
    return _list(request, CELL_LIST, filters, rows.select_related("parent"), FIGURES_OF_CELLS)


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings that a figure counts."""
    must_see(request)
    filters = MeetingFilter(request.GET, request=request)
    rows = queries.meetings_of(
        user_of(request), filters.asked(), filters.figure_asked, filters.month_asked, queries.settings_now()
    )
    return _list(request, MEETING_LIST, filters, rows.select_related("organisation"), FIGURES_OF_MEETINGS)
