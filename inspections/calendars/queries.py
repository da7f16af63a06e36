"""Which calendar and which rule count for an organisation on a day, and why."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from inspections.calendars.models import CalendarDay, TimeLimitRule, WorkingWeek
from inspections.calendars.rules import Limit, Unit, Week, WorkingCalendar
from inspections.organisations.models import Level, Office, Organisation
from inspections.organisations.models.people import in_force
from inspections.organisations.rules import STEP
from permissions.catalogue import ROLES
from permissions.models import AuditEntry

WEEK = "week"
# what is recorded about days, weeks and limits; the first three while they were reference tables
DEEDS = (
    "add_reference_row",
    "change_reference_row",
    "end_reference_row",
    "keep_calendars",
    "add_to_calendar",
    "change_calendar",
    "end_in_calendar",
    "take_calendar_year",
)


class Entry(NamedTuple):
    """A day of the calendar or a working week, of the country (no path) or of a tree."""

    path: str | None
    depth: int | None
    kind: str
    pk: int | None
    day: datetime.date
    last: datetime.date | None
    text: str
    is_provisional: bool


@dataclass(frozen=True)
class Overlay:
    """Rows that are to come and rows that are to go, each by model and id: the calendar as it would be."""

    rows: tuple[CalendarDay | WorkingWeek, ...] = ()
    gone: frozenset[tuple[type, int]] = field(default_factory=frozenset)


def paths_above(organisation: Organisation) -> list[str]:
    """The paths of the organisation and of all above it."""
    path = organisation.path or ""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def calendar_for(organisation: Organisation | None, overlay: Overlay | None = None) -> WorkingCalendar:
    """The national calendar with the local days and weeks of the organisation's tree; a nearer one wins. One query."""
    above = Q(organisation__isnull=True)
    if organisation is not None:
        above |= Q(organisation__path__in=paths_above(organisation))
    paths = [] if organisation is None else paths_above(organisation)
    entries = [one for one in _entries(above, overlay) if one.path is None or one.path in paths]
    return _calendar_of(entries)


def calendars_for(organisations: Iterable[Organisation], overlay: Overlay | None = None) -> dict[int, WorkingCalendar]:
    """The calendar of each organisation by its id, as `calendar_for`. One query for all."""
    entries = _entries(Q(), overlay)
    made: dict[tuple[str, ...], WorkingCalendar] = {}
    found = {}
    local = {one.path for one in entries if one.path is not None}
    for organisation in organisations:
        trees = tuple(path for path in paths_above(organisation) if path in local)
        if trees not in made:
            made[trees] = _calendar_of(one for one in entries if one.path is None or one.path in trees)
        found[organisation.pk] = made[trees]
    return found


def _entries(above: Q, overlay: Overlay | None) -> list[Entry]:
    """Days and weeks in the order in which a later one overrules an earlier one."""
    place = {"path": F("organisation__path"), "depth": F("organisation__depth")}
    none = Cast(Value(None), DateField())
    days = CalendarDay.objects.filter(above).order_by()
    weeks = WorkingWeek.objects.filter(above).order_by()
    rows = days.values_list(*place.values(), "kind", "pk", "day", none, "name", "is_provisional").union(
        weeks.values_list(
            *place.values(),
            Value(WEEK, output_field=CharField()),
            "pk",
            "valid_from",
            "valid_to",
            "weekdays",
            Value(False),
        ),
        all=True,
    )
    entries = [Entry(*row) for row in rows]
    if overlay is not None:
        entries = [one for one in entries if (_model_of(one), one.pk) not in overlay.gone]
        entries += map(_entry_of, overlay.rows)
    return sorted(entries, key=lambda one: (-1 if one.depth is None else one.depth, one.day))


def _model_of(entry: Entry) -> type:
    return WorkingWeek if entry.kind == WEEK else CalendarDay


def _entry_of(row: CalendarDay | WorkingWeek) -> Entry:
    tree = row.organisation
    path, depth = (None, None) if tree is None else (tree.path, tree.depth)
    if isinstance(row, WorkingWeek):
        return Entry(path, depth, WEEK, row.pk, row.valid_from, row.valid_to, row.weekdays, False)
    return Entry(path, depth, row.kind, row.pk, row.day, None, row.name, row.is_provisional)


