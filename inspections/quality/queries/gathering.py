"""Gathering what is recorded of the meetings of a cell over a period, as the measures take it.

A fixed number of queries, however many meetings there are. What the measures say so does not differ from the score of a
meeting or the pictures of superiors: sizes, totals and absences are read as these read them."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from inspections.calendars.moments import start_of
from inspections.calendars.rules import days_after
from inspections.cases.models import Case
from inspections.meetings.comparison import differs, total_beside
from inspections.meetings.models import (
    AgendaItem,
    CriteriaSet,
    Meeting,
    MeetingFiles,
    MeetingScore,
    ResolutionItem,
    RollCallMark,
    Speaker,
)
from inspections.meetings.queries import criteria_of, scheme_of
from inspections.meetings.rules import FULL, LEFT_OUT, Marks, Scheme, Standing, plain
from inspections.meetings.rules import Facts as ScoreFacts
from inspections.organisations.models import Organisation
from inspections.quality.facts import AssignmentFacts, DemandFacts, Facts, MeetingFacts, Period
from inspections.remedies.models import Correction
from inspections.superiors.models import AbsenceRun
from inspections.superiors.queries.flags import settings_now
from inspections.superiors.rules import Life

Mark, Side = RollCallMark.Mark, MeetingScore.Side
# how often each mark was given, by standing
Roll = Mapping[Standing, Counter[str]]


def facts_of(cell: Organisation, period: Period, case: Case) -> Facts:
    """All that is recorded of the cell and the period; demands of notices of other cases than this one."""
    meetings = list(_meetings(cell, period))
    keys = [one.pk for one in meetings]
    schemes = _schemes(cell, meetings)
    rolls, runs, scores = _rolls(keys), _runs(keys), _scores(keys)
    return Facts(
        period=period,
        life=Life(cell.starts_on, cell.ends_on),
        meetings=tuple(
            _facts_of_meeting(one, schemes.get(one.pk), rolls[one.pk], dict(runs[one.pk]), scores[one.pk])
            for one in meetings
        ),
        assignments=tuple(_assignments(cell, period)),
        demands=tuple(_demands(cell, case)),
        settings=settings_now(also_untold=True),
    )


def _schemes(cell: Organisation, meetings: Iterable[Meeting]) -> dict[int, Scheme]:
    """By what each meeting is measured: what it was scored by, else what was in force for the cell on its day. The sets
    are read once, however many meetings there are."""
    meetings = list(meetings)
    own = CriteriaSet.objects.filter(meetings__in=[one.pk for one in meetings]).distinct().with_lines()
    schemes = {one.pk: scheme_of(one) for one in own}
    found = {one.pk: schemes[one.criteria_set_id] for one in meetings if one.criteria_set_id is not None}
    days = {one.pk: _day(one.started_at) for one in meetings if one.criteria_set_id is None}
    sets = list(criteria_of(cell)) if any(days.values()) else []
    for key, day in days.items():
        counting = next((some for some in sets if day is not None and some.is_in_force(day)), None)
        if counting is not None:
            found[key] = schemes.setdefault(counting.pk, scheme_of(counting))
    return found


def _many(rows: Any) -> Any:
    """How many of the rows hang on a meeting."""
    counted = rows.order_by().filter(meeting=OuterRef("pk")).values("meeting").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _meetings(cell: Organisation, period: Period) -> Any:
    months = (period.first.replace(day=1), period.last.replace(day=1))
    contents = AgendaItem.objects.filter(carried=None)
    minutes = MeetingFiles.objects.filter(
        meeting=OuterRef("pk"), kind=MeetingFiles.Kind.MINUTES, attachments__isnull=False
    )
    rows = Meeting.objects.standing().filter(organisation=cell)
    # one held in another month than its own is held in the period all the same
    held = Q(started_at__gte=start_of(period.first), started_at__lt=start_of(days_after(period.last, 1)))
    rows = rows.filter(Q(month__range=months) | held)
    return (
        rows.select_related("criteria_set")
        .order_by("month", "planned_at", "pk")
        .annotate(
            contents=_many(contents),
            unassigned=_many(contents.filter(preparer=None)),
            spoke=_many(Speaker.objects.all()),
            assigned=_many(ResolutionItem.objects.all()),
            has_minutes_file=Exists(minutes),
        )
    )


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return timezone.localdate(moment) if moment is not None else None


def _facts_of_meeting(
    one: Any, scheme: Scheme | None, roll: Roll, runs: dict[int, int], scores: Iterable[MeetingScore]
) -> MeetingFacts:
    left_out = scheme.left_out if scheme is not None else LEFT_OUT
    counted = sum((marks for standing, marks in roll.items() if standing not in left_out), Counter[str]())
    lasted = 0
    if one.started_at is not None and one.ended_at is not None:
        lasted = int((one.ended_at - one.started_at).total_seconds()) // 60
    own, differing, scored_by = _beside(one, scores)
    return MeetingFacts(
        key=one.pk,
        month=one.month,
        planned_on=timezone.localdate(one.planned_at),
        day=_day(one.started_at),
        is_regular=one.kind == Meeting.Kind.REGULAR,
        is_recorded=one.state in (Meeting.State.HELD, Meeting.State.CLOSED),
        is_closed=one.is_closed,
        expected=one.expected or 0,
        present=one.present or 0,
        excused=counted[Mark.EXCUSED],
        unexcused=counted[Mark.UNEXCUSED],
        minutes=lasted,
        asked=_asked(one, scheme, roll, lasted),
        contents=one.contents,
        unassigned=one.unassigned,
        is_announced=one.notice_at is not None,
        documents_hours=_hours_before(one),
        documents_asked=scheme.documents_hours if scheme is not None else 0,
        speakers=None if one.why_no_speakers else one.spoke,
        has_minutes=bool(one.minutes) or one.has_minutes_file,
        has_conclusions=bool(one.conclusions),
        assigned=one.assigned,
        handed_in_on=_day(one.uploaded_at),
        hand_in_by=one.upload_due_on,
        own=own,
        scored_by=scored_by,
        differing=tuple(differing),
        has_dues=one.dues is not None,
        runs=runs,
    )


def _asked(one: Meeting, scheme: Scheme | None, roll: Roll, lasted: int) -> int | None:
    """The minutes that its criteria ask of a cell of its size; None where there were none on its day."""
    if scheme is None:
        return None
    of_score = ScoreFacts({key: Marks(sum(marks.values())) for key, marks in roll.items()}, lasted, one.away or 0)
    return scheme.asked_minutes(scheme.size_of(of_score))


def _hours_before(one: Meeting) -> Fraction | None:
    if one.documents_at is None or one.started_at is None:
        return None
    return Fraction(int((one.started_at - one.documents_at).total_seconds()), 3600)


def _rolls(keys: list[int]) -> dict[int, Roll]:
    """How often each mark was given, by meeting and standing. One query."""
    found: dict[int, dict[Standing, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    rows = RollCallMark.objects.order_by().filter(meeting__in=keys).values_list("meeting", "standing", "mark")
    for meeting, standing, mark, many in rows.annotate(n=Count("pk")):
        found[meeting][Standing(standing)][mark] += many
    return found  # type: ignore[return-value]


def _runs(keys: list[int]) -> dict[int, dict[int, int]]:
    """Who was absent how often running up to each meeting, as superiors are told. One query."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = AbsenceRun.objects.filter(meeting__in=keys).values_list("meeting", "person", "times")
    for meeting, person, times in rows:
        found[meeting][person] = times
    return found


