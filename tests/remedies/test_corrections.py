"""A correction from the plan to the acceptance: line by line, with proof, returned and reopened, late in days."""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.findings.models import Demand
from inspections.remedies.models import Correction, RemedyAction
from inspections.remedies.rules import is_overdue, uncovered
from permissions.verdicts import Refused
from project.demo import stories
from project.demo.drive import do, item_of, open_steps, pdf
from tests.browse import logged_in, on, read, words_of
from tests.cast import at
from tests.standing import story
from workflows.services import InvalidForm

FOUND = [f"Khuyết điểm thứ {number}." for number in range(1, 6)]


def plan(correction, *lines, pks=()):
    fields = {"line-TOTAL_FORMS": len(lines), "line-INITIAL_FORMS": 0}
    for number, (finding, remedy, due_on, product) in enumerate(lines):
        fields |= {
            f"line-{number}-pk": pks[number] if number < len(pks) else "",
            f"line-{number}-finding": finding.pk,
            f"line-{number}-remedy": remedy,
            f"line-{number}-due_on": due_on,
            f"line-{number}-product": product,
        }
    return fields


def lines_of(correction, *days):
    finding = correction.demand.findings.first()
    return [(finding, f"Việc {number}", day, f"Sản phẩm {number}") for number, day in enumerate(days, start=1)]


def judge(cast, correction, node, day, returned=None, by="officer"):
    waiting = correction.actions.filter(state="submitted" if node == "judge_plan" else "reported")
    fields = {}
    for action in waiting:
        reason = (returned or {}).get(action.position)
        fields |= {f"verdict_{action.pk}": "return" if reason else "accept", f"reason_{action.pk}": reason or ""}
    do(cast[by], correction, node, at(day), **fields)
    correction.refresh_from_db()


def report(cast, correction, day, by="dm_secretary"):
    fields, files = {}, {}
    for action in correction.actions.filter(state="accepted"):
        fields |= {f"text_{action.pk}": f"Đã làm ngày {day}.", f"done_on_{action.pk}": D.fromisoformat(day)}
        files[f"files_{action.pk}"] = pdf(f"san-pham-{action.position}.pdf")
    do(cast[by], correction, "carry_out", at(day, 10), files=files, **fields)
    correction.refresh_from_db()


@story
def five(cast):
    """A notice with five demands, each for one shortcoming."""
    stories.run_to_notice(cast, *FOUND)
    return list(Correction.objects.order_by("demand__position"))


def test_five_demands_open_five_corrections_and_each_goes_its_own_way(cast, five):
    assert [one.demand.findings.get().text for one in five] == FOUND
    for correction in five[:2]:
        do(
            cast["dm_secretary"],
            correction,
            "plan",
            at("2026-11-10"),
            **plan(correction, *lines_of(correction, D(2026, 11, 20))),
        )
        judge(cast, correction, "judge_plan", "2026-11-11")
    report(cast, five[0], "2026-11-20")
    judge(cast, five[0], "judge_report", "2026-11-21")
    assert [Correction.objects.get(pk=one.pk).state for one in five] == [
        "accepted",
        "carrying_out",
        "planning",
        "planning",
        "planning",
    ]
    case = five[0].demand.notice.case
    page = read(cast["secretary"], reverse("remedies:of_case", args=[case.pk]), "2026-12-01")
    assert "Trong 5 yêu cầu: 1 đã được chấp nhận, 4 quá hạn." in page
    page = read(cast["secretary"], reverse("remedies:list") + "?state=overdue", "2026-12-01")
    # the one whose plan lay a day with the monitor has that day more
    assert (page.count("quá hạn 2 ngày"), page.count("quá hạn 1 ngày")) == (3, 1)
    assert "Khuyết điểm thứ 1." not in page


