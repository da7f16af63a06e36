"""The verbs of the calendar: days, working weeks and time limits are added, changed, ended; a year is taken in.

Each is planned first, which writes nothing and tells what would be otherwise; a page shows the deadlines that would
move; saving writes the rows and moves the deadlines in one transaction, with one entry in the record."""

import datetime
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.changes import Change, Moves, recounting
from inspections.calendars.models import CalendarDay, TimeLimitRule, WorkingWeek
from inspections.calendars.queries import Overlay
from inspections.calendars.rules import day_before, year_of
from inspections.calendars.standing import hold_against_new_clocks
from inspections.calendars.tables import DAYS, check_alone
from inspections.organisations.models import Organisation, User
from inspections.organisations.services import check_not_ended
from inspections.organisations.text import clean
from inspections.reference.access import require
from inspections.reference.queries import has_ended, told_values, uses_of, uses_told
from inspections.reference.tables import Table
from permissions import audit, policy
from permissions.verdicts import Allowed, NotNow

ADD, CHANGE, CORRECT, END, YEAR = "add", "change", "correct", "end", "year"
DEED = {
    ADD: "add_to_calendar",
    CHANGE: "change_calendar",
    CORRECT: "change_calendar",
    END: "end_in_calendar",
    YEAR: "take_calendar_year",
}
KEEP = "keep_calendars"
ATTEMPTS, PAUSE = 20, 0.25  # seconds between
# PostgreSQL: lock_not_available, deadlock_detected
BUSY = ("55P03", "40P01")


@dataclass(frozen=True)
class Asked:
    """What is asked for. action: ADD, CHANGE (from a day on), CORRECT (as if it had always been so), END, or YEAR (the
    days of a national year, `values["days"]` as day, kind, name, and `values["legal_basis"]`).

    organisation: whose tree it is for, None for the country. row: the one that is changed or ended. stamp: that of the
    row when the page was shown, empty when no page was."""

    table: Table
    action: str
    organisation: Organisation | None
    row: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    stamp: str = ""


@dataclass
class Plan:
    """Rows as they would be written, and what of it touches clocks."""

    added: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)
    change: Change = field(default_factory=lambda: Change(None))
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> Any:
        """The row that it is about."""
        return (self.added or self.changed or self.gone)[0]


def stamp_of(row: models.Model) -> str:
    """Changes with every value of the row."""
    values = [str(getattr(row, field.attname)) for field in row._meta.concrete_fields]
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]


def stamp_of_year(number: int) -> str:
    """Changes with every day that is kept of a national year."""
    rows = CalendarDay.objects.filter(organisation=None, day__range=year_of(number)).order_by("pk")
    return hashlib.sha256("\n".join(map(stamp_of, rows)).encode()).hexdigest()[:16]


def save(*, acting_user: User, asked: Asked, now: datetime.datetime, seen: str = "") -> tuple[Plan, Moves]:
    """Writes what is asked and moves the clocks. seen: the digest of the moves that a page showed, empty for none.

    Raises Refused, NotNow (it has ended; others are at work on the clocks), ValidationError (input; others would move
    than were shown)."""
    for _attempt in range(ATTEMPTS):
        try:
            return _save(acting_user, asked, now, seen)
        except OperationalError as problem:
            # somebody holds one of the clocks, and may wait for the calendar: he goes first
            if getattr(problem.__cause__, "sqlstate", "") not in BUSY:
                raise
            time.sleep(PAUSE)
    raise NotNow(_("Others are at work on deadlines that this moves. Nothing was saved; try again in a moment."))


def _save(acting_user: User, asked: Asked, now: datetime.datetime, seen: str) -> tuple[Plan, Moves]:
    with transaction.atomic():
        hold_against_new_clocks()
        allowed, chain = _require(acting_user, asked, now)
        plan = planned(asked, now)
        counting = recounting()
        if seen and counting.moves_of(plan.change).digest != seen:
            raise ValidationError(
                _("Meanwhile other deadlines would move than were shown. Look through them again, then save.")
            )
        reason = clean(asked.reason)
        for row in plan.gone:
            number = row.pk
            row.delete()
            row.pk = number
        for row in [*plan.changed, *plan.added]:
            row.save()
        moves = Moves()
        if not plan.change.moves_nothing:
            paper = "" if asked.action == END else str(asked.values.get("legal_basis", ""))
            moves = counting.count(plan.change, reason=reason, paper=paper, decided_by=acting_user, now=now)
        followed = {"follows": asked.row.pk, "followed_by": plan.added[0].pk} if asked.row and plan.added else {}
        about = plan.row if not followed else asked.row
        audit.record(
            allowed,
            about=about,
            chain=chain,
            now=now,
            verb=DEED[asked.action],
            old=plan.old,
            new=plan.new | followed | ({"moved_deadlines": len(moves)} if len(moves) else {}),
            reason=reason,
        )
        return plan, moves


