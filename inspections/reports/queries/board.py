"""The leader's board: one question of the clocks below the reader, today or as of a past day.

Live clocks and the stretches of a past moment have the same columns, so both are counted and listed alike. What is
counted is cut short where the reader's sight allows it (sight.py); lists ask the policy in full, and both agree
(tests/reports/test_board.py).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from inspections.calendars.rules import days_late
from inspections.deadlines.access import visible_deadlines
from inspections.deadlines.models import LIVE, DeadlineSpan
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import STEP, id_at, is_at_or_below
from inspections.reports.queries.area import Area, live_in
from inspections.reports.queries.counting import conditions, counts_by_place
from inspections.reports.queries.places import places_had, stood_below
from inspections.reports.queries.sight import PAST, sight, sight_in
from inspections.reports.rules import HOUR, Counts, common_top, sum_of
from permissions import policy
from permissions.viewer import Viewer


@dataclass(frozen=True)
class Asked:
    """What of the board is asked. as_of: a past day, None for now. own_only: without what lies below."""

    today: datetime.date
    organisation: Organisation | None = None
    own_only: bool = False
    kind: str = ""
    severity: str = ""
    due_from: datetime.date | None = None
    due_to: datetime.date | None = None
    as_of: datetime.date | None = None

    @property
    def on(self) -> datetime.date:
        """The day from which days are counted."""
        return self.as_of or self.today

    @property
    def prefix(self) -> str:
        """The lookup that leads from the rows to their clock."""
        return "" if self.as_of is None else PAST


def moment_of(day: datetime.date) -> datetime.datetime:
    """The moment until which is known what a board as of the day shows."""
    return datetime.datetime.combine(day, datetime.time(HOUR), timezone.get_default_timezone())


def stood_at(day: datetime.date) -> Q:
    """The condition of stretches that they lasted at the moment of a board as of the day."""
    moment = moment_of(day)
    return Q(began_at__lte=moment) & (Q(ended_at__isnull=True) | Q(ended_at__gt=moment))


def tops_of(viewer: Viewer) -> list[str]:
    """The paths of what the reader leads."""
    return viewer.tops("see_board")


def reaches(viewer: Viewer, path: str) -> bool:
    """Whether a board can be asked for of the organisation at the path: one led, or one above several that are."""
    tops = tops_of(viewer)
    base = common_top(tops, STEP)
    return any(is_at_or_below(path, top) or (is_at_or_below(top, path) and is_at_or_below(path, base)) for top in tops)


def base_of(viewer: Viewer, asked: Asked) -> str:
    """The path below which is looked; empty: over several trees."""
    return str(asked.organisation.path) if asked.organisation is not None else common_top(tops_of(viewer), STEP)


def clocks(viewer: Viewer, asked: Asked) -> QuerySet[Any]:
    """The live clocks, or the stretches at the moment, below what is asked and led. Whether they are seen is not asked.

    Both have org_path, organisation, holder, state, due_on, times_returned, times_extended."""
    if asked.as_of is None:
        return live_in(area_of(viewer, asked))
    return narrowed(viewer, asked, DeadlineSpan.objects.filter(stood_at(asked.as_of), state__in=LIVE))


def area_of(viewer: Viewer, asked: Asked) -> Area:
    """Where the reader's question looks."""
    led = tuple(tops_of(viewer))
    base = base_of(viewer, asked)
    return Area(led, base, asked.own_only, asked.kind, asked.severity, asked.due_from, asked.due_to)


def narrowed(viewer: Viewer, asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of stretches, those that stood below what is asked and led, as far as the filters go."""
    area = area_of(viewer, asked)
    return rows.filter(stood_below(viewer, area.base, own_only=area.own_only), **area.narrower(PAST))


def listed(user: User, asked: Asked) -> QuerySet[Any]:
    """The rows that a list shows: those of `clocks` that the reader sees."""
    viewer = policy.viewer_for(user)
    rows = clocks(viewer, asked)
    return policy.visible(user, rows) if asked.as_of is None else rows.filter(visible_deadlines(viewer, asked.prefix))


def counted(user: User, asked: Asked) -> QuerySet[Any]:
    """The same rows for counting, asked as shortly as the reader's sight allows."""
    viewer = policy.viewer_for(user)
    rows = clocks(viewer, asked).order_by()
    condition = sight_in(viewer, area_of(viewer, asked)) if asked.as_of is None else sight(viewer, rows)
    return rows.filter(condition) if condition else rows


@dataclass
class Line:
    """The counts of an organisation with all below it, or (is_itself) of the one looked at alone."""

    path: str
    counts: Counts
    name: str
    pk: int
    is_itself: bool
    days_late: int


@dataclass
class Board:
    """What the board shows of the clocks: all together, and by what lies below the organisation looked at."""

    base: str
    total: Counts
    lines: list[Line]
    days_late: int


def board(user: User, asked: Asked) -> Board:
    """The figures, most overdue first. Two to five queries, however many clocks there are."""
    base = base_of(policy.viewer_for(user), asked)
    bases = [base] if asked.as_of is None else places_had([base])[base]
    places = counts_by_place(counted(user, asked), asked.on, bases)
    lines = lines_of(places, base, asked.on)
    total = sum_of(places.values())
    return Board(base, total, lines, days_late(total.oldest or asked.on, asked.on))


def lines_of(places: dict[str, Counts], base: str, on: datetime.date) -> list[Line]:
    """The counts with the organisations they are of, the most overdue first. One query."""
    named = Organisation.objects.order_by().filter(pk__in={id_at(path) for path in places})
    names = dict(named.values_list("pk", "name"))
    lines = [
        Line(path, one, names[pk], pk, pk == id_at(base), days_late(one.oldest or on, on))
        for path, one in places.items()
        if (pk := id_at(path)) in names
    ]
    return sorted(lines, key=lambda line: (-line.counts.overdue, -line.days_late, -line.counts.open, line.path))


@dataclass
class Share:
    """A part of the counts by a word of the clocks: kind, severity, or who is waited for."""

    key: Any
    label: str
    open: int
    overdue: int


def shares(user: User, asked: Asked, labels: dict[str, dict[str, str]]) -> dict[str, list[Share]]:
    """kind, severity -> the open and overdue by it, in the order of `labels` (code -> words). One query."""
    prefix = asked.prefix
    kinds = conditions(asked.on)
    found = list(
        counted(user, asked)
        .values_list(f"{prefix}kind", f"{prefix}severity")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=kinds["overdue"]))
    )
    told: dict[str, list[Share]] = {}
    for place, name in enumerate(("kind", "severity")):
        parts = [
            Share(code, label, *(sum(row[2 + n] for row in found if row[place] == code) for n in (0, 1)))
            for code, label in labels[name].items()
        ]
        told[name] = [one for one in parts if one.open]
    return told


def waited_for(user: User, asked: Asked, most: int = 10) -> list[Share]:
    """Who holds what others owe: the organisations that most clocks wait for. One query."""
    rows = counted(user, asked).filter(conditions(asked.on)["waiting"])
    found = rows.values_list("holder", "holder__name").annotate(open=Count("pk")).order_by("-open", "holder__path")
    return [Share(pk, name, many, 0) for pk, name, many in found[:most]]


def line_above(organisation: Organisation, viewer: Viewer) -> Iterable[Organisation]:
    """The organisations above one that the reader may look at, the highest first. One query."""
    path = str(organisation.path)
    above = [path[:end] for end in range(STEP, len(path), STEP)]
    return Organisation.objects.filter(path__in=[one for one in above if reaches(viewer, one)]).order_by("path")
