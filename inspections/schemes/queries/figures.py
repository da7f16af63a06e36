"""The figures of indicators by organisation and year, and the rows behind them: of the records, or typed."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet

from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import is_at_or_below, path_end
from inspections.schemes.measures import COUNTS, Measure, asked_of, values_of
from inspections.schemes.models import Indicator, Scheme, Target, TypedFigure
from inspections.schemes.rules import (
    Count,
    Standing,
    change_since,
    standing_of,
    sums_below,
    value_of,
    without_nested,
)
from permissions import policy
from permissions.viewer import Viewer, any_of


@dataclass(frozen=True)
class Figure:
    """Fact beside plan, of one organisation in one year. typed: the row it was typed in."""

    organisation: Organisation
    year: int
    count: Count
    value: Decimal | None
    target: Decimal | None
    standing: Standing
    change: Decimal | None
    typed: TypedFigure | None = None


def tops_of(scheme: Scheme) -> list[str]:
    """The paths of what the scheme concerns: its whole tree, or what it names. One query where it names."""
    if scheme.all_below:
        return [scheme.organisation.scope_path]
    return without_nested(str(one.path) for one in scheme.organisations.all())


def concerns(scheme: Scheme, organisation: Organisation, tops: Iterable[str]) -> bool:
    """Whether the scheme concerns the organisation: it made it, or it is no body and stands in one of the `tops`."""
    if organisation.pk == scheme.organisation_id:
        return True
    return not organisation.type.is_body and any(is_at_or_below(str(organisation.path), top) for top in tops)


def within(field: str, paths: Iterable[str]) -> Q:
    """The condition that the path in the field lies at or below one of the paths."""
    return any_of(*(Q(**{f"{field}__gte": one, f"{field}__lte": path_end(one)}) for one in paths))


def rows_behind(
    indicator: Indicator, measure: Measure, year: int, today: datetime.date, paths: Iterable[str]
) -> "QuerySet[Any]":
    """The rows of the measure that hang on the paths and on what the scheme concerns, each once."""
    scheme = indicator.scheme
    rows = measure.rows(asked_of(year, today), values_of(measure, indicator.parameters))
    if year > today.year:
        return rows.none()
    return rows.filter(within(measure.place, tops_of(scheme))).filter(within(measure.place, paths))


def counts_by_path(rows: "QuerySet[Any]", place: str) -> dict[str, Count]:
    """Path -> how many rows hang on it and how many of them count. One query."""
    by_path = (
        rows.order_by()
        .values(place)
        .annotate(_total=CountRows("pk"), _counted=CountRows("pk", filter=Q(**{COUNTS: True})))
    )
    return {row[place]: Count(row["_total"], row["_counted"]) for row in by_path}


def figures_of(
    indicator: Indicator, organisations: list[Organisation], year: int, today: datetime.date
) -> list[Figure]:
    """The figures of the organisations in the year, in their order. Three queries at most, however many they are."""
    targets = dict(
        Target.objects.filter(indicator=indicator, year=year, organisation__in=organisations).values_list(
            "organisation_id", "value"
        )
    )
    measure = indicator.measure
    counts: dict[str, Count] = {}
    typed: dict[int, TypedFigure] = {}
    if measure is not None:
        places = {one.pk: place_of(indicator.scheme, one) for one in organisations}
        rows = rows_behind(indicator, measure, year, today, without_nested(places.values()))
        counts = sums_below(counts_by_path(rows, measure.place), places.values())
    elif indicator.is_typed:
        current = TypedFigure.objects.filter(
            indicator=indicator, year=year, organisation__in=organisations, is_current=True
        )
        typed = {one.organisation_id: one for one in current}
    found = []
    for organisation in organisations:
        count, value = Count(), None
        if measure is not None:
            count = counts[place_of(indicator.scheme, organisation)]
            value = value_of(count, is_share=measure.is_share) if year <= today.year else None
        elif organisation.pk in typed:
            count, value = Count(1, 1), typed[organisation.pk].value
        target = targets.get(organisation.pk)
        found.append(
            Figure(
                organisation,
                year,
                count,
                value,
                target,
                standing_of(value, target, indicator.direction),
                change_since(value, indicator.baseline, indicator.direction),
                typed.get(organisation.pk),
            )
        )
    return found


def place_of(scheme: Scheme, organisation: Organisation) -> str:
    """The path whose rows are an organisation's: for a body that made the scheme, the tree it oversees."""
    return organisation.scope_path if organisation.pk == scheme.organisation_id else str(organisation.path)