def _require(user: User, asked: Asked, now: datetime.datetime) -> tuple[Allowed, Organisation]:
    """The right, asked afresh behind the lock; and in whose chain it is recorded."""
    if asked.organisation is None:
        return require(user, now)
    organisation = Organisation.objects.select_for_update().get(pk=asked.organisation.pk)
    allowed = policy.require(user, KEEP, organisation, now)
    check_not_ended(organisation, timezone.localdate(now))
    return allowed, organisation


def planned(asked: Asked, now: datetime.datetime) -> Plan:
    """What would be written. Writes nothing. Raises NotNow, ValidationError."""
    if asked.action == YEAR:
        return _year(asked)
    if not asked.reason.strip():
        raise ValidationError({"reason": _("Say why, or name the paper it follows.")})
    if asked.action == ADD:
        return _addition(asked)
    row = type(asked.row)._default_manager.select_related("organisation").get(pk=asked.row.pk)
    if asked.stamp and asked.stamp != stamp_of(row):
        raise ValidationError(_("“%(row)s” was changed meanwhile. Look at it again, then change it.") % {"row": row})
    if asked.action == END:
        return _ending(asked, row, timezone.localdate(now))
    if asked.table is DAYS or asked.action == CORRECT:
        return _correction(asked, row)
    return _succession(asked, row)


def _filled(table: Table, row: Any, values: dict[str, Any]) -> Any:
    for name, value in values.items():
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    first, last = getattr(row, "valid_from", None), getattr(row, "valid_to", None)
    if first is not None and last is not None and last < first:
        raise ValidationError({"valid_to": _("The last day is before the first.")})
    row.full_clean()
    table.check(row)
    return row


def _addition(asked: Asked) -> Plan:
    row = _filled(asked.table, asked.table.model(organisation=asked.organisation), asked.values)
    if not isinstance(row, CalendarDay):
        check_alone(row)
    return Plan(added=[row], change=_change(asked.organisation, came=[row]), new=told_values(asked.table, row))


def _correction(asked: Asked, row: Any) -> Plan:
    """The row as if it had always been so."""
    before, old = _copy(row), told_values(asked.table, row)
    values = {name: value for name, value in asked.values.items() if name in asked.table.editable}
    uses = uses_of(asked.table, row) if isinstance(row, TimeLimitRule) else []
    if uses:
        _check_in_use(row, values, uses_told(uses))
    _filled(asked.table, row, values)
    if not isinstance(row, CalendarDay):
        check_alone(row)
    new = told_values(asked.table, row)
    changed = [name for name in new if new[name] != old[name]]
    if isinstance(row, TimeLimitRule):
        # what the explanation of a date tells of its rule counts too, though it moves nothing
        told = (*asked.table.counted, "legal_basis", "certainty")
        counts = any(getattr(row, name) != getattr(before, name) for name in told)
        change = Change(row.organisation, rule=row if counts and uses else None)
    else:
        change = _change(row.organisation, came=[row], went=[before])
    return Plan(
        changed=[row],
        change=change,
        old={name: old[name] for name in changed},
        new={name: new[name] for name in changed},
    )


def _check_in_use(row: TimeLimitRule, values: dict[str, Any], uses: str) -> None:
    """A rule that dates were computed by is counted by still, from the same event."""
    if values.get("amount", row.amount) is None:
        raise ValidationError(
            {"amount": _("Dates were computed by this limit (%(uses)s), so it is known.") % {"uses": uses}}
        )
    for name in ("after_return", "on_silence"):
        if values.get(name, getattr(row, name)) != getattr(row, name):
            text = _("What runs would follow this at once (%(uses)s): make it a new rule, from a day on.")
            raise ValidationError({name: text % {"uses": uses}})
    if values.get("start_event", row.start_event) != row.start_event:
        raise ValidationError(
            {
                "start_event": _(
                    "Dates were computed from this event (%(uses)s): another one is a new rule, from a day on."
                )
                % {"uses": uses}
            }
        )


def _succession(asked: Asked, row: Any) -> Plan:
    """A new row with the values given, from its first day on; the old one ends the day before, or has ended by then.

    A last day left as it was belongs to the old row alone when it is before the first day of the new one."""
    before, old = _copy(row), told_values(asked.table, row)
    values = {name: value for name, value in asked.values.items() if name in asked.table.editable}
    first, last = values.get("valid_from"), row.valid_to
    if first is None or first <= row.valid_from:
        raise ValidationError(
            {
                "valid_from": _(
                    "Say the first day of what is new, after %(day)s; or choose that a mistake is corrected."
                )
                % {"day": f"{row.valid_from:%d/%m/%Y}"}
            }
        )
    if last is not None and last < first and values.get("valid_to", last) == last:
        values["valid_to"] = None
    new = _copy(row)
    new.pk, new._state.adding = None, True
    row.valid_to = day_before(first) if last is None else min(last, day_before(first))
    _filled(asked.table, new, values)
    check_alone(new, beside=(row.pk,))
    told = told_values(asked.table, new)
    changed = [name for name in told if told[name] != old[name]]
    return Plan(
        added=[new],
        changed=[row],
        change=_change(row.organisation, came=[row, new], went=[before]),
        old={name: old[name] for name in changed} | {"former_last_day": old["valid_to"]},
        new={name: told[name] for name in changed} | {"former_last_day": told_values(asked.table, row)["valid_to"]},
    )