def test_one_demand_for_two_shortcomings_needs_a_line_for_each(cast):
    case = stories.run_to_conclusion(cast, "Một.", "Hai.")
    one, two = case.findings.order_by("number")
    with on("2026-11-09"):
        fields = {
            "carrying_out": "Giao UBKT.",
            "demand-TOTAL_FORMS": 1,
            "demand-INITIAL_FORMS": 0,
            "demand-0-text": "Khắc phục cả hai",
            "demand-0-findings": [one.pk, two.pk],
            "demand-0-assignee": case.subjects.get().pk,
            "demand-0-monitor": cast.person("officer").pk,
            "demand-0-due_words": "at_latest",
            "demand-0-due_day": "30/11/2026",
        }
        assert (
            logged_in(cast["member"]).post(reverse("findings:draft_notice", args=[case.pk]), fields).status_code == 302
        )
    do(cast["member"], case, "draft_notice", at("2026-11-09", 10))
    do(cast["chair"], case, "sign_notice", at("2026-11-09", 11), outcome="sign")
    correction = Correction.objects.get()
    assert correction.due_on == D(2026, 11, 30)
    lines = [(one, "Làm một", D(2026, 11, 30), "Biên bản")]
    with pytest.raises(InvalidForm) as refusal:
        do(cast["dm_secretary"], correction, "plan", at("2026-11-10"), **plan(correction, *lines))
    assert refusal.value.form.errors["lines"] == ["Khuyết điểm 2 chưa có dòng nào."]
    assert not RemedyAction.objects.exists()
    do(
        cast["dm_secretary"],
        correction,
        "plan",
        at("2026-11-10"),
        **plan(correction, *lines, (two, "Làm hai", D(2026, 11, 25), "")),
    )
    assert correction.actions.count() == 2


def test_a_returned_line_is_changed_dropped_or_joined_by_another(cast, five):
    correction = five[0]
    days = (D(2026, 11, 20), D(2026, 11, 24), D(2026, 11, 27))
    do(cast["dm_secretary"], correction, "plan", at("2026-11-10"), **plan(correction, *lines_of(correction, *days)))
    with pytest.raises(InvalidForm):
        judge(cast, correction, "judge_plan", "2026-11-11", returned={2: "  ", 3: "Chưa rõ."})
    judge(cast, correction, "judge_plan", "2026-11-11", returned={2: "Chưa rõ.", 3: "Trùng với dòng 1."})
    assert (correction.state, correction.times_returned) == ("planning", 1)
    page = read(cast["dm_secretary"], item_of(correction, "plan").get_absolute_url(), "2026-11-12")
    assert page.count("Đã trả lại: ") == 2
    second = correction.actions.get(position=2)
    finding = correction.demand.findings.get()
    do(
        cast["dm_secretary"],
        correction,
        "plan",
        at("2026-11-12"),
        **plan(
            correction,
            (finding, "Việc 2, nói rõ", D(2026, 11, 25), "Biên bản"),
            (finding, "Việc 4", D(2026, 11, 26), "Ảnh"),
            pks=[second.pk],
        ),
    )
    states = {one.position: one.state for one in correction.actions.all()}
    assert states == {1: "accepted", 2: "submitted", 3: "draft", 4: "submitted"}
    # the agreed line was not asked for again, and every wording is readable
    assert [one.round for one in second.wordings.all()] == [1, 2]
    page = read(cast["officer"], correction.get_absolute_url(), "2026-11-12")
    assert "Việc 2 – Sản phẩm 2" in page
    judge(cast, correction, "judge_plan", "2026-11-13")
    assert (correction.state, open_steps(correction)) == ("carrying_out", ["carry_out"])
    assert sorted(correction.actions.filter(state="accepted").values_list("position", flat=True)) == [1, 2, 4]


def test_a_returned_report_reopens_its_line_alone_and_both_reports_stay(cast, five):
    correction = five[0]
    do(
        cast["dm_secretary"],
        correction,
        "plan",
        at("2026-11-10"),
        **plan(correction, *lines_of(correction, D(2026, 11, 20), D(2026, 11, 24))),
    )
    judge(cast, correction, "judge_plan", "2026-11-11")
    report(cast, correction, "2026-11-18")
    judge(cast, correction, "judge_report", "2026-11-19", returned={2: "Ảnh không rõ."})
    assert (correction.state, [one.state for one in correction.actions.all()]) == ("carrying_out", ["done", "accepted"])
    page = read(cast["dm_secretary"], item_of(correction, "carry_out").get_absolute_url(), "2026-11-20")
    assert "Ảnh không rõ." in page
    assert "Việc 1" not in page
    report(cast, correction, "2026-11-20")
    judge(cast, correction, "judge_report", "2026-11-21")
    assert (correction.state, correction.accepted_at.date(), open_steps(correction)) == (
        "accepted",
        D(2026, 11, 21),
        [],
    )
    page = read(cast["officer"], correction.get_absolute_url(), "2026-11-22")
    for text in ("Đã làm ngày 2026-11-18.", "Đã làm ngày 2026-11-20.", "Ảnh không rõ.", "san-pham-2.pdf"):
        assert text in page
    clock = Deadline.objects.get(item_id=correction.pk, duty="correct")
    # it was done when it was handed in, not when the monitor had looked at it
    assert (clock.state, clock.met_on) == ("met", D(2026, 11, 20))


