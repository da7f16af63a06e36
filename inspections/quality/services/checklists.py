"""Drawing up the checklist of a subject, judging its lines, recording a finding from one (domain.md §5.1, §6.7)."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.cases.models import CaseSubject
from inspections.cases.services.common import begin_for_team
from inspections.findings.models import Finding
from inspections.findings.services.findings import WRITING, FindingFacts, add_finding
from inspections.organisations.models import User
from inspections.quality import rules
from inspections.quality.facts import Measure, Period
from inspections.quality.models import Checklist, ChecklistItem, ChecklistLine, Judgement, LineFinding, Verdict
from inspections.quality.queries.gathering import facts_of
from inspections.quality.queries.lists import is_stale, latest_checklist, newest_judgements
from inspections.quality.services.common import begin_about
from inspections.quality.words import told_json
from permissions import audit
from permissions.verdicts import NotNow


@dataclass(frozen=True)
class JudgedGiven:
    """What the team makes of a line, and why."""

    verdict: str
    note: str = ""


def draw_up(*, acting_user: User, subject: CaseSubject, after: int, now: datetime.datetime) -> Checklist:
    """Keeps what the record says now of every line that counts today, as the next checklist of the subject.

    after: the number of the last one that the user saw, 0 for none. Raises Refused, NotNow (also when another drew one
    up meanwhile)."""
    with transaction.atomic():
        subject, case, allowed = begin_about(subject, acting_user, now)
        last = latest_checklist(subject)
        number = last.number if last is not None else 0
        if number != after:
            raise NotNow(_("The checklist was drawn up meanwhile. Open it; it can be drawn up again from there."))
        today = timezone.localdate(now)
        lines = list(ChecklistLine.objects.in_force(today))
        if not lines:
            raise NotNow(
                _("No line of the checklist counts today; an administrator keeps them in the reference tables.")
            )
        period = Period(case.examined_from, case.examined_to, today)
        facts = facts_of(subject.organisation, period, case)
        drawn = Checklist.objects.create(
            case=case,
            subject=subject,
            number=number + 1,
            examined_from=period.first,
            examined_to=period.last,
            drawn_by=acting_user,
            drawn_at=now,
        )
        items = ChecklistItem.objects.bulk_create(_item(drawn, line, facts) for line in lines)
        states = {item.code: item.state for item in items}
        new = {"subject": str(subject), "number": drawn.number, "states": states}
        audit.record(allowed, about=drawn, chain=case, now=now, verb="draw_up_checklist", new=new)
        return drawn


def _item(drawn: Checklist, line: ChecklistLine, facts: Any) -> ChecklistItem:
    found = rules.find(Measure(line.measure) if line.measure else None, facts, line.limit)
    return ChecklistItem(
        checklist=drawn,
        line=line,
        code=line.code,
        position=line.position,
        title=line.title,
        asked=line.asked,
        limit=line.limit,
        state=found.state.value,
        told=told_json(found.told),
        rows=[_row_json(row) for row in found.rows],
    )


def _row_json(row: rules.Row) -> dict[str, Any]:
    about = {"meeting": row.meeting, "correction": row.correction, "person": row.person}
    [told] = told_json([row.told])
    return told | {name: key for name, key in about.items() if key is not None}


def judge_lines(
    *, acting_user: User, checklist: Checklist, given: Mapping[int, JudgedGiven], now: datetime.datetime
) -> list[Judgement]:
    """Judges lines of the newest checklist, by the ids of its items; what is judged as before on the same facts is
    left as it stands.

    Raises Refused, NotNow (drawn up again since), ValidationError (nothing changes; a verdict that says no why where it
    has to, named note_<id> and verdict_<id>)."""
    with transaction.atomic():
        subject, case, allowed = begin_about(checklist.subject, acting_user, now)
        _must_be_latest(checklist, subject)
        items = {item.pk: item for item in checklist.items.all()}
        standing = newest_judgements(checklist)
        changed = {
            key: one
            for key, one in given.items()
            if key in items and _differs(standing.get(items[key].code), items[key], one)
        }
        _check(items, changed)
        if not changed:
            raise ValidationError(_("Judge at least one line, or change a judgement; nothing was changed."))
        made = Judgement.objects.bulk_create(
            Judgement(item=items[key], verdict=one.verdict, note=one.note.strip(), judged_by=acting_user, judged_at=now)
            for key, one in sorted(changed.items(), key=lambda pair: items[pair[0]].position)
        )
        before = {one.item.code: _kept(standing[one.item.code]) for one in made if one.item.code in standing}
        new = {one.item.code: _kept(one) for one in made}
        audit.record(allowed, about=checklist, chain=case, now=now, verb="judge_lines", old=before, new=new)
        return made


def _must_be_latest(checklist: Checklist, subject: CaseSubject) -> None:
    last = latest_checklist(subject)
    if last is None or last.pk != checklist.pk:
        raise NotNow(_("The checklist was drawn up again since. Open the new one and go on there."))


def _kept(judgement: Judgement) -> dict[str, str]:
    return {"verdict": judgement.verdict, "note": judgement.note}


def _differs(standing: Judgement | None, item: ChecklistItem, given: JudgedGiven) -> bool:
    """Whether something new is said of the line; the same once more is new where the facts are."""
    if standing is None or is_stale(standing, item):
        return True
    return (standing.verdict, standing.note) != (given.verdict, given.note.strip())


def _check(items: Mapping[int, ChecklistItem], changed: Mapping[int, JudgedGiven]) -> None:
    errors: dict[str, Any] = {}
    for key, one in changed.items():
        if one.verdict not in Verdict.values:
            errors[f"verdict_{key}"] = _("Choose one of the verdicts.")
        elif not one.note.strip() and rules.needs_note(rules.State(items[key].state), rules.Verdict(one.verdict)):
            errors[f"note_{key}"] = _("Say why: the record alone does not say so.")
    if errors:
        raise ValidationError(errors)


def record_line_finding(
    *, acting_user: User, item: ChecklistItem, facts: FindingFacts, files: Iterable[Any], now: datetime.datetime
) -> Finding:
    """Records a finding from a line of a checklist, by the one verb that records findings; the line's facts and
    meetings are its evidence. Raises Refused, NotNow, ValidationError (responsible is another than the cell whose
    meetings the line is about)."""
    checklist = item.checklist
    told = {"line": item.title, "checklist": str(checklist)}
    with transaction.atomic():
        begin_for_team(checklist.case, acting_user, "draft_report", WRITING, now)
        # whoever is responsible reads the evidence, and this evidence is of the meetings of one cell
        if facts.responsible.pk != checklist.subject_id:
            said = _("The line is about the meetings of %(cell)s; record a finding on somebody else without it.")
            raise ValidationError({"responsible": said % {"cell": checklist.subject}})
        finding = add_finding(
            acting_user=acting_user, case=checklist.case, facts=facts, files=files, now=now, told=told
        )
        LineFinding.objects.create(item=item, finding=finding)
        return finding
