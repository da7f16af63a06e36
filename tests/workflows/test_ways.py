"""The ways back and out of the formal course, and the short course of a cell (domain.md §4.1, §4.15)."""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.cases.models import Case, ChangeRequest, InfoRequest, Paper
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.findings.models import Answer, Finding, FindingVersion
from inspections.organisations.services import add_person
from inspections.remedies.models import Correction
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, inbox, item_of, open_steps
from tests.browse import logged_in, on, read, words_of
from tests.cast import at
from workflows import starts
from workflows.services import InvalidForm


def stage(case):
    case.refresh_from_db()
    return case.stage


def versions(case, kind):
    return list(case.papers.filter(kind__code=kind).order_by("version").values_list("body", flat=True))


def to_the_verification(cast):
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    return case


# ways back


def test_a_returned_proposal_is_changed_and_signed(cast):
    case = stories.proposed(cast)
    with pytest.raises(InvalidForm):
        do(cast["chair"], case, "sign", at("2026-10-02"), outcome="return")
    do(cast["chair"], case, "sign", at("2026-10-02"), outcome="return", reason="Nêu rõ phương pháp.")
    assert (stage(case), open_steps(case)) == ("proposed", ["revise"])
    do(cast["officer"], case, "revise", at("2026-10-03"), outcome="submit")
    stories.signed(cast, case, day="2026-10-04")
    assert stage(case) == "ordered"


def test_a_proposal_given_up_ends_with_its_reason(cast):
    case = stories.proposed(cast)
    do(cast["chair"], case, "sign", at("2026-10-02"), outcome="return", reason="Trùng nội dung.")
    do(cast["officer"], case, "revise", at("2026-10-03"), outcome="withdraw", reason="Trùng với cuộc khác.")
    assert (stage(case), case.end_reason, open_steps(case)) == ("withdrawn", "Trùng với cuộc khác.", [])


def test_verification_asks_for_more_and_goes_on_when_all_is_supplied(cast):
    case = to_the_verification(cast)
    subject = case.subjects.get()
    for round_, day in enumerate(("2026-10-20", "2026-10-24"), start=1):
        do(
            cast["vice_chair"],
            case,
            "verify",
            at(day),
            outcome="more",
            subjects=[subject.pk],
            text=f"Bổ sung sổ nghị quyết lần {round_}.",
            due_on=D(2026, 10, 30),
        )
        assert open_steps(case) == ["supplement"]
        page = read(cast["dm_secretary"], item_of(subject, "supplement").get_absolute_url(), day, 10)
        assert f"Bổ sung sổ nghị quyết lần {round_}." in page
        do(cast["dm_secretary"], subject, "supplement", at(day, 11), text=f"Gửi bổ sung lần {round_}.")
        assert open_steps(case) == ["verify"]
    assert versions(case, "supplement") == ["Gửi bổ sung lần 1.", "Gửi bổ sung lần 2."]
    assert not InfoRequest.objects.filter(answer__isnull=True).exists()
    assert stage(case) == "verifying"


