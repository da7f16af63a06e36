"""The conclusion notice: drafted by the team, signed by the body, numbered, read-only (domain.md §5.1, §5.2, §8.1)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import Words, due_from_words
from inspections.cases.models import Case, CaseSubject
from inspections.cases.services.common import (
    begin,
    begin_for_team,
    move,
    require_text,
    write_paper,
)
from inspections.cases.services.people import add_participant
from inspections.deadlines.queries import told_of_day
from inspections.documents.services import issue
from inspections.findings.models import Demand, Finding, Notice, Strength
from inspections.findings.rules import DemandFacts, Problem, notice_problems
from inspections.findings.services.answers import unconsidered
from inspections.organisations.models import Office, Person, User
from inspections.organisations.models.people import in_force
from inspections.organisations.queries import answering, passings_of
from inspections.organisations.text import fold, on_paper
from permissions import audit, authors

Stage = Case.Stage


@dataclass(frozen=True)
class DemandGiven:
    """One demand as typed; what is missing is found when the notice is signed, not before."""

    text: str
    findings: list[Finding] = field(default_factory=list)
    assignee: CaseSubject | None = None
    monitor: Person | None = None
    due_words: str = Words.BEFORE.value
    due_day: datetime.date | None = None


def save_notice(
    *,
    acting_user: User,
    case: Case,
    strengths: list[str],
    demands: list[DemandGiven],
    carrying_out: str,
    recipients: str,
    now: datetime.datetime,
) -> Notice:
    """Saves the draft of the notice as it stands, complete or not. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "draft_notice", [Stage.CONCLUDED], now)
        notice, made = Notice.objects.select_for_update().get_or_create(
            case=case, defaults={"drafted_by": acting_user, "drafted_at": now}
        )
        old = {} if made else _facts(notice)
        notice.carrying_out, notice.recipients = carrying_out.strip(), recipients.strip()
        notice.drafted_by, notice.drafted_at = acting_user, now
        notice.save()
        notice.strengths.all().delete()
        Strength.objects.bulk_create(
            Strength(notice=notice, position=position, text=text.strip())
            for position, text in enumerate(strengths, start=1)
            if text.strip()
        )
        _write_demands(notice, demands)
        audit.record(allowed, about=notice, chain=case, now=now, verb="draft_notice", old=old, new=_facts(notice))
        return notice


def _write_demands(notice: Notice, demands: list[DemandGiven]) -> None:
    notice.demands.all().delete()
    for position, given in enumerate(demands, start=1):
        foreign = [finding for finding in given.findings if finding.case_id != notice.case_id]
        if foreign or (given.assignee is not None and given.assignee.case_id != notice.case_id):
            raise ValidationError(_("Choose shortcomings and subjects of this case."))
        demand = Demand.objects.create(
            notice=notice,
            position=position,
            text=require_text("demands", given.text),
            assignee=given.assignee,
            monitor=given.monitor,
            due_words=given.due_words,
            due_day=given.due_day,
        )
        demand.findings.set(given.findings)


def _facts(notice: Notice) -> dict[str, Any]:
    return {
        "strengths": [strength.text for strength in notice.strengths.all()],
        "demands": [
            {
                "text": demand.text,
                "findings": [finding.number for finding in demand.findings.all()],
                "assignee": str(demand.assignee or ""),
                "monitor": str(demand.monitor or ""),
                "due": [demand.due_words, demand.due_day],
            }
            for demand in notice.demands.select_related("assignee__organisation", "assignee__person", "monitor")
        ],
        "carrying_out": notice.carrying_out,
        "recipients": notice.recipients,
    }


def people_of_subjects(case: Case, today: datetime.date) -> set[int]:
    """Who cannot watch over the corrections: the members concerned, and office holders of subject organisations."""
    subjects = list(case.subjects.select_related("organisation"))
    organisations = [answering(one, one.organisation).pk for one in subjects if one.person_id is None]
    holders = Office.objects.filter(in_force(today), organisation_id__in=organisations)
    return {one.person_id for one in subjects if one.person_id} | set(holders.values_list("person_id", flat=True))


