"""The doors of a task: take it, give it back, submit it. What begins or ends a process stands in `starts`."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from viewflow.workflow.exceptions import FlowLockFailed
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from inspections.cases.models import Case
from inspections.cases.services.common import locked_case
from inspections.forms import VerbForm
from inspections.organisations.models import Organisation, User
from permissions import audit, authors, policy
from permissions.authors import DECIDED_BY_ANOTHER
from permissions.verdicts import Allowed, Denied, NotNow, Refused
from workflows import moment
from workflows.flows.extension import ExtensionFlow, lock_matter
from workflows.models import Draft, WorkItem


class AlreadyDone(Exception):
    """The task was done before: by whom and when."""

    def __init__(self, item: WorkItem) -> None:
        super().__init__(str(item))
        self.item = item


class InvalidForm(Exception):
    """What was typed cannot be taken; the form says why, beside its fields."""

    def __init__(self, form: VerbForm) -> None:
        super().__init__("the form has errors")
        self.form = form


def item_for(user: User, pk: int, now: datetime.datetime) -> WorkItem:
    """The work item, if the user may know of it. Raises Http404."""
    rows = WorkItem.objects.select_related(
        "task__process",
        "task__owner__person",
        "permission",
        "organisation",
        "case",
        "deadline",
        "done_by__person",
    )
    item = policy.visible(user, rows.filter(pk=pk), now).first()
    if item is None:
        raise Http404
    return item


def verb_of(item: WorkItem) -> str:
    """The verb that the item asks for."""
    return str(item.permission.codename)


def may_do(user: User, item: WorkItem, now: datetime.datetime | None = None) -> Allowed | Denied:
    """Whether the user may do the task at that moment (None: today), by which office or part, or why not."""
    if item.person_id is not None and getattr(user, "person", None) != item.person:
        return _in_person(user, item, now)
    verdict = policy.may(user, verb_of(item), item, now)
    if isinstance(verdict, Allowed) and verdict.verb in DECIDED_BY_ANOTHER:
        return authors.as_other(verdict, item.about, now)
    return verdict


def _require(user: User, item: WorkItem, now: datetime.datetime) -> Allowed:
    if item.person is not None and item.person.user_id != user.pk:
        raise Refused(_in_person(user, item, now))
    allowed = policy.require(user, verb_of(item), item, now)
    return authors.require_other(allowed, item.about, now) if allowed.verb in DECIDED_BY_ANOTHER else allowed


def _in_person(user: User, item: WorkItem, now: datetime.datetime | None) -> Denied:
    seen = policy.visible(user, WorkItem.objects.filter(pk=item.pk), now)
    reason = _("This is for %(person)s in person.") % {"person": item.person}
    return Denied(reason, stranger=lambda: not seen.exists())


def holder_may(item: WorkItem, now: datetime.datetime) -> bool:
    """Whether the one on whose list the item lies may still do it."""
    owner = item.task.owner
    return owner is not None and bool(may_do(owner, item, now))


def _check_open_and_free(item: WorkItem, user: User, now: datetime.datetime) -> None:
    if item.done_at is not None:
        raise AlreadyDone(item)
    if item.task.owner_id not in (None, user.pk) and holder_may(item, now):
        raise NotNow(
            _("%(person)s is working on this. Ask for it to be given back first.") % {"person": item.task.owner}
        )


@contextmanager
def _locked(task: Task, acting_user: User, now: datetime.datetime) -> Iterator[tuple[WorkItem, Any]]:
    """The work item and the engine's activation of one task, read inside the engine's lock and transaction, at `now`.

    As `Task.activation` of the engine, which reads task and process by two more queries. A process that may end with
    the matter it is about is locked after that. Raises NotNow when another holds the lock too long."""
    try:
        with moment.at(now, acting_user), _engine_lock(task):
            rows = WorkItem.objects.select_related(
                "task__process", "task__owner", "permission", "case", "organisation", "person", "deadline"
            )
            item = rows.get(pk=task.pk)
            yield item, item.task.flow_task.activation_class(item.task)
    except FlowLockFailed as problem:
        raise NotNow(_("Somebody else is saving here at this moment. Please try again.")) from problem


@contextmanager
def _engine_lock(task: Task) -> Iterator[None]:
    flow_class = task.flow_task.flow_class
    if flow_class is not ExtensionFlow:
        with flow_class.lock(task.process_id):
            yield
        return
    with transaction.atomic():
        lock_matter(task.process)
        with flow_class.lock(task.process_id):
            yield


def take(*, acting_user: User, item: WorkItem, now: datetime.datetime) -> WorkItem:
    """Puts the task on the user's own list. Raises Refused, NotNow, AlreadyDone."""
    with _locked(item.task, acting_user, now) as (item, activation):
        allowed = _require(acting_user, item, now)
        _check_open_and_free(item, acting_user, now)
        if activation.task.owner_id == acting_user.pk:
            return item
        _own(activation, acting_user)
        WorkItem.objects.filter(pk=item.pk).update(taken_at=now)
        _record(allowed, item, "take_task", now)
    return item


