"""The running book (shared/data 05) as it is, and what other books of the kind do."""

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from inspections.deadlines.models import Deadline
from inspections.findings.models import Notice
from inspections.imports import services
from inspections.imports.plans import KINDS
from inspections.organisations.models import Organisation
from inspections.organisations.services import add_person
from inspections.remedies.models import Correction
from inspections.reports.queries import correction_figures
from permissions.models import AuditEntry
from permissions.verdicts import NotNow
from project.demo import stories
from project.demo.drive import do, inbox, item_of, open_steps, pdf
from tests.browse import logged_in, on, words_of
from tests.cast import NOW, at
from tests.imports.books import book, sent, text
from tests.imports.taking import (
    DATA,
    facts_of,
    file,
    line_of,
    settle,
    states,
    take,
    upload,
    wrong,
)
from tests.standing import story
from workflows.invariants import INVARIANTS

pytestmark = pytest.mark.django_db
BOOK = "05-so-theo-doi-ket-luan.xlsx"


def told_by_the_book(column):
    """What stands in a column of the file, each once."""
    sheet = load_workbook(DATA / BOOK).active
    return list(dict.fromkeys(row[column].value for row in sheet.iter_rows(min_row=4) if row[column].value))


def corrected():
    """The file with the impossible date put right."""
    made = load_workbook(DATA / BOOK)
    made.active["B11"] = "2/10/2026"
    return sent(made, "so-da-sua.xlsx")


def names():
    """Where the book's cells and people are not those of the cast: what is added for the file as it is."""
    return told_by_the_book(2), told_by_the_book(6)


def decided(user, target, sent, now=NOW, **answers):
    """The file begun and its doubts settled: by what is named here, else as the page guesses."""
    one = services.begin_import(acting_user=user, kind=KINDS["book"], target=target, upload=sent, now=now)
    for _round in range(3):
        shown = services.preview_of(one, now.date())
        settled = {
            question.key: next((said for key, said in answers.items() if question.key.startswith(key)), question.guess)
            for question, _lines in shown.questions
        }
        services.settle(acting_user=user, one=one, answers=settled, now=now)
        one.refresh_from_db()
    return one


def taken(user, target, sent, now=NOW, **answers):
    """The file taken in at a moment; returns what the preview counted."""
    one = decided(user, target, sent, now, **answers)
    shown = services.preview_of(one, now.date())
    left = [
        (line.record.number, line.problems, line.questions) for line in shown.lines if line.state in ("doubt", "wrong")
    ]
    assert not left, left
    services.carry_out(acting_user=user, one=one, seen=shown.digest, now=now)
    return shown.counts


@dataclass
class Followed:
    """The commune whose book was taken in, by whom."""

    cast: Any
    user: Any
    ubkt: Any
    counts: dict[str, int]


@story
def following(cast) -> Followed:
    """The corrected file of shared/data taken in: its cells and people are there, one cell has its secretary."""
    cells, people = names()
    for number, name in enumerate(cells, start=11):
        if not Organisation.objects.filter(name=name).exists():
            cast.add_organisation(name, name, "cell", "commune", f"97.101.{number:03d}.000.000", "CB")
    for name in people:
        add_person(acting_user=cast.root, now=NOW, full_name=name, organisation=cast.organisation("commune"))
    cast.add_user("qs_secretary", "Trần Văn Chín", "cell_secretary", "Chi bộ Quân sự")
    user, ubkt = cast["vice_chair"], cast.organisation("ubkt")
    return Followed(cast, user, ubkt, taken(user, ubkt, corrected(), **{"kind:": "GSCD"}))


def of_row(row):
    """The correction that a row of the file became, and what stands in the row's cells."""
    sheet = load_workbook(DATA / BOOK).active
    cells = [cell.value for cell in sheet[row]]
    number = next(sheet.cell(at, 1).value for at in range(row, 3, -1) if sheet.cell(at, 1).value)
    rows = Correction.objects.filter(demand__notice__number=number, demand__text=cells[4])
    return rows.get(monitor__full_name=cells[6])