def _scores(keys: list[int]) -> dict[int, list[MeetingScore]]:
    found: dict[int, list[MeetingScore]] = defaultdict(list)
    rows = MeetingScore.objects.filter(meeting__in=keys).select_related("line", "body").order_by("side", "body", "pk")
    for score in rows:
        found[score.meeting_id].append(score)
    return found


def _beside(one: Meeting, scores: Iterable[MeetingScore]) -> tuple[str, list[str], int]:
    """The own score, what each other body gave where it differs beyond the margin, in all or on a line, and by how many
    others the meeting was scored."""
    if one.criteria_set is None:
        return "", [], 0
    own: dict[int, MeetingScore] = {}
    given: dict[Organisation, dict[int, Decimal]] = defaultdict(dict)
    for score in scores:
        if score.side == Side.OWN:
            own[score.line_id] = score
        else:
            given[score.body][score.line_id] = score.points
    margin, points = one.criteria_set.margin, {key: score.points for key, score in own.items()}
    total, differing = sum(points.values(), Decimal(0)), []
    for body, several in given.items():
        beside = total_beside(points, several)
        assert beside is not None
        lines = [
            key
            for key, value in several.items()
            if key in own and differs([points[key], value], own[key].line.points, margin)
        ]
        if lines or differs([total, beside], FULL, margin):
            differing.append(f"{body}: {plain(beside)}")
    return plain(total), differing, len(given)


def _assignments(cell: Organisation, period: Period) -> Iterable[AssignmentFacts]:
    """What was due in the period: what the cell assigned, also where another took it over since, and what it took over
    from the one before it. One query."""
    rows = ResolutionItem.objects.filter(
        Q(organisation=cell) | Q(meeting__organisation=cell),
        meeting__state=Meeting.State.CLOSED,
        due_on__range=(period.first, period.last),
    )
    for meeting, due_on, done_on in rows.order_by("due_on", "pk").values_list("meeting", "due_on", "done_on"):
        yield AssignmentFacts(meeting, due_on, done_on)


def _demands(cell: Organisation, case: Case) -> Iterable[DemandFacts]:
    """The demands on the cell in notices of other cases, also what another cell took over since, and what it took over
    itself; the oldest first. One query."""
    rows = Correction.objects.filter(
        Q(organisation=cell) | Q(demand__assignee__organisation=cell), demand__assignee__person=None
    )
    rows = rows.exclude(demand__notice__case=case).select_related("demand__notice")
    for one in rows.order_by("demand__notice__issued_on", "pk"):
        is_accepted = one.state == Correction.State.ACCEPTED
        yield DemandFacts(one.pk, one.demand.notice.number, one.due_on, is_accepted)