def test_more_is_asked_only_of_somebody_by_a_day_to_come(cast):
    case = to_the_verification(cast)
    asked = {"outcome": "more", "text": "Bổ sung.", "due_on": D(2026, 10, 30), "subjects": [case.subjects.get().pk]}
    for changes, field in [
        ({"subjects": []}, "subjects"),
        ({"text": ""}, "text"),
        ({"due_on": D(2026, 10, 1)}, "due_on"),
        ({"due_on": ""}, "due_on"),
    ]:
        with pytest.raises(InvalidForm) as refusal:
            do(cast["vice_chair"], case, "verify", at("2026-10-20"), **{**asked, **changes})
        assert list(refusal.value.form.errors) == [field]
    assert not InfoRequest.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "step", "where"), [("redraft", "draft_report", "drafted"), ("verify", "verify", "verifying")]
)
def test_the_leader_returns_the_draft_with_a_reason_and_both_versions_stay(cast, outcome, step, where):
    case = to_the_verification(cast)
    stories.found(cast, case, "Thiếu sinh hoạt chuyên đề quý II.")
    stories.verified(cast, case)
    do(cast["vice_chair"], case, "draft_report", at("2026-10-26"), text="Dự thảo lần một.")
    with pytest.raises(InvalidForm):
        do(cast["vice_chair"], case, "release_draft", at("2026-10-26", 10), outcome=outcome)
    do(cast["vice_chair"], case, "release_draft", at("2026-10-26", 10), outcome=outcome, reason="Thiếu số liệu.")
    assert (stage(case), open_steps(case)) == (where, [step])
    assert "Thiếu số liệu." in read(cast["member"], item_of(case, step).get_absolute_url(), "2026-10-26", 11)
    if step == "verify":
        stories.verified(cast, case, day="2026-10-27")
    do(cast["vice_chair"], case, "draft_report", at("2026-10-28"), text="Dự thảo lần hai.")
    assert versions(case, "draft_report") == ["Dự thảo lần một.", "Dự thảo lần hai."]
    with on("2026-10-28", 10):
        second = case.papers.get(kind__code="draft_report", version=2)
        page = logged_in(cast["vice_chair"]).get(reverse("cases:paper", args=[second.pk])).content.decode()
    assert "<del>một.</del><ins>hai.</ins>" in page


def test_the_conference_asks_for_more_and_the_course_comes_round_again(cast):
    case = stories.run_to_release(cast, "Thiếu sinh hoạt chuyên đề quý II.")
    stories.answered(cast, case)
    stories.considered(cast, case)
    do(
        cast["vice_chair"],
        case,
        "conference",
        at("2026-10-30"),
        held_on=D(2026, 10, 30),
        place="Nhà văn hoá thôn",
        attendees="Chi bộ",
        minutes="Đề nghị thẩm tra thêm quý III.",
        asks_for_more="on",
    )
    assert (stage(case), open_steps(case)) == ("verifying", ["verify"])
    (second,) = stories.found(cast, case, "Thiếu sinh hoạt chuyên đề quý III.", day="2026-10-31")
    stories.verified(cast, case, day="2026-11-01")
    stories.released(cast, case, day="2026-11-02", due=D(2026, 11, 6))
    subject = case.subjects.get()
    first = case.findings.get(number=1)
    do(
        cast["dm_secretary"],
        subject,
        "answer",
        at("2026-11-03"),
        opinion="Lần hai.",
        **{f"answer_{first.pk}": "contests", f"text_{first.pk}": "Có sổ.", f"answer_{second.pk}": "accepts"},
    )
    assert (stage(case), open_steps(case)) == ("answered", ["consider_answers"])
    # both answers to the first finding are readable, each with what became of it
    assert [answer.position for answer in first.answers.order_by("pk")] == ["accepts", "contests"]
    stories.considered(cast, case, day="2026-11-04")
    stories.conferred(cast, case, day="2026-11-05")
    assert versions(case, "conference_minutes") == [
        "Đề nghị thẩm tra thêm quý III.",
        "Hội nghị thông qua dự thảo báo cáo.",
    ]
    assert versions(case, "explanation") == ["Nhất trí với dự thảo.", "Lần hai."]
    assert all(hasattr(answer, "consideration") for answer in Answer.objects.all())
    assert open_steps(case) == ["report"]


def to_the_office(cast):
    case = stories.run_to_release(cast)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    return case


def test_the_office_returns_the_report_for_its_form(cast):
    case = to_the_office(cast)
    do(cast["office_chief"], case, "appraise", at("2026-11-03"), is_in_order="no", text="Sai thể thức phần căn cứ.")
    assert (stage(case), open_steps(case)) == ("reported", ["report"])
    assert "Sai thể thức phần căn cứ." in read(
        cast["vice_chair"], item_of(case, "report").get_absolute_url(), "2026-11-03", 10
    )
    do(cast["vice_chair"], case, "report", at("2026-11-04"), text="Báo cáo đã sửa.")
    assert versions(case, "result_report") == ["Báo cáo kết quả giám sát.", "Báo cáo đã sửa."]
    stories.appraised(cast, case, day="2026-11-05")
    assert versions(case, "appraisal") == ["Sai thể thức phần căn cứ.", "Thể thức đúng quy định."]
    assert stage(case) == "appraised"


