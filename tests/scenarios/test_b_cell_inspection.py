"""Scenario B: a cell inspects a member, and concludes in its monthly meeting."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.calendars.models import TimeLimitRule
from inspections.calendars.queries import calendar_for
from inspections.calendars.rules import Limit, Unit, due_after
from inspections.cases.models import Case, PaperKind, Sitting
from inspections.cases.services.fieldwork import add_paper
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import running_clock
from inspections.meetings.services.planning import plan_meeting
from permissions.verdicts import Refused
from project.demo import stories
from project.demo.drive import do, inbox, open_steps
from tests.browse import logged_in, on, read, text_of
from tests.cast import at
from tests.meetings.held import filled_cell, held, how, prepared, roll
from tests.standing import story
from workflows import starts
from workflows.services import InvalidForm

TEAM = [
    ("sd_secretary", "leader"),
    ("sd_one", "member"),
    ("sd_two", "member"),
    ("sd_three", "team_secretary"),
]


@story
def cell(cast):
    """Chi bộ thôn Suối Đá: 30 calendar days from signature is the setting of its tree, as a row."""
    for key, name in (
        ("sd_one", "Lường Thị Mây"),
        ("sd_two", "Quách Văn Đá"),
        ("sd_three", "Hà Thị Suối"),
        ("sd_four", "Ma Văn Bản"),
        ("sd_five", "Ngân Thị Nương"),
    ):
        cast.add_user(key, name, "", "suoi_da")
    TimeLimitRule.objects.create(
        organisation=cast.organisation("commune"),
        kind="KTCH",
        level=cast.organisation("suoi_da").type.level,
        step="whole_case",
        amount=30,
        unit="calendar",
        start_event="signing",
        legal_basis="Quy định của Tỉnh uỷ Sơn Hải",
        valid_from=D(2026, 1, 1),
    )
    return cast


def propose(cast, team=TEAM):
    return stories.proposed(
        cast,
        kind="KTCH",
        body="suoi_da",
        by="sd_secretary",
        subjects=[SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))],
        team=team,
        day="2026-10-02",
        ends_on=D(2026, 11, 4),
        content="Việc chấp hành nhiệm vụ đảng viên được phân công",
    )


@story
def signed(cell):
    """The decision of Mon 05/10/2026."""
    return stories.signed(cell, propose(cell), day="2026-10-05", by="sd_deputy")


def to_the_report(cast, case):
    stories.announced(cast, case, by="sd_secretary", day="2026-10-12", due=D(2026, 10, 19))
    do(cast["sd_member"], case.subjects.get(), "self_report", at("2026-10-18"), text="Tôi tự kiểm tra như sau.")


def meet(cast, case, subject, by="sd_three"):
    """Minutes of the meeting with a member, or with all (None)."""
    add_paper(
        acting_user=cast[by],
        case=case,
        kind=PaperKind.objects.get(code="working_minutes"),
        body="Tổ làm việc với đồng chí Tám.",
        files=[],
        held_on=D(2026, 10, 22),
        place="Nhà văn hoá thôn",
        attendees="Tổ kiểm tra; đồng chí Tám",
        subject=subject,
        now=at("2026-10-22"),
    )


def conclude(cast, case, day="2026-11-03"):
    stories.concluded(cast, case, by="sd_deputy", day=day)


def test_a_team_of_six_is_refused_with_the_limit(cell):
    six = [*TEAM, ("sd_four", "member"), ("sd_five", "member")]
    with pytest.raises(ValidationError) as refusal:
        propose(cell, team=six)
    assert "nhiều nhất 5 người" in refusal.value.message_dict["team"][0]
    assert not Case.objects.exists()


@pytest.mark.parametrize("size", [4, 5])
def test_a_team_of_four_or_five_is_allowed(cell, size):
    case = propose(cell, team=[*TEAM, ("sd_four", "member")][:size])
    assert case.participants.count() == size


def test_the_proposer_does_not_sign(cell):
    case = propose(cell)
    with pytest.raises(Refused):
        do(cell["sd_secretary"], case, "sign", at("2026-10-05"), outcome="sign")
    case.refresh_from_db()
    assert case.stage == Case.Stage.PROPOSED


def test_announce_by_monday_12_10_and_end_on_wednesday_04_11(signed):
    assert running_clock(signed, "announce").due_on == D(2026, 10, 12)
    end = running_clock(signed, "whole_case")
    assert end.due_on == D(2026, 11, 4)
    assert end.rule.organisation.name == "Đảng bộ xã Tân Phước Thượng"


def test_the_page_says_why_the_end_is_on_that_day(cell, signed):
    clock = running_clock(signed, "whole_case")
    page = read(cell["sd_secretary"], reverse("deadlines:explanation", args=[clock.pk]), "2026-10-06")
    assert "30 ngày" in page
    assert "ngày ký quyết định" in page
    assert "05/10/2026" in page
    assert "04/11/2026" in page
    assert "Quy định của Tỉnh uỷ Sơn Hải" in page


def test_another_setting_moves_the_end(cell):
    TimeLimitRule.objects.filter(step="whole_case", organisation__isnull=False).update(amount=45)
    case = stories.signed(cell, propose(cell), day="2026-10-05", by="sd_deputy")
    assert running_clock(case, "whole_case").due_on == D(2026, 11, 19)


# signed, the setting of the tree, announced by, end
OTHER_SETTINGS = [
    ("2026-10-15", {}, D(2026, 10, 22), D(2026, 11, 14)),
    ("2026-10-15", {"rolls": True}, D(2026, 10, 22), D(2026, 11, 16)),
    ("2026-10-05", {"counts_start_day": True}, D(2026, 10, 12), D(2026, 11, 3)),
    ("2026-10-05", {"unit": "working", "amount": 40}, D(2026, 10, 12), D(2026, 12, 1)),
    ("2026-10-30", {"unit": "month", "amount": 4}, D(2026, 11, 6), D(2027, 2, 28)),
    # the last day is a holiday, and five working days that skip it
    ("2026-10-25", {"rolls": True}, D(2026, 10, 30), D(2026, 11, 25)),
    ("2026-11-19", {"amount": 5}, D(2026, 11, 27), D(2026, 11, 24)),
]


def test_every_setting_of_the_tree_is_followed(cell):
    for day, changes, announced_by, ends_on in OTHER_SETTINGS:
        rules = TimeLimitRule.objects.filter(step="whole_case", organisation__isnull=False)
        rules.update(**{"amount": 30, "unit": "calendar", "rolls": False, "counts_start_day": False, **changes})
        case = stories.signed(cell, propose(cell), day=day, by="sd_deputy")
        days = [running_clock(case, duty).due_on for duty in ("announce", "whole_case")]
        assert days == [announced_by, ends_on], (day, changes)


def ten_more(cast, case):
    """The team asks for 10 days more; the deputy secretary of the cell, who did not ask, approves."""
    request = starts.ask_about_clock(
        acting_user=cast["sd_secretary"],
        clock=running_clock(case, "whole_case"),
        what="extension",
        amount=10,
        reason="Đồng chí Tám đi điều trị.",
        now=at("2026-10-28"),
    )
    with pytest.raises(Refused):
        do(cast["sd_secretary"], request, "decide", at("2026-10-29"), approves="yes", paper="3-QĐ/CB", answer="")
    do(cast["sd_deputy"], request, "decide", at("2026-10-29"), approves="yes", paper="3-QĐ/CB", answer="")
    return running_clock(case, "whole_case")


@pytest.mark.parametrize(("rolls", "due_on"), [(False, D(2026, 11, 14)), (True, D(2026, 11, 16))])
def test_an_extension_of_ten_days_ends_on_saturday_or_rolls_to_monday(cell, rolls, due_on):
    setting = TimeLimitRule.objects.filter(step="whole_case", organisation__isnull=False)
    setting.update(rolls=rolls, extension_part=3)
    case = stories.signed(cell, propose(cell), day="2026-10-05", by="sd_deputy")
    assert running_clock(case, "whole_case").due_on == D(2026, 11, 4)
    clock = ten_more(cell, case)
    assert clock.due_on == due_on
    page = read(cell["sd_deputy"], reverse("deadlines:explanation", args=[clock.pk]), "2026-10-30")
    assert "3-QĐ/CB" in page
    assert due_on.strftime("%d/%m/%Y") in page


def test_ten_days_more_would_end_on_saturday_and_roll_to_monday(cell):
    calendar = calendar_for(cell.organisation("suoi_da"))
    assert due_after(D(2026, 10, 5), Limit(40, Unit.CALENDAR), calendar).due_on == D(2026, 11, 14)
    assert due_after(D(2026, 10, 5), Limit(40, Unit.CALENDAR, rolls=True), calendar).due_on == D(2026, 11, 16)


def test_no_conclusion_without_minutes_of_the_meeting_with_the_member(cell, signed):
    to_the_report(cell, signed)
    do(cell["sd_secretary"], signed, "report", at("2026-10-28"), text="Báo cáo kết quả kiểm tra.")
    with pytest.raises(InvalidForm) as refusal:
        conclude(cell, signed)
    assert "Biên bản làm việc" in refusal.value.form.non_field_errors()[0]
    assert not Sitting.objects.exists()
    assert open_steps(signed) == ["conclude"]
    # the minutes can still be added, and then the cell concludes
    meet(cell, signed, signed.subjects.get())
    conclude(cell, signed)
    signed.refresh_from_db()
    assert signed.stage == Case.Stage.CONCLUDED


def test_minutes_with_one_member_are_not_minutes_with_another(cell):
    case = stories.proposed(
        cell,
        kind="KTCH",
        body="suoi_da",
        by="sd_secretary",
        subjects=[SubjectChoice(cell.organisation("suoi_da"), cell.person(name)) for name in ("sd_member", "sd_five")],
        team=TEAM,
        day="2026-10-02",
        ends_on=D(2026, 11, 4),
    )
    stories.signed(cell, case, day="2026-10-05", by="sd_deputy")
    stories.announced(cell, case, by="sd_secretary", day="2026-10-12", due=D(2026, 10, 19))
    first, second = case.subjects.all()
    do(cell["sd_member"], first, "self_report", at("2026-10-18"), text="Tôi tự kiểm tra.")
    do(cell["sd_five"], second, "self_report", at("2026-10-18"), text="Tôi tự kiểm tra.")
    meet(cell, case, first)
    do(cell["sd_secretary"], case, "report", at("2026-10-28"), text="Báo cáo kết quả kiểm tra.")
    with pytest.raises(InvalidForm):
        conclude(cell, case)
    meet(cell, case, second)
    conclude(cell, case)
    case.refresh_from_db()
    assert case.stage == Case.Stage.CONCLUDED


def test_concluded_in_the_meeting_of_03_11_in_time(cell, signed):
    to_the_report(cell, signed)
    meet(cell, signed, None)
    stories.found(cell, signed, "Chưa hoàn thành nhiệm vụ phụ trách hộ nghèo.", by="sd_one", day="2026-10-26")
    do(cell["sd_secretary"], signed, "report", at("2026-10-28"), text="Báo cáo kết quả kiểm tra.")
    assert "conclude" in inbox(cell["sd_deputy"], at("2026-11-03"))
    conclude(cell, signed)
    signed.refresh_from_db()
    assert signed.concluded_on == D(2026, 11, 3)
    clock = Deadline.objects.get(case_id=signed.pk, duty="whole_case")
    assert (clock.state, clock.met_on) == (Deadline.State.MET, D(2026, 11, 3))


def test_the_conclusion_and_the_meeting_of_03_11_show_each_other(cell, signed):
    to_the_report(cell, signed)
    meet(cell, signed, None)
    do(cell["sd_secretary"], signed, "report", at("2026-10-28"), text="Báo cáo kết quả kiểm tra.")
    evening = november(cell)
    # day, chair, recorder and who was there are in the record of the meeting, so nobody types them again
    do(
        cell["sd_deputy"], signed, "conclude", at("2026-11-04"),
        outcome="concluded", meeting=evening.pk, votes_for=6, votes_against=0, abstentions=1, extract="Kết luận.",
    )  # fmt: skip
    signed.refresh_from_db()
    assert signed.concluded_on == D(2026, 11, 3)
    sitting = signed.sittings.get()
    assert (sitting.members, sitting.present, sitting.chair) == (9, 7, str(evening.chair))
    case_page = reading(cell["sd_secretary"], signed.get_absolute_url(), "2026-11-05")
    assert reverse("meetings:detail", args=[evening.pk]) in case_page
    meeting_page = reading(cell["sd_secretary"], reverse("meetings:detail", args=[evening.pk]), "2026-11-05")
    assert signed.get_absolute_url() in meeting_page


def reading(user, address, day):
    with on(day):
        return text_of(logged_in(user).get(address))


def november(cast):
    """The monthly meeting of the cell on Tue 03/11/2026: seven of nine came."""
    suoi_da, secretary = cast.organisation("suoi_da"), cast["sd_secretary"]
    people = filled_cell(cast, suoi_da, 9)
    planned = plan_meeting(
        acting_user=secretary, organisation=suoi_da, kind="regular", planned_at=at("2026-11-03", 19),
        place="Nhà văn hoá thôn", topic="", now=at("2026-11-01"),
    )  # fmt: skip
    ready = prepared(secretary, planned, "2026-11-03 19:00", now="2026-11-02 09:00")
    given = how(people, "2026-11-03 19:00", "2026-11-03 20:40", roll(people, excused=2))
    return held(secretary, ready, given, "2026-11-03 21:00")


def test_a_cell_without_team_runs_its_case_by_its_committee(cell):
    case = stories.signed(cell, propose(cell, team=[]), day="2026-10-05", by="sd_deputy")
    to_the_report(cell, case)
    meet(cell, case, None, by="sd_secretary")
    stories.found(cell, case, "Chưa hoàn thành nhiệm vụ.", by="sd_secretary", day="2026-10-26")
    do(cell["sd_secretary"], case, "report", at("2026-10-28"), text="Báo cáo.")
    conclude(cell, case)
    stories.noticed(cell, case, by="sd_secretary", signer="sd_deputy", day="2026-11-05", due=D(2026, 12, 1))
    stories.closed(cell, case, by="sd_secretary", day="2026-11-06")
    case.refresh_from_db()
    assert case.stage == Case.Stage.CLOSED
    assert open_steps(case) == ["plan"]