def read_again(following, sent):
    return services.preview_of(
        services.begin_import(
            acting_user=following.user, kind=KINDS["book"], target=following.ubkt, upload=sent, now=NOW
        ),
        NOW.date(),
    )


def changed(row, **cells):
    """The corrected file with other cells in a row: letter of the column -> value."""
    made = load_workbook(DATA / BOOK)
    made.active["B11"] = "2/10/2026"
    for column, value in cells.items():
        made.active[f"{column}{row}"] = value
    return sent(made)


def breaches(now=NOW):
    return [(one.code, breach) for one in INVARIANTS for breach in one.breaches(now)]


# the file as it is


def test_the_impossible_date_is_shown_at_its_cell_and_nothing_is_stored_with_it(cast, following):
    one = decided(following.user, following.ubkt, file(BOOK))
    shown = services.preview_of(one, NOW.date())
    address, words = wrong(shown, 11)
    assert address == "B11" and "32/10/2026" in words
    assert shown.counts["same"] == 47
    with pytest.raises(NotNow):
        services.carry_out(acting_user=following.user, one=one, seen=shown.digest, now=NOW)


def test_the_same_file_again_changes_nothing_and_asks_nothing(cast, following):
    assert following.counts["new"] == 48
    shown = read_again(following, corrected())
    assert shown.counts == {"new": 0, "changed": 0, "same": 48, "skipped": 0, "doubt": 0, "wrong": 0}
    assert shown.questions == []


def test_every_doubt_of_the_file_is_asked_once(cast, following):
    """As a committee that took nothing in before reads it."""
    Notice.objects.update(number=Concat(Value("cũ "), "number"))
    asked = {question.key: question for question, _lines in read_again(following, corrected()).questions}
    due = next(key for key in asked if key.startswith("year_of_due"))
    assert sorted(asked) == sorted(
        [f"kind:{following.ubkt.pk}", f"kind:{following.ubkt.parent_id}", "severity", "issuer:cb", due]
    )
    assert asked[due].cell.address == "F7" and asked[due].guess == "2026"


@pytest.mark.parametrize(
    ("row", "due_on"),
    [
        (4, "2026-06-29"),  # trước ngày 30/6/2026
        (6, "2026-07-31"),  # chậm nhất 31/7/2026
        (7, "2026-08-31"),  # 31/8
        (9, "2026-12-31"),  # Quý IV/2026
        (10, "2026-04-02"),  # 30 ngày kể từ ngày nhận
        (11, "2026-11-29"),  # trước 30/11/2026
        (12, "2026-05-12"),
        (16, "2026-05-29"),  # trong 20 ngày, counted from 09/05/2026
        (22, "2026-06-06"),  # đến hết ngày 6/6/2026
    ],
)
def test_the_last_day_in_time_is_what_the_words_say(cast, following, row, due_on):
    assert of_row(row).due_on == datetime.date.fromisoformat(due_on)


def test_number_date_and_subject_are_carried_down(cast, following):
    first, second = of_row(4).demand, of_row(5).demand
    assert first.notice == second.notice
    assert (first.notice.number, first.notice.issued_on) == ("17-TB/UBKTĐU", datetime.date(2026, 4, 27))
    assert str(first.assignee) == str(second.assignee) == "Chi bộ Quân sự"
    assert first.findings.get() != second.findings.get()
    assert of_row(8).demand.notice.case.organisation == cast.organisation("commune")
    # the number came again in another year
    assert Notice.objects.filter(number="31-TB/ĐU").count() == 2


def test_a_case_of_the_book_says_what_the_book_says_and_no_more(cast, following):
    case = of_row(4).demand.notice.case
    assert (case.is_from_book, case.stage, case.number) == (True, "closed", "17-TB/UBKTĐU")
    assert (case.signed_at, case.signed_by, case.examined_from, case.starts_on) == (None, None, None, None)
    assert (case.notice.is_external, case.notice.signed_at, case.notice.signed_by) == (True, None, None)


