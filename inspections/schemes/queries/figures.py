"""The figures of indicators by organisation and year, and the rows behind them: of the records, or typed."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count as CountRows
from django.db.models import IntegerField, Q, QuerySet, Value

from inspections.organisations.models import Organisation, PassedItem, User
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
from permissions.viewer import NEVER, Viewer, any_of


@dataclass(frozen=True)
class Figure:
    """Fact beside plan, of one organisation in one year. change: how much better than the baseline, which is that of
    who made the scheme, so None for others. typed: the row it was typed in."""

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
    indicator: Indicator,
    measure: Measure,
    year: int,
    today: datetime.date,
    paths: Iterable[str],
    tops: list[str] | None = None,
    known: dict[str, Any] | None = None,
) -> "QuerySet[Any]":
    """The rows of the measure that hang on the paths and on what the scheme concerns, each once. tops: of the scheme,
    where they are known; known: as of `Asked`."""
    rows = measure.rows(asked_of(year, today, known), values_of(measure, indicator.parameters))
    if year > today.year:
        return rows.none()
    tops = tops_of(indicator.scheme) if tops is None else tops
    return rows.filter(within(measure.place, tops)).filter(within(measure.place, paths))


def counts_by_path(lists: list[tuple["QuerySet[Any]", str]]) -> list[dict[str, Count]]:
    """Of each list of rows, with the lookup of the path they hang on: path -> how many rows hang on it and how many of
    them count. One query for all lists."""
    found: list[dict[str, Count]] = [{} for _one in lists]
    parts = [
        rows.order_by()
        .values_list(Value(number, output_field=IntegerField()), place)
        .annotate(_total=CountRows("pk"), _counted=CountRows("pk", filter=Q(**{COUNTS: True})))
        for number, (rows, place) in enumerate(lists)
    ]
    if not parts:
        return found
    for number, path, total, counted in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        found[number][path] = Count(total, counted)
    return found


def figures_of(
    wanted: list[tuple[Indicator, int]], organisations: list[Organisation], today: datetime.date
) -> list[list[Figure]]:
    """Of each indicator in its year, all of one scheme: the figures of the organisations, in their order.

    Five queries at most and what measures read once, however many indicators, years and organisations there are."""
    if not wanted or not organisations:
        return [[] for _one in wanted]
    scheme = wanted[0][0].scheme
    places = {one.pk: place_of(scheme, one) for one in organisations}
    tops, paths = tops_of(scheme), without_nested(places.values())
    measures = [one.measure for one, _year in wanted]
    known: dict[str, Any] = {}
    lists = [
        (rows_behind(one, measure, year, today, paths, tops, known), measure.place)
        for (one, year), measure in zip(wanted, measures, strict=True)
        if measure is not None and year <= today.year
    ]
    counted = iter(counts_by_path(lists))
    makers = _former_makers(scheme) if scheme.organisation_id in places else []
    targets, typed = _targets(wanted, [*places, *makers]), _typed(wanted, [*places, *makers])
    found = []
    for (indicator, year), measure in zip(wanted, measures, strict=True):
        is_counted = measure is not None and year <= today.year
        counts = sums_below(next(counted) if is_counted else {}, places.values())
        figures = []
        for organisation in organisations:
            # who took the place of the maker tells its past years too: they are those of the scheme
            told_of = [organisation.pk, *(makers if organisation.pk == scheme.organisation_id else [])]
            keys = [(indicator.pk, year, one) for one in told_of]
            row = next((typed[key] for key in keys if key in typed), None)
            count, value = counts[places[organisation.pk]], None
            if measure is not None and is_counted:
                value = value_of(count, is_share=measure.is_share)
            elif row is not None:
                count, value = Count(1, 1), row.value
            target = next((targets[key] for key in keys if key in targets), None)
            standing = standing_of(value, target, indicator.direction)
            baseline = indicator.baseline if organisation.pk == scheme.organisation_id else None
            change = change_since(value, baseline, indicator.direction)
            figures.append(Figure(organisation, year, count, value, target, standing, change, row))
        found.append(figures)
    return found


Key = tuple[int, int, int]  # indicator, year, organisation


def _former_makers(scheme: Scheme) -> list[int]:
    """The organisations, by id, that kept the scheme before they ended, the last first."""
    kind = ContentType.objects.get_for_model(Scheme)
    passed = PassedItem.objects.filter(item_type=kind, item_id=scheme.pk).order_by("-pk")
    return list(passed.values_list("part__succession__organisation", flat=True))


def _of(wanted: list[tuple[Indicator, int]], organisations: list[int]) -> Q:
    keys, years = {one.pk for one, _year in wanted}, {year for _one, year in wanted}
    return Q(indicator__in=keys, year__in=years, organisation__in=organisations)


def _targets(wanted: list[tuple[Indicator, int]], organisations: list[int]) -> dict[Key, Decimal]:
    rows = Target.objects.order_by().filter(_of(wanted, organisations))
    return {(one.indicator_id, one.year, one.organisation_id): one.value for one in rows}


def _typed(wanted: list[tuple[Indicator, int]], organisations: list[int]) -> dict[Key, TypedFigure]:
    """The figures that count of the indicators that are typed."""
    typed = [(one, year) for one, year in wanted if one.is_typed]
    if not typed:
        return {}
    rows = TypedFigure.objects.order_by().filter(_of(typed, organisations), is_current=True)
    return {(one.indicator_id, one.year, one.organisation_id): one for one in rows}


def place_of(scheme: Scheme, organisation: Organisation) -> str:
    """The path whose rows are an organisation's: for a body that made the scheme, the tree it oversees."""
    return organisation.scope_path if organisation.pk == scheme.organisation_id else str(organisation.path)


