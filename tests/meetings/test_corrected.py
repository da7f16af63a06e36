"""What was closed is corrected with a reason; points that the record gives change only with the record, both kept."""

from datetime import date as D
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from inspections.deadlines.models import Deadline
from inspections.meetings.models import Adjustment, CriteriaSet, Fact, Meeting
from inspections.meetings.queries import scheme_of
from inspections.meetings.rules import rating_of
from inspections.meetings.services.closing import PointsGiven
from inspections.meetings.services.correcting import CorrectionGiven, correct_closed
from inspections.meetings.services.holding import BallotGiven, ItemGiven, MarkGiven, SpeakerGiven
from inspections.meetings.words import reasons_told
from permissions import audit
from tests.browse import logged_in, on, words_of
from tests.meetings.held import closed, held, how, items, moment, prepared, roll, speaking
from tests.meetings.test_record import (
    FIRST,
    NEXT_DAY,
    kept,
    page,
    people_of,
    planned,
    with_standing_full,
)

__all__ = ["planned"]
NOW = "2026-11-10 08:00"


def ended(cast, meeting, **evening):
    # who spoke is judged where it was not recorded
    further = {"6.1": "30"} if evening.get("speakers") else FIRST
    return closed(cast["dm_secretary"], kept(cast, meeting, **evening), NEXT_DAY, further=further)


def corrected(cast, meeting, fact="", value=None, about=None, **line):
    given = CorrectionGiven(fact=fact, value=value, about=about, **line)
    made = correct_closed(
        acting_user=cast["dm_secretary"], meeting=meeting, given=given, reason="Ghi nhầm.", now=moment(NOW)
    )
    meeting.refresh_from_db()
    own = sum(one.points for one in meeting.scores.filter(side="own"))
    scheme = scheme_of(CriteriaSet.objects.with_lines().get(pk=meeting.criteria_set_id))
    assert (meeting.total, meeting.rating) == (own, rating_of(scheme, own))
    return made


def refused(cast, meeting, *what, **line):
    total, many = meeting.total, meeting.corrections.count()
    with pytest.raises(ValidationError) as caught:
        corrected(cast, meeting, *what, **line)
    meeting.refresh_from_db()
    assert (meeting.total, meeting.corrections.count()) == (total, many)
    return list(caught.value.error_dict)


def score_of(meeting, measure):
    return meeting.scores.select_related("line").get(side="own", line__measure=measure)


def test_computed_points_are_not_corrected_themselves(cast, planned):
    meeting = ended(cast, planned)
    for measure in ("attendance", "length", "documents", "upload"):
        one = score_of(meeting, measure)
        given = PointsGiven(max(Decimal(0), one.points - 1), "Cộng nhầm.")
        assert refused(cast, meeting, line=one.line, points=given) == ["line"]


def test_the_page_offers_only_points_that_people_judged(cast, planned):
    meeting = ended(cast, planned)
    with on("2026-11-10"):
        offered = logged_in(cast["dm_secretary"]).get(page("correct", meeting)).content.decode()
    for one in meeting.scores.filter(side="own").select_related("line"):
        assert (f"/correct/points-{one.line_id}/" in offered) is not one.is_computed


def test_a_mark_is_corrected_and_the_attendance_computed_anew(cast, planned):
    people = people_of(cast)
    meeting = ended(cast, planned, marks=roll(people, unexcused=1))
    was = score_of(meeting, "attendance")
    made = corrected(cast, meeting, Fact.MARK, MarkGiven("present"), people[-1].pk)
    now = score_of(meeting, "attendance")
    assert meeting.present == 6 and now.points > was.points and now.is_computed
    assert "6 trên 6" in reasons_told(now.explanation)
    [told] = made.rescored
    assert (Decimal(told["old"]), Decimal(told["new"])) == (was.points, now.points)
    assert told["was"] == was.explanation
    assert (made.old, made.new) == (f"{people[-1]}: vắng không lý do", f"{people[-1]}: có mặt")
    assert made.new_total - made.old_total == now.points - was.points
    entry = audit.entries_of(meeting.organisation).last()
    assert list(entry.old["points"].values()) == [told["old"]] and list(entry.new["points"].values()) == [told["new"]]
    with on("2026-11-11"):
        words = words_of(logged_in(cast["chair"]).get(page("detail", meeting)))
    assert f"{told['line']}: {told['old']} → {told['new']}" in words