def is_led(viewer: Viewer, scheme: Scheme, organisation: Organisation) -> bool:
    """Whether the figures of the organisation are for the viewer: he leads it, or keeps the scheme."""
    return viewer.is_above("see_schemes", str(organisation.path)) or viewer.is_at(
        "keep_schemes", scheme.organisation_id
    )


def places_for(user: User, scheme: Scheme, year: int, today: datetime.date) -> list[Organisation]:
    """The organisations whose figures of the year are shown to the user: who made the scheme, next below it what it
    concerns, and whatever has a target; of these, those he leads, and his own. In the order of the tree. Two queries,
    and what the scheme names."""
    viewer = policy.viewer_for(user)
    own = Q(path__in=viewer.tops("see_schemes")) & within("path", tops_of(scheme))
    wanted = places_wanted(scheme) | targets_of_year(scheme, year) | own
    rows = Organisation.objects.filter(wanted).not_ended(asked_of(year, today).until)
    return [one for one in rows.select_related("type", "parent").order_by("path") if is_led(viewer, scheme, one)]


def places_wanted(scheme: Scheme) -> Q:
    """The condition that an organisation made the scheme, or is told of in it: next below its maker, or named."""
    maker = scheme.organisation
    if scheme.all_below:
        return Q(pk=maker.pk) | Q(parent=maker.overseer, type__is_body=False)
    return Q(pk=maker.pk) | Q(pk__in=scheme.organisations.order_by().values("pk"))


def targets_of_year(scheme: Scheme, year: int) -> Q:
    """The condition that an organisation has a target of the scheme in the year."""
    rows = Target.objects.order_by().filter(indicator__scheme=scheme, year=year)
    return Q(pk__in=rows.values("organisation"))


def typing_places(user: User, scheme: Scheme, today: datetime.date) -> "QuerySet[Organisation]":
    """The organisations whose figures the user may type: of who keeps the scheme all that it concerns next below him,
    else his own."""
    rows = Organisation.objects.filter(within("path", tops_of(scheme)) | Q(pk=scheme.organisation_id))
    viewer = policy.viewer_for(user)
    if policy.may(user, "keep_schemes", scheme):
        rows = rows.filter(places_wanted(scheme))
    else:
        rows = rows.filter(pk__in=viewer.organisation_ids("carry_out_schemes"))
    return rows.filter(Q(type__is_body=False) | Q(pk=scheme.organisation_id)).not_ended(today).order_by("path")


def by_year(indicator: Indicator, organisation: Organisation, today: datetime.date) -> list[Figure]:
    """The figures of one organisation in every year of the scheme. At most three queries a year."""
    return [figures_of(indicator, [organisation], year, today)[0] for year in indicator.scheme.years]


def typed_history(user: User, indicator: Indicator) -> "QuerySet[TypedFigure]":
    """What was typed for the indicator and the user may see, the newest first, what was corrected too."""
    rows = policy.visible(user, TypedFigure.objects.filter(indicator=indicator))
    rows = rows.select_related("organisation", "recorded_by__person").prefetch_related("attachments__file")
    return rows.order_by("-year", "organisation__path", "-pk")


def latest_figures(user: User, scheme: Scheme, today: datetime.date) -> list[tuple[Indicator, Figure]]:
    """Each indicator with its figure of this year, or of the last or first of the scheme's, of the highest organisation
    that is for the user. A fixed number of queries an indicator."""
    year = year_shown(scheme, today)
    places = places_for(user, scheme, year, today)
    if not places:
        return []
    found = []
    for indicator in scheme.indicators.order_by("position"):
        indicator.scheme = scheme
        found.append((indicator, figures_of(indicator, places[:1], year, today)[0]))
    return found


def year_shown(scheme: Scheme, today: datetime.date) -> int:
    """The year of the scheme nearest to today's."""
    return min(max(today.year, scheme.first_year), scheme.last_year)
