"""Opening a case: proposed by one, signed by another (domain.md §4.1 P0, P1)."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import StartEvent
from inspections.cases.models import Case, CaseKind, CaseSubject, Procedure, Recusal
from inspections.cases.rules import is_examined_period_past
from inspections.cases.services.clocks import AT_SIGNING, SetDay, happened, set_limits
from inspections.cases.services.common import begin, move, require_text, search_text
from inspections.cases.services.people import (
    Mate,
    add_participant,
    check_team,
    set_team,
    sync_case_grants,
    team_of,
)
from inspections.cases.services.plan import write_decision_and_plan
from inspections.documents.services import issue
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.queries import answering, in_place_of
from inspections.organisations.rules import is_at_or_below
from inspections.programmes.models import Programme, ProgrammeLine
from permissions import audit, authors, policy
from permissions.verdicts import Allowed, NotNow


@dataclass(frozen=True)
class SubjectChoice:
    """A subject: an organisation, or a member with the organisation that manages him."""

    organisation: Organisation
    person: Person | None = None


@dataclass(frozen=True)
class Proposal:
    """All that a proposal says. Dates are included; `line` or `reason` is given."""

    organisation: Organisation
    kind: CaseKind
    content: str
    subjects: list[SubjectChoice]
    examined_from: datetime.date
    examined_to: datetime.date
    starts_on: datetime.date
    ends_on: datetime.date
    team: list[Mate] = field(default_factory=list)
    method: str = ""
    reason: str = ""
    line: ProgrammeLine | None = None


def body_of(organisation: Organisation) -> str:
    """Which kind of body an organisation is, in the table of procedures."""
    if organisation.type.is_cell:
        return Procedure.Body.CELL
    return Procedure.Body.INSPECTION_COMMITTEE if organisation.type.is_body else Procedure.Body.STANDING_COMMITTEE


def propose_case(*, acting_user: User, proposal: Proposal, now: datetime.datetime) -> Case:
    """Writes a proposal and returns the case at its start; nothing is open until it is signed.

    Raises Refused, NotNow (the line is not of an adopted programme), ValidationError (beside each field)."""
    with transaction.atomic():
        proposal = _as_they_stand(proposal)
        allowed = policy.require(acting_user, "propose_case", proposal.organisation, now)
        return _propose(proposal, allowed, now, predecessor=None)


def propose_successor(
    predecessor: Case, *, proposal: Proposal, allowed: Allowed, now: datetime.datetime, others: Iterable[Case] = ()
) -> Case:
    """Proposes the case that follows from another, by the right that ended that one. Part of a verb.

    others: cases from which it follows too."""
    successor = _propose(_as_they_stand(proposal), allowed, now, predecessor)
    # whoever withdrew from the matter stays out of what follows from it
    withdrawn = Recusal.objects.filter(case__in=[predecessor, *others]).select_related("person").order_by("pk")
    Recusal.objects.bulk_create(
        Recusal(case=successor, person=one.person, reason=one.reason, declared_at=one.declared_at)
        for one in {one.person_id: one for one in withdrawn}.values()
    )
    return successor


def _as_they_stand(proposal: Proposal) -> Proposal:
    """The proposal with its organisations read anew: they may have moved or ended since the page was loaded. All are
    held, in one order: none ends, with what is open of it passing on, before the case is there."""
    keys = {proposal.organisation.pk, *(one.organisation.pk for one in proposal.subjects)}
    rows = Organisation.objects.select_for_update(no_key=True, of=("self",)).select_related("type")
    fresh = {one.pk: one for one in rows.filter(pk__in=keys).order_by("pk")}
    subjects = [replace(one, organisation=fresh[one.organisation.pk]) for one in proposal.subjects]
    return replace(proposal, organisation=fresh[proposal.organisation.pk], subjects=subjects)


def _propose(proposal: Proposal, allowed: Allowed, now: datetime.datetime, predecessor: Case | None) -> Case:
    organisation = proposal.organisation
    procedure = _check(proposal, now, predecessor)
    case = Case(
        organisation=organisation,
        org_path=organisation.path,
        proposed_by=allowed.user,
        proposed_at=now,
        stepped_at=now,
        predecessor=predecessor,
    )
    _write(case, proposal, procedure, now)
    audit.record(allowed, about=case, chain=case, now=now, verb="propose_case", new=_facts(case))
    return case


def revise_proposal(*, acting_user: User, case: Case, proposal: Proposal, now: datetime.datetime) -> Case:
    """Writes a returned proposal anew; it stays that of its proposer. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="propose_case", stages=[Case.Stage.PROPOSED], now=now)
        procedure = _check(proposal, now, case.predecessor, case)
        old = _facts(case)
        case.subjects.all().delete()
        _write(case, proposal, procedure, now)
        audit.record(allowed, about=case, chain=case, now=now, old=old, new=_facts(case))
        return case