def _ending(asked: Asked, row: Any, today: datetime.date) -> Plan:
    old = told_values(asked.table, row)
    if isinstance(row, CalendarDay):
        return Plan(gone=[row], change=_change(row.organisation, went=[row]), old=old)
    if has_ended(asked.table, row, today):
        raise NotNow(_("It has ended already."))
    before, last_day = _copy(row), asked.values.get("last_day")
    if last_day is None:
        raise ValidationError({"last_day": _("Say the last day on which it counts.")})
    if last_day < row.valid_from:
        raise ValidationError({"last_day": _("The last day is before the first.")})
    if row.valid_to is not None and last_day > row.valid_to:
        raise ValidationError({"last_day": _("It ends on %(day)s already.") % {"day": f"{row.valid_to:%d/%m/%Y}"}})
    row.valid_to = last_day
    return Plan(
        changed=[row],
        change=_change(row.organisation, came=[row], went=[before]),
        old={"valid_to": old["valid_to"]},
        new={"valid_to": told_values(asked.table, row)["valid_to"]},
    )


def _year(asked: Asked) -> Plan:
    """The days of a national year as they were chosen, with one legal basis: what is there is changed, what is not
    chosen goes."""
    basis = clean(asked.values.get("legal_basis", ""))
    if not basis:
        raise ValidationError({"legal_basis": _("Name the decree or decision that sets the days of the year.")})
    number, chosen = asked.values["year"], asked.values["days"]
    if not chosen:
        raise ValidationError(_("Choose the days of the year."))
    if asked.stamp and asked.stamp != stamp_of_year(number):
        raise ValidationError(
            _("The days of %(year)d were changed meanwhile. Look at them again, then choose.") % {"year": number}
        )
    first, last = year_of(number)
    there = {row.day: row for row in CalendarDay.objects.filter(organisation=None, day__range=(first, last))}
    plan = Plan()
    for day, kind, name in chosen:
        row = there.pop(day, None)
        if row is not None and (row.kind, row.name, row.is_provisional) == (kind, name, False):
            continue
        if row is None:
            row = CalendarDay(day=day)
        given = {"kind": kind, "name": name, "legal_basis": basis, "is_provisional": False}
        for key, value in given.items():
            setattr(row, key, value)
        row.full_clean()
        (plan.added if row.pk is None else plan.changed).append(row)
    plan.gone = list(there.values())
    if not (plan.added or plan.changed or plan.gone):
        raise NotNow(_("The calendar of the year is so already."))
    rows = (*plan.changed, *plan.added)
    gone = frozenset((CalendarDay, row.pk) for row in [*plan.changed, *plan.gone])
    plan.change = Change(None, Overlay(rows, gone), first=first, last=last)
    plan.old = {"taken_out": [_told_day(row) for row in plan.gone]} if plan.gone else {}
    plan.new = {"year": number, "legal_basis": basis, "days": [_told_day(row) for row in rows]}
    return plan


def _told_day(row: CalendarDay) -> str:
    return f"{row.day:%d/%m/%Y} {row.name}"


def _copy(row: Any) -> Any:
    return type(row)(**{one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields})


def _change(
    organisation: Organisation | None, *, came: list[Any] | None = None, went: list[Any] | None = None
) -> Change:
    """What the calendar is otherwise by when rows come and others go; nothing by limits: what runs keeps its rule."""
    rows = [*(came or ()), *(went or ())]
    if isinstance(rows[0], TimeLimitRule):
        return Change(organisation)
    gone = frozenset((type(row), row.pk) for row in rows if row.pk)
    overlay = Overlay(tuple(came or ()), gone)
    if isinstance(rows[0], WorkingWeek):
        lasts = [row.valid_to for row in rows]
        last = None if None in lasts else max(lasts)
        return Change(organisation, overlay, first=min(row.valid_from for row in rows), last=last)
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    # whether a year is decreed is told of every clock that runs in it
    if any(row.is_provisional for row in rows) or organisation is None:
        first, last = year_of(first.year)[0], year_of(last.year)[1]
    return Change(organisation, overlay, first=first, last=last)