def test_a_late_correction_can_still_be_planned_and_accepted_and_counts_its_days(cast, five):
    correction = five[0]
    assert correction.due_on == D(2026, 11, 29)
    days = plan(correction, *lines_of(correction, D(2026, 11, 29)))
    do(cast["dm_secretary"], correction, "plan", at("2026-12-07"), **days)
    judge(cast, correction, "judge_plan", "2026-12-08")
    report(cast, correction, "2026-12-09")
    page = read(cast["secretary"], reverse("remedies:list") + "?state=overdue", "2026-12-09", 12)
    assert "quá hạn 10 ngày" in page
    judge(cast, correction, "judge_report", "2026-12-10")
    assert correction.state == Correction.State.ACCEPTED
    listed = read(cast["secretary"], reverse("remedies:list") + "?state=overdue", "2026-12-11")
    assert correction.demand.text not in listed


def test_only_who_must_correct_plans_and_only_the_monitor_judges(cast, five):
    correction = five[0]
    lines = plan(correction, *lines_of(correction, D(2026, 11, 20)))
    for who in ("sd_secretary", "officer", "chair", "stranger_secretary"):
        with pytest.raises(Refused):
            do(cast[who], correction, "plan", at("2026-11-10"), **lines)
    do(cast["dm_deputy"], correction, "plan", at("2026-11-10"), **lines)
    for who in ("dm_secretary", "member", "chair", "stranger"):
        with pytest.raises(Refused):
            judge(cast, correction, "judge_plan", "2026-11-11", by=who)
    judge(cast, correction, "judge_plan", "2026-11-11")
    assert correction.state == Correction.State.CARRYING_OUT


def test_each_subject_corrects_and_sees_its_own(cast):
    """An organisation and a member of another cell: the member plans in person."""
    case = stories.signed(
        cast,
        stories.proposed(
            cast,
            subjects=[
                SubjectChoice(cast.organisation("dong_muoi")),
                SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member")),
            ],
        ),
    )
    stories.prepared(cast, case)
    stories.announced(cast, case)
    cell, member = case.subjects.all()
    for subject, who in ((cell, "dm_secretary"), (member, "sd_member")):
        do(cast[who], subject, "self_report", at("2026-10-15"), text="Báo cáo.")
    stories.worked_with(cast, case)
    of_cell, of_member = stories.found(cast, case, "Của chi bộ.", "Của đồng chí Tám.")
    of_member.responsible = member
    of_member.save(update_fields=["responsible"])
    stories.verified(cast, case)
    stories.released(cast, case)
    for subject, finding, who in ((cell, of_cell, "dm_secretary"), (member, of_member, "sd_member")):
        do(cast[who], subject, "answer", at("2026-10-28"), **{f"answer_{finding.pk}": "accepts"})
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    stories.appraised(cast, case)
    stories.concluded(cast, case)
    stories.drafted_notice(cast, case)
    Demand.objects.filter(findings=of_member).update(assignee=member)
    do(cast["chair"], case, "sign_notice", at("2026-11-09", 14), outcome="sign")
    first, second = Correction.objects.order_by("demand__position")
    line = plan(second, *lines_of(second, D(2026, 11, 20)))
    for who in ("sd_secretary", "dm_secretary"):
        with pytest.raises(Refused):
            do(cast[who], second, "plan", at("2026-11-10"), **line)
    do(cast["sd_member"], second, "plan", at("2026-11-10"), **line)
    with on("2026-11-11"):
        for who, sees in (("dm_secretary", [first]), ("sd_member", [second])):
            browser = logged_in(cast[who])
            assert [browser.get(one.get_absolute_url()).status_code for one in (first, second)] == [
                200 if one in sees else 404 for one in (first, second)
            ], who
            assert ("Của chi bộ." in words_of(browser.get(reverse("remedies:list")))) is (first in sees)


# due on, whether who must correct holds it, today, overdue
@pytest.mark.parametrize(
    ("due_on", "is_owed", "today", "overdue"),
    [
        (D(2026, 10, 30), True, D(2026, 10, 30), False),
        (D(2026, 10, 30), True, D(2026, 10, 31), True),
        (D(2026, 10, 30), False, D(2026, 12, 31), False),
        (None, True, D(2026, 12, 31), False),
    ],
)
def test_overdue_begins_the_day_after_the_last_safe_day_for_who_holds_it(due_on, is_owed, today, overdue):
    assert is_overdue(due_on, is_owed, today) is overdue


def test_what_no_line_answers_is_uncovered():
    assert uncovered([1, 2, 3], [2, 2]) == {1, 3}
    assert uncovered([], [5]) == set()
