"""What is read of meetings: the criteria set that counts for a cell, and the facts of a meeting, as the rules take
them."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from fractions import Fraction

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from inspections.calendars.queries import paths_above
from inspections.meetings import rules
from inspections.meetings.models import (
    HELD,
    CriteriaSet,
    Criterion,
    ItemRating,
    Line,
    Meeting,
    MeetingFiles,
    ResolutionItem,
    RollCallMark,
)
from inspections.meetings.models.criteria import LINES, CriteriaSetQuerySet
from inspections.members.queries import OnRoll
from inspections.organisations.models import Organisation
from permissions.models import AuditEntry

SETS_KEPT = 200  # in a process; a province has a handful
KEPT_LINES: dict[int, QuerySet[Criterion]] = {}


def criteria_of(organisation: Organisation) -> CriteriaSetQuerySet:
    """The sets for the organisation, on whatever days, with their lines: of the nearest tree first, then the newest. Of
    those in force on a day the first counts."""
    return _sets_of(organisation).with_lines()


def _sets_of(organisation: Organisation) -> CriteriaSetQuerySet:
    nearest = F("organisation__depth").desc(nulls_last=True)
    rows = CriteriaSet.objects.of_paths(paths_above(organisation)).select_related("organisation")
    return rows.order_by(nearest, "-valid_from", "-pk")


def criteria_for(organisation: Organisation, on: datetime.date) -> CriteriaSet | None:
    """The set that counts for the organisation on the day: of the nearest tree, then the newest; with its lines. One
    query, and four for a set that this process has not seen yet."""
    found = _sets_of(organisation).in_force(on).first()
    if found is not None:
        _take_kept_lines(found)
    return found


def _take_kept_lines(criteria_set: CriteriaSet) -> None:
    """Gives the set its lines: those of a set are written once and never change, so a process keeps what it read."""
    kept = KEPT_LINES.get(criteria_set.pk)
    if kept is None:
        prefetch_related_objects([criteria_set], *LINES)
        read = criteria_set.criteria.all()
        # one that is being written may come to nothing: what was committed is kept, and nothing else
        transaction.on_commit(lambda: _keep_lines(criteria_set.pk, read))
    else:
        criteria_set._prefetched_objects_cache = {"criteria": kept}  # type: ignore[attr-defined]


def _keep_lines(key: int, read: QuerySet[Criterion]) -> None:
    if len(KEPT_LINES) >= SETS_KEPT:
        KEPT_LINES.clear()
    KEPT_LINES[key] = read


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
        size_with_away=criteria_set.size_with_away,
        size_with_guests=criteria_set.size_with_guests,
        counts_leftovers=criteria_set.counts_leftovers,
    )


def history_of(criteria_set: CriteriaSet) -> QuerySet[AuditEntry]:
    """The entries about a set and the one that ended it by following it, newest first; in whatever chain they stand."""
    about = Q(about_id=criteria_set.pk) | Q(old__before_id=criteria_set.pk)
    rows = AuditEntry.objects.filter(about, about_type=CriteriaSet._meta.label_lower)
    return rows.order_by("-pk")


# so many meetings are looked back at to count how often running somebody was excused
LOOKED_BACK = 24
Mark = RollCallMark.Mark


def standing_of(one: OnRoll) -> rules.Standing:
    """As what a member of the roll counts."""
    if one.is_exempt:
        return rules.Standing.EXEMPT
    if one.is_temporary_here:
        return rules.Standing.TEMPORARY
    return rules.Standing.OFFICIAL if one.is_full else rules.Standing.PROBATIONARY


def previous_of(meeting: Meeting) -> Meeting | None:
    """The last meeting of the cell that was held before this one."""
    rows = Meeting.objects.filter(organisation=meeting.organisation, state__in=HELD).exclude(pk=meeting.pk)
    return rows.filter(started_at__lt=meeting.started_at or meeting.planned_at).order_by("-started_at").first()


def has_documents(meeting: Meeting) -> bool:
    """Whether files were given out before the meeting."""
    return meeting.files.filter(kind=MeetingFiles.Kind.PREPARATION, attachments__isnull=False).exists()


def _assigned_before(meeting: Meeting) -> QuerySet[ResolutionItem]:
    """What meetings of the cell before this one assigned; a meeting assigns when it is closed."""
    rows = ResolutionItem.objects.filter(organisation=meeting.organisation, meeting__state=Meeting.State.CLOSED)
    return rows.filter(meeting__started_at__lt=meeting.started_at or meeting.planned_at).exclude(meeting=meeting.pk)


def open_items_of(meeting: Meeting) -> QuerySet[ResolutionItem]:
    """The assignments of earlier meetings of the cell that no meeting before this one rated as done."""
    before = ItemRating.objects.filter(is_done=True, meeting__started_at__lt=meeting.started_at or meeting.planned_at)
    # asked of each assignment of the cell: all that were ever rated as done are a million in a province
    rated = before.exclude(meeting=meeting.pk).filter(item=OuterRef("pk"))
    left = _assigned_before(meeting).filter(~Exists(rated))
    return left.select_related("person", "meeting").order_by("due_on", "pk")


def due_items_of(meeting: Meeting, counts_leftovers: bool) -> QuerySet[ResolutionItem]:
    """The earlier assignments that were to be done by a meeting that was held, whoever rated them.

    What was to be done by the regular meeting before it counted there: it counts again only with `counts_leftovers`,
    and only what was not done by then."""
    assert meeting.started_at is not None
    rows = _assigned_before(meeting).filter(due_on__lte=timezone.localdate(meeting.started_at))
    regular = Meeting.objects.regular().filter(organisation=meeting.organisation, state__in=HELD)
    before = regular.filter(started_at__lt=meeting.started_at).order_by("-started_at").first()
    if before is None or before.started_at is None:
        return rows
    day = timezone.localdate(before.started_at)
    counted = Q(due_on__lte=day, meeting__started_at__lt=before.started_at)
    if counts_leftovers:
        counted &= Q(done_on__lte=day)
    return rows.exclude(counted)


def facts_of(meeting: Meeting, scheme: rules.Scheme | None = None) -> rules.Facts:
    """What the record says of a meeting that was held, as the scheme asks for it. Up to eight queries.

    An assignment is done by the meeting when it was done by its day, whatever was reported or rated since."""
    assert meeting.started_at is not None and meeting.ended_at is not None
    left_out = scheme.left_out if scheme is not None else rules.LEFT_OUT
    day = timezone.localdate(meeting.started_at)
    marks = list(meeting.marks.all())
    speakers = None if meeting.why_no_speakers else meeting.speakers.count()
    due_items = due_items_of(meeting, scheme is not None and scheme.counts_leftovers)
    done = [one is not None and one <= day for one in due_items.order_by().values_list("done_on", flat=True)]
    hours = None
    if meeting.documents_at is not None:
        hours = Fraction(int((meeting.started_at - meeting.documents_at).total_seconds()), 3600)
    return rules.Facts(
        roll=_tallies(marks),
        minutes=int((meeting.ended_at - meeting.started_at).total_seconds()) // 60,
        away=meeting.away or 0,
        longest_excused=_longest_excused(meeting, marks, left_out),
        documents_hours=hours,
        documents_stated=hours is not None and not has_documents(meeting),
        speakers=speakers,
        due=len(done),
        done=sum(done),
        uploaded_on=timezone.localdate(meeting.uploaded_at) if meeting.uploaded_at else None,
        upload_due_on=meeting.upload_due_on,
    )


def _tallies(marks: list[RollCallMark]) -> dict[rules.Standing, rules.Marks]:
    found = {}
    for standing in rules.Standing:
        several = [mark.mark for mark in marks if mark.standing == standing]
        if several:
            found[standing] = rules.Marks(
                len(several), *(several.count(mark) for mark in (Mark.PRESENT, Mark.EXCUSED, Mark.UNEXCUSED))
            )
    return found


def attendance_of(marks: Iterable[RollCallMark], left_out: Collection[rules.Standing]) -> tuple[int, int]:
    """How many were expected and how many of them present, of those whose attendance counts."""
    counted = [mark.mark for mark in marks if mark.standing not in left_out]
    return len(counted), counted.count(Mark.PRESENT)


def _longest_excused(meeting: Meeting, marks: list[RollCallMark], left_out: Collection[rules.Standing]) -> int:
    """The most meetings in a row, up to this one, from which one member whose attendance counts was excused."""
    excused = {mark.person_id for mark in marks if mark.mark == Mark.EXCUSED and mark.standing not in left_out}
    if not excused:
        return 0
    before = Meeting.objects.filter(
        organisation=meeting.organisation, state__in=HELD, kind=meeting.kind, started_at__lt=meeting.started_at
    )
    keys = list(before.order_by("-started_at").values_list("pk", flat=True)[:LOOKED_BACK])
    rows = RollCallMark.objects.filter(meeting__in=keys, person__in=excused, mark=Mark.EXCUSED)
    rows = rows.exclude(standing__in=left_out)
    missed: dict[int, set[int]] = defaultdict(set)
    for key, person in rows.values_list("meeting_id", "person_id"):
        missed[key].add(person)
    longest, still = 1, excused
    for key in keys:
        still = still & missed[key]
        if not still:
            break
        longest += 1
    return longest
