"""What reminders have to know of corrections: who corrects and who monitors in person, the number of the notice."""

import datetime
from collections.abc import Collection

from django.urls import reverse

from inspections.calendars.models import Duty
from inspections.cases.reminding import in_person
from inspections.remedies.models import Correction
from inspections.remedies.services.looks import LOOK_AGAIN
from inspections.reminders.items import Known, Source, tell_of


def _known(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    rows = Correction.objects.filter(pk__in=keys).select_related(
        "demand__notice", "demand__assignee__person", "monitor"
    )
    found = {}
    for one in rows:
        assignee, monitor = one.demand.assignee, one.monitor
        owing = in_person(assignee) if assignee is not None else ()
        found[one.pk] = Known(
            one.demand.notice.number,
            reverse("remedies:detail", args=[one.pk]),
            owing=owing,
            watching=(monitor.user_id,) if monitor.user_id and monitor.is_active else (),
            is_personal=bool(owing),
        )
    return found


def _known_to_judge(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    """The monitor owes what he judges, with the office of his body; who corrects waits for it."""
    rows = Correction.objects.filter(pk__in=keys).select_related("demand__notice", "monitor")
    return {
        one.pk: Known(
            one.demand.notice.number,
            reverse("remedies:detail", args=[one.pk]),
            owing=(one.monitor.user_id,) if one.monitor.user_id and one.monitor.is_active else (),
        )
        for one in rows
    }


def register() -> None:
    tell_of(Correction, Source("plan_remedies", _known))
    for duty in (Duty.JUDGE_PLAN, Duty.JUDGE_REPORT, LOOK_AGAIN):
        tell_of(Correction, Source("verify_remedies", _known_to_judge), duty=duty)
