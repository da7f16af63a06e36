"""Meetings and assignments follow what becomes of their cell: it moves, or another takes its place."""

import datetime
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import days_after
from inspections.deadlines.models import Deadline
from inspections.deadlines.services import cancel_clocks, change_watcher, pass_on
from inspections.meetings.access import assignments_of, planned_of, reported_of, unclosed_of
from inspections.meetings.models import HELD, HOLD_MEETING, Meeting, ResolutionItem
from inspections.meetings.services.planning import (
    is_month_over,
    last_day_for,
    write_call_off,
    write_not_held,
)
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
    was before it took the place: then it is called off, with the reason, and stays the old cell's. Part of a verb."""
    last_day = share.old.ends_on
    assert last_day is not None
    on = days_after(last_day, 1)
    passed = []
    taken = _slots_of(share.new)
    for meeting in share.rows:
        reason = _why_off(meeting, share.old, share.new, share.old.ended_paper, on, taken)
        if reason:
            _call_off(meeting, reason, on, share.now)
            continue
        meeting.organisation, meeting.org_path = share.new, str(share.new.path)
        meeting.save()
        taken.add((meeting.kind, meeting.month))
        passed.append(meeting)
    if passed:
        pass_on(share.old, share.new, about=passed, now=share.now)
        _watched_from(share.new, passed, share.now)


def _slots_of(cell: Organisation) -> set[tuple[str, datetime.date]]:
    """Kind and month of the meetings that a cell has."""
    return set(Meeting.objects.standing().filter(organisation=cell).values_list("kind", "month"))


def _why_off(
    meeting: Meeting,
    old: Organisation,
    new: Organisation,
    paper: str,
    on: datetime.date,
    taken: set[tuple[str, datetime.date]],
) -> str:
    """Why the successor, which takes the place on the day and has the meetings `taken`, does not hold it; empty when it
    does."""
    with on_paper():
        if not new.type.is_cell or last_day_for(meeting.kind, meeting.month) < on:
            return _ended(old, paper)
        if (meeting.kind, meeting.month) in taken:
            said = _("%(paper)s: %(successor)s has its own meeting of %(month)s.")
            return said % {"paper": paper, "successor": new, "month": f"{meeting.month:%m/%Y}"}
    return ""


def _call_off(meeting: Meeting, reason: str, on: datetime.date, now: datetime.datetime) -> None:
    """One of a month that was over by the day was not held; another is called off."""
    write = write_not_held if is_month_over(meeting, on) else write_call_off
    write(meeting, reason, now)


def pass_assignments(share: Share) -> None:
    """The successor sees to it that what was assigned is done: who, what and by when stay. What was reported done goes
    with the rest of its resolution, to be rated. Part of a verb."""
    reported = reported_of(share.old).filter(meeting__in={item.meeting_id for item in share.rows})
    ResolutionItem.objects.filter(pk__in=list(reported.values_list("pk", flat=True))).update(organisation=share.new)
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
    Where one takes its place, what that does not hold is called off, and what was reported done and not rated is its to
    rate. Part of a verb."""
    _owe_nothing_more(ending)
    if ending.successors:
        return _end_along_into(ending)
    with on_paper():
        reason = _ended(ending.organisation, ending.paper)
    is_over = ending.last_day < timezone.localdate(ending.now)
    gone = [
        meeting
        for meeting in planned_of(ending.organisation)
        if is_over or timezone.localdate(meeting.planned_at) > ending.last_day
    ]
    for meeting in gone:
        _call_off(meeting, reason, days_after(ending.last_day, 1), ending.now)
    return {"meetings": [meeting.pk for meeting in gone]} if gone else {}


def _owe_nothing_more(ending: Ending) -> None:
    """A month whose meeting was called off, and that no other took, is owed no longer."""
    on = days_after(ending.last_day, 1)
    rows = Meeting.objects.regular().filter(organisation=ending.organisation, state=Meeting.State.CALLED_OFF)
    kind = ContentType.objects.get_for_model(Meeting)
    owed = Deadline.objects.live().filter(item_type=kind, duty=HOLD_MEETING, item_id__in=rows.values("pk"))
    for meeting in rows.filter(pk__in=list(owed.values_list("item_id", flat=True))):
        if is_month_over(meeting, on):
            write_not_held(meeting, meeting.called_off_reason, ending.now)
        else:
            cancel_clocks(meeting, HOLD_MEETING, now=ending.now)


def _end_along_into(ending: Ending) -> dict[str, list[int]]:
    """Where several take the place, the shares say what becomes of each meeting."""
    if len(ending.successors) > 1:
        return {}
    old, new = ending.organisation, ending.successors[0]
    on = days_after(ending.last_day, 1)
    gone, taken = [], _slots_of(new)
    for meeting in planned_of(old):
        reason = _why_off(meeting, old, new, ending.paper, on, taken)
        if reason:
            _call_off(meeting, reason, on, ending.now)
            gone.append(meeting.pk)
        taken.add((meeting.kind, meeting.month))
    reported = list(reported_of(old).values_list("pk", flat=True)) if new.type.is_cell else []
    ResolutionItem.objects.filter(pk__in=reported).update(organisation=new)
    return ({"meetings": gone} if gone else {}) | ({"reported_assignments": reported} if reported else {})


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
