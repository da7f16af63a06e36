"""The leader's board: one question of the clocks below the reader, today or as of a past day.

Live clocks and the stretches of a past moment have the same columns, so both are counted and listed alike. What is
counted is cut short where the reader's sight allows it (`_sight`); lists ask the policy in full, and both agree
(tests/reports/test_board.py).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from inspections.calendars.rules import days_late
from inspections.cases.models import Case
from inspections.deadlines.access import visible_deadlines
from inspections.deadlines.models import LIVE, Deadline, DeadlineSpan
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import STEP, id_at, is_at_or_below, path_end
from inspections.reports.queries.counting import KEPT, conditions, counts_by_place
from inspections.reports.queries.places import places_had, stood_below
from inspections.reports.rules import HOUR, Counts, common_top, sum_of
from permissions import policy
from permissions.viewer import Viewer, any_of

PAST = "deadline__"  # the lookup that leads from a stretch to its clock
MANY = 2000  # so many clocks at most are excepted by their keys


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
        return narrowed(viewer, asked, _all_live(), "")
    rows = DeadlineSpan.objects.filter(stood_at(asked.as_of), state__in=LIVE)
    return narrowed(viewer, asked, rows, PAST)


@cache
def _all_live() -> QuerySet[Any]:
    """The question, not the answer, of all live clocks; written once."""
    return Deadline.objects.live()


def narrowed(viewer: Viewer, asked: Asked, rows: QuerySet[Any], prefix: str) -> QuerySet[Any]:
    """Of clocks, or of stretches (prefix PAST), those below what is asked and led, as far as the filters go."""
    base = base_of(viewer, asked)
    if prefix:
        place = stood_below(viewer, base, own_only=asked.own_only)
    else:
        place = below(viewer, "see_board", "org_path", base, own_only=asked.own_only)
    narrower = {
        f"{prefix}kind": asked.kind,
        f"{prefix}severity": asked.severity,
        "due_on__gte": asked.due_from,
        "due_on__lte": asked.due_to,
    }
    return rows.filter(place, **{name: value for name, value in narrower.items() if value})


def below(viewer: Viewer, verb: str, field: str, base: str, *, own_only: bool = False) -> Q:
    """The condition that the path in `field` lies at or below `base`, and in what the verb's organisations oversee."""
    if own_only:
        return Q(**{field: base}) & viewer.below(verb, field)
    inside = Q(**{f"{field}__gte": base, f"{field}__lte": path_end(base)}) if base else Q()
    if any(is_at_or_below(base, top) for top in viewer.tops(verb)):
        return inside
    return inside & viewer.below(verb, field)


def listed(user: User, asked: Asked) -> QuerySet[Any]:
    """The rows that a list shows: those of `clocks` that the reader sees."""
    viewer = policy.viewer_for(user)
    rows = clocks(viewer, asked)
    return policy.visible(user, rows) if asked.as_of is None else rows.filter(visible_deadlines(viewer, asked.prefix))


def counted(user: User, asked: Asked) -> QuerySet[Any]:
    """The same rows for counting, asked as shortly as the reader's sight allows."""
    viewer = policy.viewer_for(user)
    rows = clocks(viewer, asked).order_by()
    condition = sight(viewer, rows, asked.prefix)
    return rows.filter(condition) if condition else rows


def sight(viewer: Viewer, rows: QuerySet[Any], prefix: str) -> Q:
    """The condition that the reader sees those of the rows, which all lie in what he leads.

    Clocks of no case he sees by his office, those of the cases below him too. That leaves the cases he withdrew from,
    and the few clocks of cases that others carry out or that are about himself: these are asked for one by one."""
    bars = policy.bars_of(viewer)
    case = f"{prefix}case_id"
    withdrew = ~Q(**{f"{case}__in": bars.withdrew}) if bars.withdrew else Q()
    doubtful = Q(**{f"{case}__in": bars.subject_of}) if bars.subject_of else None
    if prefix:  # what moved or passed to a successor since is seen where it is now
        moved = ~viewer.below("see_board", f"{prefix}org_path")
        doubtful = moved if doubtful is None else doubtful | moved
    tops = viewer.tops("see_cases")
    if _some_elsewhere(tops):
        others = Q(**{f"{case}__isnull": False}) & ~Q(**{f"{case}__in": _cases_below(tuple(tops))})
        doubtful = others if doubtful is None else doubtful | others
    if doubtful is None:
        return withdrew
    key = "deadline_id" if prefix else "pk"
    asked_for = list(rows.filter(doubtful).values_list(key, flat=True)[: MANY + 1])
    if len(asked_for) > MANY:
        return visible_deadlines(viewer, prefix)
    if not asked_for:
        return withdrew
    known = Deadline.objects.order_by().filter(pk__in=asked_for)
    hidden = set(asked_for) - set(known.filter(visible_deadlines(viewer)).values_list("pk", flat=True))
    return withdrew & ~Q(**{f"{key}__in": hidden}) if hidden else withdrew


@lru_cache(maxsize=KEPT)
def _cases_below(tops: tuple[str, ...]) -> QuerySet[Any]:
    """The question, not the answer, of the ids of the cases carried out below the paths; written once."""
    inside = any_of(*(Q(org_path__gte=top, org_path__lte=path_end(top)) for top in tops))
    return Case.objects.order_by().filter(inside).values("pk")


def _some_elsewhere(tops: list[str]) -> bool:
    """Whether there is a case outside the paths; said without looking where they are several, or below a root."""
    if len(tops) != 1 or len(tops[0]) > STEP:
        return True
    outside = Q(org_path__lt=tops[0]) | Q(org_path__gt=path_end(tops[0]))
    return Case.objects.order_by().filter(outside).exists()


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
