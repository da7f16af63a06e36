"""The list of organisations (shared/data 01) as it is, and what other lists of the kind do."""

import datetime

import pytest

from inspections.organisations.models import Organisation
from permissions import audit
from permissions.models import AuditEntry
from tests.imports.books import ORGANISATIONS as HEADER
from tests.imports.books import book
from tests.imports.taking import ORGANISATIONS, file, line_of, preview, read, settle, states, take, upload, wrong

pytestmark = pytest.mark.django_db
TWICE = "twice:97.101.003"


def listed(place, *rows):
    """The preview of a list with the usual header."""
    return read(place.user, "organisations", place.commune, book([HEADER, *rows]))


def cell(number, name, parent="97.101.000.000.000", kind="CB", founded="2018", code=None):
    code = f"97.101.{number:03d}.000.000" if code is None else code
    return (number, code, name, kind, parent, founded, 10, 1)


# the file as it is


def test_the_header_is_found_below_the_titles_in_the_row_that_names_every_column(place):
    shown = read(place.user, "organisations", place.commune, file(ORGANISATIONS))
    assert (shown.layout.sheet, shown.layout.header_row, shown.layout.header_rows) == ("DS TCĐ", 8, 1)
    names = {field: shown.headers[column] for field, column in shown.layout.columns.items()}
    assert names == {
        "code": "Mã TCĐ",
        "name": "Tên tổ chức đảng",
        "type": "Loại hình",
        "parent": "Trực thuộc",
        "founded": "Ngày thành lập",
        "full": "Chính thức",
        "probationary": "Dự bị",
    }


def test_every_line_is_shown_with_what_becomes_of_it(place):
    shown = read(place.user, "organisations", place.commune, file(ORGANISATIONS))
    assert states(shown) == {
        "skipped": {23: "dòng cộng", 36: "dòng cộng", 38: "phần chữ ký", 39: "phần chữ ký"},
        "doubt": {11: "", 35: ""},
        "new": dict.fromkeys([9, 10, *range(12, 23), *range(24, 35)], ""),
    }


@pytest.mark.parametrize(
    ("row", "label", "raw", "kept"),
    [
        (15, "Mã tổ chức đảng", "97101007000000", "97.101.007.000.000"),
        (17, "Mã tổ chức đảng", "97.101.009.000.000", "97.101.009.000.000"),
        (19, "Tên", "CB thôn An Lộc", "Chi bộ thôn An Lộc"),
        (9, "Loại hình", "CB", "Chi bộ"),
        (32, "Loại hình", "ĐBCS", "Đảng bộ cơ sở"),
        (10, "Trực thuộc", "97.101.000.000.000", "Đảng bộ xã Tân Phước Thượng"),
        (33, "Trực thuộc", "97.101.023.000.000", "Đảng bộ Trường THPT Tân Phước"),
        (34, "Trực thuộc", "Đảng bộ Trường THPT Tân Phước", "Đảng bộ Trường THPT Tân Phước"),
        (9, "Thành lập ngày", "15/12/2012", "15/12/2012"),
        (11, "Thành lập ngày", "tháng 4 năm 2006", "04/2006"),
        (12, "Thành lập ngày", "2018", "2018"),
        (15, "Thành lập ngày", "24/2/2006", "24/02/2006"),
    ],
)
def test_what_is_read_into_what(place, row, label, raw, kept):
    shown = read(place.user, "organisations", place.commune, file(ORGANISATIONS))
    facts = {str(fact.label): (fact.raw, fact.read) for fact in line_of(shown, row).facts}
    assert facts[label] == (raw, kept)


def test_a_decomposed_name_is_kept_composed(place):
    one = upload(place.admin, "organisations", place.commune, file(ORGANISATIONS))
    settle(place.admin, one, {TWICE: "11"})
    take(place.admin, one)
    assert Organisation.objects.filter(name="Chi bộ thôn Trà Kê").exists()
    assert Organisation.objects.filter(name="Chi bộ thôn Bình Hoà", folded__contains="binh hoa").exists()


