"""The verbs of the calendar. Time limits and previews of moved dates come with the next issue."""

import datetime

from django.db import transaction
from django.utils import timezone

from inspections.calendars.models import CalendarDay
from inspections.organisations.models import Organisation, User
from inspections.organisations.services import check_not_ended
from permissions import audit, policy


def add_day(
    *,
    acting_user: User,
    organisation: Organisation,
    day: datetime.date,
    kind: str,
    name: str,
    legal_basis: str,
    now: datetime.datetime,
) -> CalendarDay:
    """Adds a local day of rest or of work for the tree of an organisation. Raises Refused, ValidationError (twice)."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
        allowed = policy.require(acting_user, "keep_calendars", organisation, now)
        check_not_ended(organisation, timezone.localdate(now))
        row = CalendarDay(
            organisation=organisation, day=day, kind=kind, name=name.strip(), legal_basis=legal_basis.strip()
        )
        row.full_clean()
        row.save()
        audit.record(allowed, about=row, chain=organisation, now=now, new={"day": day, "kind": kind, "name": row.name})
        return row