def test_finished_lines_are_history_with_the_day_that_the_book_tells(cast, following):
    dated, undated = of_row(6), of_row(13)
    assert (dated.state, timezone.localdate(dated.accepted_at)) == ("accepted", datetime.date(2026, 7, 29))
    assert (undated.state, undated.accepted_at, undated.book_words) == ("accepted", None, "xong")
    assert not Deadline.objects.filter(item_id__in=[dated.pk, undated.pk], duty="correct").exists()
    page = words_of(logged_in(following.user).get(undated.get_absolute_url()))
    assert "Sổ theo dõi không ghi ngày" in page


def test_open_lines_run_on_with_their_clocks(cast, following):
    clocks = Deadline.objects.filter(state="running")
    assert clocks.filter(duty="correct").count() == 25
    clock = clocks.get(item_id=of_row(4).pk)
    assert (clock.due_on, clock.due_text) == (datetime.date(2026, 6, 29), "trước ngày 30/6/2026")
    assert clock.watcher == cast.organisation("ubkt")


def test_the_board_is_true_on_the_first_day(cast, following):
    figures = correction_figures(cast["chair"], NOW.date())
    told = [sum(getattr(one, name) for one in figures) for name in ("open", "soon", "overdue", "sent_back")]
    assert told == [26, 1, 23, 0]
    quan_su = next(one for one in figures if one.organisation.name == "Chi bộ Quân sự")
    # due on 29/6/2026 and at all times; 28/11/2025; 3/1/2026
    assert (quan_su.open, quan_su.overdue) == (4, 3)
    assert quan_su.days_late == (NOW.date() - datetime.date(2025, 11, 28)).days
    with on("2026-11-23"):
        page = logged_in(cast["chair"]).get(reverse("remedies:list"), {"state": "overdue"})
    assert page.context["page"].paginator.count == 23


def test_every_line_leaves_one_entry_and_everything_holds(cast, following):
    assert AuditEntry.objects.filter(verb="take_book_line").count() == 48
    assert breaches() == []


def test_pages_of_history_say_what_they_are(cast, following):
    case = of_row(4).demand.notice.case
    browser = logged_in(cast["chair"])
    for address, words in (
        (case.get_absolute_url(), "Đưa vào từ sổ theo dõi"),
        (case.notice.get_absolute_url(), "trước khi có phần mềm"),
        (reverse("cases:list"), "17-TB/UBKTĐU"),
        (of_row(5).get_absolute_url(), "hỏi mỗi quý một lần"),
        (of_row(4).get_absolute_url(), "chưa xong"),
    ):
        assert words in words_of(browser.get(address)), address
    assert "Quyết định số" not in words_of(browser.get(case.notice.get_absolute_url()))


# what happens next


def reported(cast, correction, day):
    action = correction.actions.get()
    do(
        cast["qs_secretary"],
        correction,
        "carry_out",
        at(day),
        files={f"files_{action.pk}": pdf()},
        **{f"text_{action.pk}": "Đã ghi biên bản đúng mẫu.", f"done_on_{action.pk}": datetime.date.fromisoformat(day)},
    )


def judged(cast, correction, day, by="chair", **more):
    action = correction.actions.get()
    do(cast[by], correction, "judge_report", at(day), **{f"verdict_{action.pk}": "accept"}, **more)
    correction.refresh_from_db()


def test_the_cell_answers_and_the_body_judges_in_the_usual_way(cast, following):
    correction = of_row(4)
    assert "carry_out" in inbox(following.cast["qs_secretary"], NOW)
    reported(following.cast, correction, "2026-11-24")
    # the monitor named by the book has no log-in yet
    assert "judge_report" in inbox(cast["chair"], at("2026-11-24", 10))
    judged(cast, correction, "2026-11-25")
    assert correction.state == "accepted" and timezone.localdate(correction.accepted_at) == datetime.date(2026, 11, 25)
    assert breaches(at("2026-11-25", 10)) == []


