"""The subject answers finding by finding; the team keeps, changes or drops each with a reason (scenario E)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.cases.models import Case, CaseSubject
from inspections.cases.services.common import begin_for_team, move, require_text, write_paper
from inspections.cases.services.fieldwork import begin_for_subject
from inspections.deadlines.services import meet_clock
from inspections.documents.services import attach
from inspections.findings.models import Answer, Consideration, Finding, Severity
from inspections.findings.services.findings import keep_version
from inspections.organisations.models import User
from inspections.organisations.text import fold, on_paper
from permissions import audit
from permissions.verdicts import NotNow

Stage = Case.Stage
# from the conference until the notice is signed
LATE = (Stage.CONFERENCE, Stage.REPORTED, Stage.APPRAISED, Stage.CONCLUDED)


@dataclass(frozen=True)
class AnswerGiven:
    """What a subject says to one finding."""

    finding: Finding
    position: str
    text: str = ""
    files: Iterable[Any] = field(default_factory=tuple)


def answer_findings(
    *,
    acting_user: User,
    subject: CaseSubject,
    answers: list[AnswerGiven],
    opinion: str,
    now: datetime.datetime,
) -> list[Answer]:
    """The subject's answer to every finding about it, and its opinion on the whole draft.

    When all subjects have answered the team considers. Errors are keyed `answer_<finding id>`.
    Raises Refused, NotNow, ValidationError (a finding without an answer, dissent without its reason)."""
    with transaction.atomic():
        case, allowed = begin_for_subject(subject, acting_user, "answer_findings", [Stage.RELEASED], now)
        _check_complete(subject, answers)
        given = [_write(subject, one, acting_user, now) for one in answers]
        paper = write_paper(case, "explanation", acting_user=acting_user, now=now, body=opinion, subject=subject)
        meet_clock(subject, "answer", timezone.localdate(now), now=now)
        answered = (
            case.papers.filter(kind__code="explanation", written_at__gte=_released_at(case))
            .values("subject")
            .distinct()
            .count()
        )
        if answered == case.subjects.count():
            move(case, Stage.ANSWERED, now)
        audit.record(
            allowed,
            about=paper,
            chain=case,
            now=now,
            verb="answer_findings",
            new={f"finding {one.finding.number}": one.position for one in given},
            reason=opinion,
        )
        return given


def _released_at(case: Case) -> datetime.datetime:
    released = case.papers.filter(kind__code="draft_report", released_at__isnull=False).order_by("-version").first()
    assert released is not None and released.released_at is not None
    return released.released_at


def _check_complete(subject: CaseSubject, answers: list[AnswerGiven]) -> None:
    problems: dict[str, str] = {}
    by_finding = {one.finding.pk: one for one in answers}
    owed = subject.findings.exclude(state=Finding.State.DROPPED)
    for finding in owed:
        one = by_finding.pop(finding.pk, None)
        if one is None or one.position not in Answer.Position.values:
            problems[f"answer_{finding.pk}"] = _("Say whether you accept this finding.")
        elif one.position != Answer.Position.ACCEPTS and not one.text.strip():
            problems[f"text_{finding.pk}"] = _("Say why, so that the team can consider it.")
    if by_finding:
        raise ValidationError(_("These findings are not about you."))
    if problems:
        raise ValidationError(problems)


def _write(subject: CaseSubject, given: AnswerGiven, acting_user: User, now: datetime.datetime) -> Answer:
    answer = Answer.objects.create(
        finding=given.finding,
        subject=subject,
        position=given.position,
        text=given.text.strip(),
        answered_by=acting_user,
        answered_at=now,
    )
    attach(given.files, item=answer, acting_user=acting_user, now=now, field=f"files_{given.finding.pk}")
    return answer


def reserve_opinion(*, acting_user: User, finding: Finding, text: str, now: datetime.datetime) -> Answer:
    """The subject reserves its opinion on a finding in the conference, or after it until the body concludes.

    It is a paper of the dossier, printed with the minutes and in the notice. Raises Refused, NotNow,
    ValidationError (dropped findings have nothing to reserve on)."""
    with transaction.atomic():
        subject = finding.responsible
        stages = [Stage.CONFERENCE, Stage.REPORTED, Stage.APPRAISED]
        case, allowed = begin_for_subject(subject, acting_user, "answer_findings", stages, now)
        if Finding.objects.get(pk=finding.pk).state == Finding.State.DROPPED:
            raise ValidationError({"text": _("This finding was dropped; there is nothing to reserve an opinion on.")})
        answer = Answer.objects.create(
            finding=finding,
            subject=subject,
            position=Answer.Position.RESERVES,
            text=require_text("text", text),
            at_conference=True,
            answered_by=acting_user,
            answered_at=now,
        )
        with on_paper():
            head = _("On finding %(number)s: %(text)s") % {"number": finding.number, "text": finding.text}
        write_paper(
            case,
            "reserved_opinion",
            acting_user=acting_user,
            now=now,
            body=f"{head}\n\n{answer.text}",
            subject=subject,
            held_on=timezone.localdate(now),
        )
        audit.record(allowed, about=finding, chain=case, now=now, verb="reserve_opinion", reason=text)
        return answer


@dataclass(frozen=True)
class ConsiderationGiven:
    """What becomes of one answer, with the finding's new wording where it changes."""

    answer: Answer
    outcome: str
    reason: str
    text: str = ""
    severity: Severity | None = None


