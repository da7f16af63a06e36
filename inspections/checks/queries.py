"""What the page of standing checks and the weekly report read; every figure equals the list it opens."""

import datetime
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import BooleanField, QuerySet, Value, When
from django.db.models import Case as CaseWhen

from inspections.checks.models import CheckSetting
from inspections.checks.tables import Check, Told, all_checks
from inspections.organisations.models import Organisation
from inspections.organisations.rules import path_end
from permissions import policy
from permissions.viewer import Viewer

SHOWN = 5  # rows of a check on the page of all checks, and in the weekly report


@dataclass(frozen=True)
class Found:
    """One row that a check found, and whether the reader may mend it himself, where."""

    told: Told
    mended_at: str
    may_mend: bool


class Standing(NamedTuple):
    """A check as it stands: how many rows it finds, and the first of them."""

    check: Check
    figure: int
    rows: list[Found]


def _days(check: Check, setting: CheckSetting | None) -> int:
    if check.days is None:
        return 0
    return setting.days if setting is not None and setting.days is not None else check.days


def days_of(check: Check) -> int:
    """After how many days the check finds something, also while it is not made, as is set for it. One query."""
    return _days(check, CheckSetting.objects.filter(code=check.code).first())


def checks_made() -> dict[str, tuple[Check, int]]:
    """Code -> the checks that are made, with days filled in their names, and these days. One query."""
    settings = {one.code: one for one in CheckSetting.objects.all()}
    found = {}
    for check in all_checks():
        setting = settings.get(check.code)
        if setting is not None and not setting.is_active:
            continue
        days = _days(check, setting)
        found[check.code] = replace(check, name=check.named(days)), days
    return found


def rows_of(
    check: Check, days: int, viewer: Viewer, today: datetime.date, organisation: Organisation | None = None
) -> QuerySet[Any]:
    """What a check finds of what the viewer sees and leads; organisation: of it and what it oversees only."""
    rows = policy.visible(viewer.user, check.rows(today, days)).filter(viewer.below("see_board", check.path))
    if organisation is not None:
        top = organisation.scope_path
        rows = rows.filter(**{f"{check.path}__gte": top, f"{check.path}__lte": path_end(top)})
    may = CaseWhen(When(check.may_mend(viewer), then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(may_mend=may).order_by(*check.order, "pk")


def found(check: Check, row: Any, today: datetime.date) -> Found:
    """A row of `rows_of` in words."""
    return Found(check.told(row, today), check.mended_at(row), row.may_mend)


def standing_checks(viewer: Viewer, organisation: Organisation | None, today: datetime.date) -> list[Standing]:
    """The checks that are made, each with how many rows it finds and the first of them: check, figure, rows.

    organisation: what it and those below it have; None: all that the viewer leads. The number of queries does not
    grow with the rows."""
    standing = []
    for check, days in checks_made().values():
        rows = rows_of(check, days, viewer, today, organisation)
        standing.append(Standing(check, rows.count(), [found(check, row, today) for row in rows[:SHOWN]]))
    return standing
