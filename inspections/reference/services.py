"""The verbs of reference tables: add a row, change it, end it; each with its reason, old and new in the record."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before
from inspections.organisations.models import User
from inspections.organisations.text import clean
from inspections.reference.access import require
from inspections.reference.queries import has_ended, told_values, uses_of, uses_told
from inspections.reference.tables import Ends, Table
from permissions import audit
from permissions.verdicts import NotNow

Row = models.Model


def add_row(*, acting_user: User, table: Table, values: dict[str, Any], reason: str, now: datetime.datetime) -> Row:
    """Adds a row; values: by the names of its fields. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        allowed, top = require(acting_user, now)
        if not table.may_add:
            raise NotNow(_("Rows of this table are not added: the program relies on those that are there."))
        row = table.model()
        _write(table, row, values)
        new = told_values(table, row)
        audit.record(allowed, about=row, chain=top, now=now, verb="add_reference_row", new=new, reason=_told(reason))
        return row


def change_row(
    *, acting_user: User, table: Table, row: Row, values: dict[str, Any], reason: str, now: datetime.datetime
) -> Row:
    """Changes a row and returns it. Where others were computed from it by what changes, a new row follows it from the
    new first day on, and is returned. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        allowed, top = require(acting_user, now)
        row = _locked(table, row)
        old = told_values(table, row)
        given = {name: value for name, value in values.items() if name in table.editable}
        is_counted = any(name in given and given[name] != getattr(row, name) for name in table.counted)
        if is_counted and uses_of(table, row):
            new_row = _follow(table, row, given)
            ended = {"former_last_day": told_values(table, row)["valid_to"]}
        else:
            _write(table, row, given)
            new_row, ended = row, {}
        new = told_values(table, new_row)
        changed = [name for name in new if new[name] != old[name]]
        audit.record(
            allowed,
            about=row,
            chain=top,
            now=now,
            verb="change_reference_row",
            old={name: old[name] for name in changed} | ({"former_last_day": old["valid_to"]} if ended else {}),
            new={name: new[name] for name in changed}
            | ended
            | ({"follows": row.pk, "followed_by": new_row.pk} if ended else {}),
            reason=_told(reason),
        )
        return new_row


def end_row(
    *,
    acting_user: User,
    table: Table,
    row: Row,
    reason: str,
    now: datetime.datetime,
    last_day: datetime.date | None = None,
) -> None:
    """Ends a row in the way of its table: after `last_day`, by no longer being chosen, or, unused, altogether.

    Raises Refused, NotNow (it never ends, or has ended), ValidationError (in use, with what uses it; days)."""
    with transaction.atomic():
        allowed, top = require(acting_user, now)
        row = _locked(table, row)
        old, about = told_values(table, row), row
        if table.ends is Ends.NEVER:
            raise NotNow(_("Rows of this table do not end: the program relies on each of them."))
        if table.ends is Ends.ON_A_DAY:
            if has_ended(table, row, timezone.localdate(now)):
                raise NotNow(_("It has ended already."))
            if last_day is None:
                raise ValidationError({"last_day": _("Say the last day on which it counts.")})
            if last_day < row.valid_from:  # type: ignore[attr-defined]
                raise ValidationError({"last_day": _("The last day is before the first.")})
            row.valid_to = last_day  # type: ignore[attr-defined]
            row.save(update_fields=["valid_to"])
        elif table.ends is Ends.NOT_CHOSEN:
            if not getattr(row, table.active):
                raise NotNow(_("It cannot be chosen any more already."))
            setattr(row, table.active, False)
            row.save(update_fields=[table.active])
        else:
            about = _taken_out(table, row)
        new = told_values(table, row) if table.ends is not Ends.TAKEN_OUT else {}
        changed = [name for name in old if old[name] != new.get(name)]
        audit.record(
            allowed,
            about=about,
            chain=top,
            now=now,
            verb="end_reference_row",
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed if name in new},
            reason=_told(reason),
        )


def _locked(table: Table, row: Row) -> Row:
    locked: Row = table.model._default_manager.select_for_update().get(pk=row.pk)
    return locked


def _told(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, or name the paper it follows.")})
    return clean(reason)


def _write(table: Table, row: Row, values: dict[str, Any]) -> None:
    several = {name for name in values if table.field(name).many_to_many}
    for name, value in values.items():
        if name not in several:
            setattr(row, name, clean(value) if isinstance(value, str) else value)
    row.full_clean()
    table.check(row)
    row.save()
    for name in several:
        getattr(row, name).set(values[name])
    getattr(row, "_prefetched_objects_cache", {}).clear()


def _follow(table: Table, row: Row, given: dict[str, Any]) -> Row:
    """A new row with the values given, from its first day on; the old one ends the day before, or has ended by then.

    A last day left as it was belongs to the old row alone when it is before the first day of the new one."""
    first = given.get("valid_from")
    if first is None or first <= row.valid_from:  # type: ignore[attr-defined]
        raise ValidationError(
            {
                "valid_from": _(
                    "Dates were computed by this row (%(uses)s), so it changes from a day on: say the first day of "
                    "the new one, after %(day)s. What runs keeps its date."
                )
                % {
                    "uses": uses_told(uses_of(table, row)),
                    "day": row.valid_from.strftime("%d/%m/%Y"),  # type: ignore[attr-defined]
                }
            }
        )
    new = table.model(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields[1:]})
    last: datetime.date | None = row.valid_to  # type: ignore[attr-defined]
    if last is not None and last < first and given.get("valid_to", last) == last:
        given = {**given, "valid_to": None}
    _write(table, new, given)
    row.valid_to = day_before(first) if last is None else min(last, day_before(first))  # type: ignore[attr-defined]
    row.save(update_fields=["valid_to"])
    return new


def _taken_out(table: Table, row: Row) -> Row:
    uses = uses_of(table, row)
    if uses:
        raise ValidationError(_("“%(row)s” is in use, so it stays: %(uses)s.") % {"row": row, "uses": uses_told(uses)})
    kept = table.model._default_manager.get(pk=row.pk)
    row.delete()
    return kept
