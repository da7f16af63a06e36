"""Starting, handing over, meeting and ending clocks. Part of other verbs: they hold the lock, ask the policy and write
the audit."""

import datetime
from copy import copy
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise

from inspections.calendars.models import TimeLimitRule
from inspections.calendars.queries import calendar_for, limit_of
from inspections.calendars.rules import (
    AfterReturn,
    Basis,
    Due,
    Words,
    WorkingCalendar,
    due_from_words,
    due_of,
)
from inspections.calendars.standing import hold_calendar
from inspections.deadlines.models import Deadline, DeadlineChange, DeadlineSpan
from inspections.deadlines.services.counting import after_return_of, count_again, told_of
from inspections.deadlines.services.lapsing import lapse_requests
from inspections.deadlines.services.spans import next_span, open_span
from inspections.organisations.models import Organisation, User
from inspections.organisations.services import held_in_place
from inspections.organisations.text import on_paper

Kind = DeadlineChange.Kind
State = Deadline.State
# model and duty -> the field of the item that bears a copy of the due day; each room above enters its own
_DUE_COPIES: dict[tuple[type[models.Model], str], str] = {}


def due_is_copied(model: type[models.Model], duty: str, field: str) -> None:
    """Tells of a field of an item that follows the due day of its clock; called once, from the `ready` of an app."""
    _DUE_COPIES[model, duty] = field


def due_copy_of(model: type[models.Model] | None, duty: str) -> str | None:
    """The field of the items of a model that follows the due day of the duty's clock, if there is one."""
    return _DUE_COPIES.get((model, duty)) if model is not None else None


def start_clock(
    *,
    item: models.Model,
    duty: str,
    title: str | Promise,
    organisation: Organisation,
    start_on: datetime.date,
    now: datetime.datetime,
    watcher: Organisation | None = None,
    case_id: int | None = None,
    rule: TimeLimitRule | None = None,
    day: datetime.date | None = None,
    words: Words = Words.AT_LATEST,
    due_text: str = "",
    start_event: str = "",
    reason: str = "",
    kind: str = "",
    severity: str = "",
) -> Deadline:
    """Starts the clock of a duty about `item` and returns it; its title is kept in the language of the papers.

    Either `rule` (with a known amount) or `day` with its `words` sets the due day; `reason`: why that day, where no
    rule is known. A running clock of the same duty is cancelled first: the newest one counts. kind and severity: codes
    of the item, for the boards. Raises ValueError when neither is given."""
    hold_calendar()
    days = calendar_for(organisation)
    limit = limit_of(rule) if rule is not None else None
    if limit is not None and rule is not None:
        due = due_of(Basis(start_on, limit), (), days)
        explanation = told_of_rule(rule) | {"start_on": start_on.isoformat()}
        start_event = rule.start_event
    elif day is not None:
        due = due_of(Basis(start_on, day=due_from_words(words, day)), (), days)
        explanation = {"words": words.value, "day": day.isoformat()} | ({"reason": reason} if reason else {})
    else:
        raise ValueError(f"neither a known rule nor a day for {duty}")
    cancel_clocks(item, duty, now=now)
    with on_paper():
        kept_title = str(title)[:300]
    place = held_in_place(organisation)
    clock = Deadline.objects.create(
        organisation=organisation,
        org_path=place.path,
        watcher=watcher,
        holder=organisation,
        held_since=start_on,
        case_id=case_id,
        item_type=ContentType.objects.get_for_model(item),
        item_id=item.pk,
        duty=duty,
        title=kept_title,
        start_event=start_event,
        start_on=start_on,
        due_on=due.due_on,
        due_text=due_text,
        rule=rule if limit is not None else None,
        explanation=explanation | told_of(due, days),
        is_provisional=due.is_provisional,
        kind=kind,
        severity=severity,
        started_at=now,
    )
    open_span(clock, start_on, now)
    return clock


