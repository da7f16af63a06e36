from inspections.findings.models.findings import Answer, Consideration, Finding, FindingVersion, Severity
from inspections.findings.models.notices import Demand, Notice, Strength

__all__ = ["Answer", "Consideration", "Demand", "Finding", "FindingVersion", "Notice", "Severity", "Strength"]
