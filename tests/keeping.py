"""Days, working weeks and limits as they are kept by the verb, without the page that shows first what would move."""

from inspections.calendars.services import ADD, CHANGE, CORRECT, END, Asked, save
from inspections.calendars.tables import DAYS, LIMITS, WEEKS

__all__ = ["ADD", "CHANGE", "CORRECT", "DAYS", "END", "LIMITS", "WEEKS", "add_day", "kept"]


def kept(table, action, *, by, now, organisation=None, row=None, reason="HD 9-HD/UBKTTW", **values):
    """Does it; returns the row that is new or changed, and what was moved."""
    organisation = row.organisation if row is not None else organisation
    asked = Asked(table=table, action=action, organisation=organisation, row=row, values=values, reason=reason)
    plan, moves = save(acting_user=by, asked=asked, now=now)
    return plan.row, moves


def add_day(*, acting_user, organisation, now, **values):
    """A day of rest or of work for a tree."""
    return kept(DAYS, ADD, by=acting_user, organisation=organisation, now=now, **values)[0]
