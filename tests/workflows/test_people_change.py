"""Log-ins and monitors come and go while a case runs, and what they have to do goes with them."""

import pytest
from django.urls import reverse

from inspections.cases.services.opening import SubjectChoice
from inspections.findings.models import Answer
from inspections.organisations.models import User
from inspections.organisations.services import add_person, deactivate_person, give_log_in, reactivate_person
from inspections.remedies.models import Correction
from permissions.verdicts import Refused
from project.demo import stories
from project.demo.drive import do, inbox, item_of, open_steps, pdf
from tests.browse import logged_in, on, read, send
from tests.cast import at
from tests.standing import story
from workflows import services, starts

PASSWORD = "Suoi-Da-2026-dai"


@pytest.fixture
def without(cast):
    """A member of Chi bộ thôn Suối Đá without a log-in."""
    return add_person(
        acting_user=cast.root, full_name="Lê Văn Chín", organisation=cast.organisation("suoi_da"), now=at("2026-09-01")
    )


def announced(cast, person):
    case = stories.proposed(cast, subjects=[SubjectChoice(cast.organisation("suoi_da"), person)])
    stories.signed(cast, case)
    stories.prepared(cast, case)
    stories.announced(cast, case)
    return case


def log_in(cast, person, day):
    return give_log_in(
        acting_user=cast["administrator"], person=person, username="chin", password=PASSWORD, now=at(day)
    )


def deactivated(cast, person, day):
    return deactivate_person(acting_user=cast["administrator"], person=person, reason="Chuyển đi.", now=at(day))


def test_a_member_who_gets_a_log_in_answers_for_himself_from_then_on(cast, without):
    case = announced(cast, without)
    subject = case.subjects.get()
    assert "self_report" in inbox(cast["sd_secretary"], at("2026-10-08"))
    # the secretary had put it on the list
    services.take(acting_user=cast["sd_secretary"], item=item_of(subject, "self_report"), now=at("2026-10-08"))
    user = log_in(cast, without, "2026-10-09")
    assert inbox(user, at("2026-10-09")) == ["self_report"]
    assert "self_report" not in inbox(cast["sd_secretary"], at("2026-10-09"))
    with pytest.raises(Refused):
        do(cast["sd_secretary"], subject, "self_report", at("2026-10-10"), text="Báo cáo thay.")
    do(user, subject, "self_report", at("2026-10-10", 11), text="Tôi tự kiểm tra.")
    assert open_steps(case) == ["verify"]


def test_before_the_log_in_the_office_of_the_cell_does_it(cast, without):
    case = announced(cast, without)
    do(cast["sd_secretary"], case.subjects.get(), "self_report", at("2026-10-10"), text="Báo cáo của đồng chí Chín.")
    assert open_steps(case) == ["verify"]


def test_a_log_in_given_between_two_steps_counts_for_the_next(cast, without):
    case = announced(cast, without)
    subject = case.subjects.get()
    do(cast["sd_secretary"], subject, "self_report", at("2026-10-10"), text="Báo cáo của đồng chí Chín.")
    user = log_in(cast, without, "2026-10-11")
    stories.worked_with(cast, case)
    (finding,) = stories.found(cast, case, "Dự sinh hoạt chưa đều.")
    stories.verified(cast, case)
    stories.released(cast, case)
    assert inbox(user, at("2026-10-27")) == ["answer"]
    do(user, subject, "answer", at("2026-10-28"), **{f"answer_{finding.pk}": "accepts"})
    assert Answer.objects.get().answered_by == user


def test_the_work_of_a_member_whose_log_in_ends_goes_to_the_office_and_comes_back(cast):
    case = announced(cast, cast.person("sd_member"))
    subject = case.subjects.get()
    deactivated(cast, cast.person("sd_member"), "2026-10-09")
    assert "self_report" in inbox(cast["sd_secretary"], at("2026-10-09"))
    assert item_of(subject, "self_report").task.owner is None
    reactivate_person(
        acting_user=cast["administrator"], person=cast.person("sd_member"), reason="Về lại.", now=at("2026-10-10")
    )
    assert inbox(cast["sd_member"], at("2026-10-10")) == ["self_report"]
    deactivated(cast, cast.person("sd_member"), "2026-10-11")
    do(cast["sd_secretary"], subject, "self_report", at("2026-10-12"), text="Báo cáo.")
    assert open_steps(case) == ["verify"]


