"""When an accepted correction is looked at again. Part of other verbs."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.calendars.rules import Words, days_after
from inspections.cases.models import Case
from inspections.deadlines.services import start_clock
from inspections.organisations.text import on_paper
from inspections.remedies.models import Correction, LookAgain
from inspections.remedies.queries import rule_for

LOOK_AGAIN = "look_again"


def await_look(correction: Correction, case: Case, now: datetime.datetime) -> LookAgain | None:
    """Has what was just accepted looked at again, with its clock, where the tree has it so. Part of a verb."""
    rule = rule_for(case.organisation)
    if rule is None or rule.look_again_after is None:
        return None
    today = timezone.localdate(now)
    from_on = days_after(today, rule.look_again_after)
    due_on = days_after(from_on, rule.look_again_within)
    with on_paper():
        title = _("Look again: %(demand)s") % {"demand": correction.demand.text}
        written = _("from %(first)s to %(last)s") % {
            "first": from_on.strftime("%d/%m/%Y"),
            "last": due_on.strftime("%d/%m/%Y"),
        }
    start_clock(
        item=correction,
        duty=LOOK_AGAIN,
        title=title,
        organisation=case.organisation,
        watcher=case.organisation,
        case_id=case.pk,
        start_on=today,
        day=due_on,
        words=Words.AT_LATEST,
        due_text=written,
        now=now,
    )
    return LookAgain.objects.create(
        correction=correction, round=correction.round, accepted_at=now, from_on=from_on, due_on=due_on
    )


def is_to_be_looked_at(correction: Correction) -> bool:
    """Whether a second look at it is still open."""
    return correction.looks.filter(judged_at__isnull=True).exists()
