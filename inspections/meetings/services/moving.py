"""A planned meeting is moved to another day, with a reason, which superiors read."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.meetings.models import Meeting
from inspections.meetings.services.common import check_to_come, locked_meeting
from inspections.meetings.services.planning import check_month
from inspections.organisations.models import User
from inspections.organisations.text import clean
from permissions import audit, policy


def move_meeting(
    *,
    acting_user: User,
    meeting: Meeting,
    planned_at: datetime.datetime,
    place: str,
    reason: str,
    now: datetime.datetime,
) -> Meeting:
    """Moves a meeting within its month, a thematic one within its quarter; what was prepared stays.

    Raises Refused, NotNow (held, called off), ValidationError (the day, another month, no reason, nothing changes)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        check_to_come(meeting)
        day = timezone.localdate(planned_at)
        if day < timezone.localdate(now):
            raise ValidationError({"planned_at": _("A meeting is moved to today or a day to come.")})
        check_month(meeting, day, "planned_at")
        if not reason.strip():
            raise ValidationError({"reason": _("Say why; those above the cell read it.")})
        old = {"planned_at": meeting.planned_at.isoformat(), "place": meeting.place}
        if (meeting.planned_at, meeting.place) == (planned_at, clean(place)):
            raise ValidationError({"planned_at": _("It is planned for then and there already.")})
        meeting.planned_at, meeting.place = planned_at, clean(place)
        new = {"planned_at": planned_at.isoformat(), "place": meeting.place}
        meeting.full_clean()
        meeting.save()
        audit.record(
            allowed, about=meeting, chain=cell, now=now, verb="move_meeting", old=old, new=new, reason=clean(reason)
        )
        return meeting
