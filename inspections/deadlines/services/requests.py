"""Asking for more time, for a clock to stand still or to run again, and the decision on it (domain.md §4.2, §4.12)."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inspections.calendars.rules import ExtensionRule, Unit
from inspections.deadlines.access import asking_right
from inspections.deadlines.models import ClockRequest, Deadline, DeadlineChange
from inspections.deadlines.services.clocks import extend_clock, resume_clock, suspend_clock
from inspections.documents.services import attach
from inspections.organisations.models import User
from inspections.organisations.text import clean
from permissions import audit, authors, policy
from permissions.verdicts import Allowed, Denied, NotNow, Refused

What = ClockRequest.What
DECIDE = "decide_extension"
# the deed by which each is recorded
ASKED = {What.EXTENSION: "ask_extension", What.SUSPENSION: "ask_suspension", What.RESUMPTION: "ask_resumption"}
DECIDED = {
    What.EXTENSION: "decide_extension",
    What.SUSPENSION: "decide_suspension",
    What.RESUMPTION: "decide_resumption",
}


def rule_of(clock: Deadline) -> ExtensionRule:
    """How much longer the clock may become: as its rule says; a day that a notice or plan set has no bound, since who
    set it decides (domain.md §4.2)."""
    rule = clock.rule
    if rule is None:
        return ExtensionRule()
    return ExtensionRule(rule.amount, rule.extension_part, rule.extension_amount, rule.extension_count)


def unit_of(clock: Deadline) -> str:
    """The unit in which the clock is lengthened: that of its limit, else calendar days."""
    return clock.rule.unit if clock.rule is not None else Unit.CALENDAR.value


def granted_amounts(clock: Deadline) -> list[int]:
    """What was granted to the clock so far, in the unit of its limit; an extension to a day counts as all of it."""
    maximum = rule_of(clock).maximum or 0
    changes = clock.changes.filter(kind=DeadlineChange.Kind.EXTENSION).order_by("pk")
    return [maximum if one.amount is None else one.amount for one in changes]


def time_left_to_give(clock: Deadline) -> int | None:
    """How much more the clock may be given; None when nothing bounds it."""
    return rule_of(clock).left(granted_amounts(clock))


def may_ask(user: User, clock: Deadline, now: datetime.datetime | None = None) -> "Allowed | Denied":
    """Whether the user may ask about the clock: whoever may do what is owed."""
    right = asking_right(clock)
    if right is None:
        return Denied(_("This time limit is not moved on request."))
    return policy.may(user, right[0], right[1], now)


def what_may_be_asked(clock: Deadline, today: datetime.date) -> list[str]:
    """What can be asked for about the clock as it stands on the day: nothing when it is over, no more time when it is
    late."""
    if clock.state == Deadline.State.SUSPENDED:
        return [What.RESUMPTION]
    if clock.state != Deadline.State.RUNNING:
        return []
    can_be_extended = today <= clock.due_on and time_left_to_give(clock) != 0
    found: list[str] = [What.EXTENSION] if can_be_extended else []
    if clock.rule is None or clock.rule.may_be_suspended:
        found.append(What.SUSPENSION)
    return found


def ask(
    *,
    acting_user: User,
    clock: Deadline,
    what: str,
    reason: str,
    now: datetime.datetime,
    amount: int | None = None,
    files: Iterable[Any] = (),
) -> ClockRequest:
    """Whoever owes asks; the clock runs on until it is decided. amount: in the unit of the limit, for an extension.

    Raises Refused, NotNow (over, with others, another request waits, the extension comes too late), ValidationError
    (too much or too often, by the rule; no reason)."""
    with transaction.atomic():
        chain = _chain(clock)
        clock = _locked(clock)
        allowed = _require_asker(acting_user, clock, now)
        _check_moment(clock, what)
        if clock.requests.filter(state=ClockRequest.State.ASKED).exists():
            raise NotNow(_("Another request about this time limit is waiting for its decision."))
        if what == What.EXTENSION:
            _check_amount(clock, amount)
            if clock.due_on < timezone.localdate(now):
                raise NotNow(
                    _("The time limit ended on %(day)s; what is late is not extended. Hand it in, and say why.")
                    % {"day": clock.due_on.strftime("%d/%m/%Y")}
                )
        if not reason.strip():
            raise ValidationError({"reason": _("Say why.")})
        request = ClockRequest.objects.create(
            deadline=clock,
            what=what,
            amount=amount if what == What.EXTENSION else None,
            unit=unit_of(clock) if what == What.EXTENSION else "",
            reason=clean(reason),
            asked_by=acting_user,
            asked_at=now,
        )
        attach(files, item=request, acting_user=acting_user, now=now)
        new = {"due_on": clock.due_on} | ({"amount": amount, "unit": request.unit} if amount else {})
        audit.record(allowed, about=request, chain=chain, now=now, verb=ASKED[What(what)], new=new, reason=reason)
        return request


def decide(
    *,
    acting_user: User,
    request: ClockRequest,
    approves: bool,
    paper: str,
    answer: str,
    now: datetime.datetime,
) -> ClockRequest:
    """The body that the rule names approves or refuses, never who asked. paper: the number of the decision.

    Raises Refused, NotNow (decided, the clock is over), ValidationError (the rule since; no paper; refused without a
    reason)."""
    with transaction.atomic():
        chain = _chain(request.deadline)
        clock = _locked(request.deadline)
        request = ClockRequest.objects.select_for_update().get(pk=request.pk)
        allowed = authors.require_other(policy.require(acting_user, DECIDE, request, now), request, now)
        if request.state == ClockRequest.State.LAPSED:
            raise NotNow(request.answer)
        if request.state != ClockRequest.State.ASKED:
            raise NotNow(_("This request was decided already."))
        if not approves and not answer.strip():
            raise ValidationError({"answer": _("Say why it is refused.")})
        old = clock.due_on
        if approves:
            _check_moment(clock, request.what, field="approves")
            if request.what == What.EXTENSION:
                _check_amount(clock, request.amount, field="approves")
            if not paper.strip():
                raise ValidationError({"paper": _("Enter the number of the decision.")})
            _carry_out(clock, request, clean(paper), acting_user, now)
        request.state = ClockRequest.State.APPROVED if approves else ClockRequest.State.REFUSED
        request.decided_by, request.decided_at = acting_user, now
        request.paper, request.answer = clean(paper), clean(answer)
        request.save()
        audit.record(
            allowed,
            about=request,
            chain=chain,
            now=now,
            verb=DECIDED[What(request.what)],
            old={"due_on": old, "state": "asked"},
            new={"due_on": clock.due_on, "state": request.state, "paper": request.paper},
            reason=request.answer or request.reason,
        )
        return request


def _carry_out(clock: Deadline, request: ClockRequest, paper: str, decided_by: User, now: datetime.datetime) -> None:
    given: dict[str, Any] = {"reason": request.reason, "paper": paper, "decided_by": decided_by, "now": now}
    if request.what == What.EXTENSION:
        assert request.amount is not None
        extend_clock(clock, request.amount, request.unit, **given)
    elif request.what == What.SUSPENSION:
        suspend_clock(clock, on=timezone.localdate(now), **given)
    else:
        resume_clock(clock, on=timezone.localdate(now), **given)


def _chain(clock: Deadline) -> Any:
    """The case in whose chain it is recorded, or who owes; held before the clock, as every verb of either does."""
    if clock.case_id is not None:
        return policy.case_of_id(clock.case_id, lock=True)
    audit.hold_chains_of([clock.organisation.pk])
    return clock.organisation


def _locked(clock: Deadline) -> Deadline:
    return Deadline.objects.select_for_update(of=("self",)).select_related("rule", "organisation").get(pk=clock.pk)


def _require_asker(acting_user: User, clock: Deadline, now: datetime.datetime) -> Allowed:
    right = asking_right(clock)
    if right is None:
        raise Refused(Denied(_("This time limit is not moved on request.")))
    return policy.require(acting_user, right[0], right[1], now)


def _check_moment(clock: Deadline, what: str, field: str = "") -> None:
    problem = ""
    if clock.state in (Deadline.State.MET, Deadline.State.CANCELLED):
        problem = _("What was owed is over, so nothing is left to decide about its time limit.")
    elif clock.state == Deadline.State.WAITING:
        problem = _("Others hold the matter now, so its clock stands still anyway.")
    elif (what == What.RESUMPTION) != (clock.state == Deadline.State.SUSPENDED):
        problem = _("The clock stands still already.") if what != What.RESUMPTION else _("The clock runs already.")
    elif what == What.SUSPENSION and clock.rule is not None and not clock.rule.may_be_suspended:
        problem = _("The rule does not let this time limit be suspended: %(rule)s.") % {
            "rule": clock.rule.legal_basis or clock.rule
        }
    if problem and field:
        raise ValidationError({field: problem})
    if problem:
        raise NotNow(problem)


def _check_amount(clock: Deadline, amount: int | None, field: str = "amount") -> None:
    if amount is None or amount < 1:
        raise ValidationError({field: _("Say how many days more are asked for, at least 1.")})
    rule, given = rule_of(clock), granted_amounts(clock)
    basis = (clock.rule.legal_basis or str(clock.rule)) if clock.rule is not None else ""
    if rule.count is not None and len(given) >= rule.count:
        text = ngettext(
            "By the rule it is extended %(n)d time at most, and it was: %(rule)s.",
            "By the rule it is extended %(n)d times at most, and it was: %(rule)s.",
            rule.count,
        )
        raise ValidationError({field: text % {"n": rule.count, "rule": basis}})
    left = rule.left(given)
    if left is not None and amount > left:
        text = _("By the rule at most %(left)s more may be given, %(amount)s is too much: %(rule)s.")
        raise ValidationError({field: text % {"left": left, "amount": amount, "rule": basis}})
