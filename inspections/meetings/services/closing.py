"""Closing a meeting: its resolution, how the assignments that were due were rated, and the score; then it is locked."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import Duty
from inspections.calendars.standing import hold_calendar
from inspections.deadlines.services import Owed, meet_clock, meet_clocks, run_duty_again, start_clocks
from inspections.documents.services import term_of
from inspections.meetings.models import (
    CARRY_OUT,
    CriteriaSet,
    ItemRating,
    Line,
    Meeting,
    MeetingFiles,
    MeetingScore,
    Resolution,
    ResolutionItem,
)
from inspections.meetings.queries import attendance_of, criteria_for, facts_of, open_items_of, scheme_of
from inspections.meetings.rules import Computed, Scheme, plain, rating_of, score
from inspections.meetings.services.common import attach_files, check_columns, locked_meeting
from inspections.meetings.words import told_json
from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean, on_paper
from permissions import audit, policy
from permissions.verdicts import NotNow

Side = MeetingScore.Side


@dataclass(frozen=True)
class PointsGiven:
    """Points of a line that is judged, with the note that says why."""

    points: Decimal
    note: str


@dataclass(frozen=True)
class RatingGiven:
    """How an assignment is rated. done_on: the day it was done; that of the meeting where it is not said, but it has to
    be said of what was due before."""

    is_done: bool
    note: str = ""
    done_on: datetime.date | None = None


@dataclass(frozen=True)
class ClosingGiven:
    """scores: id of the line -> points, for each line that is judged. ratings: id of the assignment -> its rating.

    uploaded_at: when the result was handed in, None for now. minutes_files, resolution_files: signed papers."""

    scores: Mapping[int, PointsGiven]
    ratings: Mapping[int, RatingGiven] = field(default_factory=dict)
    resolution: str = ""
    number: str = ""
    dues: Decimal | None = None
    uploaded_at: datetime.datetime | None = None
    minutes_files: Sequence[Any] = ()
    resolution_files: Sequence[Any] = ()


def close_meeting(*, acting_user: User, meeting: Meeting, given: ClosingGiven, now: datetime.datetime) -> Meeting:
    """Computes what the record proves, keeps what the meeting judged, rates it and locks it. The assignments become
    deadlines of the cell.

    Raises Refused, NotNow (not held, closed already, no criteria set counts), ValidationError (points outside a line,
    no note, an assignment not rated, moments to come): under the names of the row concerned, `item_`, `done_` and
    `said_` with the id of the assignment, `points_` and `note_` with that of the line."""
    with transaction.atomic():
        hold_calendar()  # before any organisation, as a change of the calendar does
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        if meeting.is_closed:
            raise NotNow(_("The meeting is closed already."))
        if meeting.state != Meeting.State.HELD or meeting.started_at is None:
            raise NotNow(_("Record first how the meeting was held."))
        _check_order(meeting)
        day = timezone.localdate(meeting.started_at)
        criteria = criteria_for(cell, day)
        if criteria is None:
            raise NotNow(_("No criteria set counts for the cell on that day. An administrator adds one."))
        _check_moment(meeting, given, now)
        if given.dues is not None and given.dues < 0:
            raise ValidationError({"dues": _("Say how much was collected, in đồng.")})
        scheme = scheme_of(criteria)
        # the set that counts may be another than on the evening
        meeting.expected, meeting.present = attendance_of(meeting.marks.all(), scheme.left_out)
        rated = _rate_items(acting_user, meeting, given.ratings, day, now)
        meeting.uploaded_at = given.uploaded_at or now
        meeting.dues = given.dues
        scores = _scores(meeting, criteria, scheme, given.scores, acting_user, now)
        MeetingScore.objects.bulk_create(scores)
        meeting.criteria_set, meeting.closed_at, meeting.state = criteria, now, Meeting.State.CLOSED
        meeting.total = sum((one.points for one in scores), Decimal(0))
        meeting.rating = rating_of(scheme, meeting.total).value
        check_columns(meeting, "dues", "total", "rating")
        meeting.save()
        _write_resolution(cell, meeting, given, day)
        names = attach_files(
            meeting, MeetingFiles.Kind.MINUTES, given.minutes_files, acting_user=acting_user, now=now
        ) + attach_files(
            meeting, MeetingFiles.Kind.RESOLUTION, given.resolution_files, acting_user=acting_user, now=now
        )
        meet_clock(meeting, Duty.UPLOAD_MEETING, timezone.localdate(meeting.uploaded_at), now=now)
        _start_items(cell, meeting, day, now)
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb="close_meeting",
            old={"came_back": rated} if rated else {},
            new={
                "total": plain(meeting.total),
                "rating": meeting.rating,
                "criteria": criteria.pk,
                "uploaded_at": meeting.uploaded_at.isoformat(),
                "expected": meeting.expected,
                "present": meeting.present,
                "dues": "" if meeting.dues is None else plain_amount(meeting.dues),
                "number": clean(given.number),
                "resolution": given.resolution.strip(),
                "points": {one.line.number: one.told for one in scores},
                "ratings": _told_ratings(meeting),
                "files": names,
            },
        )
        return meeting


def plain_amount(amount: Decimal) -> str:
    """An amount of đồng in digits."""
    return f"{amount:f}"


def _told_ratings(meeting: Meeting) -> list[str]:
    """How the meeting rated earlier assignments, as the audit keeps it: in the language of the papers."""
    found = []
    with on_paper():
        for one in meeting.ratings.select_related("item__person").order_by("pk"):
            day = one.item.done_on
            result = _("done on %(day)s") % {"day": f"{day:%d/%m/%Y}"} if one.is_done and day else _("not done")
            found.append(" – ".join(filter(None, (f"{one.item.text} ({one.item.person}): {result}", one.note))))
    return found


def _check_order(meeting: Meeting) -> None:
    """A meeting assigns when it is closed, so they are closed in the order in which they were held."""
    earlier = Meeting.objects.filter(
        organisation=meeting.organisation, state=Meeting.State.HELD, started_at__lt=meeting.started_at
    )
    first = earlier.order_by("started_at", "pk").first()
    if first is not None:
        said = _("Close the meeting before it first: %(meeting)s.")
        raise NotNow(said % {"meeting": first.told})


def _write_resolution(cell: Organisation, meeting: Meeting, given: ClosingGiven, day: datetime.date) -> None:
    number, text = clean(given.number), given.resolution.strip()
    if not text:
        if number:
            raise ValidationError({"number": _("There is a number and no resolution. Write down what was resolved.")})
        return
    if number:
        term = term_of(cell, day)
        others = Resolution.objects.filter(meeting__organisation=cell, number__iexact=number).exclude(meeting=meeting)
        if term is not None:
            others = others.filter(meeting__started_at__date__gte=term.starts_on)
        other = others.select_related("meeting").first()
        if other is not None:
            said = _("%(number)s is the resolution of the meeting %(meeting)s. Check the number.")
            raise ValidationError({"number": said % {"number": number, "meeting": other.meeting.told}})
    Resolution.objects.create(meeting=meeting, number=number, text=text)


def _check_moment(meeting: Meeting, given: ClosingGiven, now: datetime.datetime) -> None:
    if given.uploaded_at is None:
        return
    if given.uploaded_at > now:
        raise ValidationError({"uploaded_at": _("This moment is still to come. Leave it empty: then it is now.")})
    if meeting.ended_at is not None and given.uploaded_at < meeting.ended_at:
        raise ValidationError({"uploaded_at": _("The result cannot be handed in before the meeting ended.")})


def _rate_items(
    acting_user: User,
    meeting: Meeting,
    ratings: Mapping[int, RatingGiven],
    day: datetime.date,
    now: datetime.datetime,
) -> list[str]:
    """Every assignment that was due by the meeting is rated; one that is due later may be. One that was reported done
    and is not comes back. Returns those, for the record."""
    items = {item.pk: item for item in open_items_of(meeting)}
    if ratings.keys() - items.keys():
        raise ValidationError({"ratings": _("Only open assignments of earlier meetings of the cell are rated.")})
    unrated = {
        f"item_{key}": _("Say whether it is done: %(item)s.") % {"item": item.text}
        for key, item in items.items()
        if item.due_on <= day and key not in ratings
    }
    if unrated:
        raise ValidationError(unrated)
    back: list[str] = []
    done: dict[Model, datetime.date] = {}
    for key, given in ratings.items():
        item = items[key]
        if given.is_done and item.done_on is None:
            done[item] = item.done_on = _done_on(item, given, day)
        elif given.is_done and item.done_on is not None and item.done_on > day:
            said = _("“%(item)s” was done on %(day)s, after this meeting: by then it was not.")
            raise ValidationError({f"item_{key}": said % {"item": item.text, "day": f"{item.done_on:%d/%m/%Y}"}})
        elif not given.is_done and item.done_on is not None and item.done_on <= day:
            if not given.note.strip():
                said = _("“%(item)s” was reported done on %(day)s. Say why it is not.")
                raise ValidationError({f"said_{key}": said % {"item": item.text, "day": f"{item.done_on:%d/%m/%Y}"}})
            back.append(f"{item.text}: {item.done_on:%d/%m/%Y}, {item.shown}")
            item.done_on, item.shown = None, ""
            item.save(update_fields=["done_on", "shown"])
            run_duty_again(item, CARRY_OUT, on=timezone.localdate(now), now=now, decided_by=acting_user)
    ResolutionItem.objects.bulk_update([items[item.pk] for item in done], ["done_on"])
    meet_clocks(done, CARRY_OUT, now=now)
    ItemRating.objects.bulk_create(
        ItemRating(item=items[key], meeting=meeting, is_done=given.is_done, note=clean(given.note))
        for key, given in ratings.items()
    )
    return back


def _done_on(item: ResolutionItem, given: RatingGiven, day: datetime.date) -> datetime.date:
    """The day on which an assignment was done that nobody reported. Raises ValidationError."""
    if given.done_on is None and item.due_on < day:
        said = _("“%(item)s” was due on %(day)s: say when it was done.")
        raise ValidationError({f"done_{item.pk}": said % {"item": item.text, "day": f"{item.due_on:%d/%m/%Y}"}})
    done_on = given.done_on or day
    if not timezone.localdate(item.meeting.started_at) <= done_on <= day:
        said = _("“%(item)s” was done between the meeting that assigned it and this one. Check the day.")
        raise ValidationError({f"done_{item.pk}": said % {"item": item.text}})
    return done_on


def _scores(
    meeting: Meeting,
    criteria: CriteriaSet,
    scheme: Scheme,
    given: Mapping[int, PointsGiven],
    acting_user: User,
    now: datetime.datetime,
) -> list[MeetingScore]:
    lines = {line.pk: line for criterion in criteria.criteria.all() for line in criterion.lines.all()}
    results = score(scheme, facts_of(meeting, scheme))
    computed = [lines[key].title for key, result in results.items() if isinstance(result, Computed) and key in given]
    if computed:
        said = _("Computed from the record, so no points are given: %(lines)s.")
        raise ValidationError({"scores": said % {"lines": "; ".join(computed)}})
    if given.keys() - results.keys():
        raise ValidationError({"scores": _("The criteria set that counts on that day has no such line.")})
    scores = []
    for key, result in results.items():
        made = MeetingScore(meeting=meeting, line=lines[key], side=Side.OWN, given_by=acting_user, given_at=now)
        made.body = meeting.organisation
        made.explanation = told_json(result.told)
        if isinstance(result, Computed):
            made.points, made.is_computed = result.points, True
        else:
            if key not in given:
                raise ValidationError({f"points_{key}": _("Give points for: %(line)s.") % {"line": lines[key].title}})
            check_points(lines[key], given[key])
            made.points, made.note = given[key].points, clean(given[key].note)
        scores.append(made)
    return scores


def check_points(line: Line, given: PointsGiven) -> None:
    """Raises ValidationError for points outside the line, finer than a tenth, or without a note."""
    if not 0 <= given.points <= line.points or given.points != round(given.points, 1):
        said = _("“%(line)s” has 0 to %(most)s points, not %(points)s.")
        values = {"line": line.title, "most": plain(line.points), "points": plain(given.points)}
        raise ValidationError({f"points_{line.pk}": said % values})
    if not given.note.strip():
        raise ValidationError({f"note_{line.pk}": _("Say in a few words why: %(line)s.") % {"line": line.title}})


def item_clock_title(item: ResolutionItem) -> str:
    """What the deadline of an assignment is called."""
    return f"{item.text} ({item.person})"


def _start_items(cell: Organisation, meeting: Meeting, day: datetime.date, now: datetime.datetime) -> None:
    with on_paper():
        reason = _("the meeting of %(day)s assigned it") % {"day": f"{day:%d/%m/%Y}"}
    items = meeting.items.filter(done_on=None).select_related("person")
    start_clocks(
        [Owed(item, item_clock_title(item), item.due_on) for item in items],
        duty=CARRY_OUT,
        organisation=cell,
        watcher=cell.parent,
        start_on=day,
        reason=reason,
        now=now,
    )