def test_the_line_that_stands_twice_is_settled_once_for_both(place):
    one = upload(place.admin, "organisations", place.commune, file(ORGANISATIONS))
    ((question, lines),) = preview(place.admin, one).questions
    assert [line.record.number for line in lines] == [11, 35]
    assert (question.cell.address, "Chi bộ thôn Gò Dầu" in question.text) == ("C11", True)
    assert [choice.label for choice in question.choices] == [
        "dòng 11: Thành lập ngày tháng 4 năm 2006; Đảng viên chính thức 22; Đảng viên dự bị 0",
        "dòng 35: Thành lập ngày tháng 4 năm 2006; Đảng viên chính thức 14",
    ]
    settle(place.admin, one, {TWICE: "35"})
    assert line_of(preview(place.admin, one), 11).reason == "lấy dòng 35"
    take(place.admin, one)
    assert Organisation.objects.get(code="97.101.003.000.000").full_members == 14


def test_nothing_is_stored_before_the_doubt_is_settled(place):
    before = Organisation.objects.count()
    one = upload(place.admin, "organisations", place.commune, file(ORGANISATIONS))
    answer = take(place.admin, one, status=409)
    assert "chưa lưu gì" in answer.content.decode()
    assert Organisation.objects.count() == before


def test_all_is_stored_in_its_place_with_one_entry_a_row(place):
    one = upload(place.admin, "organisations", place.commune, file(ORGANISATIONS))
    settle(place.admin, one, {TWICE: "11"})
    take(place.admin, one)
    added = Organisation.objects.exclude(pk__in=[each.pk for each in place.cast.organisations.values()])
    assert added.count() == 25
    school = added.get(code="97.101.023.000.000")
    assert [child.name for child in school.children.all()] == ["Chi bộ Tổ Tự nhiên", "Chi bộ Tổ Xã hội"]
    assert all(child.path.startswith(school.path) and child.depth == 3 for child in school.children.all())
    go_dau = added.get(code="97.101.003.000.000")
    assert (go_dau.starts_on, go_dau.starts_precision) == (datetime.date(2006, 4, 1), "month")
    assert go_dau.symbol == "CB"
    chains = {audit.chain_of(organisation) for organisation in added}
    entries = AuditEntry.objects.filter(chain__in=chains)
    assert {entry.chain for entry in entries} == chains and entries.count() == 25
    assert list(audit.faults()) == []


def test_the_same_file_again_changes_nothing(place):
    for _time in range(2):
        one = upload(place.admin, "organisations", place.commune, file(ORGANISATIONS))
        settle(place.admin, one, {TWICE: "11"})
        take(place.admin, one)
        one.refresh_from_db()
        entries = AuditEntry.objects.exclude(verb="import_spreadsheets").count()
    assert one.counts == {"new": 0, "changed": 0, "same": 25, "skipped": 5, "doubt": 0, "wrong": 0}
    assert Organisation.objects.count() == 5 + 25
    again = upload(place.admin, "organisations", place.commune, file(ORGANISATIONS))
    settle(place.admin, again, {TWICE: "11"})
    take(place.admin, again)
    assert AuditEntry.objects.exclude(verb="import_spreadsheets").count() == entries


# other lists of the kind


def test_a_corrected_list_shows_what_changes_and_what_stood_there(place):
    take(place.admin, upload(place.admin, "organisations", place.commune, book([HEADER, cell(1, "Chi bộ thôn Một")])))
    changed = list(cell(1, "Chi bộ thôn Một, xã"))
    changed[6] = 12
    one = upload(place.admin, "organisations", place.commune, book([HEADER, changed]))
    line = line_of(preview(place.admin, one), 2)
    assert line.state == "changed"
    assert {(fact.read, fact.old) for fact in line.facts if fact.old} == {
        ("Chi bộ thôn Một, xã", "Chi bộ thôn Một"),
        ("12", "10"),
    }
    take(place.admin, one)
    kept = Organisation.objects.get(code="97.101.001.000.000")
    assert (kept.name, kept.full_members) == ("Chi bộ thôn Một, xã", 12)


