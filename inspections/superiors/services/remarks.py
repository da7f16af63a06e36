"""A superior attends a meeting and remarks; the cell answers."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import add_months
from inspections.calendars.standing import hold_calendar
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import running_clock
from inspections.deadlines.services import meet_clock, start_clock
from inspections.meetings.models import Meeting
from inspections.meetings.services.common import cell_that_owes, locked_meeting
from inspections.organisations.models import Organisation, User
from inspections.organisations.services import check_not_ended
from inspections.organisations.text import clean, on_paper
from inspections.striking import strike
from inspections.superiors.access import ASSIGN, VISIT, require_visit
from inspections.superiors.models import ANSWER_REMARK, Remark, Visit
from permissions import audit, policy
from permissions.verdicts import Allowed, NotNow

LONGEST = 12  # months in which a remark is to be answered; a longer one is a slip of the pen


def mark_visit(*, acting_user: User, meeting: Meeting, note: str, now: datetime.datetime) -> Visit:
    """Notes that the user attended the meeting. Raises Refused, NotNow (still to come, called off, noted already)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = require_visit(acting_user, meeting, now)
        _check(why_no_visit(meeting, now))
        if Visit.objects.standing().filter(meeting=meeting, visitor=acting_user).exists():
            raise NotNow(_("That you attended this meeting is noted already."))
        visit = Visit(meeting=meeting, visitor=acting_user, note=clean(note), noted_at=now)
        visit.clean_fields(exclude=["meeting", "visitor", "struck_by", "struck_at"])
        visit.save()
        audit.record(allowed, about=meeting, chain=cell, now=now, verb="mark_visit", new={"note": visit.note})
        return visit


def strike_visit(*, acting_user: User, visit: Visit, reason: str, now: datetime.datetime) -> Visit:
    """Strikes out a visit that was noted wrongly: it stays readable and counts no more. By who noted it, or who says
    who follows the cell. Raises Refused, NotNow (struck out before), ValidationError (no reason)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(visit.meeting)
        visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        visit.meeting = meeting
        allowed = policy.require(acting_user, VISIT if visit.visitor_id == acting_user.pk else ASSIGN, visit, now)
        strike(visit, acting_user, reason, now)
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb="strike_visit",
            old={"visitor": str(visit.visitor), "note": visit.note},
            reason=visit.strike_reason,
        )
        return visit


def leave_remark(
    *, acting_user: User, meeting: Meeting, text: str, answer_by: datetime.date, now: datetime.datetime
) -> Remark:
    """Leaves a remark that the cell answers by the day: a deadline of the cell.

    Raises Refused, NotNow (still to come, the cell has ended), ValidationError (no words, a day past or too late)."""
    with transaction.atomic():
        hold_calendar()  # before any organisation, as a change of the calendar does
        cell, meeting = locked_meeting(meeting)
        allowed = require_visit(acting_user, meeting, now)
        _check(why_no_remark(meeting, now))
        today = timezone.localdate(now)
        check_not_ended(cell, today)
        if not text.strip():
            raise ValidationError({"text": _("Say what you remark.")})
        if answer_by < today:
            raise ValidationError({"answer_by": _("This day is past.")})
        if answer_by > add_months(today, LONGEST):
            raise ValidationError({"answer_by": _("The cell answers within a year; choose an earlier day.")})
        remark = Remark.objects.create(
            meeting=meeting,
            organisation=cell,
            body=body_of(allowed, cell),
            text=text.strip(),
            answer_by=answer_by,
            left_by=acting_user,
            left_at=now,
        )
        with on_paper():
            title = _("Answer the remark on the meeting: %(meeting)s") % {"meeting": meeting}
        start_clock(
            item=remark,
            duty=ANSWER_REMARK,
            title=title,
            organisation=cell,
            watcher=remark.body,
            start_on=today,
            day=answer_by,
            now=now,
        )
        new = {"text": remark.text, "answer_by": answer_by.isoformat()}
        audit.record(allowed, about=remark, chain=cell, now=now, verb="leave_remark", new=new)
        return remark


def answer_remark(*, acting_user: User, remark: Remark, answer: str, now: datetime.datetime) -> Remark:
    """The cell answers; its deadline is met. Raises Refused, NotNow (answered already), ValidationError (no words)."""
    with transaction.atomic():
        cell, remark = locked_remark(remark)
        allowed = policy.require(acting_user, "keep_meetings", remark, now)
        if remark.answered_at is not None:
            raise NotNow(_("This remark was answered already; the answer stands on its page."))
        if not answer.strip():
            raise ValidationError({"answer": _("Write the answer.")})
        remark.answer, remark.answered_by, remark.answered_at = answer.strip(), acting_user, now
        remark.save(update_fields=["answer", "answered_by", "answered_at"])
        meet_clock(remark, ANSWER_REMARK, timezone.localdate(now), now=now)
        new = {"answer": remark.answer}
        audit.record(allowed, about=remark, chain=cell, now=now, verb="answer_remark", new=new)
        return remark


def why_no_remark(meeting: Meeting, now: datetime.datetime) -> str:
    """Why nothing can be remarked on the meeting yet; empty when it can. Of one that was called off it can."""
    if meeting.is_held or meeting.is_called_off or meeting.planned_at <= now:
        return ""
    moment = timezone.localtime(meeting.planned_at)
    return _("The meeting is still to come, at %(moment)s.") % {"moment": f"{moment:%H:%M %d/%m/%Y}"}


def why_no_visit(meeting: Meeting, now: datetime.datetime) -> str:
    """Why nobody attended the meeting; empty when somebody may have."""
    if meeting.is_called_off:
        return _("The meeting was called off, so nobody attended it.")
    return why_no_remark(meeting, now)


def clock_of(remark: Remark) -> Deadline | None:
    """The running clock of the answer; None once it is over."""
    return running_clock(remark, ANSWER_REMARK)


def locked_remark(remark: Remark) -> tuple[Organisation, Remark]:
    """The cell that answers, locked, and the remark as it stands then; it may have passed to another meanwhile."""
    cell = cell_that_owes(Remark, remark.pk)
    fresh = Remark.objects.select_for_update(of=("self",)).select_related("meeting__organisation").get(pk=remark.pk)
    fresh.organisation = cell
    return cell, fresh


def _check(why_not: str) -> None:
    if why_not:
        raise NotNow(why_not)


def body_of(allowed: Allowed, cell: Organisation) -> Organisation:
    """The organisation for whose office it was done."""
    return allowed.office.organisation if allowed.office is not None else cell
