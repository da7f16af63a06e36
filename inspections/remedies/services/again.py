"""Looking again at what was accepted: still fixed, or recurring, so that it opens again (domain.md §5.4)."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import Words, due_from_words
from inspections.cases.models import Case
from inspections.deadlines.services import meet_clock
from inspections.organisations.models import User
from inspections.remedies.clocks import start_correcting
from inspections.remedies.models import Correction, LookAgain
from inspections.remedies.services.corrections import State, require_judge
from inspections.remedies.services.looks import LOOK_AGAIN
from permissions import audit
from permissions.verdicts import NotNow

Verdict = LookAgain.Verdict


@dataclass(frozen=True)
class LookGiven:
    """What whoever looked says. A recurring one is to be corrected by a new day, in the words in which it is set."""

    verdict: str
    reason: str = ""
    due_day: datetime.date | None = None
    due_words: str = Words.AT_LATEST.value


def look_again(*, acting_user: User, correction: Correction, given: LookGiven, now: datetime.datetime) -> LookAgain:
    """The monitor, or the body that concluded, says whether what was accepted is still fixed.

    A recurring one opens again: its plan is written anew, the lines and verdicts of before stay.
    Raises Refused, NotNow (no look is open, or not yet), ValidationError."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=correction.demand.notice.case_id)
        correction = Correction.objects.select_for_update().get(pk=correction.pk)
        allowed = require_judge(acting_user, correction, now)
        look = correction.looks.select_for_update().filter(judged_at__isnull=True).first()
        if look is None:
            raise NotNow(_("No second look at this correction is open."))
        today = timezone.localdate(now)
        if today < look.from_on:
            raise NotNow(
                _("It is looked at again from %(day)s on, so that it shows whether the correction lasts.")
                % {"day": look.from_on.strftime("%d/%m/%Y")}
            )
        _check(given, today)
        old = {"state": correction.state, "due_on": correction.due_on, "accepted_at": look.accepted_at.isoformat()}
        look.verdict, look.reason = given.verdict, given.reason.strip()
        look.judged_by, look.judged_at = acting_user, now
        look.save()
        meet_clock(correction, LOOK_AGAIN, today, now=now)
        if given.verdict == Verdict.RECURRING:
            assert given.due_day is not None
            _open_again(correction, given.due_day, Words(given.due_words), now)
        audit.record(
            allowed,
            about=correction,
            chain=case,
            now=now,
            verb="look_again",
            old=old,
            new={"verdict": look.verdict, "state": correction.state, "due_on": correction.due_on},
            reason=look.reason,
        )
        return look


def _check(given: LookGiven, today: datetime.date) -> None:
    if given.verdict not in Verdict.values:
        raise ValidationError({"outcome": _("Say whether it is still fixed.")})
    if given.verdict == Verdict.STILL_FIXED:
        return
    problems: dict[str, Any] = {}
    if not given.reason.strip():
        problems["reason"] = _("Say what was found, so that it can be mended.")
    if given.due_day is None:
        problems["due_day"] = _("Set the day by which it has to be corrected.")
    elif due_from_words(Words(given.due_words), given.due_day) < today:
        problems["due_day"] = _("This day is past; set one that can still be kept.")
    if problems:
        raise ValidationError(problems)


def _open_again(correction: Correction, day: datetime.date, words: Words, now: datetime.datetime) -> None:
    correction.state, correction.accepted_at = State.PLANNING, None
    correction.times_recurred += 1
    correction.due_on = due_from_words(words, day)
    correction.save(update_fields=["state", "accepted_at", "times_recurred", "due_on"])
    start_correcting(correction, day, words, timezone.localdate(now), now)
