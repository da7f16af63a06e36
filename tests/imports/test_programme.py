"""The programme (shared/data 04) as it is, and what other programmes of the kind do."""

import datetime

import pytest

from inspections.organisations.services import add_person
from inspections.programmes.models import Programme
from inspections.programmes.services import begin_programme
from tests.cast import NOW
from tests.imports.books import LINES as HEADER
from tests.imports.books import book
from tests.imports.taking import (
    PROGRAMME,
    facts_of,
    file,
    line_of,
    preview,
    read,
    settle,
    states,
    take,
    upload,
    wrong,
)

pytestmark = pytest.mark.django_db
CELLS = (
    "Chi bộ thôn Suối Đá", "Chi bộ Tổ Tự nhiên", "Chi bộ Trường Mầm non", "Chi bộ thôn An Lộc", "Chi bộ thôn Bình Hoà",
    "Chi bộ thôn Đồng Muối", "Chi bộ Hợp tác xã Nông nghiệp", "Chi bộ thôn Vạn Phước", "Chi bộ Văn hoá và Xã hội",
)  # fmt: skip
ANSWERS = {"kind:kiem tra / kiem tra cua ubkt:thu": "KTTC", "kind:": "KTKL"}


@pytest.fixture
def drafting(place):
    """The commune with its cells, two members, and the draft of its programme of 2026."""
    for number, name in enumerate(CELLS, start=1):
        place.cast.add_organisation(name, name, "cell", "commune", f"97.101.{number:03d}.000.000")
    for name in ("Hồ Thanh Phương", "Dương Xuân Nam"):
        add_person(acting_user=place.cast.root, now=NOW, full_name=name, organisation=place.cast.organisation(CELLS[0]))
    place.cast.add_user("office_chief", "Đinh Thị Thuý", "office_chief", "commune")
    place.user = place.cast["office_chief"]
    place.admin.force_login(place.user)
    place.programme = draft(place, 2026)
    return place


def draft(place, year, last=None, horizon="year") -> Programme:
    return begin_programme(
        acting_user=place.user,
        organisation=place.commune,
        horizon=horizon,
        first_year=year,
        last_year=last or year,
        now=NOW,
    )


def entry(
    content="Sinh hoạt chi bộ", kind="Giám sát chuyên đề", subjects=CELLS[0], examined="2025", lead="UBKT", slot="Quý I"
):
    return (1, content, kind, subjects, examined, lead, slot, None)


def listed(place, *rows, above=(), **answers):
    return read(place.user, "programme", place.programme, book([HEADER, *rows], above=above), **answers)


def subjects_of(line):
    return facts_of(line)["Đối tượng"][1]


# the file as it is


def test_the_file_as_it_is_becomes_seven_lines_and_the_same_again_changes_nothing(drafting):
    one = upload(drafting.admin, "programme", drafting.programme, file(PROGRAMME))
    shown = preview(drafting.admin, one)
    assert (shown.layout.header_row, shown.layout.header_rows) == (4, 1)
    assert states(shown)["skipped"] == dict.fromkeys([5, 6, 9, 12, 13, 16], "tiêu đề trong bảng")
    settle(drafting.admin, one, ANSWERS)
    take(drafting.admin, one)
    lines = list(drafting.programme.lines.order_by("position"))
    assert [line.kind.code for line in lines] == ["KTCH", "KTCH", "KTTC", "KTKL", "GSCD", "GSCD", "GSTX"]
    assert [(line.first_month, line.last_month) for line in lines] == [
        (1, 3), (4, 4), (5, 6), (7, 9), (4, 9), (7, 12), (None, None),
    ]  # fmt: skip
    assert [(line.examined_from, line.examined_to) for line in lines[:5]] == [
        (datetime.date(2024, 1, 1), datetime.date(2025, 12, 31)),
        (datetime.date(2024, 1, 1), datetime.date(2025, 12, 31)),
        (datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)),
        (datetime.date(2025, 1, 1), datetime.date(2026, 3, 31)),
        (datetime.date(2025, 1, 1), None),
    ]
    assert [str(one) for one in lines[0].organisations.all()] == ["Chi bộ thôn Suối Đá", "Chi bộ Tổ Tự nhiên"]
    assert [str(one) for one in (*lines[1].organisations.all(), *lines[1].members.all())] == [
        "Chi bộ Trường Mầm non",
        "Hồ Thanh Phương",
    ]
    assert [str(one) for one in lines[5].members.all()] == ["Dương Xuân Nam"]
    assert lines[6].all_below and lines[3].note == "chuyển từ 2025"

    again = upload(drafting.admin, "programme", drafting.programme, file(PROGRAMME))
    settle(drafting.admin, again, ANSWERS)
    assert preview(drafting.admin, again).counts == {
        "new": 0, "changed": 0, "same": 7, "skipped": 6, "doubt": 0, "wrong": 0,
    }  # fmt: skip


