"""The record of an evening at its edges: whose roll, whose votes, recorded again, by two; the month that is owed."""

from datetime import date as D
from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.deadlines.access import asking_right
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import running_clock
from inspections.meetings.models import CriteriaSet, Meeting, MeetingScore
from inspections.meetings.queries import facts_of
from inspections.meetings.services.after import report_item, score_meeting
from inspections.meetings.services.holding import BallotGiven, ItemGiven
from inspections.meetings.services.planning import (
    AgendaGiven,
    PreparationGiven,
    YearGiven,
    call_off_meeting,
    plan_meeting,
    plan_year,
    prepare_meeting,
)
from inspections.members.models import Membership
from inspections.organisations.models import Person
from inspections.organisations.services import add_person, give_office, merge_organisation
from permissions import audit
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, on, send, words_of
from tests.cast import at
from tests.meetings.held import (
    closed,
    filled_cell,
    held,
    how,
    items,
    moment,
    people_on,
    points,
    prepared,
    roll,
    speaking,
)
from tests.standing import story

FIRST = {"4.1": "4", "6.1": "30"}
START, END, NEXT_DAY = "2026-11-03 19:00", "2026-11-03 20:40", "2026-11-04 08:00"


def people_of(cast):
    return filled_cell(cast, cast.organisation("dong_muoi"), 6)


@story
def planned(cast):
    """Six members; November prepared for 03/11."""
    people_of(cast)
    plan_year(
        acting_user=cast["dm_secretary"],
        organisation=cast.organisation("dong_muoi"),
        given=YearGiven(2026, 3, time(19), "Nhà văn hoá"),
        now=moment("2026-10-01 09:00"),
    )
    meeting = Meeting.objects.regular().get(month=D(2026, 11, 1))
    return prepared(cast["dm_secretary"], meeting, START, now="2026-11-02 09:00")


def kept(cast, meeting, *, start=START, end=END, now=NEXT_DAY, marks=None, **changes):
    people = people_of(cast)
    return held(cast["dm_secretary"], meeting, how(people, start, end, marks or roll(people), **changes), now)


def refused(cast, meeting, field, **changes):
    with pytest.raises(ValidationError) as caught:
        kept(cast, meeting, **changes)
    assert list(caught.value.error_dict) == [field]
    return " ".join(caught.value.messages)


def guest_in(cast, cell):
    """A member of Suối Đá who is in the cell for a time."""
    add_person(acting_user=cast.root, now=cast.now, full_name="Lò Văn Khách", organisation=cast.organisation("suoi_da"))
    guest = Person.objects.get(full_name="Lò Văn Khách")
    Membership.objects.create(person=guest, cell=cell, kind="temporary", starts_on=D(2026, 11, 1))
    return guest


def sent_away(cast, person):
    Membership.objects.create(
        person=person, cell=cast.organisation("suoi_da"), kind="temporary", starts_on=D(2026, 11, 1)
    )


def with_standing_full(cast):
    Person.objects.filter(pk__in=[one.pk for one in people_of(cast)]).update(standing="full", full_on=None)


# whose roll, whose votes


def test_expected_and_present_are_those_whose_attendance_counts(cast, planned):
    guest = guest_in(cast, planned.organisation)
    people = people_on(planned.organisation, D(2026, 11, 3))
    assert guest in people
    meeting = kept(cast, planned, marks=roll(people, excused=1))
    assert (meeting.expected, meeting.present) == (7, 6)
    CriteriaSet.objects.update(counts_temporary=False)
    meeting = closed(cast["dm_secretary"], meeting, NEXT_DAY, further=FIRST)
    (score,) = meeting.scores.filter(line__measure="attendance")
    told = score.explanation[0]["values"]
    assert (meeting.expected, meeting.present) == (told["whole"], told["part"]) != (7, 6)


