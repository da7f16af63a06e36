"""Ways out: stopped, converted, changed with approval, closed (domain.md §4.1, §4.15)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import Duty
from inspections.cases.models import Case, CaseKind, ChangeRequest
from inspections.cases.rules import dossier_gaps, is_examined_period_past
from inspections.cases.services.common import (
    acting_verb,
    begin,
    check_follows,
    check_not_future,
    move,
    require_text,
    write_paper,
)
from inspections.cases.services.impartial import require_impartial
from inspections.cases.services.opening import Proposal, propose_successor, subject_choices
from inspections.cases.services.people import check_team, team_of
from inspections.cases.services.plan import carry_out, team_of_proposal
from inspections.deadlines.services import cancel_clocks_of_case, meet_clock
from inspections.organisations.models import User
from permissions import audit, authors, policy
from permissions.verdicts import NotNow


def stop_case(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """The ordering body stops a case before its conclusion. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="stop_case", stages=Case.BEFORE_CONCLUSION, now=now)
        text = require_text("reason", reason)
        old = case.stage
        move(case, Case.Stage.STOPPED, now, ended_at=now, end_reason=text)
        cancel_clocks_of_case(case.pk, now=now)
        audit.record(
            allowed,
            about=case,
            chain=case,
            now=now,
            old={"stage": old},
            new={"stage": case.stage},
            reason=text,
        )
        return case


def convert_case(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """Ends a case because signs of violation appeared and proposes the successor; returns the successor.

    Subjects, period examined and team are taken over; another than the one who converts has to sign it.
    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(
            case, acting_user=acting_user, verb="convert_case", stages=Case.BEFORE_CONCLUSION, now=now
        )
        text = require_text("reason", reason)
        if case.kind.code == "KTDH":
            raise NotNow(_("This case is about signs of violation already."))
        old = case.stage
        move(case, Case.Stage.CONVERTED, now, ended_at=now, end_reason=text)
        cancel_clocks_of_case(case.pk, now=now)
        audit.record(
            allowed,
            about=case,
            chain=case,
            now=now,
            old={"stage": old},
            new={"stage": case.stage},
            reason=text,
        )
        today = timezone.localdate(now)
        return propose_successor(
            case,
            allowed=allowed,
            now=now,
            proposal=Proposal(
                organisation=case.organisation,
                kind=CaseKind.objects.get(code="KTDH"),
                content=case.content,
                subjects=subject_choices(case.subjects.select_related("organisation", "person")),
                examined_from=case.examined_from,
                examined_to=case.examined_to,
                starts_on=today,
                ends_on=max(today, case.ends_on),
                team=team_of(case),
                method=case.method,
                reason=text,
            ),
        )


def request_change(
    *, acting_user: User, case: Case, what: str, proposal: dict[str, Any], reason: str, now: datetime.datetime
) -> ChangeRequest:
    """The team asks to change team, content or time. The case goes on as it is until it is decided.

    proposal: team -> {"team": [[person id, part], …]}; content -> {"content", "examined_from", "examined_to"};
    duration -> {"ends_on"}; dates as ISO text. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(
            case, acting_user=acting_user, verb="request_change", stages=Case.BEFORE_CONCLUSION, now=now
        )
        if case.change_requests.filter(state=ChangeRequest.State.ASKED).exists():
            raise NotNow(_("Another change of this case is waiting for its decision."))
        _check_change(case, what, proposal, now)
        change = ChangeRequest.objects.create(
            case=case,
            what=what,
            proposal=proposal,
            reason=require_text("reason", reason),
            asked_by=acting_user,
            asked_at=now,
        )
        audit.record(allowed, about=change, chain=case, now=now, new={"what": what, **proposal}, reason=reason)
        return change


def _check_change(case: Case, what: str, proposal: dict[str, Any], now: datetime.datetime) -> None:
    if what == ChangeRequest.What.TEAM:
        subjects = case.subjects.select_related("organisation", "person")
        team = team_of_proposal(proposal)
        check_team(case.organisation, case.procedure.needs_team, subjects, team, timezone.localdate(now), case)
    elif what == ChangeRequest.What.CONTENT:
        require_text("content", proposal["content"])
        first, last = (datetime.date.fromisoformat(proposal[name]) for name in ("examined_from", "examined_to"))
        if last < first:
            raise ValidationError({"examined_to": _("The period examined ends before it begins.")})
        if not is_examined_period_past(last, timezone.localdate(now)):
            raise ValidationError(
                {"examined_to": _("The period examined lies in the future. Choose a last day up to today.")}
            )
    else:
        ends_on = datetime.date.fromisoformat(proposal["ends_on"])
        if ends_on < case.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})
        if ends_on < timezone.localdate(now):
            raise ValidationError({"ends_on": _("This day is past.")})


def decide_change(
    *, acting_user: User, change: ChangeRequest, approves: bool, answer: str, now: datetime.datetime
) -> ChangeRequest:
    """The ordering body approves or refuses a change, never the asker. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=change.case_id)
        change = ChangeRequest.objects.select_for_update().get(pk=change.pk)
        allowed = policy.require(acting_user, "decide_change", case, now)
        allowed = authors.require_other(allowed, change, now)
        require_impartial(case, allowed, now)
        if change.state != ChangeRequest.State.ASKED or case.stage not in Case.BEFORE_CONCLUSION:
            raise NotNow(_("This change was decided already, or the case has been concluded."))
        if not approves:
            require_text("answer", answer)
        change.state = ChangeRequest.State.APPROVED if approves else ChangeRequest.State.REFUSED
        change.decided_by, change.decided_at, change.answer = acting_user, now, answer.strip()
        change.save()
        old: dict[str, Any] = {}
        new = change.proposal
        if approves:
            _check_change(case, change.what, change.proposal, now)
            old, new = carry_out(case, change, now)
        audit.record(
            allowed,
            about=change,
            chain=case,
            now=now,
            old=old,
            new={"state": change.state, **new},
            reason=answer.strip() or (change.reason if approves else ""),
        )
        return change


def close_dossier(
    *,
    acting_user: User,
    case: Case,
    handed_over_on: datetime.date,
    handed_over_to: str,
    index: str,
    lessons: str,
    now: datetime.datetime,
) -> Case:
    """Closes and hands over the dossier; the corrections are watched on. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        verb = acting_verb(case, "close_dossier")
        case, allowed = begin(case, acting_user=acting_user, verb=verb, stages=[Case.Stage.NOTIFIED], now=now)
        today = timezone.localdate(now)
        check_not_future("handed_over_on", handed_over_on, today)
        announced = case.papers.filter(kind__code="notice_minutes").values_list("held_on", flat=True).last()
        check_follows("handed_over_on", handed_over_on, announced, _("the notice was announced"))
        have = set(case.papers.values_list("kind__code", flat=True))
        names_of = dict(case.procedure.dossier.values_list("code", "name"))
        missing = dossier_gaps(have, names_of)
        if missing:
            names = ", ".join(names_of[code] for code in missing)
            raise ValidationError({"index": _("The dossier still lacks: %(papers)s.") % {"papers": names}})
        write_paper(case, "dossier_index", acting_user=acting_user, now=now, body=index)
        body = f"{handed_over_to}\n\n{lessons}".strip()
        write_paper(case, "handover", acting_user=acting_user, now=now, body=body, held_on=handed_over_on)
        move(case, Case.Stage.CLOSED, now, ended_at=now)
        meet_clock(case, Duty.CLOSE_DOSSIER, today, now=now)
        audit.record(allowed, about=case, chain=case, now=now, verb="close_dossier", new={"stage": case.stage})
        return case
