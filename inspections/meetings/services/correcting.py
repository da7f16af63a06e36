"""What was closed is corrected with a reason: what was, what is and why are kept, and the score follows the record.

Points that people judged are corrected themselves; those that the record gives change only with the record."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.deadlines.services import rename_clock
from inspections.meetings.models import (
    CARRY_OUT,
    Ballot,
    Correction,
    CriteriaSet,
    Fact,
    Line,
    Meeting,
    MeetingScore,
    Resolution,
    RollCallMark,
    Speaker,
)
from inspections.meetings.queries import attendance_of, facts_of, has_documents, scheme_of
from inspections.meetings.rules import Computed, Measure, plain, rating_of, score_part
from inspections.meetings.services.closing import PointsGiven, check_points, item_clock_title, plain_amount
from inspections.meetings.services.common import check_on_roll, locked_meeting, roll_call_is_kept
from inspections.meetings.services.holding import (
    BallotGiven,
    ItemGiven,
    MarkGiven,
    SpeakerGiven,
    check_ballots,
    check_times,
    told_ballot,
    told_item,
    told_mark,
    told_speaker,
)
from inspections.meetings.words import told_json
from inspections.members.queries import roll_of
from inspections.organisations.models import User
from inspections.organisations.text import clean, on_paper
from permissions import audit, policy
from permissions.verdicts import NotNow

Side = MeetingScore.Side
Mark = RollCallMark.Mark
# fact -> what is computed from it
MEASURES = {
    Fact.TIMES: (Measure.LENGTH, Measure.DOCUMENTS),
    Fact.DOCUMENTS: (Measure.DOCUMENTS,),
    Fact.MARK: (Measure.ATTENDANCE, Measure.SPEAKING),
    Fact.SPEAKER: (Measure.SPEAKING,),
}


# the facts that are one text or one amount
FACTS = (Fact.MINUTES, Fact.CONCLUSIONS, Fact.RESOLUTION, Fact.DUES)


@dataclass(frozen=True)
class CorrectionGiven:
    """Either points of a line that people judged, or another value of a fact (`Fact`).

    value: the text of minutes, conclusions and resolution; an amount of dues; begin and end of times; a moment, or
    None, of documents_at; MarkGiven, ItemGiven (due as before); SpeakerGiven or None for who did not speak; BallotGiven
    or None for no ballot. about: the id of the member marked or speaking, of the ballot (None: one that was left out),
    of the assignment."""

    line: Line | None = None
    points: PointsGiven | None = None
    fact: str = ""
    value: Any = None
    about: int | None = None


def correct_closed(
    *, acting_user: User, meeting: Meeting, given: CorrectionGiven, reason: str, now: datetime.datetime
) -> Correction:
    """Corrects points that the cell judged, or a fact, of a closed meeting. What is computed from the fact is computed
    anew, of later meetings too where they look back at it; old and new stand in the correction.

    Raises Refused, NotNow (not closed), ValidationError (no reason, points outside the line or computed, a value that
    the record could not hold, nothing changes)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        if not meeting.is_closed or meeting.total is None:
            raise NotNow(_("The meeting is not closed, so it is simply recorded again."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why it is corrected; what was and what is both stay.")})
        made = Correction(
            meeting=meeting, old_total=meeting.total, reason=clean(reason), corrected_by=acting_user, corrected_at=now
        )
        later: list[Correction] = []
        if given.line is not None and given.points is not None:
            _correct_points(meeting, given.line, given.points, made)
        else:
            later = _correct_fact(meeting, given, made, now)
        made.new_total = meeting.total
        made.save()
        meeting.full_clean()
        meeting.save()
        if given.fact == Fact.MARK:
            roll_call_is_kept(cell)
        with on_paper():
            old = {"what": str(given.line or made.fact_label), "value": made.old, "total": plain(made.old_total)}
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb="correct_meeting",
            old=old | _told_scores(made, later, "old"),
            new={"value": made.new, "total": plain(made.new_total)} | _told_scores(made, later, "new"),
            reason=clean(reason),
        )
        return made


def _told_scores(made: Correction, later: list[Correction], which: str) -> dict[str, Any]:
    """Points of lines, and totals of later meetings, that the corrected record changed: `old` or `new`."""
    points = {one["line"]: one[which] for one in made.rescored}
    with on_paper():
        totals = {one.meeting.told: plain(getattr(one, f"{which}_total")) for one in later}
    return ({"points": points} if points else {}) | ({"later": totals} if totals else {})


def _correct_points(meeting: Meeting, line: Line, given: PointsGiven, made: Correction) -> None:
    found = meeting.scores.filter(line=line, side=Side.OWN).first()
    if found is None or meeting.total is None or meeting.criteria_set_id is None:
        raise ValidationError({"line": _("Choose lines of the set by which the meeting was scored.")})
    if found.is_computed:
        said = _("“%(line)s” is computed from the record. Correct what was recorded; the points follow.")
        raise ValidationError({"line": said % {"line": line.title}})
    check_points(line, given)
    if found.points == given.points:
        raise ValidationError({"points": _("These are the points it has already.")})
    made.line, made.old, made.new = line, plain(found.points), plain(given.points)
    _add(meeting, _criteria_of(meeting), given.points - found.points)
    found.points, found.note = given.points, clean(given.note)
    found.save(update_fields=["points", "note"])


def _criteria_of(meeting: Meeting) -> CriteriaSet:
    assert meeting.criteria_set_id is not None
    return CriteriaSet.objects.with_lines().get(pk=meeting.criteria_set_id)


def _add(meeting: Meeting, criteria: CriteriaSet, points: Decimal) -> None:
    assert meeting.total is not None
    meeting.total += points
    meeting.rating = rating_of(scheme_of(criteria), meeting.total).value


def _correct_fact(
    meeting: Meeting, given: CorrectionGiven, made: Correction, now: datetime.datetime
) -> list[Correction]:
    write = _WRITERS.get(given.fact)
    if write is None:
        raise ValidationError({"fact": _("Choose what is corrected.")})
    made.fact = given.fact
    made.old, made.new = write(meeting, given, now)
    if made.old == made.new:
        raise ValidationError({"value": _("It says so already.")})
    fact = Fact(given.fact)
    if fact not in MEASURES:
        return []
    made.rescored = _score_anew(meeting, MEASURES[fact])
    return _correct_later(meeting, made) if fact is Fact.MARK else []


def _score_anew(meeting: Meeting, measures: tuple[Measure, ...]) -> list[dict[str, Any]]:
    """Computes the lines of the measures from the record as it is now; returns those whose points change, with the
    reasons that they had."""
    criteria = _criteria_of(meeting)
    scheme = scheme_of(criteria)
    facts = facts_of(meeting, scheme)
    parts = {part.key: part for part in scheme.parts}
    found = []
    rows = meeting.scores.filter(side=Side.OWN, is_computed=True, line__measure__in=measures)
    for row in rows.select_related("line__criterion"):
        result = score_part(parts[row.line_id], facts, scheme)
        if not isinstance(result, Computed):
            said = _("Then the record would no longer say anything about: %(line)s.")
            raise ValidationError({"value": said % {"line": row.line.title}})
        if result.points != row.points:
            line = f"{row.line.number} {row.line.title}"
            told = {"old": plain(row.points), "new": plain(result.points), "was": row.explanation}
            found.append({"line": line, **told})
            _add(meeting, criteria, result.points - row.points)
        row.points, row.explanation = result.points, told_json(result.told)
        row.save(update_fields=["points", "explanation"])
    return found


def _correct_later(meeting: Meeting, made: Correction) -> list[Correction]:
    """How often running somebody was excused is looked back at: later meetings of the kind are computed anew."""
    rows = Meeting.objects.filter(organisation=meeting.organisation, kind=meeting.kind, state=Meeting.State.CLOSED)
    found = []
    with on_paper():
        new = f"{meeting.told}: {made.new}"
    for other in rows.filter(started_at__gt=meeting.started_at).order_by("started_at", "pk"):
        assert other.total is not None
        one = Correction(
            meeting=other,
            fact=Fact.EARLIER,
            old=made.old,
            new=new,
            old_total=other.total,
            reason=made.reason,
            corrected_by=made.corrected_by,
            corrected_at=made.corrected_at,
        )
        one.rescored = _score_anew(other, (Measure.ATTENDANCE,))
        if one.rescored:
            one.new_total = other.total
            one.save()
            other.save(update_fields=["total", "rating"])
            found.append(one)
    return found


# what each fact writes: what was and what is, in words


def _text(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    old = getattr(meeting, given.fact)
    setattr(meeting, given.fact, _said(given.value))
    return old, getattr(meeting, given.fact)


def _said(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValidationError({"value": _("Write down what it should say.")})
    return value.strip()


def _resolution(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    found = Resolution.objects.filter(meeting=meeting).first() or Resolution(meeting=meeting)
    old, found.text = found.text, _said(given.value)
    found.save()
    return old, found.text


def _dues(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    value = given.value
    if not isinstance(value, Decimal) or value < 0 or value != value.to_integral_value():
        raise ValidationError({"value": _("Say how much was collected, in đồng.")})
    old, meeting.dues = meeting.dues, value
    return "" if old is None else plain_amount(old), plain_amount(value)


def _times(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    """The day stays: roll, deadline, criteria set and order hang on it."""
    start, end = given.value
    assert meeting.started_at is not None and meeting.uploaded_at is not None
    check_times(meeting, start, end, now)
    if timezone.localdate(start) != timezone.localdate(meeting.started_at):
        raise ValidationError({"started_at": _("The day stays: roll call, deadline and order hang on it.")})
    if end > meeting.uploaded_at:
        raise ValidationError({"ended_at": _("The result cannot be handed in before the meeting ended.")})
    old = _told_times(meeting)
    meeting.started_at, meeting.ended_at = start, end
    return old, _told_times(meeting)


def _told_times(meeting: Meeting) -> str:
    assert meeting.started_at is not None and meeting.ended_at is not None
    return f"{timezone.localtime(meeting.started_at):%H:%M} – {timezone.localtime(meeting.ended_at):%H:%M %d/%m/%Y}"


def _documents(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    if has_documents(meeting):
        raise ValidationError({"value": _("The files say when the documents were out; that is not corrected.")})
    if given.value is not None and given.value > now:
        raise ValidationError({"value": _("This moment is still to come.")})
    old, meeting.documents_at = meeting.documents_at, given.value
    return _told_moment(old), _told_moment(given.value)


def _told_moment(moment: datetime.datetime | None) -> str:
    return "" if moment is None else f"{timezone.localtime(moment):%H:%M %d/%m/%Y}"


def _mark(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    marks = list(meeting.marks.select_related("person"))
    row = next((one for one in marks if one.person_id == given.about), None)
    if row is None:
        raise ValidationError({"value": _("Choose a member who is on the roll call of the meeting.")})
    value: MarkGiven = given.value
    if value.mark not in Mark.values or (value.mark == Mark.EXEMPT and row.standing != Mark.EXEMPT):
        raise ValidationError({"value": _("Still to be marked: %(people)s.") % {"people": row.person.full_name}})
    if value.mark == Mark.EXCUSED and not value.reason.strip():
        said = _("Say why %(person)s was excused.")
        raise ValidationError({"value": said % {"person": row.person.full_name}})
    took_part = {meeting.chair_id, meeting.recorder_id, *meeting.speakers.values_list("person_id", flat=True)}
    if value.mark != Mark.PRESENT and row.person_id in took_part:
        said = _("%(person)s was in the chair, took the minutes or spoke, so he was present.")
        raise ValidationError({"value": said % {"person": row.person.full_name}})
    old = told_mark(row)
    row.mark, row.reason = value.mark, clean(value.reason)
    row.by_app = value.by_app and value.mark == Mark.PRESENT
    row.save()
    _check_votes(meeting, marks, [_as_given(one) for one in meeting.ballots.all()])
    meeting.expected, meeting.present = attendance_of(marks, scheme_of(_criteria_of(meeting)).left_out)
    return old, told_mark(row)


def _check_votes(meeting: Meeting, marks: list[RollCallMark], ballots: list[BallotGiven]) -> None:
    assert meeting.started_at is not None and meeting.criteria_set is not None
    roll = roll_of(meeting.organisation, timezone.localdate(meeting.started_at))
    try:
        check_ballots(ballots, roll, marks, guests_vote=meeting.criteria_set.guests_vote)
    except ValidationError as problem:
        raise ValidationError({"value": problem.messages}) from problem


def _as_given(one: Ballot) -> BallotGiven:
    return BallotGiven(one.question, one.eligible, one.yes, one.no, one.invalid, one.is_secret)


def _speaker(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    if meeting.why_no_speakers:
        said = _("Who spoke was not recorded, and people judged it: correct their points.")
        raise ValidationError({"value": said})
    value: SpeakerGiven | None = given.value
    mark = meeting.marks.filter(person=given.about, mark=Mark.PRESENT).select_related("person").first()
    if mark is None:
        raise ValidationError({"value": _("Choose somebody who was present.")})
    rows = meeting.speakers.filter(person=given.about).select_related("person")
    old = "".join(told_speaker(one) for one in rows)
    rows.delete()
    if value is None:
        return old, ""
    return old, told_speaker(Speaker.objects.create(meeting=meeting, person=mark.person, gist=clean(value.gist)))


def _ballot(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    row = Ballot(meeting=meeting)
    if given.about is not None:
        found = meeting.ballots.filter(pk=given.about).first()
        if found is None:
            raise ValidationError({"value": _("Choose a ballot of the meeting.")})
        row = found
    old = told_ballot(row) if row.pk is not None else ""
    value: BallotGiven | None = given.value
    if value is None:
        if row.pk is not None:
            row.delete()
        return old, ""
    _check_votes(meeting, list(meeting.marks.select_related("person")), [value])
    row.question, row.is_secret = clean(value.question), value.is_secret
    row.eligible, row.yes, row.no, row.invalid = value.eligible, value.yes, value.no, value.invalid
    row.save()
    return old, told_ballot(row)


def _item(meeting: Meeting, given: CorrectionGiven, now: datetime.datetime) -> tuple[str, str]:
    row = next((one for one in meeting.items.select_related("person") if one.pk == given.about), None)
    if row is None:
        raise ValidationError({"value": _("Choose an assignment of the meeting.")})
    value: ItemGiven = given.value
    if value.due_on != row.due_on:
        raise ValidationError({"due_on": _("The day stays; more time is asked for on the page of the deadline.")})
    assert meeting.started_at is not None
    if value.person.pk != row.person_id:
        check_on_roll([value.person], roll_of(meeting.organisation, timezone.localdate(meeting.started_at)), "value")
    old = told_item(row)
    row.text, row.person, row.proof = clean(_said(value.text)), value.person, clean(value.proof)
    row.full_clean(exclude=["meeting", "organisation"])
    row.save()
    rename_clock(row, CARRY_OUT, item_clock_title(row))
    return old, told_item(row)


_WRITERS: dict[str, Callable[[Meeting, CorrectionGiven, datetime.datetime], tuple[str, str]]] = {
    Fact.MINUTES: _text,
    Fact.CONCLUSIONS: _text,
    Fact.RESOLUTION: _resolution,
    Fact.DUES: _dues,
    Fact.TIMES: _times,
    Fact.DOCUMENTS: _documents,
    Fact.MARK: _mark,
    Fact.SPEAKER: _speaker,
    Fact.BALLOT: _ballot,
    Fact.ITEM: _item,
}
