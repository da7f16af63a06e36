"""What all flows share: the lock, and the turns of a case's people."""

from typing import Any

from viewflow.workflow.lock import SelectForUpdateLock

from inspections.cases.models import Case, CaseSubject, ProcedureStep
from inspections.cases.services.common import acting_verb
from inspections.cases.services.fieldwork import subject_verb
from inspections.organisations.queries import answering
from workflows.nodes import Step, StepRule, Turn

# Waits for the other writer instead of failing; PostgreSQL's lock_timeout bounds the wait (viewflow.md §4.1).
LOCK = SelectForUpdateLock(nowait=False, attempts=1)


def case_of(activation: Any) -> Case:
    """The case that a process of a case is about."""
    case = activation.process.artifact
    assert isinstance(case, Case)
    return case


def team_turn(activation: Any) -> Turn:
    """The team's turn, or the cell's where the case has no team."""
    case = case_of(activation)
    return Turn(
        about=case,
        case=case,
        organisation=case.organisation,
        verb=acting_verb(case, activation.flow_task.verb),
    )


def body_turn(activation: Any) -> Turn:
    """The turn of the body that ordered the case."""
    case = case_of(activation)
    return Turn(about=case, case=case, organisation=case.organisation)


def office_turn(activation: Any) -> Turn:
    """The turn of the office of the committee that the body belongs to."""
    case = case_of(activation)
    return Turn(about=case, case=case, organisation=case.organisation.overseer)


def subject_turn(activation: Any) -> Turn:
    """The turn of the subject that is the branch's seed: the organisation's office, or the member in person."""
    subject = activation.task.seed
    assert isinstance(subject, CaseSubject)
    verb = subject_verb(subject, activation.flow_task.verb)
    return Turn(
        about=subject,
        case=subject.case,
        organisation=answering(subject, subject.organisation),
        verb=verb,
        person=subject.person if verb == "answer_as_subject" else None,
    )


def team_step(title: Any, verb: str, form: str) -> Step:
    return Step(title, verb, form, team_turn)


def body_step(title: Any, verb: str, form: str) -> Step:
    return Step(title, verb, form, body_turn)


def subject_step(title: Any, verb: str, form: str) -> Step:
    return Step(title, verb, form, subject_turn)


def subjects_of(activation: Any) -> Any:
    """All subjects of the case."""
    return case_of(activation).subjects.select_related("organisation", "person", "case")


def step_rule(process: Any, step: str) -> StepRule:
    """What the procedure of the process's case says of the step."""
    case = process.artifact
    if not isinstance(case, Case):
        return StepRule()
    said = ProcedureStep.objects.filter(procedure_id=case.procedure_id, step=step).values_list("is_left_out", "clock")
    return StepRule(*(said.first() or ()))
