"""Invariants of cell meetings: what a closed one tells of its score."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from inspections.meetings.models import CriteriaSet, Meeting, MeetingScore
from inspections.meetings.queries import scheme_of
from inspections.meetings.rules import rating_of
from workflows.invariants.breach import Breach, of


def totals_agree(now: datetime.datetime) -> Iterator[Breach]:
    own = MeetingScore.objects.filter(side=MeetingScore.Side.OWN).order_by()
    sums = dict(own.values_list("meeting").annotate(given=Sum("points")))
    schemes = {one.pk: scheme_of(one) for one in CriteriaSet.objects.with_lines()}
    for meeting in Meeting.objects.filter(state=Meeting.State.CLOSED).order_by("pk").iterator():
        given = sums.get(meeting.pk, Decimal(0))
        assert meeting.total is not None and meeting.criteria_set_id is not None
        rating = rating_of(schemes[meeting.criteria_set_id], meeting.total)
        if meeting.total != given:
            yield of(meeting, f"has {meeting.total} points, and its lines {given} together")
        elif meeting.rating != rating:
            yield of(meeting, f"is rated {meeting.rating}, and {meeting.total} points are {rating.value}")
