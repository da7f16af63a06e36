"""Scenario F: a meeting of Chi bộ Tổ dân phố 7, and what it scores.

What waits for the pages of superiors: the flag that no thematic meeting was held by 31/12.
"""

from datetime import date as D
from datetime import time

import pytest
from django.core.exceptions import ValidationError

from inspections.deadlines.models import Deadline
from inspections.meetings.models import Meeting
from inspections.meetings.queries import facts_of, open_items_of
from inspections.meetings.services.after import CorrectionGiven, correct_closed
from inspections.meetings.services.planning import YearGiven, plan_year
from inspections.meetings.words import reasons_told
from permissions import audit
from tests.meetings.held import closed, filled_cell, held, how, items, moment, points, prepared, roll, speaking
from tests.standing import story

OCTOBER, NOVEMBER = D(2026, 10, 1), D(2026, 11, 1)


@story
def november(cast):
    """34 members, 2 of them exempt; October left ten assignments; the meeting of Tuesday 03/11 is held, not closed."""
    cell, secretary = cast.organisation("ward_cell"), cast["stranger_secretary"]
    people = filled_cell(cast, cell, 34, exempt=2)
    given = YearGiven(2026, 3, time(19, 30), "Nhà văn hoá tổ dân phố 7")
    plan_year(acting_user=secretary, organisation=cell, given=given, now=moment("2026-10-01 09:00"))
    first = Meeting.objects.regular().get(organisation=cell, month=OCTOBER)
    first = prepared(secretary, first, "2026-10-03 19:30", documents="2026-10-02 08:00", now="2026-10-02 09:00")
    marks = roll(people, exempt=2)
    evening = how(people, "2026-10-03 19:30", "2026-10-03 21:35", marks, items=items(people[2], 10, "2026-11-03"))
    first = held(secretary, first, evening, "2026-10-03 22:00")
    closed(secretary, first, "2026-10-04 20:00", further={"4.1": "4", "6.1": "27"})

    meeting = Meeting.objects.regular().get(organisation=cell, month=NOVEMBER)
    meeting = prepared(secretary, meeting, "2026-11-03 19:30", documents="2026-11-02 19:00", now="2026-11-02 19:30")
    marks = roll(people, excused=2, unexcused=1, exempt=2)
    evening = how(people, "2026-11-03 19:30", "2026-11-03 21:35", marks, speakers=speaking(people, 16))
    return held(secretary, meeting, evening, "2026-11-03 22:00")


def own(meeting):
    """number of the line -> points, why."""
    rows = meeting.scores.filter(side="own").select_related("line__criterion")
    return {one.line.number: (one.points, reasons_told(one.explanation)) for one in rows}


def by_criterion(meeting):
    found = {}
    for number, (given, _why) in own(meeting).items():
        found[number[0]] = found.get(number[0], 0) + given
    return found


def test_the_evening_is_scored_92_and_good(cast, november):
    meeting = closed(cast["stranger_secretary"], november, "2026-11-05 22:10", done=8)
    assert by_criterion(meeting) == {"1": 5, "2": 2, "3": 10, "4": 38, "5": 5, "6": 27, "7": 5}
    assert (meeting.total, meeting.rating) == (92, "good")


def test_what_is_computed_says_why(cast, november):
    meeting = closed(cast["stranger_secretary"], november, "2026-11-05 22:10", done=8)
    told = {number: why for number, (_points, why) in own(meeting).items() if why}
    assert told["1.1"] == "125 phút; yêu cầu 120 phút đối với chi bộ có 34 đảng viên. Từ 100 %: 5 điểm."
    assert "29 trên 32 đảng viên phải dự có mặt: 90.6 %." in told["2.1"]
    assert "nhiều nhất 1 điểm" in told["2.1"] and "Cộng 1 điểm" in told["2.1"]
    assert "8 trên 10" in told["6.1"] and "05/11/2026" in told["7.3"]
    assert set(told) == {"1.1", "2.1", "3.5", "4.1", "6.1", "7.3"}


def test_seven_of_ten_is_89_and_fair(cast, november):
    meeting = closed(cast["stranger_secretary"], november, "2026-11-05 22:10", done=7)
    assert (by_criterion(meeting)["6"], meeting.total, meeting.rating) == (24, 89, "fair")


@pytest.mark.parametrize(("now", "is_late"), [("2026-11-05 22:10", False), ("2026-11-06 08:00", True)])
def test_the_result_is_handed_in_within_two_days(cast, november, now, is_late):
    meeting = closed(cast["stranger_secretary"], november, now, done=8)
    assert meeting.upload_due_on == D(2026, 11, 5)
    assert (own(meeting)["7.3"][0] == 0) is is_late
    clock = Deadline.objects.get(duty="upload_meeting", item_id=meeting.pk)
    assert (clock.state, clock.met_on > clock.due_on) == ("met", is_late)


def test_documents_were_out_a_day_ahead(november):
    assert facts_of(november).documents_hours * 2 == 49


def test_assignments_of_october_came_into_the_agenda_by_themselves(november):
    carried = [item.carried for item in november.agenda.all() if item.carried is not None]
    assert len(carried) == 10 and carried == list(open_items_of(november))
    assert november.previous.month == OCTOBER


def test_a_correction_after_the_lock_needs_a_reason_and_keeps_both(cast, november):
    secretary = cast["stranger_secretary"]
    meeting = closed(secretary, november, "2026-11-05 22:10", done=8)
    [(key, given)] = points({"4.2": "20"}).items()
    line = meeting.scores.get(line=key).line
    wish = CorrectionGiven(line=line, points=given)
    with pytest.raises(ValidationError):
        correct_closed(acting_user=secretary, meeting=meeting, given=wish, reason=" ", now=moment("2026-11-10 09:00"))
    meeting.refresh_from_db()
    assert (meeting.total, meeting.corrections.count()) == (92, 0)
    made = correct_closed(
        acting_user=secretary, meeting=meeting, given=wish, reason="Cộng nhầm.", now=moment("2026-11-10 09:00")
    )
    meeting.refresh_from_db()
    assert (made.old, made.new, made.old_total, made.new_total) == ("23", "20", 92, 89)
    assert (meeting.total, meeting.rating) == (89, "fair")
    entry = audit.entries_of(meeting.organisation).last()
    assert (entry.verb, entry.reason, entry.old["total"], entry.new["total"]) == (
        "correct_meeting",
        "Cộng nhầm.",
        "92",
        "89",
    )