def sit(cast, case, outcome, day="2026-11-05", **changes):
    facts = {
        "outcome": outcome,
        "held_on": D.fromisoformat(day),
        "chair": "Đỗ Văn Quý",
        "recorder": "Mai Đình Nghĩa",
        "attendees": "5 đồng chí",
        "members": 5,
        "present": 5,
        "votes_for": 5,
        "votes_against": 0,
        "abstentions": 0,
        "extract": f"Phiên họp: {outcome}.",
    }
    do(cast["chair"], case, "conclude", at(day), **{**facts, **changes})


@pytest.mark.parametrize(
    ("outcome", "where", "step"), [("returned", "reported", "report"), ("more", "verifying", "verify")]
)
def test_the_sitting_returns_the_report_or_asks_for_more(cast, outcome, where, step):
    case = to_the_office(cast)
    stories.appraised(cast, case)
    sit(cast, case, outcome)
    assert (stage(case), open_steps(case), case.concluded_on) == (where, [step], None)
    page = read(cast["vice_chair"], item_of(case, step).get_absolute_url(), "2026-11-05", 10)
    assert f"Phiên họp: {outcome}." in page
    if step == "report":
        do(cast["vice_chair"], case, "report", at("2026-11-06"), text="Báo cáo sau phiên họp.")
        stories.appraised(cast, case, day="2026-11-09")
        sit(cast, case, "concluded", day="2026-11-10")
        assert stage(case) == "concluded"
        assert versions(case, "minutes_extract") == ["Phiên họp: returned.", "Phiên họp: concluded."]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"present": 2, "votes_for": 2}, "present"),
        ({"present": 6}, "present"),
        ({"votes_for": 2}, "votes_for"),
        ({"votes_for": 5, "votes_against": 1}, "votes_for"),
        ({"held_on": D(2026, 11, 6)}, "held_on"),
        ({"extract": " "}, "extract"),
    ],
)
def test_a_sitting_without_quorum_or_majority_concludes_nothing(cast, changes, field):
    case = to_the_office(cast)
    stories.appraised(cast, case)
    with pytest.raises(InvalidForm) as refusal:
        sit(cast, case, "concluded", **changes)
    assert field in refusal.value.form.errors
    assert not case.sittings.exists()
    assert stage(case) == "appraised"


def test_the_signer_returns_the_notice_and_nothing_is_numbered(cast):
    case = to_the_office(cast)
    stories.appraised(cast, case)
    stories.concluded(cast, case)
    with pytest.raises(Refused):
        stories.noticed(cast, case, signer="vice_chair")
    do(cast["chair"], case, "sign_notice", at("2026-11-10"), outcome="return", reason="Nêu rõ nơi nhận.")
    assert (stage(case), open_steps(case), case.notice.number) == ("concluded", ["draft_notice"], "")
    assert "Nêu rõ nơi nhận." in read(
        cast["member"], item_of(case, "draft_notice").get_absolute_url(), "2026-11-10", 10
    )
    do(cast["member"], case, "draft_notice", at("2026-11-11"))
    do(cast["chair"], case, "sign_notice", at("2026-11-11", 10), outcome="sign")
    case.notice.refresh_from_db()
    assert case.notice.number == "01-TB/UBKTĐU"


# changes with approval


CHANGES = {
    "team": lambda cast: {
        "team": [
            [cast.person("vice_chair").pk, "leader"],
            [cast.person("member2").pk, "member"],
            [cast.person("officer").pk, "team_secretary"],
        ]
    },
    "content": lambda cast: {"content": "Nội dung mới", "examined_from": "2025-06-01", "examined_to": "2026-08-31"},
    "duration": lambda cast: {"ends_on": "2026-12-31"},
}


