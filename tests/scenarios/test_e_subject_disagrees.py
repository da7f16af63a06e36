"""Scenario E: the subject disagrees.

Whole text of the scenario; nothing of it waits for a later issue.
"""

from datetime import date as D
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from inspections.cases.models import Paper
from inspections.cases.services.opening import SubjectChoice
from inspections.findings.models import Answer, Finding, Notice
from inspections.findings.services.answers import reserve_opinion, unconsidered
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, item_of, open_steps, pdf
from tests.browse import logged_in, on, read, words_of
from tests.cast import at
from tests.standing import story
from workflows.services import InvalidForm

FOUND = ["Dự sinh hoạt chưa đều.", "Chưa hoàn thành nhiệm vụ phụ trách ba hộ nghèo.", "Chưa nộp bản tự soi, tự sửa."]
DRAFT = "Dự thảo báo cáo kết quả giám sát."
WHY = "Tôi được phân công hai hộ, không phải ba; có biên bản kèm theo."
OPINION = "Tôi bảo lưu ý kiến về nội dung số 2."


@story
def sent(cast):
    """A member of Chi bộ thôn Suối Đá is inspected by UBKT; the draft with three findings is sent on 10/11/2026."""
    case = stories.proposed(
        cast,
        kind="KTCH",
        subjects=[SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))],
        content="Việc thực hiện nhiệm vụ đảng viên",
    )
    stories.signed(cast, case)
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case, by="sd_member")
    stories.worked_with(cast, case)
    stories.found(cast, case, *FOUND)
    stories.verified(cast, case)
    stories.released(cast, case, day="2026-11-10", due=D(2026, 11, 14))
    case.refresh_from_db()
    return case


def answer(cast, case, day="2026-11-11"):
    """Accepts the first and third finding, contests the second with three files."""
    one, two, three = case.findings.order_by("number")
    do(
        cast["sd_member"],
        case.subjects.get(),
        "answer",
        at(day),
        opinion="Tôi nhất trí với phần ưu điểm.",
        files={
            f"files_{two.pk}": [
                pdf(f"chung-cu-{number}.pdf", b"%PDF-1.4\nfile " + str(number).encode()) for number in (1, 2, 3)
            ]
        },
        **{
            f"answer_{one.pk}": "accepts",
            f"answer_{two.pk}": "contests",
            f"text_{two.pk}": WHY,
            f"answer_{three.pk}": "accepts",
        },
    )


def consider(cast, case, outcome, reason="Biên bản phân công ghi ba hộ.", text=""):
    fields = {}
    for one in unconsidered(case):
        is_second = one.finding.number == 2
        fields |= {
            f"outcome_{one.pk}": outcome if is_second else "kept",
            f"reason_{one.pk}": reason if is_second else "Đối tượng nhất trí.",
            f"text_{one.pk}": text if is_second else one.finding.text,
        }
    do(cast["vice_chair"], case, "consider_answers", at("2026-11-11", 15), **fields)


def reserve(cast, case, day="2026-11-12", hour=9):
    return reserve_opinion(
        acting_user=cast["sd_member"], finding=case.findings.get(number=2), text=OPINION, now=at(day, hour)
    )


def confer(cast, case):
    do(
        cast["vice_chair"],
        case,
        "conference",
        at("2026-11-12", 10),
        held_on=D(2026, 11, 12),
        place="Nhà văn hoá thôn Suối Đá",
        attendees="Đoàn; chi bộ; đồng chí Tám",
        minutes="Hội nghị thông qua dự thảo báo cáo.",
    )


@story
def answered(cast, sent):
    answer(cast, sent)
    return sent


def test_the_answer_is_kept_for_each_finding_with_its_three_files(cast, answered):
    positions = {one.finding.number: one.position for one in Answer.objects.all()}
    assert positions == {1: "accepts", 2: "contests", 3: "accepts"}
    contested = Answer.objects.get(finding__number=2)
    assert contested.text == WHY
    names = sorted(contested.attachments.values_list("name", flat=True))
    assert names == [f"chung-cu-{number}.pdf" for number in (1, 2, 3)]
    page = read(cast["vice_chair"], contested.finding.get_absolute_url(), "2026-11-11", 14)
    assert WHY in page
    assert all(name in page for name in names)
    opinion = Paper.objects.get(kind__code="explanation")
    assert "Tôi nhất trí với phần ưu điểm." in read(
        cast["vice_chair"], reverse("cases:paper", args=[opinion.pk]), "2026-11-11", 14
    )


