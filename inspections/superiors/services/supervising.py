"""What a remark becomes: a reminder, a report asked for, a regular supervision or the proposal of one; also
once it was answered, since an answer is not yet the deed."""

import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.standing import hold_calendar
from inspections.deadlines.models import Deadline
from inspections.organisations.models import User
from inspections.organisations.services import check_not_ended, held_in_place
from inspections.reminders.models import Reminder
from inspections.reminders.services.by_hand import checked_note, send_reminders
from inspections.reports.models import AskedReport
from inspections.reports.services.asking import ask_about, check_request
from inspections.striking import strike
from inspections.superiors.access import VISIT, require_act_on, require_supervise
from inspections.superiors.models import (
    ANSWER_REMARK,
    ProposedSupervision,
    RegularSupervision,
    Remark,
    SupervisionOutcome,
    SupervisionTopic,
)
from inspections.superiors.services.remarks import body_of, locked_remark
from permissions import audit
from permissions.verdicts import NotNow


def remind_cell(*, acting_user: User, remark: Remark, note: str, now: datetime.datetime) -> Reminder:
    """Reminds the cell of the remark, with a note, once a day; a remark that was answered too. By who may remind, or
    who follows the cell. Raises Refused, NotNow (reminded today, the cell has ended), ValidationError (the note)."""
    with transaction.atomic():
        cell, remark = locked_remark(remark)
        allowed = require_act_on(acting_user, "remind", remark, now)
        check_not_ended(cell, timezone.localdate(now))
        text = checked_note(note)
        if remark.answered_at is not None and not text:
            raise ValidationError({"note": _("The remark was answered: say what the cell is reminded of.")})
        made = send_reminders([_clock_of(remark)], text, acting_user, now)
        if not made:
            raise NotNow(_("Somebody reminded of this today already; remind again tomorrow."))
        audit.record(allowed, about=remark, chain=cell, now=now, verb="remind", reason=text)
        return made[0]


def ask_cell(
    *, acting_user: User, remark: Remark, words: str, due_on: datetime.date, now: datetime.datetime
) -> AskedReport:
    """Asks the cell for a report about the remark by the day; of one that was answered too. By who may ask, or who
    follows the cell. Raises Refused, NotNow (asked the same, the cell has ended), ValidationError (no words, past)."""
    with transaction.atomic():
        hold_calendar()  # before any organisation, as a change of the calendar does
        cell, remark = locked_remark(remark)
        allowed = require_act_on(acting_user, "ask_report", remark, now)
        today = timezone.localdate(now)
        check_not_ended(cell, today)
        check_request(words, due_on, today)
        made = ask_about([_clock_of(remark)], [allowed], words, due_on, now)
        if not made:
            raise NotNow(_("You asked for this report already, and it is not given yet."))
        new = {"due_on": due_on.isoformat(), "report": made[0].pk}
        audit.record(allowed, about=remark, chain=cell, now=now, verb="ask_report", new=new, reason=made[0].words)
        return made[0]


def propose_supervision(*, acting_user: User, remark: Remark, why: str, now: datetime.datetime) -> ProposedSupervision:
    """Who left or may leave the remark proposes to open a regular supervision: it waits on the list of whoever may.

    Raises Refused, NotNow (it opened one, one is proposed, the cell has ended), ValidationError (no words)."""
    with transaction.atomic():
        cell, remark = locked_remark(remark)
        allowed = require_act_on(acting_user, VISIT, remark, now)
        check_not_ended(cell, timezone.localdate(now))
        _check_none(remark)
        if remark.proposals.filter(decided_at__isnull=True).exists():
            raise NotNow(_("A regular supervision is proposed by this remark already, and not decided yet."))
        if not why.strip():
            raise ValidationError({"why": _("Say why a supervision is proposed.")})
        made = ProposedSupervision.objects.create(
            remark=remark, body=body_of(allowed, cell), why=why.strip(), proposed_by=acting_user, proposed_at=now
        )
        new = {"why": made.why, "body": str(made.body)}
        audit.record(allowed, about=remark, chain=cell, now=now, verb="propose_supervision", new=new)
        return made