def test_a_monitor_with_a_log_in_judges_in_person(cast, following):
    taken(
        following.user,
        following.ubkt,
        book([HEADER, line(monitor="Mai Đình Nghĩa", subject="Chi bộ Quân sự")]),
    )
    correction = Correction.objects.get(demand__notice__number="70-TB/UBKTĐU")
    reported(following.cast, correction, "2026-11-24")
    assert item_of(correction, "judge_report").person == cast.person("member")
    judged(cast, correction, "2026-11-25", by="member")
    assert correction.state == "accepted"


def test_what_is_due_at_all_times_is_asked_about_every_quarter_until_it_is_enough(cast, following):
    correction = of_row(5)

    def running():
        return Deadline.objects.get(item_id=correction.pk, duty="report_quarter", state="running").due_on

    assert correction.due_on is None and running() == datetime.date(2026, 12, 31)
    reported(following.cast, correction, "2026-12-28")
    judged(cast, correction, "2026-12-30")
    assert (correction.state, running()) == ("carrying_out", datetime.date(2027, 3, 31))
    assert item_of(correction, "carry_out").deadline.due_on == datetime.date(2027, 3, 31)
    # answered long after its quarter: the quarter of the answer is the next
    reported(following.cast, correction, "2027-08-02")
    judged(cast, correction, "2027-08-03")
    assert running() == datetime.date(2027, 9, 30)
    assert breaches(at("2027-08-03", 10)) == []
    reported(following.cast, correction, "2027-09-01")
    judged(cast, correction, "2027-09-02", is_last="on")
    assert correction.state == "accepted"
    assert not Deadline.objects.filter(item_id=correction.pk, duty="report_quarter", state="running").exists()
    assert breaches(at("2027-09-02", 10)) == []


def test_a_later_book_may_say_that_a_line_is_done(cast, following):
    sent_later = changed(4, H="Đã xong 20/11/2026")
    assert states(read_again(following, sent_later))["changed"] == {4: ""}
    counts = taken(following.user, following.ubkt, changed(4, H="Đã xong 20/11/2026"))
    assert (counts["changed"], counts["same"]) == (1, 47)
    correction = of_row(4)
    assert (correction.state, timezone.localdate(correction.accepted_at)) == ("accepted", datetime.date(2026, 11, 20))
    assert open_steps(correction) == []
    assert Deadline.objects.get(item_id=correction.pk, duty="correct").met_on == datetime.date(2026, 11, 20)
    assert breaches() == []


def test_what_goes_on_here_is_not_changed_by_a_book(cast, following):
    reported(following.cast, of_row(4), "2026-11-23")
    shown = read_again(following, changed(4, H="xong"))
    assert "theo dõi tiếp tại đây" in line_of(shown, 4).reason
    shown = read_again(following, changed(12, F="15/12/2026"))
    assert "theo dõi tiếp tại đây" in line_of(shown, 12).reason


def test_another_date_for_a_number_taken_in_before_is_wrong(cast, following):
    address, words = wrong(read_again(following, changed(12, B="14/3/2026")), 12)
    assert address == "B12" and "13/03/2026" in words


# other books of the kind

HEADER = ("Kết quả", "Hạn", "Cán bộ theo dõi", "Yêu cầu", "Hạn chế", "Đơn vị", "Số, ngày TB")
OF_COMMITTEE = {"kind:": "KTCH"}


def line(
    number="70-TB/UBKTĐU, ngày 1/10/2026",
    subject="Chi bộ thôn Suối Đá",
    finding="Sổ ghi sơ sài",
    demand="Ghi lại sổ",
    due="15/12/2026",
    monitor="Mai Đình Nghĩa",
    result=None,
):
    return (result, due, monitor, demand, finding, subject, number)


def listed(following, *rows, header=HEADER, **more):
    one = decided(following.user, following.ubkt, book([header, *rows], **more))
    return services.preview_of(one, NOW.date())


