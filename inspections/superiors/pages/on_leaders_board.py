"""What the leader's board says of cell meetings: cells that did not meet, or on no topic, or poorly (scenario J)."""

from typing import Any

from django.http import HttpRequest

from inspections.calendars.rules import add_months
from inspections.pages import today_of, user_of
from inspections.reports.queries.board import Asked as BoardAsked
from inspections.superiors.access import VISIT
from inspections.superiors.forms import FIGURES_OF_CELLS, FIGURES_OF_MEETINGS, month_key
from inspections.superiors.pages.board import list_of
from inspections.superiors.queries import flags as queries
from inspections.superiors.queries.flags import NO_THEMATIC_YET, Asked
from inspections.superiors.rules import Flag
from permissions import policy

LAST, RUNNING = 0, 1  # the last month that is over, and the one that runs
# figure -> the month of which it is told
TOLD = {Flag.NO_REGULAR.value: LAST, NO_THEMATIC_YET: RUNNING, Flag.POOR.value: LAST}
WORDS = FIGURES_OF_CELLS | FIGURES_OF_MEETINGS
SHOWN = 10  # organisations: those that missed something, before those that still may do it


def beside_board(request: HttpRequest, asked: BoardAsked) -> dict[str, Any]:
    """Each figure with its month, number and list, and the organisations that stand next below with theirs. Nothing for
    whoever reads meetings of his own cell only, or asks for what one organisation itself owes. Four queries."""
    user, today = user_of(request), today_of(request)
    if asked.own_only or not policy.holds(user, VISIT):
        return {}
    at, settings = Asked(today, asked.organisation), queries.settings_now()
    running = today.replace(day=1)
    months = [add_months(running, -1), running]
    places = queries.places_of(queries.tally(user, at, list(TOLD), months, settings))
    told = [figure for figure in TOLD if queries.is_told(figure, months[TOLD[figure]], settings, today)]
    numbers = {place.pk: [place.counts.figures[figure][TOLD[figure]] or 0 for figure in told] for place in places}
    heads = [
        {
            "code": figure,
            "label": WORDS[figure],
            "month": months[TOLD[figure]],
            "key": month_key(months[TOLD[figure]]),
            "list": list_of(figure),
            "number": sum(row[n] for row in numbers.values()),
        }
        for n, figure in enumerate(told)
    ]
    missed = [n for n, figure in enumerate(told) if figure != NO_THEMATIC_YET]

    def weight(place: queries.Place) -> tuple[int, int, int]:
        row = numbers[place.pk]
        return -sum(row[n] for n in missed), -sum(row), place.pk

    flagged = sorted((place for place in places if any(numbers[place.pk])), key=weight)
    return {
        "meeting_figures": heads,
        "meeting_lines": [(place, list(zip(heads, numbers[place.pk], strict=True))) for place in flagged[:SHOWN]],
        "meeting_lines_left": max(len(flagged) - SHOWN, 0),
        "meetings_at": asked.organisation.pk if asked.organisation is not None else "",
    }
