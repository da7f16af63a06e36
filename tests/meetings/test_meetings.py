"""The verbs of cell meetings: planned, prepared, held, closed; wrong person, moment and input; what is stored."""

from dataclasses import replace
from datetime import date as D
from datetime import time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from inspections.deadlines.models import Deadline
from inspections.meetings import rules
from inspections.meetings.models import CriteriaSet, Meeting, MeetingScore, RollCallMark
from inspections.meetings.queries import facts_of, open_items_of
from inspections.meetings.services import planning
from inspections.meetings.services.after import CorrectionGiven, correct_closed, report_item, score_meeting
from inspections.meetings.services.closing import ClosingGiven, PointsGiven, RatingGiven, close_meeting
from inspections.meetings.services.criteria import withdraw_criteria
from inspections.meetings.services.holding import BallotGiven, ItemGiven, MarkGiven, SpeakerGiven
from inspections.meetings.services.planning import AgendaGiven, PreparationGiven, YearGiven
from permissions import audit, policy
from permissions.verdicts import NotNow, Refused
from tests.meetings.held import (
    GIVEN,
    closed,
    filled_cell,
    held,
    how,
    items,
    moment,
    points,
    prepared,
    roll,
    speaking,
)
from tests.standing import story

FIRST = {"4.1": "4", "6.1": "30"}  # what nothing is recorded of in a first meeting
START, END = "2026-11-03 19:00", "2026-11-03 20:40"
NEXT_DAY = "2026-11-04 08:00"


@story
def planned(cast):
    """Ten members of Chi bộ thôn Đồng Muối; the year planned on 01/10/2026, November prepared on 02/11."""
    cell, secretary = cast.organisation("dong_muoi"), cast["dm_secretary"]
    people_of(cast)
    planning.plan_year(
        acting_user=secretary,
        organisation=cell,
        given=YearGiven(2026, 3, time(19, 0), "Nhà văn hoá thôn"),
        now=moment("2026-10-01 09:00"),
    )
    meeting = Meeting.objects.regular().get(organisation=cell, month=D(2026, 11, 1))
    return prepared(secretary, meeting, START, documents="2026-11-02 08:00", now="2026-11-02 09:00")


def people_of(cast):
    """The ten members, the officers first."""
    return filled_cell(cast, cast.organisation("dong_muoi"), 10)


def evening(cast, **changes):
    marks = changes.pop("marks", None) or roll(people_of(cast), excused=1)
    return how(people_of(cast), changes.pop("start", START), changes.pop("end", END), marks, **changes)


def kept(cast, meeting, now=NEXT_DAY, **changes):
    return held(cast["dm_secretary"], meeting, evening(cast, **changes), now)


# the year


def test_a_year_is_planned_once_with_its_clocks(cast, planned):
    rows = Meeting.objects.filter(organisation=planned.organisation)
    # October to December are left of the year, and the theme of its last quarter
    assert [(one.kind, one.month.month) for one in rows.order_by("kind", "month")] == [
        ("regular", 10),
        ("regular", 11),
        ("regular", 12),
        ("thematic", 12),
    ]
    clocks = Deadline.objects.filter(duty="hold_meeting").order_by("due_on", "pk")
    assert [one.due_on for one in clocks] == [D(2026, 10, 31), D(2026, 11, 30), D(2026, 12, 31), D(2026, 12, 31)]
    assert {(one.organisation, one.watcher) for one in clocks} == {(planned.organisation, cast.organisation("commune"))}
    year = YearGiven(2027, 3, time(19, 0))
    made = planning.plan_year(
        acting_user=cast["dm_secretary"], organisation=planned.organisation, given=year, now=moment(NEXT_DAY)
    )
    assert [one.kind for one in made].count("regular") == 12 and [one.kind for one in made].count("thematic") == 4
    with pytest.raises(NotNow):
        planning.plan_year(
            acting_user=cast["dm_secretary"], organisation=planned.organisation, given=year, now=moment(NEXT_DAY)
        )