def keep_draft(*, acting_user: User, item: WorkItem, fields: dict[str, list[str]], now: datetime.datetime) -> Draft:
    """Keeps what was typed into a task, without doing it: one draft a person, for his eyes only, so no deed to record.

    fields: name -> what was typed. Raises Refused."""
    _require(acting_user, item, now)
    typed = {"fields": fields, "saved_at": now}
    draft, _made = Draft.objects.update_or_create(task_id=item.pk, user=acting_user, defaults=typed)
    return draft


def give_back(*, acting_user: User, item: WorkItem, now: datetime.datetime) -> WorkItem:
    """Takes the task off the user's own list, also when he lost the right to it.

    Raises NotNow when it is not on it, or is his in person."""
    with _locked(item.task, acting_user, now) as (item, activation):
        if activation.task.owner_id != acting_user.pk or activation.task.status != STATUS.ASSIGNED:
            raise NotNow(_("This is not on your list."))
        if item.person_id is not None:
            raise NotNow(_("This is yours in person, so nobody else could take it."))
        activation.unassign()
        WorkItem.objects.filter(pk=item.pk).update(taken_at=None)
        verdict = may_do(acting_user, item, now)
        allowed = verdict if isinstance(verdict, Allowed) else Allowed(acting_user, verb_of(item))
        _record(allowed, item, "give_back_task", now)
    return item


def turn_again(*, item: WorkItem, now: datetime.datetime) -> None:
    """Asks the step anew whose turn it is, after those who may do it changed: free, or on the list of one person.

    Whoever has it on his list and still may do it keeps it. Part of the verb that changed them, which locked the
    process and records the change."""
    activation = item.task.flow_task.activation_class(item.task)
    turn = item.task.flow_task.turn(activation)
    is_same = turn.person == item.person and (turn.verb or item.task.flow_task.verb) == item.permission.codename
    if is_same and holder_may(item, now):
        return
    facts = activation.put_turn(turn)
    item.task.save()
    WorkItem.objects.filter(pk=item.pk).update(taken_at=None, **facts)


def _record(allowed: Allowed, item: WorkItem, deed: str, now: datetime.datetime) -> None:
    """Records what happened to the task itself, in the chain of its case, else of its organisation."""
    chain: Case | Organisation
    if item.case_id is not None:
        chain = Case.objects.select_for_update().get(pk=item.case_id)
    else:
        assert item.organisation_id is not None
        chain = Organisation.objects.select_for_update().get(pk=item.organisation_id)
    audit.record(allowed, about=item, chain=chain, now=now, verb=deed, new={"step": item.task.flow_task.name})


def _own(activation: Any, user: User) -> None:
    if activation.task.status == STATUS.NEW:
        activation.assign(user)
    elif activation.task.owner_id != user.pk:
        activation.reassign(user)


def submit(
    *, acting_user: User, task: Task, build_form: Callable[[WorkItem], VerbForm], now: datetime.datetime
) -> WorkItem:
    """Does a task: asks the policy, lets the form perform its verb, and moves the process on; all or nothing.

    build_form makes the bound form of the locked item. Raises Refused, NotNow, AlreadyDone, InvalidForm."""
    with _locked(task, acting_user, now) as (item, activation), policy.read_once():
        if item.case_id is not None:
            item.case = locked_case(item.case_id)
            # form and verb read the locked case through what the item is about
            about = item.about
            if about is not None and getattr(about, "case_id", None) == item.case_id:
                about.case = item.case
        _require(acting_user, item, now)
        _check_open_and_free(item, acting_user, now)
        form = build_form(item)
        form.lock_watched()
        if not form.is_valid():
            raise InvalidForm(form)
        try:
            form.perform(acting_user=acting_user, now=now)
        except ValidationError as problem:
            form.take_errors(problem)
            raise InvalidForm(form) from problem
        # saved when the task completes
        activation.task.owner, activation.task.status = acting_user, STATUS.ASSIGNED
        activation.start(None)
        activation.execute()
        Draft.objects.filter(task=task).delete()
    return item


def pass_in_silence(*, program: User, item: WorkItem, perform: Callable[[], Any], now: datetime.datetime) -> None:
    """Does a task that nobody did in time, because the rule says that silence is consent; all or nothing.

    perform is the verb, which checks that. Raises NotNow, AlreadyDone."""
    with _locked(item.task, program, now) as (item, activation):
        if item.done_at is not None:
            raise AlreadyDone(item)
        if item.case_id is not None:
            locked_case(item.case_id)
        perform()
        activation.task.owner, activation.task.status = program, STATUS.ASSIGNED
        activation.start(None)
        activation.execute()
        Draft.objects.filter(task=item.task).delete()


def pass_work(items: Iterable[WorkItem]) -> None:
    """Asks the steps anew whose turn they are, after what they are about passed to the successor of an organisation.

    Free for the successor's office; what the people of a case took stays theirs. Part of the succession, which locked
    the processes and records it."""
    for item in items:
        turn = item.task.flow_task.turn(item.task.flow_task.activation_class(item.task))
        if turn.organisation == item.organisation:
            continue
        if item.is_for_case_people:
            WorkItem.objects.filter(pk=item.pk).update(organisation=turn.organisation)
            continue
        facts = item.task.flow_task.activation_class(item.task).put_turn(turn)
        item.task.save()
        WorkItem.objects.filter(pk=item.pk).update(taken_at=None, **facts)
