"""What is read of meetings: which criteria set counts for a cell, and as what the rules take it."""

import datetime

from django.db.models import F, Q, QuerySet

from inspections.calendars.queries import paths_above
from inspections.meetings import rules
from inspections.meetings.models import CriteriaSet, Line
from inspections.organisations.models import Organisation
from permissions.models import AuditEntry


def criteria_for(organisation: Organisation, on: datetime.date) -> CriteriaSet | None:
    """The set that counts for the organisation on the day: of the nearest tree, then the newest; with its lines."""
    rows = CriteriaSet.objects.in_force(on).of_paths(paths_above(organisation)).with_lines()
    nearest = F("organisation__depth").desc(nulls_last=True)
    return rows.order_by(nearest, "-valid_from", "-pk").first()


def part_of(line: Line) -> rules.Part:
    """A line as the rules take it; it goes by its id."""
    return rules.Part(
        key=line.pk,
        points=line.points,
        measure=rules.Measure(line.measure) if line.measure else None,
        bands=tuple(rules.Band(band.start, band.points, band.is_above) for band in line.bands.all()),
        adjustments=tuple(
            rules.Adjustment(rules.Adjusts(one.kind), one.points, one.more_than) for one in line.adjustments.all()
        ),
    )


def scheme_of(criteria_set: CriteriaSet) -> rules.Scheme:
    """A set as the rules take it. Three queries more where its lines were not read with it."""
    counts = {
        rules.Standing.PROBATIONARY: criteria_set.counts_probationary,
        rules.Standing.TEMPORARY: criteria_set.counts_temporary,
        rules.Standing.EXEMPT: criteria_set.counts_exempt,
    }
    return rules.Scheme(
        criteria=tuple(
            rules.Criterion(criterion.points, tuple(part_of(line) for line in criterion.lines.all()))
            for criterion in criteria_set.criteria.all()
        ),
        ratings={
            rules.Rating.POOR: criteria_set.good_from * 0,
            rules.Rating.AVERAGE: criteria_set.average_from,
            rules.Rating.FAIR: criteria_set.fair_from,
            rules.Rating.GOOD: criteria_set.good_from,
        },
        minutes=criteria_set.minutes,
        many=criteria_set.many,
        minutes_of_many=criteria_set.minutes_of_many,
        documents_hours=criteria_set.documents_hours,
        left_out=frozenset(standing for standing, counted in counts.items() if not counted),
    )


def history_of(criteria_set: CriteriaSet) -> QuerySet[AuditEntry]:
    """The entries about a set and the one that ended it by following it, newest first; in whatever chain they stand."""
    about = Q(about_id=criteria_set.pk) | Q(old__before_id=criteria_set.pk)
    rows = AuditEntry.objects.filter(about, about_type=CriteriaSet._meta.label_lower)
    return rows.order_by("-pk")
