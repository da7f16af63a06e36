"""The verbs of programmes: drafted, submitted, adopted by another, numbered, changed only by a new version."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.cases.models import Case, CaseKind
from inspections.documents.services import issue
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.rules import is_at_or_below
from inspections.organisations.services import Share
from inspections.organisations.text import fold, on_paper
from inspections.programmes.models import Programme, ProgrammeLine
from permissions import audit, authors, policy
from permissions.verdicts import Allowed, NotNow

State = Programme.State


@dataclass(frozen=True)
class LineFacts:
    """What a line says. Months 1–12 of `year`, both included; none means the whole year or continuously."""

    kind: CaseKind
    content: str
    year: int
    organisations: list[Organisation] = field(default_factory=list)
    members: list[Person] = field(default_factory=list)
    all_below: bool = False
    examined_from: datetime.date | None = None
    examined_to: datetime.date | None = None
    lead: str = ""
    first_month: int | None = None
    last_month: int | None = None
    note: str = ""


def begin_programme(
    *,
    acting_user: User,
    organisation: Organisation,
    horizon: str,
    first_year: int,
    last_year: int,
    now: datetime.datetime,
) -> Programme:
    """Begins the draft of a programme. Raises Refused, NotNow (one is there), ValidationError (years)."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "draft_programme", organisation, now)
        if last_year < first_year:
            raise ValidationError({"last_year": _("The last year is before the first.")})
        if horizon == Programme.Horizon.YEAR and last_year != first_year:
            raise ValidationError({"last_year": _("A programme of the year covers one year.")})
        if not 2000 <= first_year <= timezone.localdate(now).year + 6:
            raise ValidationError({"first_year": _("Enter a year near the present.")})
        same = Programme.objects.filter(organisation=organisation, horizon=horizon, first_year=first_year)
        if same.exclude(state=State.ABANDONED).exists():
            raise NotNow(_("This programme exists already; change it by a new version."))
        programme = Programme.objects.create(
            organisation=organisation,
            horizon=horizon,
            first_year=first_year,
            last_year=last_year,
            version=(same.aggregate(last=Max("version"))["last"] or 0) + 1,
            drafted_by=acting_user,
            drafted_at=now,
        )
        audit.record(
            allowed,
            about=programme,
            chain=organisation,
            now=now,
            new={"horizon": horizon, "year": first_year},
        )
        return programme


def change_programme(*, acting_user: User, programme: Programme, reason: str, now: datetime.datetime) -> Programme:
    """Begins the next version of an adopted programme with all its lines. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        programme, allowed = _begin(programme, acting_user, "draft_programme", [State.ADOPTED], now)
        if not reason.strip():
            raise ValidationError({"reason": _("Say why the adopted programme has to change.")})
        if Programme.objects.filter(replaces=programme).exists():
            raise NotNow(_("A new version of this programme is being written already."))
        version = Programme.objects.create(
            organisation=programme.organisation,
            horizon=programme.horizon,
            first_year=programme.first_year,
            last_year=programme.last_year,
            version=programme.version + 1,
            replaces=programme,
            change_reason=reason.strip(),
            drafted_by=acting_user,
            drafted_at=now,
        )
        # a new row each: a copy by clearing the key would keep the old row's subjects in its cache and store none
        kept = [one.attname for one in ProgrammeLine._meta.concrete_fields if not one.primary_key]
        for old in programme.lines.prefetch_related("organisations", "members"):
            line = ProgrammeLine(**{name: getattr(old, name) for name in kept})
            line.programme, line.carried_from, line.return_reason = version, old, ""
            line.save()
            line.organisations.set(old.organisations.all())
            line.members.set(old.members.all())
        audit.record(
            allowed,
            about=version,
            chain=programme.organisation,
            now=now,
            verb="change_programme",
            new={"version": version.version},
            reason=reason,
        )
        return version


def _begin(
    programme: Programme, acting_user: User, verb: str, states: Iterable[str], now: datetime.datetime
) -> tuple[Programme, Allowed]:
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    Organisation.objects.select_for_update().get(pk=programme.organisation_id)
    allowed = policy.require(acting_user, verb, programme, now)
    if programme.state not in states:
        raise NotNow(
            _("This programme is “%(state)s”, so this cannot be done. An adopted one changes by a new version.")
            % {"state": programme.get_state_display()}
        )
    return programme, allowed


def _record(allowed: Allowed, programme: Programme, now: datetime.datetime, **what: Any) -> None:
    audit.record(allowed, about=programme, chain=programme.organisation, now=now, **what)


def add_line(*, acting_user: User, programme: Programme, facts: LineFacts, now: datetime.datetime) -> ProgrammeLine:
    """Adds a line to a draft. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        programme, allowed = _begin(programme, acting_user, "draft_programme", [State.DRAFT], now)
        last = programme.lines.aggregate(last=Max("position"))["last"] or 0
        line = ProgrammeLine(programme=programme, position=last + 1)
        _write(line, facts)
        _record(allowed, programme, now, verb="add_programme_line", new=facts_of(line))
        return line


