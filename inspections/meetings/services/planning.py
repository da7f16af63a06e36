"""Planning the meetings of a cell: a year at once, or one by itself; and preparing one (domain.md §6.1, §6.2)."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import Date, month_slot, quarter_end
from inspections.calendars.standing import hold_calendar
from inspections.deadlines.services import cancel_clocks, live_clock_of, start_clock
from inspections.meetings.models import HOLD_MEETING, AgendaItem, Meeting, MeetingFiles
from inspections.meetings.queries import open_items_of, previous_of
from inspections.meetings.services.common import (
    attach_files,
    check_on_roll,
    check_to_come,
    locked_cell,
    locked_meeting,
)
from inspections.members.queries import roll_of
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import check_not_ended, held_in_place
from inspections.organisations.text import clean, on_paper
from permissions import audit, policy
from permissions.verdicts import NotNow

THEMATIC_MONTHS = (3, 6, 9, 12)


@dataclass(frozen=True)
class YearGiven:
    """day: of the month, 1 to 28; time of the day; the months with a thematic meeting, one in each quarter at least."""

    year: int
    day: int
    time: datetime.time
    place: str = ""
    thematic_months: Collection[int] = THEMATIC_MONTHS
    thematic_day: int = 20


@dataclass(frozen=True)
class AgendaGiven:
    """A content of the agenda as it was typed."""

    title: str
    preparer: Person | None = None
    document: str = ""


@dataclass(frozen=True)
class PreparationGiven:
    """What is prepared. notice_at, documents_at: when they went out, None while they did not. files: documents that
    members read here; giving them is giving them out."""

    planned_at: datetime.datetime
    place: str
    agenda: Sequence[AgendaGiven] = field(default_factory=list)
    topic: str = ""
    notice_at: datetime.datetime | None = None
    documents_at: datetime.datetime | None = None
    files: Sequence[Any] = ()


def plan_year(
    *, acting_user: User, organisation: Organisation, given: YearGiven, now: datetime.datetime
) -> list[Meeting]:
    """Plans a regular meeting for each month that is not over, and the thematic ones; those planned already stay, one
    that was called off is planned anew.

    Raises Refused, NotNow (all is planned, the cell has ended), ValidationError (a year that is over or far,
    the day, a quarter without a thematic meeting)."""
    with transaction.atomic():
        hold_calendar()  # before any organisation, as a change of the calendar does
        cell = locked_cell(organisation)
        allowed = policy.require(acting_user, "keep_meetings", cell, now)
        today = timezone.localdate(now)
        check_not_ended(cell, today)
        _check_year(given, today)
        standing = Meeting.objects.filter(organisation=cell).standing().of_year(given.year)
        there = set(standing.values_list("kind", "month"))
        made = []
        for month in range(1, 13):
            first, last = month_slot(given.year, month, month)
            for kind, day, is_wanted in (
                (Meeting.Kind.REGULAR, given.day, True),
                (Meeting.Kind.THEMATIC, given.thematic_day, month in given.thematic_months),
            ):
                if is_wanted and last >= today and (kind, first) not in there:
                    planned_at = _moment(Date(given.year, month, day), given.time)
                    made.append(_plan(cell, kind, first, planned_at, given.place, "", today, now))
        if not made:
            raise NotNow(_("The meetings of %(year)s are planned already.") % {"year": given.year})
        audit.record(
            allowed,
            about=cell,
            chain=cell,
            now=now,
            verb="plan_year",
            new={"year": given.year, "meetings": [str(meeting) for meeting in made]},
        )
        return made


def _check_year(given: YearGiven, today: datetime.date) -> None:
    if not today.year <= given.year <= today.year + 1:
        raise ValidationError({"year": _("Plan this year or the next.")})
    for name, day in (("day", given.day), ("thematic_day", given.thematic_day)):
        if not 1 <= day <= 28:
            raise ValidationError({name: _("Choose a day that every month has: 1 to 28.")})
    quarters = {(month + 2) // 3 for month in given.thematic_months}
    if quarters != {1, 2, 3, 4}:
        raise ValidationError({"thematic_months": _("Every quarter has a thematic meeting: choose a month in each.")})


def plan_meeting(
    *,
    acting_user: User,
    organisation: Organisation,
    kind: str,
    planned_at: datetime.datetime,
    place: str,
    topic: str = "",
    now: datetime.datetime,
) -> Meeting:
    """Plans one meeting in the month of its day, also one that was held before the cell kept its meetings here.

    Raises Refused, NotNow (the cell has ended), ValidationError (a second regular one in the month, no topic)."""
    with transaction.atomic():
        hold_calendar()  # before any organisation, as a change of the calendar does
        cell = locked_cell(organisation)
        allowed = policy.require(acting_user, "keep_meetings", cell, now)
        today = timezone.localdate(now)
        check_not_ended(cell, today)
        day = timezone.localdate(planned_at)
        month, _last = month_slot(day.year, day.month, day.month)
        there = Meeting.objects.regular().standing().filter(organisation=cell, month=month)
        if kind == Meeting.Kind.REGULAR and there.exists():
            said = _("The cell has its regular meeting of %(month)s already; a further one is thematic.")
            raise ValidationError({"planned_at": said % {"month": f"{month:%m/%Y}"}})
        if kind == Meeting.Kind.THEMATIC and not topic.strip():
            raise ValidationError({"topic": _("Say the topic of the thematic meeting.")})
        meeting = _plan(cell, kind, month, planned_at, place, topic, today, now)
        audit.record(
            allowed, about=meeting, chain=cell, now=now, verb="plan_meeting", new={"planned_at": planned_at.isoformat()}
        )
        return meeting


def prepare_meeting(*, acting_user: User, meeting: Meeting, given: PreparationGiven, now: datetime.datetime) -> Meeting:
    """Keeps when, where and what about; assignments that are still open come into the agenda by themselves.

    May be done again until the meeting is held. Raises Refused, NotNow (it was held), ValidationError (no content, a
    stranger prepares, another month, moments to come)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        check_to_come(meeting)
        _check_preparation(cell, meeting, given, now)
        old = told_of_preparation(meeting) if meeting.state == Meeting.State.PREPARED else {}
        meeting.planned_at, meeting.place, meeting.topic = given.planned_at, clean(given.place), clean(given.topic)
        meeting.notice_at, meeting.documents_at = given.notice_at, given.documents_at or (now if given.files else None)
        meeting.previous = previous_of(meeting)
        meeting.state = Meeting.State.PREPARED
        meeting.full_clean()
        meeting.save()
        _write_agenda(meeting, given.agenda)
        kind = MeetingFiles.Kind.PREPARATION
        names = attach_files(meeting, kind, given.files, acting_user=acting_user, now=now)
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb="prepare_meeting",
            old=old,
            new=told_of_preparation(meeting) | {"files": names},
        )
        return meeting


