"""From the conference to the announced conclusion, in the order of the course (domain.md §4.1, §4.3, §4.4)."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.models import Duty, StartEvent
from inspections.cases.models import Case, ChangeRequest, Majority, Paper, Sitting, course_of
from inspections.cases.rules import is_enough
from inspections.cases.services.clocks import AT_NOTICE, SetDay, came_back, happened, set_limits
from inspections.cases.services.common import (
    begin,
    begin_for_team,
    check_follows,
    check_paper,
    check_took_place,
    move,
    require_text,
    write_paper,
)
from inspections.cases.services.in_meetings import check_agrees, locked_meeting, told_of
from inspections.deadlines.services import meet_clock
from inspections.organisations.models import User
from permissions import audit

Stage = Case.Stage
ANNOUNCEMENT = gettext_lazy("the case was announced")


def hold_conference(
    *,
    acting_user: User,
    case: Case,
    held_on: datetime.date,
    place: str,
    attendees: str,
    minutes: str,
    asks_for_more: bool,
    files: Iterable[Any],
    now: datetime.datetime,
) -> Paper:
    """The conference on the draft; it may ask for more verification (§4.1 T5).

    Opinions reserved until then are printed in its minutes. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "hold_conference", [Stage.CONFERENCE], now)
        check_took_place(case, "held_on", held_on, timezone.localdate(now))
        check_follows("held_on", held_on, case.announced_on, ANNOUNCEMENT)
        paper = write_paper(
            case,
            "conference_minutes",
            acting_user=acting_user,
            now=now,
            body=require_text("minutes", minutes),
            files=files,
            held_on=held_on,
            place=place,
            attendees=attendees,
            released=True,
        )
        move(case, Stage.VERIFYING if asks_for_more else Stage.CONFERENCE, now)
        if asks_for_more:
            came_back(case, "verify", held_on, now, decided_by=acting_user)
        audit.record(
            allowed,
            about=paper,
            chain=case,
            now=now,
            verb="hold_conference",
            new={"asks_for_more": asks_for_more},
            reason=minutes.strip() if asks_for_more else "",
        )
        return paper


def submit_report(
    *, acting_user: User, case: Case, text: str, submission: str, files: Iterable[Any], now: datetime.datetime
) -> Paper:
    """The result report goes to the body that ordered the case (§4.1 K1). Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        stages = course_of(case).reported_at
        case, allowed = begin_for_team(case, acting_user, "submit_report", stages, now)
        paper = write_paper(
            case,
            "result_report",
            acting_user=acting_user,
            now=now,
            body=require_text("text", text),
            files=files,
        )
        if submission.strip():
            write_paper(case, "submission", acting_user=acting_user, now=now, body=submission)
        move(case, Stage.REPORTED, now)
        meet_clock(case, Duty.VERIFY, timezone.localdate(now), now=now)
        audit.record(allowed, about=paper, chain=case, now=now, verb="submit_report", new={"version": paper.version})
        return paper


def appraise_case(*, acting_user: User, case: Case, is_in_order: bool, text: str, now: datetime.datetime) -> Paper:
    """The office checks form and consistency, and passes the report on or returns it (§4.1 K2, §5.1).

    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="appraise_case", stages=[Stage.REPORTED], now=now)
        paper = write_paper(case, "appraisal", acting_user=acting_user, now=now, body=require_text("text", text))
        move(case, Stage.APPRAISED if is_in_order else Stage.REPORTED, now)
        if not is_in_order:
            came_back(case, "report", timezone.localdate(now), now, decided_by=acting_user)
        audit.record(
            allowed,
            about=paper,
            chain=case,
            now=now,
            verb="appraise_case",
            new={"in_order": is_in_order},
            reason="" if is_in_order else text.strip(),
        )
        return paper


