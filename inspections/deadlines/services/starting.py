"""Starting clocks, one or many of a kind. Parts of other verbs: they hold the lock, ask the policy, write the audit."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise

from inspections.calendars.models import TimeLimitRule
from inspections.calendars.queries import calendar_for, limit_of
from inspections.calendars.rules import Basis, Words, due_from_words, due_of
from inspections.calendars.standing import hold_calendar
from inspections.deadlines.models import Deadline
from inspections.deadlines.services.clocks import cancel_clocks, close_clocks, told_of_rule
from inspections.deadlines.services.counting import told_of
from inspections.deadlines.services.spans import open_span, open_spans
from inspections.organisations.models import Organisation
from inspections.organisations.services import held_in_place
from inspections.organisations.text import on_paper

State = Deadline.State


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
    clock = _clock_of(
        item,
        duty=duty,
        title=title,
        organisation=organisation,
        org_path=held_in_place(organisation).path,
        watcher=watcher,
        case_id=case_id,
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
    clock.save()
    open_span(clock, start_on, now)
    return clock


@dataclass(frozen=True)
class Owed:
    """What is owed about one row of several, by its day."""

    item: models.Model
    title: str
    day: datetime.date


def start_clocks(
    owed: Sequence[Owed],
    *,
    duty: str,
    organisation: Organisation,
    start_on: datetime.date,
    now: datetime.datetime,
    watcher: Organisation | None = None,
    reason: str = "",
) -> None:
    """As `start_clock` with a day, about several rows of one model: as many queries however many there are."""
    if not owed:
        return
    hold_calendar()
    days = calendar_for(organisation)
    close_clocks(_live_of([one.item for one in owed], duty), State.CANCELLED, now=now)
    path = held_in_place(organisation).path
    clocks = []
    for one in owed:
        due = due_of(Basis(start_on, day=due_from_words(Words.AT_LATEST, one.day)), (), days)
        told = {"words": Words.AT_LATEST.value, "day": one.day.isoformat()} | ({"reason": reason} if reason else {})
        clocks.append(
            _clock_of(
                one.item,
                duty=duty,
                title=one.title,
                organisation=organisation,
                org_path=path,
                watcher=watcher,
                start_on=start_on,
                due_on=due.due_on,
                explanation=told | told_of(due, days),
                is_provisional=due.is_provisional,
                started_at=now,
            )
        )
    open_spans(Deadline.objects.bulk_create(clocks), start_on, now)


def meet_clocks(done: Mapping[models.Model, datetime.date], duty: str, *, now: datetime.datetime) -> None:
    """Stops the live clocks of a duty about rows of one model, each done on its day; queries by days, not by rows."""
    for day in sorted(set(done.values())):
        items = [item for item, on in done.items() if on == day]
        close_clocks(_live_of(items, duty), State.MET, now=now, on=day)


def rename_clock(item: models.Model, duty: str, title: str) -> None:
    """Calls the live clock of a duty otherwise; nothing where none runs. Part of a verb."""
    _live_of([item], duty).update(title=title[:300])


def _live_of(items: Sequence[models.Model], duty: str) -> "models.QuerySet[Deadline]":
    """The live clocks of a duty about rows of one model, locked as `clocks` does."""
    kind = ContentType.objects.get_for_model(items[0])
    found = Deadline.objects.live().filter(item_type=kind, item_id__in=[item.pk for item in items], duty=duty)
    return found.select_for_update(of=("self",))


def _clock_of(
    item: models.Model, *, title: str | Promise, organisation: Organisation, start_on: datetime.date, **values: Any
) -> Deadline:
    """A running clock that its organisation holds, not stored yet; its title in the language of the papers."""
    with on_paper():
        kept_title = str(title)[:300]
    return Deadline(
        item_type=ContentType.objects.get_for_model(item),
        item_id=item.pk,
        title=kept_title,
        organisation=organisation,
        holder=organisation,
        start_on=start_on,
        held_since=start_on,
        **values,
    )