def unconsidered(case: Case) -> Any:
    """The answers of the case that nobody considered yet, in the order of the findings."""
    return (
        Answer.objects.filter(finding__case=case, consideration__isnull=True)
        .select_related("finding__severity", "subject__organisation", "subject__person")
        .order_by("finding__number", "pk")
    )


def consider_answers(
    *, acting_user: User, case: Case, considerations: list[ConsiderationGiven], now: datetime.datetime
) -> Case:
    """The team keeps, changes or drops each answered finding; then the conference can be held.

    Errors are keyed `outcome_<answer id>`, `reason_<answer id>`, `text_<answer id>`.
    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "consider_answers", [Stage.ANSWERED], now)
        consider(case, considerations, acting_user, now)
        if unconsidered(case).exists():
            raise ValidationError(_("Every answer has to be considered."))
        move(case, Stage.CONFERENCE, now)
        audit.record(
            allowed,
            about=case,
            chain=case,
            now=now,
            verb="consider_answers",
            new={f"finding {one.answer.finding.number}": one.outcome for one in considerations},
            reason="\n".join(one.reason for one in considerations),
        )
        return case


def consider_late(
    *, acting_user: User, case: Case, considerations: list[ConsiderationGiven], now: datetime.datetime
) -> Case:
    """The team considers opinions reserved at or after the conference, before the notice is signed.

    What the sitting has concluded on can only be kept by the team.
    Raises Refused, NotNow, ValidationError as `consider_answers`."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "consider_answers", LATE, now)
        if Consideration.objects.filter(answer__in=[one.answer.pk for one in considerations]).exists():
            raise NotNow(_("Somebody has considered these opinions meanwhile; look at the findings."))
        if case.stage == Stage.CONCLUDED:
            _check_only_kept(considerations)
        consider(case, considerations, acting_user, now)
        audit.record(
            allowed,
            about=case,
            chain=case,
            now=now,
            verb="consider_answers",
            new={f"finding {one.answer.finding.number}": one.outcome for one in considerations},
            reason="\n".join(one.reason for one in considerations),
        )
        return case


def _check_only_kept(considerations: list[ConsiderationGiven]) -> None:
    problems = {
        f"outcome_{one.answer.pk}": _("The sitting has concluded on this finding, so the team can only keep it.")
        for one in considerations
        if one.outcome in (Consideration.Outcome.CHANGED, Consideration.Outcome.DROPPED)
    }
    if problems:
        raise ValidationError(problems)


def consider(case: Case, considerations: list[ConsiderationGiven], acting_user: User, now: datetime.datetime) -> None:
    """Writes the considerations and what they make of the findings. Part of a verb."""
    problems: dict[str, str] = {}
    for one in considerations:
        key = one.answer.pk
        if one.answer.finding.case_id != case.pk:
            raise ValidationError(_("This answer belongs to another case."))
        if one.outcome not in Consideration.Outcome.values:
            problems[f"outcome_{key}"] = _("Choose whether the finding is kept, changed or dropped.")
        elif not one.reason.strip():
            problems[f"reason_{key}"] = _("Give the reason; the subject will read it.")
        elif one.outcome == Consideration.Outcome.CHANGED and not one.text.strip():
            problems[f"text_{key}"] = _("Write the finding as it reads now.")
    problems |= _contradictions(considerations)
    if problems:
        raise ValidationError(problems)
    for one in considerations:
        _consider_one(one, acting_user, now)


def _contradictions(considerations: list[ConsiderationGiven]) -> dict[str, str]:
    """Two answers to one finding cannot make two things of it."""
    first: dict[int, ConsiderationGiven] = {}
    problems = {}
    for one in considerations:
        before = first.setdefault(one.answer.finding_id, one)
        same_words = one.outcome != Consideration.Outcome.CHANGED or one.text.strip() == before.text.strip()
        if one.outcome != before.outcome or not same_words:
            problems[f"outcome_{one.answer.pk}"] = _(
                "Another answer to the same finding is considered otherwise above. Decide the same for both."
            )
    return problems


def _consider_one(one: ConsiderationGiven, acting_user: User, now: datetime.datetime) -> None:
    Consideration.objects.create(
        answer=one.answer,
        outcome=one.outcome,
        reason=one.reason.strip(),
        considered_by=acting_user,
        considered_at=now,
    )
    # two answers may be about one finding: each is considered on what the one before made of it
    finding = Finding.objects.select_for_update().get(pk=one.answer.finding_id)
    keep_version(finding, acting_user, now, one.reason)
    finding.state = one.outcome
    if one.outcome == Consideration.Outcome.CHANGED:
        finding.text = one.text.strip()
        finding.severity = one.severity or finding.severity
        finding.folded = fold(f"{finding.text} {finding.topic}")
    finding.save()
