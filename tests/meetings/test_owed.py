"""The month and the quarter that are owed: what was called off stays owed until another was held."""

from datetime import date as D

import pytest

from inspections.deadlines.models import Deadline
from inspections.meetings.models import Meeting
from inspections.meetings.services.planning import call_off_meeting, plan_meeting
from inspections.organisations.services import merge_organisation
from permissions.verdicts import NotNow
from tests.browse import logged_in, on, words_of
from tests.cast import at
from tests.meetings.held import held, how, moment, prepared, roll
from tests.meetings.test_record import off, page, people_of, planned

__all__ = ["planned"]
DUTY = "hold_meeting"


def clock_of(meeting):
    return Deadline.objects.filter(item_id=meeting.pk, duty=DUTY).latest("pk")


def one_more(cast, kind, day, now, topic=""):
    return plan_meeting(
        acting_user=cast["dm_secretary"],
        organisation=cast.organisation("dong_muoi"),
        kind=kind,
        planned_at=moment(f"{day} 19:00"),
        place="Nhà văn hoá",
        topic=topic,
        now=at(now),
    )


def october_of(cast):
    """Called off in October, which is over."""
    october = Meeting.objects.regular().get(month=D(2026, 10, 1))
    return off(cast, october, "2026-10-05")


def recorded(cast, meeting, day, now):
    people = people_of(cast)
    meeting = prepared(cast["dm_secretary"], meeting, f"{day} 19:00", now=f"{now} 08:00")
    evening = how(people, f"{day} 19:00", f"{day} 20:40", roll(people))
    return held(cast["dm_secretary"], meeting, evening, f"{now} 09:00")


def test_planning_a_month_that_is_over_takes_no_debt_away(cast, planned):
    october = october_of(cast)
    late = one_more(cast, "regular", "2026-10-20", "2026-12-01")
    assert clock_of(october).state == "running" and clock_of(october).due_on == D(2026, 10, 31)
    # whoever is asked for it now is asked for the one that is planned
    with pytest.raises(NotNow):
        off(cast, october, "2026-12-01")
    late = recorded(cast, late, "2026-10-20", "2026-12-02")
    clock = clock_of(october)
    assert (clock.state, clock.met_on) == ("met", D(2026, 10, 20))
    people = people_of(cast)
    other = how(people, "2026-10-22 19:00", "2026-10-22 20:40", roll(people))
    held(cast["dm_secretary"], late, other, "2026-12-02 10:00")
    assert clock_of(october).met_on == D(2026, 10, 22)


def test_what_was_planned_late_and_not_held_ends_the_debt_as_not_held(cast, planned):
    october = october_of(cast)
    late = one_more(cast, "regular", "2026-10-20", "2026-12-01")
    assert off(cast, late, "2026-12-02").state == "unheld"
    assert clock_of(october).state == "cancelled"


def test_a_cell_that_ends_tells_a_month_planned_late_as_not_held_once(cast, planned):
    october = october_of(cast)
    late = one_more(cast, "regular", "2026-10-20", "2026-11-05")
    merge_organisation(
        acting_user=cast.root,
        organisation=planned.organisation,
        successor=cast.organisation("suoi_da"),
        on=D(2026, 11, 20),
        paper="21-QĐ/ĐU",
        now=at("2026-11-23"),
    )
    late.refresh_from_db()
    october.refresh_from_db()
    assert (october.state, late.state, clock_of(october).state) == ("off", "unheld", "cancelled")


def test_the_quarter_s_thematic_meeting_stays_owed(cast, planned):
    thematic = Meeting.objects.get(kind="thematic", month=D(2026, 12, 1))
    assert off(cast, thematic, "2026-11-23").state == "off"
    assert (clock_of(thematic).state, clock_of(thematic).due_on) == ("running", D(2026, 12, 31))
    other = one_more(cast, "thematic", "2026-12-28", "2026-11-24", "Học tập chuyên đề")
    assert (clock_of(thematic).state, clock_of(other).state) == ("cancelled", "running")


def test_of_several_thematic_meetings_one_is_owed(cast, planned):
    thematic = Meeting.objects.get(kind="thematic", month=D(2026, 12, 1))
    other = one_more(cast, "thematic", "2026-11-28", "2026-11-23", "Học tập chuyên đề")
    assert off(cast, thematic, "2026-11-24").state == "off" and clock_of(thematic).state == "cancelled"
    assert off(cast, other, "2026-11-25").state == "off" and clock_of(other).state == "running"


def test_a_quarter_that_is_over_was_not_held(cast, planned):
    thematic = Meeting.objects.get(kind="thematic", month=D(2026, 12, 1))
    with on("2027-01-04"):
        client = logged_in(cast["dm_secretary"])
        assert "Ghi nhận không tổ chức" in words_of(client.get(page("call_off", thematic)))
        assert client.post(page("call_off", thematic), {"reason": "Bão số 12."}).status_code == 302
    thematic.refresh_from_db()
    assert thematic.state == "unheld" and clock_of(thematic).state == "cancelled"


def test_a_thematic_meeting_called_off_is_not_held_once_the_quarter_is_over(cast, planned):
    thematic = off(cast, Meeting.objects.get(kind="thematic", month=D(2026, 12, 1)), "2026-11-23")
    with pytest.raises(NotNow):
        off(cast, thematic, "2026-12-31")
    over = call_off_meeting(
        acting_user=cast["dm_secretary"], meeting=thematic, reason="Không ai đến.", now=at("2027-01-04")
    )
    assert over.state == "unheld" and clock_of(thematic).state == "cancelled"
