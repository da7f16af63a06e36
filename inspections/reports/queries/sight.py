"""Which of the rows counted the reader sees, asked as shortly as his offices allow.

The rows all lie in what he leads. Clocks of no case he sees by his office, those of the cases below him too. That
leaves the cases he withdrew from, and the few clocks of cases that others carry out or that are about himself: these
are doubtful, and asked for one by one. Lists ask the policy in full; both agree (tests/reports/test_board.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from inspections.cases.models import Case
from inspections.deadlines.access import visible_deadlines
from inspections.deadlines.models import Deadline
from inspections.organisations.rules import STEP, path_end
from inspections.reports.queries.area import KEPT, Area, live_in
from inspections.reports.queries.places import within
from permissions import policy
from permissions.viewer import Viewer

PAST = "deadline__"  # the lookup that leads from a stretch to its clock
MANY = 2000  # so many clocks at most are excepted by their keys


@dataclass(frozen=True)
class Doubts:
    """Which cases' clocks are doubtful: those about the reader, and those carried out at none of the paths or below
    (None: there are no others)."""

    about_himself: frozenset[int]
    outside: tuple[str, ...] | None

    def condition(self, prefix: str) -> Q | None:
        """The condition of the doubtful rows; None where there can be none."""
        case = f"{prefix}case_id"
        found = Q(**{f"{case}__in": self.about_himself}) if self.about_himself else None
        if self.outside is None:
            return found
        others = Q(**{f"{case}__isnull": False}) & ~Q(**{f"{case}__in": _cases_below(self.outside)})
        return others if found is None else found | others


def sight_in(viewer: Viewer, area: Area) -> Q:
    """The condition that the reader sees those of the live clocks in the area. Two queries, three below a root."""
    statement = _doubtful_in(connection.vendor, area, _doubts(viewer))
    found = []
    if statement is not None:
        with connection.cursor() as cursor:
            cursor.execute(*statement)
            found = [pk for (pk,) in cursor.fetchall()]
    return _seen(viewer, found, "")


def sight(viewer: Viewer, rows: QuerySet[Any]) -> Q:
    """The condition that the reader sees those of the stretches."""
    doubtful = _doubts(viewer).condition(PAST)
    # what moved or passed to a successor since is seen where it is now
    moved = ~viewer.below("see_board", f"{PAST}org_path")
    doubtful = moved if doubtful is None else doubtful | moved
    return _seen(viewer, list(rows.filter(doubtful).values_list("deadline_id", flat=True)[: MANY + 1]), PAST)


def _doubts(viewer: Viewer) -> Doubts:
    tops = viewer.tops("see_cases")
    return Doubts(policy.bars_of(viewer).subject_of, tuple(tops) if _some_elsewhere(tops) else None)


@lru_cache(maxsize=KEPT)
def _doubtful_in(vendor: str, area: Area, doubts: Doubts) -> tuple[str, tuple[Any, ...]] | None:
    """The statement, with its values, that tells the ids of the doubtful clocks in the area; None where there can be
    none. vendor: of the database, whose words differ."""
    condition = doubts.condition("")
    if condition is None or not area.led:
        return None
    rows = live_in(area).order_by().filter(condition).values_list("pk")[: MANY + 1]
    return rows.query.sql_with_params()


def _seen(viewer: Viewer, doubtful: list[int], prefix: str) -> Q:
    """The condition that a row is seen, once its doubtful clocks are known, of which some may be too many to name."""
    if len(doubtful) > MANY:
        return visible_deadlines(viewer, prefix)
    withdrew = policy.bars_of(viewer).withdrew
    seen = ~Q(**{f"{prefix}case_id__in": withdrew}) if withdrew else Q()
    if not doubtful:
        return seen
    known = Deadline.objects.order_by().filter(pk__in=doubtful)
    hidden = set(doubtful) - set(known.filter(visible_deadlines(viewer)).values_list("pk", flat=True))
    return seen & ~Q(**{f"{'deadline_id' if prefix else 'pk'}__in": hidden}) if hidden else seen


@lru_cache(maxsize=KEPT)
def _cases_below(tops: tuple[str, ...]) -> QuerySet[Any]:
    """The question, not the answer, of the ids of the cases carried out below the paths."""
    return Case.objects.order_by().filter(within("org_path", tops)).values("pk")


def _some_elsewhere(tops: Sequence[str]) -> bool:
    """Whether there is a case outside the paths; said without looking where they are several, or below a root."""
    if len(tops) != 1 or len(tops[0]) > STEP:
        return True
    outside = Q(org_path__lt=tops[0]) | Q(org_path__gt=path_end(tops[0]))
    return Case.objects.order_by().filter(outside).exists()
