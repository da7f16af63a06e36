"""Drawing a sample of the meetings of a subject, and noting which were examined."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inspections.cases.models import CaseSubject
from inspections.cases.services.common import require_text
from inspections.organisations.models import User
from inspections.organisations.text import clean
from inspections.quality.models import DrawRule, Sample, SampledMeeting
from inspections.quality.queries.lists import latest_checklist, latest_sample
from inspections.quality.queries.populations import population_of, stored
from inspections.quality.sampling import BY_CHANCE, TAKES_SIZE, Rule, draw
from inspections.quality.services.common import begin_about
from permissions import audit
from permissions.verdicts import NotNow


@dataclass(frozen=True)
class DrawGiven:
    """How to draw. size: how many, or every which; seed: empty for one made by the program; reason: of a later draw."""

    rule: str
    size: int = 0
    seed: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ExaminedGiven:
    """Whether a meeting that was drawn was examined, and what is noted of it."""

    is_examined: bool
    note: str = ""


def draw_sample(
    *, acting_user: User, subject: CaseSubject, given: DrawGiven, after: int, now: datetime.datetime
) -> Sample:
    """Draws from the meetings held in the period examined and keeps all that it takes to draw the same again.

    after: the number of the last sample that the user saw, 0 for none. Raises Refused, NotNow (another drew meanwhile),
    ValidationError (naming rule, size, or reason, which every later draw has)."""
    with transaction.atomic():
        subject, case, allowed = begin_about(subject, acting_user, now)
        last = latest_sample(subject)
        number = last.number if last is not None else 0
        if number != after:
            raise NotNow(_("A sample was drawn meanwhile. Open it; another needs a reason."))
        reason = require_text("reason", given.reason) if last is not None else ""
        if given.rule not in DrawRule.values:
            raise ValidationError({"rule": _("Choose how the meetings are chosen.")})
        rule = Rule(given.rule)
        checklist = latest_checklist(subject)
        if rule is Rule.FAULTS and checklist is None:
            raise ValidationError({"rule": _("Draw up the checklist first: it says which meetings are at fault.")})
        population = population_of(subject.organisation, case.examined_from, case.examined_to, checklist)
        size = given.size if rule in TAKES_SIZE else 0
        _check_size(rule, size, len(population))
        seed = (clean(given.seed) or token_hex(4)) if rule in BY_CHANCE else ""
        drawn = draw(population, rule, size, seed)
        if not drawn:
            raise ValidationError({"rule": _("No meeting held in the period is so; choose another way.")})
        sample = Sample.objects.create(
            case=case,
            subject=subject,
            number=number + 1,
            rule=rule.value,
            size=size,
            seed=seed,
            population=stored(population),
            reason=reason,
            drawn_by=acting_user,
            drawn_at=now,
        )
        SampledMeeting.objects.bulk_create(
            SampledMeeting(sample=sample, meeting_id=key, position=position)
            for position, key in enumerate(drawn, start=1)
        )
        new = {
            "subject": str(subject),
            "number": sample.number,
            "rule": sample.rule,
            "size": size,
            "seed": seed,
            "of": len(population),
            "meetings": drawn,
        }
        audit.record(allowed, about=sample, chain=case, now=now, verb="draw_sample", new=new, reason=reason)
        return sample


def _check_size(rule: Rule, size: int, many: int) -> None:
    if not many:
        raise ValidationError({"rule": _("No meeting was held in the period, so none can be drawn.")})
    if rule not in TAKES_SIZE:
        return
    if size < 1:
        raise ValidationError({"size": _("Say how many, or every which.")})
    if size > many:
        said = _("Only %(many)s meetings were held in the period; choose a smaller number.")
        raise ValidationError({"size": said % {"many": many}})


def note_examined(
    *, acting_user: User, sample: Sample, given: Mapping[int, ExaminedGiven], now: datetime.datetime
) -> list[SampledMeeting]:
    """Notes which meetings of the newest sample were examined, by the ids of its rows.

    Raises Refused, NotNow (drawn again since), ValidationError when nothing changes."""
    with transaction.atomic():
        subject, case, allowed = begin_about(sample.subject, acting_user, now)
        last = latest_sample(subject)
        if last is None or last.pk != sample.pk:
            raise NotNow(_("The sample was drawn again since. Open the new one and go on there."))
        changed, old, new = [], {}, {}
        for row in sample.meetings.all():
            one = given.get(row.pk)
            if one is None or (one.is_examined, one.note.strip()) == (row.is_examined, row.note):
                continue
            old[str(row.meeting_id)] = {"is_examined": row.is_examined, "note": row.note}
            row.is_examined, row.note = one.is_examined, one.note.strip()
            row.noted_by, row.noted_at = acting_user, now
            new[str(row.meeting_id)] = {"is_examined": row.is_examined, "note": row.note}
            changed.append(row)
        if not changed:
            raise ValidationError(_("Mark at least one meeting, or write a note; nothing was changed."))
        SampledMeeting.objects.bulk_update(changed, ["is_examined", "note", "noted_by", "noted_at"])
        audit.record(allowed, about=sample, chain=case, now=now, verb="note_examined", old=old, new=new)
        return changed