def test_a_finding_left_unanswered_or_contested_without_reason_is_asked_for_again(cast, sent):
    one, two, three = sent.findings.order_by("number")
    with pytest.raises(InvalidForm) as refusal:
        do(
            cast["sd_member"],
            sent.subjects.get(),
            "answer",
            at("2026-11-11"),
            **{f"answer_{one.pk}": "accepts", f"answer_{two.pk}": "contests"},
        )
    assert set(refusal.value.form.errors) == {f"text_{two.pk}", f"answer_{three.pk}"}
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "text", "state", "reads"),
    [
        ("kept", "", "kept", FOUND[1]),
        (
            "changed",
            "Chưa hoàn thành nhiệm vụ phụ trách hai hộ nghèo.",
            "changed",
            "Chưa hoàn thành nhiệm vụ phụ trách hai hộ nghèo.",
        ),
        ("dropped", "", "dropped", FOUND[1]),
    ],
)
def test_the_team_keeps_changes_or_drops_with_reason(cast, answered, outcome, text, state, reads):
    with pytest.raises(InvalidForm) as refusal:
        consider(cast, answered, outcome, reason="", text=text)
    assert [name for name in refusal.value.form.errors if name.startswith("reason_")]
    consider(cast, answered, outcome, text=text)
    finding = answered.findings.get(number=2)
    assert (finding.state, finding.text) == (state, reads)
    assert answered.findings.standing().count() == (2 if outcome == "dropped" else 3)
    # the member reads what became of it, and why
    page = read(cast["sd_member"], finding.get_absolute_url(), "2026-11-12")
    assert "Biên bản phân công ghi ba hộ." in page


def test_a_changed_finding_shows_what_changed_to_team_and_member(cast, answered):
    consider(cast, answered, "changed", text="Chưa hoàn thành nhiệm vụ phụ trách hai hộ nghèo.")
    finding = answered.findings.get(number=2)
    for reader in ("vice_chair", "sd_member"):
        with on("2026-11-12"):
            page = logged_in(cast[reader]).get(finding.get_absolute_url()).content.decode()
        assert "<del>ba</del><ins>hai</ins>" in page


@pytest.mark.parametrize("order", ["before the minutes", "after the minutes"])
def test_the_reserved_opinion_is_printed_in_minutes_dossier_and_notice(cast, answered, order):
    consider(cast, answered, "kept")
    if order == "before the minutes":
        reserve(cast, answered)
        confer(cast, answered)
    else:
        confer(cast, answered)
        reserve(cast, answered, hour=11)
    minutes = Paper.objects.get(kind__code="conference_minutes")
    for reader in ("vice_chair", "sd_member"):
        page = read(cast[reader], reverse("cases:paper", args=[minutes.pk]), "2026-11-12", 14)
        assert "Ý kiến bảo lưu tại hội nghị" in page
        assert OPINION in page
        assert FOUND[1] in page
    assert "Ý kiến bảo lưu" in read(cast["vice_chair"], reverse("cases:papers", args=[answered.pk]), "2026-11-12", 14)
    to_the_notice(cast, answered)
    index = Paper.objects.get(kind__code="dossier_index").body
    assert "Ý kiến bảo lưu" in index
    for reader in ("chair", "sd_member", "province_secretary"):
        notice = read(cast[reader], reverse("findings:notice", args=[answered.pk]), "2026-11-25")
        assert OPINION in notice


def to_the_notice(cast, case):
    stories.reported(cast, case, day="2026-11-13")
    stories.appraised(cast, case, day="2026-11-16")
    late = unconsidered(case).get()
    with on("2026-11-17"):
        response = logged_in(cast["member"]).post(
            reverse("findings:consider_late", args=[case.pk]),
            {
                f"outcome_{late.pk}": "kept",
                f"reason_{late.pk}": "Đã xem xét, giữ nguyên.",
                f"text_{late.pk}": late.finding.text,
                f"severity_{late.pk}": late.finding.severity_id,
            },
        )
    assert response.status_code == 302, words_of(response)
    stories.concluded(cast, case, day="2026-11-18")
    stories.noticed(cast, case, day="2026-11-20", due=D(2026, 12, 31))
    do(
        cast["vice_chair"],
        case,
        "announce_notice",
        at("2026-11-23"),
        held_on=D(2026, 11, 23),
        place="Nhà văn hoá thôn",
        attendees="Chi bộ",
        minutes="Đã công bố.",
    )
    item = item_of(case, "close_dossier")
    form = item.task.flow_task.form_class(target=case, user=cast["vice_chair"], now=at("2026-11-23", 15))
    do(
        cast["vice_chair"],
        case,
        "close_dossier",
        at("2026-11-23", 15),
        handed_over_on=D(2026, 11, 23),
        handed_over_to="Văn phòng Đảng uỷ",
        index=form.fields["index"].initial,
    )


