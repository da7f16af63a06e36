"""Bad input on the way of a case, from the proposal to the accepted correction.

One case walks its whole course in the browser. At every step the table below sends the good form with one thing wrong:
each gives 422 and a sentence beside its field, what was typed is still there, nothing is stored. Then the good one
goes through, so that nothing is refused for another reason."""

from datetime import date as D
from typing import Any

import pytest
from django.urls import reverse

from inspections.calendars.models import LegalInstrument
from inspections.cases.models import Case, CaseSubject
from inspections.findings.models import Finding
from inspections.organisations.services import declare_interest
from inspections.remedies.models import Correction
from project.demo import stories
from project.demo.drive import item_of, pdf
from tests.browse import on
from tests.cast import at
from tests.refused import (
    AHEAD,
    BLANK,
    FUTURE,
    NEEDED,
    NO,
    NO_DATE,
    NOT_A_CHOICE,
    PAST,
    SIGNED,
    Bad,
    Walk,
    bad_files,
    complaints,
    forged,
    wrong,
)


def minutes(day: D, **more: Any) -> dict[str, Any]:
    return {"held_on": day, "place": "Nhà văn hoá thôn", "attendees": "Đoàn; chi uỷ", "minutes": "Đã họp.", **more}


BAD_MINUTES = [
    wrong("held_on", D(2026, 9, 30), SIGNED),
    wrong("held_on", "31/02/2026", NO_DATE),
    wrong("held_on", "24/11/0026", "Hãy kiểm tra lại năm"),
    wrong("minutes", "   ", NEEDED),
    wrong("place", NO, NEEDED),
    *bad_files("files"),
]
LONG = "Đoạn thứ nhất.\r\n\r\n  “Đoạn” <thứ> hai & 'ba'"


@pytest.fixture
def foreign(cast):
    """A case of strangers, whose rows are foreign ids here."""
    case = stories.signed(
        cast,
        stories.proposed(
            cast,
            body="ward_ubkt",
            by="ward_officer",
            subjects=[stories.SubjectChoice(cast.organisation("ward_cell"))],
            team=[("stranger", "leader"), ("ward_officer", "member"), ("ward_member", "team_secretary")],
        ),
        by="stranger",
    )
    return case


@pytest.fixture
def cast(cast):
    cast.add_user("ward_officer", "Tống Văn Lạ", "area_officer", "ward_ubkt")
    cast.add_user("ward_member", "Khúc Thị Xa", "inspection_member", "ward_ubkt")
    cast.add_user("kin", "Mạc Văn Thân", "inspection_member", "ubkt")
    declare_interest(
        acting_user=cast.root,
        person=cast.person("kin"),
        nature="anh ruột bí thư chi bộ",
        about_organisation=cast.organisation("dong_muoi"),
        now=at("2026-09-01"),
    )
    return cast


def proposal(cast) -> tuple[dict[str, Any], list[Bad]]:
    person, organisation = cast.person, cast.organisation
    good = {
        "kind": cast.kinds["GSCD"].pk,
        "reason": "Phát sinh từ giám sát thường xuyên.",
        "content": LONG,
        "organisations": [organisation("dong_muoi").pk],
        "members": [],
        "examined_from": D(2025, 1, 1),
        "examined_to": D(2026, 6, 30),
        "starts_on": D(2026, 10, 1),
        "ends_on": D(2026, 12, 15),
        "method": "Nghe báo cáo.",
        "leader": person("vice_chair").pk,
        "mates": [person("member").pk],
        "team_secretary": person("officer").pk,
    }
    bad = [
        wrong("examined_to", D(2024, 12, 31), "Mốc thời gian kiểm tra kết thúc trước khi bắt đầu."),
        wrong("examined_to", D(2026, 10, 3), AHEAD),
        wrong("examined_from", D(2026, 7, 1), "Mốc thời gian kiểm tra kết thúc trước khi bắt đầu.", "examined_to"),
        wrong("ends_on", D(2026, 9, 30), "Ngày cuối trước ngày đầu."),
        wrong("starts_on", "30/02/2026", NO_DATE),
        wrong("content", "  ", NEEDED),
        wrong("reason", NO, "Cuộc kiểm tra, giám sát ngoài chương trình phải nêu lý do."),
        wrong("organisations", [], "Hãy chọn ít nhất một đối tượng."),
        *forged("kind"),
        *forged("line"),
        # outside the tree of the committee, the committee itself, the inspection committee, a stranger
        *forged("organisations", organisation("ward_cell").pk, organisation("commune").pk, organisation("ubkt").pk),
        *forged("members", person("stranger_secretary").pk),
        *forged("leader", person("stranger").pk),
        *forged("mates", person("stranger").pk),
        wrong("leader", NO, "Đoàn (tổ) phải có đúng một trưởng đoàn (tổ trưởng)."),
        wrong("mates", [], "Đoàn (tổ) phải có ít nhất 3 người; hiện có 2 người.", "leader"),
        wrong("mates", [person("vice_chair").pk], "Có người được chọn hai lần trong đoàn (tổ).", "leader"),
        wrong("mates", [person("kin").pk], "anh ruột bí thư chi bộ", "leader"),
    ]
    return good, bad


