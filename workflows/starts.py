"""Verbs that start or end a process together with what they write, in one transaction."""

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from viewflow.workflow.models import Process
from viewflow.workflow.status import PROCESS

from inspections.cases.models import Case, CaseKind, CaseSubject, ChangeRequest, Recusal, Suspension
from inspections.cases.services import endings, people, suspension
from inspections.cases.services.common import require_text
from inspections.cases.services.opening import Proposal, propose_case
from inspections.deadlines.models import ClockRequest, Deadline
from inspections.deadlines.services import requests
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import Share
from inspections.programmes import services as programmes
from inspections.programmes.models import Programme
from inspections.remedies import services as remedies
from inspections.remedies.follow_ups import follow_ups, proposal_of, with_demands
from inspections.remedies.models import Correction
from inspections.reports.services.actions import Outcome
from inspections.schemes.models import Review
from permissions import policy
from permissions.verdicts import NotNow, Refused
from workflows import moment
from workflows.flows import (
    ChangeFlow,
    CorrectionFlow,
    ExtensionFlow,
    OpeningFlow,
    ProgrammeFlow,
    SchemeReviewFlow,
    SuspensionFlow,
)
from workflows.models import WorkItem
from workflows.queries import open_work_about
from workflows.services import pass_work, turn_again

JUDGING = ("monitor_remedies", "verify_remedies")


def begin_programme(
    *,
    acting_user: User,
    organisation: Organisation,
    horizon: str,
    first_year: int,
    last_year: int,
    now: datetime.datetime,
) -> Programme:
    """Begins a programme and puts its draft on the drafters' list. Raises as `programmes.begin_programme`."""
    with transaction.atomic(), moment.at(now, acting_user):
        programme = programmes.begin_programme(
            acting_user=acting_user,
            organisation=organisation,
            horizon=horizon,
            first_year=first_year,
            last_year=last_year,
            now=now,
        )
        ProgrammeFlow.start.run(programme=programme)
        return programme


def change_programme(*, acting_user: User, programme: Programme, reason: str, now: datetime.datetime) -> Programme:
    """Begins the next version of an adopted programme. Raises as `programmes.change_programme`."""
    with transaction.atomic(), moment.at(now, acting_user):
        version = programmes.change_programme(acting_user=acting_user, programme=programme, reason=reason, now=now)
        ProgrammeFlow.start.run(programme=version)
        return version


def propose(*, acting_user: User, proposal: Proposal, now: datetime.datetime) -> Case:
    """Proposes a case and puts it before those who may sign. Raises as `propose_case`."""
    with transaction.atomic(), moment.at(now, acting_user):
        case = propose_case(acting_user=acting_user, proposal=proposal, now=now)
        OpeningFlow.start.run(case=case)
        return case


def carry_into_case(
    *, acting_user: User, correction: Correction, others: list[Correction], proposal: Proposal, now: datetime.datetime
) -> Case:
    """Proposes a case that follows from overdue demands and puts it before those who may sign.

    Raises as `remedies.services.carry_into_case`."""
    with transaction.atomic(), moment.at(now, acting_user):
        case = remedies.carry_into_case(
            acting_user=acting_user, correction=correction, others=others, proposal=proposal, now=now
        )
        OpeningFlow.start.run(case=case)
        return case


