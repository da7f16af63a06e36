"""The measure of schemes that superiors declare: whether cells met as often as they have to, by the flags of the board.

One rule, one truth: of which months a meeting is asked of a cell, and from when on a month counts as missed, is said by
`rules.py` and the rows of `FlagRule`, for the board as for the schemes."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import month_slot
from inspections.meetings.models import HELD, Meeting
from inspections.organisations.models import Organisation
from inspections.schemes.domain import PERCENT, counting
from inspections.schemes.measures import COUNTS, Asked, Measure, Parameter, Values, declare
from inspections.superiors.models import FlagRule
from inspections.superiors.queries.flags import is_asked
from inspections.superiors.rules import Flag, Setting, Settings, is_counted, quarter_of

KIND, TIMES = "kind", "times"
LAST, EVERY = "last", "every"
KNOWN = "flags of meetings"
REGULAR, THEMATIC = Meeting.Kind.REGULAR, Meeting.Kind.THEMATIC


def _rows(asked: Asked, values: Values) -> "QuerySet[Any]":
    """The cells of which a meeting is asked in one of the months that count; those count that held one in each."""
    is_regular = values[KIND] == REGULAR
    flag = Flag.NO_REGULAR if is_regular else Flag.NO_THEMATIC
    # a flag that is not told still says from when on, and with how many days of grace, a month counts
    if KNOWN not in asked.known:
        asked.known[KNOWN] = {Flag(one.code): Setting(one.since, one.amount) for one in FlagRule.objects.all()}
    settings: Settings = asked.known[KNOWN]
    months = [month_slot(asked.year, number, number)[0] for number in range(1, 13)]
    over = [month for month in months if is_counted(flag, month, settings, asked.today)]
    cells = Organisation.objects.filter(type__is_cell=True)
    if not over:
        return cells.none().annotate(**{COUNTS: Value(False)})
    held = Meeting.objects.order_by().filter(organisation=OuterRef("pk"), kind=values[KIND], state__in=HELD)
    chosen = over if values[TIMES] == EVERY else over[-1:]
    met, owed = Q(), Q()
    for month in chosen:
        within = [month] if is_regular else quarter_of(month)
        met &= Q(Exists(held.filter(month__in=within))) | ~is_asked(month)
        owed |= is_asked(month)
    return cells.filter(owed).annotate(**{COUNTS: counting(met)})


def _kinds() -> list[tuple[str, Any]]:
    return [(REGULAR.value, _("regular, once a month")), (THEMATIC.value, _("thematic, once a quarter"))]


def _times() -> list[tuple[str, Any]]:
    return [(EVERY, _("each that is over in the year")), (LAST, _("the last that is over"))]


CELLS_MEETING = Measure(
    code="cells_meeting",
    label=_("Cells that met as often as they have to"),
    told=_(
        "Of the cells of which a meeting is asked: those that held their regular meeting in each month that counts, or "
        "their thematic meeting in each quarter that counts. Which months count, and with how many days of grace, is "
        "told by the flags of the meetings of cells; of a month in which a cell was founded or ended none is asked."
    ),
    unit=PERCENT,
    is_share=True,
    model=Organisation,
    rows=_rows,
    place="path",
    owner=lambda cell: cell,
    tell=str,
    address=lambda cell: reverse("organisations:detail", args=[cell.pk]),
    parameters=(
        Parameter(KIND, _("Which meetings"), _kinds),
        Parameter(TIMES, _("Which months or quarters"), _times),
    ),
)


def register() -> None:
    declare([CELLS_MEETING])
