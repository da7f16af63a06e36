"""What reminders have to know of remarks: the officers of the cell owe the answer; where the page is."""

import datetime
from collections.abc import Collection

from django.urls import reverse

from inspections.reminders.items import Known, Source, tell_of
from inspections.superiors.models import Remark


def _known(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    """Who left the remark is told in person beside the body that watches."""
    rows = Remark.objects.filter(pk__in=keys).values_list("pk", "left_by")
    return {key: Known(address=reverse("superiors:remark", args=[key]), watching=(user,)) for key, user in rows}


def register() -> None:
    tell_of(Remark, Source("keep_meetings", _known))
