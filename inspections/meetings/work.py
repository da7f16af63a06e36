"""What waits for people about meetings: the cell's officers prepare, record and close, members do what was assigned."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.urls import reverse
from django.utils.translation import gettext as _

from inspections.calendars.rules import SOON, days_after
from inspections.deadlines.models import Deadline
from inspections.meetings.models import HOLD_MEETING, Meeting, ResolutionItem
from inspections.meetings.models.meetings import MeetingQuerySet
from inspections.meetings.models.results import ResolutionItemQuerySet
from inspections.organisations.models import Organisation
from permissions import policy
from permissions.viewer import Viewer

State = Meeting.State


@dataclass(frozen=True)
class CellWork:
    """One thing to do. about_name: about what; organisation: of which cell; deadline: its clock, if it has one.
    hides_why: whether the page that explains its day is not for him: a member without an office."""

    title: str
    about_name: str
    organisation: Organisation
    deadline: Deadline | None
    address: str
    hides_why: bool = False

    def get_absolute_url(self) -> str:
        return self.address


def meetings_to_do(viewer: Viewer) -> MeetingQuerySet:
    """The meetings of the viewer's cells that wait for him: to be prepared when the month has begun or the evening
    comes near, to be recorded from the evening on, to be closed once they were held; and one that was called off and
    is still owed, though the time for it is over."""
    cells = viewer.organisation_ids("keep_meetings")
    coming = Q(month__lte=viewer.today) | Q(planned_at__date__lte=days_after(viewer.today, SOON))
    waits = (
        Q(state=State.PLANNED) & coming
        | Q(state=State.PREPARED, planned_at__date__lte=viewer.today)
        | Q(state=State.HELD)
        | Q(state=State.CALLED_OFF, pk__in=_owed_too_late(cells, viewer.today)) & ~Exists(_others_of_slot())
    )
    return Meeting.objects.filter(waits, organisation__in=cells)


def _owed_too_late(cells: list[int], today: datetime.date) -> QuerySet[Any]:
    """The ids of the meetings of the cells whose last day has passed while they were owed; as `is_still_owed` says of
    one."""
    kind = ContentType.objects.get_for_model(Meeting)
    owed = Deadline.objects.live().filter(item_type=kind, duty=HOLD_MEETING, organisation__in=cells)
    return owed.filter(due_on__lt=today).values("item_id")


def _others_of_slot() -> QuerySet[Meeting]:
    """The meetings that stand in the month, or, of thematic ones, in the quarter of that of the outer query."""
    month = OuterRef("month")
    of_kind = Meeting.objects.standing().filter(organisation=OuterRef("organisation"), kind=OuterRef("kind"))
    quarter = {"month__year": ExtractYear(month), "month__quarter": ExtractQuarter(month)}
    return of_kind.filter(Q(month=month) | Q(kind=Meeting.Kind.THEMATIC, **quarter))


def assignments_to_do(viewer: Viewer) -> ResolutionItemQuerySet:
    """What was assigned to the viewer and is not done."""
    return ResolutionItem.objects.open().filter(person=viewer.person)


def count_for(viewer: Viewer, beside: Iterable["QuerySet[Any]"] = ()) -> int:
    """How much waits for the viewer about meetings, and beside them, by ids. One query; none for whoever is nobody
    here."""
    if viewer.person is None:
        return 0
    parts = [assignments_to_do(viewer).order_by().values_list("pk"), *beside]
    if viewer.holds("keep_meetings"):
        parts.append(meetings_to_do(viewer).order_by().values_list("pk"))
    return parts[0].union(*parts[1:], all=True).count() if len(parts) > 1 else parts[0].count()


def work_for(viewer: Viewer) -> list[CellWork]:
    """What waits for the viewer about meetings, those of his cells before what was assigned to him. Five queries."""
    if viewer.person is None:
        return []
    found = []
    if viewer.holds("keep_meetings"):
        meetings = list(meetings_to_do(viewer).select_related("organisation").order_by("month", "planned_at", "pk"))
        clocks = clocks_of(Meeting, meetings)
        found = [_of_meeting(meeting, clocks.get(meeting.pk)) for meeting in meetings]
    items = list(assignments_to_do(viewer).select_related("organisation").order_by("due_on", "pk"))
    clocks = clocks_of(ResolutionItem, items)
    running = Deadline.objects.filter(pk__in=[clock.pk for clock in clocks.values()])
    seen = set(policy.visible(viewer.user, running).values_list("pk", flat=True)) if clocks else set()
    return found + [_of_assignment(item, clocks.get(item.pk), seen) for item in items]


def clocks_of(model: type[Any], rows: list[Any]) -> dict[int, Deadline]:
    """Id of the row -> its live clock. One query."""
    kind = ContentType.objects.get_for_model(model)
    clocks = Deadline.objects.live().filter(item_type=kind, item_id__in=[row.pk for row in rows])
    return {clock.item_id: clock for clock in clocks}


def _of_meeting(meeting: Meeting, clock: Deadline | None) -> CellWork:
    title, page = {
        State.PLANNED: (_("Prepare the cell meeting"), "meetings:prepare"),
        State.PREPARED: (_("Record how the cell meeting was held"), "meetings:hold"),
        State.HELD: (_("Close the cell meeting and hand in its result"), "meetings:close"),
        State.CALLED_OFF: (_("Record that the cell meeting was not held"), "meetings:call_off"),
    }[State(meeting.state)]
    return CellWork(
        title=title,
        about_name=meeting.told,
        organisation=meeting.organisation,
        deadline=clock,
        address=reverse(page, args=[meeting.pk]),
    )


def _of_assignment(item: ResolutionItem, clock: Deadline | None, seen: set[int]) -> CellWork:
    return CellWork(
        title=_("Carry out what the cell assigned"),
        about_name=item.text,
        organisation=item.organisation,
        deadline=clock,
        address=reverse("meetings:assignment", args=[item.pk]),
        hides_why=clock is not None and clock.pk not in seen,
    )
