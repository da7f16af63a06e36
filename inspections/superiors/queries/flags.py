"""The flags of cells, counted by place and month, and the rows behind each figure.

What is counted and what is listed are the same conditions on the same rows that the policy shows, so they agree. A
picture is two questions, however many cells and meetings there are: one of the cells, one of their meetings."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Least, Left, TruncDate

from inspections.calendars.moments import start_of
from inspections.calendars.rules import add_months, days_after, span_of_days
from inspections.meetings.models import HELD, TO_HOLD, Meeting
from inspections.meetings.rules import Rating
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import STEP, id_at, is_at_or_below, path_end
from inspections.reports.rules import common_top
from inspections.superiors.access import followed, seen_cells, seen_of_cells
from inspections.superiors.models import AbsenceRun, FlagRule, Visit
from inspections.superiors.rules import (
    OF_CELLS,
    OF_MEETINGS,
    Flag,
    Setting,
    Settings,
    is_counted,
    last_of,
    looked_back,
    quarter_of,
    quarter_until,
    ratings_told,
)
from permissions import policy
from permissions.viewer import Viewer

REGULAR, THEMATIC = Meeting.Kind.REGULAR, Meeting.Kind.THEMATIC
# figures beside the flags: the cells of which a meeting is asked, those that met, and the meetings that were scored
CELLS, MET, SCORED = "cells", "met", "scored"
# the cells that have met on no topic yet in the quarter that runs: no flag, since they still may
NO_THEMATIC_YET = "no_thematic_yet"
LACKING = (*OF_CELLS, NO_THEMATIC_YET)
# planned and not held, said so by the cell or not; what was called off in time is not planned any more
UNHELD = (*TO_HOLD, Meeting.State.NOT_HELD)


@dataclass(frozen=True)
class Asked:
    """Where one looks, on which day. organisation: None for all that the reader sees."""

    today: datetime.date
    organisation: Organisation | None = None


def settings_now(*, also_untold: bool = False) -> Settings:
    """What counts as a flag, as far as it is told, or also what is not told now. One query."""
    rows = FlagRule.objects.all() if also_untold else FlagRule.objects.filter(is_active=True)
    return {Flag(row.code): Setting(row.since, row.amount, Rating(row.rating) if row.rating else None) for row in rows}


def tops_of(viewer: Viewer) -> list[str]:
    """The paths of what the reader sees meetings of, without those that lie below another of them."""
    paths = sorted({*viewer.tops("see_meetings"), *followed(viewer).values()})
    tops: list[str] = []
    for one in paths:  # in the order of the tree: what lies below another comes after it
        if not tops or not is_at_or_below(one, tops[-1]):
            tops.append(one)
    return tops


def reaches(viewer: Viewer, path: str) -> bool:
    """Whether the board can be asked for of the organisation at the path: one seen, or one above several that are."""
    tops = tops_of(viewer)
    base = common_top(tops, STEP)
    return any(is_at_or_below(path, top) or (is_at_or_below(top, path) and is_at_or_below(path, base)) for top in tops)


def base_of(viewer: Viewer, asked: Asked) -> str:
    """The path below which is looked; empty: over several trees."""
    return str(asked.organisation.path) if asked.organisation is not None else common_top(tops_of(viewer), STEP)


def cells(user: User, asked: Asked) -> QuerySet[Organisation]:
    """The cells below what is asked whose meetings the reader sees."""
    viewer = policy.viewer_for(user)
    rows = policy.visible(user, Organisation.objects.filter(type__is_cell=True)).filter(seen_cells(viewer))
    return rows.filter(_inside("path", base_of(viewer, asked)))


def meetings(user: User, asked: Asked) -> QuerySet[Meeting]:
    """The meetings below what is asked that the reader sees."""
    viewer = policy.viewer_for(user)
    rows = policy.visible(user, Meeting.objects.all()).filter(seen_of_cells(viewer, "org_path", "organisation"))
    return rows.filter(_inside("org_path", base_of(viewer, asked)))


def _inside(field: str, base: str) -> Q:
    return Q(**{f"{field}__gte": base, f"{field}__lte": path_end(base)}) if base else Q()


def is_asked(month: datetime.date, prefix: str = "") -> Q:
    """The condition that a meeting is asked of a cell in the month: as `rules.Life.is_asked`."""
    begun = Q(**{f"{prefix}starts_on__isnull": True}) | Q(**{f"{prefix}starts_on__lte": month})
    return begun & (Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": last_of(month)}))


def visited() -> Q:
    """The condition of meetings that a superior attended: he noted it, or the cell recorded it. A remark is none,
    nor is a visit that was struck out."""
    return ~Q(superiors="") | Q(pk__in=Visit.objects.standing().order_by().values("meeting"))


def condition(figure: str, month: datetime.date, settings: Settings, today: datetime.date) -> Q:
    """Which meetings a figure counts in the month; of a flag of cells those that a cell has which is not flagged.

    The month is asked first: a map asks twelve of these of each meeting, of which one goes beyond it."""
    of_month = Q(month=month)
    if figure in (MET, Flag.NO_REGULAR):
        return of_month & Q(kind=REGULAR, state__in=HELD) & is_asked(month, "organisation__")
    if figure == SCORED:
        return of_month & Q(state=Meeting.State.CLOSED)
    if figure in (Flag.NO_THEMATIC, NO_THEMATIC_YET):
        quarter = quarter_of(month) if figure == Flag.NO_THEMATIC else quarter_until(month)
        return Q(month__in=quarter) & Q(kind=THEMATIC, state__in=HELD) & is_asked(month, "organisation__")
    setting = settings[Flag(figure)]
    if figure == Flag.UNVISITED:
        months = Q(month__in=looked_back(month, setting))
        return months & Q(state__in=HELD) & visited() & is_asked(month, "organisation__")
    if figure == Flag.POOR:
        return of_month & Q(rating__in=[one.value for one in ratings_told(setting)])
    if figure == Flag.ABSENT:
        runs = AbsenceRun.objects.order_by().filter(times__gte=setting.amount)
        return of_month & Q(kind=REGULAR, pk__in=runs.values("meeting"))
    if figure == Flag.LATE:
        is_late = Q(started_at__date__gt=TruncDate("planned_at") + span_of_days(setting.amount))
        return of_month & is_late & ~Q(state=Meeting.State.LISTED)
    return of_month & Q(state__in=UNHELD, planned_at__lt=start_of(days_after(today, -setting.amount)))


def first_needed(figure: str, month: datetime.date, settings: Settings) -> datetime.date:
    """The first month whose meetings the figure of the month needs."""
    if figure == Flag.NO_THEMATIC:
        return quarter_of(month)[0]
    if figure == NO_THEMATIC_YET:
        return quarter_until(month)[0]
    return looked_back(month, settings[Flag.UNVISITED])[0] if figure == Flag.UNVISITED else month


@dataclass
class Counts:
    """The figures of one place by month: how many cells a meeting is asked of, and each figure; None where it cannot be
    told of the month. points: the sum of the scores."""

    cells: list[int]
    figures: dict[str, list[int | None]] = field(default_factory=dict)
    points: list[Decimal] = field(default_factory=list)

    def mean(self, place: int) -> Decimal | None:
        """The mean score of the month at the place; None where nothing was scored."""
        many = self.figures[SCORED][place]
        return round(self.points[place] / many, 1) if many else None


def tally(
    user: User, asked: Asked, figures: Collection[str], months: Sequence[datetime.date], settings: Settings
) -> dict[str, Counts]:
    """Path of what stands next below (or of the cell itself) -> its counts of the months. Two queries."""
    base = base_of(policy.viewer_for(user), asked)
    found = _cells_by_place(user, asked, months, base)
    told = {
        (figure, n): condition(figure, month, settings, asked.today)
        for figure in figures
        for n, month in enumerate(months)
        if is_told(figure, month, settings, asked.today)
    }
    counted = _meetings_by_place(user, asked, told, months, base, settings)
    for path, counts in found.items():
        row = counted.get(path, {})
        for figure in figures:
            numbers: list[int | None] = []
            for n, asked_of in enumerate(counts.cells):
                number = int(row.get(f"{figure}_{n}") or 0)  # a sum is a decimal on PostgreSQL
                is_of_cells = figure in LACKING
                numbers.append((asked_of - number if is_of_cells else number) if (figure, n) in told else None)
            counts.figures[figure] = numbers
        if SCORED in figures:
            counts.points = [Decimal(str(row.get(f"points_{n}") or 0)) for n in range(len(months))]
    return found


def is_told(figure: str, month: datetime.date, settings: Settings, today: datetime.date) -> bool:
    """Whether the figure can be told of the month. Who met is told from the first month on of which it is asked."""
    if figure == MET and Flag.NO_REGULAR in settings and month < settings[Flag.NO_REGULAR].since:
        return False
    if figure == NO_THEMATIC_YET:
        setting = settings.get(Flag.NO_THEMATIC)
        return setting is not None and setting.since <= month <= today
    return month <= today if figure in (CELLS, MET, SCORED) else is_counted(Flag(figure), month, settings, today)


def _cells_by_place(user: User, asked: Asked, months: Sequence[datetime.date], base: str) -> dict[str, Counts]:
    counts = {f"c{n}": Count("pk", filter=is_asked(month)) for n, month in enumerate(months)}
    rows = cells(user, asked).order_by().annotate(stood=Left("path", len(base) + STEP)).values("stood")
    told: Any = rows.annotate(**counts)
    return {row["stood"]: Counts([row[name] for name in counts]) for row in told}


def _meetings_by_place(
    user: User,
    asked: Asked,
    told: dict[tuple[str, int], Q],
    months: Sequence[datetime.date],
    base: str,
    settings: Settings,
) -> dict[str, dict[str, Any]]:
    if not told:
        return {}
    first = min(first_needed(figure, months[n], settings) for figure, n in told)
    wanted: dict[str, Any] = {}
    for (figure, n), which in told.items():
        many = Count("pk", filter=which)
        # a cell counts once, however many meetings of the time it has
        wanted[f"{figure}_{n}"] = Least(many, 1) if figure in LACKING else many
        if figure == SCORED:
            wanted[f"points_{n}"] = Sum("total", filter=which)
    rows = meetings(user, asked).order_by().filter(month__in=_months_from(first, months[-1]))
    return _summed(rows.values("org_path").annotate(**wanted), list(wanted), len(base) + STEP)


def _months_from(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Each named, since an index of months leads to the place within each then, and not only to the first."""
    months = [first]
    while months[-1] < last:
        months.append(add_months(months[-1], 1))
    return months


