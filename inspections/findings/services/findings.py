"""Recording findings and changing them, every wording kept (domain.md §5.1)."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import LegalInstrument
from inspections.cases.models import Case, CaseSubject
from inspections.cases.services.common import begin_for_team, check_not_future, require_text
from inspections.documents.services import attach
from inspections.findings.models import Finding, FindingVersion, Severity
from inspections.findings.rules import is_like, telling_words
from inspections.organisations.models import User
from inspections.organisations.queries import in_place_of
from inspections.organisations.text import fold
from permissions import audit

WRITING = (Case.Stage.VERIFYING, Case.Stage.DRAFTED)


@dataclass(frozen=True)
class FindingFacts:
    """What a finding says. happened_on: the last day of what was found, for the validity of the rule breached."""

    text: str
    severity: Severity
    responsible: CaseSubject
    cause: str = ""
    cause_kind: str = ""
    instrument: LegalInstrument | None = None
    article: str = ""
    happened_on: datetime.date | None = None
    topic: str = ""


def add_finding(
    *,
    acting_user: User,
    case: Case,
    facts: FindingFacts,
    files: Iterable[Any],
    now: datetime.datetime,
    told: Mapping[str, Any] | None = None,
) -> Finding:
    """Adds a finding with its evidence. A like one concluded earlier for the same subject is linked as recurring.

    told: what its entry says beside the facts, such as what it was recorded from.

    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(case, acting_user, "draft_report", WRITING, now)
        last = case.findings.aggregate(last=Max("number"))["last"] or 0
        finding = Finding(case=case, number=last + 1, added_by=acting_user, added_at=now)
        _write(finding, facts, timezone.localdate(now))
        attach(files, item=finding, acting_user=acting_user, now=now)
        new = facts_of(finding) | dict(told or {})
        audit.record(allowed, about=finding, chain=case, now=now, verb="add_finding", new=new)
        return finding


def change_finding(
    *,
    acting_user: User,
    finding: Finding,
    facts: FindingFacts,
    files: Iterable[Any],
    reason: str,
    now: datetime.datetime,
) -> Finding:
    """Changes a finding while the report is being drafted; the wording before is kept, and the subject reads the new
    one when it is released.

    Raises Refused, NotNow, ValidationError (a reason is needed once it was released)."""
    with transaction.atomic():
        case, allowed = begin_for_team(finding.case, acting_user, "draft_report", WRITING, now)
        finding = Finding.objects.select_for_update().get(pk=finding.pk)
        old = facts_of(finding)
        if finding.is_released:
            require_text("reason", reason)
        keep_version(finding, acting_user, now, reason)
        finding.state = Finding.State.DRAFT
        _write(finding, facts, timezone.localdate(now))
        attach(files, item=finding, acting_user=acting_user, now=now)
        new = facts_of(finding)
        changed = [name for name in new if new[name] != old[name]]
        audit.record(
            allowed,
            about=finding,
            chain=case,
            now=now,
            verb="change_finding",
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
            reason=reason,
        )
        return finding


def drop_finding(*, acting_user: User, finding: Finding, reason: str, now: datetime.datetime) -> Finding:
    """Drops a finding while the report is being drafted; it stays readable. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case, allowed = begin_for_team(finding.case, acting_user, "draft_report", WRITING, now)
        finding = Finding.objects.select_for_update().get(pk=finding.pk)
        text = require_text("reason", reason)
        keep_version(finding, acting_user, now, text)
        finding.state = Finding.State.DROPPED
        finding.save(update_fields=["state"])
        audit.record(allowed, about=finding, chain=case, now=now, verb="drop_finding", reason=text)
        return finding


def _write(finding: Finding, facts: FindingFacts, today: datetime.date) -> None:
    if facts.responsible.case_id != finding.case_id:
        raise ValidationError({"responsible": _("Choose a subject of this case.")})
    if facts.happened_on is not None:
        check_not_future("happened_on", facts.happened_on, today)
    on = facts.happened_on or finding.case.examined_to
    if (
        facts.instrument is not None
        and not LegalInstrument.objects.in_force(on).filter(pk=facts.instrument.pk).exists()
    ):
        raise ValidationError(
            {
                "instrument": _("%(symbol)s was not in force on %(day)s. Choose the one that was.")
                % {"symbol": facts.instrument.symbol, "day": on.strftime("%d/%m/%Y")}
            }
        )
    finding.text = require_text("text", facts.text)
    finding.folded = fold(f"{finding.text} {facts.topic}")
    finding.severity, finding.responsible = facts.severity, facts.responsible
    finding.cause, finding.cause_kind = facts.cause.strip(), facts.cause_kind
    finding.instrument, finding.article = facts.instrument, facts.article.strip()
    finding.happened_on, finding.topic = facts.happened_on, facts.topic.strip()
    finding.recurs = earlier_like(finding)
    finding.save()


def earlier_like(finding: Finding) -> Finding | None:
    """The newest finding like this one that was concluded for the same subject in another case."""
    subject = finding.responsible
    same = (
        Q(responsible__person=subject.person)
        if subject.person_id
        else Q(responsible__organisation__in=in_place_of([subject.organisation]), responsible__person__isnull=True)
    )
    words = telling_words(finding.folded)
    earlier = Finding.objects.concluded().filter(same).exclude(case_id=finding.case_id)
    earlier = earlier.order_by("-case__notice__issued_on", "-pk")
    return next((one for one in earlier if is_like(words, telling_words(one.folded))), None)


def keep_version(finding: Finding, acting_user: User, now: datetime.datetime, reason: str) -> None:
    """Keeps the finding as it stands as a version of its own. Part of a verb."""
    last = finding.versions.aggregate(last=Max("version"))["last"] or 0
    FindingVersion.objects.create(
        finding=finding,
        version=last + 1,
        facts=facts_of(finding),
        changed_by=acting_user,
        changed_at=now,
        reason=reason.strip(),
    )


def facts_of(finding: Finding) -> dict[str, Any]:
    """The finding as plain values, for versions and the audit."""
    return {
        "text": finding.text,
        "severity": finding.severity.name,
        "responsible": str(finding.responsible),
        "cause": finding.cause,
        "cause_kind": finding.cause_kind,
        "instrument": finding.instrument.symbol if finding.instrument else "",
        "article": finding.article,
        "happened_on": finding.happened_on.isoformat() if finding.happened_on else None,
        "topic": finding.topic,
        "state": finding.state,
        "recurs": finding.recurs_id,
    }
