"""Rows of cell meetings: the criteria sets by which they are scored."""

from inspections.meetings.models.criteria import Adjustment, Band, CriteriaSet, Criterion, Line, Measured, Rated

__all__ = ["Adjustment", "Band", "CriteriaSet", "Criterion", "Line", "Measured", "Rated"]
