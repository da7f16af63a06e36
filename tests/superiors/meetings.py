"""Meetings of many cells as rows, unlike each other in all that superiors are told; the same in every run."""

import datetime
import random
from datetime import date as D
from decimal import Decimal
from typing import Any

from inspections.calendars.rules import add_months, days_after
from inspections.meetings.models import CriteriaSet, Meeting, RollCallMark
from inspections.organisations.models import Organisation, Person
from inspections.superiors.models import Remark, Visit
from inspections.superiors.services.runs import recount_runs
from tests.meetings.held import moment

OVER = ("off", "unheld")
RATED = {"good": 93, "fair": 75, "average": 60, "poor": 41}
FIRST = D(2025, 12, 1)


def meeting_of(
    cell: Organisation,
    month: D,
    *,
    day: int = 5,
    kind: str = "regular",
    late: int | None = 0,
    rating: str = "",
    absent: tuple[Person, ...] = (),
    superiors: str = "",
    state: str = "planned",
) -> Meeting:
    """A meeting planned at 19:00 of the day; held so many days later, or never (None), then in the state; closed where
    it is rated."""
    planned = moment(f"{month:%Y-%m}-{day:02d} 19:00")
    people = list(Person.objects.filter(organisation=cell).order_by("pk")[:3])
    facts: dict[str, Any] = {"state": state}
    if state in OVER:
        facts |= {"called_off_at": planned, "called_off_reason": "Bão"}
    if late is not None:
        started = moment(f"{days_after(planned.date(), late)} 19:30" if late else f"{planned.date()} 19:00")
        facts = {
            "state": "held",
            "started_at": started,
            "ended_at": started + datetime.timedelta(minutes=100),
            "chair": people[0],
            "recorder": people[0],
            "expected": len(people),
            "present": len(people) - len(absent),
            "superiors": superiors,
        }
        if rating:
            facts |= {
                "state": "closed",
                "uploaded_at": started + datetime.timedelta(days=1),
                "closed_at": started + datetime.timedelta(days=1),
                "criteria_set": CriteriaSet.objects.get(organisation=None),
                "total": Decimal(RATED[rating]),
                "rating": rating,
            }
    made = Meeting.objects.create(
        organisation=cell, org_path=cell.path, kind=kind, month=month, planned_at=planned, **facts
    )
    if late is not None:
        RollCallMark.objects.bulk_create(
            RollCallMark(
                meeting=made,
                person=one,
                standing="official",
                mark="excused" if one in absent else "present",
                reason="Bận" if one in absent else "",
            )
            for one in people
        )
    return made


def varied(user: Any, seed: int = 7) -> None:
    """A year of meetings of all cells: some not planned, not held, late, poor, visited, with members absent."""
    drawn = random.Random(seed)
    for cell in Organisation.objects.filter(type__is_cell=True).order_by("pk"):
        people = list(Person.objects.filter(organisation=cell).order_by("pk")[:3])
        if not people:
            people = [Person.objects.create(full_name=f"Người {cell.pk}", folded=f"nguoi {cell.pk}", organisation=cell)]
        Meeting.objects.filter(organisation=cell).values_list("month")
        taken = set(Meeting.objects.filter(organisation=cell, kind="regular").values_list("month", flat=True))
        for back in range(12):
            month = add_months(FIRST, back)
            absent = tuple(drawn.sample(people, drawn.choice([0, 0, 1])))
            if month not in taken and drawn.random() < 0.8:
                made = meeting_of(
                    cell,
                    month,
                    day=drawn.choice([3, 5, 12]),
                    late=drawn.choice([None, 0, 0, 1, 4]),
                    rating=drawn.choice(["", *RATED]),
                    absent=absent,
                    superiors=drawn.choice(["", "", "", "Đồng chí Phó Bí thư"]),
                    state=drawn.choice(["planned", *OVER]),
                )
                if made.is_held and drawn.random() < 0.1:
                    Visit.objects.create(meeting=made, visitor=user, noted_at=made.ended_at)
                if made.is_held and drawn.random() < 0.1:
                    Remark.objects.create(
                        meeting=made,
                        organisation=cell,
                        body=cell,
                        text="x",
                        answer_by=month,
                        left_by=user,
                        left_at=made.ended_at,
                    )
            if drawn.random() < 0.25:
                meeting_of(cell, month, day=20, kind="thematic", late=drawn.choice([None, 0]), rating="poor")
        recount_runs(cell)