def test_the_notice_cannot_issue_until_the_answer_is_considered(cast, answered):
    consider(cast, answered, "kept")
    confer(cast, answered)
    reserve(cast, answered, hour=11)
    stories.reported(cast, answered, day="2026-11-13")
    stories.appraised(cast, answered, day="2026-11-16")
    stories.concluded(cast, answered, day="2026-11-18")
    with pytest.raises(InvalidForm):
        stories.noticed(cast, answered, day="2026-11-20", due=D(2026, 12, 31))
    assert Notice.objects.get().number == ""
    page = read(cast["member"], reverse("findings:notice", args=[answered.pk]), "2026-11-20", 15)
    assert "Khuyết điểm 2: chưa xem xét ý kiến của đối tượng." in page
    # after the sitting the team can only keep what was concluded
    late = unconsidered(answered).get()
    address = reverse("findings:consider_late", args=[answered.pk])
    fields = {f"reason_{late.pk}": "Đã xem xét.", f"text_{late.pk}": "Câu khác."}
    with on("2026-11-20", 15):
        refused = logged_in(cast["member"]).post(address, {**fields, f"outcome_{late.pk}": "dropped"})
        assert refused.status_code == 422
        assert "Phiên họp đã kết luận về nội dung này" in words_of(refused)
        assert logged_in(cast["member"]).post(address, {**fields, f"outcome_{late.pk}": "kept"}).status_code == 302
    assert answered.findings.get(number=2).state == Finding.State.KEPT
    do(cast["member"], answered, "draft_notice", at("2026-11-20", 16))
    do(cast["chair"], answered, "sign_notice", at("2026-11-20", 17), outcome="sign")
    assert Notice.objects.get().number == "01-TB/UBKTĐU"


def test_an_opinion_is_reserved_only_between_conference_and_conclusion(cast, answered):
    with pytest.raises(NotNow):
        reserve(cast, answered, day="2026-11-11", hour=12)
    consider(cast, answered, "kept")
    reserve(cast, answered)
    assert Answer.objects.filter(position="reserves", at_conference=True).count() == 1


def test_nothing_can_be_reserved_on_a_dropped_finding(cast, answered):
    consider(cast, answered, "dropped")
    with pytest.raises(ValidationError):
        reserve(cast, answered)


# everybody outside the team and the ordering body; the subject's own cell included
OUTSIDERS = [
    "sd_secretary",
    "dm_secretary",
    "thcs_secretary",
    "province_secretary",
    "secretary",
    "office_chief",
    "administrator",
    "inspector",
    "stranger",
    "stranger_secretary",
]


def test_nobody_outside_the_team_sees_the_draft(cast, sent):
    draft = Paper.objects.get(kind__code="draft_report")
    finding = sent.findings.get(number=2)
    pages = [
        sent.get_absolute_url(),
        reverse("cases:papers", args=[sent.pk]),
        reverse("cases:paper", args=[draft.pk]),
        reverse("findings:of_case", args=[sent.pk]),
        reverse("findings:list"),
        finding.get_absolute_url(),
        reverse("cases:timeline", args=[sent.pk]),
        reverse("reports:search") + "?q=hộ nghèo",
    ]
    with on("2026-11-10", 14):
        for name in OUTSIDERS:
            browser = logged_in(cast[name])
            for path in pages:
                page = words_of(browser.get(path))
                assert DRAFT not in page, (name, path)
                assert FOUND[1] not in page, (name, path)
            assert browser.get(pages[2]).status_code == 404, name
    # the team and the member it is about do
    for name in ("vice_chair", "member", "officer", "sd_member"):
        assert DRAFT in read(cast[name], pages[2], "2026-11-10", 14)