def stands_for_subject(person: Person, cases: Iterable[Case], today: datetime.date) -> set[int]:
    """Of the cases, the ids of those of whose subjects the person is one of `people_of_subjects`. A fixed number of
    queries, however many cases."""
    subjects = list(CaseSubject.objects.filter(case__in=[one.pk for one in cases]).select_related("organisation"))
    own = {one.case_id for one in subjects if one.person_id == person.pk}
    places = {one.pk: one.organisation_id for one in subjects if one.person_id is None}
    gone = [one for one in subjects if one.pk in places and one.organisation.ends_on is not None]
    if gone:
        places |= {one.item_id: one.part.successor_id for one in passings_of(*gone)}
    held = set(Office.objects.filter(in_force(today), person=person).values_list("organisation_id", flat=True))
    return own | {one.case_id for one in subjects if places.get(one.pk) in held}


def problems_of(case: Case, today: datetime.date) -> list[Problem]:
    """Every reason why the notice of the case cannot be published today."""
    notice = Notice.objects.filter(case=case).first()
    demands = notice.demands.select_related("monitor", "assignee").prefetch_related("findings") if notice else []
    subject_people = people_of_subjects(case, today)
    return notice_problems(
        grounds=set(case.papers.values_list("kind__code", flat=True)),
        finding_numbers=case.findings.standing().values_list("number", flat=True),
        demands=[
            DemandFacts(
                number=demand.position,
                finding_numbers=frozenset(finding.number for finding in demand.findings.all()),
                has_assignee=demand.assignee_id is not None,
                has_monitor=demand.monitor_id is not None,
                monitor_is_subject=demand.monitor_id in subject_people,
                monitor_has_log_in=demand.monitor is not None and demand.monitor.user_id is not None,
                has_date=demand.due_day is not None,
                date_is_past=demand.due_day is not None
                and due_from_words(Words(demand.due_words), demand.due_day) < today,
            )
            for demand in demands
        ],
        has_carrying_out=bool(notice and notice.carrying_out),
        unconsidered=sorted({answer.finding.number for answer in unconsidered(case)}),
    )


def submit_notice(*, acting_user: User, case: Case, now: datetime.datetime) -> Notice:
    """The team hands the draft to the body for signature, once nothing is missing.

    Raises Refused, NotNow, ValidationError (the draft is incomplete)."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "draft_notice", [Stage.CONCLUDED], now)
        _check_complete(case, timezone.localdate(now))
        notice = Notice.objects.get(case=case)
        audit.record(allowed, about=notice, chain=case, now=now, verb="submit_notice")
        return notice


def _check_complete(case: Case, today: datetime.date) -> None:
    if problems_of(case, today):
        raise ValidationError(_("The notice is not complete yet; each reason stands beside its place."))


def return_notice(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """The body gives the draft notice back to the team with the reason. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="sign_notice", stages=[Stage.CONCLUDED], now=now)
        text = require_text("reason", reason)
        audit.record(allowed, about=case, chain=case, now=now, verb="return_notice", reason=text)
        return case


def publish_notice(*, acting_user: User, case: Case, now: datetime.datetime) -> Notice:
    """Signs the notice: it gets its number and is read-only; monitors get their part in the case.

    In a case with a team, neither its leader nor who drafted the notice signs.
    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="sign_notice", stages=[Stage.CONCLUDED], now=now)
        allowed = authors.require_other(allowed, case, now)
        today = timezone.localdate(now)
        _check_complete(case, today)
        notice = Notice.objects.select_for_update().get(case=case)
        with on_paper():
            title = _("Conclusion: %(content)s") % {"content": case.content}
        document = issue(type="notice", issuer=case.organisation, item=notice, title=title, allowed=allowed, now=now)
        notice.number, notice.issued_on = document.full_number, document.issued_on
        notice.signed_by, notice.signed_at = acting_user, now
        notice.signer_title = document.signer_title
        notice.save()
        move(case, Stage.NOTIFIED, now, folded=f"{case.folded} {fold(document.full_number)}")
        write_paper(case, "notice", acting_user=acting_user, now=now, body=document.full_number)
        for monitor in Person.objects.filter(monitored_demands__notice=notice).distinct():
            add_participant(case, monitor, "monitor", now, paper=document.full_number)
        # the clocks of the demands start when their corrections open, after this
        dated = [one for one in notice.demands.order_by("position") if one.due_day is not None]
        told = [f"{one.text}: {told_of_day(Words(one.due_words), one.due_day)}" for one in dated if one.due_day]
        new = {"number": notice.number, "time_limits": told}
        audit.record(allowed, about=notice, chain=case, now=now, verb="sign_notice", new=new)
        return notice
