"""Starting, meeting and ending clocks. Part of other verbs: they hold the lock, ask the policy and write the audit."""

import datetime
from copy import copy

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise

from inspections.calendars.models import TimeLimitRule
from inspections.calendars.queries import calendar_for, limit_of
from inspections.calendars.rules import Words, due_after, due_from_words, practical_day
from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.organisations.models import Organisation, User
from inspections.organisations.services import held_in_place
from inspections.organisations.text import on_paper

LIVE = (Deadline.State.RUNNING, Deadline.State.SUSPENDED)


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
) -> Deadline:
    """Starts the clock of a duty about `item` and returns it; its title is kept in the language of the papers.

    Either `rule` (with a known amount) or `day` with its `words` sets the due day. A running clock of the same duty
    is cancelled first: the newest one counts. Raises ValueError when neither is given."""
    days = calendar_for(organisation)
    limit = limit_of(rule) if rule is not None else None
    if limit is not None and rule is not None:
        due = due_after(start_on, limit, days)
        due_on, is_provisional = due.due_on, due.is_provisional
        explanation = {
            "amount": rule.amount,
            "unit": rule.unit,
            "start_event": rule.start_event,
            "start_on": start_on.isoformat(),
            "counts_start_day": rule.counts_start_day,
            "skipped": [[one.isoformat(), name] for one, name in due.skipped],
            "worked": [[one.isoformat(), name] for one, name in due.worked],
            "rolled_from": due.rolled_from.isoformat() if due.rolled_from else None,
            "legal_basis": rule.legal_basis,
            "certainty": rule.certainty,
        }
        start_event = rule.start_event
    elif day is not None:
        due_on, is_provisional = due_from_words(words, day), days.is_provisional(day)
        explanation = {"words": words.value, "day": day.isoformat()}
    else:
        raise ValueError(f"neither a known rule nor a day for {duty}")
    explanation["practical"] = practical_day(due_on, days).isoformat()
    cancel_clocks(item, duty)
    with on_paper():
        kept_title = str(title)[:300]
    return Deadline.objects.create(
        organisation=organisation,
        org_path=held_in_place(organisation).path,
        watcher=watcher,
        case_id=case_id,
        item_type=ContentType.objects.get_for_model(item),
        item_id=item.pk,
        duty=duty,
        title=kept_title,
        start_event=start_event,
        start_on=start_on,
        due_on=due_on,
        due_text=due_text,
        rule=rule,
        explanation=explanation,
        is_provisional=is_provisional,
        started_at=now,
    )


def run_again(clock: Deadline, *, on: datetime.date, now: datetime.datetime) -> Deadline:
    """Starts the clock of a duty that was done and came back on the day; returns the new one. The old stays as it was;
    the caller knows that none is running.

    A limit is counted from its event and lengthened by an approved extension only (domain.md §4.2), so it runs on to
    the same day, with the changes that moved it there."""
    changes = list(clock.changes.all())
    met_on = clock.met_on.isoformat() if clock.met_on else None
    again = copy(clock)
    again.pk, again.state, again.met_on, again.started_at = None, Deadline.State.RUNNING, None, now
    again._state.adding = True
    again.explanation = {**clock.explanation, "again": {"on": on.isoformat(), "met_on": met_on}}
    again.save()
    for change in changes:
        change.pk, change.deadline = None, again  # type: ignore[assignment]
    DeadlineChange.objects.bulk_create(changes)
    return again


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
    """Moves a running clock to another day by a decision, which stays on it; paper: what the decision is called."""
    change = DeadlineChange.objects.create(
        deadline=clock,
        kind=kind,
        old_due_on=clock.due_on,
        new_due_on=due_on,
        reason=reason,
        decided_by=decided_by,
        decided_at=now,
        paper=paper,
    )
    days = calendar_for(clock.organisation)
    clock.due_on, clock.is_provisional = due_on, days.is_provisional(due_on)
    clock.explanation = {**clock.explanation, "practical": practical_day(due_on, days).isoformat()}
    clock.save(update_fields=["due_on", "is_provisional", "explanation"])
    return change


def meet_clock(item: models.Model, duty: str, on: datetime.date) -> None:
    """Stops the running clock of a duty: it was done on the day."""
    _live(item, duty).update(state=Deadline.State.MET, met_on=on)


def cancel_clocks(item: models.Model, duty: str = "") -> None:
    """Ends the running clocks of the row (of one duty, or all): nothing is owed any more."""
    _live(item, duty).update(state=Deadline.State.CANCELLED)


def cancel_clocks_of_case(case_id: int) -> None:
    """Ends all running clocks of a case that was stopped or converted."""
    Deadline.objects.filter(case_id=case_id, state__in=LIVE).update(state=Deadline.State.CANCELLED)


def _live(item: models.Model, duty: str) -> models.QuerySet[Deadline]:
    kind = ContentType.objects.get_for_model(item)
    found = Deadline.objects.filter(item_type=kind, item_id=item.pk, state__in=LIVE)
    return found.filter(duty=duty) if duty else found