def ask(cast, case, what, day="2026-10-21"):
    return starts.ask_change(
        acting_user=cast["vice_chair"],
        case=case,
        what=what,
        proposal=CHANGES[what](cast),
        reason="Phát sinh trong thẩm tra.",
        now=at(day),
    )


def facts(case):
    case.refresh_from_db()
    team = set(case.participants.filter(ends_on__isnull=True).values_list("person__full_name", flat=True))
    return case.content, case.examined_to, case.ends_on, team


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_carried_out_when_approved(cast, what):
    case = to_the_verification(cast)
    before = facts(case)
    change = ask(cast, case, what)
    assert facts(case) == before
    do(cast["chair"], change, "decide", at("2026-10-22"), approves="yes")
    content, examined_to, ends_on, team = facts(case)
    if what == "team":
        assert team == {"Hoàng Thanh Lộc", "Vàng Thanh Cảnh", "Đặng Đức Viên"}
        assert "verify" in inbox(cast["member2"], at("2026-10-22"))
        assert inbox(cast["member"], at("2026-10-22")) == []
    elif what == "content":
        assert (content, examined_to) == ("Nội dung mới", D(2026, 8, 31))
    else:
        assert ends_on == D(2026, 12, 31)
        clock = Deadline.objects.get(case_id=case.pk, duty="whole_case", state="running")
        assert clock.due_on == D(2026, 12, 31)
    assert open_steps(case) == ["verify"]


@pytest.mark.parametrize("what", CHANGES)
def test_a_refused_change_changes_nothing_and_says_why(cast, what):
    case = to_the_verification(cast)
    before = facts(case)
    change = ask(cast, case, what)
    with pytest.raises(InvalidForm):
        do(cast["chair"], change, "decide", at("2026-10-22"), approves="no")
    do(cast["chair"], change, "decide", at("2026-10-22"), approves="no", answer="Giữ như kế hoạch.")
    change.refresh_from_db()
    assert (change.state, change.answer) == ("refused", "Giữ như kế hoạch.")
    assert facts(case) == before
    assert "Giữ như kế hoạch." in read(cast["vice_chair"], case.get_absolute_url(), "2026-10-23")


def test_the_asker_does_not_decide_even_with_the_right(cast):
    case = to_the_verification(cast)
    change = ask(cast, case, "duration")
    with pytest.raises(Refused):
        do(cast["vice_chair"], change, "decide", at("2026-10-22"), approves="yes")
    change.refresh_from_db()
    assert change.state == ChangeRequest.State.ASKED


def test_one_change_at_a_time(cast):
    case = to_the_verification(cast)
    ask(cast, case, "duration")
    with pytest.raises(NotNow):
        ask(cast, case, "content")


def test_no_conclusion_while_a_change_waits(cast):
    case = to_the_office(cast)
    stories.appraised(cast, case)
    change = ask(cast, case, "duration", day="2026-11-04")
    with pytest.raises(InvalidForm):
        sit(cast, case, "concluded")
    do(cast["chair"], change, "decide", at("2026-11-05"), approves="no", answer="Không cần.")
    sit(cast, case, "concluded")
    assert (stage(case), open_steps(case)) == ("concluded", ["draft_notice"])


@pytest.mark.parametrize("what", ["content", "duration"])
def test_a_change_is_asked_for_on_its_page(cast, what):
    case = to_the_verification(cast)
    fields = {
        "what": what,
        "content": "Nội dung mới",
        "examined_from": "01/06/2025",
        "examined_to": "31/08/2026",
        "ends_on": "31/12/2026",
        "reason": "Phát sinh.",
    }
    address = reverse("workflows:ask_change", args=[case.pk])
    with on("2026-10-21"):
        browser = logged_in(cast["vice_chair"])
        assert browser.post(address, {**fields, "what": "team"}).status_code == 422
        same = browser.post(address, {**fields, "what": "duration", "ends_on": "15/12/2026"})
        assert same.status_code == 422
        assert "Hãy nhập ngày kết thúc mới." in words_of(same)
        assert not ChangeRequest.objects.exists()
        assert browser.post(address, fields).status_code == 302
    assert ChangeRequest.objects.get().what == what