def team(cast) -> tuple[dict[str, Any], list[Bad]]:
    good, bad = proposal(cast)
    names = ("leader", "mates", "team_secretary")
    reason = {"reason": "Phân công lại.", "mates": [cast.person("member2").pk]}
    return {**{name: good[name] for name in names}, **reason}, [
        wrong("reason", NO, NEEDED),
        *(row for row in bad if set(row.changes) <= set(names)),
    ]


def test_a_case_walks_its_course_and_every_bad_input_is_refused(cast, foreign):
    walk = Walk(cast)
    prepare_and_announce(walk)
    case = Case.objects.get(organisation=cast.organisation("ubkt"))
    verify_and_draft(walk, case, foreign.subjects.get())
    answer_and_confer(walk, case)
    conclude_and_notify(walk, case, foreign.subjects.get())
    correct(walk)
    case.refresh_from_db()
    assert case.stage == Case.Stage.CLOSED
    assert Correction.objects.get().state == Correction.State.ACCEPTED
    assert not walk.found, "\n".join(walk.found)


def prepare_and_announce(walk: Walk) -> None:
    cast = walk.cast
    good, bad = proposal(cast)
    walk.page("officer", "2026-10-01", reverse("workflows:propose", args=[cast.organisation("ubkt").pk]), good, bad)
    case = Case.objects.get(organisation=cast.organisation("ubkt"))
    outcome = [wrong("outcome", NO, NEEDED), wrong("outcome", "burn", NOT_A_CHOICE)]
    walk.step(
        "chair",
        "2026-10-02",
        case,
        "sign",
        {"outcome": "return", "reason": "Nêu rõ phương pháp."},
        [*outcome, wrong("reason", " ", BLANK)],
    )
    dates = [row for row in bad if row.field in ("examined_to", "ends_on")]
    walk.page("officer", "2026-10-02", reverse("cases:revise", args=[case.pk]), {**good, "method": "Đối chiếu."}, dates)
    walk.step(
        "officer",
        "2026-10-02",
        case,
        "revise",
        {"outcome": "submit"},
        [*outcome, Bad({"outcome": "withdraw", "reason": ""}, "reason", BLANK)],
        hour=10,
    )
    walk.step("chair", "2026-10-02", case, "sign", {"outcome": "sign"}, outcome, hour=11)
    walk.step(
        "vice_chair",
        "2026-10-05",
        case,
        "prepare",
        {"outline": LONG, "schedule": "06/10", "team_met_on": D(2026, 10, 5), "team_minutes": "Đã phân công."},
        [
            wrong("team_met_on", D(2026, 10, 6), FUTURE),
            wrong("team_met_on", D(2026, 10, 1), SIGNED),
            wrong("outline", "   ", NEEDED),
            *bad_files("files"),
        ],
        files={"files": pdf()},
    )
    walk.step(
        "vice_chair",
        "2026-10-07",
        case,
        "announce",
        minutes(D(2026, 10, 7), self_report_due=D(2026, 10, 20)),
        [
            *BAD_MINUTES,
            wrong("held_on", D(2026, 10, 8), FUTURE),
            wrong("self_report_due", D(2026, 10, 6), "Hạn báo cáo trước ngày công bố."),
            wrong("self_report_due", NO, NEEDED),
        ],
    )
    walk.step(
        "dm_secretary",
        "2026-10-15",
        case.subjects.get(),
        "self_report",
        {"text": LONG},
        [wrong("text", "  ", NEEDED), *bad_files("files")],
        files={"files": pdf()},
    )