def _summed(of_cells: QuerySet[Any], names: list[str], length: int) -> dict[str, dict[str, Any]]:
    """The counts of cells by what they stand below: so many letters of their paths. Counting the cells of a place as
    distinct ones instead would sort all meetings of a province once for every month."""
    quote = connection.ops.quote_name
    sums = ", ".join(f"SUM({quote(name)})" for name in names)
    try:
        sql, parameters = of_cells.query.sql_with_params()
    except EmptyResultSet:  # of a reader who sees none the database is not asked
        return {}
    with connection.cursor() as cursor:
        stood = f"SELECT SUBSTR(org_path, 1, {length}) AS stood, {sums} FROM ({sql}) AS of_cell"  # noqa: S608 - ours
        cursor.execute(f"{stood} GROUP BY 1", parameters)
        return {stood: dict(zip(names, numbers, strict=True)) for stood, *numbers in cursor.fetchall()}


def total_of(places: Collection[Counts]) -> dict[str, int]:
    """Figure -> its sum over the places in the first month of the counts; figures that cannot be told are not in it."""
    total: dict[str, int] = defaultdict(int, {CELLS: 0})
    for counts in places:
        total[CELLS] += counts.cells[0]
        for figure, numbers in counts.figures.items():
            if numbers[0] is not None:
                total[figure] += numbers[0]
    return dict(total)


