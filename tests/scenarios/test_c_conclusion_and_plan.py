"""Scenario C: the conclusion of the standing committee, the five-column plan, two milestones.

Reminders and the escalation of what is late come with the issue of extensions; here the days are right and the leader
sees them.
"""

from datetime import date as D

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from inspections.cases.models import Case
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.documents.models import NumberSeries
from inspections.findings.models import Demand, Notice
from inspections.remedies.models import Correction
from project.demo import stories
from project.demo.drive import do, item_of, open_steps, pdf
from tests.browse import logged_in, on, read, words_of
from tests.cast import at
from tests.standing import story
from workflows.services import InvalidForm

FOUND = [
    "Chưa bàn giao đầy đủ hồ sơ khi sáp nhập thôn.",
    "Chưa ban hành quy chế làm việc của chi bộ.",
    "Sinh hoạt chuyên đề chưa đủ mỗi quý.",
    "Nghị quyết chưa phân công nhiệm vụ cụ thể.",
]
EARLY, LATE = D(2026, 10, 31), D(2026, 11, 30)


@story
def concluded(cast):
    """A compliance inspection of Chi bộ thôn Đồng Muối by the standing committee, concluded with 4 shortcomings.

    Thirty notices were issued in this term before."""
    case = stories.proposed(
        cast,
        kind="KTCH",
        body="commune",
        by="office_chief",
        subjects=[SubjectChoice(cast.organisation("dong_muoi"))],
        day="2026-08-03",
        content="Việc lãnh đạo thực hiện nhiệm vụ sau sáp nhập thôn",
        ends_on=D(2026, 10, 30),
    )
    stories.signed(cast, case, day="2026-08-04", by="secretary")
    stories.prepared(cast, case, day="2026-08-06")
    stories.announced(cast, case, day="2026-08-10", due=D(2026, 8, 20))
    stories.self_reported(cast, case, day="2026-08-18")
    stories.worked_with(cast, case, day="2026-08-25")
    stories.found(cast, case, *FOUND, day="2026-08-27")
    stories.verified(cast, case, day="2026-09-01")
    stories.released(cast, case, day="2026-09-03", due=D(2026, 9, 10))
    stories.answered(cast, case, day="2026-09-08")
    stories.considered(cast, case, day="2026-09-10")
    stories.conferred(cast, case, day="2026-09-15")
    stories.reported(cast, case, day="2026-09-18")
    stories.appraised(cast, case, day="2026-09-21")
    stories.concluded(cast, case, by="secretary", day="2026-10-05")
    NumberSeries.objects.create(issuer=cast.organisation("commune"), symbol="TB", last=30, before=30)
    case.refresh_from_db()
    return case


def demands(cast, case, **changes):
    """The form of the notice: four demands, two of them by the early milestone. changes: 'demand-1-monitor': ''…"""
    subject = case.subjects.get()
    fields = {
        "strengths": "Chi bộ giữ vững đoàn kết.",
        "carrying_out": "Giao UBKT Đảng uỷ theo dõi, đôn đốc.",
        "recipients": "Chi bộ thôn Đồng Muối\nUBKT Đảng uỷ\nLưu Văn phòng Đảng uỷ",
        "demand-TOTAL_FORMS": "4",
        "demand-INITIAL_FORMS": "0",
    }
    texts = ["Bàn giao hồ sơ", "Ban hành quy chế làm việc", "Báo cáo kết quả sinh hoạt", "Báo cáo việc phân công"]
    for number, (finding, text) in enumerate(zip(case.findings.order_by("number"), texts, strict=True)):
        fields |= {
            f"demand-{number}-text": text,
            f"demand-{number}-findings": str(finding.pk),
            f"demand-{number}-assignee": str(subject.pk),
            f"demand-{number}-monitor": str(cast.person("officer").pk),
            f"demand-{number}-due_words": "before",
            f"demand-{number}-due_day": (EARLY if number < 2 else LATE).strftime("%d/%m/%Y"),
        }
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def draft(cast, case, **changes):
    with on("2026-10-08"):
        response = logged_in(cast["member"]).post(
            reverse("findings:draft_notice", args=[case.pk]), demands(cast, case, **changes)
        )
    assert response.status_code == 302, words_of(response)


def publish(cast, case):
    do(cast["member"], case, "draft_notice", at("2026-10-08", 15))
    do(cast["secretary"], case, "sign_notice", at("2026-10-09"), outcome="sign")


@story
def published(cast, concluded):
    draft(cast, concluded)
    publish(cast, concluded)
    concluded.refresh_from_db()
    return concluded


def corrections(case):
    return list(Correction.objects.filter(demand__notice__case=case).order_by("demand__position"))


