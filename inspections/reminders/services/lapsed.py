"""That a request about a time limit lapsed: told to who asked and to those who would have decided, in the transaction
in which it did. In the application only: nothing is to be done about it."""

import datetime

from django.utils import timezone

from inspections.deadlines.access import deciding_body
from inspections.deadlines.models import ClockRequest
from inspections.organisations.text import on_paper
from inspections.reminders.items import bars_on
from inspections.reminders.models import Concern, Message, Reminder
from permissions.grants import permission_id
from permissions.models import OrganisationGrant
from permissions.viewer import grants_in_force

DECIDE = "decide_extension"


def tell_of_lapse(requests: list[ClockRequest], now: datetime.datetime) -> None:
    """One entry in the history beside the item for each request, with a message to each whom it concerns."""
    today = timezone.localdate(now)
    bars = bars_on({one.deadline.case_id for one in requests if one.deadline.case_id is not None})
    for request in requests:
        clock, body = request.deadline, deciding_body(request.deadline)
        with on_paper():
            note = f"{request.get_what_display()}: {request.answer}"
        reminder = Reminder.objects.create(
            deadline=clock,
            due_on=clock.due_on,
            on_day=today,
            outcome=Reminder.Outcome.SENT,
            why=Reminder.Why.LAPSED,
            note=note,
            recorded_at=now,
        )
        deciding = OrganisationGrant.objects.filter(
            grants_in_force(today),
            permission_id=permission_id(DECIDE),
            content_object_id=body.pk,
            user__is_active=True,
        ).exclude(user=request.asked_by_id)
        told: dict[int, tuple[Concern, int | None]] = {request.asked_by_id: (Concern.OWES, None)}
        for user in deciding.order_by("user").values_list("user_id", flat=True).distinct():
            if clock.case_id is None or (clock.case_id, user) not in bars:
                told[user] = Concern.WATCHES, body.pk
        Message.objects.bulk_create(
            Message(reminder=reminder, user_id=user, concern=concern, via_id=via, made_at=now)
            for user, (concern, via) in told.items()
        )
