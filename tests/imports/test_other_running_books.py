"""Other running books than that of shared/data: columns in another order, other words, other ways to leave out."""

import pytest
from django.urls import reverse

from inspections.remedies.models import Correction
from project.demo import stories
from project.demo.drive import inbox
from tests.browse import logged_in, on
from tests.cast import NOW
from tests.imports.books import book, text
from tests.imports.running import HEADER, decided, line, listed, taken
from tests.imports.taking import facts_of, line_of, settle, states, take, upload
from workflows.invariants import INVARIANTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeping(cast):
    """Who keeps the book of which body."""
    return cast["vice_chair"], cast.organisation("ubkt")


def breaches():
    return [(one.code, breach) for one in INVARIANTS for breach in one.breaches(NOW)]


def test_number_and_date_may_stand_in_one_cell_and_columns_in_any_order(cast, keeping):
    shown = listed(*keeping, line(), line(number=None, subject=None, demand="Họp lại"), above=[("SỔ THEO DÕI",), ()])
    facts = facts_of(line_of(shown, 5))
    assert (facts["Số thông báo"], facts["Ngày thông báo"]) == (("", "70-TB/UBKTĐU"), ("", "01/10/2026"))
    assert facts["Đối tượng"] == ("", "Chi bộ thôn Suối Đá")
    assert states(shown) == {"new": {4: "", 5: ""}}


