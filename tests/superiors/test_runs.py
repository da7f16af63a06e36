"""How often running a member was absent, kept in the transaction that keeps the roll call."""

import datetime
from datetime import date as D

import pytest

from inspections.meetings.models import Fact, Meeting
from inspections.meetings.services.correcting import CorrectionGiven, correct_closed
from inspections.meetings.services.holding import MarkGiven
from inspections.meetings.services.planning import YearGiven, plan_year
from inspections.superiors.models import AbsenceRun
from tests.meetings.held import closed, filled_cell, held, how, moment, prepared, roll
from tests.meetings.test_record import FIRST
from workflows.invariants.superiors import absences_agree

pytestmark = pytest.mark.django_db


def test_absences_running_follow_the_roll_calls_also_when_one_comes_late(cast):
    cell, secretary = cast.organisation("dong_muoi"), cast["dm_secretary"]
    people = filled_cell(cast, cell, 4)
    given = YearGiven(2026, 5, datetime.time(19), "Nhà văn hoá")
    plan_year(acting_user=secretary, organisation=cell, given=given, now=moment("2026-08-01 08:00"))
    regular = {one.month.month: one for one in Meeting.objects.filter(organisation=cell, kind="regular")}

    def keep(month: int, excused: int) -> None:
        day, now = f"2026-{month:02d}-05", "2026-11-20 08:00"
        meeting = regular[month]
        if meeting.state == "planned":
            meeting = regular[month] = prepared(secretary, meeting, f"{day} 19:00", now=now)
        marks = roll(people, excused=excused)
        held(secretary, meeting, how(people, f"{day} 19:00", f"{day} 20:40", marks), now)

    def kept() -> dict[int, list[tuple[int, int]]]:
        rows = AbsenceRun.objects.order_by("meeting__month", "person")
        found: dict[int, list[tuple[int, int]]] = {}
        for row in rows.select_related("meeting"):
            found.setdefault(row.meeting.month.month, []).append((row.person_id, row.times))
        return found

    last, other = people[-1].pk, people[-2].pk
    keep(8, 1)
    assert kept() == {}
    keep(10, 2)
    assert kept() == {10: [(last, 2)]}
    # September comes late: the last member attended, or not
    keep(9, 0)
    assert kept() == {}
    keep(9, 1)
    assert kept() == {9: [(last, 2)], 10: [(last, 3)]}
    keep(11, 2)
    assert sorted(kept()[11]) == sorted([(last, 4), (other, 2)])
    assert list(absences_agree(cast.now)) == []
    AbsenceRun.objects.filter(meeting=regular[11], person=last).update(times=2)
    assert len(list(absences_agree(cast.now))) == 1
    assert D(2026, 11, 1) == regular[11].month


def test_absences_running_follow_a_mark_that_is_corrected(cast):
    cell, secretary = cast.organisation("dong_muoi"), cast["dm_secretary"]
    people = filled_cell(cast, cell, 4)
    given = YearGiven(2026, 5, datetime.time(19), "Nhà văn hoá")
    plan_year(acting_user=secretary, organisation=cell, given=given, now=moment("2026-09-01 08:00"))
    for month in (9, 10):
        day, now = f"2026-{month:02d}-05", f"2026-{month:02d}-06 08:00"
        meeting = Meeting.objects.regular().get(month=D(2026, month, 1))
        meeting = prepared(secretary, meeting, f"{day} 19:00", now=f"{day} 08:00")
        held(secretary, meeting, how(people, f"{day} 19:00", f"{day} 20:40", roll(people, excused=1)), now)
        meeting.refresh_from_db()
        october = closed(secretary, meeting, now, further=FIRST)
    last = people[-1].pk
    assert list(AbsenceRun.objects.values_list("meeting", "person", "times")) == [(october.pk, last, 2)]
    correct_closed(
        acting_user=secretary,
        meeting=october,
        given=CorrectionGiven(fact=Fact.MARK, value=MarkGiven("present"), about=last),
        reason="Ghi nhầm.",
        now=moment("2026-10-07 08:00"),
    )
    assert not AbsenceRun.objects.exists() and list(absences_agree(cast.now)) == []
