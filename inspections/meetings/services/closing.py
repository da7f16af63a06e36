"""Closing a meeting: its resolution, how the assignments that were due were rated, and the score; then it is locked."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import Duty
from inspections.calendars.standing import hold_calendar
from inspections.deadlines.services import meet_clock, start_clock
from inspections.meetings.models import (
    CARRY_OUT,
    CriteriaSet,
    ItemRating,
    Line,
    Meeting,
    MeetingScore,
    Resolution,
)
from inspections.meetings.queries import criteria_for, facts_of, open_items_of, scheme_of
from inspections.meetings.rules import Computed, Scheme, plain, rating_of, score
from inspections.meetings.services.common import locked_meeting
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
    """How an assignment is rated. done_on: the day it was done, that of the meeting where it is not said."""

    is_done: bool
    note: str = ""
    done_on: datetime.date | None = None


@dataclass(frozen=True)
class ClosingGiven:
    """scores: id of the line -> points, for each line that is judged. ratings: id of the assignment -> its rating.

    uploaded_at: when the result was handed in, None for now."""

    scores: Mapping[int, PointsGiven]
    ratings: Mapping[int, RatingGiven] = field(default_factory=dict)
    resolution: str = ""
    number: str = ""
    dues: Decimal | None = None
    uploaded_at: datetime.datetime | None = None


def close_meeting(*, acting_user: User, meeting: Meeting, given: ClosingGiven, now: datetime.datetime) -> Meeting:
    """Computes what the record proves, keeps what the meeting judged, rates it and locks it. The assignments become
    deadlines of the cell.

    Raises Refused, NotNow (not held, closed already, no criteria set counts), ValidationError (points outside a line,
    no note, an assignment not rated, moments to come)."""
    with transaction.atomic():
        hold_calendar()  # before any organisation, as a change of the calendar does
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        if meeting.is_closed:
            raise NotNow(_("The meeting is closed already."))
        if not meeting.is_held or meeting.started_at is None:
            raise NotNow(_("Record first how the meeting was held."))
        day = timezone.localdate(meeting.started_at)
        criteria = criteria_for(cell, day)
        if criteria is None:
            raise NotNow(_("No criteria set counts for the cell on that day. An administrator adds one."))
        _check_moment(meeting, given, now)
        _rate_items(meeting, given.ratings, day, now)
        meeting.uploaded_at = given.uploaded_at or now
        meeting.dues = given.dues
        scores = _scores(meeting, criteria, scheme_of(criteria), given.scores, acting_user, now)
        MeetingScore.objects.bulk_create(scores)
        meeting.criteria_set, meeting.closed_at, meeting.state = criteria, now, Meeting.State.CLOSED
        meeting.total = sum((one.points for one in scores), Decimal(0))
        meeting.rating = rating_of(scheme_of(criteria), meeting.total).value
        meeting.full_clean()
        meeting.save()
        if given.resolution.strip():
            Resolution.objects.create(meeting=meeting, number=clean(given.number), text=given.resolution.strip())
        meet_clock(meeting, Duty.UPLOAD_MEETING, timezone.localdate(meeting.uploaded_at), now=now)
        _start_items(cell, meeting, day, now)
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb="close_meeting",
            new={
                "total": plain(meeting.total),
                "rating": meeting.rating,
                "criteria": criteria.pk,
                "uploaded_at": meeting.uploaded_at.isoformat(),
                "number": clean(given.number),
            },
        )
        return meeting


def _check_moment(meeting: Meeting, given: ClosingGiven, now: datetime.datetime) -> None:
    if given.uploaded_at is None:
        return
    if given.uploaded_at > now:
        raise ValidationError({"uploaded_at": _("This moment is still to come. Leave it empty: then it is now.")})
    if meeting.ended_at is not None and given.uploaded_at < meeting.ended_at:
        raise ValidationError({"uploaded_at": _("The result cannot be handed in before the meeting ended.")})


def _rate_items(
    meeting: Meeting, ratings: Mapping[int, RatingGiven], day: datetime.date, now: datetime.datetime
) -> None:
    """Every assignment that was due by the meeting is rated; one that is due later may be."""
    items = {item.pk: item for item in open_items_of(meeting)}
    if ratings.keys() - items.keys():
        raise ValidationError({"ratings": _("Only open assignments of earlier meetings of the cell are rated.")})
    unrated = [item.text for key, item in items.items() if item.due_on <= day and key not in ratings]
    if unrated:
        raise ValidationError(
            {"ratings": _("Say of each whether it is done: %(items)s.") % {"items": "; ".join(unrated)}}
        )
    for key, given in ratings.items():
        item = items[key]
        ItemRating.objects.create(item=item, meeting=meeting, is_done=given.is_done, note=clean(given.note))
        if given.is_done and item.done_on is None:
            done_on = given.done_on or day
            if not timezone.localdate(item.meeting.started_at) <= done_on <= day:
                said = _("“%(item)s” was done between the meeting that assigned it and this one. Check the day.")
                raise ValidationError({"ratings": said % {"item": item.text}})
            item.done_on = done_on
            item.save(update_fields=["done_on"])
            meet_clock(item, CARRY_OUT, done_on, now=now)


def _scores(
    meeting: Meeting,
    criteria: CriteriaSet,
    scheme: Scheme,
    given: Mapping[int, PointsGiven],
    acting_user: User,
    now: datetime.datetime,
) -> list[MeetingScore]:
    lines = {line.pk: line for criterion in criteria.criteria.all() for line in criterion.lines.all()}
    results = score(scheme, facts_of(meeting))
    computed = [lines[key].title for key, result in results.items() if isinstance(result, Computed) and key in given]
    if computed:
        said = _("Computed from the record, so no points are given: %(lines)s.")
        raise ValidationError({"scores": said % {"lines": "; ".join(computed)}})
    if given.keys() - results.keys():
        raise ValidationError({"scores": _("The criteria set that counts on that day has no such line.")})
    scores = []
    for key, result in results.items():
        made = MeetingScore(meeting=meeting, line=lines[key], side=Side.OWN, given_by=acting_user, given_at=now)
        made.explanation = told_json(result.told)
        if isinstance(result, Computed):
            made.points, made.is_computed = result.points, True
        else:
            if key not in given:
                raise ValidationError({"scores": _("Give points for: %(line)s.") % {"line": lines[key].title}})
            check_points(lines[key], given[key])
            made.points, made.note = given[key].points, clean(given[key].note)
        scores.append(made)
    return scores


def check_points(line: Line, given: PointsGiven) -> None:
    """Raises ValidationError for points outside the line, finer than a tenth, or without a note."""
    if not 0 <= given.points <= line.points or given.points != round(given.points, 1):
        said = _("“%(line)s” has 0 to %(most)s points, not %(points)s.")
        values = {"line": line.title, "most": plain(line.points), "points": plain(given.points)}
        raise ValidationError({"scores": said % values})
    if not given.note.strip():
        raise ValidationError({"scores": _("Say in a few words why: %(line)s.") % {"line": line.title}})


def _start_items(cell: Organisation, meeting: Meeting, day: datetime.date, now: datetime.datetime) -> None:
    with on_paper():
        reason = _("the meeting of %(day)s assigned it") % {"day": f"{day:%d/%m/%Y}"}
    for item in meeting.items.filter(done_on=None).select_related("person"):
        start_clock(
            item=item,
            duty=CARRY_OUT,
            title=f"{item.text} ({item.person})",
            organisation=cell,
            watcher=cell.parent,
            start_on=day,
            day=item.due_on,
            reason=reason,
            now=now,
        )