# what is left out of the draft, and what is said at that place
BLOCKED = [
    ({"demand-1-findings": None}, "Yêu cầu 2: không gắn với khuyết điểm nào."),
    ({"demand-1-assignee": ""}, "Yêu cầu 2: chưa có nơi thực hiện."),
    ({"demand-1-monitor": ""}, "Yêu cầu 2: chưa có người theo dõi."),
    ({"demand-1-due_day": ""}, "Yêu cầu 2: chưa có thời hạn."),
    ({"demand-1-due_day": "08/10/2026"}, "Yêu cầu 2: ngày cuối còn trong hạn đã qua."),
    ({"carrying_out": ""}, "Chưa ghi phần tổ chức thực hiện."),
]


@pytest.mark.parametrize(("changes", "sentence"), BLOCKED)
def test_publishing_is_blocked_and_each_reason_stands_at_its_place(cast, concluded, changes, sentence):
    draft(cast, concluded, **changes)
    page = read(cast["member"], reverse("findings:draft_notice", args=[concluded.pk]), "2026-10-08", 10)
    assert page.count(sentence) == 1
    if sentence.startswith("Yêu cầu 2"):
        # within the block of demand 2, before that of demand 3
        block = page[page.index(sentence) :]
        assert page.index("Bàn giao hồ sơ") < page.index(sentence) < page.index("Báo cáo kết quả sinh hoạt")
        assert "Ban hành quy chế làm việc" in block
    with pytest.raises(InvalidForm):
        do(cast["member"], concluded, "draft_notice", at("2026-10-08", 15))
    assert open_steps(concluded) == ["draft_notice"]
    assert Notice.objects.get().number == ""
    assert not Correction.objects.exists()


def test_a_shortcoming_without_demand_is_told_beside_it(cast, concluded):
    draft(cast, concluded, **{"demand-TOTAL_FORMS": "3"})
    page = read(cast["member"], reverse("findings:draft_notice", args=[concluded.pk]), "2026-10-08", 10)
    sentence = "Khuyết điểm 4: chưa có yêu cầu nào."
    assert page.count(sentence) == 1
    assert page.index(FOUND[3]) < page.index(sentence)
    with pytest.raises(InvalidForm):
        do(cast["member"], concluded, "draft_notice", at("2026-10-08", 15))


def test_drafter_and_signer_are_warned_that_29_11_is_a_sunday(cast, concluded):
    draft(cast, concluded)
    sunday, friday = (date_format(D(2026, 11, day), "l d/m/Y") for day in (29, 27))
    warning = f"ngày cuối còn trong hạn, {sunday}, là ngày nghỉ; ngày làm việc cuối cùng trước đó là {friday}."
    page = read(cast["member"], reverse("findings:draft_notice", args=[concluded.pk]), "2026-10-08", 10)
    assert [f"Yêu cầu {number}: {warning}" in page for number in (1, 2, 3, 4)] == [False, False, True, True]
    do(cast["member"], concluded, "draft_notice", at("2026-10-08", 15))
    page = read(cast["secretary"], item_of(concluded, "sign_notice").get_absolute_url(), "2026-10-09")
    assert page.count(warning) == 2


def test_a_date_that_passes_while_the_notice_waits_is_found_by_the_signer(cast, concluded):
    draft(cast, concluded)
    do(cast["member"], concluded, "draft_notice", at("2026-10-08", 15))
    with pytest.raises(InvalidForm):
        do(cast["secretary"], concluded, "sign_notice", at("2026-10-31"), outcome="sign")
    page = read(cast["secretary"], item_of(concluded, "sign_notice").get_absolute_url(), "2026-10-31", 10)
    assert page.count("ngày cuối còn trong hạn đã qua.") == 2
    assert Notice.objects.get().number == ""
    assert not Correction.objects.exists()


# words, day named, last safe day, what else the cell is told
@pytest.mark.parametrize(
    ("words", "day", "due_on", "told"),
    [
        ("at_latest", D(2026, 11, 30), D(2026, 11, 30), "chậm nhất ngày 30/11/2026"),
        ("at_latest", D(2026, 10, 31), D(2026, 10, 31), "ngày làm việc cuối cùng trước đó là 30/10/2026"),
        ("before", D(2026, 11, 25), D(2026, 11, 24), "ngày làm việc cuối cùng trước đó là 23/11/2026"),
        ("before", D(2027, 3, 1), D(2027, 2, 28), "ngày làm việc cuối cùng trước đó là 26/02/2027"),
    ],
)
def test_both_wordings_at_the_end_of_months_and_at_holidays(cast, concluded, words, day, due_on, told):
    draft(cast, concluded, **{"demand-0-due_words": words, "demand-0-due_day": day.strftime("%d/%m/%Y")})
    publish(cast, concluded)
    first = corrections(concluded)[0]
    assert first.due_on == due_on
    assert told in read(cast["dm_secretary"], first.get_absolute_url(), "2026-10-12")


