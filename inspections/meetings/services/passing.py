"""Meetings and assignments follow what becomes of their cell: it moves, or another takes its place."""

import datetime
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import days_after
from inspections.deadlines.models import Deadline
from inspections.deadlines.services import change_watcher, pass_on
from inspections.meetings.access import assignments_of, planned_of, unclosed_of
from inspections.meetings.models import HELD, Meeting, ResolutionItem
from inspections.meetings.services.planning import last_day_for, write_call_off
from inspections.organisations.models import Organisation
from inspections.organisations.rules import STEP
from inspections.organisations.services import (
    Ending,
    Estate,
    Share,
    ends_along,
    follows_a_move,
    must_be_over_first,
    passes_on,
    path_is_copied,
    speaks_against,
)
from inspections.organisations.text import on_paper


def pass_meetings(share: Share) -> None:
    """The successor holds what was planned, unless it has a meeting of that kind in the month, or the last day for it
    was before it took the place: then it is called off, with the reason. Part of a verb."""
    last_day = share.old.ends_on
    assert last_day is not None
    on = days_after(last_day, 1)
    taken = set(Meeting.objects.standing().filter(organisation=share.new).values_list("kind", "month"))
    for meeting in share.rows:
        slot = (meeting.kind, meeting.month)
        is_over = last_day_for(*slot) < on
        reason = ""
        with on_paper():
            if not share.new.type.is_cell or is_over:
                reason = _ended(share.old, share.old.ended_paper)
            elif slot in taken:
                reason = _("%(paper)s: %(successor)s has its own meeting of %(month)s.") % {
                    "paper": share.old.ended_paper,
                    "successor": share.new,
                    "month": f"{meeting.month:%m/%Y}",
                }
        meeting.organisation, meeting.org_path = share.new, str(share.new.path)
        if reason:
            write_call_off(meeting, reason, share.now)
        else:
            meeting.save()
            taken.add(slot)
    pass_on(share.old, share.new, about=share.rows, now=share.now)
    _watched_from(share.new, share.rows, share.now)


def pass_assignments(share: Share) -> None:
    """The successor sees to it that what was assigned is done: who, what and by when stay. Part of a verb."""
    ResolutionItem.objects.filter(pk__in=[item.pk for item in share.rows]).update(organisation=share.new)
    pass_on(share.old, share.new, about=share.rows, now=share.now)
    _watched_from(share.new, share.rows, share.now)


def problem_of_assignments(share: Share) -> str:
    """Why the successor cannot see to what was assigned; empty when it can."""
    if share.new.type.is_cell:
        return ""
    text = _("it is not a cell, so it cannot go on with what a cell assigned; name a cell for: %(things)s.")
    return text % {"things": "; ".join(told_assignment(item) for item in share.rows[:5])}


def told_assignment(item: ResolutionItem) -> str:
    return f"{item} – {item.person}"


def call_off_along(ending: Ending) -> dict[str, list[int]]:
    """A cell that ends without a successor holds no meeting after its last day, and none at all once that is over.

    Part of a verb."""
    if ending.successors:
        return {}
    with on_paper():
        reason = _ended(ending.organisation, ending.paper)
    is_over = ending.last_day < timezone.localdate(ending.now)
    gone = [
        meeting
        for meeting in planned_of(ending.organisation)
        if is_over or timezone.localdate(meeting.planned_at) > ending.last_day
    ]
    for meeting in gone:
        write_call_off(meeting, reason, ending.now)
    return {"meetings": [meeting.pk for meeting in gone]} if gone else {}


def _ended(organisation: Organisation, paper: str) -> str:
    return _("%(paper)s: %(cell)s ended before it was held.") % {"paper": paper, "cell": organisation}


def against_ending(organisation: Organisation, on: datetime.date) -> Iterable[str]:
    """The meetings that the organisation held on the day or later."""
    rows = Meeting.objects.filter(organisation=organisation, state__in=HELD).order_by("started_at", "pk")
    for started_at in rows.values_list("started_at", flat=True):
        day = timezone.localdate(started_at)
        if day >= on:
            yield _("It held a meeting on %(day)s.") % {"day": f"{day:%d/%m/%Y}"}


def watched_after_a_move(old: str, new: str, now: datetime.datetime) -> None:
    """The clocks of the cell that moved are watched by what it belongs to from now on. Part of a verb."""
    moved, parent = (Organisation.objects.filter(path=path).first() for path in (new, new[:-STEP]))
    if moved is not None and parent is not None:
        clocks = Deadline.objects.live().filter(organisation=moved, item_type__in=_kinds())
        change_watcher(clocks, parent, now)


def _kinds() -> list[ContentType]:
    return list(ContentType.objects.get_for_models(Meeting, ResolutionItem).values())


def _watched_from(cell: Organisation, rows: list[Meeting] | list[ResolutionItem], now: datetime.datetime) -> None:
    if cell.parent is None:
        return
    kind = ContentType.objects.get_for_model(type(rows[0]))
    clocks = Deadline.objects.live().filter(item_type=kind, item_id__in=[row.pk for row in rows])
    change_watcher(clocks, cell.parent, now)


def register() -> None:
    path_is_copied(Meeting, "org_path", gettext_lazy("Meetings still to be held"), Meeting.objects.to_hold)
    follows_a_move(watched_after_a_move)
    must_be_over_first(gettext_lazy("Close these meetings, which were held, first: %(things)s."), unclosed_of)
    must_be_over_first(gettext_lazy("Hold these meetings, or call them off, first: %(things)s."), planned_of)
    must_be_over_first(gettext_lazy("Report these assignments done first: %(things)s."), assignments_of)
    ends_along(call_off_along)
    speaks_against(against_ending)
    passes_on(Estate("meetings", gettext_lazy("Meetings still to be held"), planned_of, pass_meetings))
    passes_on(
        Estate(
            "assignments",
            gettext_lazy("Assignments not yet done"),
            assignments_of,
            pass_assignments,
            problem=problem_of_assignments,
            tell=told_assignment,
        )
    )