def test_the_correction_of_a_member_goes_with_the_log_in_too(cast, without):
    case = stories.run_to_notice(
        cast, subjects=[SubjectChoice(cast.organisation("suoi_da"), without)], subject_by="sd_secretary"
    )
    stories.closed(cast, case)
    correction = Correction.objects.get()
    assert "plan" in inbox(cast["sd_secretary"], at("2026-11-12"))
    user = log_in(cast, without, "2026-11-12")
    assert inbox(user, at("2026-11-12")) == ["plan"]
    assert "plan" not in inbox(cast["sd_secretary"], at("2026-11-12"))
    User.objects.filter(pk=user.pk).update(password_is_first=False)
    read(user, item_of(correction, "plan").get_absolute_url(), "2026-11-13")


def test_a_team_member_of_a_cell_who_gets_a_log_in_has_the_rights_of_the_team(cast, without):
    case = stories.proposed(
        cast,
        kind="KTCH",
        body="suoi_da",
        by="sd_secretary",
        subjects=[SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))],
        team=[("sd_secretary", "leader")],
    )
    case.participants.create(person=without, part="member", starts_on=at("2026-10-01").date())
    stories.signed(cast, case, by="sd_deputy")
    assert inbox(log_in(cast, without, "2026-10-06"), at("2026-10-06")) == ["announce"]


# the monitor


@story
def planned(cast):
    case = stories.run_to_notice(cast)
    correction = Correction.objects.get()
    do(
        cast["dm_secretary"],
        correction,
        "plan",
        at("2026-11-10"),
        **{
            "line-TOTAL_FORMS": 1,
            "line-INITIAL_FORMS": 0,
            "line-0-finding": case.findings.get().pk,
            "line-0-remedy": "Tổ chức sinh hoạt chuyên đề",
            "line-0-due_on": "25/11/2026",
            "line-0-product": "Biên bản",
        },
    )
    return correction


def test_the_plan_that_waits_goes_to_the_new_monitor(cast, planned):
    assert inbox(cast["officer"], at("2026-11-11")).count("judge_plan") == 1
    with on("2026-11-11"):
        send(
            logged_in(cast["chair"]),
            reverse("workflows:assign_monitor", args=[planned.pk]),
            monitor=cast.person("member2").pk,
            reason="Đồng chí Viên đi học.",
        )
    assert "judge_plan" not in inbox(cast["officer"], at("2026-11-11"))
    assert inbox(cast["member2"], at("2026-11-11")) == ["judge_plan"]
    (action,) = planned.actions.all()
    agreed = {f"verdict_{action.pk}": "accept"}
    with pytest.raises(Refused):
        do(cast["officer"], planned, "judge_plan", at("2026-11-12"), **agreed)
    do(cast["member2"], planned, "judge_plan", at("2026-11-12", 10), **agreed)
    do(
        cast["dm_secretary"],
        planned,
        "carry_out",
        at("2026-11-20"),
        files={f"files_{action.pk}": pdf()},
        **{f"text_{action.pk}": "Đã làm.", f"done_on_{action.pk}": "19/11/2026"},
    )
    assert inbox(cast["member2"], at("2026-11-20")) == ["judge_report"]


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("officer", "Đặng Đức Viên đang là người theo dõi rồi."),
        ("dm_deputy", "Hãy chọn trong danh sách: giá trị đã gửi không có, hoặc không còn trong danh sách."),
        ("stranger", "Hãy chọn trong danh sách: giá trị đã gửi không có, hoặc không còn trong danh sách."),
        ("sd_secretary", ""),
    ],
)
def test_the_new_monitor_is_another(cast, planned, who, sentence):
    with on("2026-11-11"):
        status = 422 if sentence else 302
        response = send(
            logged_in(cast["chair"]),
            reverse("workflows:assign_monitor", args=[planned.pk]),
            status=status,
            monitor=cast.person(who).pk,
            reason="Thay đổi phân công.",
        )
    assert sentence in response.content.decode()
    planned.refresh_from_db()
    assert (planned.monitor == cast.person("officer")) == bool(sentence)


def test_a_monitor_of_two_corrections_keeps_the_other(cast):
    case = stories.run_to_notice(cast, "Sinh hoạt chuyên đề chưa đủ mỗi quý.", "Sổ nghị quyết ghi chưa đủ.")
    first, second = Correction.objects.order_by("pk")
    starts.assign_monitor(
        acting_user=cast["chair"],
        correction=first,
        monitor=cast.person("member2"),
        reason="Chia việc.",
        now=at("2026-11-10"),
    )
    standing = case.participants.filter(part="monitor", ends_on__isnull=True)
    assert sorted(one.person.full_name for one in standing) == ["Vàng Thanh Cảnh", "Đặng Đức Viên"]
    assert second.monitor == cast.person("officer")
