"""Invariants of schemes: kept figures are those of their lists, and a planned review is on the clock."""

import datetime
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from inspections.deadlines.models import Deadline
from inspections.organisations.rules import LAST
from inspections.schemes.models import KeptFigure, KeptRow, Review
from inspections.schemes.models.reviews import HOLD_REVIEW
from inspections.schemes.rules import Count, value_of
from workflows.invariants.breach import Breach, number_of, of


def reviews_equal_lists(now: datetime.datetime) -> Iterator[Breach]:
    rows = KeptRow.objects.filter(review=OuterRef("review"), indicator=OuterRef("indicator"))
    counted_below = rows.filter(path__gte=OuterRef("path"), path__lte=Concat(OuterRef("path"), Value(LAST)))
    typed = Q(indicator__measure_code="")
    for behind, which in ((rows.filter(organisation=OuterRef("organisation")), typed), (counted_below, ~typed)):
        figures = KeptFigure.objects.filter(which).annotate(
            rows_behind=number_of(behind), counts_behind=number_of(behind.filter(counts=True))
        )
        wrong = figures.exclude(total=F("rows_behind"), counted=F("counts_behind"))
        for row in wrong:
            told = f"{row.counted} of {row.total}"
            yield of(row, f"says {told}, and its list {row.counts_behind} of {row.rows_behind}")
    for one in KeptFigure.objects.exclude(typed).select_related("indicator"):
        measure = one.indicator.measure
        if measure is not None and one.value is not None:
            value = value_of(Count(one.total, one.counted), is_share=measure.is_share)
            if value != one.value:
                yield of(one, f"says {one.value}, and its counts are worth {value}")


def reviews_timed(now: datetime.datetime) -> Iterator[Breach]:
    kind = ContentType.objects.get_for_model(Review)
    clock = Deadline.objects.live().filter(item_type=kind, item_id=OuterRef("pk"), duty=HOLD_REVIEW)
    planned = Q(state=Review.State.PLANNED)
    for review in Review.objects.filter(planned).exclude(Exists(clock.filter(due_on=OuterRef("due_on")))):
        yield of(review, f"is to be held by {review.due_on} and has no clock of that day")
    for review in Review.objects.exclude(planned).filter(Exists(clock)):
        yield of(review, f"is {review.state} and has a clock that runs")