def test_number_and_date_may_stand_in_one_cell_and_columns_in_any_order(cast, following):
    shown = listed(following, line(), line(number=None, subject=None, demand="Họp lại"), above=[("SỔ THEO DÕI",), ()])
    facts = facts_of(line_of(shown, 5))
    assert (facts["Số thông báo"], facts["Ngày thông báo"]) == (("", "70-TB/UBKTĐU"), ("", "01/10/2026"))
    assert facts["Đối tượng"] == ("", "Chi bộ thôn Suối Đá")
    assert states(shown) == {"new": {4: "", 5: ""}}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258"])
def test_it_may_be_a_text_file_of_any_encoding(cast, following, encoding):
    rows = [HEADER, line(due="trước ngày 15/12/2026"), line(number=None, demand="Họp lại", due="Quý I/2027")]
    one = decided(following.user, following.ubkt, text(rows, encoding=encoding))
    shown = services.preview_of(one, NOW.date())
    assert [facts_of(line_of(shown, row))["Thời hạn"][1] for row in (2, 3)] == ["14/12/2026", "31/03/2027"]


def test_a_year_left_out_is_asked_once_for_like_lines_by_the_year_of_the_notice(cast, following):
    rows = [
        line(due="31/8"),
        line(due="31/8", demand="Họp lại"),
        line("71-TB/UBKTĐU, 5/3/2026", due="31/8"),
        line("72-TB/UBKTĐU, 5/3/2026", due="hết quý III"),
    ]
    asked = [
        (question.guess, [one.record.number for one in lines])
        for question, lines in listed(following, *rows).questions
        if question.key.startswith("year")
    ]
    # after 1/10/2026 the next 31/8 is that of 2027
    assert asked == [("2027", [2, 3]), ("2026", [4]), ("2026", [5])]


def test_without_a_monitor_one_is_chosen_once_for_the_file(cast, following):
    header = [name for name in HEADER if name != "Cán bộ theo dõi"]
    rows = [[cell for cell in line(demand=f"Việc {at}") if cell != "Mai Đình Nghĩa"] for at in range(3)]
    shown = listed(following, *rows, header=header)
    ((question, lines),) = [(one, lines) for one, lines in shown.questions if one.key == "monitor"]
    assert len(lines) == 3
    assert question.guess == str(cast.person("officer").pk)
    assert not any("Chi bộ" in choice.label for choice in question.choices)


def test_who_stands_for_the_subject_does_not_watch_over_it(cast, following):
    rows = [
        line(monitor="Tô Thanh Nghị"),
        line(monitor="Tô Thanh Nghị", demand="Họp lại", result="xong"),
        line(monitor="Tô Thanh Nghi", demand="Họp nữa"),
        line(monitor="Người Không Ai Biết", demand="Họp mãi"),
    ]
    shown = listed(following, *rows)
    asked = {question.key: [one.record.number for one in lines] for question, lines in shown.questions}
    tied = [rows for key, rows in asked.items() if ":not:" in key]
    assert tied == [[2]]
    # history has nothing to judge; a name with another tone is another name
    assert facts_of(line_of(shown, 3))["Người theo dõi"][1] == "Tô Thanh Nghị"
    assert [rows for key, rows in asked.items() if key.startswith("monitor") and ":not:" not in key] == [[4], [5]]


def test_a_member_may_be_the_subject(cast, following):
    counts = taken(following.user, following.ubkt, book([HEADER, line(subject="Đ/c Phan Văn Tám")]), kind="KTDH")
    assert counts["new"] == 1
    correction = Correction.objects.get(demand__notice__number="70-TB/UBKTĐU")
    assert correction.demand.assignee.person == cast.person("sd_member")
    assert "carry_out" in inbox(cast["sd_member"], NOW)
    assert breaches() == []


