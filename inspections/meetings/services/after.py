"""What comes after a meeting: an assignment is reported done, a superior scores, what was wrong is corrected."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.deadlines.services import meet_clock
from inspections.documents.services import attach
from inspections.meetings.models import CARRY_OUT, Correction, CriteriaSet, Line, Meeting, MeetingScore, ResolutionItem
from inspections.meetings.queries import scheme_of
from inspections.meetings.rules import plain, rating_of
from inspections.meetings.services.closing import PointsGiven, check_points
from inspections.meetings.services.common import locked_cell_of, locked_meeting
from inspections.members.queries import roll_of
from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean
from permissions import audit, authors, policy
from permissions.verdicts import Allowed, Denied, NotNow, Refused

# the facts of a closed meeting that may be corrected, beside the points of its lines
FACTS = ("minutes", "conclusions", "dues")
Side = MeetingScore.Side
# side -> the right to score for it
SCORING = {Side.SUPERIOR: "score_meetings", Side.INSPECTION: "inspect_meetings"}


@dataclass(frozen=True)
class CorrectionGiven:
    """Either points of a line, or another value of one of FACTS."""

    line: Line | None = None
    points: PointsGiven | None = None
    fact: str = ""
    value: Any = None


def report_item(
    *,
    acting_user: User,
    item: ResolutionItem,
    done_on: datetime.date,
    proof: str,
    files: Sequence[Any] = (),
    now: datetime.datetime,
) -> ResolutionItem:
    """An assignment is done on the day; its clock is met. The next meeting rates it. proof: what was shown for it, kept
    beside what was agreed, and files.

    Raises Refused, NotNow (reported already, its meeting is not closed), ValidationError (the day, no proof, a
    file)."""
    with transaction.atomic():
        cell = locked_cell_of(item)
        item = ResolutionItem.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=item.pk)
        meeting = item.meeting
        allowed = policy.require(acting_user, "keep_meetings", item, now)
        if item.done_on is not None:
            raise NotNow(_("It was reported done on %(day)s.") % {"day": f"{item.done_on:%d/%m/%Y}"})
        if not meeting.is_closed or meeting.started_at is None:
            raise NotNow(_("Close the meeting that assigned it first."))
        if not timezone.localdate(meeting.started_at) <= done_on <= timezone.localdate(now):
            raise ValidationError({"done_on": _("Choose a day from the meeting to today.")})
        if not proof.strip():
            raise ValidationError({"proof": _("Say what proves that it is done.")})
        item.done_on, item.shown = done_on, clean(proof)
        item.full_clean(exclude=["meeting", "person"])
        item.save(update_fields=["done_on", "shown"])
        meet_clock(item, CARRY_OUT, done_on, now=now)
        attached = attach(files, item=item, acting_user=acting_user, now=now)
        names = [one.name for one in attached]
        new = {"item": item.text, "done_on": done_on.isoformat(), "proof": item.shown, "files": names}
        audit.record(allowed, about=meeting, chain=cell, now=now, verb="report_item", new=new)
        return item


def score_meeting(
    *,
    acting_user: User,
    meeting: Meeting,
    given: Mapping[int, PointsGiven],
    side: MeetingScore.Side = Side.SUPERIOR,
    now: datetime.datetime,
) -> list[MeetingScore]:
    """The points of the superior, or of an inspection, for some lines of a closed meeting, beside the cell's own;
    given again, they replace those of the side.

    Raises Refused (also whoever kept the meeting, is on the roll of the cell, or acts for one who is), NotNow (not
    closed), ValidationError (no line, points outside it, no note)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, SCORING[side], meeting, now)
        if not meeting.is_closed or meeting.started_at is None:
            raise NotNow(_("The cell has not closed the meeting, so there is no score to compare with."))
        allowed = authors.require_other(allowed, meeting, now)
        _check_not_of_the_cell(allowed, cell, timezone.localdate(meeting.started_at))
        lines = {line.pk: line for line in Line.objects.filter(criterion__criteria_set=meeting.criteria_set_id)}
        if not given or given.keys() - lines.keys():
            raise ValidationError({"scores": _("Choose lines of the set by which the meeting was scored.")})
        for key, one in given.items():
            check_points(lines[key], one)
        before = meeting.scores.filter(side=side, line__in=given.keys())
        old = {str(one.line_id): plain(one.points) for one in before}
        before.delete()
        made = MeetingScore.objects.bulk_create(
            MeetingScore(
                meeting=meeting,
                line=lines[key],
                side=side,
                points=one.points,
                note=clean(one.note),
                given_by=acting_user,
                given_at=now,
            )
            for key, one in given.items()
        )
        new = {str(key): plain(one.points) for key, one in given.items()}
        audit.record(allowed, about=meeting, chain=cell, now=now, verb=SCORING[side], old=old, new=new)
        return made


