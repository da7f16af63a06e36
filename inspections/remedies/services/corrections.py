"""The verbs of who must correct: plan, carry out with proof; opening, and who may judge (domain.md §5.3)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.models import Duty
from inspections.calendars.rules import Words, due_from_words
from inspections.calendars.standing import hold_calendar
from inspections.cases.models import Case
from inspections.cases.services.common import check_not_future, require_text
from inspections.cases.services.fieldwork import check_in_person, subject_verb
from inspections.cases.services.impartial import require_impartial
from inspections.cases.services.people import add_participant, end_part
from inspections.documents.services import attach
from inspections.findings.models import Demand, Finding
from inspections.organisations.models import Person, User
from inspections.organisations.queries import answering
from inspections.organisations.services import held_in_place
from inspections.organisations.text import fold
from inspections.remedies.clocks import hand_in, start_correcting
from inspections.remedies.models import Correction, RemedyAction, RemedyReport, RemedyWording
from inspections.remedies.monitors import IS_ACCEPTED, why_not_monitor
from inspections.remedies.rules import uncovered
from inspections.remedies.services.looks import is_to_be_looked_at
from permissions import audit, policy
from permissions.verdicts import Allowed, Denied, NotNow

State = Correction.State
Line = RemedyAction.State


def open_correction(*, demand: Demand, now: datetime.datetime) -> Correction:
    """Opens the correction of a demand of a notice just published, with its clock. Part of publishing."""
    notice, assignee = demand.notice, demand.assignee
    if assignee is None or demand.monitor is None or demand.due_day is None or not notice.number:
        raise ValueError("a correction is opened for a complete demand of a published notice")
    words = Words(demand.due_words)
    hold_calendar()  # before any organisation, as a change of the calendar does
    organisation = answering(assignee, assignee.organisation)
    correction = Correction.objects.create(
        demand=demand,
        organisation=organisation,
        org_path=held_in_place(organisation).path,
        monitor=demand.monitor,
        due_on=due_from_words(words, demand.due_day),
        folded=fold(f"{notice.number} {demand.text} {assignee} {organisation}"),
        opened_at=now,
    )
    start_correcting(correction, demand.due_day, words, notice.issued_on or timezone.localdate(now), now)
    return correction


def begin(
    correction: Correction,
    *,
    acting_user: User,
    judges: bool,
    states: Iterable[str],
    in_silence: bool = False,
    now: datetime.datetime,
    verb: str,
) -> tuple[Correction, Case, Allowed]:
    """Locks case and correction, asks the policy (nobody, `in_silence`: the rule says so), checks the state."""
    case = Case.objects.select_for_update().get(pk=correction.demand.notice.case_id)
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if in_silence:
        allowed = Allowed(acting_user, verb)
    elif judges:
        allowed = require_judge(acting_user, correction, now)
    else:
        allowed = _require_doer(acting_user, correction, verb, now)
    if correction.state not in states:
        raise NotNow(
            _("This correction is at “%(state)s”, so this cannot be done now.")
            % {"state": correction.get_state_display()}
        )
    return correction, case, allowed


def _require_doer(acting_user: User, correction: Correction, verb: str, now: datetime.datetime) -> Allowed:
    assignee = correction.demand.assignee
    assert assignee is not None
    verb = subject_verb(assignee, verb)
    # of the correction, not of the subject: it may have passed to a successor
    allowed = policy.require(acting_user, verb, correction, now)
    check_in_person(assignee, acting_user, verb)
    return allowed


def may_monitor(correction: Correction, now: datetime.datetime) -> bool:
    """Whether the monitor can judge: he has his log-in and part, and did not withdraw from the case."""
    user = correction.monitor.user
    return user is not None and bool(policy.may(user, "monitor_remedies", correction, now))


def require_judge(acting_user: User, correction: Correction, now: datetime.datetime) -> Allowed:
    """The monitor of the correction, or the body that concluded, judges. Raises Refused."""
    person = Person.objects.filter(user=acting_user).first()
    if person is not None and person == correction.monitor:
        verdict = policy.may(acting_user, "monitor_remedies", correction, now)
        if not isinstance(verdict, Denied):
            allowed = policy.require(acting_user, "monitor_remedies", correction, now)
            require_impartial(correction.demand.notice.case, allowed, now)
            return allowed
    allowed = policy.require(acting_user, "verify_remedies", correction, now)
    require_impartial(correction.demand.notice.case, allowed, now)
    return allowed


@dataclass(frozen=True)
class LineGiven:
    """One line of the plan as typed. due_on: the day at the latest."""

    finding: Finding
    remedy: str
    due_on: datetime.date
    product: str = ""
    pk: int | None = None


def submit_plan(
    *, acting_user: User, correction: Correction, lines: list[LineGiven], now: datetime.datetime
) -> Correction:
    """The five-column plan goes to the monitor. Lines agreed before stay as they are.

    Errors are keyed `line_<its place>_<field>`, those of all lines together `lines`.
    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        correction, case, allowed = begin(
            correction,
            acting_user=acting_user,
            judges=False,
            states=[State.PLANNING],
            now=now,
            verb="plan_remedies",
        )
        agreed = {action.pk: action for action in correction.actions.filter(state=Line.ACCEPTED)}
        _check_lines(correction, lines, agreed)
        kept = {line.pk for line in lines if line.pk}
        left_out = correction.actions.filter(round=correction.round).exclude(pk__in=kept)
        for action in left_out.exclude(state=Line.ACCEPTED):
            action.state = Line.DRAFT
            action.save(update_fields=["state"])
        for line in lines:
            if line.pk not in agreed:
                _write_line(correction, line, acting_user, now)
        correction.state = State.PLAN_SUBMITTED
        correction.save(update_fields=["state"])
        hand_in(correction, case, Duty.JUDGE_PLAN, now)
        audit.record(
            allowed,
            about=correction,
            chain=case,
            now=now,
            verb="plan_remedies",
            new={"lines": [[line.finding.number, line.remedy, line.due_on, line.product] for line in lines]},
        )
        return correction