# ways out


@pytest.mark.parametrize("body", ["ubkt", "commune", "suoi_da"])
def test_conversion_opens_a_linked_successor_at_its_start(cast, body):
    people = {
        "ubkt": ("officer", "chair", "vice_chair"),
        "commune": ("office_chief", "secretary", "deputy_secretary"),
        "suoi_da": ("sd_secretary", "sd_deputy", "sd_secretary"),
    }
    proposer, signer, other = people[body]
    member = SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))
    team = [] if body == "suoi_da" else None
    case = stories.proposed(cast, kind="KTCH", body=body, by=proposer, subjects=[member], team=team)
    stories.signed(cast, case, by=signer)
    with on("2026-10-08"):
        address = reverse("workflows:convert", args=[case.pk])
        browser = logged_in(cast[signer])
        assert browser.post(address, {"reason": ""}).status_code == 422
        assert browser.post(address, {"reason": "Có dấu hiệu vi phạm về tài chính."}).status_code == 302
    assert (stage(case), open_steps(case), case.end_reason) == ("converted", [], "Có dấu hiệu vi phạm về tài chính.")
    successor = Case.objects.get(predecessor=case)
    assert (successor.kind.code, successor.stage, successor.content) == ("KTDH", "proposed", case.content)
    assert [one.person for one in successor.subjects.all()] == [cast.person("sd_member")]
    assert open_steps(successor) == ["sign"]
    assert not Deadline.objects.filter(case_id=case.pk, state="running").exists()
    with pytest.raises(Refused):
        do(cast[signer], successor, "sign", at("2026-10-09"), outcome="sign")
    stories.signed(cast, successor, day="2026-10-09", by=other)
    assert stage(successor) == "ordered"
    for one, another in ((case, successor), (successor, case)):
        page = logged_in(cast[signer]).get(one.get_absolute_url()).content.decode()
        assert another.get_absolute_url() in page


def test_a_case_about_signs_is_not_converted_again(cast):
    case = stories.signed(cast, stories.proposed(cast, kind="KTDH"))
    with pytest.raises(NotNow):
        starts.convert(acting_user=cast["chair"], case=case, reason="Lại.", now=at("2026-10-08"))
    assert stage(case) == "ordered"


def test_the_ordering_body_stops_with_a_reason_and_nothing_is_owed(cast):
    case = to_the_verification(cast)
    change = ask(cast, case, "duration")
    with pytest.raises(Refused):
        starts.stop(
            acting_user=cast["officer"],
            case=case,
            reason="Thôi.",
            now=at("2026-10-22"),
        )
    with on("2026-10-22"):
        address = reverse("workflows:stop", args=[case.pk])
        browser = logged_in(cast["chair"])
        assert browser.post(address, {"reason": "  "}).status_code == 422
        assert browser.post(address, {"reason": "Đối tượng chuyển sinh hoạt."}).status_code == 302
    assert (stage(case), open_steps(case), open_steps(change)) == ("stopped", [], [])
    assert not Deadline.objects.filter(case_id=case.pk, state="running").exists()
    page = read(cast["vice_chair"], case.get_absolute_url(), "2026-10-23")
    assert "Đối tượng chuyển sinh hoạt." in page
    # what was written stays readable
    assert "Chi bộ báo cáo tự kiểm tra theo đề cương." in read(
        cast["vice_chair"],
        reverse("cases:paper", args=[case.papers.get(kind__code="self_report").pk]),
        "2026-10-23",
    )