def test_a_parent_whose_name_has_a_number_is_a_name(place):
    school = cell(1, "Đảng bộ Trường Tiểu học số 1", kind="ĐBCS")
    below = cell(2, "Chi bộ Tổ 1", parent="Đảng bộ Trường Tiểu học số 1", code="97.101.001.000.001")
    one = upload(place.admin, "organisations", place.commune, book([HEADER, below, school]))
    take(place.admin, one)
    assert Organisation.objects.get(code="97.101.001.000.001").parent.name == "Đảng bộ Trường Tiểu học số 1"


def test_two_cells_of_one_name_below_two_parents_are_two(place):
    rows = [
        cell(1, "Đảng bộ Trường A", kind="ĐBCS", code=""),
        cell(2, "Đảng bộ Trường B", kind="ĐBCS", code=""),
        cell(3, "Chi bộ Tổ Tự nhiên", parent="Đảng bộ Trường A", code=""),
        cell(4, "Chi bộ Tổ Tự nhiên", parent="Đảng bộ Trường B", code=""),
    ]
    for expected in ("new", "same"):
        one = upload(place.admin, "organisations", place.commune, book([HEADER, *rows]))
        assert [line.state for line in preview(place.admin, one).lines] == [expected] * 4
        take(place.admin, one)
    parents = Organisation.objects.filter(name="Chi bộ Tổ Tự nhiên").values_list("parent__name", flat=True)
    assert sorted(parents) == ["Đảng bộ Trường A", "Đảng bộ Trường B"]


def test_a_parent_that_two_lines_may_be_is_asked_for(place):
    shown = listed(
        place,
        cell(1, "Đảng bộ Trường Phổ thông", kind="ĐBCS"),
        cell(2, "Đảng bộ Trường Phổ thông", kind="ĐBCS"),
        cell(3, "Chi bộ Tổ Toán", parent="Đảng bộ Trường Phổ thông", code="97.101.002.000.001"),
    )
    (question,) = line_of(shown, 4).questions
    assert "Đảng bộ Trường Phổ thông" in question.text
    assert [choice.value for choice in question.choices] == ["2", "3"]


def test_a_parent_that_nobody_knows_is_asked_for_once_for_all_lines(place):
    shown = listed(
        place,
        cell(1, "Chi bộ thôn Một", parent="Đảng bộ xã Tân Phước Thượg"),
        cell(2, "Chi bộ thôn Hai", parent="Đảng bộ xã Tân Phước Thượg"),
    )
    ((question, lines),) = shown.questions
    assert len(lines) == 2
    assert question.guess == str(place.commune.pk)


def test_a_cell_known_without_a_code_gets_the_code_of_the_next_list(place):
    take(
        place.admin,
        upload(place.admin, "organisations", place.commune, book([HEADER, cell(1, "Chi bộ thôn Một", code="")])),
    )
    one = upload(place.admin, "organisations", place.commune, book([HEADER, cell(1, "Chi bộ thôn Một")]))
    assert line_of(preview(place.admin, one), 2).state == "changed"
    take(place.admin, one)
    assert Organisation.objects.get(name="Chi bộ thôn Một").code == "97.101.001.000.000"


@pytest.mark.parametrize(
    ("choice", "codes"), [("same", ["97.101.009.000.000"]), ("new", ["97.101.001.000.000", "97.101.009.000.000"])]
)
def test_the_same_name_under_another_code_is_asked_about(place, choice, codes):
    take(place.admin, upload(place.admin, "organisations", place.commune, book([HEADER, cell(1, "Chi bộ thôn Một")])))
    one = upload(place.admin, "organisations", place.commune, book([HEADER, cell(9, "Chi bộ thôn Một")]))
    assert line_of(preview(place.admin, one), 2).state == "doubt"
    form = place.admin.get(one.get_absolute_url()).context["doubts_form"]
    (label,) = [label for value, label in form.fields["doubt_0"].choices if value == choice]
    settle(place.admin, one, {"code:": label})
    take(place.admin, one)
    assert sorted(Organisation.objects.filter(name="Chi bộ thôn Một").values_list("code", flat=True)) == codes


