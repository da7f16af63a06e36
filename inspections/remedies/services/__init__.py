"""The verbs of corrections: plan, judge, carry out; look again at what was accepted; carry it into a case."""

from inspections.remedies.services.again import LookGiven, look_again
from inspections.remedies.services.corrections import (
    LineGiven,
    ReportGiven,
    assign_monitor,
    may_monitor,
    open_correction,
    report_correction,
    submit_plan,
)
from inspections.remedies.services.follow_up import carry_into_case, carry_together
from inspections.remedies.services.judging import VerdictGiven, accept_in_silence, judge_plan, judge_report

__all__ = [
    "LineGiven",
    "LookGiven",
    "ReportGiven",
    "VerdictGiven",
    "accept_in_silence",
    "assign_monitor",
    "carry_into_case",
    "carry_together",
    "judge_plan",
    "judge_report",
    "look_again",
    "may_monitor",
    "open_correction",
    "report_correction",
    "submit_plan",
]