def verify_and_draft(walk: Walk, case: Case, foreign: CaseSubject) -> None:
    cast = walk.cast
    subject = case.subjects.get()
    kinds = {kind.code: kind.pk for kind in stories.PaperKind.objects.all()}
    walk.page(
        "member",
        "2026-10-16",
        reverse("cases:add_paper", args=[case.pk]),
        {"kind": kinds["working_minutes"], "subject": subject.pk, "held_on": D(2026, 10, 16), "body": LONG},
        [
            *forged("kind", kinds["decision"]),
            *forged("subject", foreign.pk),
            wrong("held_on", D(2026, 10, 17), FUTURE),
            wrong("held_on", D(2026, 10, 1), SIGNED),
            wrong("held_on", NO, "Biên bản phải có ngày lập."),
            wrong("body", " ", "Hãy viết nội dung hoặc đính kèm tệp."),
            *bad_files("files"),
        ],
    )
    repealed, valid = (LegalInstrument.objects.get(symbol=symbol) for symbol in ("22-QĐ/TW", "21-QĐ/TW"))
    severity = stories.Severity.objects.get(code="limitation")
    walk.page(
        "member",
        "2026-10-16",
        reverse("findings:add", args=[case.pk]),
        {
            "text": LONG,
            "severity": severity.pk,
            "responsible": subject.pk,
            "cause": "Chi uỷ chưa quan tâm.",
            "cause_kind": "subjective",
            "happened_on": D(2026, 6, 30),
            "instrument": valid.pk,
            "article": "Điều 7",
        },
        [
            *forged("severity"),
            *forged("responsible", foreign.pk),
            *forged("instrument"),
            wrong("instrument", repealed.pk, "22-QĐ/TW không có hiệu lực ngày 30/06/2026."),
            wrong("happened_on", D(2026, 4, 10), "21-QĐ/TW không có hiệu lực ngày 10/04/2026.", "instrument"),
            wrong("happened_on", D(2026, 10, 17), FUTURE),
            wrong("cause_kind", "karma", NOT_A_CHOICE),
            wrong("text", "  ", NEEDED),
            *bad_files("files"),
        ],
    )
    more = {"outcome": "more", "subjects": [subject.pk], "text": LONG, "due_on": D(2026, 10, 20)}
    walk.step(
        "vice_chair",
        "2026-10-17",
        case,
        "verify",
        more,
        [
            *forged("subjects", foreign.pk),
            wrong("subjects", [], "Hãy chọn đối tượng cần bổ sung."),
            wrong("due_on", D(2026, 10, 16), PAST),
            wrong("due_on", NO, "Hãy ghi cần có chậm nhất ngày nào."),
            wrong("text", " ", BLANK),
            wrong("outcome", "burn", NOT_A_CHOICE),
        ],
    )
    blank = [wrong("text", "   ", NEEDED), *bad_files("files")]
    walk.step("dm_secretary", "2026-10-18", subject, "supplement", {"text": LONG}, blank, files={"files": pdf()})
    content = {"what": "content", "content": LONG, "examined_from": D(2025, 1, 1), "examined_to": D(2026, 8, 31)}
    address = reverse("workflows:ask_change", args=[case.pk])
    duration = {"what": "duration", "ends_on": D(2026, 12, 31)}
    walk.page(
        "vice_chair",
        "2026-10-19",
        address,
        {**content, "ends_on": D(2026, 12, 15), "reason": "Phát sinh."},
        [
            wrong("examined_to", D(2024, 8, 31), "Mốc thời gian kiểm tra kết thúc trước khi bắt đầu."),
            wrong("examined_to", D(2026, 10, 20), AHEAD),
            wrong("content", " ", BLANK),
            wrong("reason", "", NEEDED),
            wrong("what", "fate", NOT_A_CHOICE),
            Bad({**duration, "ends_on": D(2026, 9, 30)}, "ends_on", "Ngày cuối trước ngày đầu."),
            Bad({**duration, "ends_on": D(2026, 10, 18)}, "ends_on", PAST),
            Bad({**duration, "ends_on": D(2026, 12, 15)}, "ends_on", "Hãy nhập ngày kết thúc mới."),
        ],
    )
    decision = [
        wrong("approves", NO, NEEDED),
        Bad({"approves": "no", "answer": " "}, "answer", BLANK),
    ]
    walk.step("chair", "2026-10-19", case.change_requests.get(), "decide", {"approves": "yes"}, decision, hour=10)
    good, bad = team(cast)
    walk.page("vice_chair", "2026-10-20", reverse("workflows:ask_team_change", args=[case.pk]), good, bad)
    walk.step(
        "chair",
        "2026-10-20",
        case.change_requests.last(),
        "decide",
        {"approves": "no", "answer": "Giữ như cũ."},
        decision[:1],
        hour=10,
    )
    walk.step("vice_chair", "2026-10-21", case, "verify", {"outcome": "enough"}, [wrong("outcome", NO, NEEDED)])
    walk.step("vice_chair", "2026-10-22", case, "draft_report", {"text": LONG}, blank, files={"files": pdf()})
    walk.step(
        "vice_chair",
        "2026-10-23",
        case,
        "release_draft",
        {"outcome": "release", "answers_due": D(2026, 10, 31)},
        [
            wrong("answers_due", D(2026, 10, 22), PAST),
            wrong("answers_due", NO, "Hãy ghi đối tượng phải trả lời chậm nhất ngày nào."),
            wrong("answers_due", "ngày mai", NO_DATE),
            Bad({"outcome": "redraft", "reason": " "}, "reason", BLANK),
            wrong("outcome", NO, NEEDED),
        ],
    )
    for verb in ("stop", "convert"):
        with on("2026-10-23", 15):
            reason = wrong("reason", "  ", NEEDED)
            walk.found += complaints(cast, "chair", reverse(f"workflows:{verb}", args=[case.pk]), {}, reason)
    with on("2026-10-23", 15):
        reason = wrong("reason", "  ", NEEDED)
        walk.found += complaints(cast, "member", reverse("workflows:withdraw", args=[case.pk]), {}, reason)


