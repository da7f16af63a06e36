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
from inspections.documents.models import NumberSeries
from inspections.documents.rules import full_number
from inspections.documents.services import numbers_went_on_before
from inspections.findings.models import Notice
from inspections.imports import services
from inspections.organisations.models import Organisation
from inspections.organisations.services import add_person
from inspections.remedies.models import Correction
from inspections.reports.queries.board import Asked, board
from permissions.models import AuditEntry
from permissions.verdicts import NotNow
from project.demo import stories
from project.demo.drive import do, inbox, item_of, open_steps, pdf
from tests.browse import logged_in, on, words_of
from tests.cast import NOW, at
from tests.imports.books import book, sent
from tests.imports.running import HEADER, begun, line, shown, taken
from tests.imports.taking import (
    DATA,
    file,
    line_of,
    states,
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
    return shown(following.user, following.ubkt, sent)


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
    one = begun(following.user, following.ubkt, file(BOOK))
    seen = services.preview_of(one, NOW.date())
    address, words = wrong(seen, 11)
    assert address == "B11" and "32/10/2026" in words
    assert seen.counts["same"] == 47
    with pytest.raises(NotNow):
        services.carry_out(acting_user=following.user, one=one, seen=seen.digest, now=NOW)


def test_the_same_file_again_changes_nothing_and_asks_nothing(cast, following):
    assert following.counts["new"] == 48
    seen = read_again(following, corrected())
    assert seen.counts == {"new": 0, "changed": 0, "same": 48, "skipped": 0, "doubt": 0, "wrong": 0}
    assert seen.questions == []


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
    seen = board(cast["chair"], Asked(NOW.date()))
    assert (seen.total.open, seen.total.due7, seen.total.overdue, seen.total.returned) == (26, 1, 23, 0)
    quan_su = next(one for one in seen.lines if one.name == "Chi bộ Quân sự")
    # due on 29/6/2026 and at all times; 28/11/2025; 3/1/2026
    assert (quan_su.counts.open, quan_su.counts.overdue) == (4, 3)
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
        (reverse("findings:list"), "17-TB/UBKTĐU"),
        (reverse("programmes:coverage", args=[following.ubkt.parent_id]), "Chi bộ Quân sự"),
        (reverse("reports:leader"), "Chi bộ Quân sự"),
        (reverse("reports:search") + "?q=bien ban ghi so sai", "17-TB/UBKTĐU"),
        (of_row(5).get_absolute_url(), "hỏi mỗi quý một lần"),
        (of_row(4).get_absolute_url(), "chưa xong"),
    ):
        assert words in words_of(browser.get(address)), address
    assert "Quyết định số" not in words_of(browser.get(case.notice.get_absolute_url()))


def test_every_page_of_history_opens(cast, following):
    """Also those that print what a case of a course has and one of a book has not."""
    dated, standing, done = of_row(4), of_row(5), of_row(13)
    case = dated.demand.notice.case
    finding = dated.demand.findings.get()
    clocks = Deadline.objects.filter(item_id__in=[dated.pk, standing.pk], state="running", case_id=case.pk)
    pages = [
        *(reverse(f"cases:{name}", args=[case.pk]) for name in ("overview", "papers", "timeline", "people")),
        *(reverse(f"findings:{name}", args=[case.pk]) for name in ("of_case", "notice")),
        reverse("remedies:of_case", args=[case.pk]),
        finding.get_absolute_url(),
        *(one.get_absolute_url() for one in (dated, standing, done)),
        *(reverse("deadlines:explanation", args=[clock.pk]) for clock in clocks),
        *(reverse(f"{room}:list") + "?export=xlsx" for room in ("cases", "findings", "remedies")),
        reverse("remedies:list") + "?sort=-due",
        reverse("reports:leader"),
    ]
    browser = logged_in(cast["chair"])
    assert len(clocks) == 2
    assert {address: browser.get(address).status_code for address in pages} == dict.fromkeys(pages, 200)
    cell = logged_in(following.cast["qs_secretary"])
    own = [reverse("workflows:my_work"), *(item_of(one, "carry_out").get_absolute_url() for one in (dated, standing))]
    own += [case.get_absolute_url(), dated.get_absolute_url()]
    assert {address: cell.get(address).status_code for address in own} == dict.fromkeys(own, 200)
    reported(following.cast, standing, "2026-11-23")
    page = words_of(browser.get(item_of(standing, "judge_report").get_absolute_url()))
    assert "Không hỏi thêm về yêu cầu này nữa" in page


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
    seen = read_again(following, changed(4, H="xong"))
    assert "theo dõi tiếp tại đây" in line_of(seen, 4).reason
    seen = read_again(following, changed(12, F="15/12/2026"))
    assert "theo dõi tiếp tại đây" in line_of(seen, 12).reason


def test_another_date_for_a_number_taken_in_before_is_wrong(cast, following):
    address, words = wrong(read_again(following, changed(12, B="14/3/2026")), 12)
    assert address == "B12" and "13/03/2026" in words


def test_the_numbers_of_notices_go_on_after_those_of_the_book(cast, following):
    body = cast.organisation("ubkt")
    series = NumberSeries.objects.get(issuer=body, symbol="TB")
    highest = max(int(one.number.split("-")[0]) for one in Notice.objects.filter(case__organisation=body))
    assert series.last == series.before == highest > 1
    case = stories.run_to_notice(cast, body="ubkt")
    assert Notice.objects.get(case=case).number == full_number(highest + 1, "TB", body.symbol)
    # an older book, taken in when numbers run here, changes nothing of them
    numbers_went_on_before(body, full_number(900, "TB", body.symbol), NOW.date())
    numbers_went_on_before(body, "không số", NOW.date())
    numbers_went_on_before(body, "7-TB/UBKT khác", NOW.date())
    series.refresh_from_db()
    assert (series.last, series.before) == (highest + 1, highest)
    assert [breach for one in INVARIANTS if one.code.startswith("number") for breach in one.breaches(NOW)] == []
