from inspections.cases.models.cases import Case, CaseGrant, CaseSubject, Participant, Recusal
from inspections.cases.models.papers import ChangeRequest, InfoRequest, Paper, Sitting
from inspections.cases.models.procedures import CaseKind, PaperKind, Procedure, ProcedureStep, TeamLimit

__all__ = [
    "Case",
    "CaseGrant",
    "CaseKind",
    "CaseSubject",
    "ChangeRequest",
    "InfoRequest",
    "Paper",
    "PaperKind",
    "Participant",
    "Procedure",
    "ProcedureStep",
    "Recusal",
    "Sitting",
    "TeamLimit",
]
