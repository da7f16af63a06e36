"""Our own nodes: a step done by people, and a fan-out over items (viewflow.md §3.7, §10.3)."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.module_loading import import_string
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Node
from viewflow.workflow.nodes import mixins
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from inspections.cases.models import Case
from inspections.deadlines.models import ClockRequest
from inspections.deadlines.queries import running_clock
from inspections.organisations.models import Organisation, Person
from inspections.remedies.models import Correction
from permissions.catalogue import VERBS, On
from permissions.grants import permission_id
from workflows import moment
from workflows.models import WorkItem


@dataclass(frozen=True)
class Turn:
    """Whose turn a step is: an organisation's (verb on organisations) or a case people's (verb on cases).

    about: the row the step is about, given to the form as its target. person: only this person may do it, and it
    lies on that list from the start. duty: the clock of `about` it runs under, else the one that the procedure names
    for the step, else the step's name."""

    about: models.Model
    organisation: Organisation | None = None
    case: Case | None = None
    person: Person | None = None
    verb: str = ""
    duty: str = ""


@dataclass(frozen=True)
class StepRule:
    """What a procedure says of a step: whether it is left out, and the time limit it runs under."""

    is_left_out: bool = False
    clock: str = ""


def steps_of_cases(done: models.QuerySet[WorkItem]) -> models.QuerySet[WorkItem]:
    """Of finished work, what is a step of its case: not work on a correction, nor what is asked about its clock."""
    correction, request = (ContentType.objects.get_for_model(model) for model in (Correction, ClockRequest))
    about_its_clock = ClockRequest.objects.order_by().filter(deadline__item_type=correction)
    return done.exclude(about_type=correction).exclude(about_type=request, about_id__in=about_its_clock.values("pk"))


def stepped_in(done: models.QuerySet[WorkItem], now: datetime.datetime) -> None:
    """Writes in the case of a finished piece of work that a step was done in it. Who waited for another's step began
    before it: what is written is never taken back."""
    cases = Case.objects.filter(pk__in=steps_of_cases(done).values("case"), stepped_at__lt=now)
    cases.update(stepped_at=now)


class StepActivation(ViewActivation):
    """A human task with its work item; a step that the procedure leaves out passes by itself."""

    is_left_out = False

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        process = prev_activation.process
        task = flow_task.flow_class.task_class(process=process, flow_task=flow_task, token=token)
        task.data = data if data is not None else {}
        task.seed = seed
        activation = cls(task)
        rule = flow_task.rule(activation)
        activation.is_left_out = rule.is_left_out
        if activation.is_left_out:
            task.save()
            task.previous.add(prev_activation.task)
            return activation
        turn = flow_task.turn(activation)
        facts = activation.put_turn(turn)
        task.save()
        task.previous.add(prev_activation.task)
        WorkItem.objects.create(
            task=task,
            about_type=ContentType.objects.get_for_model(turn.about),
            about_id=turn.about.pk,
            about_name=str(turn.about)[:300],
            deadline=running_clock(turn.about, turn.duty or rule.clock or flow_task.name),
            opened_at=moment.now(),
            **facts,
        )
        return activation

    def put_turn(self, turn: Turn) -> dict[str, Any]:
        """Writes on the task whose turn it is, and returns what its work item says of it. The caller saves."""
        task, verb = self.task, turn.verb or self.flow_task.verb
        in_case = VERBS[verb].on is On.CASE
        target = turn.case if in_case else turn.organisation
        assert target is not None
        task.owner_permission = f"{target._meta.app_label}.{verb}"
        task.owner_permission_obj = target
        task.owner = turn.person.user if turn.person is not None else None
        task.status = STATUS.ASSIGNED if task.owner is not None else STATUS.NEW
        return {
            "permission_id": permission_id(verb),
            "organisation": turn.organisation,
            "case": turn.case,
            "is_for_case_people": in_case,
            "person": turn.person,
        }

    @Activation.status.super()
    def activate(self) -> None:
        if self.is_left_out:
            self.task.status = STATUS.STARTED

    @Activation.status.super()
    def complete(self) -> None:
        super().complete.original()
        done = WorkItem.objects.filter(task=self.task)
        done.update(done_at=moment.now(), done_by=self.task.owner)
        stepped_in(done, moment.now())

    @Activation.status.super()
    def cancel(self) -> None:
        super().cancel.original()
        WorkItem.objects.filter(task=self.task).update(done_at=moment.now())


class Step(flow.View):
    """A human task. `form` is the dotted name of its VerbForm, `turn` says whose it is (a method of the flow)."""

    activation_class = StepActivation

    def __init__(self, title: Any, verb: str, form: str, turn: Callable[[Any], Turn]) -> None:
        super().__init__(view=None)
        self.verb = verb
        self.form_name = form
        self.turn = turn
        self._rule: Callable[[Any, str], StepRule] | None = None
        self._owner_permission = verb
        self.Annotation(title=title)

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self._rule = getattr(instance, "step_rule", None)

    @cached_property
    def form_class(self) -> Any:
        return import_string(self.form_name)

    def rule(self, activation: Any) -> StepRule:
        """What the table of procedures says of the step; nothing for flows that no procedure drives."""
        return self._rule(activation.process, self.name) if self._rule is not None else StepRule()


class JoinActivation(flow.Join.activation_class):  # type: ignore[misc, name-defined]
    """The stock one asks for the tasks that came in thrice over: whether it may complete, again, and completing.

    One activation is one arrival, in which they do not change."""

    _prefixes: set[str] | None = None

    def _join_token_prefixes(self) -> set[str]:
        if self._prefixes is None:
            self._prefixes = super()._join_token_prefixes()
        return self._prefixes


class Join(flow.Join):
    """Waits for all branches."""

    activation_class = JoinActivation


class ForEachActivation(Activation):
    @Activation.status.super()
    def activate(self) -> None:
        self.items = list(self.flow_task.items(self))

    @Activation.status.super()
    def create_next(self) -> Any:
        tokens = Token.split_token_source(self.task.token, self.task.pk)
        for item in self.items:
            yield self.flow_task._next._create(self, next(tokens), seed=item)


class ForEach(mixins.NextNodeMixin, Node):
    """One branch an item, each with the item as its seed; a Join after it waits for all."""

    activation_class = ForEachActivation
    task_type = "PARALLEL_GATEWAY"
    bpmn_element = "parallelGateway"
    shape = flow.Split.shape

    def __init__(self, items: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._items = items

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self._items = this.resolve(instance, self._items)

    def items(self, activation: Any) -> Iterable[models.Model]:
        """The items of this activation. An empty fan-out would leave the process standing still."""
        found = list(self._items(activation))
        if not found:
            raise ValueError(f"{self.name}: nothing to fan out over")
        return found
