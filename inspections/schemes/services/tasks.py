"""Groups and tasks of a scheme, and what was done for them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from inspections.documents.services import attach
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import is_at_or_below
from inspections.organisations.text import clean
from inspections.schemes.models import EventKind, Scheme, SchemeEvent, SchemeTask, TaskGroup
from inspections.schemes.queries.lists import recorders_of
from inspections.schemes.services.common import (
    answer_for,
    begin,
    check_in_years,
    check_not_to_come,
    check_running,
    hold,
    names,
    record,
    required,
)
from inspections.striking import strike
from permissions import audit, policy
from permissions.verdicts import NotNow

State = SchemeTask.State


def add_group(*, acting_user: User, scheme: Scheme, name: str, now: datetime.datetime) -> TaskGroup:
    """Adds a group of tasks at the end. Raises Refused, NotNow, ValidationError (no name)."""
    with transaction.atomic():
        scheme, allowed = begin(scheme, acting_user, now)
        required("name", name, _("Give the group a name."))
        last = scheme.groups.aggregate(last=Max("position"))["last"] or 0
        group = TaskGroup.objects.create(scheme=scheme, position=last + 1, name=clean(name))
        record(allowed, scheme, now, verb="add_task_group", new={"position": group.position, "name": group.name})
        return group


def change_group(*, acting_user: User, group: TaskGroup, name: str, now: datetime.datetime) -> TaskGroup:
    """Names a group otherwise. Raises as `add_group`."""
    with transaction.atomic():
        scheme, allowed = begin(group.scheme, acting_user, now)
        group = TaskGroup.objects.get(pk=group.pk)
        required("name", name, _("Give the group a name."))
        old, group.name = group.name, clean(name)
        group.save(update_fields=["name"])
        record(
            allowed,
            scheme,
            now,
            verb="change_task_group",
            old={"name": old},
            new={"position": group.position, "name": group.name},
        )
        return group


@dataclass
class TaskFacts:
    """What is to be done, by whom, and by which day (included); None: by the last day of the scheme."""

    text: str
    owners: list[Organisation]
    due_on: datetime.date | None = None


def add_task(*, acting_user: User, group: TaskGroup, facts: TaskFacts, now: datetime.datetime) -> SchemeTask:
    """Adds a task to a group. Raises Refused, NotNow, ValidationError (no words, no owner, one not below,
    a day outside its years)."""
    with transaction.atomic():
        scheme, allowed = begin(group.scheme, acting_user, now)
        group = TaskGroup.objects.select_related("scheme__organisation").get(pk=group.pk)
        last = group.tasks.aggregate(last=Max("position"))["last"] or 0
        task = SchemeTask(group=group, position=last + 1)
        _write(task, scheme, facts)
        record(allowed, scheme, now, about=task, verb="add_scheme_task", new=facts_of(task))
        return task


def change_task(*, acting_user: User, task: SchemeTask, facts: TaskFacts, now: datetime.datetime) -> SchemeTask:
    """Changes a task that is under way. Raises as `add_task`; NotNow also when it is settled."""
    with transaction.atomic():
        scheme, allowed = begin(task.group.scheme, acting_user, now)
        task = _held(task)
        check_open(task)
        old = facts_of(task)
        _write(task, scheme, facts)
        record(allowed, scheme, now, about=task, verb="change_scheme_task", old=old, new=facts_of(task))
        return task


def settle_task(
    *, acting_user: User, task: SchemeTask, outcome: str, on: datetime.date | None, note: str, now: datetime.datetime
) -> SchemeTask:
    """Says that a task is done or dropped, on a day and why; or that it is under way again (no day).

    Raises Refused, NotNow (it is so already), ValidationError."""
    with transaction.atomic():
        scheme, allowed = begin(task.group.scheme, acting_user, now)
        task = _held(task)
        if task.state == outcome:
            raise NotNow(_("This task is “%(state)s” already.") % {"state": task.get_state_display()})
        if outcome not in State.values:
            raise ValidationError({"outcome": _("Choose what became of it.")})
        note = required("note", note, _("Say what was reached, or why."))
        old = {"state": task.state, "on": task.settled_on, "note": task.settle_note}
        if outcome == State.OPEN:
            task.settled_on = task.settled_by = task.settled_at = None
            task.settle_note = ""
        else:
            if on is None:
                raise ValidationError({"on": _("Enter the day.")})
            check_not_to_come("on", on, now)
            check_in_years(scheme, "on", on)
            task.settled_on, task.settled_by, task.settled_at, task.settle_note = on, acting_user, now, note
        task.state = outcome
        task.save(update_fields=["state", "settled_on", "settled_by", "settled_at", "settle_note"])
        new = {"state": outcome, "on": task.settled_on}
        record(allowed, scheme, now, about=task, verb="settle_scheme_task", old=old, new=new, reason=note)
        return task


def _held(task: SchemeTask) -> SchemeTask:
    """The task as it is kept; the lock of its scheme keeps it."""
    return SchemeTask.objects.select_related("group__scheme__organisation__type").get(pk=task.pk)


def check_open(task: SchemeTask) -> None:
    """Raises NotNow when the task is settled."""
    if task.state != State.OPEN:
        raise NotNow(_("This task is “%(state)s”. Set it under way again first.") % {"state": task.get_state_display()})


def _write(task: SchemeTask, scheme: Scheme, facts: TaskFacts) -> None:
    task.text = required("text", facts.text, _("Say what is to be done."))
    if not facts.owners:
        raise ValidationError({"owners": _("Choose at least one owner.")})
    if facts.due_on is not None and facts.due_on.year not in scheme.years:
        words = _("The scheme runs from %(first)s to %(last)s; choose a day of these years.")
        raise ValidationError({"due_on": words % {"first": scheme.first_year, "last": scheme.last_year}})
    task.due_on = facts.due_on
    top = scheme.organisation.scope_path
    for one in facts.owners:
        if not is_at_or_below(str(one.path), top):
            words = _("%(organisation)s is not below %(maker)s.")
            raise ValidationError({"owners": words % {"organisation": one, "maker": scheme.organisation}})
    task.save()
    task.owners.set(facts.owners)


def facts_of(task: SchemeTask) -> dict[str, Any]:
    """What the record says of a task."""
    return {
        "group": str(task.group),
        "position": task.position,
        "text": task.text,
        "owners": names(task.owners.order_by("path")),
        "due_on": task.due_on,
    }


@dataclass
class EventFacts:
    """What was done for a task. people: how many took part, or were commended."""

    kind: EventKind
    held_on: datetime.date
    title: str
    organisation: Organisation
    people: int
    paper: str = ""


def record_event(
    *, acting_user: User, task: SchemeTask, facts: EventFacts, now: datetime.datetime, files: Iterable[Any] = ()
) -> SchemeEvent:
    """Records in the name of an owner, or of who made the scheme, what was done for a task.

    Raises Refused, NotNow (scheme over, task settled), ValidationError (an organisation that is no owner, a day to
    come or before the scheme, no title, neither paper nor file)."""
    with transaction.atomic():
        scheme = hold(task.group.scheme)
        allowed = answer_for(facts.organisation, scheme, acting_user, now)
        check_running(scheme)
        task = _held(task)
        check_open(task)
        if not recorders_of(task).filter(pk=facts.organisation.pk).exists():
            words = _("%(organisation)s is no owner of this task.") % {"organisation": facts.organisation}
            raise ValidationError({"organisation": words})
        if not facts.kind.is_active:
            raise ValidationError({"kind": _("Choose from the list: what was sent is not in it, or no longer.")})
        check_not_to_come("held_on", facts.held_on, now)
        check_in_years(scheme, "held_on", facts.held_on)
        required("title", facts.title, _("Say what was done."))
        given = list(files)
        if not facts.paper.strip() and not given:
            raise ValidationError({"paper": _("Name the document that proves it, or attach it.")})
        event = SchemeEvent.objects.create(
            task=task,
            kind=facts.kind,
            held_on=facts.held_on,
            title=clean(facts.title),
            organisation=facts.organisation,
            people=facts.people,
            paper=clean(facts.paper),
            recorded_by=acting_user,
            recorded_at=now,
        )
        attached = attach(given, item=event, acting_user=acting_user, now=now)
        new = _event_facts(event) | {"files": [one.name for one in attached]}
        audit.record(allowed, about=event, chain=event.organisation, now=now, verb="record_scheme_event", new=new)
        return event


def strike_event(*, acting_user: User, event: SchemeEvent, reason: str, now: datetime.datetime) -> SchemeEvent:
    """Strikes an event out that was entered by mistake; it stays readable. Raises Refused, NotNow (struck before, the
    scheme is over), ValidationError (no reason)."""
    with transaction.atomic():
        scheme = hold(event.task.group.scheme)
        allowed = policy.require(acting_user, "carry_out_schemes", event, now)
        check_running(scheme)
        event = SchemeEvent.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=event.pk)
        strike(event, acting_user, reason, now)
        audit.record(
            allowed,
            about=event,
            chain=event.organisation,
            now=now,
            verb="strike_scheme_event",
            old=_event_facts(event),
            reason=event.strike_reason,
        )
        return event


def _event_facts(event: SchemeEvent) -> dict[str, Any]:
    return {
        "task": str(event.task),
        "kind": event.kind.name,
        "held_on": event.held_on,
        "title": event.title,
        "people": event.people,
        "paper": event.paper,
    }