def decline_supervision(
    *, acting_user: User, proposal: ProposedSupervision, reason: str, now: datetime.datetime
) -> ProposedSupervision:
    """Declines what was proposed, with a reason that who proposed it reads. Raises Refused, NotNow (decided before),
    ValidationError (no reason)."""
    with transaction.atomic():
        cell, remark = locked_remark(proposal.remark)
        allowed = require_supervise(acting_user, remark, now)
        proposal = ProposedSupervision.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        if proposal.decided_at is not None:
            raise NotNow(_("This proposal was decided on already; it stands on the page of the remark."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why no supervision is opened.")})
        proposal.decline_reason = reason.strip()
        proposal.decided_by, proposal.decided_at = acting_user, now
        proposal.save(update_fields=["decline_reason", "decided_by", "decided_at"])
        audit.record(
            allowed, about=remark, chain=cell, now=now, verb="decline_supervision", reason=proposal.decline_reason
        )
        return proposal


def supervise(
    *,
    acting_user: User,
    remark: Remark,
    topic: SupervisionTopic,
    outcome: SupervisionOutcome,
    sign: str,
    now: datetime.datetime,
    outcome_text: str = "",
) -> RegularSupervision:
    """Opens a regular supervision of the cell, of which the remark is the sign: no team, no decision, one topic. What
    was proposed by the remark is taken up by it.

    Raises Refused, NotNow (the remark opened one already, the cell has ended), ValidationError (topic, what follows, no
    words)."""
    with transaction.atomic():
        cell, remark = locked_remark(remark)
        allowed = require_supervise(acting_user, remark, now)
        check_not_ended(cell, timezone.localdate(now))
        _check_none(remark)
        if not topic.is_active:
            raise ValidationError({"topic": _("This topic is no longer chosen. Choose another.")})
        if not outcome.is_active:
            raise ValidationError({"outcome": _("This outcome is no longer chosen. Choose another.")})
        if not sign.strip():
            raise ValidationError({"sign": _("Say what the sign is.")})
        supervision = RegularSupervision.objects.create(
            remark=remark,
            organisation=cell,
            org_path=held_in_place(cell).path,
            body=body_of(allowed, cell),
            topic=topic,
            outcome=outcome,
            outcome_text=outcome_text.strip(),
            sign=sign.strip(),
            opened_by=acting_user,
            opened_at=now,
        )
        waiting = remark.proposals.filter(decided_at__isnull=True)
        taken_up = waiting.update(decided_by=acting_user, decided_at=now)
        new = {
            "topic": topic.name,
            "outcome": outcome.name,
            "outcome_text": supervision.outcome_text,
            "sign": supervision.sign,
            "remark": remark.pk,
            "was_proposed": bool(taken_up),
        }
        audit.record(allowed, about=supervision, chain=cell, now=now, new=new)
        return supervision


def strike_supervision(
    *, acting_user: User, supervision: RegularSupervision, reason: str, now: datetime.datetime
) -> RegularSupervision:
    """Strikes out a regular supervision that was opened by mistake: it stays readable, counts no more, and its remark
    may open another. By who may open one. Raises Refused, NotNow (struck before), ValidationError (no reason)."""
    with transaction.atomic():
        _cell, remark = locked_remark(supervision.remark)
        rows = RegularSupervision.objects.select_for_update(of=("self",)).select_related("organisation", "topic")
        supervision = rows.get(pk=supervision.pk)
        allowed = require_supervise(acting_user, remark, now)
        strike(supervision, acting_user, reason, now)
        audit.record(
            allowed,
            about=supervision,
            chain=supervision.organisation,
            now=now,
            verb="strike_supervision",
            old={"topic": supervision.topic.name, "sign": supervision.sign},
            reason=supervision.strike_reason,
        )
        return supervision


def _check_none(remark: Remark) -> None:
    if remark.supervisions.standing().exists():
        raise NotNow(_("This remark opened a regular supervision already."))


def _clock_of(remark: Remark) -> Deadline:
    """The latest clock of the answer, over or not, locked: what the cell is told hangs on it."""
    kind = ContentType.objects.get_for_model(Remark)
    rows = Deadline.objects.filter(item_type=kind, item_id=remark.pk, duty=ANSWER_REMARK)
    return rows.select_for_update(of=("self",)).select_related("organisation", "watcher").latest("pk")