def test_a_mark_is_one_that_the_evening_could_have(cast, planned):
    with_standing_full(cast)
    people = people_of(cast)
    meeting = ended(cast, planned, ballots=[BallotGiven("Nghị quyết", 6, 6, 0)])
    assert refused(cast, meeting, Fact.MARK, MarkGiven("excused"), people[-1].pk) == ["value"]
    assert refused(cast, meeting, Fact.MARK, MarkGiven("exempt"), people[-1].pk) == ["value"]
    assert refused(cast, meeting, Fact.MARK, MarkGiven("present"), cast.person("chair").pk) == ["value"]
    # the chair was there; six votes were counted
    assert refused(cast, meeting, Fact.MARK, MarkGiven("unexcused"), people[0].pk) == ["value"]
    assert refused(cast, meeting, Fact.MARK, MarkGiven("unexcused"), people[-1].pk) == ["value"]
    assert refused(cast, meeting, Fact.MARK, MarkGiven("present"), people[-1].pk) == ["value"]
    ballot = meeting.ballots.get()
    assert refused(cast, meeting, Fact.BALLOT, BallotGiven("Nghị quyết", 6, 7, 0), ballot.pk) == ["value"]
    made = corrected(cast, meeting, Fact.BALLOT, BallotGiven("Nghị quyết", 6, 5, 0, is_secret=True), ballot.pk)
    assert (made.old, made.new) == ("Nghị quyết: 6/0/0/6", "Nghị quyết: 5/0/0/6 (bỏ phiếu kín)")
    corrected(cast, meeting, Fact.MARK, MarkGiven("excused", "Ốm."), people[-1].pk)
    corrected(cast, meeting, Fact.BALLOT, BallotGiven("Kết nạp", 6, 5, 0))
    corrected(cast, meeting, Fact.BALLOT, None, ballot.pk)
    assert [one.question for one in meeting.ballots.all()] == ["Kết nạp"]


def test_times_are_corrected_within_the_day(cast, planned):
    meeting = ended(cast, planned)
    full = score_of(meeting, "length").points

    def times(start, end):
        return moment(f"2026-11-{start}"), moment(f"2026-11-{end}")

    assert refused(cast, meeting, Fact.TIMES, times("03 19:00", "03 18:00")) == ["ended_at"]
    assert refused(cast, meeting, Fact.TIMES, times("02 19:00", "02 20:00")) == ["started_at"]
    made = corrected(cast, meeting, Fact.TIMES, times("03 19:00", "03 19:40"))
    assert score_of(meeting, "length").points < full and "40 phút" in reasons_told(
        score_of(meeting, "length").explanation
    )
    assert (made.old, made.new) == ("19:00 – 20:40 03/11/2026", "19:00 – 19:40 03/11/2026")


def test_who_spoke_and_when_documents_were_out_are_corrected(cast, planned):
    people = people_of(cast)
    meeting = ended(cast, planned, speakers=speaking(people, 1))
    few = score_of(meeting, "speaking").points
    for person in people[1:6]:
        corrected(cast, meeting, Fact.SPEAKER, SpeakerGiven(person, "Nhất trí."), person.pk)
    assert score_of(meeting, "speaking").points > few
    made = corrected(cast, meeting, Fact.SPEAKER, None, people[0].pk)
    assert (made.old, made.new) == (f"{people[0]}: Nhất trí.", "")
    assert score_of(meeting, "documents").points == 0
    corrected(cast, meeting, Fact.DOCUMENTS, moment("2026-11-01 08:00"))
    assert score_of(meeting, "documents").points == 2
    assert refused(cast, meeting, Fact.DOCUMENTS, moment("2026-12-01 08:00")) == ["value"]