def test_whoever_is_elsewhere_counts_for_the_size_and_is_assigned_nothing(cast, planned):
    away = people_of(cast)[-1]
    sent_away(cast, away)
    there = people_on(planned.organisation, D(2026, 11, 3))
    marks = roll(there)
    said = refused(cast, planned, "items", marks=marks, items=[ItemGiven(away, "Việc", D(2026, 12, 1))])
    assert away.full_name in said
    meeting = kept(cast, planned, marks=marks)
    assert (meeting.away, facts_of(meeting).members, facts_of(meeting).away) == (1, 5, 1)
    given = PreparationGiven(moment("2026-12-03 19:00"), "Nhà văn hoá", [AgendaGiven("Một việc", away)])
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    with pytest.raises(ValidationError, match=away.full_name):
        prepare_meeting(acting_user=cast["dm_secretary"], meeting=december, given=given, now=moment(NEXT_DAY))


def test_votes_are_of_official_members_who_were_there(cast, planned):
    with_standing_full(cast)
    absent = people_of(cast)[-1].pk
    guest = guest_in(cast, planned.organisation)
    Person.objects.filter(pk=guest.pk).update(standing="full", full_on=None)
    marks = roll(people_on(planned.organisation, D(2026, 11, 3)))
    marks[absent] = type(marks[absent])("excused", "Ốm.")

    def said(ballot):
        return refused(cast, planned, "ballots", marks=marks, ballots=[ballot])

    assert "5" in said(BallotGiven("Nghị quyết", 6, 6, 0))
    assert "6" in said(BallotGiven("Nghị quyết", 7, 5, 0))
    said(BallotGiven("Nghị quyết", 0, 0, 0))
    meeting = kept(cast, planned, marks=marks, ballots=[BallotGiven("Nghị quyết", 6, 5, 0)])
    CriteriaSet.objects.update(guests_vote=True)
    meeting = kept(cast, meeting, marks=marks, ballots=[BallotGiven("Nghị quyết", 7, 6, 0)])
    assert meeting.ballots.get().yes == 6


def test_nobody_spoke_is_recorded_as_nobody(cast, planned):
    meeting = kept(cast, planned, why_no_speakers="")
    assert facts_of(meeting).speakers == 0
    meeting = kept(cast, meeting, why_no_speakers="Mất trang ghi.")
    assert facts_of(meeting).speakers is None
    said = refused(cast, meeting, "why_no_speakers", speakers=speaking(people_of(cast), 1), why_no_speakers="Mất.")
    assert said


# recorded again


def test_a_record_that_gives_way_is_kept_in_the_trail_and_the_clocks_follow(cast, planned):
    meeting = kept(cast, planned, items=items(people_of(cast)[1], 1, "2026-12-01"))
    (clock,) = Deadline.objects.filter(duty="upload_meeting")
    same = kept(cast, meeting, minutes="Sửa lỗi đánh máy.")
    assert [one.pk for one in Deadline.objects.filter(duty="upload_meeting")] == [clock.pk]
    old = audit.entries_of(meeting.organisation).last().old
    assert old["minutes"] == "Chi bộ thảo luận nhiệm vụ tháng." and len(old["roll"]) == 6
    assert old["items"] == [f"Việc thứ 1 – {people_of(cast)[1]}, 01/12/2026, Biên bản"]
    moved = kept(cast, same, start="2026-11-05 19:00", end="2026-11-05 20:40", now="2026-11-05 22:00")
    clock.refresh_from_db()
    # 07/11 is a Saturday; the two days are counted from 05/11
    assert clock.start_on == D(2026, 11, 5) and clock.due_on > D(2026, 11, 5)
    assert moved.upload_due_on == clock.due_on
    assert Deadline.objects.get(duty="hold_meeting", item_id=meeting.pk).met_on == D(2026, 11, 5)


def test_nobody_asks_for_more_time_to_hold_a_meeting(cast, planned):
    clock = Deadline.objects.get(duty="hold_meeting", item_id=planned.pk)
    assert asking_right(clock) is None
    kept(cast, planned)
    assert asking_right(Deadline.objects.get(duty="upload_meeting"))[0] == "keep_meetings"


def page(name, meeting):
    return reverse(f"meetings:{name}", args=[meeting.pk])


