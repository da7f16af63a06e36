"""Schemes: their tasks with what was done for them, their indicators, and their reviews (domain.md §7)."""

from inspections.schemes.models.indicators import Indicator, Target, TypedFigure
from inspections.schemes.models.reviews import KeptFigure, KeptIndicator, KeptRow, KeptTask, Review
from inspections.schemes.models.schemes import GroupTemplate, Scheme
from inspections.schemes.models.tasks import EventKind, SchemeEvent, SchemeTask, TaskGroup

__all__ = [
    "EventKind",
    "GroupTemplate",
    "Indicator",
    "KeptFigure",
    "KeptIndicator",
    "KeptRow",
    "KeptTask",
    "Review",
    "Scheme",
    "SchemeEvent",
    "SchemeTask",
    "Target",
    "TaskGroup",
    "TypedFigure",
]
