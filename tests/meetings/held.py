"""Meetings of cells as they are planned, held and closed in tests, by the verbs."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from inspections.meetings.models import CriteriaSet, Line, Meeting
from inspections.meetings.queries import open_items_of
from inspections.meetings.services.after import CorrectionGiven, correct_closed, report_item, score_meeting
from inspections.meetings.services.closing import ClosingGiven, PointsGiven, RatingGiven, close_meeting
from inspections.meetings.services.holding import HeldGiven, ItemGiven, MarkGiven, SpeakerGiven, hold_meeting
from inspections.meetings.services.planning import (
    AgendaGiven,
    PreparationGiven,
    YearGiven,
    plan_meeting,
    plan_year,
    prepare_meeting,
)
from inspections.members.models import Exemption
from inspections.members.queries import roll_of
from inspections.organisations.models import Organisation, Person, User
from inspections.organisations.services import add_person
from project.demo.cast import ZONE

PDF = b"%PDF-1.4\n1 0 obj\n"
# what the meeting of scenario F gave for the lines that are judged, by their numbers in the set
GIVEN = {
    "3.1": "3",
    "3.2": "2",
    "3.3": "2",
    "3.4": "1",
    "4.2": "23",
    "4.3": "10",
    "5.1": "1",
    "5.2": "2",
    "5.3": "1",
    "5.4": "1",
    "7.1": "2",
    "7.2": "2",
}


def moment(text: str) -> datetime.datetime:
    """The moment in Vietnam that “2026-11-03 19:30” means."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def filled_cell(cast: Any, cell: Organisation, members: int, exempt: int = 0) -> list[Person]:
    """The cell with so many members on its roll, the last of them exempt."""
    there = len(roll_of(cell, cast.now.date()))
    for number in range(there, members):
        add_person(acting_user=cast.root, now=cast.now, full_name=f"Đảng viên Thứ {number:02d}", organisation=cell)
    people = people_on(cell, cast.now.date())
    for person in people[len(people) - exempt :]:
        Exemption.objects.create(person=person)
    return people


def people_on(cell: Organisation, day: datetime.date) -> list[Person]:
    """Those of the roll on the day who are not elsewhere, who has a log-in first."""
    people = [one.person for one in roll_of(cell, day) if not one.is_away]
    return sorted(people, key=lambda person: not person.user_id)


def prepared(secretary: User, meeting: Meeting, planned: str, *, documents: str = "", now: str) -> Meeting:
    given = PreparationGiven(
        planned_at=moment(planned),
        place="Nhà văn hoá tổ dân phố 7",
        agenda=[AgendaGiven("Đánh giá tháng trước"), AgendaGiven("Nhiệm vụ tháng này")],
        topic=meeting.topic,
        documents_at=moment(documents) if documents else None,
    )
    return prepare_meeting(acting_user=secretary, meeting=meeting, given=given, now=moment(now))


def roll(people: Sequence[Person], *, excused: int = 0, unexcused: int = 0, exempt: int = 0) -> dict[int, MarkGiven]:
    """Marks of all: the exempt last, before them those absent, all others present."""
    marks: dict[int, MarkGiven] = {}
    kinds = ["exempt"] * exempt + ["unexcused"] * unexcused + ["excused"] * excused
    for place, person in enumerate(reversed(people)):
        mark = kinds[place] if place < len(kinds) else "present"
        marks[person.pk] = MarkGiven(mark, "Đi công tác." if mark == "excused" else "")
    return marks


def how(people: Sequence[Person], start: str, end: str, marks: Mapping[int, MarkGiven], **changes: Any) -> HeldGiven:
    """How a meeting was held, with the first two people in the chair and at the minutes; without speakers it is said
    that they were not recorded."""
    values: dict[str, Any] = {
        "started_at": moment(start),
        "ended_at": moment(end),
        "chair": people[0],
        "recorder": people[1],
        "roll": marks,
        "minutes": "Chi bộ thảo luận nhiệm vụ tháng.",
        "conclusions": "Thống nhất nhiệm vụ tháng.",
        "why_no_speakers": "" if changes.get("speakers") else "Mất trang ghi.",
    }
    return HeldGiven(**{**values, **changes})


def held(secretary: User, meeting: Meeting, given: HeldGiven, now: str) -> Meeting:
    return hold_meeting(acting_user=secretary, meeting=meeting, given=given, now=moment(now))


def items(person: Person, many: int, due: str) -> list[ItemGiven]:
    day = datetime.date.fromisoformat(due)
    return [ItemGiven(person, f"Việc thứ {number}", day, "Biên bản") for number in range(1, many + 1)]


