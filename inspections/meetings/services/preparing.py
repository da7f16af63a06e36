"""Preparing a meeting: when, where, what about; who was told and what was given out (domain.md §6.2)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.meetings.models import AgendaItem, Meeting, MeetingFiles
from inspections.meetings.queries import has_documents, open_items_of, previous_of
from inspections.meetings.services.common import attach_files, check_move, check_on_roll, check_to_come, locked_meeting
from inspections.meetings.services.planning import check_month
from inspections.members.queries import roll_of
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.text import clean
from permissions import audit, policy


@dataclass(frozen=True)
class AgendaGiven:
    """A content of the agenda as it was typed."""

    title: str
    preparer: Person | None = None
    document: str = ""


@dataclass(frozen=True)
class PreparationGiven:
    """What is prepared. notice_at, documents_at: when they went out, None while they did not. files: documents that
    members read here; giving them is giving them out, so the moment is that of the last. reason: why it is on another
    day, or at another time, than planned."""

    planned_at: datetime.datetime
    place: str
    agenda: Sequence[AgendaGiven] = field(default_factory=list)
    topic: str = ""
    notice_at: datetime.datetime | None = None
    documents_at: datetime.datetime | None = None
    files: Sequence[Any] = ()
    reason: str = ""


def prepare_meeting(*, acting_user: User, meeting: Meeting, given: PreparationGiven, now: datetime.datetime) -> Meeting:
    """Keeps when, where and what about; assignments that are still open come into the agenda by themselves.

    May be done again until the meeting is held. Another day or time than planned is a move: those above the cell read
    the reason. Raises Refused, NotNow (it was held), ValidationError (no content, a stranger prepares, another month,
    a move without a reason or into the past, moments to come, documents out at another moment than their files)."""
    with transaction.atomic():
        cell, meeting = locked_meeting(meeting)
        allowed = policy.require(acting_user, "keep_meetings", meeting, now)
        check_to_come(meeting)
        _check_preparation(cell, meeting, given, now)
        is_moved = given.planned_at != meeting.planned_at
        if is_moved:
            check_move(given.planned_at, given.reason, now)
        old = told_of_preparation(meeting) if meeting.state == Meeting.State.PREPARED or is_moved else {}
        meeting.documents_at = _documents_at(meeting, given, now)
        meeting.planned_at, meeting.place, meeting.topic = given.planned_at, clean(given.place), clean(given.topic)
        meeting.notice_at = given.notice_at
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
            reason=clean(given.reason) if is_moved else "",
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


def _documents_at(meeting: Meeting, given: PreparationGiven, now: datetime.datetime) -> datetime.datetime | None:
    """When the documents went out: with files when the last was given, else as the cell says. Raises ValidationError
    where it says otherwise than the files, or an earlier moment once the meeting was to begin."""
    stated = given.documents_at
    if given.files or has_documents(meeting):
        kept = now if given.files else meeting.documents_at
        if stated is not None and (kept is None or _minute(stated) != _minute(kept)):
            said = _("The files say when the documents were out: with the last of them. Leave this empty.")
            raise ValidationError({"documents_at": said})
        return kept
    was = meeting.documents_at
    is_again = meeting.state == Meeting.State.PREPARED and now >= meeting.planned_at
    if is_again and stated is not None and (was is None or _minute(stated) < _minute(was)):
        said = _("The meeting was to begin before now, so no earlier moment is stated any more.")
        raise ValidationError({"documents_at": said})
    return stated


def _minute(moment: datetime.datetime) -> datetime.datetime:
    """As moments are typed."""
    return moment.replace(second=0, microsecond=0)


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