def test_nobody_outside_the_team_gets_the_proofs_or_finds_the_draft_in_an_export(cast, answered):
    contested = Answer.objects.get(finding__number=2)
    proofs = [reverse("documents:download", args=[one.pk]) for one in contested.attachments.all()]
    assert len(proofs) == 3
    exports = [f"{reverse(name)}?export=xlsx" for name in ("findings:list", "cases:list", "remedies:list")]
    with on("2026-11-11", 14):
        for name in OUTSIDERS:
            browser = logged_in(cast[name])
            assert [browser.get(path).status_code for path in proofs] == [404] * 3, name
            for path in exports:
                response = browser.get(path)
                told = cells_of(response) if "sheet" in response.headers["Content-Type"] else words_of(response)
                assert FOUND[1] not in told, (name, path)
        for name in ("vice_chair", "officer", "sd_member"):
            browser = logged_in(cast[name])
            assert [browser.get(path).status_code for path in proofs] == [200] * 3, name
            assert FOUND[1] in cells_of(browser.get(exports[0])), name


def cells_of(response):
    """Everything that stands in an exported workbook."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    book = load_workbook(BytesIO(content), read_only=True)
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def test_two_members_disagree_and_each_is_heard_for_himself(cast):
    """One contests and is proved right, the other reserves and is not; neither reads the other's finding."""
    chosen = [SubjectChoice(cast.organisation("suoi_da"), cast.person(name)) for name in ("sd_member", "sd_deputy")]
    case = stories.signed(cast, stories.proposed(cast, kind="KTCH", subjects=chosen))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    one, two = case.subjects.all()
    names = {one: "sd_member", two: "sd_deputy"}
    for subject, name in names.items():
        do(cast[name], subject, "self_report", at("2026-10-15"), text="Tôi tự kiểm tra.")
    stories.worked_with(cast, case)
    first, second = stories.found(cast, case, FOUND[0], FOUND[1])
    Finding.objects.filter(pk=second.pk).update(responsible=two)
    second.refresh_from_db()
    stories.verified(cast, case)
    stories.released(cast, case, day="2026-11-10", due=D(2026, 11, 14))
    for subject, finding in ((one, first), (two, second)):
        do(
            cast[names[subject]],
            subject,
            "answer",
            at("2026-11-11"),
            **{f"answer_{finding.pk}": "contests", f"text_{finding.pk}": f"Không đúng với tôi: {subject.person}."},
        )
    fields = {}
    for given in unconsidered(case):
        is_first = given.finding == first
        fields |= {
            f"outcome_{given.pk}": "dropped" if is_first else "kept",
            f"reason_{given.pk}": "Chứng cứ đúng." if is_first else "Chưa đủ chứng cứ.",
        }
    do(cast["vice_chair"], case, "consider_answers", at("2026-11-11", 15), **fields)
    with on("2026-11-12"):
        for name, own, others in (("sd_member", first, second), ("sd_deputy", second, first)):
            browser = logged_in(cast[name])
            assert browser.get(own.get_absolute_url()).status_code == 200, name
            assert browser.get(others.get_absolute_url()).status_code == 404, name
            page = words_of(browser.get(reverse("findings:of_case", args=[case.pk])))
            assert (own.text in page, others.text in page) == (True, False), name
    with pytest.raises(Refused):
        reserve_opinion(acting_user=cast["sd_member"], finding=second, text="Thay bạn.", now=at("2026-11-12"))
    reserve_opinion(acting_user=cast["sd_deputy"], finding=second, text=OPINION, now=at("2026-11-12"))
    assert list(case.findings.standing()) == [second]
    assert [one.finding for one in unconsidered(case)] == [second]


def test_before_the_release_not_even_the_member_sees_it(cast, sent):
    draft = Paper.objects.get(kind__code="draft_report")
    Paper.objects.filter(pk=draft.pk).update(released_at=None)
    Finding.objects.update(state="draft")
    read(cast["sd_member"], reverse("cases:paper", args=[draft.pk]), "2026-11-10", 14, status=404)
    page = read(cast["sd_member"], reverse("findings:of_case", args=[sent.pk]), "2026-11-10", 14)
    assert FOUND[1] not in page


def test_the_turns_of_the_story(cast, sent):
    assert open_steps(sent) == ["answer"]
    answer(cast, sent)
    assert open_steps(sent) == ["consider_answers"]
    consider(cast, sent, "kept")
    assert open_steps(sent) == ["conference"]
    confer(cast, sent)
    assert open_steps(sent) == ["report"]
