"""From the preparation to the draft with the subject, in the order of the course (domain.md §4.1, §4.3, §4.4)."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.models import Duty, StartEvent
from inspections.cases.models import Case, CaseSubject, InfoRequest, Paper, PaperKind, course_of
from inspections.cases.services.clocks import came_back, happened
from inspections.cases.services.common import (
    begin,
    begin_for_team,
    check_paper,
    check_took_place,
    move,
    require_text,
    write_paper,
)
from inspections.deadlines.services import meet_clock, start_clock
from inspections.organisations.models import User
from inspections.organisations.queries import answering
from permissions import audit
from permissions.verdicts import Allowed, Denied, NotNow, Refused

Stage = Case.Stage


def prepare_case(
    *,
    acting_user: User,
    case: Case,
    outline: str,
    schedule: str,
    team_met_on: datetime.date,
    team_minutes: str,
    files: Iterable[Any],
    now: datetime.datetime,
) -> Case:
    """Outline of questions, schedule with assignments, the team's meeting (§4.1 P2).

    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "prepare_case", [Stage.ORDERED], now)
        check_took_place(case, "team_met_on", team_met_on, timezone.localdate(now))
        common: dict[str, Any] = {"acting_user": acting_user, "now": now}
        write_paper(case, "outline", body=require_text("outline", outline), files=files, **common)
        write_paper(case, "schedule", body=require_text("schedule", schedule), **common)
        write_paper(
            case,
            "team_minutes",
            body=require_text("team_minutes", team_minutes),
            held_on=team_met_on,
            **common,
        )
        move(case, Stage.PREPARED, now)
        audit.record(allowed, about=case, chain=case, now=now, verb="prepare_case", new={"stage": case.stage})
        return case


def announce_case(
    *,
    acting_user: User,
    case: Case,
    held_on: datetime.date,
    place: str,
    attendees: str,
    minutes: str,
    self_report_due: datetime.date,
    files: Iterable[Any],
    now: datetime.datetime,
) -> Case:
    """Decision and plan are announced to the subjects, who owe their self-report from now (§4.1 T1).

    self_report_due: day in time at the latest. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "announce_case", course_of(case).announced_at, now)
        check_took_place(case, "held_on", held_on, timezone.localdate(now))
        if self_report_due < held_on:
            raise ValidationError({"self_report_due": _("The report would be due before the announcement.")})
        write_paper(
            case,
            "announcement_minutes",
            acting_user=acting_user,
            now=now,
            body=require_text("minutes", minutes),
            files=files,
            held_on=held_on,
            place=place,
            attendees=attendees,
        )
        move(case, Stage.ANNOUNCED, now, announced_on=held_on)
        happened(case, StartEvent.ANNOUNCEMENT, held_on, now)
        meet_clock(case, Duty.ANNOUNCE, held_on, now=now)
        for subject in case.subjects.select_related("organisation", "case__organisation"):
            _start_subject_clock(subject, "self_report", gettext_lazy("Submit the self-report"), self_report_due, now)
        audit.record(
            allowed,
            about=case,
            chain=case,
            now=now,
            verb="announce_case",
            new={"stage": case.stage, "announced_on": held_on, "self_report_due": self_report_due},
        )
        return case


def _start_subject_clock(
    subject: CaseSubject, duty: str, title: Any, day: datetime.date, now: datetime.datetime
) -> None:
    start_clock(
        item=subject,
        duty=duty,
        title=title,
        organisation=answering(subject, subject.organisation),
        watcher=subject.case.organisation,
        case_id=subject.case_id,
        kind=subject.case.kind.code,
        start_on=timezone.localdate(now),
        day=day,
        now=now,
    )


def subject_verb(subject: CaseSubject, verb: str) -> str:
    """The verb by which a subject acts: a member with a log-in for himself, else the office of the organisation."""
    member = subject.person
    return "answer_as_subject" if member is not None and member.user_id and member.is_active else verb


def begin_for_subject(
    subject: CaseSubject, acting_user: User, verb: str, stages: Iterable[str], now: datetime.datetime
) -> tuple[Case, Allowed]:
    """As `begin`, for what a subject does: by its office, or by the member concerned and no other of the case."""
    verb = subject_verb(subject, verb)
    case, allowed = begin(subject.case, acting_user=acting_user, verb=verb, stages=list(stages), now=now, about=subject)
    check_in_person(subject, acting_user, verb)
    return case, allowed


def check_in_person(subject: CaseSubject, acting_user: User, verb: str) -> None:
    """Raises Refused when the member concerned has to act and somebody else does."""
    member = subject.person
    if verb == "answer_as_subject" and member is not None and member.user_id != acting_user.pk:
        raise Refused(Denied(_("This is for %(person)s in person.") % {"person": member}))


def submit_self_report(
    *, acting_user: User, subject: CaseSubject, text: str, files: Iterable[Any], now: datetime.datetime
) -> Paper:
    """The subject's self-report; when all are in, verification begins with its clock (§4.1 T2).

    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_subject(subject, acting_user, "submit_self_report", [Stage.ANNOUNCED], now)
        paper = write_paper(
            case,
            "self_report",
            acting_user=acting_user,
            now=now,
            body=require_text("text", text),
            files=files,
            subject=subject,
        )
        today = timezone.localdate(now)
        meet_clock(subject, "self_report", today, now=now)
        reported = case.papers.filter(kind__code="self_report").values("subject").distinct().count()
        if reported == case.subjects.count():
            move(case, Stage.VERIFYING, now)
            happened(case, StartEvent.SELF_REPORTS, today, now)
        audit.record(allowed, about=subject, chain=case, now=now, verb="submit_self_report", new={"paper": paper.pk})
        return paper


