"""A day as moments: the one way in which a day of the calendar becomes a time of the clock."""

import datetime

from django.utils import timezone


def start_of(day: datetime.date) -> datetime.datetime:
    """The first moment of the day, in the zone of the place."""
    return datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())
