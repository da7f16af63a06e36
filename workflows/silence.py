"""Who has to judge let his own limit pass, and its rule says that silence is consent (domain.md §4.2)."""

import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError
from django.utils import timezone

from inspections.calendars.models import CONSENTING, OnSilence
from inspections.deadlines.queries import passed_in_silence
from inspections.organisations.services import program
from inspections.remedies.models import Correction
from inspections.remedies.services import accept_in_silence
from permissions.verdicts import NotNow
from workflows.models import WorkItem
from workflows.services import AlreadyDone, pass_in_silence


def consent_in_silence(*, now: datetime.datetime) -> int:
    """Accepts what a monitor did not judge in time, where the rule says so; returns how many. Each is a transaction of
    its own, and what somebody does at that moment is left to the next round."""
    clocks = passed_in_silence(OnSilence.ACCEPTED, timezone.localdate(now)).filter(
        item_type=ContentType.objects.get_for_model(Correction), duty__in=CONSENTING
    )
    waiting = WorkItem.objects.filter(deadline__in=clocks, done_at__isnull=True).select_related("task__process")
    done = 0
    for item in waiting.order_by("pk"):
        correction = item.about
        assert isinstance(correction, Correction)
        try:
            _consent(item, correction, now)
        except (NotNow, AlreadyDone, OperationalError):
            continue
        done += 1
    return done


def _consent(item: WorkItem, correction: Correction, now: datetime.datetime) -> None:
    user = program()
    pass_in_silence(
        program=user,
        item=item,
        perform=lambda: accept_in_silence(program=user, correction=correction, now=now),
        now=now,
    )