@pytest.mark.parametrize(
    "given",
    [
        YearGiven(2025, 3, time(19)),
        YearGiven(2028, 3, time(19)),
        YearGiven(2026, 31, time(19)),
        YearGiven(2026, 3, time(19), thematic_day=0),
        YearGiven(2026, 3, time(19), thematic_months=(3, 6, 9)),
    ],
)
def test_a_year_that_cannot_be_planned(cast, given):
    cell = cast.organisation("suoi_da")
    with pytest.raises(ValidationError):
        planning.plan_year(acting_user=cast["sd_secretary"], organisation=cell, given=given, now=cast.now)
    assert not Meeting.objects.filter(organisation=cell).exists()


def test_only_the_cell_s_officers_keep_its_meetings(cast, planned):
    for user in ("sd_secretary", "chair", "secretary", "stranger", "administrator"):
        with pytest.raises(Refused):
            held(cast[user], planned, evening(cast), NEXT_DAY)
    with pytest.raises(ValidationError, match="không phải là chi bộ"):
        planning.plan_year(
            acting_user=cast["secretary"],
            organisation=cast.organisation("commune"),
            given=YearGiven(2026, 3, time(19)),
            now=cast.now,
        )
    assert held(cast["dm_deputy"], planned, evening(cast), NEXT_DAY).state == "held"


def test_a_second_regular_meeting_in_a_month_is_refused_also_by_the_database(cast, planned):
    with pytest.raises(ValidationError, match="11/2026"):
        one_more(cast, planned, "regular", "2026-11-20 19:00")
    with pytest.raises(ValidationError):
        one_more(cast, planned, "thematic", "2026-11-20 19:00")
    assert one_more(cast, planned, "thematic", "2026-11-20 19:00", topic="Đất đai").month == D(2026, 11, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(
            organisation=planned.organisation,
            org_path=planned.org_path,
            kind="regular",
            month=D(2026, 11, 1),
            planned_at=planned.planned_at,
        )


def one_more(cast, meeting, kind, at, topic=""):
    return planning.plan_meeting(
        acting_user=cast["dm_secretary"],
        organisation=meeting.organisation,
        kind=kind,
        planned_at=moment(at),
        place="",
        topic=topic,
        now=moment(NEXT_DAY),
    )


# prepared


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agenda": []}, "agenda"),
        ({"agenda": [AgendaGiven(" ")]}, "agenda"),
        ({"planned_at": moment("2026-12-01 19:00")}, "planned_at"),
        ({"documents_at": moment("2026-11-03 09:00")}, "documents_at"),
        ({"notice_at": moment("2026-11-03 09:00")}, "notice_at"),
    ],
)
def test_what_cannot_be_prepared(cast, planned, changes, field):
    good = PreparationGiven(moment(START), "Nhà văn hoá", [AgendaGiven("Một việc")])
    with pytest.raises(ValidationError) as caught:
        planning.prepare_meeting(
            acting_user=cast["dm_secretary"],
            meeting=planned,
            given=replace(good, **changes),
            now=moment("2026-11-02 10:00"),
        )
    assert list(caught.value.error_dict) == [field]
    assert planned.agenda.count() == 2


def test_a_stranger_prepares_nothing(cast, planned):
    given = PreparationGiven(moment(START), "", [AgendaGiven("Một việc", cast.person("stranger"))])
    with pytest.raises(ValidationError, match="Cao Bá Thước"):
        planning.prepare_meeting(
            acting_user=cast["dm_secretary"], meeting=planned, given=given, now=moment("2026-11-02 10:00")
        )


# held


def test_holding_keeps_all_and_starts_the_clock_of_handing_in(cast, planned):
    meeting = kept(
        cast,
        planned,
        speakers=speaking(people_of(cast), 3),
        items=items(people_of(cast)[2], 2, "2026-12-01"),
        ballots=[BallotGiven("Nghị quyết tháng 11", 9, 8, 1)],
    )
    assert (meeting.state, meeting.expected, meeting.present, meeting.upload_due_on) == ("held", 10, 9, D(2026, 11, 5))
    assert (meeting.marks.count(), meeting.speakers.count(), meeting.items.count(), meeting.ballots.count()) == (
        10,
        3,
        2,
        1,
    )
    states = dict(Deadline.objects.filter(item_id=meeting.pk).values_list("duty", "state"))
    assert states == {"hold_meeting": "met", "upload_meeting": "running"}
    assert Deadline.objects.get(duty="hold_meeting", item_id=meeting.pk).met_on == D(2026, 11, 3)
    # until it is closed it may be recorded again; nothing is there twice
    again = kept(cast, meeting, marks=roll(people_of(cast)))
    assert (again.present, again.marks.count(), again.items.count()) == (10, 10, 0)
    assert Deadline.objects.live().filter(item_id=meeting.pk, duty="upload_meeting").count() == 1
    assert [one.verb for one in audit.entries_of(meeting.organisation)][-2:] == ["hold_meeting"] * 2


