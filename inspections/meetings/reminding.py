"""What reminders have to know of meetings and assignments: the cell's officers owe them; where their page is."""

import datetime
from collections.abc import Collection

from django.urls import reverse

from inspections.meetings.models import Meeting, ResolutionItem
from inspections.reminders.items import Known, Source, tell_of


def _known_meetings(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    return {key: Known(address=reverse("meetings:detail", args=[key])) for key in keys}


def _known_items(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    """The cell owes what it assigned; the member who does it is reminded in person beside its officers."""
    rows = ResolutionItem.objects.filter(pk__in=keys).select_related("person", "meeting__resolution")
    found = {}
    for one in rows:
        resolution = getattr(one.meeting, "resolution", None)
        owing = (one.person.user_id,) if one.person.user_id and one.person.is_active else ()
        number = resolution.number if resolution is not None else ""
        found[one.pk] = Known(number, reverse("meetings:detail", args=[one.meeting_id]), owing=owing)
    return found


def register() -> None:
    tell_of(Meeting, Source("keep_meetings", _known_meetings))
    tell_of(ResolutionItem, Source("keep_meetings", _known_items))
