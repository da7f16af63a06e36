"""What waits for people about meetings: the cell's officers prepare, record and close, members do what was assigned."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from inspections.calendars.rules import SOON, days_after
from inspections.deadlines.models import Deadline
from inspections.meetings.models import Meeting, ResolutionItem
from inspections.meetings.models.meetings import MeetingQuerySet
from inspections.meetings.models.results import ResolutionItemQuerySet
from inspections.organisations.models import Organisation
from permissions.viewer import Viewer

State = Meeting.State


@dataclass(frozen=True)
class CellWork:
    """One thing to do. about_name: about what; organisation: of which cell; deadline: its clock, if it has one."""

    title: str
    about_name: str
    organisation: Organisation
    deadline: Deadline | None
    address: str

    def get_absolute_url(self) -> str:
        return self.address


def meetings_to_do(viewer: Viewer) -> MeetingQuerySet:
    """The meetings of the viewer's cells that wait for him: to be prepared when the month has begun or the evening
    comes near, to be recorded from the evening on, to be closed once they were held."""
    coming = Q(month__lte=viewer.today) | Q(planned_at__date__lte=days_after(viewer.today, SOON))
    waits = (
        Q(state=State.PLANNED) & coming
        | Q(state=State.PREPARED, planned_at__date__lte=viewer.today)
        | Q(state=State.HELD)
    )
    return Meeting.objects.filter(waits, organisation__in=viewer.organisation_ids("keep_meetings"))


def assignments_to_do(viewer: Viewer) -> ResolutionItemQuerySet:
    """What was assigned to the viewer and is not done."""
    return ResolutionItem.objects.open().filter(person=viewer.person)


def count_for(viewer: Viewer) -> int:
    """How much waits for the viewer about meetings. One query; none for whoever is nobody here."""
    if viewer.person is None:
        return 0
    assigned = assignments_to_do(viewer).order_by().values_list("pk")
    if not viewer.holds("keep_meetings"):
        return assigned.count()
    return assigned.union(meetings_to_do(viewer).order_by().values_list("pk"), all=True).count()


def work_for(viewer: Viewer) -> list[CellWork]:
    """What waits for the viewer about meetings, those of his cells before what was assigned to him. Four queries."""
    if viewer.person is None:
        return []
    found = []
    if viewer.holds("keep_meetings"):
        meetings = list(meetings_to_do(viewer).select_related("organisation").order_by("month", "planned_at", "pk"))
        clocks = _clocks_of(Meeting, meetings)
        found = [_of_meeting(meeting, clocks.get(meeting.pk)) for meeting in meetings]
    items = list(assignments_to_do(viewer).select_related("organisation").order_by("due_on", "pk"))
    clocks = _clocks_of(ResolutionItem, items)
    return found + [_of_assignment(item, clocks.get(item.pk)) for item in items]


def _clocks_of(model: type[Any], rows: list[Any]) -> dict[int, Deadline]:
    kind = ContentType.objects.get_for_model(model)
    clocks = Deadline.objects.live().filter(item_type=kind, item_id__in=[row.pk for row in rows])
    return {clock.item_id: clock for clock in clocks}


def _of_meeting(meeting: Meeting, clock: Deadline | None) -> CellWork:
    title, page = {
        State.PLANNED: (_("Prepare the cell meeting"), "meetings:prepare"),
        State.PREPARED: (_("Record how the cell meeting was held"), "meetings:hold"),
        State.HELD: (_("Close the cell meeting and hand in its result"), "meetings:close"),
    }[State(meeting.state)]
    return CellWork(
        title=title,
        about_name=meeting.told,
        organisation=meeting.organisation,
        deadline=clock,
        address=reverse(page, args=[meeting.pk]),
    )


def _of_assignment(item: ResolutionItem, clock: Deadline | None) -> CellWork:
    return CellWork(
        title=_("Carry out what the cell assigned"),
        about_name=item.text,
        organisation=item.organisation,
        deadline=clock,
        address=reverse("meetings:detail", args=[item.meeting_id]),
    )