def _check(proposal: Proposal, now: datetime.datetime, predecessor: Case | None, case: Case | None = None) -> Procedure:
    """Raises ValidationError with every problem beside its field; returns the procedure that will be followed."""
    problems: dict[str, list[Any]] = {}

    def add(name: str, text: str) -> None:
        problems.setdefault(name, []).append(text)

    organisation = proposal.organisation
    procedure = Procedure.objects.filter(
        kind=proposal.kind, kind__is_active=True, body=body_of(organisation), is_available=True
    ).first()
    if procedure is None:
        add("kind", _("%(body)s does not carry out this kind of case.") % {"body": organisation})
    if not proposal.content.strip():
        add("content", _("Say what is to be examined."))
    if proposal.examined_to < proposal.examined_from:
        add("examined_to", _("The period examined ends before it begins."))
    elif not is_examined_period_past(proposal.examined_to, timezone.localdate(now)):
        add("examined_to", _("The period examined lies in the future. Choose a last day up to today."))
    if proposal.ends_on < proposal.starts_on:
        add("ends_on", _("The last day is before the first."))
    if not proposal.subjects:
        add("subjects", _("Choose at least one subject."))
    for subject in proposal.subjects:
        problem = _subject_problem(organisation, subject, timezone.localdate(now))
        if problem:
            add("subjects", problem)
    _check_source(proposal, predecessor, add)
    if problems:
        raise ValidationError(problems)
    assert procedure is not None
    subjects = [CaseSubject(organisation=one.organisation, person=one.person) for one in proposal.subjects]
    check_team(organisation, procedure.needs_team, subjects, proposal.team, timezone.localdate(now), case)
    return procedure


def _check_source(proposal: Proposal, predecessor: Case | None, add: Any) -> None:
    if proposal.line is None:
        if not proposal.reason.strip() and predecessor is None:
            add("reason", _("A case outside the programme needs a reason."))
        return
    line = proposal.line
    if line.programme.state != Programme.State.ADOPTED:
        raise NotNow(_("The programme of this line is not in force. Open cases from the adopted version."))
    if line.dropped_at is not None:
        raise NotNow(_("This line of the programme was dropped."))
    # the programme of a committee also plans the work of its inspection committee
    own = (proposal.organisation, proposal.organisation.overseer)
    if line.programme.organisation not in own and line.programme.organisation_id not in in_place_of(own):
        add("line", _("This line belongs to the programme of another body."))


def _subject_problem(organisation: Organisation, subject: SubjectChoice, today: datetime.date) -> str:
    path = subject.organisation.path or ""
    if not subject.organisation.is_in_force(today):
        return _("%(organisation)s is not there on this day.") % {"organisation": subject.organisation}
    if subject.person is not None and subject.person.organisation_id != subject.organisation.pk:
        return _("%(person)s is not a member of %(organisation)s.") % {
            "person": subject.person,
            "organisation": subject.organisation,
        }
    if not is_at_or_below(path, organisation.scope_path) or subject.organisation.type.is_body:
        return _("%(subject)s is not below %(body)s.") % {
            "subject": subject.organisation,
            "body": organisation,
        }
    if subject.person is None and path == organisation.scope_path:
        return _("%(body)s cannot examine itself; choose an organisation below it or a member.") % {
            "body": organisation
        }
    return ""


def _write(case: Case, proposal: Proposal, procedure: Procedure, now: datetime.datetime) -> None:
    case.kind, case.procedure, case.line = proposal.kind, procedure, proposal.line
    case.reason, case.content, case.method = (
        proposal.reason.strip(),
        proposal.content.strip(),
        proposal.method.strip(),
    )
    case.examined_from, case.examined_to = proposal.examined_from, proposal.examined_to
    case.starts_on, case.ends_on = proposal.starts_on, proposal.ends_on
    case.save()
    CaseSubject.objects.bulk_create(
        CaseSubject(case=case, organisation=one.organisation, person=one.person) for one in proposal.subjects
    )
    set_team(case, proposal.team, now)
    case.folded = search_text(case)
    case.save(update_fields=["folded"])