def evening(people, **changes):
    return {
        "day": "03/11/2026",
        "started": "19:00",
        "ended": "20:40",
        "chair": people[0].pk,
        "recorder": people[1].pk,
        **{f"mark_{person.pk}": "present" for person in people},
        "minutes": "Bàn việc thu hoạch muối.",
        "item-TOTAL_FORMS": "0",
        "item-INITIAL_FORMS": "0",
        **changes,
    }


def test_the_second_to_save_is_told_who_was_first(cast, planned):
    people = people_of(cast)
    with on("2026-11-04"):
        deputy, secretary = logged_in(cast["dm_deputy"]), logged_in(cast["dm_secretary"])
        kept(cast, planned)
        shown = deputy.get(page("hold", planned)).context["form"].seen_token
        assert secretary.post(page("hold", planned), evening(people, minutes="Bản hai.")).status_code == 302
        answer = deputy.post(page("hold", planned), evening(people, minutes="Bản ba.", seen=shown))
        assert answer.status_code == 422
        words = words_of(answer)
        assert "Bản hai." in words and "Bản ba." in words and str(cast.person("dm_secretary")) in words
        planned.refresh_from_db()
        assert planned.minutes == "Bản hai."
        again = answer.context["form"].seen_token
        assert deputy.post(page("hold", planned), evening(people, minutes="Bản ba.", seen=again)).status_code == 302


def test_the_roll_is_that_of_the_day_that_is_typed(cast, planned):
    """Planned for 03/11, held on 10/11; a member joined on 05/11: the page shown again has his row."""
    people = people_of(cast)
    person = add_person(acting_user=cast.root, now=cast.now, full_name="Ngô Văn Mới", organisation=planned.organisation)
    Membership.objects.filter(person=person).update(starts_on=D(2026, 11, 5))
    with on("2026-11-11"):
        client = logged_in(cast["dm_secretary"])
        assert "Ngô Văn Mới" not in words_of(client.get(page("hold", planned)))
        sent = evening(people, day="10/11/2026")
        answer = client.post(page("hold", planned), sent)
        assert answer.status_code == 422 and f"mark_{person.pk}" in answer.context["form"].errors
        assert client.post(page("hold", planned), {**sent, f"mark_{person.pk}": "present"}).status_code == 302
    planned.refresh_from_db()
    assert (planned.expected, planned.marks.count()) == (7, 7)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"yes": "3"}, {"question"}),
        ({"question": "Nghị quyết", "yes": "3"}, {"eligible", "no", "invalid"}),
    ],
)
def test_a_ballot_is_whole(cast, planned, changes, fields):
    with on("2026-11-04"):
        answer = logged_in(cast["dm_secretary"]).post(page("hold", planned), evening(people_of(cast), **changes))
    assert answer.status_code == 422 and set(answer.context["form"].errors) == fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"documents_day": "02/11/2026"}, "documents_time"),
        ({"notice_time": "08:00"}, "notice_day"),
    ],
)
def test_half_a_moment_is_an_error_beside_the_other_half(cast, planned, changes, field):
    rows = {"agenda-TOTAL_FORMS": "1", "agenda-INITIAL_FORMS": "0", "agenda-0-title": "Đánh giá"}
    sent = {"day": "03/11/2026", "time": "19:00", "place": "Nhà văn hoá", **rows, **changes}
    with on("2026-11-03", 8):
        answer = logged_in(cast["dm_secretary"]).post(page("prepare", planned), sent)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]


def test_a_preparation_that_gives_way_is_kept_in_the_trail(cast, planned):
    prepared(cast["dm_secretary"], planned, "2026-11-10 19:00", now="2026-11-03 08:00")
    entry = audit.entries_of(planned.organisation).last()
    assert (entry.old["planned_at"][:10], entry.new["planned_at"][:10]) == ("2026-11-03", "2026-11-10")


