"""Rows of cell meetings: the criteria by which they are scored, the meetings, what they leave."""

from inspections.meetings.models.criteria import Adjustment, Band, CriteriaSet, Criterion, Line, Measured, Rated
from inspections.meetings.models.meetings import (
    HELD,
    HOLD_MEETING,
    OVER,
    TO_HOLD,
    AgendaItem,
    Ballot,
    Correction,
    Meeting,
    RollCallMark,
    Speaker,
)
from inspections.meetings.models.results import (
    CARRY_OUT,
    ItemRating,
    MeetingFiles,
    MeetingScore,
    Resolution,
    ResolutionItem,
)

__all__ = [
    "CARRY_OUT",
    "HELD",
    "HOLD_MEETING",
    "OVER",
    "TO_HOLD",
    "Adjustment",
    "AgendaItem",
    "Ballot",
    "Band",
    "Correction",
    "CriteriaSet",
    "Criterion",
    "ItemRating",
    "Line",
    "Measured",
    "Meeting",
    "MeetingFiles",
    "MeetingScore",
    "Rated",
    "Resolution",
    "ResolutionItem",
    "RollCallMark",
    "Speaker",
]