def test_a_kind_that_no_title_names_is_asked_with_a_guess(drafting):
    shown = read(drafting.user, "programme", drafting.programme, file(PROGRAMME))
    assert [(question.cell.address, question.guess) for question, _lines in shown.questions] == [
        ("B10", "KTTC"),
        ("B11", "KTKL"),
    ]


# other programmes of the kind


@pytest.mark.parametrize(
    ("subjects", "read_as"),
    [
        ("Chi bộ Văn hoá và Xã hội, CB thôn An Lộc và Chi bộ thôn Bình Hòa", [CELLS[8], CELLS[3], CELLS[4]]),
        ("+ CB thôn Suối Đá\n+ Chi bộ Tổ Tự nhiên", [CELLS[0], CELLS[1]]),
        ("Chi bộ thôn Suối Đá; đ/c Hồ Thanh Phương, Bí thư chi bộ", [CELLS[0], "Hồ Thanh Phương"]),
        ("Chi bộ thôn Suối Đá, đ/c Hồ Thanh Phương, Bí thư chi bộ", [CELLS[0], "Hồ Thanh Phương"]),
        ("Đ/c Hồ Thanh Phương và đ/c DƯƠNG XUÂN NAM", ["Hồ Thanh Phương", "Dương Xuân Nam"]),
        ("97.101.001.000.000", [CELLS[0]]),
        ("Tất cả các chi bộ trực thuộc Đảng uỷ", ["mọi tổ chức trực thuộc"]),
        ("100% chi bộ trực thuộc", ["mọi tổ chức trực thuộc"]),
    ],
)
def test_several_subjects_stand_in_one_cell(drafting, subjects, read_as):
    line = line_of(listed(drafting, entry(subjects=subjects)), 2)
    assert line.state == "new", line.questions
    assert subjects_of(line) == ", ".join(read_as)


@pytest.mark.parametrize(("choice", "told"), [("all", "mọi tổ chức trực thuộc"), (CELLS[5], CELLS[5])])
def test_words_for_some_of_the_cells_are_asked_about(drafting, choice, told):
    line = line_of(listed(drafting, entry(subjects="Các chi bộ thôn")), 2)
    assert line.state == "doubt"
    known = {name: str(drafting.cast.organisation(name).pk) for name in CELLS}
    line = line_of(listed(drafting, entry(subjects="Các chi bộ thôn"), **{"several:": known.get(choice, choice)}), 2)
    assert (line.state, subjects_of(line)) == ("new", told)


def test_namesakes_are_asked_about_and_strangers_are_wrong(drafting):
    add_person(
        acting_user=drafting.cast.root,
        now=NOW,
        full_name="Dương Xuân Nam",
        organisation=drafting.cast.organisation(CELLS[1]),
    )
    shown = listed(drafting, entry(subjects="Đ/c Dương Xuân Nam"), entry(subjects="Đ/c Cao Bá Thước"))
    (question,) = line_of(shown, 2).questions
    assert {choice.label.rsplit(", ", 1)[1] for choice in question.choices} == {CELLS[0], CELLS[1]}
    assert wrong(shown, 3)[0] == "D3"


