"""Asking an organisation for a report about what it owes, and its answer: one question, one note."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.deadlines.models import Deadline
from inspections.deadlines.services import meet_clock, start_clock
from inspections.organisations.models import User
from inspections.organisations.text import clean
from inspections.reports.models import AskedReport
from permissions import audit, policy
from permissions.verdicts import Allowed, NotNow

DUTY = "report"


def ask_report(
    *, acting_user: User, deadlines: Iterable[Deadline], words: str, due_on: datetime.date, now: datetime.datetime
) -> list[AskedReport]:
    """Asks whoever owes each of the clocks for a report by the day: a duty of its own, with a clock of its own.

    All or none, but for those he asked the same of and has no answer to; recorded as when somebody is reminded.
    Raises Refused, NotNow (the clock is over, all was asked before), ValidationError (no words, a day that is past)."""
    with transaction.atomic():
        keys = [one.pk for one in deadlines]
        # before the clocks, as a succession does
        audit.hold_chains_of(policy.viewer_for(acting_user).organisation_ids("ask_report"))
        locked = list(
            Deadline.objects.select_for_update(of=("self",))
            .filter(pk__in=keys)
            .select_related("organisation")
            .order_by("pk")
        )
        if not locked:
            raise ValidationError({"deadlines": _("Choose at least one deadline.")})
        allowed = dict(zip(locked, policy.require_each(acting_user, "ask_report", locked, now), strict=True))
        over = [one for one in locked if one.closed_at is not None]
        if over:
            raise NotNow(_("This is done or cancelled by now: %(title)s.") % {"title": over[0].title})
        check_request(words, due_on, timezone.localdate(now))
        made = ask_about(locked, [allowed[one] for one in locked], words, due_on, now)
        if not made:
            raise NotNow(_("You asked for this report already, and it is not given yet."))
        done = [(allowed[one.about], one.pk) for one in made]
        audit.record_by_right(done, name="reports", now=now, new={"due_on": due_on.isoformat()}, reason=clean(words))
        return made


def check_request(words: str, due_on: datetime.date, today: datetime.date) -> None:
    """Raises ValidationError: no words, a day that is past."""
    if not clean(words):
        raise ValidationError({"words": _("Say what is to be reported.")})
    if due_on < today:
        raise ValidationError({"due_on": _("This day is past.")})


def ask_about(
    clocks: list[Deadline], rights: list[Allowed], words: str, due_on: datetime.date, now: datetime.datetime
) -> list[AskedReport]:
    """Asks for a report about each of the clocks, which the caller holds, by the right beside it; not where the same
    was asked by the same before and is not answered. Part of verbs."""
    askers = {one.user for one in rights}
    same = AskedReport.objects.filter(
        about__in=clocks, asked_by__in=askers, words=clean(words), due_on=due_on, answered_at__isnull=True
    )
    before = set(same.values_list("about_id", flat=True))
    pairs = zip(clocks, rights, strict=True)
    return [_ask(one, right, clean(words), due_on, now) for one, right in pairs if one.pk not in before]


def _ask(clock: Deadline, right: Allowed, words: str, due_on: datetime.date, now: datetime.datetime) -> AskedReport:
    asked = AskedReport.objects.create(
        organisation=clock.organisation,
        asked_for=right.office.organisation if right.office is not None else clock.organisation,
        about=clock,
        words=words,
        due_on=due_on,
        asked_by=right.user,
        asked_at=now,
    )
    start_clock(
        item=asked,
        duty=DUTY,
        title=str(asked),
        organisation=clock.organisation,
        watcher=asked.asked_for,
        start_on=timezone.localdate(now),
        day=due_on,
        now=now,
    )
    return asked


def answer_report(*, acting_user: User, asked: AskedReport, answer: str, now: datetime.datetime) -> AskedReport:
    """Answers with a note; the clock stops. Raises Refused, NotNow (answered before), ValidationError (no words)."""
    with transaction.atomic():
        audit.hold_chains_of([asked.organisation.pk])
        asked = AskedReport.objects.select_for_update().get(pk=asked.pk)
        allowed = policy.require(acting_user, "give_report", asked, now)
        if asked.answered_at is not None:
            raise NotNow(_("This report was given before; it stands on its page."))
        if not clean(answer):
            raise ValidationError({"answer": _("Write the report, or where it lies.")})
        asked.answer, asked.answered_by, asked.answered_at = clean(answer), acting_user, now
        asked.save(update_fields=["answer", "answered_by", "answered_at"])
        meet_clock(asked, DUTY, timezone.localdate(now), now=now)
        audit.record(
            allowed, about=asked, chain=asked.organisation, now=now, verb="give_report", new={"answer": asked.answer}
        )
        return asked
