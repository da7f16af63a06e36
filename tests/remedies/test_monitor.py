"""The monitor of a correction judges in person; another can be named, and one who withdraws is replaced (§5.3)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.organisations.services import declare_interest
from inspections.remedies.models import Correction
from permissions import policy
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, inbox, item_of
from tests.browse import logged_in, on, read, send, words_of
from tests.cast import at
from tests.standing import story
from workflows import services, starts

TWO = ("Sinh hoạt chuyên đề chưa đủ mỗi quý.", "Sổ nghị quyết ghi sơ sài.")


@story
def corrections(cast) -> list[Correction]:
    """Two demands to Chi bộ thôn Đồng Muối, monitored by the officer; the plan of the first lies before him."""
    case = stories.run_to_notice(cast, *TWO)
    first, second = Correction.objects.filter(demand__notice__case=case).order_by("demand__position")
    planned(cast, first)
    return [first, second]


def planned(cast, correction, day="2026-11-10"):
    finding = correction.demand.findings.get()
    do(
        cast["dm_secretary"],
        correction,
        "plan",
        at(day),
        **{
            "line-TOTAL_FORMS": 1,
            "line-INITIAL_FORMS": 0,
            "line-0-finding": finding.pk,
            "line-0-remedy": "Lập lịch sinh hoạt chuyên đề cho cả năm.",
            "line-0-due_on": D(2026, 11, 20),
            "line-0-product": "Lịch sinh hoạt",
        },
    )


def judged(cast, name, correction, day="2026-11-12"):
    action = correction.actions.get()
    do(cast[name], correction, "judge_plan", at(day), **{f"verdict_{action.pk}": "accept"})


def to_member(cast, correction, by="chair", monitor="member", day="2026-11-11"):
    return starts.assign_monitor(
        acting_user=cast[by],
        correction=correction,
        monitor=cast.person(monitor),
        reason="Đồng chí Viên chuyển công tác.",
        now=at(day),
    )


def test_the_open_judgement_moves_from_the_old_monitor_to_the_new(cast, corrections):
    first, _second = corrections
    assert "judge_plan" in inbox(cast["officer"], at("2026-11-11"))
    assert "judge_plan" not in inbox(cast["member"], at("2026-11-11"))
    to_member(cast, first)
    assert "judge_plan" not in inbox(cast["officer"], at("2026-11-11"))
    assert "judge_plan" in inbox(cast["member"], at("2026-11-11"))
    item = item_of(first, "judge_plan")
    assert item.task.owner == cast["member"]
    with pytest.raises(Refused):
        judged(cast, "officer", first)
    judged(cast, "member", first)
    first.refresh_from_db()
    assert first.state == Correction.State.CARRYING_OUT


def test_both_read_it_on_their_pages(cast, corrections):
    first, _second = corrections
    address = reverse("workflows:assign_monitor", args=[first.pk])
    with on("2026-11-11"):
        send(logged_in(cast["chair"]), address, monitor=cast.person("member").pk, reason="Chuyển công tác.")
    assert "Xem xét kế hoạch khắc phục" in read(cast["member"], reverse("workflows:my_work"), "2026-11-11")
    assert "Xem xét kế hoạch khắc phục" not in read(cast["officer"], reverse("workflows:my_work"), "2026-11-11")
    task = reverse("workflows:task", args=[item_of(first, "judge_plan").pk])
    refusal = read(cast["officer"], task, "2026-11-11", status=403)
    assert "Mai Đình Nghĩa" in refusal
    assert "Lập lịch sinh hoạt" in read(cast["member"], task, "2026-11-11")


def test_who_still_monitors_another_correction_keeps_his_part(cast, corrections):
    first, second = corrections
    to_member(cast, first)
    officer = cast["officer"]
    assert policy.may(officer, "monitor_remedies", second, at("2026-11-11"))
    to_member(cast, second)
    assert not policy.may(cast["officer"], "monitor_remedies", second, at("2026-11-11"))
    monitors = second.demand.notice.case.participants.filter(part="monitor", ends_on=None)
    assert [one.person for one in monitors] == [cast.person("member")]


def test_a_monitor_of_one_correction_has_no_say_in_another(cast, corrections):
    first, second = corrections
    to_member(cast, second)
    assert "judge_plan" not in inbox(cast["member"], at("2026-11-11"))
    verdict = services.may_do(cast["member"], item_of(first, "judge_plan"), at("2026-11-11"))
    assert not verdict
    assert "Đặng Đức Viên" in verdict.reason
    with pytest.raises(Refused):
        judged(cast, "member", first)


def test_when_the_monitor_withdraws_the_body_that_concluded_judges_until_another_is_named(cast, corrections):
    first, second = corrections
    case = first.demand.notice.case
    starts.withdraw_from_case(acting_user=cast["officer"], case=case, reason="Em ruột là bí thư.", now=at("2026-11-11"))
    assert inbox(cast["officer"], at("2026-11-11")) == []
    assert "judge_plan" in inbox(cast["chair"], at("2026-11-11"))
    judged(cast, "chair", first)
    # what comes before the monitor later goes the same way
    planned(cast, second, "2026-11-12")
    assert "judge_plan" in inbox(cast["vice_chair"], at("2026-11-12"))
    to_member(cast, second, day="2026-11-12")
    assert "judge_plan" not in inbox(cast["vice_chair"], at("2026-11-12"))
    judged(cast, "member", second)


def test_who_withdrew_or_declared_an_interest_is_not_named_monitor(cast, corrections):
    first, _second = corrections
    case = first.demand.notice.case
    starts.withdraw_from_case(acting_user=cast["member2"], case=case, reason="Họ hàng.", now=at("2026-11-11"))
    declare_interest(
        acting_user=cast.root,
        person=cast.person("member"),
        nature="anh ruột bí thư",
        about_organisation=cast.organisation("dong_muoi"),
        now=at("2026-11-11"),
    )
    for name, why in (("member2", "đã rút khỏi"), ("member", "anh ruột bí thư"), ("officer", "đang là")):
        with pytest.raises(ValidationError) as refusal:
            to_member(cast, first, monitor=name)
        assert why in " ".join(refusal.value.message_dict["monitor"])
    address = reverse("workflows:assign_monitor", args=[first.pk])
    with on("2026-11-11"):
        page = words_of(logged_in(cast["chair"]).get(address))
    assert "Vàng Thanh Cảnh" not in page


def test_only_the_body_that_concluded_names_another_and_only_while_it_is_open(cast, corrections):
    first, _second = corrections
    for name in ("dm_secretary", "officer", "member", "secretary"):
        with pytest.raises(Refused):
            to_member(cast, first, by=name)
    Correction.objects.filter(pk=first.pk).update(state="accepted", accepted_at=at("2026-11-11"))
    with pytest.raises(NotNow):
        to_member(cast, first)
