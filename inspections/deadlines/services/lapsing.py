"""A request about a clock lapses with it: once the matter was handed in or is over, nothing is left to decide.

Part of the verb by which that happened, which locked the case of the clock, or else the clock, first of all."""

import datetime
from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

from inspections.deadlines.models import ClockRequest
from inspections.organisations.text import on_paper

State = ClockRequest.State
# from rooms above: what has to end, and who has to be told, with the requests that lapsed at a moment
_FOLLOWERS: list[Callable[[list[ClockRequest], datetime.datetime], None]] = []


def lapse_is_followed_by(follower: Callable[[list[ClockRequest], datetime.datetime], None]) -> None:
    """Enters what happens with requests that lapse, in the same transaction; called from the `ready` of an app."""
    _FOLLOWERS.append(follower)


def lapse_requests(clocks: Collection[int], handed_in_on: datetime.date | None, now: datetime.datetime) -> None:
    """Ends what was asked about the clocks (by id) and waits for its decision; it says why.

    handed_in_on: the day on which the matter was handed in; None where nothing is owed any more."""
    rows = ClockRequest.objects.select_for_update(of=("self",)).filter(deadline__in=clocks, state=State.ASKED)
    asked = list(rows.select_related("deadline__organisation").order_by("pk"))
    if not asked:
        return
    with on_paper():
        if handed_in_on is not None:
            why = _("No longer needed: the matter was handed in on %(day)s.") % {"day": f"{handed_in_on:%d/%m/%Y}"}
        else:
            why = _("No longer needed: nothing is owed any more.")
    for request in asked:
        request.state, request.decided_at, request.answer = State.LAPSED, now, why
        request.save(update_fields=["state", "decided_at", "answer"])
    for follow in _FOLLOWERS:
        follow(asked, now)