def told_of_preparation(meeting: Meeting) -> dict[str, Any]:
    """What was prepared, as the audit keeps it."""
    return {
        "planned_at": meeting.planned_at.isoformat(),
        "place": meeting.place,
        "topic": meeting.topic,
        "notice_at": meeting.notice_at.isoformat() if meeting.notice_at else "",
        "documents_at": meeting.documents_at.isoformat() if meeting.documents_at else "",
        "agenda": [
            " – ".join(filter(None, (item.title, str(item.preparer or ""), item.document)))
            for item in meeting.agenda.select_related("preparer")
        ],
    }


def call_off_meeting(*, acting_user: User, meeting: Meeting, reason: str, now: datetime.datetime) -> Meeting:
    """The meeting will not be held, for the reason. Another may be planned.

    The month's regular meeting stays owed: its clock runs until another of the month is planned. Once the month is over
    it was not held: that stays as a fact, and nothing takes its place.

    Raises Refused, NotNow (it was held, or called off in a month that is not over), ValidationError (no reason)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        if meeting.is_held:
            raise NotNow(_("The meeting was held, so it cannot be called off."))
        today = timezone.localdate(now)
        if meeting.is_called_off and not is_still_owed(meeting, today):
            raise NotNow(_("The meeting was called off: %(reason)s") % {"reason": meeting.called_off_reason})
        if not reason.strip():
            raise ValidationError({"reason": _("Say why the meeting will not be held.")})
        old = meeting.state
        if is_month_over(meeting, today):
            write_not_held(meeting, clean(reason), now)
        else:
            is_owed = meeting.kind == Meeting.Kind.REGULAR
            write_call_off(meeting, clean(reason), now, ends_clock=not is_owed)
        audit.record(
            allowed,
            about=meeting,
            chain=cell,
            now=now,
            verb="call_off_meeting",
            old={"state": old},
            new={"state": meeting.state},
            reason=meeting.called_off_reason,
        )
        return meeting


def is_month_over(meeting: Meeting, today: datetime.date) -> bool:
    """Whether it is a regular meeting whose last day has passed."""
    return meeting.kind == Meeting.Kind.REGULAR and last_day_for(meeting.kind, meeting.month) < today


def is_still_owed(meeting: Meeting, today: datetime.date) -> bool:
    """Whether it was called off in its month, which is over without another meeting."""
    return (
        meeting.state == Meeting.State.CALLED_OFF
        and is_month_over(meeting, today)
        and live_clock_of(meeting, HOLD_MEETING) is not None
    )


def write_call_off(meeting: Meeting, reason: str, now: datetime.datetime, *, ends_clock: bool = True) -> None:
    """Makes a meeting that was not held one that will not be, and ends its clock. Part of a verb."""
    meeting.state, meeting.called_off_at, meeting.called_off_reason = Meeting.State.CALLED_OFF, now, reason[:300]
    meeting.save()
    if ends_clock:
        cancel_clocks(meeting, HOLD_MEETING, now=now)


def write_not_held(meeting: Meeting, reason: str, now: datetime.datetime) -> None:
    """Keeps that the meeting of a month that is over was not held, and ends its clock. Part of a verb."""
    meeting.state, meeting.called_off_at, meeting.called_off_reason = Meeting.State.NOT_HELD, now, reason[:300]
    meeting.save()
    cancel_clocks(meeting, HOLD_MEETING, now=now)


def last_day_for(kind: str, month: datetime.date) -> datetime.date:
    """The last day on which a meeting of the month may be held: of the month, or, a thematic one, of its quarter."""
    if kind == Meeting.Kind.THEMATIC:
        return quarter_end(month)
    return month_slot(month.year, month.month, month.month)[1]


def _check_preparation(cell: Organisation, meeting: Meeting, given: PreparationGiven, now: datetime.datetime) -> None:
    day = timezone.localtime(given.planned_at).date()
    check_month(meeting, day, "planned_at")
    if meeting.kind == Meeting.Kind.THEMATIC and not given.topic.strip():
        raise ValidationError({"topic": _("Say the topic of the thematic meeting.")})
    if not given.agenda:
        raise ValidationError({"agenda": _("Write at least one content of the meeting.")})
    if any(not clean(item.title) for item in given.agenda):
        raise ValidationError({"agenda": _("Say in words what the content is about.")})
    for name in ("notice_at", "documents_at"):
        moment = getattr(given, name)
        if moment is not None and moment > now:
            raise ValidationError({name: _("This moment is still to come. Leave it empty until it has been done.")})
    preparers = {item.preparer.pk: item.preparer for item in given.agenda if item.preparer is not None}
    check_on_roll(preparers.values(), roll_of(cell, day), "agenda")


def check_month(meeting: Meeting, day: datetime.date, field: str) -> None:
    """Raises ValidationError unless the day is in the month of a regular meeting, or the quarter of a thematic one."""
    if meeting.kind == Meeting.Kind.REGULAR and (day.year, day.month) != (meeting.month.year, meeting.month.month):
        said = _("This is the regular meeting of %(month)s, so its day is in that month.")
        raise ValidationError({field: said % {"month": f"{meeting.month:%m/%Y}"}})
    if meeting.kind == Meeting.Kind.THEMATIC and quarter_end(day) != quarter_end(meeting.month):
        raise ValidationError({field: _("A thematic meeting is held in its quarter.")})


def _write_agenda(meeting: Meeting, agenda: Sequence[AgendaGiven]) -> None:
    meeting.agenda.all().delete()
    rows = [
        AgendaItem(meeting=meeting, title=item.text, preparer=item.person, carried=item)
        for item in open_items_of(meeting)
    ]
    rows += [
        AgendaItem(meeting=meeting, title=clean(item.title), preparer=item.preparer, document=clean(item.document))
        for item in agenda
    ]
    for position, row in enumerate(rows, start=1):
        row.position = position
        row.full_clean(exclude=["meeting", "preparer", "carried"])
    AgendaItem.objects.bulk_create(rows)


def _moment(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day, time, timezone.get_default_timezone())


def _plan(
    cell: Organisation,
    kind: str,
    month: datetime.date,
    planned_at: datetime.datetime,
    place: str,
    topic: str,
    today: datetime.date,
    now: datetime.datetime,
) -> Meeting:
    meeting = Meeting(
        organisation=cell,
        org_path=held_in_place(cell).path,
        kind=kind,
        month=month,
        planned_at=planned_at,
        place=clean(place),
        topic=clean(topic),
    )
    meeting.full_clean()
    meeting.save()
    if kind == Meeting.Kind.REGULAR:
        # from now on this one owes the month
        for other in Meeting.objects.regular().filter(organisation=cell, month=month, state=Meeting.State.CALLED_OFF):
            cancel_clocks(other, HOLD_MEETING, now=now)
    last = last_day_for(kind, month)
    if last >= today:
        with on_paper():
            title = _("Hold the meeting: %(meeting)s") % {"meeting": meeting}
        start_clock(
            item=meeting,
            duty=HOLD_MEETING,
            title=title,
            organisation=cell,
            watcher=cell.parent,
            start_on=today,
            day=last,
            now=now,
        )
    return meeting