def told_of_rule(rule: TimeLimitRule) -> dict[str, Any]:
    """What the explanation of a clock keeps of its rule."""
    return {
        "amount": rule.amount,
        "unit": rule.unit,
        "start_event": rule.start_event,
        "counts_start_day": rule.counts_start_day,
        "legal_basis": rule.legal_basis,
        "certainty": rule.certainty,
    }


def run_again(clock: Deadline, *, on: datetime.date, now: datetime.datetime, decided_by: User) -> Deadline:
    """Starts the clock of a duty that was done and came back on the day; returns the new one. The old stays as it was;
    the caller knows that none is running.

    Whoever owes has the time that was left when he handed it in, or what the rule says; a day that a decision set
    stays. The changes that moved the old clock are kept (architecture.md §7)."""
    hold_calendar()
    changes = list(clock.changes.order_by("pk"))
    met_on = clock.met_on
    again = copy(clock)
    again.pk, again.state, again.met_on, again.closed_at, again.started_at = None, State.RUNNING, None, None, now
    again.holder, again.held_since, again.times_returned = clock.organisation, on, clock.times_returned + 1
    again._state.adding = True
    again.explanation = {
        **clock.explanation,
        "again": {"on": on.isoformat(), "met_on": met_on.isoformat() if met_on else None},
    }
    again.save()
    for change in changes:
        change.pk, change.deadline = None, again  # type: ignore[assignment]
    DeadlineChange.objects.bulk_create(changes)
    open_span(again, on, now)
    if met_on is not None and met_on <= on:
        after = after_return_of(clock) if clock.rule is not None else AfterReturn.SAME_DAY
        _return(again, after, held_from=met_on, on=on, reason="", decided_by=decided_by, now=now)
    return again


def run_duty_again(
    item: models.Model, duty: str, *, on: datetime.date, now: datetime.datetime, decided_by: User
) -> Deadline | None:
    """As `run_again`, of the clock of the row's duty that was met last; None where none was, or one is running."""
    kind = ContentType.objects.get_for_model(item)
    met = Deadline.objects.filter(item_type=kind, item_id=item.pk, duty=duty, state=State.MET)
    clock = met.select_related("organisation", "rule").order_by("-pk").first()
    if clock is None or _live(item, duty).exists():
        return None
    return run_again(clock, on=on, now=now, decided_by=decided_by)


def hand_over(item: models.Model, duty: str, to: Organisation, *, on: datetime.date, now: datetime.datetime) -> None:
    """Who owes has handed the matter in on the day: the clock stops for him, and `to` holds the matter from then on.

    What he asked about it lapses: when it comes back, he has the time that was left, and can ask anew."""
    for clock in _live(item, duty).filter(state=State.RUNNING):
        _change(clock, on, now, state=State.WAITING, holder=to)
        lapse_requests([clock.pk], on, now)


def hand_back(
    item: models.Model,
    duty: str,
    *,
    on: datetime.date,
    reason: str,
    decided_by: User,
    now: datetime.datetime,
    is_return: bool = True,
) -> None:
    """The matter goes back to who owes on the day, with the time that was left, or what the rule says.

    is_return: it is sent back to be mended; else he goes on with what is in order."""
    for clock in _live(item, duty).filter(state=State.WAITING).select_related("organisation", "rule"):
        held_from = clock.held_since
        clock.times_returned += is_return
        _change(clock, on, now, state=State.RUNNING, holder=clock.organisation, times_returned=clock.times_returned)
        _return(
            clock, after_return_of(clock), held_from=held_from, on=on, reason=reason, decided_by=decided_by, now=now
        )


def _return(
    clock: Deadline,
    after: AfterReturn,
    *,
    held_from: datetime.date,
    on: datetime.date,
    reason: str,
    decided_by: User,
    now: datetime.datetime,
) -> None:
    if after is AfterReturn.SAME_DAY:
        return
    change = DeadlineChange(
        deadline=clock, kind=Kind.RETURN, held_from=held_from, held_to=on, after=after.value, reason=reason
    )
    grant(clock, change, decided_by=decided_by, now=now)


