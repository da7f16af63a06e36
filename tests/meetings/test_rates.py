"""The rate of earlier assignments, and how a meeting rates them: whose they are, by which day, what comes back."""

from datetime import date as D
from datetime import time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from inspections.deadlines.models import Deadline
from inspections.meetings.models import CriteriaSet, Meeting, Resolution, ResolutionItem
from inspections.meetings.queries import criteria_for, facts_of, open_items_of, scheme_of
from inspections.meetings.services.after import report_item
from inspections.meetings.services.closing import ClosingGiven, RatingGiven, close_meeting
from inspections.meetings.services.planning import YearGiven, plan_meeting, plan_year
from inspections.members.models import Exemption
from permissions import audit
from permissions.verdicts import NotNow
from tests.meetings.held import GIVEN, closed, filled_cell, held, how, items, moment, points, prepared, roll
from tests.standing import story

FIRST = {"4.1": "4", "6.1": "30"}
NOVEMBER, DECEMBER = "2026-11-03", "2026-12-03"


def people_of(cast):
    return filled_cell(cast, cast.organisation("dong_muoi"), 6)


def held_on(cast, meeting, day, **changes):
    """Prepared the day before, held on the day."""
    people = people_of(cast)
    meeting = prepared(cast["dm_secretary"], meeting, f"{day} 19:00", now=f"{day} 08:00")
    marks = changes.pop("marks", None) or roll(people)
    return held(
        cast["dm_secretary"], meeting, how(people, f"{day} 19:00", f"{day} 20:40", marks, **changes), f"{day} 21:00"
    )


def regular(month):
    return Meeting.objects.regular().get(month=D(2026, month, 1))


@story
def november(cast):
    """Ten assignments of 03/11, due on 15/11; the meeting is closed."""
    cell = cast.organisation("dong_muoi")
    people = people_of(cast)
    year = YearGiven(2026, 3, time(19), "Nhà văn hoá")
    plan_year(acting_user=cast["dm_secretary"], organisation=cell, given=year, now=moment("2026-11-01 09:00"))
    meeting = held_on(cast, regular(11), NOVEMBER, items=items(people[2], 10, "2026-11-15"))
    return closed(cast["dm_secretary"], meeting, "2026-11-04 08:00", further=FIRST)


def theme(cast, day="2026-11-20"):
    return plan_meeting(
        acting_user=cast["dm_secretary"],
        organisation=cast.organisation("dong_muoi"),
        kind="thematic",
        planned_at=moment(f"{day} 19:00"),
        place="",
        topic="Đất đai",
        now=moment("2026-11-05 08:00"),
    )


def rated(cast, meeting, ratings, now, further=None):
    given = ClosingGiven(points(GIVEN | {"4.1": "4"} | (further or {})), ratings)
    return close_meeting(acting_user=cast["dm_secretary"], meeting=meeting, given=given, now=moment(now))


def shares(meeting):
    facts = facts_of(meeting, scheme_of(criteria_for(meeting.organisation, D(2026, 12, 3))))
    return facts.due, facts.done


# whose they are


def test_a_thematic_meeting_takes_no_done_assignment_away_from_the_regular_one(cast, november):
    thematic = held_on(cast, theme(cast), "2026-11-20")
    closed(cast["dm_secretary"], thematic, "2026-11-21 08:00", done=8, further={"4.1": "4"})
    december = held_on(cast, regular(12), DECEMBER)
    assert [item.text for item in open_items_of(december)] == ["Việc thứ 9", "Việc thứ 10"]
    assert shares(december) == (10, 8)
    december = closed(cast["dm_secretary"], december, "2026-12-04 08:00", done=0, further={"4.1": "4"})
    assert december.scores.get(line__measure="resolution").points == 27


def test_what_was_left_counts_again_only_where_the_set_says_so(cast, november):
    december = held_on(cast, regular(12), DECEMBER, items=items(people_of(cast)[2], 1, "2026-12-20"))
    closed(cast["dm_secretary"], december, "2026-12-04 08:00", done=8, further={"4.1": "4"})
    january = plan_meeting(
        acting_user=cast["dm_secretary"],
        organisation=december.organisation,
        kind="regular",
        planned_at=moment("2027-01-03 19:00"),
        place="",
        now=moment("2026-12-10 08:00"),
    )
    january = held_on(cast, january, "2027-01-03")
    # due by then: that of December; the two left of November were rated in December
    assert shares(january) == (1, 0)
    assert {item.text for item in open_items_of(january)} == {"Việc thứ 1", "Việc thứ 9", "Việc thứ 10"}
    CriteriaSet.objects.update(counts_leftovers=True)
    assert shares(january) == (3, 0)


# by which day


def test_what_is_due_later_counts_for_no_rate(cast, november):
    ResolutionItem.objects.update(due_on=D(2026, 12, 20))
    december = held_on(cast, regular(12), DECEMBER)
    one = open_items_of(december)[0]
    with pytest.raises(ValidationError, match="nghị quyết kỳ trước"):
        rated(cast, december, {one.pk: RatingGiven(True)}, "2026-12-04 08:00")
    december = rated(cast, december, {one.pk: RatingGiven(True)}, "2026-12-04 08:00", {"6.1": "20"})
    assert shares(december) == (0, 0)


