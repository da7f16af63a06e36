"""Scenario A: a thematic supervision whose time runs across the day of rest on 24/11.

UBKT of ĐU xã supervises Chi bộ Trường THCS Tân Phước Thượng. The report came in on Mon 02/11/2026; 20 working days are
the setting of the commune's tree, made by its administrator.
"""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.calendars import services as calendar
from inspections.calendars.models import TimeLimitRule
from inspections.calendars.tables import LIMITS
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import ClockRequest
from inspections.deadlines.queries import explain, running_clock
from inspections.reports.queries.board import Asked, conditions, counted
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, inbox
from tests.browse import read
from tests.cast import at
from tests.standing import story
from workflows import starts

REASON = "Lũ quét chia cắt địa bàn, chưa làm việc được với hai tổ chuyên môn."


def twenty_days(cast):
    """The setting of the scenario, by the calendar's own verb."""
    calendar.save(
        acting_user=cast["administrator"],
        asked=calendar.Asked(
            table=LIMITS,
            action=calendar.ADD,
            organisation=cast.organisation("commune"),
            values={
                "step": "verify",
                "kind": "GSCD",
                "amount": 20,
                "unit": "working",
                "start_event": "self_reports",
                "extension_part": 3,
                "legal_basis": "Quy chế làm việc của Đảng uỷ xã Tân Phước Thượng",
                "valid_from": D(2026, 9, 1),
            },
            reason="Theo Quy chế số 04-QC/ĐU.",
        ),
        now=at("2026-08-31"),
    )


def report_received(cast, body="ubkt", people=("officer", "chair", "vice_chair"), team=None):
    """The case up to the report of Mon 02/11/2026. people: who proposes, signs, leads."""
    proposer, signer, leader = people
    case = stories.proposed(
        cast, body=body, by=proposer, team=team, subjects=[SubjectChoice(cast.organisation("thcs"))]
    )
    stories.signed(cast, case, by=signer)
    stories.prepared(cast, case, by=leader)
    stories.announced(cast, case, by=leader, due=D(2026, 11, 2))
    stories.self_reported(cast, case, by="thcs_secretary", day="2026-11-02")
    return case


@story
def supervision(cast):
    twenty_days(cast)
    return report_received(cast)


def clock_of(case):
    return running_clock(case, "verify")


def page_of(cast, who, case, day):
    return read(cast[who], reverse("deadlines:explanation", args=[clock_of(case).pk]), day)


def ask(cast, case, amount, day="2026-11-25", by="officer"):
    return starts.ask_about_clock(
        acting_user=cast[by], clock=clock_of(case), what="extension", amount=amount, reason=REASON, now=at(day)
    )


def late_for(user, day):
    """What the board of a leader counts as overdue on a day."""
    return list(counted(user, Asked(day)).filter(conditions(day)["overdue"]))


def test_due_on_tuesday_01_12_with_24_11_skipped(cast, supervision):
    clock = clock_of(supervision)
    assert clock.due_on == D(2026, 12, 1)
    assert clock.rule.organisation == cast.organisation("commune")
    assert (D(2026, 11, 24), "Ngày Văn hóa Việt Nam") in explain(clock, D(2026, 11, 3)).skipped
    page = page_of(cast, "vice_chair", supervision, "2026-11-03")
    for said in ("20 ngày làm việc", "02/11/2026", "24/11/2026 (Ngày Văn hóa Việt Nam)", "Quy chế làm việc"):
        assert said in page


def test_on_30_11_one_working_day_is_left(cast, supervision):
    assert explain(clock_of(supervision), D(2026, 11, 30)).working_days_left == 1
    assert "còn 1 ngày làm việc" in page_of(cast, "vice_chair", supervision, "2026-11-30")
    assert "còn 1 ngày làm việc" in read(cast["vice_chair"], reverse("workflows:my_work"), "2026-11-30")