def test_after_the_conclusion_it_is_too_late_to_stop_or_convert(cast):
    case = to_the_office(cast)
    stories.appraised(cast, case)
    stories.concluded(cast, case)
    for way in (starts.stop, starts.convert):
        with pytest.raises(NotNow):
            way(acting_user=cast["chair"], case=case, reason="Muộn.", now=at("2026-11-10"))
    assert (stage(case), open_steps(case)) == ("concluded", ["draft_notice"])


# several subjects


def test_organisations_and_members_with_and_without_log_in_each_answer_for_themselves(cast):
    without = add_person(
        acting_user=cast.root, full_name="Lê Văn Chín", organisation=cast.organisation("thcs"), now=at("2026-09-01")
    )
    case = stories.proposed(
        cast,
        subjects=[
            SubjectChoice(cast.organisation("dong_muoi")),
            SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member")),
            SubjectChoice(cast.organisation("thcs"), without),
        ],
    )
    stories.signed(cast, case)
    stories.prepared(cast, case)
    stories.announced(cast, case)
    cell, member, absent = case.subjects.all()
    turn = {cell: "dm_secretary", member: "sd_member", absent: "thcs_secretary"}
    with pytest.raises(Refused):
        do(cast["sd_secretary"], member, "self_report", at("2026-10-15"), text="Thay cho đồng chí Tám.")
    with pytest.raises(Refused):
        do(cast["sd_member"], cell, "self_report", at("2026-10-15"), text="Thay cho chi bộ.")
    for number, (subject, who) in enumerate(turn.items(), start=1):
        assert stage(case) == "announced"
        do(cast[who], subject, "self_report", at("2026-10-15", 8 + number), text=f"Báo cáo {number}.")
    assert (stage(case), open_steps(case)) == ("verifying", ["verify"])
    stories.worked_with(cast, case)
    stories.found(cast, case, "Thiếu sinh hoạt chuyên đề quý II.")
    stories.verified(cast, case)
    stories.released(cast, case)
    assert open_steps(case) == ["answer"] * 3
    finding = case.findings.get()
    do(cast["dm_secretary"], cell, "answer", at("2026-10-28"), opinion="", **{f"answer_{finding.pk}": "accepts"})
    # those without a finding may still write an opinion; one cannot answer what is not about oneself
    do(cast["sd_member"], member, "answer", at("2026-10-28", 10), opinion="Tôi không có ý kiến.")
    assert stage(case) == "released"
    do(cast["thcs_secretary"], absent, "answer", at("2026-10-28", 11), opinion="Đồng chí Chín nhất trí.")
    assert (stage(case), open_steps(case)) == ("answered", ["consider_answers"])
    papers = Paper.objects.filter(case=case, kind__code="self_report")
    assert {paper.subject: paper.body for paper in papers} == {
        cell: "Báo cáo 1.",
        member: "Báo cáo 2.",
        absent: "Báo cáo 3.",
    }


def test_more_is_asked_of_some_subjects_only(cast):
    case = stories.proposed(
        cast, subjects=[SubjectChoice(cast.organisation(name)) for name in ("dong_muoi", "suoi_da", "thcs")]
    )
    stories.signed(cast, case)
    stories.prepared(cast, case)
    stories.announced(cast, case)
    secretaries = ("dm_secretary", "sd_secretary", "thcs_secretary")
    subjects = list(case.subjects.all())
    for subject, who in zip(subjects, secretaries, strict=True):
        do(cast[who], subject, "self_report", at("2026-10-15"), text="Báo cáo.")
    do(
        cast["vice_chair"],
        case,
        "verify",
        at("2026-10-20"),
        outcome="more",
        subjects=[subjects[0].pk, subjects[2].pk],
        text="Bổ sung.",
        due_on=D(2026, 10, 25),
    )
    assert open_steps(case) == ["supplement", "supplement"]
    do(cast["thcs_secretary"], subjects[2], "supplement", at("2026-10-21"), text="Bổ sung.")
    assert open_steps(case) == ["supplement"]
    do(cast["dm_secretary"], subjects[0], "supplement", at("2026-10-22"), text="Bổ sung.")
    assert open_steps(case) == ["verify"]