def add_paper(
    *,
    acting_user: User,
    case: Case,
    kind: PaperKind,
    body: str,
    files: Iterable[Any],
    held_on: datetime.date | None,
    place: str,
    attendees: str,
    subject: CaseSubject | None,
    now: datetime.datetime,
) -> Paper:
    """The team adds minutes or evidence to the case (§4.1 T3). Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "verify_case", course_of(case).papers_at, now)
        uploads = list(files)
        if not (kind.is_free and kind.is_active):
            raise ValidationError({"kind": _("Choose a kind of paper from the list.")})
        if not body.strip() and not uploads:
            raise ValidationError({"body": _("Write the text or attach a file.")})
        if held_on is not None:
            check_took_place(case, "held_on", held_on, timezone.localdate(now))
        elif kind.needs_day:
            raise ValidationError({"held_on": _("Minutes need the day on which it took place.")})
        if subject is not None and subject.case_id != case.pk:
            raise ValidationError({"subject": _("Choose a subject of this case.")})
        paper = write_paper(
            case,
            kind.code,
            acting_user=acting_user,
            now=now,
            body=body,
            files=uploads,
            subject=subject,
            held_on=held_on,
            place=place,
            attendees=attendees,
        )
        audit.record(allowed, about=paper, chain=case, now=now, verb="add_paper", new={"kind": kind.code})
        return paper


def ask_for_more(
    *,
    acting_user: User,
    case: Case,
    subjects: list[CaseSubject],
    text: str,
    due_on: datetime.date,
    now: datetime.datetime,
) -> list[InfoRequest]:
    """The team asks subjects for more during verification. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "verify_case", [Stage.VERIFYING], now)
        if not subjects or any(subject.case_id != case.pk for subject in subjects):
            raise ValidationError({"subjects": _("Choose whom to ask.")})
        if due_on < timezone.localdate(now):
            raise ValidationError({"due_on": _("This day is past.")})
        what = require_text("text", text)
        requests = []
        for subject in subjects:
            requests.append(
                InfoRequest.objects.create(
                    case=case, subject=subject, text=what, due_on=due_on, asked_by=acting_user, asked_at=now
                )
            )
            _start_subject_clock(subject, "supplement", gettext_lazy("Supply what was asked for"), due_on, now)
        audit.record(
            allowed,
            about=case,
            chain=case,
            now=now,
            verb="ask_for_more",
            new={"subjects": [str(subject) for subject in subjects], "text": what, "due_on": due_on},
        )
        return requests