def _check_not_of_the_cell(allowed: Allowed, cell: Organisation, day: datetime.date) -> None:
    """Nobody scores as the superior the meeting of the cell he is in, nor his deputy in his name. Raises Refused."""
    members = {one.person.pk for one in roll_of(cell, day)}
    person = getattr(allowed.user, "person", None)
    if person is not None and person.pk in members:
        raise Refused(Denied(_("You are a member of this cell, so another scores its meeting")))
    if allowed.delegation is not None and allowed.delegation.office.person_id in members:
        said = _("You act here for %(person)s, who is a member of this cell, so another scores its meeting")
        raise Refused(Denied(said % {"person": allowed.delegation.office.person}))


def correct_closed(
    *, acting_user: User, meeting: Meeting, given: CorrectionGiven, reason: str, now: datetime.datetime
) -> Correction:
    """Corrects points of the cell's own score, or a fact, of a closed meeting; what was, what is and why are kept.

    Raises Refused, NotNow (not closed), ValidationError (no reason, points outside the line, nothing changes)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        if not meeting.is_closed or meeting.total is None or meeting.criteria_set_id is None:
            raise NotNow(_("The meeting is not closed, so it is simply recorded again."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why it is corrected; what was and what is both stay.")})
        made = Correction(
            meeting=meeting, old_total=meeting.total, reason=clean(reason), corrected_by=acting_user, corrected_at=now
        )
        if given.line is not None and given.points is not None:
            _correct_points(meeting, given.line, given.points, made)
        else:
            _correct_fact(meeting, given, made)
        made.new_total = meeting.total
        made.save()
        meeting.save()
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb="correct_meeting",
            old={"what": str(given.line or given.fact), "value": made.old, "total": plain(made.old_total)},
            new={"value": made.new, "total": plain(made.new_total)},
            reason=clean(reason),
        )
        return made


def _correct_points(meeting: Meeting, line: Line, given: PointsGiven, made: Correction) -> None:
    found = meeting.scores.filter(line=line, side=Side.OWN).first()
    if found is None or meeting.total is None or meeting.criteria_set_id is None:
        raise ValidationError({"line": _("Choose lines of the set by which the meeting was scored.")})
    check_points(line, given)
    if found.points == given.points:
        raise ValidationError({"points": _("These are the points it has already.")})
    made.line, made.old, made.new = line, plain(found.points), plain(given.points)
    meeting.total += given.points - found.points
    criteria = CriteriaSet.objects.with_lines().get(pk=meeting.criteria_set_id)
    meeting.rating = rating_of(scheme_of(criteria), meeting.total).value
    # what the record gave stays as the explanation; the points are a person's now
    found.points, found.note, found.is_computed = given.points, clean(given.note), False
    found.save(update_fields=["points", "note", "is_computed"])


def _correct_fact(meeting: Meeting, given: CorrectionGiven, made: Correction) -> None:
    if given.fact not in FACTS:
        raise ValidationError({"fact": _("Choose what is corrected.")})
    value = given.value
    if given.fact == "dues":
        if not isinstance(value, Decimal) or value < 0:
            raise ValidationError({"value": _("Say how much was collected, in đồng.")})
    elif not isinstance(value, str) or not value.strip():
        raise ValidationError({"value": _("Write down what it should say.")})
    old = getattr(meeting, given.fact)
    made.fact, made.old = given.fact, "" if old is None else str(old)
    setattr(meeting, given.fact, value.strip() if isinstance(value, str) else value)
    made.new = str(getattr(meeting, given.fact))
    if made.old == made.new:
        raise ValidationError({"value": _("It says so already.")})
    meeting.full_clean()
