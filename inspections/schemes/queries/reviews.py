"""What a review gathers before it is held, and what it kept."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from inspections.organisations.models import User
from inspections.organisations.rules import path_end
from inspections.schemes.models import Indicator, KeptFigure, KeptIndicator, KeptRow, Review
from inspections.schemes.queries.figures import Figure, figures_of, indicators_of, is_led, places_for
from inspections.schemes.queries.lists import evidence_by_kind, groups_of, progress_of
from inspections.schemes.rules import Standing, standing_of
from permissions import policy


@dataclass(frozen=True)
class Gathered:
    """The figures of one indicator, that of who made the scheme first."""

    indicator: Indicator
    figures: list[Figure]


def gathered(review: Review, user: User, today: datetime.date) -> dict[str, Any]:
    """What the review would keep if it were held now. A fixed number of queries."""
    scheme = review.scheme
    places = places_for(user, scheme, review.year, today)
    indicators = indicators_of(scheme)
    figures = figures_of([(one, review.year) for one in indicators], places, today)
    return {
        "review": review,
        "gathered": [Gathered(*one) for one in zip(indicators, figures, strict=True)],
        "progress": progress_of(groups_of(scheme)),
        "evidence": evidence_by_kind(scheme),
    }


@dataclass(frozen=True)
class KeptShown:
    """A kept figure with how fact stood to plan."""

    figure: KeptFigure
    standing: Standing
    is_open: bool


def kept_of(review: Review, user: User) -> list[tuple[KeptIndicator, list[KeptShown]]]:
    """The kept figures by indicator, in the words it had then: that of who made the scheme, which everybody reads who
    sees the review, and those of what the reader leads (is_open: whose rows he may read). Three queries at most."""
    viewer, scheme = policy.viewer_for(user), review.scheme
    words = {one.indicator_id: one for one in review.indicators.order_by("position")}
    found: dict[int, tuple[KeptIndicator, list[KeptShown]]] = {one: (words[one], []) for one in words}
    rows = review.figures.select_related("organisation").order_by("path")
    top = min((row.path for row in rows), default="", key=len)
    for row in rows:
        is_open = is_led(viewer, scheme, row.organisation)
        if is_open or row.path == top:
            indicator, figures = found[row.indicator_id]
            figures.append(KeptShown(row, standing_of(row.value, row.target, indicator.direction), is_open))
    return [one for one in found.values() if one[1]]


def rows_kept(figure: KeptFigure) -> "QuerySet[KeptRow]":
    """The rows behind a kept figure: of a typed one that alone which was typed for the organisation."""
    rows = KeptRow.objects.filter(review=figure.review_id, indicator=figure.indicator_id)
    if figure.indicator.is_typed:
        return rows.filter(organisation=figure.organisation_id)
    return rows.filter(path__gte=figure.path, path__lte=path_end(figure.path))
