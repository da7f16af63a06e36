from inspections.findings.models.findings import Answer, Consideration, Finding, FindingVersion, Severity
from inspections.findings.models.notices import DUE_WORDS, Demand, Notice, Strength

__all__ = [
    "DUE_WORDS",
    "Answer",
    "Consideration",
    "Demand",
    "Finding",
    "FindingVersion",
    "Notice",
    "Severity",
    "Strength",
]
