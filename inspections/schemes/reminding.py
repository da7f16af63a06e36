"""What reminders have to know of reviews: who owes them, and their page."""

import datetime
from collections.abc import Collection

from django.urls import reverse

from inspections.deadlines.services import due_is_copied
from inspections.reminders.items import Known, Source, tell_of
from inspections.schemes.models import Review
from inspections.schemes.models.reviews import HOLD_REVIEW


def _known(keys: Collection[int], today: datetime.date) -> dict[int, Known]:
    return {key: Known(address=reverse("schemes:review", args=[key])) for key in keys}


def register() -> None:
    tell_of(Review, Source("keep_schemes", _known))
    due_is_copied(Review, HOLD_REVIEW, "due_on")