STRANGER = object()
BAD = [
    ("ended_at", {"end": "2026-11-03 19:00"}, "trước giờ bắt đầu"),
    ("ended_at", {"end": "2026-11-03 18:00"}, "trước giờ bắt đầu"),
    ("ended_at", {"start": "2026-11-04 19:00", "end": "2026-11-04 20:30"}, "chưa diễn ra"),
    ("ended_at", {"end": "2026-11-04 07:30"}, "dài như vậy"),
    ("started_at", {"start": "2026-10-30 19:00", "end": "2026-10-30 20:30"}, "11/2026"),
    ("minutes", {"minutes": "  "}, "thảo luận"),
]


@pytest.mark.parametrize(("field", "changes", "said"), BAD)
def test_times_and_minutes_that_cannot_be(cast, planned, field, changes, said):
    refused(cast, planned, field, said, **changes)


def refused(cast, meeting, field, said, **changes):
    """Refused with a sentence beside the field; nothing is stored."""
    with pytest.raises(ValidationError) as caught:
        kept(cast, meeting, **changes)
    assert list(caught.value.error_dict) == [field] and said in " ".join(caught.value.messages)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.marks.count(), meeting.items.count()) == ("prepared", 0, 0)


def test_roll_call_is_of_the_members_of_the_cell(cast, planned):
    marks, people = roll(people_of(cast)), people_of(cast)
    stranger = cast.person("stranger")
    more = {**marks, stranger.pk: MarkGiven("present")}
    refused(cast, planned, "roll", "10 đảng viên", marks=more)
    refused(cast, planned, "roll", people[-1].full_name, marks={key: marks[key] for key in list(marks)[1:]})
    refused(cast, planned, "roll", "lý do vắng", marks={**marks, people[4].pk: MarkGiven("excused", " ")})
    refused(cast, planned, "roll", people[4].full_name, marks={**marks, people[4].pk: MarkGiven("exempt")})
    refused(cast, planned, "roll", people[4].full_name, marks={**marks, people[4].pk: MarkGiven("late")})
    refused(cast, planned, "chair", "có mặt", marks={**marks, people[0].pk: MarkGiven("unexcused")})
    refused(cast, planned, "recorder", "có mặt", recorder=stranger)


def test_speakers_assignments_and_ballots_are_of_the_meeting(cast, planned):
    people, stranger = people_of(cast), cast.person("stranger")
    absent = SpeakerGiven(people[-1])
    refused(cast, planned, "speakers", people[-1].full_name, speakers=[absent])
    refused(cast, planned, "speakers", "hai lần", speakers=[SpeakerGiven(people[0]), SpeakerGiven(people[0])])
    due = D(2026, 12, 1)
    refused(cast, planned, "items", "Cao Bá Thước", items=[ItemGiven(stranger, "Việc", due)])
    refused(cast, planned, "items", "việc được phân công", items=[ItemGiven(people[0], " ", due)])
    refused(cast, planned, "items", "trước buổi sinh hoạt", items=[ItemGiven(people[0], "Việc", D(2026, 11, 2))])
    for ballot in (
        BallotGiven("Nghị quyết", 9, 9, 1),
        BallotGiven("Nghị quyết", 11, 9, 1),
        BallotGiven("Nghị quyết", 9, -1, 1),
        BallotGiven(" ", 9, 8, 1),
    ):
        refused(cast, planned, "ballots", "", ballots=[ballot])


def test_what_is_only_planned_is_prepared_first(cast, planned):
    december = Meeting.objects.regular().get(organisation=planned.organisation, month=D(2026, 12, 1))
    with pytest.raises(NotNow):
        kept(cast, december, start="2026-12-03 19:00", end="2026-12-03 20:40", now="2026-12-04 08:00")