def conclude_case(
    *, acting_user: User, case: Case, sitting: Sitting, files: Iterable[Any], now: datetime.datetime
) -> Sitting:
    """Records the sitting that considers the report: it concludes, returns it, or asks for more (§4.1 K3).

    sitting: unsaved, with its facts; its meeting, if it was one of the cell, is of its day and had as many present. A
    sitting and a conclusion need what the table of majorities says.
    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        stages = course_of(case).concluded_at
        case, allowed = begin(case, acting_user=acting_user, verb="conclude_case", stages=stages, now=now)
        check_took_place(case, "held_on", sitting.held_on, timezone.localdate(now))
        check_follows("held_on", sitting.held_on, case.announced_on, ANNOUNCEMENT)
        if sitting.meeting_id is not None:
            check_agrees(sitting, locked_meeting(case, sitting.meeting_id))
        _check_votes(sitting, _majority_for(case.procedure.body, sitting.held_on))
        concludes = sitting.outcome == Sitting.Outcome.CONCLUDED
        if concludes:
            check_paper(case, "conclude")
            _check_nothing_asked(case)
        sitting.case, sitting.recorded_by, sitting.recorded_at = case, acting_user, now
        require_text("extract", sitting.extract)
        sitting.save()
        write_paper(
            case,
            "minutes_extract",
            acting_user=acting_user,
            now=now,
            body=sitting.extract,
            files=files,
            held_on=sitting.held_on,
            attendees=sitting.attendees,
        )
        if concludes:
            move(case, Stage.CONCLUDED, now, concluded_on=sitting.held_on)
            meet_clock(case, Duty.WHOLE_CASE, sitting.held_on, now=now)
        else:
            course = course_of(case)
            stage, step = course.more_to if sitting.outcome == Sitting.Outcome.MORE else course.returned_to
            move(case, stage, now)
            came_back(case, step, sitting.held_on, now, decided_by=acting_user)
        audit.record(
            allowed,
            about=sitting,
            chain=case,
            now=now,
            verb="conclude_case",
            new={
                "outcome": sitting.outcome,
                **told_of(sitting.meeting),
                "present": f"{sitting.present}/{sitting.members}",
                "votes": [sitting.votes_for, sitting.votes_against, sitting.abstentions],
            },
            reason="" if concludes else sitting.extract.strip(),
        )
        return sitting


def _majority_for(body: str, on: datetime.date) -> Majority | None:
    """The row of the table that counts for a kind of body on the day: its own, else that of all others."""
    rows = Majority.objects.filter(body__in=["", body], valid_from__lte=on)
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on)).order_by("-body", "-valid_from").first()


def _check_nothing_asked(case: Case) -> None:
    """Once concluded, a change could not be decided any more, and its task would wait for ever."""
    if case.change_requests.filter(state=ChangeRequest.State.ASKED).exists():
        raise ValidationError(_("A change of this case waits for its decision. Decide on it first, then conclude."))


def _check_votes(sitting: Sitting, needed: Majority | None) -> None:
    if sitting.present > sitting.members:
        raise ValidationError({"present": _("More are present than the body has members.")})
    if sitting.votes_for + sitting.votes_against + sitting.abstentions > sitting.present:
        raise ValidationError({"votes_for": _("There are more votes than people present.")})
    if needed is None:
        raise ValidationError(
            _("The table of majorities has no row for this body on that day. An administrator of the tree enters it.")
        )
    present = (needed.present_parts, needed.present_of, needed.present_is_above)
    votes = (needed.votes_parts, needed.votes_of, needed.votes_is_above)
    if not is_enough(sitting.present, sitting.members, *present):
        raise ValidationError({"present": _("A sitting needs %(many)s.") % {"many": _told(*present)}})
    if sitting.outcome == Sitting.Outcome.CONCLUDED and not is_enough(sitting.votes_for, sitting.members, *votes):
        raise ValidationError({"votes_for": _("A conclusion needs the votes of %(many)s.") % {"many": _told(*votes)}})


def _told(parts: int, of: int, is_above: bool) -> str:
    if is_above and 2 * parts == of:
        return _("more than half of all members")
    words = _("more than %(part)s of all members") if is_above else _("at least %(part)s of all members")
    return words % {"part": f"{parts}/{of}"}


def announce_notice(
    *,
    acting_user: User,
    case: Case,
    held_on: datetime.date,
    place: str,
    attendees: str,
    minutes: str,
    files: Iterable[Any],
    now: datetime.datetime,
    limits: Mapping[str, SetDay] | None = None,
) -> Paper:
    """The conclusion notice is announced to the subjects; the dossier is due after it (§4.1 K4).

    limits: the day that is set for the dossier, and why, where its time limit is not known.
    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "announce_notice", [Stage.NOTIFIED], now)
        check_took_place(case, "held_on", held_on, timezone.localdate(now))
        issued = case.papers.filter(kind__code="notice").values_list("written_at", flat=True).last()
        check_follows("held_on", held_on, timezone.localdate(issued) if issued else None, _("the notice was signed"))
        paper = write_paper(
            case,
            "notice_minutes",
            acting_user=acting_user,
            now=now,
            body=require_text("minutes", minutes),
            files=files,
            held_on=held_on,
            place=place,
            attendees=attendees,
        )
        set_days = set_limits(case, AT_NOTICE, limits or {}, held_on, now)
        happened(case, StartEvent.NOTICE_ANNOUNCEMENT, held_on, now)
        new = {"held_on": held_on} | ({"set_days": set_days} if set_days else {})
        audit.record(allowed, about=paper, chain=case, now=now, verb="announce_notice", new=new)
        return paper