def test_who_holds_an_office_of_the_cell_cannot_be_its_monitor(cast, concluded):
    draft(cast, concluded)
    Demand.objects.filter(position=2).update(monitor=cast.person("dm_deputy"))
    page = read(cast["member"], reverse("findings:draft_notice", args=[concluded.pk]), "2026-10-08", 10)
    assert "Yêu cầu 2: người theo dõi là đối tượng, hoặc giữ chức vụ ở tổ chức là đối tượng." in page
    with pytest.raises(InvalidForm):
        do(cast["member"], concluded, "draft_notice", at("2026-10-08", 15))


def test_number_31_of_the_term_on_09_10(published):
    notice = Notice.objects.get()
    assert (notice.number, notice.issued_on) == ("31-TB/ĐU", D(2026, 10, 9))
    assert published.stage == Case.Stage.NOTIFIED


def test_one_corrective_process_for_each_demand(cast, published):
    assert len(corrections(published)) == 4
    assert open_steps(published) == ["announce_notice", "plan", "plan", "plan", "plan"]


def test_before_31_10_is_friday_30_10_and_before_30_11_is_sunday_29_11(published):
    assert [one.due_on for one in corrections(published)] == [D(2026, 10, 30)] * 2 + [D(2026, 11, 29)] * 2
    written = {(one.due_text, one.due_on) for one in Deadline.objects.filter(duty="correct")}
    assert written == {("trước ngày 31/10/2026", D(2026, 10, 30)), ("trước ngày 30/11/2026", D(2026, 11, 29))}


def test_the_cell_reads_both_dates_and_the_practical_one(cast, published):
    full_report = corrections(published)[3]
    page = read(cast["dm_secretary"], full_report.get_absolute_url(), "2026-10-12")
    assert "trước ngày 30/11/2026" in page
    assert "Chủ nhật 29/11/2026" in page
    assert "ngày làm việc cuối cùng trước đó là 27/11/2026" in page
    hand_over = read(cast["dm_secretary"], corrections(published)[0].get_absolute_url(), "2026-10-12")
    assert "trước ngày 31/10/2026" in hand_over
    assert "thứ Sáu 30/10/2026" in hand_over


def plan(correction, *lines):
    """The five columns as typed: remedy, day, product."""
    finding = correction.demand.findings.get()
    fields = {"line-TOTAL_FORMS": len(lines), "line-INITIAL_FORMS": 0}
    waiting = list(correction.actions.exclude(state__in=["accepted", "draft"]).order_by("position"))
    for number, (remedy, due, product) in enumerate(lines):
        fields |= {
            f"line-{number}-pk": waiting[number].pk if number < len(waiting) else "",
            f"line-{number}-finding": finding.pk,
            f"line-{number}-remedy": remedy,
            f"line-{number}-due_on": due,
            f"line-{number}-product": product,
        }
    return fields


THREE = [
    ("Lập kế hoạch sinh hoạt chuyên đề", D(2026, 10, 25), "Kế hoạch"),
    ("Tổ chức sinh hoạt chuyên đề quý IV", D(2026, 11, 20), "Biên bản"),
    ("Kiểm điểm trách nhiệm chi uỷ", D(2026, 11, 25), ""),
]


@story
def returned(cast, published):
    """The plan of the third demand has three lines; the monitor returns line 3: no product."""
    correction = corrections(published)[2]
    do(cast["dm_secretary"], correction, "plan", at("2026-10-13"), **plan(correction, *THREE))
    first, second, third = correction.actions.all()
    do(
        cast["officer"],
        correction,
        "judge_plan",
        at("2026-10-14"),
        **{
            f"verdict_{first.pk}": "accept",
            f"verdict_{second.pk}": "accept",
            f"verdict_{third.pk}": "return",
            f"reason_{third.pk}": "Chưa nêu sản phẩm.",
        },
    )
    correction.refresh_from_db()
    return correction


def test_the_monitor_returns_line_3_and_the_others_stay_agreed(cast, returned):
    assert returned.state == Correction.State.PLANNING
    assert [action.state for action in returned.actions.all()] == ["accepted", "accepted", "returned"]
    page = read(cast["dm_secretary"], item_of(returned, "plan").get_absolute_url(), "2026-10-15")
    assert "Chưa nêu sản phẩm." in page
    assert page.count("Đã trả lại: Chưa nêu sản phẩm.") == 1


