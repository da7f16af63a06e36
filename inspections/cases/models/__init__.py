from inspections.cases.models.cases import Case, CaseGrant, CaseSubject, Participant, Recusal
from inspections.cases.models.courses import course_of
from inspections.cases.models.papers import ChangeRequest, InfoRequest, Paper, Sitting
from inspections.cases.models.procedures import (
    CaseKind,
    Majority,
    PaperKind,
    Procedure,
    ProcedureStep,
    TeamLimit,
)
from inspections.cases.models.suspensions import Suspension

__all__ = [
    "Case",
    "CaseGrant",
    "CaseKind",
    "CaseSubject",
    "ChangeRequest",
    "InfoRequest",
    "Majority",
    "Paper",
    "PaperKind",
    "Participant",
    "Procedure",
    "ProcedureStep",
    "Recusal",
    "Sitting",
    "Suspension",
    "TeamLimit",
    "course_of",
]
