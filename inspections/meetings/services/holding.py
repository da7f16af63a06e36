"""Recording how a meeting was held: times, roll call, who spoke, what was concluded and assigned, ballots."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import Duty, StartEvent
from inspections.calendars.queries import rules_for
from inspections.calendars.standing import hold_calendar
from inspections.deadlines.services import cancel_clocks, meet_clock, met_otherwise, start_clock, start_otherwise
from inspections.meetings.models import (
    HOLD_MEETING,
    Ballot,
    Meeting,
    ResolutionItem,
    RollCallMark,
    Speaker,
)
from inspections.meetings.queries import attendance_of, criteria_for, scheme_of, standing_of
from inspections.meetings.rules import LEFT_OUT
from inspections.meetings.services.common import check_on_roll, locked_meeting
from inspections.meetings.services.planning import check_month
from inspections.members.queries import OnRoll, roll_of
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.text import clean
from permissions import audit, policy
from permissions.verdicts import NotNow

LONGEST = 12 * 3600  # a meeting of more than so many seconds is a slip of the hand
Mark = RollCallMark.Mark


@dataclass(frozen=True)
class MarkGiven:
    mark: str
    reason: str = ""
    by_app: bool = False


@dataclass(frozen=True)
class SpeakerGiven:
    person: Person
    gist: str = ""


@dataclass(frozen=True)
class ItemGiven:
    """An assignment: who, what, by when, what proves it."""

    person: Person
    text: str
    due_on: datetime.date
    proof: str = ""


@dataclass(frozen=True)
class BallotGiven:
    """A vote by its totals."""

    question: str
    eligible: int
    yes: int
    no: int
    invalid: int = 0
    is_secret: bool = False


@dataclass(frozen=True)
class HeldGiven:
    """How a meeting was held. roll: id of the member -> mark; who is exempt need not be marked. why_no_speakers: why it
    was not recorded who spoke; without it, nobody spoke but the speakers."""

    started_at: datetime.datetime
    ended_at: datetime.datetime
    chair: Person
    recorder: Person
    roll: Mapping[int, MarkGiven]
    minutes: str
    conclusions: str = ""
    place: str = ""
    superiors: str = ""
    speakers: Sequence[SpeakerGiven] = field(default_factory=list)
    why_no_speakers: str = ""
    items: Sequence[ItemGiven] = field(default_factory=list)
    ballots: Sequence[BallotGiven] = field(default_factory=list)


def hold_meeting(*, acting_user: User, meeting: Meeting, given: HeldGiven, now: datetime.datetime) -> Meeting:
    """Keeps how the meeting was held. May be done again until it is closed; what was recorded before gives way.

    The clock of holding it is met, that of handing in its result runs. Raises Refused, NotNow (not prepared, closed),
    ValidationError (times, marks, strangers, ballots)."""
    with transaction.atomic():
        hold_calendar()  # before any organisation, as a change of the calendar does
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        if meeting.is_closed:
            raise NotNow(_("The meeting is closed. What was wrong is corrected with a reason."))
        if meeting.is_called_off:
            raise NotNow(_("The meeting was called off: %(reason)s") % {"reason": meeting.called_off_reason})
        if meeting.state == Meeting.State.PLANNED:
            raise NotNow(_("Prepare the meeting first: its contents belong to the record."))
        day = timezone.localtime(given.started_at).date()
        _check_times(meeting, given, day, now)
        roll = roll_of(cell, day)
        criteria = criteria_for(cell, day)
        old = told_of_record(meeting) if meeting.is_held else {}
        marks = _marks(meeting, given, roll)
        _check_people(given, roll, marks, day)
        _check_ballots(given, roll, marks, guests_vote=criteria is not None and criteria.guests_vote)
        _fill(meeting, given)
        left_out = scheme_of(criteria).left_out if criteria is not None else LEFT_OUT
        meeting.expected, meeting.present = attendance_of(marks, left_out)
        meeting.away = sum(one.is_away for one in roll)
        meeting.full_clean()
        meeting.save()
        _rewrite(meeting, given, marks)
        meet_clock(meeting, HOLD_MEETING, day, now=now)
        met_otherwise(meeting, HOLD_MEETING, day)
        _start_upload(cell, meeting, day, now)
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb="hold_meeting",
            old=old,
            new={
                "started_at": given.started_at.isoformat(),
                "ended_at": given.ended_at.isoformat(),
                "expected": meeting.expected,
                "present": meeting.present,
                "items": [clean(item.text) for item in given.items],
            },
        )
        return meeting


def told_of_record(meeting: Meeting) -> dict[str, Any]:
    """The record of a meeting that was held, as the audit keeps it when another takes its place."""
    assert meeting.started_at is not None and meeting.ended_at is not None
    marks = meeting.marks.select_related("person").order_by("person__folded", "pk")
    items = meeting.items.select_related("person")
    return {
        "started_at": meeting.started_at.isoformat(),
        "ended_at": meeting.ended_at.isoformat(),
        "place": meeting.place,
        "superiors": meeting.superiors,
        "chair": str(meeting.chair),
        "recorder": str(meeting.recorder),
        "expected": meeting.expected,
        "present": meeting.present,
        "minutes": meeting.minutes,
        "conclusions": meeting.conclusions,
        "roll": [f"{one.person}: {one.mark}" + (f" ({one.reason})" if one.reason else "") for one in marks],
        "speakers": [str(one.person) for one in meeting.speakers.select_related("person")],
        "why_no_speakers": meeting.why_no_speakers,
        "items": [f"{one.text} – {one.person}, {one.due_on:%d/%m/%Y}, {one.proof}" for one in items],
        "ballots": [
            f"{one.question}: {one.yes}/{one.no}/{one.invalid}/{one.eligible}" for one in meeting.ballots.all()
        ],
    }


def _check_times(meeting: Meeting, given: HeldGiven, day: datetime.date, now: datetime.datetime) -> None:
    if given.ended_at <= given.started_at:
        raise ValidationError({"ended_at": _("The meeting ends before it begins. Check both times.")})
    if given.ended_at > now:
        raise ValidationError({"ended_at": _("The meeting is still to come. Record it when it is over.")})
    if (given.ended_at - given.started_at).total_seconds() > LONGEST:
        raise ValidationError({"ended_at": _("No meeting lasts so long. Check both times.")})
    check_month(meeting, day, "started_at")


def _marks(meeting: Meeting, given: HeldGiven, roll: Sequence[OnRoll]) -> list[RollCallMark]:
    """A mark for each of the roll who is not elsewhere. Raises ValidationError."""
    here = [one for one in roll if not one.is_away]
    strangers = given.roll.keys() - {one.person.pk for one in here}
    if strangers:
        raise ValidationError(
            {"roll": _("%(n)s of those marked are not on the roll of that day, which has %(members)s members.")
             % {"n": len(strangers), "members": len(here)}}
        )  # fmt: skip
    found, missing = [], []
    for one in here:
        mark = given.roll.get(one.person.pk) or (MarkGiven(Mark.EXEMPT) if one.is_exempt else None)
        if mark is None or (mark.mark == Mark.EXEMPT and not one.is_exempt) or mark.mark not in Mark.values:
            missing.append(one.person.full_name)
            continue
        if mark.mark == Mark.EXCUSED and not mark.reason.strip():
            said = _("Say why %(person)s was excused.")
            raise ValidationError({"roll": said % {"person": one.person.full_name}})
        found.append(
            RollCallMark(
                meeting=meeting,
                person=one.person,
                standing=standing_of(one),
                mark=mark.mark,
                reason=clean(mark.reason),
                by_app=mark.by_app and mark.mark == Mark.PRESENT,
            )
        )
    if missing:
        raise ValidationError({"roll": _("Still to be marked: %(people)s.") % {"people": ", ".join(missing)}})
    return found


def _check_people(given: HeldGiven, roll: Sequence[OnRoll], marks: Sequence[RollCallMark], day: datetime.date) -> None:
    present = {mark.person.pk: mark for mark in marks if mark.mark == Mark.PRESENT}
    for name in ("chair", "recorder"):
        if getattr(given, name).pk not in present:
            raise ValidationError({name: _("Choose somebody who was present.")})
    absent = [one.person.full_name for one in given.speakers if one.person.pk not in present]
    if absent:
        raise ValidationError(
            {"speakers": _("Not present, so they cannot have spoken: %(people)s.") % {"people": ", ".join(absent)}}
        )
    if len({one.person.pk for one in given.speakers}) < len(given.speakers):
        raise ValidationError({"speakers": _("A member is among the speakers twice. Put the gist into one line.")})
    if given.speakers and given.why_no_speakers.strip():
        said = _("Either say who spoke, or why it was not recorded.")
        raise ValidationError({"why_no_speakers": said})
    check_on_roll([item.person for item in given.items], roll, "items")
    for item in given.items:
        if not clean(item.text):
            raise ValidationError({"items": _("Say in words what is assigned.")})
        if item.due_on < day:
            said = _("“%(item)s” would be due before the meeting. Choose a later day.")
            raise ValidationError({"items": said % {"item": clean(item.text)}})


def _check_ballots(
    given: HeldGiven, roll: Sequence[OnRoll], marks: Sequence[RollCallMark], *, guests_vote: bool
) -> None:
    """Official members of the cell vote who are not elsewhere, guests where the criteria set says so; those who were
    there cast votes."""
    voters = {
        one.person.pk for one in roll if one.is_full and not one.is_away and (guests_vote or not one.is_temporary_here)
    }
    there = sum(mark.mark == Mark.PRESENT and mark.person.pk in voters for mark in marks)
    for ballot in given.ballots:
        cast = ballot.yes + ballot.no + ballot.invalid
        if min(ballot.eligible, ballot.yes, ballot.no, ballot.invalid) < 0 or not clean(ballot.question):
            raise ValidationError({"ballots": _("Say what was voted on, and each number as 0 or more.")})
        if cast == 0:
            raise ValidationError({"ballots": _("No vote was counted. Leave the ballot empty if none was held.")})
        if cast > ballot.eligible:
            raise ValidationError({"ballots": _("More votes were counted than members were entitled to vote.")})
        if ballot.eligible > len(voters):
            said = _("Only the %(n)s official members of the cell may vote.")
            raise ValidationError({"ballots": said % {"n": len(voters)}})
        if cast > there:
            said = _("%(cast)s votes were counted, but only %(n)s of those who may vote were present.")
            raise ValidationError({"ballots": said % {"cast": cast, "n": there}})


def _fill(meeting: Meeting, given: HeldGiven) -> None:
    meeting.started_at, meeting.ended_at = given.started_at, given.ended_at
    meeting.chair, meeting.recorder = given.chair, given.recorder
    meeting.place = clean(given.place) or meeting.place
    meeting.superiors = clean(given.superiors)
    meeting.minutes, meeting.conclusions = given.minutes.strip(), given.conclusions.strip()
    meeting.why_no_speakers = clean(given.why_no_speakers)
    if not meeting.minutes:
        raise ValidationError({"minutes": _("Write down what was discussed.")})
    meeting.state = Meeting.State.HELD


def _rewrite(meeting: Meeting, given: HeldGiven, marks: Sequence[RollCallMark]) -> None:
    for rows in (meeting.marks, meeting.speakers, meeting.items, meeting.ballots):
        rows.all().delete()
    RollCallMark.objects.bulk_create(marks)
    Speaker.objects.bulk_create(
        Speaker(meeting=meeting, person=one.person, gist=clean(one.gist)) for one in given.speakers
    )
    ResolutionItem.objects.bulk_create(
        ResolutionItem(
            meeting=meeting,
            organisation_id=meeting.organisation_id,
            position=position,
            person=item.person,
            text=clean(item.text),
            due_on=item.due_on,
            proof=clean(item.proof),
        )
        for position, item in enumerate(given.items, start=1)
    )
    Ballot.objects.bulk_create(
        Ballot(
            meeting=meeting,
            question=clean(one.question),
            eligible=one.eligible,
            yes=one.yes,
            no=one.no,
            invalid=one.invalid,
            is_secret=one.is_secret,
        )
        for one in given.ballots
    )


def _start_upload(cell: Organisation, meeting: Meeting, day: datetime.date, now: datetime.datetime) -> None:
    """The result is owed to the superior by the limit that counts for the cell; none runs where none is known. A clock
    that runs goes on with what was granted, from the day as it is recorded now."""
    rules = rules_for(steps=[Duty.UPLOAD_MEETING], kind="", level=cell.type.level, organisation=cell, on=day)
    rule = rules.get(Duty.UPLOAD_MEETING)
    meeting.upload_due_on = None
    if rule is not None and rule.amount is not None and rule.start_event == StartEvent.MEETING:
        clock = start_otherwise(meeting, Duty.UPLOAD_MEETING, day, rule, now) or start_clock(
            item=meeting,
            duty=Duty.UPLOAD_MEETING,
            title=Duty.UPLOAD_MEETING.label,
            organisation=cell,
            watcher=cell.parent,
            start_on=day,
            rule=rule,
            now=now,
        )
        meeting.upload_due_on = clock.due_on
    else:
        cancel_clocks(meeting, Duty.UPLOAD_MEETING, now=now)
    meeting.save(update_fields=["upload_due_on"])