def stop(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """Stops a case and ends its open work. Raises as `stop_case`."""
    with transaction.atomic(), moment.at(now, acting_user):
        _lock_course(case)
        case = endings.stop_case(acting_user=acting_user, case=case, reason=reason, now=now)
        _end_processes(case)
        return case


def convert(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """Converts a case to signs of violation; returns the successor at its start. Raises as `convert_case`."""
    with transaction.atomic(), moment.at(now, acting_user):
        _lock_course(case)
        successor = endings.convert_case(acting_user=acting_user, case=case, reason=reason, now=now)
        _end_processes(case)
        OpeningFlow.start.run(case=successor)
        return successor


def ask_change(
    *, acting_user: User, case: Case, what: str, proposal: dict[str, Any], reason: str, now: datetime.datetime
) -> ChangeRequest:
    """Asks for a change and puts it before the ordering body. Raises as `request_change`."""
    with transaction.atomic(), moment.at(now, acting_user):
        change = endings.request_change(
            acting_user=acting_user, case=case, what=what, proposal=proposal, reason=reason, now=now
        )
        ChangeFlow.start.run(change=change)
        return change


def suspend_member(
    *,
    acting_user: User,
    case: Case,
    subject: CaseSubject,
    number: str,
    signed_on: datetime.date,
    reason: str,
    now: datetime.datetime,
) -> Suspension:
    """Suspends a member and puts its end on the list of the body. Raises as `suspension.suspend_member`."""
    with transaction.atomic(), moment.at(now, acting_user):
        one = suspension.suspend_member(
            acting_user=acting_user,
            case=case,
            subject=subject,
            number=number,
            signed_on=signed_on,
            reason=reason,
            now=now,
        )
        SuspensionFlow.start.run(suspension=one)
        return one


def ask_about_clock(
    *,
    acting_user: User,
    clock: Deadline,
    what: str,
    reason: str,
    now: datetime.datetime,
    amount: int | None = None,
    files: Iterable[Any] = (),
) -> ClockRequest:
    """Asks about a time limit and puts it before the body that decides. Raises as `requests.ask`."""
    with transaction.atomic(), moment.at(now, acting_user):
        request = requests.ask(
            acting_user=acting_user, clock=clock, what=what, reason=reason, amount=amount, files=files, now=now
        )
        ExtensionFlow.start.run(request=request)
        return request


def assign_monitor(
    *, acting_user: User, correction: Correction, monitor: Person, reason: str, now: datetime.datetime
) -> Correction:
    """Names another monitor and moves the open judgement to his list. Raises as `remedies.services.assign_monitor`."""
    with transaction.atomic(), moment.at(now, acting_user):
        open_work = _locked_work(open_work_about(correction).filter(permission__codename__in=JUDGING))
        correction = remedies.assign_monitor(
            acting_user=acting_user, correction=correction, monitor=monitor, reason=reason, now=now
        )
        for item in open_work:
            turn_again(item=item, now=now)
        return correction


def assign_monitors(
    *, acting_user: User, corrections: Iterable[Correction], monitor: Person, reason: str, now: datetime.datetime
) -> Outcome:
    """Names one monitor for many corrections, each as `assign_monitor` does, with its own entry; those that he cannot
    be given, or not by this user, are left as they are, with the reason. Raises ValidationError (no reason given)."""
    with transaction.atomic(), moment.at(now, acting_user):
        require_text("reason", reason)
        rows = sorted(corrections, key=lambda one: one.pk)
        about = _about(Correction, [one.pk for one in rows])
        open_work = _locked_work(WorkItem.objects.filter(about, done_at__isnull=True, permission__codename__in=JUDGING))
        _lock_cases(rows)
        outcome = Outcome()
        with policy.read_once():
            for one in rows:
                with _told_where_not(outcome, one):
                    remedies.assign_monitor(
                        acting_user=acting_user, correction=one, monitor=monitor, reason=reason, now=now
                    )
                    for item in open_work:
                        if item.about_id == one.pk:
                            turn_again(item=item, now=now)
                    outcome.did(one, one.get_absolute_url())
        return outcome


def open_follow_ups(
    *,
    acting_user: User,
    corrections: Iterable[Correction],
    kind: CaseKind,
    starts_on: datetime.date,
    ends_on: datetime.date,
    now: datetime.datetime,
) -> Outcome:
    """Proposes the follow-up cases that many overdue demands become, one an organisation, each as `carry_into_case`
    does and with all that is known; those that cannot be proposed so are left, with the reason."""
    with transaction.atomic(), moment.at(now, acting_user):
        chosen = sorted(corrections, key=lambda one: one.pk)
        _lock_cases(chosen)
        outcome, today = Outcome(), timezone.localdate(now)
        # read anew: until the locks days may have moved, and demands passed to a successor
        rows = with_demands(Correction.objects.filter(pk__in=[one.pk for one in chosen])).order_by("pk")
        for one in follow_ups(list(rows)):
            with _told_where_not(outcome, one.organisation):
                case = remedies.carry_together(
                    acting_user=acting_user,
                    corrections=one.corrections,
                    proposal=proposal_of(one, kind, starts_on, ends_on, today),
                    now=now,
                )
                OpeningFlow.start.run(case=case)
                outcome.did(one.organisation, case.get_absolute_url())
        return outcome


def _lock_cases(corrections: list[Correction]) -> None:
    """The cases of the corrections, locked in one order, before any of these."""
    keys = {one.demand.notice.case_id for one in corrections}
    list(Case.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


@contextmanager
def _told_where_not(outcome: Outcome, what: object) -> Iterator[None]:
    """What is refused inside is taken back and told with its reason; the rest goes on."""
    try:
        with transaction.atomic():
            yield
    except Refused as problem:
        outcome.left.append((str(what), problem.denied.reason))
    except NotNow as problem:
        outcome.left.append((str(what), str(problem)))
    except ValidationError as problem:
        outcome.left.append((str(what), " ".join(problem.messages)))


def run_from_book(correction: Correction, user: User, now: datetime.datetime) -> None:
    """Puts a correction that a running book brought in before who must carry it out. Part of a verb."""
    with moment.at(now, user):
        CorrectionFlow.start_from_book.run(correction=correction)


def end_from_book(correction: Correction, user: User, now: datetime.datetime) -> None:
    """Ends the work on a correction that a later book says is done. Part of a verb."""
    running = Process.objects.select_for_update().filter(
        flow_class=CorrectionFlow, artifact_object_id=correction.pk, status=PROCESS.NEW
    )
    with moment.at(now, user):
        for process in running:
            process.flow_class.instance.cancel(process)


def run_review(review: Review, user: User, now: datetime.datetime) -> None:
    """Puts a planned review on the list of who keeps its scheme. Part of a verb."""
    with moment.at(now, user):
        SchemeReviewFlow.start.run(review=review)


def _running_of(review: Review) -> QuerySet[Process]:
    running = Process.objects.select_for_update().order_by("pk")
    return running.filter(flow_class=SchemeReviewFlow, artifact_object_id=review.pk, status=PROCESS.NEW)


def hold_review_work(review: Review) -> None:
    """Locks the process of a review, before its scheme, as a submitted task does."""
    list(_running_of(review).values_list("pk"))


def end_review(review: Review, user: User, now: datetime.datetime) -> None:
    """Takes a cancelled review from the lists of work. Part of a verb, which locked them."""
    with moment.at(now, user):
        for process in _running_of(review):
            process.flow_class.instance.cancel(process)


def withdraw_from_case(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Recusal:
    """Withdraws from a case and frees what the withdrawn held in it. Raises as `people.withdraw_from_case`."""
    with transaction.atomic(), moment.at(now, acting_user):
        held = WorkItem.objects.filter(case=case, done_at__isnull=True)
        held = held.filter(Q(task__owner=acting_user) | Q(person__user=acting_user))
        open_work = _locked_work(held)
        recusal = people.withdraw_from_case(acting_user=acting_user, case=case, reason=reason, now=now)
        for item in open_work:
            turn_again(item=item, now=now)
        return recusal


def _locked_work(rows: QuerySet[WorkItem]) -> list[WorkItem]:
    """The work with the locks of its processes, taken before the case's, as a submitted task does. Whatever touches a
    request about a clock holds the case, or takes it here."""
    ids = rows.exclude(task__process__flow_class=ExtensionFlow).values_list("task__process_id", flat=True)
    list(Process.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk"))
    return list(rows.select_related("task__process", "task__owner", "permission", "person").order_by("pk"))


def open_work_of(organisation: Organisation) -> QuerySet[WorkItem]:
    """The open work that waits for an office of the organisation, or belongs to a case that it carries out."""
    theirs = Q(organisation=organisation) | Q(case__organisation=organisation)
    return WorkItem.objects.filter(theirs, done_at__isnull=True).select_related("task__process").order_by("pk")


def hold_work(organisation: Organisation) -> None:
    """Locks the processes of the work that passes, before its cases and the organisations, as a submitted task does."""
    _locked_work(open_work_of(organisation))


def cases_asked_about(organisation: Organisation) -> QuerySet[Case]:
    """The cases of requests about clocks that wait for the organisation: who decides about a time limit may be of
    another body than who carries the case out."""
    asked = open_work_of(organisation).filter(task__process__flow_class=ExtensionFlow)
    return Case.objects.filter(pk__in=asked.order_by().values("case"))


def pass_on_work(share: Share) -> None:
    """Puts the open work before those whose turn it is after a succession. Part of its verb."""
    # read anew: what the items are about has passed by now
    items = WorkItem.objects.filter(pk__in=[item.pk for item in share.rows]).order_by("pk")
    with moment.at(share.now):
        pass_work(items.select_related("task__process", "permission", "person", "organisation"))


def follow_people(found: list[Person]) -> None:
    """When a log-in comes or goes: the parts in cases and what these people have to do go with it. Part of a verb.

    A member who gets a log-in answers for himself from then on; without one, the office of his cell does."""
    subjects = CaseSubject.objects.filter(person__in=found)
    corrections = Correction.objects.filter(demand__assignee__person__in=found)
    waiting = WorkItem.objects.filter(
        _about(CaseSubject, subjects.values("pk")) | _about(Correction, corrections.values("pk")), done_at__isnull=True
    )
    open_work = _locked_work(waiting)
    people.sync_parts_of(found)
    for item in open_work:
        turn_again(item=item, now=moment.now())


def _about(model: type[Model], pks: Any) -> Q:
    return Q(about_type=ContentType.objects.get_for_model(model), about_id__in=pks)


def _open_processes(case: Case) -> list[int]:
    """The processes that end with the case: its course, and the requests to change it not yet decided.

    What was asked about its clocks lapses with them. A suspension goes on, and what was asked about its clock."""
    changes = list(case.change_requests.filter(decided_at__isnull=True).values_list("pk", flat=True))
    rows = Process.objects.filter(status=PROCESS.NEW)
    return [
        *rows.filter(case_course__case=case).values_list("pk", flat=True),
        *rows.filter(flow_class=ChangeFlow, artifact_object_id__in=changes).values_list("pk", flat=True),
    ]


def _lock_course(case: Case) -> None:
    """Takes the locks of the processes before the case's, as a submitted task does, so that the two never wait
    crosswise."""
    list(Process.objects.select_for_update().filter(pk__in=_open_processes(case)).order_by("pk"))


def _end_processes(case: Case) -> None:
    """Ends the course of the case and the requests for change that are open."""
    for process in Process.objects.filter(pk__in=_open_processes(case)):
        process.flow_class.instance.cancel(process)
