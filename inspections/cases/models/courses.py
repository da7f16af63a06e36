"""The stages at which the steps of a course are done (domain.md §4.1, §4.4): what its flow draws, for the verbs.

Structure and no data: a flow that goes another way is another course here."""

from dataclasses import dataclass

from inspections.cases.models.cases import Case
from inspections.cases.models.procedures import Procedure

Stage = Case.Stage
_BEFORE_THE_REPORT = (
    Stage.ORDERED,
    Stage.PREPARED,
    Stage.ANNOUNCED,
    Stage.VERIFYING,
    Stage.DRAFTED,
    Stage.ANSWERED,
    Stage.CONFERENCE,
)


@dataclass(frozen=True)
class Course:
    """announced_at, papers_at, reported_at, concluded_at: the stages at which that is done. returned_to, more_to: where
    a report goes that the sitting returns, or for which it asks for more: the stage, and the step whose turn it is."""

    announced_at: tuple[Stage, ...]
    papers_at: tuple[Stage, ...]
    reported_at: tuple[Stage, ...]
    concluded_at: tuple[Stage, ...]
    returned_to: tuple[Stage, str]
    more_to: tuple[Stage, str]


COURSES: dict[str, Course] = {
    Procedure.Flow.FORMAL: Course(
        announced_at=(Stage.PREPARED,),
        papers_at=_BEFORE_THE_REPORT,
        reported_at=(Stage.CONFERENCE, Stage.REPORTED),
        concluded_at=(Stage.APPRAISED,),
        returned_to=(Stage.REPORTED, "report"),
        more_to=(Stage.VERIFYING, "verify"),
    ),
    Procedure.Flow.CELL: Course(
        announced_at=(Stage.ORDERED,),
        # a cell's meeting may find the minutes with the member missing when the report is before it
        papers_at=(*_BEFORE_THE_REPORT, Stage.REPORTED),
        reported_at=(Stage.VERIFYING,),
        concluded_at=(Stage.REPORTED,),
        # a cell has no step of verification of its own: its report goes round again
        returned_to=(Stage.VERIFYING, "report"),
        more_to=(Stage.VERIFYING, "report"),
    ),
}


def course_of(case: Case) -> Course:
    """The course of a case, as its procedure says."""
    return COURSES[case.procedure.flow]