def answer_and_confer(walk: Walk, case: Case) -> None:
    finding = case.findings.get()
    pk = finding.pk
    walk.step(
        "dm_secretary",
        "2026-10-28",
        case.subjects.get(),
        "answer",
        {f"answer_{pk}": "contests", f"text_{pk}": LONG, "opinion": LONG},
        [
            wrong(f"answer_{pk}", NO, "Hãy chọn có nhất trí với nội dung này hay không."),
            wrong(f"answer_{pk}", "shrugs", NOT_A_CHOICE),
            wrong(f"text_{pk}", " ", "Hãy nêu lý do để đoàn (tổ) xem xét."),
            *bad_files(f"files_{pk}"),
        ],
        files={f"files_{pk}": pdf()},
    )
    one = finding.answers.get().pk
    changed = {f"outcome_{one}": "changed", f"reason_{one}": "Có sổ.", f"text_{one}": LONG}
    walk.step(
        "vice_chair",
        "2026-10-29",
        case,
        "consider_answers",
        {**changed, f"severity_{one}": finding.severity_id},
        [
            wrong(f"outcome_{one}", NO, "Hãy chọn giữ, sửa hay bỏ nội dung đánh giá."),
            wrong(f"outcome_{one}", "burn", NOT_A_CHOICE),
            wrong(f"reason_{one}", "  ", "Hãy nêu lý do; đối tượng sẽ đọc."),
            wrong(f"text_{one}", "  ", "Hãy ghi nội dung đánh giá sau khi sửa."),
            *forged(f"severity_{one}"),
        ],
    )
    walk.page(
        "dm_secretary",
        "2026-10-30",
        reverse("findings:reserve", args=[pk]),
        {"text": LONG},
        [wrong("text", " ", NEEDED)],
    )
    order = wrong("held_on", D(2026, 10, 6), "Ngày này trước ngày công bố quyết định, kế hoạch (07/10/2026).")
    walk.step(
        "vice_chair",
        "2026-10-30",
        case,
        "conference",
        minutes(D(2026, 10, 30)),
        [*BAD_MINUTES, order, wrong("held_on", D(2026, 10, 31), FUTURE)],
        hour=10,
    )
    late = case.findings.get().answers.last().pk
    walk.page(
        "vice_chair",
        "2026-10-30",
        reverse("findings:consider_late", args=[case.pk]),
        {f"outcome_{late}": "kept", f"reason_{late}": "Giữ.", f"text_{late}": LONG},
        [wrong(f"reason_{late}", " ", "Hãy nêu lý do; đối tượng sẽ đọc.")],
        hour=11,
    )


