"""The clocks of a correction: that of who must correct, and that of the monitor, of which one runs at a time
(architecture.md §7). All are parts of verbs, which hold the lock of the case and write the audit.
"""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import Duty, StartEvent
from inspections.calendars.queries import rules_for
from inspections.calendars.rules import Words, days_after, quarter_end
from inspections.cases.models import Case
from inspections.deadlines.queries import running_clock
from inspections.deadlines.services import hand_back, hand_over, meet_clock, start_clock
from inspections.organisations.models import User
from inspections.organisations.text import on_paper
from inspections.remedies.models import CORRECT, REPORT_QUARTER, Correction


def start_correcting(
    correction: Correction,
    day: datetime.date,
    words: Words,
    start_on: datetime.date,
    now: datetime.datetime,
    *,
    due_text: str = "",
) -> None:
    """Who must correct owes it by the day that the notice sets, or a second look, in its words; due_text: as a running
    book writes them."""
    with on_paper():
        written = _("before %(day)s") if words is Words.BEFORE else _("%(day)s at the latest")
    due_text = due_text or written % {"day": day.strftime("%d/%m/%Y")}
    _start(correction, CORRECT, start_on, day, words, due_text, now)


def start_quarter(correction: Correction, day: datetime.date, *, due_text: str = "", now: datetime.datetime) -> None:
    """Who must meet a demand at all times is asked about it: up to `day`, the last of a quarter."""
    _start(correction, REPORT_QUARTER, timezone.localdate(now), day, Words.AT_LATEST, due_text, now)


def _start(
    correction: Correction,
    duty: str,
    start_on: datetime.date,
    day: datetime.date,
    words: Words,
    due_text: str,
    now: datetime.datetime,
) -> None:
    demand, case = correction.demand, correction.demand.notice.case
    severity = demand.findings.order_by("-severity__rank").values_list("severity__code", flat=True).first()
    start_clock(
        item=correction,
        duty=duty,
        title=demand.text,
        organisation=correction.organisation,
        watcher=case.organisation,
        case_id=case.pk,
        start_on=start_on,
        day=day,
        words=words,
        due_text=due_text[:100],
        kind=case.kind.code,
        severity=severity or "",
        now=now,
    )


def hand_in(correction: Correction, case: Case, duty: Duty, now: datetime.datetime) -> None:
    """Plan or report lies with the body that concluded: the clock of who must correct stops, the monitor's starts.

    The monitor has all the time that his rule gives from that day, however late in the other's time it is; where no
    limit is known his days are counted all the same (domain.md §4.2)."""
    body, today = case.organisation, timezone.localdate(now)
    hand_over(correction, correction.duty, body, on=today, now=now)
    rules = rules_for(steps=[duty], kind=case.kind.code, level=body.type.level, organisation=body, on=today)
    rule = rules.get(duty)
    if rule is None or rule.amount is None or rule.start_event != StartEvent.HANDED_IN:
        return
    start_clock(
        item=correction,
        duty=duty,
        title=duty.label,
        organisation=body,
        watcher=body.overseer,
        case_id=case.pk,
        start_on=today,
        rule=rule,
        kind=case.kind.code,
        now=now,
    )


def judged(
    correction: Correction, duty: str, *, returned: bool, reason: str, judge: User, now: datetime.datetime
) -> None:
    """The monitor has spoken: his clock is met. Accepted, the other's is met too, on the day of handing in; else it
    runs on with the time that was left."""
    today = timezone.localdate(now)
    meet_clock(correction, duty, today, now=now)
    if correction.state == Correction.State.ACCEPTED:
        meet_clock(correction, correction.duty, today, now=now)
        return
    hand_back(correction, correction.duty, on=today, reason=reason, decided_by=judge, now=now, is_return=returned)
    correction.refresh_from_db(fields=["due_on"])


def ask_next_quarter(correction: Correction, duty: str, now: datetime.datetime) -> None:
    """A standing demand was answered and the answer accepted: both clocks are met, and the next quarter's runs."""
    today = timezone.localdate(now)
    clock = running_clock(correction, REPORT_QUARTER)
    meet_clock(correction, duty, today, now=now)
    meet_clock(correction, REPORT_QUARTER, today, now=now)
    after = max(days_after(clock.due_on, 1), today) if clock is not None else today
    start_quarter(correction, quarter_end(after), due_text=clock.due_text if clock is not None else "", now=now)
