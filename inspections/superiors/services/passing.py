"""Open remarks, and who follows the cell, follow what becomes of it: it ends, or others take its place."""

import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import days_after
from inspections.deadlines.services import pass_on
from inspections.organisations.models import Organisation
from inspections.organisations.services import Ending, Estate, Share, ends_along, must_be_over_first, passes_on
from inspections.superiors.access import remarks_of
from inspections.superiors.models import Following, Remark


def pass_remarks(share: Share) -> None:
    """The successor answers, by the same day. Part of a verb."""
    Remark.objects.filter(pk__in=[one.pk for one in share.rows]).update(organisation=share.new)
    pass_on(share.old, share.new, about=share.rows, now=share.now)


def problem_of_remarks(share: Share) -> str:
    """Why the successor cannot answer; empty when it can."""
    if share.new.type.is_cell:
        return ""
    text = _("it is not a cell, so it cannot answer remarks on meetings; name a cell for: %(things)s.")
    return text % {"things": "; ".join(str(one) for one in share.rows[:5])}


def followings_end_along(ending: Ending) -> dict[str, list[int]]:
    """Nobody follows a cell beyond its last day; whoever did follows each cell that takes its place, by the paper of
    the ending, to the day that was set. Part of a verb."""
    last_day, on = ending.last_day, days_after(ending.last_day, 1)
    running = Q(ends_on__isnull=True) | Q(ends_on__gt=last_day)
    rows = list(Following.objects.select_for_update().filter(running, organisation=ending.organisation).order_by("pk"))
    cells = [one for one in ending.successors if one.type.is_cell]
    for row in rows:
        for cell in cells:
            _follow_on(row, cell, max(row.starts_on, on), ending.paper)
        # one that was to begin later has no earlier last day than its first
        row.ends_on = max(row.starts_on, last_day)
        row.save(update_fields=["ends_on"])
    return {"followings": [row.pk for row in rows]} if rows else {}


def _follow_on(old: Following, cell: Organisation, starts_on: datetime.date, paper: str) -> None:
    """As long as the old one; not where he follows the cell by then without an end, or as long, already."""
    there = Following.objects.filter(person=old.person_id, organisation=cell)
    if old.ends_on is None:
        # one open row at a time, whenever it began
        is_there = there.filter(ends_on__isnull=True).exists()
    else:
        as_long = Q(ends_on__isnull=True) | Q(ends_on__gte=old.ends_on)
        is_there = there.filter(as_long, starts_on__lte=starts_on).exists()
    if not is_there:
        Following.objects.create(
            person=old.person, organisation=cell, starts_on=starts_on, ends_on=old.ends_on, paper=paper[:100]
        )


def register() -> None:
    ends_along(followings_end_along)
    must_be_over_first(gettext_lazy("Answer these remarks first: %(things)s."), remarks_of)
    passes_on(
        Estate(
            "remarks",
            gettext_lazy("Remarks not yet answered"),
            remarks_of,
            pass_remarks,
            problem=problem_of_remarks,
        )
    )