def change_line(*, acting_user: User, line: ProgrammeLine, facts: LineFacts, now: datetime.datetime) -> ProgrammeLine:
    """Changes a line of a draft. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        programme, allowed = _begin(line.programme, acting_user, "draft_programme", [State.DRAFT], now)
        line = ProgrammeLine.objects.select_for_update().get(pk=line.pk)
        old = facts_of(line)
        _write(line, facts)
        _record(allowed, programme, now, verb="change_programme_line", old=old, new=facts_of(line))
        return line


def remove_line(*, acting_user: User, line: ProgrammeLine, now: datetime.datetime) -> None:
    """Takes a line out of a draft; one carried over from an adopted version is dropped with a reason instead.

    Raises Refused, NotNow."""
    with transaction.atomic():
        programme, allowed = _begin(line.programme, acting_user, "draft_programme", [State.DRAFT], now)
        if line.carried_from_id is not None:
            raise NotNow(_("This line was adopted before. Drop it with a reason, so that it stays readable."))
        _record(allowed, programme, now, verb="remove_programme_line", old=facts_of(line))
        line.delete()


def dropping_verb(programme: Programme) -> str:
    """Who drops a line: of a draft the drafter, of the programme in force who adopts it."""
    return "draft_programme" if programme.state == State.DRAFT else "adopt_programme"


def versions_of(line: ProgrammeLine) -> list[int]:
    """The ids of the line and of what it was in older versions."""
    ids = [line.pk]
    while line.carried_from is not None:
        line = line.carried_from
        ids.append(line.pk)
    return ids


def drop_line(*, acting_user: User, line: ProgrammeLine, reason: str, now: datetime.datetime) -> ProgrammeLine:
    """Drops a line that was adopted, with the reason: of the programme in force by who adopts, of the draft of its
    next version by who drafts. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        verb = dropping_verb(Programme.objects.get(pk=line.programme_id))
        programme, allowed = _begin(line.programme, acting_user, verb, [State.ADOPTED, State.DRAFT], now)
        line = ProgrammeLine.objects.select_for_update().get(pk=line.pk)
        if programme.state == State.DRAFT and line.carried_from_id is None:
            raise NotNow(_("This line was never adopted. Remove it from the draft instead."))
        if line.dropped_at is not None:
            raise NotNow(_("This line was dropped already."))
        if Case.objects.filter(line_id__in=versions_of(line)).exclude(stage="withdrawn").exists():
            raise NotNow(_("A case was opened from this line; stop the case instead."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why this line is dropped.")})
        line.dropped_at, line.dropped_by, line.drop_reason = now, acting_user, reason.strip()
        line.save(update_fields=["dropped_at", "dropped_by", "drop_reason"])
        # a version being written already has the line too: adopting it must not bring the line back
        line.carried_to.update(dropped_at=now, dropped_by=acting_user, drop_reason=line.drop_reason)
        _record(allowed, programme, now, verb="drop_programme_line", reason=reason)
        return line


def problems_of(programme: Programme, facts: LineFacts) -> dict[str, Any]:
    """Why a line cannot stand in the programme as it is told: field -> sentence; empty when it can."""
    problems: dict[str, Any] = {}
    body = programme.organisation
    if not facts.content.strip():
        problems["content"] = _("Say what is to be examined.")
    if not facts.organisations and not facts.members and not facts.all_below:
        problems["organisations"] = _("Choose at least one organisation or member.")
    outside = _("%(subject)s is not below %(body)s.")
    for organisation in facts.organisations:
        if organisation.ends_on is not None and organisation.ends_on.year < facts.year:
            words = _("%(organisation)s ended on %(day)s.")
            day = organisation.ends_on.strftime("%d/%m/%Y")
            problems["organisations"] = words % {"organisation": organisation, "day": day}
        if not is_at_or_below(organisation.path or "", body.scope_path):
            problems["organisations"] = outside % {"subject": organisation, "body": body}
    for member in facts.members:
        if member.organisation is None or not is_at_or_below(member.organisation.path or "", body.scope_path):
            problems["members"] = outside % {"subject": member, "body": body}
    if facts.examined_from and facts.examined_to and facts.examined_to < facts.examined_from:
        problems["examined_to"] = _("The period examined ends before it begins.")
    if (facts.first_month is None) != (facts.last_month is None):
        problems["last_month"] = _("Give both months, or none.")
    elif facts.first_month and facts.last_month and facts.last_month < facts.first_month:
        problems["last_month"] = _("The last month is before the first.")
    if not programme.first_year <= facts.year <= programme.last_year:
        problems["year"] = _("This year is outside the programme.")
    return problems


def _write(line: ProgrammeLine, facts: LineFacts) -> None:
    if problems := problems_of(line.programme, facts):
        raise ValidationError(problems)
    for name in ("kind", "year", "all_below", "examined_from", "examined_to", "first_month", "last_month"):
        setattr(line, name, getattr(facts, name))
    line.content, line.lead, line.note = facts.content.strip(), facts.lead.strip(), facts.note.strip()
    line.folded = fold(f"{line.content} {line.lead} {line.note}")
    line.return_reason = ""
    line.save()
    line.organisations.set(facts.organisations)
    line.members.set(facts.members)


def facts_of(line: ProgrammeLine) -> dict[str, Any]:
    """The line as plain values, for the audit."""
    return {
        "position": line.position,
        "kind": line.kind.code,
        "content": line.content,
        "subjects": [str(one) for one in [*line.organisations.all(), *line.members.all()]],
        "all_below": line.all_below,
        "examined": [line.examined_from, line.examined_to],
        "lead": line.lead,
        "slot": [line.year, line.first_month, line.last_month],
        "note": line.note,
    }


def submit_programme(*, acting_user: User, programme: Programme, now: datetime.datetime) -> Programme:
    """Hands the draft to those who may adopt it. Raises Refused, NotNow, ValidationError (no line)."""
    with transaction.atomic():
        programme, allowed = _begin(programme, acting_user, "draft_programme", [State.DRAFT], now)
        if not programme.lines.exists():
            raise ValidationError(_("A programme needs at least one line."))
        programme.state, programme.submitted_by, programme.submitted_at = State.SUBMITTED, acting_user, now
        programme.save(update_fields=["state", "submitted_by", "submitted_at"])
        programme.lines.exclude(return_reason="").update(return_reason="")
        _record(allowed, programme, now, verb="submit_programme")
        return programme


def abandon_programme(*, acting_user: User, programme: Programme, now: datetime.datetime) -> Programme:
    """Gives a draft up. Raises Refused, NotNow."""
    with transaction.atomic():
        programme, allowed = _begin(programme, acting_user, "draft_programme", [State.DRAFT], now)
        programme.state, programme.replaces = State.ABANDONED, None
        programme.save(update_fields=["state", "replaces"])
        _record(allowed, programme, now, verb="abandon_programme")
        return programme


def return_programme(
    *,
    acting_user: User,
    programme: Programme,
    reason: str,
    now: datetime.datetime,
    line_reasons: Mapping[int, str] | None = None,
) -> Programme:
    """Gives the submitted draft back with the reason, of all of it or of single lines.

    line_reasons: id of a line -> what has to change in it. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        programme, allowed = _begin(programme, acting_user, "adopt_programme", [State.SUBMITTED], now)
        told = {pk: text.strip() for pk, text in (line_reasons or {}).items() if text.strip()}
        if not reason.strip() and not told:
            raise ValidationError({"reason": _("Say what has to change.")})
        lines = programme.lines.in_bulk(list(told))
        if lines.keys() != told.keys():
            raise ValidationError({"reason": _("A line of another programme was named. Open the page again.")})
        for pk, line in lines.items():
            line.return_reason = told[pk]
            line.save(update_fields=["return_reason"])
        programme.state, programme.return_reason = State.DRAFT, reason.strip()
        programme.save(update_fields=["state", "return_reason"])
        returned = {str(line.position): line.return_reason for line in lines.values()}
        new = {"lines": returned} if returned else None
        _record(allowed, programme, now, verb="return_programme", new=new, reason=reason)
        return programme


def adopt_programme(*, acting_user: User, programme: Programme, now: datetime.datetime) -> Programme:
    """Adopts and numbers the programme, which is read-only from then on; the version before is replaced.

    Nobody adopts who drafted it, wrote a line of it or submitted it. Raises Refused, NotNow, ValidationError."""
    with transaction.atomic():
        programme, allowed = _begin(programme, acting_user, "adopt_programme", [State.SUBMITTED], now)
        allowed = authors.require_other(allowed, programme, now)
        if programme.replaces is not None:
            programme.replaces.state = State.REPLACED
            programme.replaces.save(update_fields=["state"])
        with on_paper():
            title = _("Programme %(programme)s") % {"programme": programme}
        document = issue(
            type="programme", issuer=programme.organisation, item=programme, title=title, allowed=allowed, now=now
        )
        programme.state, programme.number = State.ADOPTED, document.full_number
        programme.adopted_by, programme.adopted_at = acting_user, now
        programme.save(update_fields=["state", "number", "adopted_by", "adopted_at"])
        _record(allowed, programme, now, new={"number": programme.number})
        return programme


def pass_lines(share: Share) -> None:
    """Names the successor in the lines that name an organisation that ended. Part of its succession, which records it.

    The wording of the line, and the number of its programme, stay."""
    for line in share.rows:
        line.organisations.remove(share.old)
        line.organisations.add(share.new)