def _facts(case: Case) -> dict[str, Any]:
    return {
        "kind": case.kind.code,
        "content": case.content,
        "reason": case.reason,
        "line": case.line_id,
        "subjects": [str(subject) for subject in case.subjects.select_related("organisation", "person")],
        "examined": [case.examined_from, case.examined_to],
        "carried_out": [case.starts_on, case.ends_on],
        "method": case.method,
        "team": [f"{mate.person} ({mate.part})" for mate in team_of(case)],
    }


def sign_case(
    *, acting_user: User, case: Case, now: datetime.datetime, limits: Mapping[str, SetDay] | None = None
) -> Case:
    """Signs the decision and plan: the case is ordered and numbered, the team has its rights.

    limits: for each duty whose time limit is not known, the day that is set and why. Nobody signs who had a hand in
    the proposal. Raises Refused, NotNow, ValidationError (the team no longer fits, a day or reason is missing)."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="sign_case", stages=[Case.Stage.PROPOSED], now=now)
        allowed = authors.require_other(allowed, case, now)
        subjects = list(case.subjects.select_related("organisation", "person"))
        check_team(case.organisation, case.procedure.needs_team, subjects, team_of(case), timezone.localdate(now), case)
        title = f"{case.kind.name}: {case.content}"
        decision = issue(type="decision", issuer=case.organisation, item=case, title=title, allowed=allowed, now=now)
        issue(type="plan", issuer=case.organisation, item=case, title=title, allowed=allowed, now=now)
        case.number = decision.full_number
        move(
            case,
            Case.Stage.ORDERED,
            now,
            number=decision.full_number,
            signed_by=acting_user,
            signed_at=now,
            folded=search_text(case),
        )
        for subject in subjects:
            if subject.person is not None:
                add_participant(case, subject.person, "subject_member", now, paper=decision.full_number)
        case.participants.filter(paper="").update(paper=decision.full_number)
        sync_case_grants(case)
        write_decision_and_plan(case, acting_user=acting_user, now=now)
        today = timezone.localdate(now)
        set_days = set_limits(case, AT_SIGNING, limits or {}, today, now)
        happened(case, StartEvent.SIGNING, today, now)
        new = {"number": case.number, "stage": case.stage} | ({"set_days": set_days} if set_days else {})
        audit.record(allowed, about=case, chain=case, now=now, new=new)
        return case


def return_proposal(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """Gives a proposal back to its writer with the reason. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="sign_case", stages=[Case.Stage.PROPOSED], now=now)
        text = require_text("reason", reason)
        audit.record(allowed, about=case, chain=case, now=now, verb="return_proposal", reason=text)
        return case


def resubmit_proposal(*, acting_user: User, case: Case, now: datetime.datetime) -> Case:
    """Hands a returned proposal in again. Raises Refused, NotNow."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="propose_case", stages=[Case.Stage.PROPOSED], now=now)
        audit.record(allowed, about=case, chain=case, now=now, verb="resubmit_proposal")
        return case


def withdraw_proposal(*, acting_user: User, case: Case, reason: str, now: datetime.datetime) -> Case:
    """Gives a proposal up. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin(case, acting_user=acting_user, verb="propose_case", stages=[Case.Stage.PROPOSED], now=now)
        text = require_text("reason", reason)
        move(case, Case.Stage.WITHDRAWN, now, ended_at=now, end_reason=text)
        audit.record(allowed, about=case, chain=case, now=now, verb="withdraw_proposal", reason=text)
        return case


def subject_choices(rows: Iterable[CaseSubject]) -> list[SubjectChoice]:
    """Subjects of a case as choices for a new proposal: where others took the place of an organisation, these, once."""
    found = {}
    for row in rows:
        member = row.person
        organisation = member.organisation if member is not None else answering(row, row.organisation)
        if organisation is not None:
            found[organisation.pk, row.person_id] = SubjectChoice(organisation, member)
    return list(found.values())
