"""What is read of one cell: its meetings as facts of the rules, its flags by month, and who came."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from inspections.calendars.rules import add_months
from inspections.meetings.models import HELD, Meeting, RollCallMark
from inspections.meetings.rules import Rating
from inspections.organisations.models import Organisation, Person, User
from inspections.reports.rules import months_until
from inspections.superiors.models import AbsenceRun, RegularSupervision, Remark, Visit
from inspections.superiors.queries.flags import visited
from inspections.superiors.rules import Flag, Life, MeetingFacts, Settings, flags_of
from permissions import policy

REGULAR, OFF = Meeting.Kind.REGULAR, Meeting.State.CALLED_OFF


def with_facts(rows: QuerySet[Meeting]) -> QuerySet[Any]:
    """The meetings with what the rules ask of each beside its own columns: longest_run, is_visited."""
    runs = AbsenceRun.objects.order_by().filter(meeting=OuterRef("pk")).values("meeting")
    longest = Subquery(runs.annotate(most=Max("times")).values("most"))
    return rows.annotate(
        longest_run=Coalesce(longest, 0), is_visited=Case(When(visited(), then=Value(True)), default=Value(False))
    )


def facts_of(meeting: Any) -> MeetingFacts:
    """A meeting read by `with_facts` as the rules take it."""
    return MeetingFacts(
        month=meeting.month,
        is_regular=meeting.kind == REGULAR,
        planned_on=timezone.localdate(meeting.planned_at),
        started_on=timezone.localdate(meeting.started_at) if meeting.started_at else None,
        rating=Rating(meeting.rating) if meeting.rating else None,
        longest_run=meeting.longest_run,
        is_visited=meeting.is_visited,
        is_called_off=meeting.state == OFF,
        is_listed=meeting.is_listed,
    )


@dataclass
class MonthOfCell:
    """A month of a cell: its meetings that the reader sees, and what is told of it."""

    first: datetime.date
    meetings: list[Any] = field(default_factory=list)
    flags: dict[Flag, int] = field(default_factory=dict)

    @property
    def regular(self) -> Any:
        """The regular meeting, one that was called off only where there is no other; None where none was planned."""
        regular = [one for one in self.meetings if one.kind == REGULAR]
        return min(regular, key=lambda one: one.state == OFF, default=None)

    @property
    def thematic(self) -> list[Any]:
        return [one for one in self.meetings if one.kind != REGULAR]


def months_of(user: User, cell: Organisation, settings: Settings, today: datetime.date) -> list[MonthOfCell]:
    """The last twelve months of the cell, the first first. One query."""
    months = months_until(today)
    back = settings[Flag.UNVISITED].amount if Flag.UNVISITED in settings else 0
    since = add_months(months[0], -max(back, 3))
    rows = policy.visible(user, Meeting.objects.filter(organisation=cell, month__range=(since, months[-1])))
    meetings = list(with_facts(rows).order_by("month", "planned_at", "pk"))
    facts = [facts_of(one) for one in meetings]
    life = Life(cell.starts_on, cell.ends_on)
    return [
        MonthOfCell(
            month, [one for one in meetings if one.month == month], flags_of(month, facts, life, settings, today)
        )
        for month in months
    ]


@dataclass
class Attendance:
    """A member and how he was marked in each month, "" where he was on no roll. present, counted: of how many."""

    person: Person
    marks: list[str]
    labels: list[str]

    @property
    def squares(self) -> list[tuple[str, str]]:
        """Mark and its word for each month."""
        return list(zip(self.marks, self.labels, strict=True))

    @property
    def present(self) -> int:
        return self.marks.count(RollCallMark.Mark.PRESENT)

    @property
    def counted(self) -> int:
        return sum(mark not in ("", RollCallMark.Mark.EXEMPT) for mark in self.marks)


def attendance_of(cell: Organisation, months: Sequence[datetime.date]) -> list[Attendance]:
    """Who came to the regular meetings of the months, by name. One query."""
    rows = RollCallMark.objects.filter(
        meeting__organisation=cell,
        meeting__kind=REGULAR,
        meeting__state__in=HELD,
        meeting__month__range=(months[0], months[-1]),
    )
    found: dict[int, Attendance] = {}
    for mark in rows.select_related("person", "meeting").order_by("person__folded", "person_id", "meeting__month"):
        one = found.setdefault(mark.person_id, Attendance(mark.person, [""] * len(months), [""] * len(months)))
        place = months.index(mark.meeting.month)
        one.marks[place], one.labels[place] = mark.mark, mark.get_mark_display()
    return list(found.values())


def sees_attendance(user: User, cell: Organisation) -> bool:
    """Whether who came is for the user: one of the cell's officers, or one who inspects its members from above."""
    viewer = policy.viewer_for(user)
    return viewer.is_at("keep_meetings", cell.pk) or viewer.is_above("see_members", str(cell.path))


def visits_of(user: User, cell: Organisation) -> QuerySet[Visit]:
    """The visits to meetings of the cell that the user sees, the latest first; those struck out too."""
    rows = Visit.objects.filter(meeting__organisation=cell).select_related("meeting", "visitor__person")
    return policy.visible(user, rows).order_by("-meeting__month", "-pk")


def remarks_of(user: User, which: Q) -> QuerySet[Remark]:
    """The remarks that the user sees, the latest first, with what is shown of them. Two queries."""
    rows = Remark.objects.filter(which).select_related(
        "meeting__organisation", "organisation", "body", "left_by__person", "answered_by__person"
    )
    opened = RegularSupervision.objects.standing().select_related("topic", "outcome", "opened_by__person")
    return policy.visible(user, rows).prefetch_related(
        Prefetch("supervisions", opened, to_attr="standing_supervisions")
    )