def test_what_was_done_after_the_meeting_was_not_done_by_it(cast, november):
    december = held_on(cast, regular(12), DECEMBER)
    item = november.items.first()
    report_item(
        acting_user=cast["dm_secretary"], item=item, done_on=D(2026, 12, 5), proof="Ảnh", now=moment("2026-12-05 09:00")
    )
    others = {one.pk: RatingGiven(False) for one in open_items_of(december)}
    with pytest.raises(ValidationError, match="05/12/2026"):
        rated(cast, december, others | {item.pk: RatingGiven(True)}, "2026-12-05 20:00")
    december = rated(cast, december, others, "2026-12-05 20:00")
    assert shares(december) == (10, 0)
    item.refresh_from_db()
    # by then it was not; it is done since all the same
    assert item.done_on == D(2026, 12, 5)


def test_meetings_are_closed_in_their_order_and_assign_when_closed(cast, november):
    """The record of an earlier meeting may be mended until it is closed, whatever was prepared since."""
    thematic = held_on(cast, theme(cast), "2026-11-20", items=items(people_of(cast)[1], 2, "2026-12-01"))
    december = held_on(cast, regular(12), DECEMBER)
    assert {item.meeting_id for item in open_items_of(december)} == {november.pk}
    with pytest.raises(NotNow, match="Chuyên đề 11/2026"):
        closed(cast["dm_secretary"], december, "2026-12-04 08:00", further={"4.1": "4"})
    again = how(people_of(cast), "2026-11-20 19:00", "2026-11-20 20:40", roll(people_of(cast)), minutes="Đã sửa.")
    assert held(cast["dm_secretary"], thematic, again, "2026-12-04 08:30").minutes == "Đã sửa."
    closed(cast["dm_secretary"], thematic, "2026-12-04 09:00", further={"4.1": "4"}, done=10)
    closed(cast["dm_secretary"], december, "2026-12-04 10:00", further={"4.1": "4"})


# how they are rated


def test_the_day_is_said_of_what_was_due_before_the_meeting(cast, november):
    december = held_on(cast, regular(12), DECEMBER)
    keys = [item.pk for item in open_items_of(december)]
    with pytest.raises(ValidationError, match="thời hạn là ngày 15/11/2026"):
        rated(cast, december, {key: RatingGiven(True) for key in keys}, "2026-12-04 08:00")
    on_time = {key: RatingGiven(True, done_on=D(2026, 11, 14)) for key in keys}
    rated(cast, december, on_time, "2026-12-04 08:00")
    clocks = Deadline.objects.filter(duty="carry_out_assignment")
    assert {(clock.state, clock.met_on) for clock in clocks} == {("met", D(2026, 11, 14))}


def test_what_was_reported_done_and_is_not_comes_back_with_its_clock(cast, november):
    item = november.items.first()
    report_item(
        acting_user=cast["dm_secretary"],
        item=item,
        done_on=D(2026, 11, 14),
        proof="Ảnh",
        now=moment("2026-11-14 20:00"),
    )
    item.refresh_from_db()
    # what was agreed stays beside what was shown
    assert (item.proof, item.shown) == ("Biên bản", "Ảnh")
    december = held_on(cast, regular(12), DECEMBER)
    ratings = {one.pk: RatingGiven(False) for one in open_items_of(december)}
    with pytest.raises(ValidationError, match="14/11/2026"):
        rated(cast, december, ratings, "2026-12-04 08:00")
    ratings[item.pk] = RatingGiven(False, "Mới làm một nửa.")
    december = rated(cast, december, ratings, "2026-12-04 08:00")
    item.refresh_from_db()
    assert (item.done_on, item.shown, shares(december)) == (None, "", (10, 0))
    clocks = Deadline.objects.filter(duty="carry_out_assignment", item_id=item.pk).order_by("pk")
    assert [(clock.state, clock.due_on) for clock in clocks] == [("met", D(2026, 11, 15)), ("running", D(2026, 11, 15))]
    assert audit.entries_of(december.organisation).last().old["came_back"] == ["Việc thứ 1: 14/11/2026, Ảnh"]


def test_who_does_not_count_costs_no_bonus(cast, november):
    last = people_of(cast)[-1]
    Exemption.objects.create(person=last)
    december = held_on(cast, regular(12), DECEMBER, marks=roll(people_of(cast), excused=1))
    assert facts_of(december).longest_excused == 0
    CriteriaSet.objects.update(counts_exempt=True)
    assert facts_of(december, scheme_of(CriteriaSet.objects.with_lines().get())).longest_excused == 1


# the resolution, dues


def test_a_number_belongs_to_a_resolution_and_to_one_alone(cast, november):
    december = held_on(cast, regular(12), DECEMBER)

    def finished(**changes):
        return closed(cast["dm_secretary"], december, "2026-12-04 08:00", done=10, further={"4.1": "4"}, **changes)

    with pytest.raises(ValidationError) as caught:
        finished(number="12-NQ/CB")
    assert list(caught.value.error_dict) == ["number"]
    Resolution.objects.create(meeting_id=november.pk, number="12-NQ/CB", text="Quyết nghị.")
    with pytest.raises(ValidationError, match="11/2026"):
        finished(number="12-nq/cb", resolution="Quyết nghị.")
    assert finished(number="13-NQ/CB", resolution="Quyết nghị.").resolution.number == "13-NQ/CB"


def test_dues_are_not_below_nought(cast, november):
    december = held_on(cast, regular(12), DECEMBER)
    with pytest.raises(ValidationError) as caught:
        closed(cast["dm_secretary"], december, "2026-12-04 08:00", further={"4.1": "4"}, dues=Decimal(-5))
    assert list(caught.value.error_dict) == ["dues"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=november.pk).update(dues=-5)