def test_who_spoke_stays_judged_where_it_was_not_recorded(cast, planned):
    person = people_of(cast)[1]
    assert refused(cast, ended(cast, planned), Fact.SPEAKER, SpeakerGiven(person), person.pk) == ["value"]


def test_an_assignment_is_corrected_with_its_clock_and_stays_due(cast, planned):
    people = people_of(cast)
    meeting = ended(cast, planned, items=items(people[1], 1, "2026-12-01"))
    item = meeting.items.get()
    later = ItemGiven(people[2], "Vận động ba hộ", D(2026, 12, 15), "Biên bản")
    assert refused(cast, meeting, Fact.ITEM, later, item.pk) == ["due_on"]
    stranger = ItemGiven(cast.person("stranger"), "Vận động ba hộ", D(2026, 12, 1))
    assert refused(cast, meeting, Fact.ITEM, stranger, item.pk) == ["value"]
    made = corrected(cast, meeting, Fact.ITEM, ItemGiven(people[2], "Vận động ba hộ", D(2026, 12, 1)), item.pk)
    assert made.old == f"Việc thứ 1 – {people[1]}, 01/12/2026, Biên bản"
    clock = Deadline.objects.get(duty="carry_out_assignment", item_id=item.pk)
    assert clock.title == f"Vận động ba hộ ({people[2]})" and clock.due_on == D(2026, 12, 1)


def test_the_resolution_is_corrected_or_told_afterwards(cast, planned):
    meeting = ended(cast, planned)
    assert corrected(cast, meeting, Fact.RESOLUTION, "Vận động ba hộ.").old == ""
    made = corrected(cast, meeting, Fact.RESOLUTION, "Vận động bốn hộ.")
    assert (made.old, made.new) == ("Vận động ba hộ.", "Vận động bốn hộ.")
    assert Meeting.objects.get(pk=meeting.pk).resolution.text == "Vận động bốn hộ."
    assert refused(cast, meeting, Fact.RESOLUTION, " ") == ["value"]
    assert refused(cast, meeting, Fact.EARLIER, "Khác") == ["fact"]


def test_what_a_later_meeting_looked_back_at_is_computed_anew_there(cast, planned):
    """Excused in November and December: with the mark of November corrected, it was once only."""
    people = people_of(cast)
    # as if the set asked for no second time running
    Adjustment.objects.filter(kind="bonus").update(more_than=1)
    november = ended(cast, planned, marks=roll(people, excused=1))
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    december = prepared(cast["dm_secretary"], december, "2026-12-03 19:00", now="2026-12-02 09:00")
    evening = how(people, "2026-12-03 19:00", "2026-12-03 20:40", roll(people, excused=1))
    december = held(cast["dm_secretary"], december, evening, "2026-12-04 08:00")
    december = closed(cast["dm_secretary"], december, "2026-12-04 08:00", further=FIRST)
    was = december.total
    made = correct_closed(
        acting_user=cast["dm_secretary"],
        meeting=november,
        given=CorrectionGiven(fact=Fact.MARK, value=MarkGiven("present"), about=people[-1].pk),
        reason="Ghi nhầm.",
        now=moment("2026-12-05 08:00"),
    )
    december.refresh_from_db()
    assert score_of(december, "attendance").explanation[-1]["values"]["longest"] == 1
    [later] = december.corrections.all()
    assert (later.fact, later.old_total, later.new_total) == ("earlier", was, december.total)
    assert later.new == f"{november.told}: {made.new}"
    assert december.total == sum(one.points for one in december.scores.filter(side="own"))
    assert list(audit.entries_of(november.organisation).last().new["later"]) == [december.told]