def speaking(people: Sequence[Person], many: int) -> list[SpeakerGiven]:
    return [SpeakerGiven(person, "Nhất trí.") for person in people[:many]]


def points(given: Mapping[str, str], criteria: CriteriaSet | None = None) -> dict[int, PointsGiven]:
    """Points by the numbers of lines, each with a note."""
    lines = Line.objects.select_related("criterion").filter(
        criterion__criteria_set=criteria or CriteriaSet.objects.get(organisation=None)
    )
    by_number = {line.number: line.pk for line in lines}
    return {by_number[number]: PointsGiven(Decimal(one), "Chi bộ nhận xét.") for number, one in given.items()}


def ratings(meeting: Meeting, done: int) -> dict[int, RatingGiven]:
    """So many of the open assignments are done, each on its day, the others not."""
    day = timezone.localdate(meeting.started_at)
    return {
        item.pk: RatingGiven(place < done, "Chi bộ nhận xét.", item.done_on or min(item.due_on, day))
        for place, item in enumerate(open_items_of(meeting))
    }


def closed(secretary: User, meeting: Meeting, now: str, *, done: int = 0, **changes: Any) -> Meeting:
    """Closes it; lines that are judged because nothing is recorded of them have to be named by the test."""
    scores = points(GIVEN | changes.pop("further", {}))
    given = ClosingGiven(scores=scores, ratings=ratings(meeting, done), **changes)
    return close_meeting(acting_user=secretary, meeting=meeting, given=given, now=moment(now))


def month_of(cast: Any, cell_key: str, secretary_key: str, topic: str) -> dict[str, Any]:
    """A cell's November: its regular meeting closed, three on the topic held, prepared and planned; by kind of row."""
    cell, secretary, leader = cast.organisation(cell_key), cast[secretary_key], cast["province_secretary"]
    filled_cell(cast, cell, 3)
    people = people_on(cell, datetime.date(2026, 11, 3))
    given = YearGiven(2026, 3, datetime.time(19), "Nhà văn hoá")
    rows = plan_year(acting_user=secretary, organisation=cell, given=given, now=moment("2026-11-01 09:00"))
    regular = prepared(secretary, rows[0], "2026-11-03 19:00", documents="2026-11-02 08:00", now="2026-11-02 09:00")
    start, end = "2026-11-03 19:00", "2026-11-03 20:40"
    evening = how(people, start, end, roll(people), items=items(people[0], 2, "2026-12-01"), minutes=topic)
    regular = held(secretary, regular, evening, "2026-11-03 21:00")
    paper = SimpleUploadedFile("bien-ban-sinh-hoat.pdf", PDF)
    further = {"4.1": "4", "6.1": "30"}
    closed(secretary, regular, "2026-11-04 08:00", further=further, minutes_files=[paper])
    [(line, one)] = points({"4.2": "20"}).items()
    score_meeting(acting_user=leader, meeting=regular, given={line: one}, now=moment("2026-11-10 08:00"))
    wish = CorrectionGiven(fact="conclusions", value="Thống nhất.")
    now = moment("2026-11-11 08:00")
    correct_closed(acting_user=secretary, meeting=regular, given=wish, reason="Ghi gọn.", now=now)
    item, still_open = regular.items.order_by("position")
    report_item(acting_user=secretary, item=item, done_on=now.date(), proof="Biên bản", now=now)
    thematic = [_theme(secretary, cell, day, topic) for day in ("12", "20", "26")]
    being_held = prepared(secretary, thematic[0], "2026-11-12 19:00", now="2026-11-11 10:00")
    start, end = "2026-11-12 19:00", "2026-11-12 20:40"
    people = people_on(cell, datetime.date(2026, 11, 12))
    being_held = held(secretary, being_held, how(people, start, end, roll(people), minutes=topic), "2026-11-12 21:00")
    ready = prepared(secretary, thematic[1], "2026-11-20 19:00", now="2026-11-19 10:00")
    regular.refresh_from_db()
    rows = {"assignment": still_open, "closed_meeting": regular, "held_meeting": being_held, "prepared_meeting": ready}
    return {**rows, "planned_meeting": thematic[2], "meeting_cell": cell}


def _theme(secretary: User, cell: Organisation, day: str, topic: str) -> Meeting:
    return plan_meeting(
        acting_user=secretary,
        organisation=cell,
        kind="thematic",
        planned_at=moment(f"2026-11-{day} 19:00"),
        place="Nhà văn hoá",
        topic=topic,
        now=moment("2026-11-11 08:00"),
    )
