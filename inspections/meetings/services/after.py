"""What comes after a meeting: an assignment is reported done, superiors and inspections score."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.deadlines.services import meet_clock
from inspections.documents.services import attach
from inspections.meetings.access import REPORT, as_stranger, may_score, require_report
from inspections.meetings.models import CARRY_OUT, Line, Meeting, MeetingScore, ResolutionItem
from inspections.meetings.services.closing import PointsGiven, check_points
from inspections.meetings.services.common import locked_cell_of, locked_meeting
from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean
from permissions import audit, policy
from permissions.verdicts import Allowed, Denied, NotNow, Refused

Side = MeetingScore.Side
# side -> the right to score for it
SCORING = {Side.SUPERIOR: "score_meetings", Side.INSPECTION: "inspect_meetings"}


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

    By the officers of its cell, or by whoever it was assigned to.

    Raises Refused, NotNow (reported already, its meeting is not closed), ValidationError (the day, no proof, a
    file)."""
    with transaction.atomic():
        cell = locked_cell_of(item)
        item = ResolutionItem.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=item.pk)
        meeting = item.meeting
        allowed = require_report(acting_user, item, now)
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
        audit.record(allowed, about=meeting, chain=cell, now=now, verb=REPORT, new=new)
        return item


def score_meeting(
    *,
    acting_user: User,
    meeting: Meeting,
    given: Mapping[int, PointsGiven],
    side: MeetingScore.Side = Side.SUPERIOR,
    now: datetime.datetime,
) -> list[MeetingScore]:
    """The points of a superior, or of an inspection, for lines of a closed meeting, beside those of the cell and of
    other bodies. `given` is all that the body gives: a line that is left out has no points of it any more, one that
    stays as it was stays with whoever gave it.

    Returns what the body gives now. Raises Refused (also whoever kept the meeting, is on the roll of the cell, or acts
    for one who is), NotNow (not closed), ValidationError (no line, points outside it, no note, nothing changes)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, SCORING[side], meeting, now)
        if not meeting.is_closed or meeting.started_at is None:
            raise NotNow(_("The cell has not closed the meeting, so there is no score to compare with."))
        verdict = as_stranger(allowed, meeting, now)
        if isinstance(verdict, Denied):
            raise Refused(verdict)
        allowed = verdict
        assert allowed.office is not None
        body = allowed.office.organisation
        rows = Line.objects.filter(criterion__criteria_set=meeting.criteria_set_id).select_related("criterion")
        lines = {line.pk: line for line in rows}
        before = {one.line_id: one for one in scores_of_body(meeting, side, body)}
        if not (given or before) or given.keys() - lines.keys():
            raise ValidationError({"scores": _("Choose lines of the set by which the meeting was scored.")})
        for key, one in given.items():
            check_points(lines[key], one)
        changed = {
            key: one
            for key, one in given.items()
            if key not in before or (before[key].points, before[key].note) != (one.points, clean(one.note))
        }
        gone = [one.pk for key, one in before.items() if key in changed or key not in given]
        if not changed and not gone:
            raise ValidationError({"scores": _("These are the points that stand there already.")})
        meeting.scores.filter(pk__in=gone).delete()
        MeetingScore.objects.bulk_create(
            MeetingScore(
                meeting=meeting,
                line=lines[key],
                side=side,
                body=body,
                points=one.points,
                note=clean(one.note),
                given_by=acting_user,
                given_at=now,
            )
            for key, one in changed.items()
        )
        made = list(scores_of_body(meeting, side, body))
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb=SCORING[side],
            old={one.line.number: one.told for one in before.values()},
            new={"body": str(body), **{one.line.number: one.told for one in made}},
        )
        return made


def scores_of_body(meeting: Meeting, side: MeetingScore.Side, body: Organisation) -> "QuerySet[MeetingScore]":
    """The points that a body gave for lines of the meeting, in their order."""
    return meeting.scores.filter(side=side, body=body).select_related("line__criterion")


def scoring_body(user: User, meeting: Meeting, side: MeetingScore.Side, now: datetime.datetime) -> Organisation | None:
    """The body for which the user scores the meeting, by the office by which he may; None when he may not."""
    verdict = may_score(user, SCORING[side], meeting, now)
    return verdict.office.organisation if isinstance(verdict, Allowed) and verdict.office is not None else None