def suspend_clock(
    clock: Deadline, *, on: datetime.date, reason: str, paper: str, decided_by: User, now: datetime.datetime
) -> DeadlineChange:
    """Stops a running clock on the day by a decision; the days until it is resumed count for nobody."""
    _change(clock, on, now, state=State.SUSPENDED)
    return DeadlineChange.objects.create(
        deadline=clock,
        kind=Kind.SUSPENSION,
        old_due_on=clock.due_on,
        new_due_on=clock.due_on,
        reason=reason,
        paper=paper,
        decided_by=decided_by,
        decided_at=now,
    )


def resume_clock(
    clock: Deadline, *, on: datetime.date, reason: str, paper: str, decided_by: User, now: datetime.datetime
) -> DeadlineChange:
    """Starts a suspended clock again on the day, with the time that was left."""
    held_from = clock.held_since
    _change(clock, on, now, state=State.RUNNING)
    change = DeadlineChange(
        deadline=clock, kind=Kind.RESUMPTION, held_from=held_from, held_to=on, reason=reason, paper=paper
    )
    return grant(clock, change, decided_by=decided_by, now=now)


def extend_clock(
    clock: Deadline,
    amount: int,
    unit: str,
    *,
    reason: str,
    paper: str,
    decided_by: User,
    now: datetime.datetime,
) -> DeadlineChange:
    """Gives a live clock `amount` of `unit` more. Whether the rule allows it was asked before."""
    clock.times_extended += 1
    change = DeadlineChange(deadline=clock, kind=Kind.EXTENSION, amount=amount, unit=unit, reason=reason, paper=paper)
    return grant(clock, change, decided_by=decided_by, now=now)


def move_clock(
    clock: Deadline,
    due_on: datetime.date,
    *,
    kind: str,
    reason: str,
    decided_by: User,
    paper: str,
    now: datetime.datetime,
) -> DeadlineChange:
    """Moves a live clock to another day by a decision, which stays on it; paper: what the decision is called."""
    if kind == Kind.EXTENSION:
        clock.times_extended += 1
    change = DeadlineChange(deadline=clock, kind=kind, new_due_on=due_on, reason=reason, paper=paper)
    return grant(clock, change, decided_by=decided_by, now=now)


def grant(clock: Deadline, change: DeadlineChange, *, decided_by: User, now: datetime.datetime) -> DeadlineChange:
    """Writes what was granted, counts the clock again with it, and begins a new stretch. Returns the change."""
    days = calendar_for(clock.organisation)
    # what is added here is the last; a day that was set needs no count
    change.old_due_on = clock.due_on
    if change.new_due_on is None:
        changes = [*(clock.changes.order_by("pk") if clock.pk else ()), change]
        due = count_again(clock, days, changes)
        change.new_due_on = due.due_on
    else:
        due = count_again(clock, days, [change])
    change.decided_by, change.decided_at = decided_by, now
    change.save()
    move_to(clock, due, days, now)
    return change


def move_to(clock: Deadline, due: Due, days: WorkingCalendar, now: datetime.datetime) -> None:
    """Puts a live clock on a day that was counted anew, with what explains it; the stretch before it ends."""
    clock.due_on, clock.is_provisional = due.due_on, due.is_provisional
    clock.explanation = {**clock.explanation, **told_of(due, days)}
    clock.save(update_fields=["due_on", "is_provisional", "explanation", "times_extended", "times_returned"])
    next_span(clock, now)
    model = clock.item_type.model_class()
    field = due_copy_of(model, clock.duty)
    if model is not None and field is not None:
        model._default_manager.filter(pk=clock.item_id).update(**{field: clock.due_on})


def meet_clock(item: models.Model, duty: str, on: datetime.date, *, now: datetime.datetime) -> None:
    """Stops the live clock of a duty: it was done on the day."""
    close_clocks(_live(item, duty), State.MET, now=now, on=on)