def test_a_thematic_meeting_is_prepared_with_its_topic(cast, planned):
    thematic = Meeting.objects.get(kind="thematic")
    assert thematic.topic == ""
    with pytest.raises(ValidationError) as caught:
        prepared(cast["dm_secretary"], thematic, "2026-12-20 19:00", now="2026-12-10 08:00")
    assert list(caught.value.error_dict) == ["topic"]


# who scores


def test_nobody_scores_as_the_superior_what_he_kept_or_what_is_his_cell_s(cast, planned):
    meeting = closed(cast["dm_secretary"], kept(cast, planned), NEXT_DAY, further=FIRST)
    given = points({"4.2": "20"})
    # the secretary of the commune is a member of the cell
    secretary = cast.person("secretary")
    Membership.objects.filter(person=secretary, ends_on=None).update(cell=meeting.organisation)
    with pytest.raises(Refused, match="đảng viên của chi bộ"):
        score_meeting(acting_user=cast["secretary"], meeting=meeting, given=given, now=cast.now)
    assert not meeting.scores.filter(side="superior").exists()
    side = MeetingScore.Side.INSPECTION
    assert score_meeting(acting_user=cast["chair"], meeting=meeting, given=given, side=side, now=cast.now)
    # one who kept the meeting, and went to another cell since
    keeper = cast.person("dm_secretary")
    give_office(
        acting_user=cast.root,
        person=keeper,
        role="committee_deputy_secretary",
        organisation=cast.organisation("commune"),
        starts_on=D(2026, 11, 10),
        now=cast.now,
        paper="5-QĐ/ĐU",
    )
    Membership.objects.filter(person=keeper).update(cell=cast.organisation("suoi_da"))
    with pytest.raises(Refused, match="buổi sinh hoạt này"):
        score_meeting(acting_user=cast["dm_secretary"], meeting=meeting, given=given, now=cast.now)


def test_nobody_scores_for_two_sides(cast, planned):
    """A chair of the inspection who is secretary of the commune too scores for one of them only, whichever is first."""
    meeting = closed(cast["dm_secretary"], kept(cast, planned), NEXT_DAY, further=FIRST)
    given = points({"4.2": "20"})
    body, commune = (cast.organisation(key) for key in ("ubkt", "commune"))
    for key, role, place in (
        ("chair", "committee_deputy_secretary", commune),
        ("secretary", "inspection_vice_chair", body),
    ):
        office = {"role": role, "organisation": place, "starts_on": D(2026, 11, 10), "paper": "5-QĐ/ĐU"}
        give_office(acting_user=cast.root, person=cast.person(key), now=cast.now, **office)
    inspection = MeetingScore.Side.INSPECTION
    assert score_meeting(acting_user=cast["chair"], meeting=meeting, given=given, side=inspection, now=cast.now)
    with pytest.raises(Refused, match="đoàn kiểm tra"):
        score_meeting(acting_user=cast["chair"], meeting=meeting, given=given, now=cast.now)
    assert score_meeting(acting_user=cast["secretary"], meeting=meeting, given=given, now=cast.now)
    with pytest.raises(Refused, match="cấp trên"):
        score_meeting(acting_user=cast["secretary"], meeting=meeting, given=given, side=inspection, now=cast.now)
    assert {one.side for one in meeting.scores.all()} == {"own", "superior", "inspection"}


# the month that is owed


def test_what_was_called_off_is_planned_anew_with_the_year(cast, planned):
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    off(cast, december, "2026-11-23")
    given = YearGiven(2026, 3, time(19), "Nhà văn hoá")
    cell = cast.organisation("dong_muoi")
    made = plan_year(acting_user=cast["dm_secretary"], organisation=cell, given=given, now=at("2026-11-23"))
    assert [(one.kind, one.month) for one in made] == [("regular", D(2026, 12, 1))]
    assert running_clock(december, "hold_meeting") is None and running_clock(made[0], "hold_meeting") is not None


def off(cast, meeting, day, reason="Bão số 12."):
    return call_off_meeting(acting_user=cast["dm_secretary"], meeting=meeting, reason=reason, now=at(day))


