"""The pictures of twelve months: what was overdue at the end of each, what began and was done, the cases of a year."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from inspections.calendars.moments import start_of
from inspections.calendars.rules import add_months
from inspections.cases.models import Case
from inspections.deadlines.access import visible_deadlines
from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.organisations.models import User
from inspections.organisations.rules import id_at
from inspections.reports.queries.beside import carried_out_below
from inspections.reports.queries.board import Asked, base_of, moment_of, narrowed, stood_at
from inspections.reports.queries.places import place_below, places_had
from inspections.reports.queries.sight import PAST, sight
from inspections.reports.rules import last_shown, months_until
from permissions import policy
from permissions.viewer import Viewer

CASES_DRAWN = 60
TREND = ("opened", "met_in_time", "met_late")
# (viewer, path, since, until) -> step, days it took, of the newest steps finished in that time; told by the engine,
# which stands above
Steps = Callable[[Viewer, str, datetime.datetime, datetime.datetime | None], list[tuple[str, float]]]
_STEPS: list[Steps] = []


def register_steps(provider: Steps) -> None:
    """Tells where the days of finished steps are read; called once, from the `ready` of the engine's app."""
    _STEPS.append(provider)


@dataclass
class Month:
    """A month of the pictures: its first day, and the day at which it is looked at; as_of is None for now."""

    first: datetime.date
    shown: datetime.date
    as_of: datetime.date | None


def months_of(asked: Asked) -> list[Month]:
    """The last twelve months up to the day of the board. A month is looked at in the morning of its last day."""
    months = []
    for first in months_until(asked.on):
        shown = last_shown(first, asked.on)
        months.append(Month(first, shown, shown if shown < asked.today else None))
    return months


def overdue_at_month_ends(user: User, asked: Asked) -> dict[int, list[int]]:
    """Organisation, by id, that stood next below or is looked at itself -> how many clocks were overdue at the end of
    each month. One query, and those of sight and places."""
    viewer = policy.viewer_for(user)
    months = months_of(asked)
    rows = DeadlineSpan.objects.order_by().filter(state=Deadline.State.RUNNING, due_on__lt=months[-1].shown)
    # what ended by its due day was never late: the counts below leave it out as well, each of them for itself
    lasted = Q(ended_at__gt=F("due_on")) & Q(ended_at__gt=moment_of(months[0].shown))
    rows = rows.filter(Q(ended_at__isnull=True) | lasted)
    rows = narrowed(viewer, asked, rows)
    rows = rows.filter(sight(viewer, rows))
    base = base_of(viewer, asked)
    counts = {f"m{n}": Count("pk", filter=_overdue(month)) for n, month in enumerate(months)}
    place = place_below(places_had([base])[base])
    told: dict[int, list[int]] = {}
    for row in rows.annotate(place=place).values("place").annotate(**counts):
        numbers = [row[name] for name in counts]  # type: ignore[literal-required]
        # one that moved has a row for each place
        before = told.get(id_at(row["place"]), [0] * len(numbers))
        told[id_at(row["place"])] = [sum(pair) for pair in zip(before, numbers, strict=True)]
    return told


def _overdue(month: Month) -> Q:
    late = Q(due_on__lt=month.shown)
    if month.as_of is None:
        return late & Q(ended_at__isnull=True)
    return late & stood_at(month.as_of)


def trend_conditions(first: datetime.date, as_of: datetime.date | None) -> dict[str, Q]:
    """Figure -> which stretches stand for a clock that was started, or met in time or late, in the month; as_of: as far
    as it was known on that day."""
    end = add_months(first, 1)
    begun = Q(began_at=F(f"{PAST}started_at"), began_at__gte=start_of(first), began_at__lt=start_of(end))
    met = Q(ended_at=F(f"{PAST}closed_at"), deadline__met_on__gte=first, deadline__met_on__lt=end)
    if as_of is not None:
        begun &= Q(began_at__lte=moment_of(as_of))
        met &= Q(ended_at__lte=moment_of(as_of))
    return {
        "opened": begun,
        "met_in_time": met & Q(deadline__met_on__lte=F("due_on")),
        "met_late": met & Q(deadline__met_on__gt=F("due_on")),
    }