def _calendar_of(entries: Iterable[Entry]) -> WorkingCalendar:
    days: dict[datetime.date, Entry] = {}
    weeks: list[Week] = []
    known: set[int] = set()
    for one in entries:
        if one.kind == WEEK:
            weeks.insert(0, Week(frozenset(map(int, one.text)), one.day, one.last))
            continue
        days[one.day] = one
        if one.path is None:
            known.add(one.day.year)
    return WorkingCalendar(
        rests={day: one.text for day, one in days.items() if one.kind == CalendarDay.Kind.REST},
        worked={day: one.text for day, one in days.items() if one.kind == CalendarDay.Kind.WORKED},
        provisional_years=frozenset(day.year for day, one in days.items() if one.is_provisional),
        weeks=tuple(weeks),
        known_years=frozenset(known),
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


@dataclass
class Standing:
    """A rule as it stands for an organisation on a day: the one that overrides it for all it says, and those it
    overrides."""

    rule: TimeLimitRule
    is_in_force: bool
    overridden_by: TimeLimitRule | None = None
    overrides: list[TimeLimitRule] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        return self.is_in_force and self.overridden_by is None


def rules_above(organisation: Organisation | None) -> "QuerySet[TimeLimitRule]":
    """The rules of the country and of the trees that the organisation stands in."""
    above = Q(organisation__isnull=True)
    if organisation is not None:
        above |= Q(organisation__path__in=paths_above(organisation))
    return TimeLimitRule.objects.filter(above).select_related("level", "organisation")


def standings(rules: Iterable[TimeLimitRule], on: datetime.date) -> list[Standing]:
    """How the rules of one organisation stand to each other: as `rules_for` chooses, the nearer tree wins over the
    more exact rule, and in one tree the newer over the older of the same."""
    found = [Standing(rule, is_in_force=_is_in_force(rule, on)) for rule in rules]
    in_force = [one for one in found if one.is_in_force]
    for one in in_force:
        winners = [other for other in in_force if _beats(other.rule, one.rule)]
        if winners:
            winner = max(winners, key=lambda other: (_depth(other.rule), other.rule.valid_from, other.rule.pk))
            one.overridden_by = winner.rule
            winner.overrides.append(one.rule)
    return found


def _is_in_force(rule: TimeLimitRule, on: datetime.date) -> bool:
    return rule.valid_from <= on and (rule.valid_to is None or rule.valid_to >= on)


def _depth(rule: TimeLimitRule) -> int:
    return -1 if rule.organisation is None else rule.organisation.depth


def _beats(rule: TimeLimitRule, other: TimeLimitRule) -> bool:
    """Whether the rule counts wherever the other would."""
    covers = rule.step == other.step and rule.kind in ("", other.kind) and rule.level_id in (None, other.level_id)
    if not covers or rule.pk == other.pk:
        return False
    if rule.organisation_id != other.organisation_id:
        return _depth(rule) > _depth(other)
    is_same = (rule.kind, rule.level_id) == (other.kind, other.level_id)
    return is_same and (rule.valid_from, rule.pk) > (other.valid_from, other.pk)


def overlapping(row: TimeLimitRule | WorkingWeek, *, beside: Iterable[int] = ()) -> Any:
    """Another row of the same that is valid on a day on which this one is, or None. beside: rows that do not count."""
    same: dict[str, Any] = {"organisation": row.organisation}
    if isinstance(row, TimeLimitRule):
        same |= {"step": row.step, "kind": row.kind, "level": row.level}
    rows: QuerySet[Any] = type(row)._default_manager.filter(**same).exclude(pk__in=[row.pk or 0, *beside])
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=row.valid_from))
    return (rows if row.valid_to is None else rows.filter(valid_from__lte=row.valid_to)).first()


def keeper_of(organisation: Organisation, on: datetime.date) -> Organisation:
    """The nearest organisation, from this one upwards, that has an administrator of calendars in office; the top of
    the tree when none has. Two queries."""
    roles = [code for code, role in ROLES.items() if "keep_calendars" in role.verbs]
    above = Office.objects.filter(in_force(on), role__in=roles, organisation__path__in=paths_above(organisation))
    office = above.select_related("organisation").order_by("-organisation__depth").first()
    if office is not None:
        return office.organisation
    return Organisation.objects.get(path=paths_above(organisation)[0])


def history_of(row: Any) -> "QuerySet[AuditEntry]":
    """The entries about a row and the one that made it follow another, newest first; in whatever chain they stand."""
    about = Q(about_id=row.pk) | Q(new__followed_by=row.pk)
    return AuditEntry.objects.filter(verb__in=DEEDS, about_type=row._meta.label_lower).filter(about).order_by("-pk")