def test_what_was_held_is_not_prepared_again(cast, planned):
    with pytest.raises(NotNow):
        prepared(cast["dm_secretary"], kept(cast, planned), START, now="2026-11-02 09:00")


# closed


def test_closing_locks_scores_and_starts_the_assignments(cast, planned):
    secretary = cast["dm_secretary"]
    meeting = kept(
        cast, planned, items=items(people_of(cast)[2], 2, "2026-12-01"), speakers=speaking(people_of(cast), 5)
    )
    meeting = closed(
        secretary,
        meeting,
        NEXT_DAY,
        further={"6.1": "30"},
        resolution="Quyết nghị…",
        number="11-NQ/CB",
        dues=Decimal(350000),
    )
    assert (meeting.state, meeting.total, meeting.rating) == ("closed", Decimal(98), "good")
    assert meeting.total == sum(one.points for one in meeting.scores.all())
    assert meeting.scores.filter(is_computed=True).count() == 5 and meeting.resolution.number == "11-NQ/CB"
    clocks = Deadline.objects.filter(duty="carry_out_assignment")
    assert {(one.due_on, one.state, one.organisation, one.watcher) for one in clocks} == {
        (D(2026, 12, 1), "running", meeting.organisation, cast.organisation("commune"))
    }
    assert all("03/11/2026" in one.explanation["reason"] for one in clocks) and clocks.count() == 2
    for wrong in (
        lambda: kept(cast, meeting),
        lambda: closed(secretary, meeting, NEXT_DAY, further={"6.1": "30"}),
        lambda: prepared(secretary, meeting, START, now=NEXT_DAY),
    ):
        with pytest.raises(NotNow):
            wrong()


@pytest.mark.parametrize(
    ("further", "changes", "said"),
    [
        ({**FIRST, "4.2": "26"}, {}, "0 đến 25"),
        ({**FIRST, "4.2": "-1"}, {}, "0 đến 25"),
        ({**FIRST, "4.2": "20.25"}, {}, "20.25"),
        ({"6.1": "30"}, {}, "Tỷ lệ đảng viên phát biểu"),
        ({**FIRST, "1.1": "5"}, {}, "tính từ số liệu"),
        (FIRST, {"uploaded_at": moment("2026-11-04 09:00")}, "chưa đến"),
        (FIRST, {"uploaded_at": moment("2026-11-03 20:00")}, "trước khi buổi sinh hoạt kết thúc"),
    ],
)
def test_scores_and_moments_that_cannot_be(cast, planned, further, changes, said):
    meeting = kept(cast, planned)
    with pytest.raises(ValidationError, match=said):
        closed(cast["dm_secretary"], meeting, NEXT_DAY, further=further, **changes)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.scores.count()) == ("held", 0)


def test_judged_points_say_why(cast, planned):
    meeting = kept(cast, planned)
    scores = {key: replace(one, note=" ") for key, one in points(GIVEN | FIRST).items()}
    with pytest.raises(ValidationError, match="lý do"):
        close_meeting(
            acting_user=cast["dm_secretary"], meeting=meeting, given=ClosingGiven(scores), now=moment(NEXT_DAY)
        )


def test_a_meeting_that_was_not_held_is_not_closed(cast, planned):
    with pytest.raises(NotNow):
        closed(cast["dm_secretary"], planned, NEXT_DAY, further=FIRST)


def test_no_set_counts_before_the_first(cast, planned):
    CriteriaSet.objects.update(valid_from=D(2026, 11, 4))
    meeting = kept(cast, planned)
    with pytest.raises(NotNow, match="bộ tiêu chí"):
        closed(cast["dm_secretary"], meeting, NEXT_DAY, further=FIRST)


def test_a_set_that_scored_a_meeting_stays(cast, planned):
    meeting = closed(cast["dm_secretary"], kept(cast, planned), NEXT_DAY, further=FIRST)
    local = CriteriaSet.objects.create(
        **{
            field.name: getattr(meeting.criteria_set, field.name)
            for field in CriteriaSet._meta.concrete_fields
            if field.name not in ("id", "organisation", "valid_from")
        },
        organisation=cast.organisation("commune"),
        valid_from=D(2026, 1, 1),
    )
    Meeting.objects.filter(pk=meeting.pk).update(criteria_set=local)
    with pytest.raises(NotNow):
        withdraw_criteria(acting_user=cast["administrator"], criteria_set=local, reason="Nhầm.", now=cast.now)