@pytest.mark.parametrize(
    ("row", "address", "words"),
    [
        (line(number=None), "G2", "không ghi thông báo nào"),
        (line(number="70-TB/UBKTĐU"), "B2", "Thiếu ngày"),
        (line(number="70-TB/UBKTĐU, 1/1/2027"), "G2", "tương lai"),
        (line(subject=None), "F2", "ai phải khắc phục"),
        (line(subject="UBKT Đảng uỷ xã Tân Phước Thượng"), "F2", "cơ quan"),
        (line(subject="Đ/c Nguyễn Không Có"), "F2", "Không có ai"),
        (line(demand=None), "D2", "yêu cầu"),
        (line(due=None), "B2", "Thiếu thời hạn"),
        (line(due="31/11/2026"), "B2", "không phải thời hạn"),
        (line(due="khi có điều kiện"), "B2", "không phải thời hạn"),
        (line(due="30/9/2026"), "B2", "trước thông báo"),
        (line(result="xong 31/11/2026"), "A2", "không phải ngày"),
        (line(result="xong 24/11/2026"), "A2", "tương lai"),
        (line(result="xong 30/9/2026"), "A2", "trước thông báo"),
    ],
)
def test_what_is_wrong_stands_at_its_cell(cast, following, row, address, words):
    found = line_of(listed(following, row), 2)
    assert found.state == "wrong"
    assert [at for at, text in found.problems if words in text] == [address], found.problems


def test_what_nobody_can_tell_is_asked(cast, following):
    rows = [
        line(result="cơ bản hoàn thành"),
        line(demand="Họp lại", result="cơ bản hoàn thành"),
        line(demand="Họp nữa", result="đã ban hành quy chế"),
        line(demand="Họp mãi", result="xong 5/10"),
        line(number="9-TB/CB, 1/10/2026"),
    ]
    asked = {
        question.key.split(":")[0]: (question.guess, len(lines))
        for question, lines in listed(following, *rows).questions
        if question.key.startswith(("result", "year_of_result", "issuer"))
    }
    assert asked == {"result": ("done", 1), "year_of_result": ("2026", 1), "issuer": (str(following.ubkt.pk), 1)}
    shown = listed(following, rows[0], rows[1])
    assert [len(lines) for question, lines in shown.questions if question.key.startswith("result")] == [2]


def test_titles_and_totals_are_left_out_and_carry_nothing_down(cast, following):
    rows = [
        line(),
        ("Cộng: 1",),
        line(number=None, demand="Họp lại"),
        ("NĂM 2025",),
        line(number=None, demand="Họp nữa"),
    ]
    shown = listed(following, *rows)
    assert set(states(shown)["skipped"]) == {3, 5}
    assert line_of(shown, 4).state == "new"
    assert line_of(shown, 6).state == "wrong"


def test_a_line_twice_is_taken_once(cast, following):
    assert states(listed(following, line(), line()))["skipped"] == {3: "đã có trong tệp"}


def test_a_demand_of_a_notice_issued_here_is_left_to_the_software(cast, following):
    case = stories.run_to_notice(cast, "Sổ nghị quyết ghi sơ sài.")
    number = f"{case.notice.number}, {case.notice.issued_on:%d/%m/%Y}"
    shown = listed(following, line(number=number, due="15/12/2026"))
    assert "ban hành tại đây" in line_of(shown, 2).reason


@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 200), ("office_chief", 404), ("officer", 403), ("dm_secretary", 404), ("stranger", 404)],
)
def test_only_who_keeps_the_book_takes_it_in(cast, following, who, status):
    address = reverse("imports:begin", args=["book", following.ubkt.pk])
    assert logged_in(cast[who]).get(address).status_code == status


def test_by_the_pages(cast, following):
    """As a member of the inspection committee does it: file, doubts on the page, taken in, told what it did."""
    browser = logged_in(cast["member"])
    with on("2026-11-23"):
        one = upload(browser, "book", following.ubkt, book([HEADER, line(due="31/8"), line(number=None, demand="Họp")]))
        settle(browser, one, {"kind": "GSCD", "severity": "shortcoming", "year_of_due": "2027"})
        take(browser, one)
        done = browser.get(one.get_absolute_url())
    assert done.status_code == 200
    assert Correction.objects.filter(demand__notice__number="70-TB/UBKTĐU").count() == 2
    one.refresh_from_db()
    assert one.counts["new"] == 2