def _check_lines(correction: Correction, lines: list[LineGiven], agreed: dict[int, RemedyAction]) -> None:
    problems: dict[str, Any] = {}
    findings = {finding.pk: finding for finding in correction.demand.findings.all()}
    own = set(correction.actions.filter(round=correction.round).values_list("pk", flat=True))
    for number, line in enumerate(lines, start=1):
        if line.pk is not None and line.pk not in own:
            raise ValidationError(_("This line belongs to another plan."))
        if line.finding.pk not in findings:
            problems[f"line_{number}_finding"] = _("Choose a shortcoming of this demand.")
        if not line.remedy.strip():
            problems[f"line_{number}_remedy"] = _("Say what will be done.")
        if correction.due_on is not None and line.due_on > correction.due_on:
            days = {name: day.strftime("%d/%m/%Y") for name, day in (("day", line.due_on), ("due", correction.due_on))}
            problems[f"line_{number}_due_on"] = _("%(day)s is after the last day in time, %(due)s.") % days
    planned = [line.finding.pk for line in lines] + [action.finding_id for action in agreed.values()]
    missing = sorted(findings[pk].number for pk in uncovered(findings, planned))
    if missing:
        problems["lines"] = [_("Shortcoming %(n)s has no line.") % {"n": number} for number in missing]
    if problems:
        raise ValidationError(problems)


def _write_line(correction: Correction, line: LineGiven, acting_user: User, now: datetime.datetime) -> RemedyAction:
    action = correction.actions.filter(pk=line.pk).first() if line.pk else None
    if action is None:
        last = correction.actions.aggregate(last=Max("position"))["last"] or 0
        action = RemedyAction(correction=correction, position=last + 1, round=correction.round)
    action.finding, action.remedy, action.due_on = line.finding, line.remedy.strip(), line.due_on
    action.product, action.state = line.product.strip(), Line.SUBMITTED
    action.save()
    round_ = (action.wordings.aggregate(last=Max("round"))["last"] or 0) + 1
    RemedyWording.objects.create(
        action=action,
        round=round_,
        facts={
            "finding": line.finding.number,
            "remedy": action.remedy,
            "due_on": line.due_on.isoformat(),
            "product": action.product,
        },
        submitted_by=acting_user,
        submitted_at=now,
    )
    return action


