"""Taking roll calls over from a list that a cell kept before it kept its meetings here."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.moments import start_of
from inspections.calendars.rules import month_slot
from inspections.meetings.models import Meeting, RollCallMark
from inspections.meetings.queries import attendance_of, criteria_for, scheme_of, standing_of
from inspections.meetings.rules import LEFT_OUT
from inspections.meetings.services.common import locked_cell, roll_call_is_kept
from inspections.meetings.services.holding import meet_slot, told_mark
from inspections.members.queries import roll_of
from inspections.organisations.models import Organisation, User
from inspections.organisations.services import held_in_place
from inspections.organisations.text import on_paper
from permissions import audit, policy
from permissions.verdicts import Allowed

Mark = RollCallMark.Mark
RECORDED = (Meeting.State.HELD, Meeting.State.CLOSED)


@dataclass(frozen=True)
class RollCallListed:
    """The roll call of one regular meeting: the day it was held, and id of the member -> mark, None for one who is not
    marked any more. Of whom a list does not tell, what an earlier one told stays."""

    day: datetime.date
    marks: Mapping[int, str | None]


def kept_since(cell: Organisation) -> datetime.date | None:
    """The day of the first meeting that the cell recorded here itself; None where there is none."""
    rows = Meeting.objects.filter(organisation=cell, state__in=RECORDED).order_by("started_at")
    first = rows.values_list("started_at", flat=True).first()
    return timezone.localdate(first) if first is not None else None


def why_not_listed(
    day: datetime.date, meeting: Meeting | None, since: datetime.date | None, today: datetime.date
) -> Promise | None:
    """Why the roll call of a meeting on the day is not taken from a list; None where it is.

    meeting: the regular one of that month. since: as `kept_since`. A list tells of months that are over, from before
    the cell recorded its meetings here."""
    _first, last = month_slot(day.year, day.month, day.month)
    if meeting is not None and meeting.state in RECORDED:
        return gettext_lazy("The meeting of this month is recorded here already.")
    if meeting is not None and meeting.state == Meeting.State.PREPARED:
        return gettext_lazy("The meeting of this month is prepared here: record it here too.")
    if meeting is not None and meeting.state == Meeting.State.NOT_HELD:
        return gettext_lazy("It stands here that no meeting was held in this month.")
    if last >= today:
        return gettext_lazy("This month is not over: record its meeting here itself.")
    if since is not None and day >= since:
        return gettext_lazy("The cell records its meetings here since then: record this one here too.")
    return None


def take_roll_calls(
    *, acting_user: User, cell: Organisation, listed: Iterable[RollCallListed], paper: str, now: datetime.datetime
) -> list[Meeting]:
    """Keeps the regular meetings of a cell as a list tells them: their day and who was there, and nothing else. A
    roll call that was taken from a list before gives way. One entry a meeting.

    paper: what the list is called. Raises Refused, NotNow, ValidationError (no cell, a month that is not told by lists,
    somebody who is not on the roll of that day, exempt on a day when he was not)."""
    with transaction.atomic():
        cell = locked_cell(cell)
        allowed = policy.require(acting_user, "keep_meetings", cell, now)
        today, since = timezone.localdate(now), kept_since(cell)
        deeds = [_take(cell, one, allowed, paper, since, today, now) for one in sorted(listed, key=lambda one: one.day)]
        roll_call_is_kept(cell)
        audit.record_many(deeds, now=now)
        return [deed.about for deed in deeds if isinstance(deed.about, Meeting)]


def _take(
    cell: Organisation,
    one: RollCallListed,
    allowed: Allowed,
    paper: str,
    since: datetime.date | None,
    today: datetime.date,
    now: datetime.datetime,
) -> audit.Deed:
    month, _last = month_slot(one.day.year, one.day.month, one.day.month)
    of_month = Meeting.objects.regular().filter(organisation=cell, month=month)
    meeting = of_month.standing().select_for_update(of=("self",)).first()
    if reason := why_not_listed(one.day, meeting, since, today):
        raise ValidationError({"day": f"{month:%m/%Y}: {reason}"})
    if meeting is None:
        meeting = Meeting(
            organisation=cell,
            org_path=held_in_place(cell).path,
            kind=Meeting.Kind.REGULAR,
            month=month,
            planned_at=start_of(one.day),
        )
    meeting.organisation = cell
    old = told_of_list(meeting) if meeting.is_listed else {}
    if meeting.is_listed and meeting.planned_at == meeting.started_at:
        meeting.planned_at = start_of(one.day)  # the list made it, so nothing else was planned
    marks, meeting.away = _marks(meeting, one)
    criteria = criteria_for(cell, one.day)
    left_out = scheme_of(criteria).left_out if criteria is not None else LEFT_OUT
    meeting.expected, meeting.present = attendance_of(marks, left_out)
    meeting.started_at, meeting.state, meeting.listed_in = start_of(one.day), Meeting.State.LISTED, paper[:200]
    meeting.full_clean()
    meeting.save()
    meeting.marks.all().delete()
    RollCallMark.objects.bulk_create(marks)
    meet_slot(meeting, one.day, now)
    return audit.Deed(allowed, meeting, cell, "take_roll_call", old, told_of_list(meeting), paper)


def told_of_list(meeting: Meeting) -> dict[str, object]:
    """What a list told of a meeting, as the audit keeps it."""
    assert meeting.started_at is not None
    marks = meeting.marks.select_related("person").order_by("person__folded", "person_id")
    return {
        "day": timezone.localdate(meeting.started_at).isoformat(),
        "expected": meeting.expected,
        "present": meeting.present,
        "roll": [told_mark(one) for one in marks],
    }


def _marks(meeting: Meeting, one: RollCallListed) -> tuple[list[RollCallMark], int]:
    """A mark for each of the roll whom the list marks, or an earlier one did, or who is exempt; and how many of the
    others are elsewhere."""
    roll = roll_of(meeting.organisation, one.day)
    known = {member.person.pk: member for member in roll}
    before = {row.person_id: row.mark for row in meeting.marks.all()} if meeting.is_listed else {}
    wanted = {key: mark for key, mark in {**before, **one.marks}.items() if mark is not None}
    if one.marks.keys() - known.keys():
        said = _("%(n)s of those marked on %(day)s are not on the roll of that day.")
        values = {"n": len(one.marks.keys() - known.keys()), "day": f"{one.day:%d/%m/%Y}"}
        raise ValidationError({"roll": said % values})
    with on_paper():
        untold = _("not told in the list")
    found = []
    for key, member in known.items():
        mark = wanted.get(key) or (Mark.EXEMPT if member.is_exempt and not member.is_away else None)
        if mark is None:
            continue
        if mark == Mark.EXEMPT and not member.is_exempt and key not in one.marks:
            continue  # an earlier list said so; the roll has it otherwise since
        if mark == Mark.EXEMPT and not member.is_exempt:
            said = _("%(person)s was not exempt on %(day)s.")
            values = {"person": member.person.full_name, "day": f"{one.day:%d/%m/%Y}"}
            raise ValidationError({"roll": said % values})
        row = RollCallMark(meeting=meeting, person=member.person, standing=standing_of(member), mark=mark)
        row.reason = untold if mark == Mark.EXCUSED else ""
        found.append(row)
    if not found:
        raise ValidationError({"roll": _("Nobody is marked on %(day)s.") % {"day": f"{one.day:%d/%m/%Y}"}})
    return found, sum(member.is_away and key not in wanted for key, member in known.items())


def listed_of(cell: Organisation, year: int) -> Sequence[Meeting]:
    """The regular meetings of a year that stand, with their marks. Two queries."""
    rows = Meeting.objects.regular().standing().filter(organisation=cell).of_year(year)
    return list(rows.prefetch_related("marks"))
