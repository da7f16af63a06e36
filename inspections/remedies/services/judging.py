"""The verbs of who judges a plan or a report, line by line; his silence, where the rule counts it as consent."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import Duty, OnSilence
from inspections.deadlines.queries import running_clock
from inspections.organisations.models import User
from inspections.remedies.clocks import ask_next_quarter, judged
from inspections.remedies.models import Correction, RemedyAction, RemedyVerdict
from inspections.remedies.services.corrections import Line, State, begin
from inspections.remedies.services.looks import await_look
from permissions import audit
from permissions.verdicts import NotNow


@dataclass(frozen=True)
class VerdictGiven:
    """The judge's word on one line."""

    action: RemedyAction
    accepts: bool
    reason: str = ""


@dataclass(frozen=True)
class _Step:
    """What one judges: duty, and where correction and lines stand before, when it is good, and when it is not."""

    duty: Duty
    before: tuple[State, Line]
    good: tuple[State, Line]
    bad: tuple[State, Line]


_STEPS = {
    RemedyVerdict.On.PLAN: _Step(
        Duty.JUDGE_PLAN,
        before=(State.PLAN_SUBMITTED, Line.SUBMITTED),
        good=(State.CARRYING_OUT, Line.ACCEPTED),
        bad=(State.PLANNING, Line.RETURNED),
    ),
    RemedyVerdict.On.REPORT: _Step(
        Duty.JUDGE_REPORT,
        before=(State.REPORTED, Line.REPORTED),
        good=(State.ACCEPTED, Line.DONE),
        bad=(State.CARRYING_OUT, Line.ACCEPTED),
    ),
}


def judge_plan(
    *, acting_user: User, correction: Correction, verdicts: list[VerdictGiven], now: datetime.datetime
) -> Correction:
    """The monitor agrees to or returns each line; one line returned returns the plan.

    Errors are keyed `verdict_<line id>` and `reason_<line id>`. Raises Refused, NotNow, ValidationError."""
    return _judge(correction, verdicts, RemedyVerdict.On.PLAN, acting_user=acting_user, now=now)


def judge_report(
    *,
    acting_user: User,
    correction: Correction,
    verdicts: list[VerdictGiven],
    now: datetime.datetime,
    is_last: bool = False,
) -> Correction:
    """The monitor accepts or returns each reported line; a returned line reopens. All done: the correction is accepted.

    A standing demand is asked about again the next quarter, unless this report is the last (`is_last`).
    Errors are keyed as in `judge_plan`. Raises Refused, NotNow, ValidationError."""
    return _judge(correction, verdicts, RemedyVerdict.On.REPORT, acting_user=acting_user, now=now, is_last=is_last)


def accept_in_silence(*, program: User, correction: Correction, now: datetime.datetime) -> Correction:
    """What was handed in counts as accepted: the monitor let his own limit pass, and its rule says so (domain.md §4.2).

    program: in whose name the record says so. Raises NotNow when nothing lies with the monitor, or his time still runs,
    or the rule says otherwise."""
    on = next((on for on, step in _STEPS.items() if step.before[0] == correction.state), None)
    if on is None:
        raise NotNow(_("Nothing of this correction waits for the monitor."))
    clock = running_clock(correction, _STEPS[on].duty)
    consents = clock is not None and clock.rule is not None and clock.rule.on_silence == OnSilence.ACCEPTED
    if clock is None or not consents or clock.due_on >= timezone.localdate(now):
        raise NotNow(_("The limit for judging has not passed, or its rule does not say that silence is consent."))
    waiting = correction.actions.filter(state=_STEPS[on].before[1])
    verdicts = [VerdictGiven(action, accepts=True) for action in waiting]
    return _judge(correction, verdicts, on, acting_user=program, now=now, in_silence=True)


def _judge(
    correction: Correction,
    verdicts: list[VerdictGiven],
    on: RemedyVerdict.On,
    *,
    acting_user: User,
    now: datetime.datetime,
    is_last: bool = False,
    in_silence: bool = False,
) -> Correction:
    step = _STEPS[on]
    with transaction.atomic():
        correction, case, allowed = begin(
            correction,
            acting_user=acting_user,
            judges=True,
            states=[step.before[0]],
            now=now,
            verb="accept_in_silence" if in_silence else "",
            in_silence=in_silence,
        )
        waiting = {action.pk: action for action in correction.actions.filter(state=step.before[1])}
        _check_verdicts(verdicts, waiting)
        for verdict in verdicts:
            action = waiting[verdict.action.pk]
            RemedyVerdict.objects.create(
                action=action,
                on=on,
                accepts=verdict.accepts,
                reason=verdict.reason.strip(),
                given_by=acting_user,
                given_at=now,
            )
            action.state = step.good[1] if verdict.accepts else step.bad[1]
            action.save(update_fields=["state"])
        is_good = all_accepted = all(verdict.accepts for verdict in verdicts)
        if on == RemedyVerdict.On.REPORT:
            is_good = not correction.actions.exclude(state__in=[Line.DONE, Line.DRAFT]).exists()
        is_asked_again = is_good and step.good[0] == State.ACCEPTED and correction.is_standing and not is_last
        correction.state = step.good[0] if is_good and not is_asked_again else step.bad[0]
        correction.times_returned += not all_accepted
        if correction.state == State.ACCEPTED:
            correction.accepted_at = now
        correction.save()
        reasons = "\n".join(one.reason for one in verdicts if one.reason.strip())
        if is_asked_again:
            correction.actions.filter(state=Line.DONE).update(state=Line.ACCEPTED)
            ask_next_quarter(correction, step.duty, now)
        else:
            judged(correction, step.duty, returned=not all_accepted, reason=reasons, judge=acting_user, now=now)
        if correction.state == State.ACCEPTED:
            await_look(correction, case, now)
        audit.record(
            allowed,
            about=correction,
            chain=case,
            now=now,
            verb=allowed.verb if in_silence else step.duty.value,
            new={f"line {waiting[one.action.pk].position}": one.accepts for one in verdicts},
            reason=reasons,
        )
        return correction


def _check_verdicts(verdicts: list[VerdictGiven], waiting: dict[int, RemedyAction]) -> None:
    problems = {
        f"verdict_{pk}": _("Accept or return this line.")
        for pk in set(waiting) - {verdict.action.pk for verdict in verdicts}
    }
    for verdict in verdicts:
        if verdict.action.pk not in waiting:
            raise ValidationError(_("This line is not waiting for you."))
        if not verdict.accepts and not verdict.reason.strip():
            problems[f"reason_{verdict.action.pk}"] = _("Say what is missing, so that it can be mended.")
    if problems:
        raise ValidationError(problems)