def test_the_cell_resubmits_line_3_alone_and_the_plan_is_agreed(cast, returned):
    do(
        cast["dm_secretary"],
        returned,
        "plan",
        at("2026-10-15"),
        **plan(returned, (THREE[2][0], THREE[2][1], "Bản kiểm điểm của chi uỷ")),
    )
    third = returned.actions.get(position=3)
    assert [one.facts["product"] for one in third.wordings.all()] == ["", "Bản kiểm điểm của chi uỷ"]
    do(cast["officer"], returned, "judge_plan", at("2026-10-16"), **{f"verdict_{third.pk}": "accept"})
    returned.refresh_from_db()
    assert returned.state == Correction.State.CARRYING_OUT
    assert open_steps(returned) == ["carry_out"]


def carry_through(cast, correction, day):
    """Planned, agreed, carried out with proof, accepted, all on one day."""
    line = ("Thực hiện yêu cầu", min(correction.due_on, D.fromisoformat(day)), "Văn bản")
    do(cast["dm_secretary"], correction, "plan", at(day, 8), **plan(correction, line))
    action = correction.actions.get()
    do(cast["officer"], correction, "judge_plan", at(day, 9), **{f"verdict_{action.pk}": "accept"})
    report(cast, correction, day)
    do(cast["officer"], correction, "judge_report", at(day, 11), **{f"verdict_{action.pk}": "accept"})


def report(cast, correction, day):
    fields, files = {}, {}
    for action in correction.actions.filter(state="accepted"):
        fields |= {f"text_{action.pk}": "Đã thực hiện.", f"done_on_{action.pk}": D.fromisoformat(day)}
        files[f"files_{action.pk}"] = pdf(f"san-pham-{action.position}.pdf")
    do(cast["dm_secretary"], correction, "carry_out", at(day, 10), files=files, **fields)


def test_the_monitor_closes_items_and_a_returned_one_reopens(cast, published):
    correction = corrections(published)[0]
    two = plan(correction, ("Lập biên bản", D(2026, 10, 20), "Biên bản"), ("Giao sổ", D(2026, 10, 21), "Sổ"))
    do(cast["dm_secretary"], correction, "plan", at("2026-10-13"), **two)
    first, second = correction.actions.all()
    both = {f"verdict_{first.pk}": "accept", f"verdict_{second.pk}": "accept"}
    do(cast["officer"], correction, "judge_plan", at("2026-10-14"), **both)
    report(cast, correction, "2026-10-22")
    mixed = {
        f"verdict_{first.pk}": "accept",
        f"verdict_{second.pk}": "return",
        f"reason_{second.pk}": "Sổ chưa có chữ ký bên nhận.",
    }
    do(cast["officer"], correction, "judge_report", at("2026-10-23"), **mixed)
    assert [action.state for action in correction.actions.all()] == ["done", "accepted"]
    assert open_steps(correction) == ["carry_out"]
    report(cast, correction, "2026-10-26")
    do(cast["officer"], correction, "judge_report", at("2026-10-27"), **{f"verdict_{second.pk}": "accept"})
    correction.refresh_from_db()
    assert correction.state == Correction.State.ACCEPTED
    assert second.reports.count() == 2
    clock = Deadline.objects.get(item_id=correction.pk, duty="correct")
    assert (clock.state, clock.met_on) == (Deadline.State.MET, D(2026, 10, 26))


def test_the_leader_sees_one_of_four_late_in_days(cast, published):
    carry_through(cast, corrections(published)[0], "2026-10-28")
    late, *others = corrections(published)[1:]
    assert "Không có việc nào quá hạn." in read(cast["secretary"], reverse("reports:leader"), "2026-10-30")
    page = read(cast["secretary"], reverse("remedies:list") + "?state=overdue", "2026-11-02")
    assert "Ban hành quy chế làm việc" in page
    assert "quá hạn 3 ngày thứ Sáu 30/10/2026" in page
    assert not any(one.demand.text in page for one in others)
    of_case = read(cast["secretary"], reverse("remedies:of_case", args=[published.pk]), "2026-11-02")
    assert "Trong 4 yêu cầu: 1 đã được chấp nhận, 1 quá hạn." in of_case
    with on("2026-11-02"):
        response = logged_in(cast["secretary"]).get(reverse("reports:leader"))
    (line,) = [one for one in response.context["lines"] if one.pk == cast.organisation("dong_muoi").pk]
    assert (line.counts.overdue, line.days_late) == (1, 3)
    assert late.due_on == D(2026, 10, 30)