# the short course of a cell


@pytest.mark.parametrize("with_team", [True, False])
def test_the_short_course_of_a_cell(cast, with_team):
    team = [("sd_secretary", "leader"), ("sd_member", "member")] if with_team else []
    other = add_person(
        acting_user=cast.root, full_name="Hà Văn Mười", organisation=cast.organisation("suoi_da"), now=at("2026-09-01")
    )
    case = stories.proposed(
        cast,
        kind="GSCD",
        body="suoi_da",
        by="sd_secretary",
        subjects=[SubjectChoice(other.organisation, other)],
        team=team,
    )
    stories.signed(cast, case, by="sd_deputy")
    assert open_steps(case) == ["announce"]
    stories.announced(cast, case, by="sd_secretary")
    stories.self_reported(cast, case, by="sd_deputy")
    stories.worked_with(cast, case, by="sd_secretary")
    stories.found(cast, case, "Dự sinh hoạt chưa đều.", by="sd_secretary")
    do(cast["sd_secretary"], case, "report", at("2026-10-25"), text="Báo cáo lần một.")
    assert (stage(case), open_steps(case)) == ("reported", ["conclude"])
    facts = {
        "held_on": D(2026, 10, 27),
        "chair": "Mai Quang Phú",
        "recorder": "Phan Văn Tám",
        "attendees": "Chi bộ",
        "members": 9,
        "present": 8,
        "votes_for": 8,
        "votes_against": 0,
        "abstentions": 0,
    }
    do(cast["sd_deputy"], case, "conclude", at("2026-10-27"), outcome="returned", extract="Bổ sung số buổi.", **facts)
    assert (stage(case), open_steps(case)) == ("verifying", ["report"])
    do(cast["sd_secretary"], case, "report", at("2026-10-28"), text="Báo cáo lần hai.")
    do(
        cast["sd_deputy"],
        case,
        "conclude",
        at("2026-11-03"),
        outcome="concluded",
        extract="Kết luận.",
        **{**facts, "held_on": D(2026, 11, 3)},
    )
    assert versions(case, "result_report") == ["Báo cáo lần một.", "Báo cáo lần hai."]
    stories.noticed(cast, case, by="sd_secretary", signer="sd_deputy", day="2026-11-05", due=D(2026, 12, 1))
    assert case.notice.number == "01-TB/CB"
    stories.closed(cast, case, by="sd_secretary", day="2026-11-06")
    assert stage(case) == "closed"
    assert Correction.objects.get().organisation == cast.organisation("suoi_da")


def test_findings_dropped_or_changed_on_the_way_stay_readable(cast):
    case = to_the_verification(cast)
    one, two = stories.found(cast, case, "Một.", "Hai.")
    with on("2026-10-21", 12):
        browser = logged_in(cast["member"])
        fields = {
            "text": "Một, đã sửa.",
            "severity": one.severity_id,
            "responsible": one.responsible_id,
            "cause": one.cause,
            "cause_kind": one.cause_kind,
        }
        assert browser.post(reverse("findings:change", args=[one.pk]), fields).status_code == 302
        assert browser.post(reverse("findings:drop", args=[two.pk]), {"reason": ""}).status_code == 422
        assert (
            browser.post(reverse("findings:drop", args=[two.pk]), {"reason": "Không đủ chứng cứ."}).status_code == 302
        )
        changed = browser.get(one.get_absolute_url()).content.decode()
        dropped = words_of(browser.get(two.get_absolute_url()))
    assert "<del>Một.</del><ins>Một, đã sửa.</ins>" in changed
    assert "Không đủ chứng cứ." in dropped
    assert "Hai." in dropped
    assert FindingVersion.objects.count() == 2
    assert Finding.objects.get(pk=two.pk).state == Finding.State.DROPPED