@pytest.mark.parametrize(
    ("row", "address", "words"),
    [
        (cell(1, ""), "C2", "Thiếu tên"),
        (cell(1, "Chi bộ A", code="97.101.1"), "B2", "không phải mã tổ chức"),
        (cell(1, "Chi bộ A", founded="31/02/2012"), "F2", "không phải ngày"),
        (cell(1, "Chi bộ A", founded="15/12/0012"), "F2", "không phải ngày"),
        ((1, "97.101.001.000.000", "Chi bộ A", "CB", None, "2018", "hai mươi", 0), "G2", "không phải số"),
        (cell(1, "Chi bộ A", code="97.102.001.000.000"), "B2", "đã có mã 97.102.001.000.000"),
        (cell(1, "Chi bộ A", parent="97.101.001.000.000"), "E2", "trực thuộc chính mình"),
        (cell(1, "Đảng bộ A", kind="Đảng bộ tỉnh"), "E2", "không thể trực thuộc"),
        (cell(1, "Chi bộ " + "A" * 200), "C2", "tối đa 200"),
        (cell(1, "Chi bộ A", parent="UBKT Đảng uỷ xã Tân Phước Thượng"), "E2", "không có tổ chức trực thuộc"),
    ],
)
def test_what_is_wrong_stands_at_its_cell_before_anything_is_stored(place, row, address, words):
    line = line_of(listed(place, row), 2)
    assert line.state == "wrong"
    assert [at for at, text in line.problems if words in text] == [address], line.problems


def test_two_organisations_below_each_other_are_wrong(place):
    shown = listed(
        place,
        cell(1, "Đảng bộ A", kind="ĐBCS", parent="97.101.002.000.000"),
        cell(2, "Đảng bộ B", kind="ĐBCS", parent="97.101.001.000.000"),
    )
    assert [wrong(shown, row)[0] for row in (2, 3)] == ["E2", "E3"]


def test_type_and_place_of_what_is_there_are_not_changed_by_a_list(place):
    rows = [cell(1, "Đảng bộ A", kind="ĐBCS"), cell(2, "Chi bộ B")]
    take(place.admin, upload(place.admin, "organisations", place.commune, book([HEADER, *rows])))
    shown = listed(place, cell(1, "Đảng bộ A", kind="ĐBBP"), cell(2, "Chi bộ B", parent="97.101.001.000.000"))
    assert "sắp xếp lại" in wrong(shown, 2)[1]
    assert "sắp xếp lại" in wrong(shown, 3)[1]


def test_an_unknown_type_is_asked_for_once(place):
    shown = listed(place, cell(1, "Chi hội A", kind="chi hội"), cell(2, "Chi hội B", kind="Chi hội"))
    ((question, lines),) = shown.questions
    assert ("chi hội" in question.text, len(lines)) == (True, 2)


def test_titles_and_signatures_between_and_below_the_lines_are_skipped(place):
    shown = listed(
        place,
        (None, None, "A. KHỐI THÔN", None, None, None, None, None),
        cell(1, "Chi bộ thôn Một"),
        (None, None, None, None, None, None, None, None),
        ("II", None, "Khối cơ quan", None, None, None, None, None),
        cell(2, "Chi bộ Công an"),
        (None, "Cộng", None, None, None, None, "=SUM(G3:G6)", 2),
        (None, None, None, None, "Tân Phước Thượng, ngày 30 tháng 9 năm 2026", None, None, None),
        (None, "NGƯỜI LẬP BIỂU", None, None, "T/M BAN THƯỜNG VỤ", None, None, None),
        (None, "Lê Văn Hai", None, None, "Đỗ Hữu Ba", None, None, None),
    )
    assert states(shown)["skipped"] == {
        2: "tiêu đề trong bảng",
        5: "tiêu đề trong bảng",
        7: "dòng cộng",
        8: "tiêu đề trong bảng",
        9: "phần chữ ký",
        10: "phần chữ ký",
    }
    assert states(shown)["new"] == {3: "", 6: ""}
