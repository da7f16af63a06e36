"""The deadlines of one person as a calendar: one entry a deadline, the same for ever, and nothing of a case in it."""

import datetime
from typing import Any

from django.db.models import Max, Q
from icalendar import Calendar, Event

from inspections.calendars.rules import days_after
from inspections.deadlines.models import Deadline
from inspections.organisations.models import User
from inspections.organisations.text import on_paper
from inspections.reminders.items import address_of, known_of
from inspections.reminders.mail import absolute, host, told_outside
from inspections.reminders.models import FeedAddress
from inspections.reminders.queries import running
from inspections.reminders.services.own import digest_of
from permissions import policy
from permissions.viewer import grants_in_force

# the most urgent; a calendar program asks for all of them again and again
MOST = 500


def owner_of(token: str) -> User | None:
    """Whose feed is at the address, looked up by the digest of its secret; None when there is none, or no longer."""
    found = FeedAddress.objects.select_related("user__person").filter(digest=digest_of(token), revoked_at__isnull=True)
    address = found.first()
    return address.user if address is not None and address.user.is_active else None


def deadlines_of(user: User, now: datetime.datetime) -> list[Deadline]:
    """What runs and concerns the user: of his organisations, watched by them, of cases with a part of his or about
    himself. Not all that he may see: a province's leader sees tens of thousands."""
    viewer = policy.viewer_for(user, now)
    places = {holding.organisation_id for holding in viewer.holdings}
    cases = set(policy.bars_of(viewer).subject_of)
    for grants in policy.case_grant_models():
        held = grants._default_manager.filter(grants_in_force(viewer.today), user_id=user.pk)
        cases |= set(held.values_list("content_object_id", flat=True))
    mine = Q(organisation_id__in=places) | Q(watcher_id__in=places) | Q(case_id__in=cases)
    rows = policy.visible(user, running().filter(mine), now).select_related("organisation")
    return list(rows.annotate(moved_at=Max("changes__decided_at")).order_by("due_on", "pk")[:MOST])


def calendar_of(user: User, now: datetime.datetime) -> bytes:
    """The feed in iCalendar (RFC 5545), in the language of the papers."""
    with on_paper():
        calendar = Calendar()
        calendar.add("prodid", "-//inspections//deadlines//VI")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        deadlines = deadlines_of(user, now)
        known = known_of(deadlines, policy.viewer_for(user, now).today)
        for one in deadlines:
            calendar.add_component(_event(one, known[one.pk]))
        text: bytes = calendar.to_ical()
        return text


def _event(deadline: Any, known: Any) -> Event:
    event = Event()
    event.add("uid", f"deadline-{deadline.pk}@{host()}")
    stamp = max(filter(None, (deadline.started_at, deadline.moved_at)))
    event.add("dtstamp", stamp.astimezone(datetime.UTC))
    event.add("dtstart", deadline.due_on)
    event.add("dtend", days_after(deadline.due_on, 1))
    event.add("summary", told_outside(deadline, known))
    event.add("url", absolute(address_of(deadline, known)))
    event.add("transp", "TRANSPARENT")
    return event