def cells_of(user: User, asked: Asked, figure: str, month: datetime.date, settings: Settings) -> QuerySet[Organisation]:
    """The cells that a figure of the month counts: those of which a meeting is asked, or of them those that lack it."""
    rows = cells(user, asked).filter(is_asked(month))
    if figure == CELLS:
        return rows
    if not is_told(figure, month, settings, asked.today):
        return rows.none()
    having = Meeting.objects.order_by().filter(condition(figure, month, settings, asked.today))
    return rows.exclude(pk__in=having.values("organisation"))


def meetings_of(user: User, asked: Asked, figure: str, month: datetime.date, settings: Settings) -> QuerySet[Meeting]:
    """The meetings that a figure of the month counts."""
    if not is_told(figure, month, settings, asked.today):
        return meetings(user, asked).none()
    return meetings(user, asked).filter(condition(figure, month, settings, asked.today))


@dataclass(frozen=True)
class Place:
    """What stands next below, or the cell itself."""

    pk: int
    name: str
    is_cell: bool
    counts: Counts


def places_of(found: dict[str, Counts]) -> list[Place]:
    """The counts with what they are of, in the order of the tree. One query."""
    named = Organisation.objects.order_by().filter(pk__in={id_at(path) for path in found})
    known = {pk: (name, is_cell) for pk, name, is_cell in named.values_list("pk", "name", "type__is_cell")}
    return [
        Place(id_at(path), *known[id_at(path)], counts=counts)
        for path, counts in sorted(found.items())
        if id_at(path) in known
    ]


def line_above(organisation: Organisation, viewer: Viewer) -> QuerySet[Organisation]:
    """The organisations above one that the reader may look at, the highest first."""
    path = str(organisation.path)
    above = [path[:end] for end in range(STEP, len(path), STEP)]
    return Organisation.objects.filter(path__in=[one for one in above if reaches(viewer, one)]).order_by("path")


FLAGS = (*OF_CELLS, *OF_MEETINGS)