def trend(user: User, asked: Asked) -> list[dict[str, int]]:
    """For each of the twelve months what was begun and what was met. One query, and the sight's."""
    viewer = policy.viewer_for(user)
    months = months_of(asked)
    since = start_of(months[0].first)
    rows = DeadlineSpan.objects.order_by().filter(Q(began_at__gte=since) | Q(ended_at__gte=since))
    rows = narrowed(viewer, asked, rows)
    rows = rows.filter(sight(viewer, rows))
    counts = {
        f"{name}{n}": Count("pk", filter=condition)
        for n, month in enumerate(months)
        for name, condition in trend_conditions(month.first, asked.as_of).items()
    }
    found = rows.aggregate(**counts)
    return [{name: found[f"{name}{n}"] for name in TREND} for n in range(len(months))]


def of_month(user: User, asked: Asked, first: datetime.date, figure: str) -> QuerySet[Any]:
    """The stretches that a figure of the trend counts, for its list. Of a past day each with the state and the last day
    that its clock had then (state_then, due_then, holder_then), none where it was over."""
    viewer = policy.viewer_for(user)
    rows = DeadlineSpan.objects.filter(trend_conditions(first, asked.as_of)[figure])
    rows = narrowed(viewer, asked, rows).filter(visible_deadlines(viewer, PAST))
    if asked.as_of is None:
        return rows
    then = DeadlineSpan.objects.order_by().filter(deadline=OuterRef("deadline")).filter(stood_at(asked.as_of))
    told = {"state_then": "state", "due_then": "due_on", "holder_then": "holder__name"}
    return rows.annotate(**{name: Subquery(then.values(field)[:1]) for name, field in told.items()})


@dataclass
class Bar:
    """A case on the year's picture, in days from the first of January; late: it runs past its last day."""

    case: Case
    start: int
    days: int
    is_late: bool
    is_over: bool


def cases_of_year(user: User, asked: Asked, year: int) -> QuerySet[Case]:
    """The cases below that are carried out in the year, the first to begin first."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    rows = Case.objects.filter(carried_out_below(user, asked), starts_on__lte=last, ends_on__gte=first)
    rows = rows.exclude(stage__in=[Case.Stage.PROPOSED, Case.Stage.WITHDRAWN])
    if asked.as_of is not None:  # what a running book brought in was signed by nobody here
        rows = rows.filter(Q(signed_at__lte=moment_of(asked.as_of)) | Q(is_from_book=True))
    return policy.visible(user, rows).select_related("organisation", "kind").order_by("starts_on", "pk")


def bars_of(cases: list[Case], year: int, asked: Asked) -> list[Bar]:
    """The bars of cases on a picture of the year, as they stood on the day of the board, with last days of now."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    found = []
    for case in cases:
        start, end = max(case.starts_on, first), min(case.ends_on, last)
        is_over, is_examined = _stood(case, asked.as_of)
        is_late = is_examined and case.ends_on < asked.on
        found.append(Bar(case, (start - first).days, (end - start).days + 1, is_late, is_over))
    return found


def _stood(case: Case, as_of: datetime.date | None) -> tuple[bool, bool]:
    """Whether the case was over, and whether it was still before its conclusion, on the day."""
    if as_of is None:
        return case.is_over, case.stage in Case.BEFORE_CONCLUSION
    is_over = case.ended_at is not None and case.ended_at <= moment_of(as_of)
    return is_over, not is_over and (case.concluded_on is None or case.concluded_on >= as_of)


@dataclass
class StepTime:
    """How long a step took: half of its tasks at most so many days."""

    step: str
    tasks: int
    days: float


def median_days(user: User, asked: Asked) -> list[StepTime]:
    """Where time goes: per step the median of days from when it was there to do to when it was done, the longest first.

    From the engine's own record of the last twelve months up to the day of the board."""
    viewer = policy.viewer_for(user)
    since = start_of(months_until(asked.on)[0])
    until = moment_of(asked.as_of) if asked.as_of is not None else None
    took: dict[str, list[float]] = {}
    for provider in _STEPS:
        for step, days in provider(viewer, base_of(viewer, asked), since, until):
            took.setdefault(step, []).append(days)
    told = [StepTime(step, len(days), round(median(days), 1)) for step, days in took.items()]
    return sorted(told, key=lambda one: (-one.days, one.step))
