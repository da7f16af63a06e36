"""A day as moments: the one way in which a day of the calendar becomes a time of the clock."""

import datetime

from django.utils import timezone


def at_time(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """The moment at which it is that time of the day, in the zone of the place."""
    return datetime.datetime.combine(day, time, timezone.get_default_timezone())


def start_of(day: datetime.date) -> datetime.datetime:
    """The first moment of the day, in the zone of the place."""
    return at_time(day, datetime.time())