def test_a_month_that_is_over_was_not_held_and_nothing_takes_its_place(cast, planned):
    october = Meeting.objects.regular().get(month=D(2026, 10, 1))
    assert off(cast, october, "2026-11-05").state == "unheld"
    assert not Deadline.objects.live().filter(item_id=october.pk, duty="hold_meeting").exists()
    with pytest.raises(NotNow):
        off(cast, october, "2026-11-06")
    with pytest.raises(ValidationError, match="10/2026"):
        plan_meeting(
            acting_user=cast["dm_secretary"],
            organisation=october.organisation,
            kind="regular",
            planned_at=moment("2026-10-20 19:00"),
            place="",
            now=at("2026-11-06"),
        )


def test_a_month_called_off_is_owed_until_it_is_over(cast, planned):
    assert off(cast, planned, "2026-11-03").state == "off"
    clock = Deadline.objects.live().get(item_id=planned.pk, duty="hold_meeting")
    assert clock.due_on == D(2026, 11, 30)
    with pytest.raises(NotNow):
        off(cast, planned, "2026-11-30")
    with on("2026-12-01"):
        client = logged_in(cast["dm_secretary"])
        assert page("call_off", planned) in client.get(page("detail", planned)).content.decode()
        send(client, page("call_off", planned), reason="Không ai đến.")
        assert "Không ai đến." in words_of(client.get(page("detail", planned)))
    planned.refresh_from_db()
    assert planned.state == "unheld" and not Deadline.objects.live().filter(pk=clock.pk).exists()


def test_a_called_off_month_is_owed_no_more_when_the_cell_ends(cast, planned):
    for month in (10, 11):
        meeting = Meeting.objects.regular().get(month=D(2026, month, 1))
        off(cast, meeting, f"2026-{month}-03" if month == 11 else "2026-10-03")
    merge_organisation(
        acting_user=cast.root,
        organisation=planned.organisation,
        successor=cast.organisation("suoi_da"),
        on=D(2026, 11, 20),
        paper="21-QĐ/ĐU",
        now=at("2026-11-23"),
    )
    states = dict(Meeting.objects.regular().values_list("month__month", "state"))
    assert (states[10], states[11]) == ("unheld", "off")
    assert set(Meeting.objects.filter(month__lte=D(2026, 11, 1)).values_list("organisation", flat=True)) == {
        planned.organisation_id
    }
    live = Deadline.objects.live().filter(duty="hold_meeting")
    assert not live.filter(organisation=planned.organisation).exists()
    assert not live.filter(due_on__lt=D(2026, 12, 1)).exists()


def test_what_was_reported_before_a_merger_is_the_successor_s_to_rate(cast, planned):
    meeting = kept(cast, planned, items=items(people_of(cast)[1], 3, "2026-11-15"))
    meeting = closed(cast["dm_secretary"], meeting, NEXT_DAY, further=FIRST)
    for item in meeting.items.all()[:2]:
        report_item(
            acting_user=cast["dm_secretary"], item=item, done_on=D(2026, 11, 10), proof="Ảnh", now=at("2026-11-10")
        )
    merge_organisation(
        acting_user=cast.root,
        organisation=planned.organisation,
        successor=cast.organisation("suoi_da"),
        on=D(2026, 11, 20),
        paper="21-QĐ/ĐU",
        now=at("2026-11-23"),
    )
    assert set(meeting.items.values_list("organisation", flat=True)) == {cast.organisation("suoi_da").pk}
    (entry,) = audit.entries_of(planned.organisation).filter(verb="merge_organisation")
    assert len(entry.new["ended"]["reported_assignments"]) == 2
    people = people_on(cast.organisation("suoi_da"), D(2026, 12, 3))
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    december = prepared(cast["sd_secretary"], december, "2026-12-03 19:00", now="2026-12-02 09:00")
    december = held(
        cast["sd_secretary"],
        december,
        how(people, "2026-12-03 19:00", "2026-12-03 20:40", roll(people)),
        "2026-12-03 21:00",
    )
    assert (facts_of(december).due, facts_of(december).done) == (3, 2)
