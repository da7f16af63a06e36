"""Reading clocks: the text that explains a date, and what remains."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inspections.calendars.models import StartEvent
from inspections.calendars.queries import calendar_for
from inspections.calendars.rules import Held, Words, WorkingCalendar, days_late, due_from_words
from inspections.deadlines.models import LIVE, ClockRequest, Deadline, DeadlineChange
from inspections.organisations.models import Organisation
from inspections.organisations.text import on_paper


@dataclass
class Explanation:
    """Why a date is what it is, in whole sentences, and what remains of it."""

    sentences: list[str] = field(default_factory=list)
    skipped: list[tuple[datetime.date, str]] = field(default_factory=list)
    days_late: int = 0
    working_days_left: int = 0
    calendar_days_left: int = 0


def running_clock(item: models.Model, duty: str) -> Deadline | None:
    """The running clock of a duty about a row."""
    kind = ContentType.objects.get_for_model(item)
    return Deadline.objects.filter(
        item_type=kind,
        item_id=item.pk,
        duty=duty,
        state__in=LIVE,
    ).first()


def passed_in_silence(what: str, today: datetime.date) -> models.QuerySet[Deadline]:
    """The running clocks that passed before today, and of whose silence the rule says `what` (domain.md §4.2)."""
    return Deadline.objects.filter(state=Deadline.State.RUNNING, due_on__lt=today, rule__on_silence=what)


def earlier_clocks(deadline: Deadline) -> models.QuerySet[Deadline]:
    """The clocks of the same duty about the same row that were started before, newest first."""
    same = Deadline.objects.filter(item_type_id=deadline.item_type_id, item_id=deadline.item_id, duty=deadline.duty)
    return same.filter(pk__lt=deadline.pk).select_related("organisation").order_by("-pk")


def _written(day: str | datetime.date) -> str:
    value = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    return value.strftime("%d/%m/%Y")


def explain(deadline: Deadline, today: datetime.date, days: WorkingCalendar | None = None) -> Explanation:
    """The explanation of a deadline as of a day. Two queries, for the calendar, when it is not given, and for what
    moved it."""
    days = days or calendar_for(deadline.organisation)
    return Explanation(
        sentences=sentences_of(deadline),
        skipped=_skipped(deadline),
        days_late=days_late(deadline.due_on, deadline.met_on or today),
        working_days_left=days.working_days_between(today, deadline.due_on),
        calendar_days_left=(deadline.due_on - today).days,
    )


def _skipped(deadline: Deadline) -> list[tuple[datetime.date, str]]:
    return [(datetime.date.fromisoformat(day), name) for day, name in deadline.explanation.get("skipped", [])]


def sentences_of(deadline: Deadline) -> list[str]:
    """Why the last day of a deadline is what it is: rule, start, what was skipped, what moved it. The same on its page,
    in exports and in the record. One query, for what moved it, unless that was read before."""
    facts: dict[str, Any] = deadline.explanation
    told: list[str] = []
    if "amount" in facts:
        told += _limit_sentences(facts, _skipped(deadline))
    elif "day" in facts:
        told.append(_words_sentence(facts.get("words", ""), facts["day"]))
    if facts.get("reason"):
        told.append(
            _("No limit is known for this; the day was set, because: %(why)s.") % {"why": facts["reason"].rstrip(". ")}
        )
    if "again" in facts:
        told.append(_again_sentence(facts["again"]))
    told += [_moved_sentence(change) for change in deadline.changes.all()]
    told.append(_("Last day in time: %(day)s.") % {"day": _written(deadline.due_on)})
    practical = facts.get("practical")
    if practical and practical != deadline.due_on.isoformat():
        told.append(
            _("That is a day of rest; the last working day before it is %(day)s.") % {"day": _written(practical)}
        )
    if deadline.is_provisional:
        told.append(_("The calendar of that year is provisional; the date may move."))
    return told


def why_told(deadline: Deadline | None) -> str:
    """The explanation as one text, for a cell of an export; empty where no clock runs."""
    return " ".join(sentences_of(deadline)) if deadline is not None else ""


def told_of_day(words: Words, day: datetime.date) -> str:
    """Why the last day in time is what it is, of a clock that is still to start on a day set in words."""
    with on_paper():
        last = _("Last day in time: %(day)s.") % {"day": _written(due_from_words(words, day))}
        return f"{_words_sentence(words.value, day)} {last}"


def _words_sentence(words: str, day: str | datetime.date) -> str:
    if words == Words.BEFORE:
        return _("Set as “before %(day)s”: that day itself is too late.") % {"day": _written(day)}
    return _("Set as “%(day)s at the latest”: that day is in time.") % {"day": _written(day)}


def _limit_sentences(facts: dict[str, Any], skipped: list[tuple[datetime.date, str]]) -> list[str]:
    told = [_limit_sentence(facts)]
    if skipped:
        names = ", ".join(f"{_written(day)} ({name})" for day, name in skipped)
        told.append(_("Days of rest skipped: %(days)s.") % {"days": names})
    if facts.get("rolled_from"):
        told.append(
            _("%(day)s is a day of rest, so the next working day counts.") % {"day": _written(facts["rolled_from"])}
        )
    if facts["legal_basis"]:
        told.append(_("Rule: %(basis)s.") % {"basis": facts["legal_basis"]})
    return told


def in_the_record(chain: models.Model, now: datetime.datetime) -> dict[str, Any]:
    """What an entry in the chain of a case says of its clocks that were started or moved by the deed, each with its
    explanation, and of the requests about them that lapsed with it. Nothing for other chains."""
    if chain._meta.model_name != "case":
        return {}
    rows = Deadline.objects.filter(case_id=chain.pk).filter(
        models.Q(started_at=now)
        | models.Exists(DeadlineChange.objects.filter(deadline=models.OuterRef("pk"), decided_at=now))
    )
    with on_paper():
        told = [
            " ".join([f"{row.title}:", *sentences_of(row)]) for row in rows.order_by("pk").prefetch_related("changes")
        ]
        lapsed = ClockRequest.objects.filter(state=ClockRequest.State.LAPSED, decided_at=now)
        lapsed = lapsed.filter(deadline__case_id=chain.pk)
        told += [f"{one}: {one.answer}" for one in lapsed.select_related("deadline").order_by("pk")]
    return {"time_limits": told} if told else {}


def _again_sentence(again: dict[str, str | None]) -> str:
    if not again["met_on"]:
        return _("This came back on %(day)s.") % {"day": _written(str(again["on"]))}
    days = {"met": _written(again["met_on"]), "day": _written(str(again["on"]))}
    return _("This was done on %(met)s and came back on %(day)s.") % days


def _moved_sentence(change: DeadlineChange) -> str:
    """What a change did, in a sentence."""
    values = {
        "old": _written(change.old_due_on),
        "new": _written(change.new_due_on),
        "paper": change.paper,
        "from": _written(change.held_from) if change.held_from else "",
        "to": _written(change.held_to) if change.held_to else "",
    }
    if change.kind == DeadlineChange.Kind.SUSPENSION:
        return _("Suspended on %(day)s by: %(paper)s.") % {
            "day": _written(timezone.localdate(change.decided_at)),
            "paper": change.paper or "—",
        }
    if change.kind == DeadlineChange.Kind.RETURN:
        return (
            _("From %(from)s to %(to)s others held it, which is not charged: moved from %(old)s to %(new)s.") % values
        )
    if change.kind == DeadlineChange.Kind.RESUMPTION:
        return _("From %(from)s to %(to)s it stood still: moved from %(old)s to %(new)s.") % values
    if change.amount is not None:
        much = _much(change.amount, change.unit)
        return _("Extended by %(much)s by: %(paper)s: moved from %(old)s to %(new)s.") % {**values, "much": much}
    if change.paper:
        return _("Moved from %(old)s to %(new)s by: %(paper)s.") % values
    return _("Moved from %(old)s to %(new)s.") % values


def _event(event: str) -> str:
    """A start event in words; a clock of an installation from before they were data keeps the words it had."""
    return str(StartEvent(event).label) if event in StartEvent.values else event


def _much(amount: int, unit: str) -> str:
    """So much of a unit, in words."""
    units = {
        "working": ngettext("%(n)d working day", "%(n)d working days", amount),
        "calendar": ngettext("%(n)d calendar day", "%(n)d calendar days", amount),
        "month": ngettext("%(n)d month", "%(n)d months", amount),
        "year": ngettext("%(n)d year", "%(n)d years", amount),
    }
    return units[unit] % {"n": amount}


def _limit_sentence(facts: dict[str, Any]) -> str:
    values = {
        "much": _much(facts["amount"], facts["unit"]),
        "event": _event(facts["start_event"]),
        "day": _written(facts["start_on"]),
    }
    if facts["counts_start_day"]:
        return _("%(much)s from %(event)s on %(day)s, that day included.") % values
    return _("%(much)s after %(event)s on %(day)s; the day after is the first.") % values


@dataclass(frozen=True)
class Holding:
    """A stretch during which one organisation held a matter. days, late: calendar days; since is not counted."""

    holder: Organisation
    since: datetime.date
    until: datetime.date | None
    days: int
    late: int


def holdings(deadline: Deadline, today: datetime.date) -> list[Holding]:
    """Who held the matter from when to when, the first first; neighbours of one holder are told as one. One query.

    The days of all are the time that passed since the start, up to the day or to the end of the clock. Late are those
    after the due day while who owes held it: what others hold is not charged to him (architecture.md §7)."""
    told: list[Holding] = []
    for span in deadline.spans.select_related("holder").order_by("pk"):
        last = span.last_on if span.last_on is not None else max(today, span.first_on)
        due_on = span.due_on if span.state == Deadline.State.RUNNING else None
        held = Held(span.holder_id, span.first_on, last, due_on)
        one = Holding(span.holder, span.first_on, span.last_on, held.days, held.late)
        if told and told[-1].holder == one.holder:
            before = told.pop()
            one = Holding(one.holder, before.since, one.until, before.days + one.days, before.late + one.late)
        told.append(one)
    return told