def is_led(viewer: Viewer, scheme: Scheme, organisation: Organisation) -> bool:
    """Whether the figures of the organisation are for the viewer: he leads it, or keeps the scheme."""
    return viewer.is_above("see_schemes", str(organisation.path)) or viewer.is_at(
        "keep_schemes", scheme.organisation_id
    )


def places_for(user: User, scheme: Scheme, year: int, today: datetime.date) -> list[Organisation]:
    """The organisations whose figures of the year are shown to the user: those of `places_of` that he leads, and his
    own. In the order of the tree. Two queries, and what the scheme names."""
    viewer = policy.viewer_for(user)
    rows = places_of(scheme, year, today, also=Q(path__in=viewer.tops("see_schemes")))
    return [one for one in rows if is_led(viewer, scheme, one)]


def places_of(scheme: Scheme, year: int, today: datetime.date, also: Q = NEVER) -> list[Organisation]:
    """The organisations of which figures of the year are told, and kept by a review: who made the scheme, next below
    it what it concerns, whatever has a target, and those of the condition `also`; of these, what the scheme still
    concerns and was there on the last day that counts. One query, and what the scheme names."""
    tops = tops_of(scheme)
    wanted = any_of(places_wanted(scheme) | targets_of_year(scheme, year), also)
    rows = Organisation.objects.filter(wanted).not_ended(asked_of(year, today).until)
    return [one for one in rows.select_related("type", "parent").order_by("path") if concerns(scheme, one, tops)]


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
    """The figures of one organisation in every year of the scheme, in a fixed number of queries."""
    wanted = [(indicator, year) for year in indicator.scheme.years]
    return [figures[0] for figures in figures_of(wanted, [organisation], today)]


def typed_history(user: User, indicator: Indicator) -> "QuerySet[TypedFigure]":
    """What was typed for the indicator and the user may see, the newest first, what was corrected too."""
    rows = policy.visible(user, TypedFigure.objects.filter(indicator=indicator))
    rows = rows.select_related("organisation", "recorded_by__person").prefetch_related("attachments__file")
    return rows.order_by("-year", "organisation__path", "-pk")


def latest_figures(user: User, scheme: Scheme, today: datetime.date) -> list[tuple[Indicator, Figure]]:
    """Each indicator with its figure of this year, or of the last or first of the scheme's, of the highest organisation
    that is for the user. A fixed number of queries an indicator."""
    year = year_shown(scheme, today)
    top = places_for(user, scheme, year, today)[:1]
    if not top:
        return []
    rows = indicators_of(scheme)
    figures = figures_of([(one, year) for one in rows], top, today)
    return [(one, found[0]) for one, found in zip(rows, figures, strict=True)]


def indicators_of(scheme: Scheme) -> list[Indicator]:
    """The indicators of the scheme in their order, each knowing it. One query."""
    rows = list(scheme.indicators.order_by("position"))
    for one in rows:
        one.scheme = scheme
    return rows


def year_shown(scheme: Scheme, today: datetime.date) -> int:
    """The year of the scheme nearest to today's."""
    return min(max(today.year, scheme.first_year), scheme.last_year)
