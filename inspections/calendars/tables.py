"""What is kept in a calendar: days, working weeks and time limits, each as a table (domain.md §4.2, §9).

They are not declared among the reference tables: a change of theirs may move dates, so it goes by the pages of the
calendar, which show them first."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.models import CONSENTING, EVENTS, CalendarDay, Duty, OnSilence, TimeLimitRule, WorkingWeek
from inspections.calendars.queries import Overlay, calendar_for, overlapping
from inspections.reference.tables import Ends, Table

# no limit is longer than this many of its unit: more is a slip of the hand
MOST = {"calendar": 3660, "working": 2600, "month": 120, "year": 30}

# the kinds of work and their names; the room of cases, which stands above, tells them
_KINDS: list[Callable[[], list[tuple[str, Any]]]] = []


def kinds_come_from(find: Callable[[], list[tuple[str, Any]]]) -> None:
    """Tells how the kinds of work are read: code, name. Called once, from the `ready` of an app."""
    _KINDS[:] = [find]


def kinds() -> list[tuple[str, Any]]:
    return _KINDS[0]() if _KINDS else []


def _check_day(row: CalendarDay) -> None:
    if not row.legal_basis and not row.is_provisional:
        raise ValidationError({"legal_basis": _("Name the paper that sets the day, or mark it as provisional.")})
    if row.kind != CalendarDay.Kind.WORKED:
        return
    gone = frozenset({(CalendarDay, row.pk)}) if row.pk else frozenset()
    if calendar_for(row.organisation, Overlay(gone=gone)).is_working_day(row.day):
        raise ValidationError({"kind": _("%(day)s is a working day anyway.") % {"day": f"{row.day:%d/%m/%Y}"}})


def check_alone(row: TimeLimitRule | WorkingWeek, *, beside: tuple[int, ...] = ()) -> None:
    """Raises ValidationError when another row of the same is valid on a day of this one."""
    other = overlapping(row, beside=beside)
    if other is None:
        return
    days = {"first": f"{other.valid_from:%d/%m/%Y}", "last": f"{other.valid_to:%d/%m/%Y}" if other.valid_to else ""}
    said = _("“%(other)s” holds from %(first)s on: change or end that one, or begin after it.")
    if other.valid_to:
        said = _("“%(other)s” holds from %(first)s to %(last)s: begin after it, or end it earlier.")
    raise ValidationError({"valid_from": said % {"other": other, **days}})


def _check_limit(row: TimeLimitRule) -> None:
    allowed = EVENTS.get(Duty(row.step), ()) if row.step in Duty.values else ()
    problems: dict[str, str] = {}
    if row.start_event not in allowed:
        problems["start_event"] = _("“%(step)s” is counted from: %(events)s.") % {
            "step": dict(Duty.choices).get(row.step, row.step),
            "events": "; ".join(str(event.label) for event in allowed),
        }
    if row.amount is not None and not 1 <= row.amount <= MOST[row.unit]:
        problems["amount"] = _(
            "A limit is 1 to %(most)d %(unit)s. Leave it empty when it is not known: then a date and a reason are "
            "asked for."
        ) % {"most": MOST[row.unit], "unit": row.get_unit_display()}
    if row.extension_part == 0:
        problems["extension_part"] = _("Say into how many parts the limit is divided: 3 means at most one third.")
    if row.extension_amount is not None and row.extension_amount > MOST[row.unit]:
        problems["extension_amount"] = _("This is longer than a limit may be.")
    if row.on_silence == OnSilence.ACCEPTED and row.step not in CONSENTING:
        problems["on_silence"] = _("Silence counts as consent only where somebody judges: %(steps)s.") % {
            "steps": "; ".join(str(label) for code, label in Duty.choices if code in CONSENTING)
        }
    if problems:
        raise ValidationError(problems)


DAYS = Table(
    code="days",
    label=gettext_lazy("Days of the calendar"),
    about=gettext_lazy("Days of rest, and days that are worked against their weekday."),
    model=CalendarDay,
    shown=("day", "kind", "name", "legal_basis", "is_provisional"),
    editable=("day", "kind", "name", "legal_basis", "is_provisional"),
    ends=Ends.TAKEN_OUT,
    related=("organisation",),
    check=_check_day,
)
WEEKS = Table(
    code="weeks",
    label=gettext_lazy("Working weeks"),
    about=gettext_lazy("Which weekdays are worked, from a day on."),
    model=WorkingWeek,
    shown=("weekdays", "valid_from", "valid_to", "legal_basis"),
    editable=("weekdays", "valid_from", "valid_to", "legal_basis"),
    counted=("weekdays",),
    ends=Ends.ON_A_DAY,
    related=("organisation",),
)
LIMITS = Table(
    code="limits",
    label=gettext_lazy("Time limits"),
    about=gettext_lazy("How long a step may take, counted from when, by which rule."),
    model=TimeLimitRule,
    shown=("step", "kind", "level", "limit", "legal_basis", "valid_from", "valid_to", "certainty"),
    fixed=("step", "kind", "level"),
    why_fixed=gettext_lazy("The steps start their clocks by these codes, so they stay as they were given."),
    editable=(
        "amount",
        "unit",
        "start_event",
        "counts_start_day",
        "rolls",
        "extension_part",
        "extension_amount",
        "extension_count",
        "extended_by",
        "may_be_suspended",
        "after_return",
        "on_silence",
        "legal_basis",
        "valid_from",
        "valid_to",
        "certainty",
    ),
    counted=("amount", "unit", "start_event", "counts_start_day", "rolls"),
    ends=Ends.ON_A_DAY,
    related=("level", "organisation"),
    choices=lambda: {"step": Duty.choices, "kind": kinds()},
    check=_check_limit,
)
TABLES = {table.code: table for table in (DAYS, WEEKS, LIMITS)}


def told_of(row: Any) -> str:
    """What a row is called in a sentence, with the tree it is for."""
    name = capfirst(str(row))
    return name if row.organisation_id is None else f"{name} – {row.organisation}"