def test_the_most_is_six_days_which_the_inspection_committee_alone_approves(cast, supervision):
    request = ask(cast, supervision, 6)
    assert clock_of(supervision).due_on == D(2026, 12, 1)
    for who in ("officer", "secretary", "deputy_secretary", "province_secretary", "thcs_secretary", "stranger"):
        assert "decide" not in inbox(cast[who], at("2026-11-26")), who
        with pytest.raises(Refused):
            do(cast[who], request, "decide", at("2026-11-26"), approves="yes", paper="12-QĐ/UBKTĐU", answer="")
    assert "decide" in inbox(cast["chair"], at("2026-11-26"))
    do(cast["chair"], request, "decide", at("2026-11-26"), approves="yes", paper="12-QĐ/UBKTĐU", answer="")
    assert clock_of(supervision).due_on == D(2026, 12, 9)
    assert "12-QĐ/UBKTĐU" in page_of(cast, "officer", supervision, "2026-11-27")


def test_seven_days_are_refused_with_the_reason(cast, supervision):
    with pytest.raises(ValidationError) as refusal:
        ask(cast, supervision, 7)
    (said,) = refusal.value.message_dict["amount"]
    assert "nhiều nhất 6, đề nghị 7" in said
    assert "Quy chế làm việc của Đảng uỷ xã Tân Phước Thượng" in said
    assert not ClockRequest.objects.exists()


def test_without_approval_it_is_overdue_since_02_12_and_the_chair_is_shown_it(cast, supervision):
    ask(cast, supervision, 6, day="2026-11-30")
    clock, chair = clock_of(supervision), cast["chair"]
    assert late_for(chair, D(2026, 12, 1)) == []
    assert late_for(cast["chair"], D(2026, 12, 2)) == [clock]
    assert "quá hạn 1 ngày" in page_of(cast, "chair", supervision, "2026-12-02")
    # who has to verify has it as overdue; what was asked waits for the chair
    assert "Quá hạn" in read(cast["vice_chair"], reverse("workflows:my_work"), "2026-12-02")
    assert "Quyết định về thời hạn" in read(cast["chair"], reverse("workflows:my_work"), "2026-12-02")
    # what is late is not extended any more
    do(
        cast["chair"],
        ClockRequest.objects.get(),
        "decide",
        at("2026-12-02"),
        approves="no",
        paper="",
        answer="Đã muộn.",
    )
    with pytest.raises(NotNow, match="đã quá hạn thì không gia hạn"):
        ask(cast, supervision, 1, day="2026-12-02")


def test_the_same_report_at_the_province_is_due_on_tuesday_15_12(cast, supervision):
    cast.add_organisation("province_ubkt", "UBKT Tỉnh uỷ Sơn Hải", "province_inspection", "province", "", "UBKTTU")
    for key, name, role in (
        ("province_chair", "Tôn Nữ Mão", "inspection_chair"),
        ("province_vice_chair", "Quách Văn Mùi", "inspection_vice_chair"),
        ("province_member", "Giáp Thị Thân", "inspection_member"),
        ("province_officer", "Triệu Văn Dậu", "area_officer"),
    ):
        cast.add_user(key, name, role, "province_ubkt")
    team = [("province_vice_chair", "leader"), ("province_member", "member"), ("province_officer", "team_secretary")]
    case = report_received(
        cast, body="province_ubkt", people=("province_officer", "province_chair", "province_vice_chair"), team=team
    )
    clock = clock_of(case)
    assert (clock.due_on, clock.rule.amount, clock.rule.organisation) == (D(2026, 12, 15), 30, None)


@pytest.mark.parametrize(("amount", "most", "due_on"), [(20, 6, D(2026, 12, 1)), (10, 3, D(2026, 11, 16))])
def test_another_setting_counts_by_itself(cast, amount, most, due_on):
    twenty_days(cast)
    TimeLimitRule.objects.filter(organisation=cast.organisation("commune")).update(amount=amount)
    case = report_received(cast)
    assert clock_of(case).due_on == due_on
    with pytest.raises(ValidationError, match=f"nhiều nhất {most}, "):
        ask(cast, case, most + 1, day="2026-11-10")