def test_two_lines_of_one_content_for_other_subjects_are_two_lines(drafting):
    rows = [
        entry(subjects=CELLS[0], slot="Quý I"),
        entry(subjects=CELLS[1], slot="Quý II"),
        entry(subjects=CELLS[0], slot="Quý I"),
    ]
    one = upload(drafting.admin, "programme", drafting.programme, book([HEADER, *rows]))
    assert states(preview(drafting.admin, one)) == {"new": {2: "", 3: ""}, "skipped": {4: "đã có trong tệp"}}
    take(drafting.admin, one)
    assert drafting.programme.lines.count() == 2
    assert states(listed(drafting, *rows))["same"] == {2: "", 3: ""}


def test_other_subjects_of_the_only_line_of_a_content_are_a_change(drafting):
    take(drafting.admin, upload(drafting.admin, "programme", drafting.programme, book([HEADER, entry()])))
    one = upload(drafting.admin, "programme", drafting.programme, book([HEADER, entry(subjects=CELLS[3])]))
    assert line_of(preview(drafting.admin, one), 2).state == "changed"
    take(drafting.admin, one)
    assert [str(each) for line in drafting.programme.lines.all() for each in line.organisations.all()] == [CELLS[3]]


def test_titles_in_the_first_column_and_by_letters_tell_the_kind(drafting):
    shown = listed(
        drafting,
        ("A. KIỂM TRA", None, None, None, None, None, None, None),
        ("I. Kiểm tra chấp hành", None, None, None, None, None, None, None),
        entry(kind=None),
        ("B. GIÁM SÁT", None, None, None, None, None, None, None),
        ("I. Giám sát chuyên đề", None, None, None, None, None, None, None),
        entry(kind=None, content="Việc học nghị quyết"),
    )
    assert [facts_of(line_of(shown, row))["Loại"][1] for row in (4, 7)] == ["Kiểm tra chấp hành", "Giám sát chuyên đề"]


def test_a_file_of_another_year_is_asked_about_once(drafting):
    above = [("CHƯƠNG TRÌNH KIỂM TRA, GIÁM SÁT NĂM 2025",)]
    ((question, lines),) = listed(drafting, entry(), entry(content="Việc khác"), above=above).questions
    assert ("2025" in question.text and "2026" in question.text, len(lines)) == (True, 2)
    assert line_of(listed(drafting, entry(), above=above, **{"year:": "yes"}), 3).state == "new"


@pytest.mark.parametrize(
    ("row", "address", "words"),
    [
        (entry(content=None), "B2", "kiểm tra"),
        (entry(subjects=None), "D2", "đối tượng"),
        (entry(examined="2025-2024"), "E2", "không phải"),
        (entry(examined="đầu nhiệm kỳ"), "E2", "không phải"),
        (entry(slot="Quý III/2027"), "G2", "nằm ngoài chương trình"),
        (entry(slot="Tháng 13"), "G2", "không phải"),
        (entry(slot="sau Tết"), "G2", "không phải"),
    ],
)
def test_what_is_wrong_stands_at_its_cell_before_anything_is_stored(drafting, row, address, words):
    line = line_of(listed(drafting, row), 2)
    assert line.state == "wrong"
    assert [at for at, _text in line.problems] == [address], line.problems


def test_numbers_that_compute_do_not_matter_and_contents_that_compute_are_wrong(drafting):
    shown = listed(drafting, ("=ROW()-1", *entry()[1:]), ("=ROW()-1", "=B2", *entry()[2:]))
    assert line_of(shown, 2).state == "new"
    assert wrong(shown, 3)[0] == "B3"


def test_only_a_draft_takes_lines(drafting):
    one = upload(drafting.admin, "programme", drafting.programme, book([HEADER, entry()]))
    Programme.objects.filter(pk=drafting.programme.pk).update(state="submitted")
    take(drafting.admin, one, status=409)
    assert drafting.programme.lines.count() == 0


def test_a_term_has_its_years(drafting):
    drafting.programme = draft(drafting, 2026, 2030, "term")
    shown = listed(drafting, entry(slot="Quý I/2028"), entry(slot="Quý I/2031", content="Việc khác"))
    assert "Quý I/2028 → tháng 1–3/2028" in [f"{fact.raw} → {fact.read}" for fact in line_of(shown, 2).facts]
    assert wrong(shown, 3)[0] == "G3"
