"""A cell that concludes in one of its meetings: the sitting and the meeting, tied both ways (scenario B)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.moments import start_of
from inspections.cases.models import Case, Sitting
from inspections.cases.services.common import begin
from inspections.meetings.models import HELD, Meeting, RollCallMark
from inspections.meetings.services.common import locked_cell
from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean
from permissions import audit
from permissions.verdicts import NotNow


def meetings_of(case: Case) -> "QuerySet[Meeting]":
    """The meetings that the cell which carries the case out held since the case was announced, the newest first. None
    before the announcement, and none of a body that is no cell."""
    if case.announced_on is None:
        return Meeting.objects.none()
    since = start_of(case.announced_on)
    held = Meeting.objects.filter(organisation=case.organisation_id, state__in=HELD, started_at__gte=since)
    return held.select_related("organisation").order_by("-started_at", "-pk")


def locked_meeting(case: Case, pk: int) -> Meeting:
    """The meeting, locked after the cell as its own verbs do, so that its record stays until the sitting that names it
    is written. Part of a verb; the case is locked before, as in a succession.

    Raises ValidationError for one in which this case cannot be concluded."""
    locked_cell(case.organisation)
    meeting = meetings_of(case).select_for_update(of=("self",)).filter(pk=pk).first()
    if meeting is None:
        raise ValidationError(
            {"meeting": _("Choose a meeting that the cell held and recorded since the case was announced.")}
        )
    return meeting


def check_agrees(sitting: Sitting, meeting: Meeting) -> None:
    """Raises ValidationError when sitting and meeting are of two days, or more sat than came to the meeting."""
    day = _day_of(meeting)
    if sitting.held_on != day:
        told = {"day": day.strftime("%d/%m/%Y")}
        raise ValidationError({"held_on": _("The meeting was held on %(day)s, so the sitting was too.") % told})
    if meeting.present is not None and sitting.present > meeting.present:
        raise ValidationError(
            {"present": _("Only %(n)s were present at this meeting, by its roll call.") % {"n": meeting.present}}
        )


def votes_of(meeting: Meeting) -> tuple[int, int]:
    """How many official members the roll call of the meeting names who are not exempt, and how many of them came: whose
    votes conclude. One query."""
    official = Q(standing=RollCallMark.StandingChoice.OFFICIAL) & ~Q(mark=RollCallMark.Mark.EXEMPT)
    counted = meeting.marks.aggregate(
        members=Count("pk", filter=official), present=Count("pk", filter=official & Q(mark=RollCallMark.Mark.PRESENT))
    )
    return counted["members"], counted["present"]


def told_of(meeting: Meeting | None) -> dict[str, Any]:
    """The meeting as the audit keeps it; nothing for none."""
    return {} if meeting is None else {"meeting": meeting.told, "meeting_id": meeting.pk}


def name_meeting(
    *, acting_user: User, case: Case, meeting: Meeting | None, reason: str, now: datetime.datetime
) -> Sitting:
    """Says in which meeting of the cell the case was concluded: the record of an evening is often written after the
    conclusion. Another meeting, or None, takes the place of one that was named by mistake, with a reason.

    Raises Refused, NotNow (not concluded), ValidationError."""
    with transaction.atomic():
        case, allowed = begin(
            case, acting_user=acting_user, verb="conclude_case", stages=Case.SINCE_CONCLUSION, now=now
        )
        sitting = case.sittings.select_related("meeting").filter(outcome=Sitting.Outcome.CONCLUDED).last()
        if sitting is None:
            raise NotNow(_("The case came from a book, so its sitting is not known here."))
        if sitting.meeting == meeting:
            raise ValidationError({"meeting": _("This is what is named already.")})
        if sitting.meeting is not None and not reason.strip():
            raise ValidationError({"reason": _("Say why it is named anew; what was and what is both stay.")})
        if meeting is not None:
            check_agrees(sitting, locked_meeting(case, meeting.pk))
        old = told_of(sitting.meeting)
        sitting.meeting = meeting
        sitting.save(update_fields=["meeting"])
        audit.record(
            allowed,
            about=sitting,
            chain=case,
            now=now,
            verb="name_meeting",
            old=old,
            new=told_of(meeting),
            reason=clean(reason),
        )
        return sitting


def keep_agreeing(cell: Organisation) -> None:
    """Holds a roll call that is taken again to what was concluded in its meeting. Called behind the lock of the cell.
    One query.

    Raises ValidationError."""
    concluded = Sitting.objects.filter(meeting__organisation=cell, outcome=Sitting.Outcome.CONCLUDED)
    for sitting in concluded.select_related("meeting").order_by("pk"):
        assert sitting.meeting is not None
        try:
            check_agrees(sitting, sitting.meeting)
        except ValidationError:
            # whoever keeps the meetings need not see the case
            told = {"day": sitting.held_on.strftime("%d/%m/%Y"), "present": sitting.present}
            raise ValidationError(
                _(
                    "A case of the cell was concluded in this meeting, on %(day)s, by %(present)s present. Check day "
                    "and roll call; if they are right, have the meeting taken off that case first."
                )
                % told
            ) from None


def _day_of(meeting: Meeting) -> datetime.date:
    assert meeting.started_at is not None, "only meetings that were held are named"
    return timezone.localdate(meeting.started_at)