# assignments go on


def next_month(cast, meeting, done, **changes):
    """December, prepared on 02/12 and held on 03/12, with so many of the open assignments done."""
    december = Meeting.objects.regular().get(organisation=meeting.organisation, month=D(2026, 12, 1))
    december = prepared(cast["dm_secretary"], december, "2026-12-03 19:00", now="2026-12-02 09:00")
    december = held(
        cast["dm_secretary"],
        december,
        evening(cast, start="2026-12-03 19:00", end="2026-12-03 20:40"),
        "2026-12-04 08:00",
    )
    return closed(cast["dm_secretary"], december, "2026-12-04 08:00", done=done, further={"4.1": "4"}, **changes)


def november_with_items(cast, meeting, many=3):
    meeting = kept(cast, meeting, items=items(people_of(cast)[2], many, "2026-12-01"))
    return closed(cast["dm_secretary"], meeting, NEXT_DAY, further=FIRST)


def test_the_next_meeting_rates_what_was_due_and_what_is_not_done_goes_on(cast, planned):
    november = november_with_items(cast, planned)
    december = next_month(cast, november, done=2)
    assert [item.carried_id is not None for item in december.agenda.all()] == [True] * 3 + [False] * 2
    assert (facts_of(december).due, facts_of(december).done) == (3, 2)
    states = Deadline.objects.filter(duty="carry_out_assignment").order_by("item_id").values_list("state", flat=True)
    assert list(states) == ["met", "met", "running"]
    # what it rated itself is open to it still; to the one after it only what is not done
    january = one_more(cast, december, "regular", "2027-01-03 19:00")
    assert [item.text for item in open_items_of(january)] == ["Việc thứ 3"]


def test_what_was_due_and_is_not_rated_is_named(cast, planned):
    november = november_with_items(cast, planned)
    december = Meeting.objects.regular().get(organisation=november.organisation, month=D(2026, 12, 1))
    december = prepared(cast["dm_secretary"], december, "2026-12-03 19:00", now="2026-12-02 09:00")
    given = evening(cast, start="2026-12-03 19:00", end="2026-12-03 20:40")
    december = held(cast["dm_secretary"], december, given, "2026-12-04 08:00")
    first = november.items.first()
    for rated in ({}, {first.pk: RatingGiven(True)}, {first.pk + 999: RatingGiven(True)}):
        with pytest.raises(ValidationError) as caught:
            close_meeting(
                acting_user=cast["dm_secretary"],
                meeting=december,
                given=ClosingGiven(points(GIVEN | {"4.1": "4"}), rated),
                now=moment("2026-12-04 08:00"),
            )
        assert list(caught.value.error_dict) == ["ratings"]
    assert not december.ratings.exists()


def test_an_assignment_reported_done_meets_its_clock_on_that_day(cast, planned):
    november = november_with_items(cast, planned, many=1)
    item = november.items.get()

    def reported(day, proof="Biên bản", by="dm_secretary"):
        return report_item(acting_user=cast[by], item=item, done_on=day, proof=proof, now=moment("2026-11-25 08:00"))

    for day, proof in ((D(2026, 11, 2), "x"), (D(2026, 11, 26), "x"), (D(2026, 11, 20), " ")):
        with pytest.raises(ValidationError):
            reported(day, proof)
    with pytest.raises(Refused):
        reported(D(2026, 11, 20), by="chair")
    assert reported(D(2026, 11, 20)).done_on == D(2026, 11, 20)
    clock = Deadline.objects.get(duty="carry_out_assignment")
    assert (clock.state, clock.met_on) == ("met", D(2026, 11, 20))
    with pytest.raises(NotNow, match="20/11/2026"):
        reported(D(2026, 11, 21))
    assert facts_of(next_month(cast, november, done=1)).done == 1


