"""Which calendar and which rule count for an organisation on a day."""

import datetime
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from inspections.calendars.models import CalendarDay, TimeLimitRule
from inspections.calendars.rules import Limit, Unit, WorkingCalendar
from inspections.organisations.models import Level, Organisation
from inspections.organisations.rules import STEP


def paths_above(organisation: Organisation) -> list[str]:
    """The paths of the organisation and of all above it."""
    path = organisation.path or ""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def calendar_for(organisation: Organisation | None) -> WorkingCalendar:
    """The national calendar with the local days of the organisation's tree; a nearer day wins. One query."""
    above = Q(organisation__isnull=True)
    if organisation is not None:
        above |= Q(organisation__path__in=paths_above(organisation))
    return _calendar_of(_days().filter(above))


def calendars_for(organisations: Iterable[Organisation]) -> dict[int, WorkingCalendar]:
    """The calendar of each organisation by its id, as `calendar_for`. One query for all."""
    days = list(_days())
    made: dict[tuple[str, ...], WorkingCalendar] = {}
    found = {}
    local = {day.organisation.path for day in days if day.organisation is not None}
    for organisation in organisations:
        trees = tuple(path for path in paths_above(organisation) if path in local)
        if trees not in made:
            made[trees] = _calendar_of(
                day for day in days if day.organisation is None or day.organisation.path in trees
            )
        found[organisation.pk] = made[trees]
    return found


def _days() -> QuerySet[CalendarDay]:
    """Days in the order in which a later one overrules an earlier one."""
    nearest_last = F("organisation__depth").asc(nulls_first=True)
    return CalendarDay.objects.select_related("organisation").order_by(nearest_last)


def _calendar_of(days: Iterable[CalendarDay]) -> WorkingCalendar:
    kinds = {row.day: row for row in days}
    return WorkingCalendar(
        rests={day: row.name for day, row in kinds.items() if row.kind == CalendarDay.Kind.REST},
        worked={day: row.name for day, row in kinds.items() if row.kind == CalendarDay.Kind.WORKED},
        provisional_years=frozenset(day.year for day, row in kinds.items() if row.is_provisional),
    )


def rules_for(
    *, steps: Iterable[str], kind: str, level: Level, organisation: Organisation, on: datetime.date
) -> dict[str, TimeLimitRule]:
    """The rule that counts for each step that has one: of the nearest tree, then the most exact one (kind and level
    named), then the newest. One query."""
    rules = (
        TimeLimitRule.objects.filter(step__in=steps, kind__in=["", kind], valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .filter(Q(level__isnull=True) | Q(level=level))
        .filter(Q(organisation__isnull=True) | Q(organisation__path__in=paths_above(organisation)))
    )
    found: dict[str, TimeLimitRule] = {}
    for rule in rules.order_by(
        F("organisation__depth").desc(nulls_last=True),
        "-kind",
        F("level").desc(nulls_last=True),
        "-valid_from",
        "-pk",
    ):
        found.setdefault(rule.step, rule)
    return found


def limit_of(rule: TimeLimitRule) -> Limit | None:
    """The rule's limit for the arithmetic, or None when its amount is not known."""
    if rule.amount is None:
        return None
    return Limit(rule.amount, Unit(rule.unit), rule.counts_start_day, rule.rolls)
