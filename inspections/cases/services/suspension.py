"""A member is suspended from Party activity, and that ends: lifted, expired, or by discipline (domain.md §4.12)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import Duty
from inspections.calendars.queries import rules_for
from inspections.cases.access import people_barred
from inspections.cases.models import Case, CaseSubject, Suspension
from inspections.cases.services.common import begin, check_not_future, check_took_place, locked_case, require_text
from inspections.cases.services.impartial import require_impartial
from inspections.deadlines.queries import running_clock
from inspections.deadlines.services import meet_clock, start_clock
from inspections.organisations.models import Person, User
from inspections.organisations.text import clean, on_paper
from permissions import audit, policy
from permissions.verdicts import Allowed, Denied, NotNow, Refused

VERB = "suspend_member"
End = Suspension.End
Stage = Case.Stage
# the member is told of the case, and it has not ended
STAGES = tuple(stage for stage in Stage if stage not in (*Case.ENDED, Stage.PROPOSED, Stage.ORDERED, Stage.PREPARED))


def suspend_member(
    *,
    acting_user: User,
    case: Case,
    subject: CaseSubject,
    number: str,
    signed_on: datetime.date,
    reason: str,
    now: datetime.datetime,
) -> Suspension:
    """The body of the case suspends a member whom it is about; his time runs from the day of the decision.

    Raises Refused, NotNow (the case is not announced, or over; no time limit is known), ValidationError."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb=VERB, stages=STAGES, now=now)
        _require_unbarred(case, allowed, now)
        today = timezone.localdate(now)
        if subject.case_id != case.pk or subject.person is None:
            raise ValidationError({"subject": _("Choose a member whom the case is about.")})
        # two bodies may suspend one member at once, each in a case of its own
        Person.objects.select_for_update(no_key=True).get(pk=subject.person.pk)
        if Suspension.objects.filter(subject__person=subject.person_id, ended_at__isnull=True).exists():
            raise ValidationError({"subject": _("%(person)s is suspended already.") % {"person": subject.person}})
        paper = require_text("number", number)
        check_took_place(case, "signed_on", signed_on, today)
        text = require_text("reason", reason)
        body = case.organisation
        rules = rules_for(
            steps=[Duty.SUSPENSION], kind=case.kind.code, level=body.type.level, organisation=body, on=signed_on
        )
        rule = rules.get(Duty.SUSPENSION)
        if rule is None or rule.amount is None:
            raise NotNow(_("No time limit of a suspension is known. Ask the administrator to add it."))
        suspension = Suspension.objects.create(
            subject=subject,
            number=clean(paper),
            signed_on=signed_on,
            reason=clean(text),
            decided_by=acting_user,
            decided_at=now,
        )
        with on_paper():
            title = _("Suspension of %(member)s from Party activity") % {"member": subject.person.full_name}
        clock = start_clock(
            item=suspension,
            duty=Duty.SUSPENSION,
            title=title,
            organisation=body,
            watcher=body,
            start_on=signed_on,
            rule=rule,
            case_id=case.pk,
            kind=case.kind.code,
            now=now,
        )
        audit.record(
            allowed,
            about=suspension,
            chain=case,
            now=now,
            new={"number": suspension.number, "signed_on": signed_on, "due_on": clock.due_on},
            reason=text,
        )
        return suspension


def end_suspension(
    *,
    acting_user: User,
    suspension: Suspension,
    end: str,
    ended_on: datetime.date,
    paper: str,
    reason: str,
    now: datetime.datetime,
) -> Suspension:
    """The body lifts the suspension, or records that it expired or ended with discipline; also after the case ended.

    paper: the decision by which it ended, not asked for where the time ran out. Raises Refused, NotNow (it has ended),
    ValidationError."""
    with transaction.atomic():
        case = locked_case(suspension.case.pk)
        suspension = Suspension.objects.select_related("subject").get(pk=suspension.pk)
        allowed = policy.require(acting_user, VERB, suspension, now)
        require_impartial(case, allowed, now)
        _require_unbarred(case, allowed, now)
        if suspension.ended_on is not None:
            raise NotNow(
                _("This suspension ended on %(day)s already.") % {"day": suspension.ended_on.strftime("%d/%m/%Y")}
            )
        _check_end(suspension, end, ended_on, paper, reason, timezone.localdate(now))
        suspension.end, suspension.ended_on = end, ended_on
        suspension.end_paper, suspension.end_reason = clean(paper), clean(reason)
        suspension.ended_by, suspension.ended_at = acting_user, now
        suspension.save()
        meet_clock(suspension, Duty.SUSPENSION, ended_on, now=now)
        audit.record(
            allowed,
            about=suspension,
            chain=case,
            now=now,
            verb="end_suspension",
            new={"end": end, "ended_on": ended_on, "paper": suspension.end_paper},
            reason=suspension.end_reason,
        )
        return suspension


def _check_end(
    suspension: Suspension, end: str, ended_on: datetime.date, paper: str, reason: str, today: datetime.date
) -> None:
    check_not_future("ended_on", ended_on, today)
    if ended_on < suspension.signed_on:
        raise ValidationError({"ended_on": _("This is before the suspension was decided.")})
    if end not in End.values:
        raise ValidationError({"end": _("Say how it ended.")})
    clock = running_clock(suspension, Duty.SUSPENSION)
    if end == End.EXPIRED and clock is not None and ended_on < clock.due_on:
        text = _("Its time runs until %(day)s. If it ends before, it is lifted, by a decision.")
        raise ValidationError({"ended_on": text % {"day": clock.due_on.strftime("%d/%m/%Y")}})
    if end != End.EXPIRED:
        require_text("paper", paper)
    if end == End.LIFTED:
        require_text("reason", reason)


def _require_unbarred(case: Case, allowed: Allowed, now: datetime.datetime) -> None:
    """Nobody decides in the name of one who withdrew from the case or whom it is about."""
    if allowed.delegation is None:
        return
    holder = allowed.delegation.office.person
    if people_barred(case.pk, timezone.localdate(now)).filter(pk=holder.pk).exists():
        reason = _("%(person)s, for whom you deputise, takes no part in this case, so another has to do this.")
        raise Refused(Denied(reason % {"person": holder}))