def test_excused_many_times_running_is_counted(cast, planned):
    november = closed(cast["dm_secretary"], kept(cast, planned), NEXT_DAY, further=FIRST)
    december = Meeting.objects.regular().get(organisation=november.organisation, month=D(2026, 12, 1))
    december = prepared(cast["dm_secretary"], december, "2026-12-03 19:00", now="2026-12-02 09:00")
    given = evening(cast, start="2026-12-03 19:00", end="2026-12-03 20:40")
    december = held(cast["dm_secretary"], december, given, "2026-12-04 08:00")
    assert (facts_of(november).longest_excused, facts_of(december).longest_excused) == (1, 2)
    assert facts_of(december).roll == {rules.Standing.OFFICIAL: rules.Marks(10, 9, 1, 0)}


# what comes after


def test_the_superior_scores_beside_the_cell(cast, planned):
    meeting = closed(cast["dm_secretary"], kept(cast, planned), NEXT_DAY, further=FIRST)
    given = points({"4.2": "20"})
    for user in ("dm_secretary", "stranger", "officer", "chair"):
        with pytest.raises(Refused):
            score_meeting(acting_user=cast[user], meeting=meeting, given=given, now=cast.now)
    for points_given in ("19", "20"):
        score_meeting(acting_user=cast["secretary"], meeting=meeting, given=points({"4.2": points_given}), now=cast.now)
    line = next(iter(given))
    sides = MeetingScore.objects.filter(meeting=meeting, line=line)
    assert {one.side: one.points for one in sides} == {"own": 23, "superior": 20}
    meeting.refresh_from_db()
    assert meeting.total == sum(one.points for one in meeting.scores.filter(side="own"))
    for wrong in ({}, {line + 999: given[line]}, points({"4.2": "26"}), {line: PointsGiven(Decimal(1), "")}):
        with pytest.raises(ValidationError):
            score_meeting(acting_user=cast["secretary"], meeting=meeting, given=wrong, now=cast.now)


def test_facts_are_corrected_with_a_reason_and_nothing_else(cast, planned):
    meeting = kept(cast, planned)

    def corrected(given, reason="Ghi nhầm.", by="dm_secretary"):
        return correct_closed(acting_user=cast[by], meeting=meeting, given=given, reason=reason, now=cast.now)

    with pytest.raises(NotNow):
        corrected(CorrectionGiven(fact="minutes", value="Khác."))
    meeting = closed(cast["dm_secretary"], meeting, NEXT_DAY, further=FIRST)
    made = corrected(CorrectionGiven(fact="minutes", value="Chi bộ bàn việc khác."))
    assert (made.old, made.new) == ("Chi bộ thảo luận nhiệm vụ tháng.", "Chi bộ bàn việc khác.")
    assert corrected(CorrectionGiven(fact="dues", value=Decimal(120000))).new == "120000"
    for given in (
        CorrectionGiven(fact="total", value=Decimal(100)),
        CorrectionGiven(fact="minutes", value=" "),
        CorrectionGiven(fact="minutes", value="Chi bộ bàn việc khác."),
        CorrectionGiven(fact="dues", value=Decimal(-1)),
        CorrectionGiven(),
    ):
        with pytest.raises(ValidationError):
            corrected(given)
    with pytest.raises(Refused):
        corrected(CorrectionGiven(fact="minutes", value="Sửa."), by="chair")
    assert meeting.corrections.count() == 2


# who sees them


@pytest.mark.parametrize(
    ("user", "sees"),
    [
        ("dm_secretary", True),
        ("dm_deputy", True),
        ("chair", True),
        ("secretary", True),
        ("province_secretary", True),
        ("sd_secretary", False),
        ("stranger", False),
        ("stranger_secretary", False),
        ("administrator", False),
    ],
)
def test_a_cell_and_those_above_it_see_its_meetings(cast, planned, user, sees):
    assert policy.visible(cast[user], Meeting.objects.all(), cast.now).filter(pk=planned.pk).exists() is sees


# the database


def test_database_ties_state_to_facts(cast, planned):
    meeting = closed(cast["dm_secretary"], kept(cast, planned), NEXT_DAY, further=FIRST)
    for wrong in (
        {"ended_at": meeting.started_at},
        {"present": 11},
        {"total": None},
        {"state": "held"},
        {"chair": None},
        {"month": D(2026, 11, 2)},
        {"total": 101},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        RollCallMark.objects.filter(mark="excused").update(reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        RollCallMark.objects.filter(mark="present").update(mark="exempt")
    with pytest.raises(IntegrityError), transaction.atomic():
        meeting.scores.filter(is_computed=False).update(note="")