def conclude_and_notify(walk: Walk, case: Case, foreign: CaseSubject) -> None:
    cast = walk.cast
    blank = [wrong("text", "   ", NEEDED), *bad_files("files")]
    walk.step("vice_chair", "2026-11-02", case, "report", {"text": LONG}, blank, files={"files": pdf()})
    walk.step(
        "office_chief",
        "2026-11-03",
        case,
        "appraise",
        {"is_in_order": "yes", "text": LONG},
        [wrong("is_in_order", "maybe", NOT_A_CHOICE), wrong("text", " ", NEEDED)],
    )
    order = wrong("held_on", D(2026, 10, 6), "Ngày này trước ngày công bố quyết định, kế hoạch (07/10/2026).")
    walk.step(
        "chair",
        "2026-11-05",
        case,
        "conclude",
        {
            "outcome": "concluded",
            "held_on": D(2026, 11, 5),
            "chair": "Đỗ Văn Quý",
            "recorder": "Mai Đình Nghĩa",
            "attendees": "5 đồng chí",
            "members": 5,
            "present": 4,
            "votes_for": 3,
            "votes_against": 1,
            "abstentions": 0,
            "extract": LONG,
        },
        [
            order,
            wrong("held_on", D(2026, 11, 6), FUTURE),
            wrong("present", 6, "Số người dự nhiều hơn tổng số thành viên."),
            Bad(
                {"present": 2, "votes_for": 2, "votes_against": 0},
                "present",
                "Phiên họp phải có quá nửa tổng số",
            ),
            wrong("votes_for", 4, "Số phiếu nhiều hơn số người dự."),
            Bad({"votes_for": 2}, "votes_for", "Kết luận phải được quá nửa tổng số thành viên tán thành."),
            wrong("members", -1, "Đảm bảo giá trị này lớn hơn hoặc bằng với 1"),
            wrong("extract", "  ", NEEDED),
            *bad_files("files"),
        ],
    )
    row = {
        "text": "Tổ chức sinh hoạt chuyên đề.",
        "findings": [case.findings.get().pk],
        "assignee": case.subjects.get().pk,
        "monitor": cast.person("officer").pk,
        "due_words": "before",
        "due_day": D(2026, 11, 30),
    }
    named = {f"demand-0-{name}": value for name, value in row.items()}
    foreign_finding = Finding.objects.create(
        case=foreign.case,
        number=1,
        text="Của nơi khác",
        folded="cua noi khac",
        severity=case.findings.get().severity,
        responsible=foreign,
        added_by=cast["stranger"],
        added_at=at("2026-10-20"),
    )
    with on("2026-11-09"):
        empty = Bad({}, NO, "Thông báo chưa đầy đủ; từng lý do ghi bên cạnh.")
        address = item_of(case, "draft_notice").get_absolute_url()
        walk.found += complaints(cast, "member", address, {}, empty)
    walk.page(
        "member",
        "2026-11-09",
        reverse("findings:draft_notice", args=[case.pk]),
        {
            "strengths": "Giữ nền nếp.",
            "carrying_out": LONG,
            "recipients": "Chi bộ",
            "demand-TOTAL_FORMS": 1,
            "demand-INITIAL_FORMS": 0,
            **named,
        },
        [
            *forged("demand-0-findings", foreign_finding.pk),
            *forged("demand-0-assignee", foreign.pk),
            # strangers, members without a log-in, those who stand for the subject
            *forged("demand-0-monitor", cast.person("stranger").pk, cast.person("dm_secretary").pk),
            wrong("demand-0-due_words", "perhaps", NOT_A_CHOICE),
            wrong("demand-0-due_day", "31/11/2026", NO_DATE),
            wrong("demand-0-due_day", "30/11/0026", "Hãy kiểm tra lại năm"),
            wrong("demand-0-text", " ", "Hãy ghi nội dung yêu cầu, hoặc xoá trống cả dòng."),
        ],
    )
    walk.step("member", "2026-11-09", case, "draft_notice", {}, [], hour=10)
    walk.step(
        "chair",
        "2026-11-10",
        case,
        "sign_notice",
        {"outcome": "sign"},
        [
            Bad({"outcome": "return", "reason": " "}, "reason", BLANK),
            wrong("outcome", NO, NEEDED),
        ],
    )
    order = wrong("held_on", D(2026, 11, 9), "Ngày này trước ngày ký thông báo kết luận (10/11/2026).")
    walk.step(
        "vice_chair",
        "2026-11-12",
        case,
        "announce_notice",
        minutes(D(2026, 11, 12)),
        [*BAD_MINUTES, order, wrong("held_on", D(2026, 11, 13), FUTURE)],
    )
    order = wrong("handed_over_on", D(2026, 11, 11), "Ngày này trước ngày công bố thông báo kết luận (12/11/2026).")
    walk.step(
        "vice_chair",
        "2026-11-13",
        case,
        "close_dossier",
        {"handed_over_on": D(2026, 11, 13), "handed_over_to": "Văn phòng", "index": LONG},
        [order, wrong("handed_over_on", D(2026, 11, 14), FUTURE), wrong("index", " ", NEEDED)],
    )