def met_otherwise(item: models.Model, duty: str, on: datetime.date) -> None:
    """Puts right on which day the newest clock of a duty was met; nothing where none was. Part of a verb."""
    kind = ContentType.objects.get_for_model(item)
    rows = Deadline.objects.filter(item_type=kind, item_id=item.pk, duty=duty, state=State.MET)
    clock = rows.select_for_update(of=("self",)).order_by("-pk").first()
    if clock is None or clock.met_on == on:
        return
    clock.met_on = on
    clock.save(update_fields=["met_on"])
    last = DeadlineSpan.objects.filter(deadline=clock).order_by("-pk").first()
    if last is not None:
        last.last_on = max(on, last.first_on)
        last.save(update_fields=["last_on"])


def start_otherwise(
    item: models.Model, duty: str, start_on: datetime.date, rule: TimeLimitRule, now: datetime.datetime
) -> Deadline | None:
    """Counts the live clock of a duty from another day, or by another rule, with all that was granted kept; as it is
    where both are the same. None when no clock is live. Part of a verb, after `hold_calendar`."""
    clock = _live(item, duty).select_related("organisation", "item_type").first()
    if clock is None or (clock.start_on == start_on and clock.rule_id == rule.pk):
        return clock
    clock.start_on, clock.rule = start_on, rule
    days = calendar_for(clock.organisation)
    clock.explanation = clock.explanation | told_of_rule(rule) | {"start_on": start_on.isoformat()}
    clock.save(update_fields=["start_on", "rule"])
    move_to(clock, count_again(clock, days), days, now)
    return clock


def cancel_clocks(item: models.Model, duty: str = "", *, now: datetime.datetime) -> None:
    """Ends the live clocks of the row (of one duty, or all): nothing is owed any more."""
    close_clocks(_live(item, duty), State.CANCELLED, now=now)


def cancel_clocks_of_case(case_id: int, *, now: datetime.datetime) -> None:
    """Ends the live clocks of a case that was stopped or converted, but for those that outlast it."""
    close_clocks(Deadline.objects.ending_with_case().filter(case_id=case_id).live(), State.CANCELLED, now=now)


def close_clocks(
    clocks: "models.QuerySet[Deadline]", state: str, *, now: datetime.datetime, on: datetime.date | None = None
) -> None:
    """Ends live clocks and their last stretches, and what was asked about them; on: the day on which they were met,
    else that of `now`."""
    found = list(clocks.values_list("pk", flat=True))
    if not found:
        return
    # what was with others was done on the day it was handed in
    met_on = models.Case(models.When(state=State.WAITING, then=models.F("held_since")), default=models.Value(on))
    Deadline.objects.filter(pk__in=found).update(
        state=state, closed_at=now, met_on=met_on if state == State.MET else None
    )
    last_on = on or _day_of(now)
    spans = DeadlineSpan.objects.filter(deadline__in=found, ended_at__isnull=True)
    spans.filter(first_on__lte=last_on).update(ended_at=now, last_on=last_on)
    spans.update(ended_at=now, last_on=models.F("first_on"))
    lapse_requests(found, last_on if state == State.MET else None, now)


def _day_of(now: datetime.datetime) -> datetime.date:
    return timezone.localdate(now)


def _change(clock: Deadline, on: datetime.date, now: datetime.datetime, **values: Any) -> None:
    for name, value in values.items():
        setattr(clock, name, value)
    clock.held_since = max(on, clock.held_since)
    clock.save(update_fields=[*values, "held_since"])
    next_span(clock, now, clock.held_since)


def live_clock_of(item: models.Model, duty: str) -> Deadline | None:
    """The clock of a duty of the row that runs, if one does; not locked."""
    kind = ContentType.objects.get_for_model(item)
    return Deadline.objects.live().filter(item_type=kind, item_id=item.pk, duty=duty).first()


def _live(item: models.Model, duty: str) -> "models.QuerySet[Deadline]":
    """The live clocks of a row, locked: a change of the calendar counts them without the lock of their case."""
    kind = ContentType.objects.get_for_model(item)
    found = Deadline.objects.live().filter(item_type=kind, item_id=item.pk).select_for_update(of=("self",))
    return found.filter(duty=duty) if duty else found