@pytest.mark.parametrize(
    ("header", "number"),
    [
        (("Kết quả thực hiện", "Thời gian", "Phụ trách", "Nội dung cần khắc phục", "Nội dung khuyết điểm",
          "Tên TCĐ, đảng viên", "Số, ngày văn bản"), "Số 70 - TB/UBKTĐU (1/10/2026)"),
        (("Tình trạng", "Thời hạn khắc phục", "Người theo dõi, đôn đốc", "Kiến nghị", "Hạn chế, khuyết điểm",
          "Đối tượng", "Thông báo số"), "70/TB-UBKTĐU ngày 01 tháng 10 năm 2026"),
    ],
    ids=["one", "other"],
)  # fmt: skip
def test_the_header_may_use_other_words_and_the_number_another_form(cast, keeping, header, number):
    seen = listed(*keeping, line(number=number, result="xong"), header=header)
    facts = facts_of(line_of(seen, 2))
    assert line_of(seen, 2).state == "new" and facts["Ngày thông báo"][1] == "01/10/2026"
    assert facts["Số thông báo"][1] in ("70-TB/UBKTĐU", "70/TB-UBKTĐU")
    assert facts["Kết quả"] == ("xong", "đã xong; sổ không ghi ngày")
    assert not [question for question, _lines in seen.questions if question.key.startswith("issuer")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258"])
def test_it_may_be_a_text_file_of_any_encoding(cast, keeping, encoding):
    rows = [HEADER, line(due="trước ngày 15/12/2026"), line(number=None, demand="Họp lại", due="Quý I/2027")]
    _one, shown = decided(*keeping, text(rows, encoding=encoding))
    assert [facts_of(line_of(shown, row))["Thời hạn"][1] for row in (2, 3)] == ["14/12/2026", "31/03/2027"]


def test_a_year_left_out_is_asked_once_for_like_lines_by_the_year_of_the_notice(cast, keeping):
    rows = [
        line(due="31/8"),
        line(due="31/8", demand="Họp lại"),
        line("71-TB/UBKTĐU, 5/3/2026", due="31/8"),
        line("72-TB/UBKTĐU, 5/3/2026", due="hết quý III"),
    ]
    asked = [
        (question.guess, [one.record.number for one in lines])
        for question, lines in listed(*keeping, *rows).questions
        if question.key.startswith("year")
    ]
    # after 1/10/2026 the next 31/8 is that of 2027
    assert asked == [("2027", [2, 3]), ("2026", [4]), ("2026", [5])]


def test_without_a_monitor_one_is_chosen_once_for_the_file(cast, keeping):
    header = [name for name in HEADER if name != "Cán bộ theo dõi"]
    rows = [[cell for cell in line(demand=f"Việc {at}") if cell != "Mai Đình Nghĩa"] for at in range(3)]
    shown = listed(*keeping, *rows, header=header)
    ((question, lines),) = [(one, lines) for one, lines in shown.questions if one.key == "monitor"]
    assert len(lines) == 3
    assert question.guess == str(cast.person("officer").pk)
    assert not any("Chi bộ" in choice.label for choice in question.choices)


def test_who_stands_for_the_subject_does_not_watch_over_it(cast, keeping):
    rows = [
        line(monitor="Tô Thanh Nghị"),
        line(monitor="Tô Thanh Nghị", demand="Họp lại", result="xong"),
        line(monitor="Tô Thanh Nghi", demand="Họp nữa"),
        line(monitor="Người Không Ai Biết", demand="Họp mãi"),
    ]
    shown = listed(*keeping, *rows)
    asked = {question.key: [one.record.number for one in lines] for question, lines in shown.questions}
    tied = [rows for key, rows in asked.items() if ":not:" in key]
    assert tied == [[2]]
    # history has nothing to judge; a name with another tone is another name
    assert facts_of(line_of(shown, 3))["Người theo dõi"][1] == "Tô Thanh Nghị"
    assert [rows for key, rows in asked.items() if key.startswith("monitor") and ":not:" not in key] == [[4], [5]]


def test_a_member_may_be_the_subject(cast, keeping):
    counts = taken(*keeping, book([HEADER, line(subject="Đ/c Phan Văn Tám")]), kind="KTDH")
    assert counts["new"] == 1
    correction = Correction.objects.get(demand__notice__number="70-TB/UBKTĐU")
    assert correction.demand.assignee.person == cast.person("sd_member")
    assert "carry_out" in inbox(cast["sd_member"], NOW)
    assert breaches() == []


@pytest.mark.parametrize(
    ("row", "address", "words"),
    [
        (line(number=None), "G2", "không ghi thông báo nào"),
        (line(number="70-TB/UBKTĐU"), "G2", "Thiếu ngày"),
        (line(number="70-TB/UBKTĐU, 1/1/2027"), "G2", "chưa đến"),
        (line(subject=None), "F2", "ai phải khắc phục"),
        (line(subject="UBKT Đảng uỷ xã Tân Phước Thượng"), "F2", "cơ quan"),
        (line(subject="Đ/c Nguyễn Không Có"), "F2", "Không có ai"),
        (line(subject="Đảng bộ xã Tân Phước Thượng"), "F2", "không thể tự kiểm tra chính mình"),
        (line(demand=None), "D2", "yêu cầu"),
        (line(due=None), "B2", "Thiếu thời hạn"),
        (line(due="31/11/2026"), "B2", "không phải thời hạn"),
        (line(due="29/2"), "B2", "không phải thời hạn"),
        (line(result="xong 29/2"), "A2", "không phải ngày"),
        (line(due="khi có điều kiện"), "B2", "không phải thời hạn"),
        (line(due="30/9/2026"), "B2", "trước thông báo"),
        (line(result="xong 31/11/2026"), "A2", "không phải ngày"),
        (line(result="xong 24/11/2026"), "A2", "chưa đến"),
        (line(result="xong 30/9/2026"), "A2", "trước thông báo"),
    ],
)
def test_what_is_wrong_stands_at_its_cell(cast, keeping, row, address, words):
    found = line_of(listed(*keeping, row), 2)
    assert found.state == "wrong"
    assert [at for at, text in found.problems if words in text] == [address], found.problems


def test_what_nobody_can_tell_is_asked(cast, keeping):
    rows = [
        line(result="cơ bản hoàn thành"),
        line(demand="Họp lại", result="cơ bản hoàn thành"),
        line(demand="Họp nữa", result="đã ban hành quy chế"),
        line(demand="Họp mãi", result="xong 5/10"),
        line(number="9-TB/CB, 1/10/2026"),
    ]
    asked = {
        question.key.split(":")[0]: (question.guess, len(lines))
        for question, lines in listed(*keeping, *rows).questions
        if question.key.startswith(("result", "year_of_result", "issuer"))
    }
    assert asked == {"result": ("done", 1), "year_of_result": ("2026", 1), "issuer": (str(keeping[1].pk), 1)}
    shown = listed(*keeping, rows[0], rows[1])
    assert [len(lines) for question, lines in shown.questions if question.key.startswith("result")] == [2]


def test_titles_and_totals_are_left_out_and_carry_nothing_down(cast, keeping):
    rows = [
        line(),
        ("Cộng: 1",),
        line(number=None, demand="Họp lại"),
        ("NĂM 2025",),
        line(number=None, demand="Họp nữa"),
    ]
    shown = listed(*keeping, *rows)
    assert set(states(shown)["skipped"]) == {3, 5}
    assert line_of(shown, 4).state == "new"
    assert line_of(shown, 6).state == "wrong"


def test_a_line_twice_is_taken_once(cast, keeping):
    assert states(listed(*keeping, line(), line()))["skipped"] == {3: "đã có trong tệp"}


def test_a_demand_of_a_notice_issued_here_is_left_to_the_software(cast, keeping):
    case = stories.run_to_notice(cast, "Sổ nghị quyết ghi sơ sài.")
    number = f"{case.notice.number}, {case.notice.issued_on:%d/%m/%Y}"
    shown = listed(*keeping, line(number=number, due="15/12/2026"))
    assert "ban hành tại đây" in line_of(shown, 2).reason


@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 200), ("office_chief", 403), ("officer", 403), ("dm_secretary", 404), ("stranger", 404)],
)
def test_only_who_keeps_the_book_takes_it_in(cast, keeping, who, status):
    address = reverse("imports:begin", args=["book", keeping[1].pk])
    assert logged_in(cast[who]).get(address).status_code == status


def test_by_the_pages(cast, keeping):
    """As a member of the inspection committee does it: file, doubts on the page, taken in, told what it did."""
    browser = logged_in(cast["member"])
    with on("2026-11-23"):
        one = upload(browser, "book", keeping[1], book([HEADER, line(due="31/8"), line(number=None, demand="Họp")]))
        settle(browser, one, {"kind": "GSCD", "severity": "shortcoming", "year_of_due": "2027"})
        take(browser, one)
        done = browser.get(one.get_absolute_url())
    assert done.status_code == 200
    assert Correction.objects.filter(demand__notice__number="70-TB/UBKTĐU").count() == 2
    one.refresh_from_db()
    assert one.counts["new"] == 2