def submit_supplement(
    *, acting_user: User, subject: CaseSubject, text: str, files: Iterable[Any], now: datetime.datetime
) -> Paper:
    """The subject supplies what it was asked for. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_subject(subject, acting_user, "submit_self_report", [Stage.VERIFYING], now)
        request = subject.info_requests.filter(answer__isnull=True).first()
        if request is None:
            raise NotNow(_("Nothing more is asked of you at this time."))
        paper = write_paper(
            case,
            "supplement",
            acting_user=acting_user,
            now=now,
            body=require_text("text", text),
            files=files,
            subject=subject,
        )
        request.answer = paper
        request.save(update_fields=["answer"])
        meet_clock(subject, "supplement", timezone.localdate(now), now=now)
        audit.record(allowed, about=request, chain=case, now=now, verb="submit_supplement", new={"paper": paper.pk})
        return paper


def finish_verification(*, acting_user: User, case: Case, now: datetime.datetime) -> Case:
    """Verification is enough; the report is drafted next. Raises Refused, NotNow, ValidationError (paper missing)."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "verify_case", [Stage.VERIFYING], now)
        check_paper(case, "verify")
        audit.record(allowed, about=case, chain=case, now=now, verb="finish_verification")
        return case


def draft_report(*, acting_user: User, case: Case, text: str, files: Iterable[Any], now: datetime.datetime) -> Paper:
    """A version of the draft report, findings beside it (§4.1 T4). Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "draft_report", [Stage.VERIFYING, Stage.DRAFTED], now)
        paper = write_paper(
            case,
            "draft_report",
            acting_user=acting_user,
            now=now,
            body=require_text("text", text),
            files=files,
        )
        move(case, Stage.DRAFTED, now)
        audit.record(allowed, about=paper, chain=case, now=now, verb="draft_report", new={"version": paper.version})
        return paper


def return_draft(*, acting_user: User, case: Case, to_verification: bool, reason: str, now: datetime.datetime) -> Case:
    """The leader returns the draft to its writers, or the case to verification, with the reason.

    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "release_draft", [Stage.DRAFTED], now)
        text = require_text("reason", reason)
        move(case, Stage.VERIFYING if to_verification else Stage.DRAFTED, now)
        step = "verify" if to_verification else "draft_report"
        came_back(case, step, timezone.localdate(now), now, decided_by=acting_user)
        audit.record(
            allowed,
            about=case,
            chain=case,
            now=now,
            verb="return_draft",
            new={"stage": case.stage},
            reason=text,
        )
        return case


def release_draft(*, acting_user: User, case: Case, answers_due: datetime.date, now: datetime.datetime) -> Case:
    """The leader releases the draft with its findings to the subjects, who owe an answer to each finding.

    answers_due: day in time at the latest. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "release_draft", [Stage.DRAFTED], now)
        if answers_due < timezone.localdate(now):
            raise ValidationError({"answers_due": _("This day is past.")})
        paper = case.papers.filter(kind__code="draft_report").order_by("-version").first()
        assert paper is not None
        paper.released_at = now
        paper.save(update_fields=["released_at"])
        case.findings.filter(state="draft").update(state="released", is_released=True)
        move(case, Stage.RELEASED, now)
        for subject in case.subjects.select_related("organisation", "case__organisation"):
            _start_subject_clock(subject, "answer", gettext_lazy("Answer the findings"), answers_due, now)
        audit.record(
            allowed,
            about=paper,
            chain=case,
            now=now,
            verb="release_draft",
            new={"version": paper.version, "answers_due": answers_due},
        )
        return case