@dataclass(frozen=True)
class ReportGiven:
    """What was done about one line, with its proof."""

    action: RemedyAction
    text: str
    done_on: datetime.date | None
    files: Iterable[Any] = field(default_factory=tuple)


def report_correction(
    *, acting_user: User, correction: Correction, reports: list[ReportGiven], now: datetime.datetime
) -> Correction:
    """The cell reports what was done about the open lines, each with text, day and at least one proof.

    Errors are keyed `text_<line id>`, `done_on_<line id>`, `files_<line id>`.
    Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        correction, case, allowed = begin(
            correction,
            acting_user=acting_user,
            judges=False,
            states=[State.CARRYING_OUT],
            now=now,
            verb="carry_out_remedies",
        )
        open_lines = {action.pk: action for action in correction.actions.filter(state=Line.ACCEPTED)}
        today = timezone.localdate(now)
        _check_reports(reports, open_lines, today)
        for given in reports:
            assert given.done_on is not None
            report = RemedyReport.objects.create(
                action=open_lines[given.action.pk],
                text=given.text.strip(),
                done_on=given.done_on,
                reported_by=acting_user,
                reported_at=now,
            )
            attach(given.files, item=report, acting_user=acting_user, now=now, field=f"files_{given.action.pk}")
        RemedyAction.objects.filter(pk__in=open_lines).update(state=Line.REPORTED)
        correction.state = State.REPORTED
        correction.save(update_fields=["state"])
        hand_in(correction, case, Duty.JUDGE_REPORT, now)
        audit.record(
            allowed,
            about=correction,
            chain=case,
            now=now,
            verb="carry_out_remedies",
            new={f"line {open_lines[one.action.pk].position}": one.text for one in reports},
        )
        return correction


def _check_reports(reports: list[ReportGiven], open_lines: dict[int, RemedyAction], today: datetime.date) -> None:
    problems: dict[str, Any] = {
        f"text_{pk}": _("Say what was done about this line.")
        for pk in set(open_lines) - {given.action.pk for given in reports}
    }
    for given in reports:
        key = given.action.pk
        if key not in open_lines:
            raise ValidationError(_("This line is not open."))
        if not given.text.strip():
            problems[f"text_{key}"] = _("Say what was done about this line.")
        if given.done_on is None:
            problems[f"done_on_{key}"] = _("Enter the day on which it was done.")
        else:
            try:
                check_not_future(f"done_on_{key}", given.done_on, today)
            except ValidationError as problem:
                problems.update(problem.message_dict)
        if not list(given.files):
            problems[f"files_{key}"] = _("Attach the product that proves it.")
    if problems:
        raise ValidationError(problems)


def assign_monitor(
    *, acting_user: User, correction: Correction, monitor: Person, reason: str, now: datetime.datetime
) -> Correction:
    """The concluding body gives the watching to another person. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=correction.demand.notice.case_id)
        correction = Correction.objects.select_for_update().get(pk=correction.pk)
        allowed = policy.require(acting_user, "verify_remedies", correction, now)
        if correction.state == State.ACCEPTED and not is_to_be_looked_at(correction):
            raise NotNow(str(IS_ACCEPTED))
        problem = why_not_monitor([correction], monitor, timezone.localdate(now)).get(correction.pk)
        if problem:
            raise ValidationError({"monitor": problem})
        old = correction.monitor
        correction.monitor = monitor
        correction.save(update_fields=["monitor"])
        if not Correction.objects.watched().filter(demand__notice__case=case, monitor=old).exists():
            end_part(case, old, "monitor", now)
        add_participant(case, monitor, "monitor", now)
        audit.record(
            allowed,
            about=correction,
            chain=case,
            now=now,
            verb="assign_monitor",
            old={"monitor": str(old)},
            new={"monitor": str(monitor)},
            reason=require_text("reason", reason),
        )
        return correction