def correct(walk: Walk) -> None:
    cast = walk.cast
    correction = Correction.objects.get()
    finding = correction.demand.findings.get()
    other = Finding.objects.exclude(pk=finding.pk).get()
    rows = {"line-TOTAL_FORMS": 1, "line-INITIAL_FORMS": 0}
    line = {"finding": finding.pk, "remedy": LONG, "due_on": D(2026, 11, 25), "product": "Biên bản"}
    walk.step(
        "dm_secretary",
        "2026-11-14",
        correction,
        "plan",
        {**rows, **{f"line-0-{name}": value for name, value in line.items()}},
        [
            *forged("line-0-finding", other.pk),
            wrong("line-0-due_on", "31/11/2026", NO_DATE),
            wrong("line-0-due_on", NO, "Mục này bắt buộc trong một dòng kế hoạch."),
            wrong("line-0-due_on", D(2026, 11, 30), "30/11/2026 sau ngày cuối còn trong hạn, 29/11/2026."),
            wrong("line-0-remedy", " ", "Hãy ghi sẽ làm gì."),
            wrong("line-0-pk", 999_999, "Dòng này thuộc kế hoạch khác.", NO),
        ],
    )
    action = correction.actions.get().pk
    verdict, reason = f"verdict_{action}", f"reason_{action}"
    judged = [
        wrong(verdict, NO, "Chấp nhận hoặc trả lại dòng này."),
        wrong(verdict, "burn", NOT_A_CHOICE),
        Bad({verdict: "return", reason: "  "}, reason, "Hãy ghi còn thiếu gì để bổ sung."),
    ]
    walk.step("officer", "2026-11-15", correction, "judge_plan", {verdict: "accept"}, judged)
    proof = f"files_{action}"
    walk.step(
        "dm_secretary",
        "2026-11-20",
        correction,
        "carry_out",
        {f"text_{action}": LONG, f"done_on_{action}": D(2026, 11, 19)},
        [
            wrong(f"text_{action}", " ", "Hãy ghi đã làm gì về dòng này."),
            wrong(f"done_on_{action}", NO, "Hãy nhập ngày đã thực hiện."),
            wrong(f"done_on_{action}", D(2026, 11, 21), FUTURE),
            *bad_files(proof),
        ],
        files={proof: pdf()},
    )
    with on("2026-11-20", 15):
        address = reverse("workflows:assign_monitor", args=[correction.pk])
        good = {"monitor": cast.person("member2").pk, "reason": "Chuyển công tác."}
        for row in [*forged("monitor", cast.person("stranger").pk), wrong("reason", " ", NEEDED)]:
            walk.found += complaints(cast, "chair", address, good, row)
    walk.step("officer", "2026-11-23", correction, "judge_report", {verdict: "accept"}, judged)
