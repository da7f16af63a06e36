"""The verbs that take lines of a running book in: demands of notices that were issued before the software.

What the book does not say is left empty: who signed, the period examined, the course, and the day on which a line was
done where it only says that it was. The subject knew of its case on the day of the notice at the latest, and that day
stands for the announcement and the conclusion."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.moments import start_of
from inspections.calendars.rules import Words, due_from_words, quarter_end
from inspections.calendars.standing import hold_calendar
from inspections.cases.models import Case, CaseKind, CaseSubject, Procedure
from inspections.cases.services.impartial import check_impartial
from inspections.cases.services.opening import body_of
from inspections.cases.services.people import add_participant
from inspections.deadlines.services import cancel_clocks, meet_clock
from inspections.documents.services import numbers_went_on_before
from inspections.findings.models import Demand, Finding, Notice, Severity
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import held_in_place
from inspections.organisations.text import fold, on_paper
from inspections.remedies.clocks import start_correcting, start_quarter
from inspections.remedies.models import Correction, RemedyAction
from permissions import audit, policy
from permissions.verdicts import NotNow

State = Correction.State
Follower = Callable[[Correction, User, datetime.datetime], None]
_RUNS: list[Follower] = []
_ENDS: list[Follower] = []


def follow(*, runs: Follower, ends: Follower) -> None:
    """For the engine above: `runs` is called with each correction that begins to run from a book, `ends` with each
    that a later book says is done. Called once, from the `ready` of an app."""
    _RUNS.append(runs)
    _ENDS.append(ends)


@dataclass(frozen=True)
class BookNotice:
    """A conclusion notice as a book tells it. kind, severity: of its case and shortcomings, chosen for the book."""

    number: str
    issued_on: datetime.date
    issuer: Organisation
    kind: CaseKind
    severity: Severity


@dataclass(frozen=True)
class BookLine:
    """One line of a book. due_day: None for what is due at all times, or was done and names none.

    due_text: the time as written. done_on: the day it was done, where told. told: result and note as written."""

    notice: BookNotice
    organisation: Organisation
    person: Person | None
    finding: str
    demand: str
    due_words: Words
    due_day: datetime.date | None
    due_text: str
    monitor: Person
    is_done: bool
    done_on: datetime.date | None
    told: str
    source: str


def take_line(*, acting_user: User, book: Organisation, line: BookLine, now: datetime.datetime) -> Correction:
    """Takes one line in: done ones as history, open ones as corrections being carried out, with their clocks.

    book: the committee or body whose book it is. Raises Refused, ValidationError (the monitor has a tie)."""
    with transaction.atomic():
        hold_calendar()  # before any organisation, as a change of the calendar does
        held_in_place(book.overseer)
        allowed = policy.require(acting_user, "keep_book", book, now)
        notice = _notice_of(line.notice, acting_user, now)
        case = Case.objects.select_for_update().get(pk=notice.case_id)
        subject = _subject_of(case, line)
        finding = _finding_of(case, subject, line, acting_user, now)
        demand = Demand.objects.create(
            notice=notice,
            position=(notice.demands.aggregate(last=Max("position"))["last"] or 0) + 1,
            text=line.demand,
            assignee=subject,
            monitor=line.monitor,
            due_words=line.due_words.value,
            due_day=line.due_day,
        )
        demand.findings.set([finding])
        correction = _correction_of(demand, finding, line, now)
        if not line.is_done:
            check_impartial(case, line.monitor, "monitor", timezone.localdate(now))
            add_participant(case, line.monitor, "monitor", now, paper=notice.number)
            if line.person is not None:
                add_participant(case, line.person, "subject_member", now, paper=notice.number)
            _start(correction, line, now)
        audit.record(allowed, about=correction, chain=case, now=now, verb="take_book_line", new=_told(line))
        for run in () if line.is_done else _RUNS:
            run(correction, acting_user, now)
        return correction


def finish_line(
    *,
    acting_user: User,
    book: Organisation,
    correction: Correction,
    done_on: datetime.date | None,
    told: str,
    now: datetime.datetime,
) -> Correction:
    """A later book says that an open line is done: its correction is accepted as history, its work here ends.

    Raises Refused, NotNow (something was done about it here meanwhile)."""
    with transaction.atomic():
        held_in_place(book.overseer)
        allowed = policy.require(acting_user, "keep_book", book, now)
        for end in _ENDS:
            end(correction, acting_user, now)
        case = Case.objects.select_for_update().get(pk=correction.demand.notice.case_id)
        correction = Correction.objects.select_for_update().get(pk=correction.pk)
        if not may_finish(correction):
            raise NotNow(_("Something was done about this correction here; it goes on from there."))
        if done_on is not None:
            meet_clock(correction, correction.duty, done_on, now=now)
        cancel_clocks(correction, now=now)
        old = {"state": correction.state, "told": correction.book_words}
        correction.state, correction.accepted_at = State.ACCEPTED, _moment_of(done_on)
        correction.book_words = told
        correction.save(update_fields=["state", "accepted_at", "book_words"])
        correction.actions.update(state=RemedyAction.State.DONE)
        new = {"state": correction.state, "told": told, "done_on": done_on}
        audit.record(allowed, about=correction, chain=case, now=now, verb="finish_book_line", old=old, new=new)
        return correction


def may_finish(correction: Correction) -> bool:
    """Whether a book may still say that it is done: it came from one, and nothing was reported here."""
    is_untouched = correction.state == State.CARRYING_OUT and not correction.times_returned
    return correction.is_from_book and is_untouched and not correction.actions.filter(reports__isnull=False).exists()


def known_notice(issuer: Organisation, number: str, issued_on: datetime.date) -> Notice | None:
    """The notice of this number and year that an earlier line brought in."""
    rows = Notice.objects.filter(is_external=True, case__organisation=issuer, issued_on__year=issued_on.year)
    known = rows.filter(number=number).first()
    if known is not None:
        return known
    # written otherwise, with small letters or without accents
    return next((one for one in rows if fold(one.number) == fold(number)), None)


def _notice_of(told: BookNotice, user: User, now: datetime.datetime) -> Notice:
    """The notice with its case; the first line of its number makes both."""
    notice = known_notice(told.issuer, told.number, told.issued_on)
    if notice is not None:
        return notice
    with on_paper():
        content = _("Conclusions of notice %(number)s of %(day)s") % {
            "number": told.number,
            "day": told.issued_on.strftime("%d/%m/%Y"),
        }
    issuer = held_in_place(told.issuer)
    words = [told.number, told.kind.code, told.kind.name, content, str(issuer)]
    case = Case.objects.create(
        kind=told.kind,
        procedure=Procedure.objects.get(kind=told.kind, body=body_of(issuer)),
        organisation=issuer,
        org_path=issuer.path,
        content=content,
        stage=Case.Stage.CLOSED,
        number=told.number,
        is_from_book=True,
        proposed_by=user,
        proposed_at=now,
        announced_on=told.issued_on,
        concluded_on=told.issued_on,
        folded=fold(" ".join(words)),
        ended_at=now,
        stepped_at=now,
    )
    numbers_went_on_before(issuer, told.number, told.issued_on)
    return Notice.objects.create(
        case=case,
        number=told.number,
        issued_on=told.issued_on,
        is_external=True,
        drafted_by=user,
        drafted_at=now,
    )


def _subject_of(case: Case, line: BookLine) -> CaseSubject:
    subject, is_new = CaseSubject.objects.get_or_create(case=case, organisation=line.organisation, person=line.person)
    if is_new:
        case.folded = f"{case.folded} {fold(str(subject))}"
        case.save(update_fields=["folded"])
    return subject


def _finding_of(case: Case, subject: CaseSubject, line: BookLine, user: User, now: datetime.datetime) -> Finding:
    folded = fold(line.finding)
    known = case.findings.filter(responsible=subject, folded=folded).first()
    if known is not None:
        return known
    last = case.findings.aggregate(last=Max("number"))["last"] or 0
    return Finding.objects.create(
        case=case,
        number=last + 1,
        text=line.finding,
        folded=folded,
        severity=line.notice.severity,
        responsible=subject,
        state=Finding.State.KEPT,
        is_released=True,
        added_by=user,
        added_at=now,
    )


def _correction_of(demand: Demand, finding: Finding, line: BookLine, now: datetime.datetime) -> Correction:
    """The correction, past its plan: the book's demand is the one line that is to be carried out, or was."""
    due_on = due_from_words(line.due_words, line.due_day) if line.due_day is not None else None
    correction = Correction.objects.create(
        demand=demand,
        organisation=line.organisation,
        org_path=held_in_place(line.organisation).path,
        monitor=line.monitor,
        state=State.ACCEPTED if line.is_done else State.CARRYING_OUT,
        due_on=due_on,
        folded=fold(f"{line.notice.number} {line.demand} {demand.assignee}"),
        opened_at=now,
        accepted_at=_moment_of(line.done_on) if line.is_done else None,
        is_from_book=True,
        book_words=line.told,
    )
    RemedyAction.objects.create(
        correction=correction,
        position=1,
        finding=finding,
        remedy=line.demand,
        due_on=due_on,
        state=RemedyAction.State.DONE if line.is_done else RemedyAction.State.ACCEPTED,
    )
    return correction


def _start(correction: Correction, line: BookLine, now: datetime.datetime) -> None:
    if line.due_day is None:
        start_quarter(correction, quarter_end(timezone.localdate(now)), due_text=line.due_text, now=now)
        return
    start_correcting(correction, line.due_day, line.due_words, line.notice.issued_on, now, due_text=line.due_text)


def _moment_of(day: datetime.date | None) -> datetime.datetime | None:
    """The beginning of the day."""
    return start_of(day) if day is not None else None


def _told(line: BookLine) -> dict[str, Any]:
    notice = line.notice
    return {
        "notice": [notice.number, notice.issued_on, str(notice.issuer), notice.kind.code, notice.severity.code],
        "subject": str(line.person or line.organisation),
        "finding": line.finding,
        "demand": line.demand,
        "due": [line.due_text, line.due_words.value, line.due_day],
        "monitor": str(line.monitor),
        "done": line.is_done,
        "done_on": line.done_on,
        "told": line.told,
        "source": line.source,
    }
