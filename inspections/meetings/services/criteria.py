"""The verbs of criteria sets: a new one follows from a day on, one of a tree ends, one that nothing used goes."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from inspections.calendars.rules import day_before
from inspections.meetings.access import require_set
from inspections.meetings.faults import faults_of
from inspections.meetings.models import Adjustment, Band, CriteriaSet, Criterion, Line
from inspections.meetings.queries import scheme_of
from inspections.meetings.rules import plain
from inspections.meetings.words import fault_told
from inspections.organisations.models import Organisation, User
from inspections.organisations.text import clean, on_paper
from permissions import audit
from permissions.verdicts import NotNow


@dataclass(frozen=True)
class LineGiven:
    """A line as it was typed. criterion: the name of what it belongs to, empty for that of the line before.

    bands: from which rate, how many points, whether more than it is meant. bonus: points, after how many times."""

    title: str
    points: Decimal
    criterion: str = ""
    measure: str = ""
    bands: Sequence[tuple[Decimal, Decimal, bool]] = ()
    cap: Decimal | None = None
    bonus: tuple[Decimal, int] | None = None
    source: str = ""
    certainty: str = "D"


@dataclass(frozen=True)
class SetGiven:
    """A set as it was typed: `values` by the names of its fields, and its lines in their order."""

    values: dict[str, Any]
    lines: Sequence[LineGiven] = field(default_factory=list)


def adopt_criteria(
    *, acting_user: User, organisation: Organisation | None, given: SetGiven, reason: str, now: datetime.datetime
) -> CriteriaSet:
    """Writes a new set for a tree, or, with None, for the country, and returns it; the one before it ends the day
    before. Meetings that were scored keep theirs.

    Raises Refused, NotNow (no tree yet), ValidationError (points, bands, ratings, days; no reason)."""
    with transaction.atomic():
        allowed, chain = require_set(acting_user, organisation, now)
        _check_reason(reason)
        made = CriteriaSet(organisation=organisation, **_cleaned(given.values))
        before = _make_way_for(made)
        made.full_clean()
        made.save()
        _write_lines(made, given.lines)
        _check_whole(made)
        audit.record(
            allowed,
            about=made,
            chain=chain,
            now=now,
            verb="adopt_criteria",
            old={"before": str(before), "before_id": before.pk} if before is not None else {},
            new=_told(made),
            reason=clean(reason),
        )
        return made


def end_criteria(
    *, acting_user: User, criteria_set: CriteriaSet, last_day: datetime.date | None, reason: str, now: datetime.datetime
) -> None:
    """Ends the set of a tree after a last day; from then on that of the next tree above counts.

    Raises Refused, NotNow (that of the country, one that has ended), ValidationError (the day; no reason)."""
    with transaction.atomic():
        allowed, chain = require_set(acting_user, criteria_set.organisation, now)
        found = CriteriaSet.objects.select_for_update().get(pk=criteria_set.pk)
        if found.organisation_id is None:
            raise NotNow(_("This set counts where no other does, so it ends only when another follows it."))
        if found.valid_to is not None:
            raise NotNow(_("It ends on %(day)s already.") % {"day": f"{found.valid_to:%d/%m/%Y}"})
        _check_reason(reason)
        if last_day is None:
            raise ValidationError({"last_day": _("Say the last day on which it counts.")})
        if last_day < found.valid_from:
            raise ValidationError({"last_day": _("The last day is before the first.")})
        found.valid_to = last_day
        found.save(update_fields=["valid_to"])
        audit.record(
            allowed,
            about=found,
            chain=chain,
            now=now,
            verb="end_criteria",
            new={"valid_to": last_day.isoformat()},
            reason=clean(reason),
        )


def withdraw_criteria(*, acting_user: User, criteria_set: CriteriaSet, reason: str, now: datetime.datetime) -> None:
    """Takes a set out that no meeting was scored by; the one before it counts on in its stead.

    Raises Refused, NotNow (in use; the only one of the country), ValidationError (no reason)."""
    with transaction.atomic():
        allowed, chain = require_set(acting_user, criteria_set.organisation, now)
        found = CriteriaSet.objects.select_for_update().get(pk=criteria_set.pk)
        _check_reason(reason)
        others = CriteriaSet.objects.filter(organisation=found.organisation).exclude(pk=found.pk)
        before = others.filter(valid_to=day_before(found.valid_from)).select_for_update().first()
        if found.organisation_id is None and before is None:
            raise NotNow(_("This set counts where no other does, so it stays until another follows it."))
        told, kept = _told(found), CriteriaSet(pk=found.pk, name=found.name)
        try:
            found.delete()
        except ProtectedError as problem:
            raise NotNow(_("Meetings were scored by this set, so it stays. Let another follow it.")) from problem
        if before is not None:
            before.valid_to = found.valid_to
            before.save(update_fields=["valid_to"])
        audit.record(
            allowed, about=kept, chain=chain, now=now, verb="withdraw_criteria", old=told, reason=clean(reason)
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, or name the paper it follows.")})


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}


def _make_way_for(made: CriteriaSet) -> CriteriaSet | None:
    """Ends the set of the same place that counts on the first day of the new one; returns it."""
    first = made.valid_from
    rows = CriteriaSet.objects.filter(organisation=made.organisation).select_for_update()
    later = rows.filter(valid_from__gte=first).order_by("-valid_from").first()
    if later is not None:
        said = _("“%(other)s” counts from %(day)s on: let the new set begin after that day.")
        raise ValidationError({"valid_from": said % {"other": later, "day": f"{later.valid_from:%d/%m/%Y}"}})
    before = rows.in_force(first).first()
    if before is not None:
        before.valid_to = day_before(first)
        before.save(update_fields=["valid_to"])
    return before


def _write_lines(made: CriteriaSet, lines: Sequence[LineGiven]) -> None:
    if not lines or not clean(lines[0].criterion):
        raise ValidationError(_("The first line names the criterion it belongs to."))
    groups: list[tuple[str, list[LineGiven]]] = []
    for line in lines:
        if clean(line.criterion):
            groups.append((clean(line.criterion), []))
        groups[-1][1].append(line)
    for place, (title, several) in enumerate(groups, start=1):
        points = sum((line.points for line in several), Decimal(0))
        criterion = Criterion(criteria_set=made, position=place, title=title, points=points)
        criterion.full_clean(exclude=["criteria_set"], validate_constraints=False)
        if not 0 < points <= 100:
            raise ValidationError(_("“%(name)s” has %(points)s points; it may have 1 to 100.") % {
                "name": title, "points": plain(points),
            })  # fmt: skip
        criterion.save()
        for number, line in enumerate(several, start=1):
            _write_line(criterion, number, line)


def _write_line(criterion: Criterion, number: int, given: LineGiven) -> None:
    if given.points <= 0:
        raise ValidationError(_("“%(name)s”: give the line more than 0 points.") % {"name": clean(given.title)})
    line = Line(
        criterion=criterion,
        position=number,
        title=clean(given.title),
        points=given.points,
        measure=given.measure,
        source=clean(given.source),
        certainty=given.certainty,
    )
    line.full_clean(exclude=["criterion"])
    line.save()
    if len({(start, is_above) for start, _points, is_above in given.bands}) < len(given.bands):
        raise ValidationError(_("“%(name)s”: two bands begin at the same rate.") % {"name": line.title})
    for start, points, is_above in given.bands:
        band = Band(line=line, start=start, points=points, is_above=is_above)
        band.full_clean(exclude=["line"])
        band.save()
    if given.cap is not None:
        Adjustment.objects.create(line=line, kind=Adjustment.Kind.CAP, points=given.cap)
    if given.bonus is not None:
        points, times = given.bonus
        Adjustment.objects.create(line=line, kind=Adjustment.Kind.BONUS, points=points, more_than=times)


def _check_whole(made: CriteriaSet) -> None:
    """Raises ValidationError with all that is wrong with the set as it was written."""
    fresh = CriteriaSet.objects.with_lines().get(pk=made.pk)
    titles: dict[tuple[int, int], str] = {}
    for criterion in fresh.criteria.all():
        titles[criterion.position, 0] = criterion.title
        titles |= {(criterion.position, line.position): line.title for line in criterion.lines.all()}
    faults = faults_of(scheme_of(fresh))
    if faults:
        raise ValidationError([fault_told(fault, titles) for fault in faults])


def _told(criteria_set: CriteriaSet) -> dict[str, Any]:
    """The set for the record, in the language of the place: its days and paper, and each line."""
    fresh = CriteriaSet.objects.with_lines().get(pk=criteria_set.pk)
    with on_paper():
        lines = [
            f"{criterion.title} – {line.title}: {plain(line.points)}"
            for criterion in fresh.criteria.all()
            for line in criterion.lines.all()
        ]
    return {
        "name": fresh.name,
        "organisation": str(fresh.organisation or ""),
        "valid_from": fresh.valid_from.isoformat(),
        "legal_basis": fresh.legal_basis,
        "lines": lines,
    }
