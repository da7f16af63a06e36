"""The clocks of a case: those its procedure names, each from the event its time limit is counted from (domain.md §4.2).

All are parts of verbs, which hold the lock of the case and write the audit.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from inspections.calendars.models import CASE_DUTIES, Duty, StartEvent
from inspections.calendars.queries import rules_for
from inspections.cases.models import Case, ChangeRequest, ProcedureStep
from inspections.deadlines.models import LIVE, Deadline, DeadlineChange
from inspections.deadlines.queries import running_clock
from inspections.deadlines.services import move_clock, run_again, start_clock
from inspections.organisations.models import User
from inspections.organisations.text import on_paper

# a paper's name in a part in a case and in the change of a clock
LONGEST_PAPER = 100


@dataclass(frozen=True)
class Unruled:
    """Where no time limit is known: the event that the duty begins with, and whether it is owed until the last day of
    the plan (else it has no clock)."""

    event: StartEvent
    is_by_plan: bool


UNRULED = {
    Duty.ANNOUNCE: Unruled(StartEvent.SIGNING, is_by_plan=False),
    Duty.VERIFY: Unruled(StartEvent.SELF_REPORTS, is_by_plan=True),
    Duty.WHOLE_CASE: Unruled(StartEvent.SIGNING, is_by_plan=True),
    Duty.CLOSE_DOSSIER: Unruled(StartEvent.NOTICE_ANNOUNCEMENT, is_by_plan=False),
}


@dataclass(frozen=True)
class SetDay:
    """The day that whoever signs has set for a duty whose limit is not known, and why."""

    day: datetime.date | None
    reason: str


# the duties whose unknown limits are asked for when the case is signed; that of the dossier, when the notice is
# announced
AT_SIGNING = (Duty.ANNOUNCE, Duty.VERIFY, Duty.WHOLE_CASE)
AT_NOTICE = (Duty.CLOSE_DOSSIER,)


def unknown_limits(case: Case, duties: Iterable[Duty], on: datetime.date) -> list[Duty]:
    """Of the duties, those that the case will have, that have no clock yet, and whose rule says that its amount is
    not known. A duty without any rule is owed by the plan, or not at all."""
    named = Q(procedure_id=case.procedure_id, is_left_out=False, clock__in=list(duties))
    waiting = set(ProcedureStep.objects.filter(named).values_list("clock", flat=True))
    if not waiting:
        return []
    body = case.organisation
    rules = rules_for(steps=waiting, kind=case.kind.code, level=body.type.level, organisation=body, on=on)
    unknown = [duty for duty in duties if duty in rules and rules[duty].amount is None]
    started = set(_clocks_of(case).values_list("duty", flat=True)) if unknown else set()
    return [duty for duty in unknown if duty not in started]


def set_limits(
    case: Case, duties: Iterable[Duty], given: Mapping[str, SetDay], on: datetime.date, now: datetime.datetime
) -> dict[str, list[str]]:
    """Starts the clocks of the duties whose limit is not known, each to the day that was set; returns what the record
    tells: duty -> day, reason. Part of a verb, before the event of the day has `happened`.

    Raises ValidationError beside `limit_day_<duty>` and `limit_reason_<duty>`."""
    problems, told = {}, {}
    for duty in unknown_limits(case, duties, on):
        one = given.get(duty, SetDay(None, ""))
        if one.day is None:
            problems[f"limit_day_{duty}"] = _("No limit is known for this: say by which day it is owed.")
        elif one.day < on:
            problems[f"limit_day_{duty}"] = _("This day is past already.")
        if not one.reason.strip():
            problems[f"limit_reason_{duty}"] = _("Say why this day, since no limit is known.")
        if one.day is not None:
            told[duty] = [one.day.isoformat(), one.reason.strip()]
    if problems:
        raise ValidationError(problems)
    for duty, (day, reason) in told.items():
        clock = start_clock(
            item=case,
            duty=duty,
            title=duty.label,
            organisation=case.organisation,
            watcher=case.organisation,
            start_on=on,
            day=datetime.date.fromisoformat(day),
            reason=reason,
            case_id=case.pk,
            kind=case.kind.code,
            now=now,
        )
        # one that was put on the last day of the plan goes with it
        clock.explanation |= {"by_plan": clock.due_on == case.ends_on}
        clock.save(update_fields=["explanation"])
    return {duty.value: facts for duty, facts in told.items()}


def happened(case: Case, event: StartEvent, on: datetime.date, now: datetime.datetime) -> None:
    """Starts the clocks of the case that are counted from the event, which took place on the day.

    What is owed until the conclusion and was counted from an event already past, by a rule that came into force since,
    starts from that."""
    named = Q(procedure_id=case.procedure_id, is_left_out=False, clock__in=CASE_DUTIES)
    steps = ProcedureStep.objects.filter(named)
    started = set(_clocks_of(case).values_list("duty", flat=True))
    waiting = [duty for duty in dict.fromkeys(steps.values_list("clock", flat=True)) if duty not in started]
    if not waiting:
        return
    body = case.organisation
    rules = rules_for(steps=waiting, kind=case.kind.code, level=body.type.level, organisation=body, on=on)
    for duty in map(Duty, waiting):
        rule, unruled = rules.get(duty), UNRULED[duty]
        start_on = _days(case, event, on, also_past=unruled.is_by_plan).get(rule.start_event if rule else unruled.event)
        known = rule if rule is not None and rule.amount is not None else None
        if start_on is None or (known is None and not unruled.is_by_plan):
            continue
        clock = start_clock(
            item=case,
            duty=duty,
            title=duty.label,
            organisation=body,
            watcher=body,
            start_on=start_on,
            rule=known,
            day=case.ends_on,
            case_id=case.pk,
            kind=case.kind.code,
            now=now,
        )
        if duty is Duty.WHOLE_CASE and known is not None:
            _follow_approval(case, clock, now)


def _days(case: Case, event: StartEvent, on: datetime.date, *, also_past: bool) -> dict[str, datetime.date]:
    days: dict[str, datetime.date] = {}
    if also_past and case.stage in Case.BEFORE_CONCLUSION:
        if case.signed_at is not None:
            days[StartEvent.SIGNING] = timezone.localdate(case.signed_at)
        if case.announced_on is not None:
            days[StartEvent.ANNOUNCEMENT] = case.announced_on
    return {**days, event: on}


def _follow_approval(case: Case, clock: Deadline, now: datetime.datetime) -> None:
    """The time approved before the clock began, or while it stood still, holds for it too."""
    if not _is_moved_by_plan(clock, case):
        return
    approved = case.change_requests.filter(what=ChangeRequest.What.DURATION, state=ChangeRequest.State.APPROVED)
    change = approved.select_related("decided_by").last()
    if change is not None:
        _move(clock, case, change, now)


def came_back(case: Case, step: str, on: datetime.date, now: datetime.datetime, *, decided_by: User) -> None:
    """The case goes back to the step: where the clock that the step runs under was met, it runs again with the time
    that was left, or to the day that was approved since."""
    rules = ProcedureStep.objects.filter(procedure_id=case.procedure_id, step=step, is_left_out=False)
    duty = rules.exclude(clock="").values_list("clock", flat=True).first()
    if duty is None or running_clock(case, duty) is not None:
        return
    met = _clocks_of(case).filter(duty=duty, state=Deadline.State.MET).order_by("pk").last()
    if met is not None:
        _follow_approval(case, run_again(met, on=on, now=now, decided_by=decided_by), now)


def move_with_plan(case: Case, change: ChangeRequest, now: datetime.datetime) -> dict[str, list[datetime.date]]:
    """Moves the clocks that rest on the last day of the plan, which the approved change has set; returns duty ->
    old and new day.

    The clock of the whole case too, when the day is later than its limit: that is lengthened by whoever approves the
    time, never shortened. One that its own rule counts from an event stays (domain.md §4.2)."""
    moved = {}
    running = _clocks_of(case).filter(state__in=LIVE).select_related("organisation", "rule")
    for clock in running.order_by("pk"):
        if _is_moved_by_plan(clock, case):
            moved[clock.duty] = [clock.due_on, case.ends_on]
            _move(clock, case, change, now)
    return moved


def _is_moved_by_plan(clock: Deadline, case: Case) -> bool:
    if clock.rule_id is None:
        return clock.explanation.get("by_plan", True) and clock.due_on != case.ends_on
    return clock.duty == Duty.WHOLE_CASE and case.ends_on > clock.due_on


def _move(clock: Deadline, case: Case, change: ChangeRequest, now: datetime.datetime) -> None:
    assert change.decided_by is not None
    move_clock(
        clock,
        case.ends_on,
        kind=DeadlineChange.Kind.SETTING if clock.rule_id is None else DeadlineChange.Kind.EXTENSION,
        reason=change.reason,
        decided_by=change.decided_by,
        paper=approval_of(change),
        now=now,
    )


def approval_of(change: ChangeRequest) -> str:
    """What the approval of a change is called where something rests on it, no longer than a paper's name may be: dots
    stand for what had to be left out."""
    with on_paper():
        called = _("approval of %(day)s of a change to %(number)s") % {
            "day": timezone.localdate(change.decided_at).strftime("%d/%m/%Y"),
            "number": change.case.number,
        }
    return Truncator(called).chars(LONGEST_PAPER)


def _clocks_of(case: Case) -> "QuerySet[Deadline]":
    return Deadline.objects.filter(item_type=ContentType.objects.get_for_model(Case), item_id=case.pk)
