"""The same lists in other columns, other words, other places, other files: what reads one reads them all."""

import datetime

import pytest
from openpyxl import Workbook

from inspections.imports.encodings import TCVN3
from tests.imports.books import ORGANISATIONS, book, sent, text
from tests.imports.taking import facts_of, file, line_of, read, states

pytestmark = pytest.mark.django_db
ROWS = [
    (1, "97.101.001.000.000", "Chi bộ thôn Một", "CB", None, datetime.date(2012, 12, 15), 20, 1),
    (2, "97.101.002.000.000", "Chi bộ thôn Hai", "CB", None, datetime.date(2013, 1, 5), 21, None),
]
KEPT = {
    "Mã tổ chức đảng": "97.101.001.000.000",
    "Tên": "Chi bộ thôn Một",
    "Loại hình": "Chi bộ",
    "Trực thuộc": "Đảng bộ xã Tân Phước Thượng",
    "Thành lập ngày": "15/12/2012",
    "Đảng viên chính thức": "20",
    "Đảng viên dự bị": "1",
}


def understood(shown, row, kept=KEPT):
    """Asserts that the first cell is read from its row, and that nothing of the file is wrong or in doubt."""
    assert {label: told for label, (_raw, told) in facts_of(line_of(shown, row)).items()} == kept
    assert states(shown).keys() <= {"new", "skipped"}
    assert len(states(shown)["new"]) == 2


def listed(place, sent_file):
    return read(place.user, "organisations", place.commune, sent_file)


def test_columns_in_another_order_with_others_between(place):
    order = [2, 7, 6, 1, 5, 0, 4, 3]
    rows = [[*(row[at] for at in order[:4]), "x", *(row[at] for at in order[4:])] for row in (ORGANISATIONS, *ROWS)]
    rows[0][4] = "Ghi chú"
    understood(listed(place, book(rows)), 2)


HEADERS = [
    "Số TT;Mã số;Tên đơn vị;Loại;Thuộc;Thành lập;ĐV chính thức;ĐV dự bị",
    "STT;MÃ TỔ CHỨC ĐẢNG;TÊN CHI BỘ;LOẠI HÌNH;TỔ CHỨC CẤP TRÊN;NGÀY THÀNH LẬP;CHÍNH THỨC;DỰ BỊ",
    "No.;Organisation code;Name;Type;Belongs to;Founded on;Full members;Probationary members",
    "TT;Mã  TCĐ\n(5 phần);Tên tổ chức đảng (đủ);Loại hình;Trực thuộc;Ngày, tháng, năm thành lập;Đảng viên\nchính thức"
    ";Đảng viên\ndự bị",
]


@pytest.mark.parametrize("header", HEADERS)
def test_other_words_in_the_header(place, header):
    understood(listed(place, book([header.split(";"), *ROWS])), 2)


def test_the_header_far_below_with_empty_rows_and_a_sheet_before(place):
    nothing = [(None,) * 8]
    above = [("TỈNH UỶ SƠN HẢI",), *nothing * 9, ("DANH SÁCH TỔ CHỨC ĐẢNG",), *nothing * 4]
    rows = [ORGANISATIONS, *nothing * 3, ROWS[0], *nothing * 2, ROWS[1], *nothing * 5]
    shown = listed(place, book(rows, above=above, before=[("Tên tệp", "Danh sách"), ("Người lập", "Lê Văn Tám")]))
    assert (shown.layout.sheet, shown.layout.header_row) == ("Danh sách", 16)
    understood(shown, 20)


def test_columns_far_to_the_right(place):
    understood(listed(place, book([[None] * 5 + list(row) for row in (ORGANISATIONS, *ROWS)])), 2)


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "utf-16"), ("|", "utf-8"), (";", "cp1258")],
)
def test_text_files_of_every_kind(place, delimiter, encoding):
    rows = [("DANH SÁCH TỔ CHỨC ĐẢNG",), ORGANISATIONS, *ROWS]
    understood(listed(place, text(rows, delimiter=delimiter, encoding=encoding)), 3)


def test_the_old_letters_of_vntime(place):
    old = {letter: chr(code) for code, letter in TCVN3.items()}
    rows = [
        ["".join(old.get(mark, mark) for mark in str(value or "")) for value in row] for row in (ORGANISATIONS, *ROWS)
    ]
    for row in rows[1:]:
        row[5] = "15/12/2012"
    understood(listed(place, text(rows, encoding="latin-1")), 2)
    understood(listed(place, book(rows)), 2)


def test_an_old_list_is_read_and_says_which_column_it_lacks(place):
    shown = read(place.user, "offices", place.commune, file("07-danh-sach-cu-tcvn3.csv"))
    assert shown.headers == ["Họ và tên", "Chi bộ", "Năm vào Đảng", "Hình thức kỷ luật"]
    assert [str(label) for label in shown.missing] == ["Chức vụ"]


@pytest.mark.parametrize(
    "founded",
    [
        "15/12/2012",
        "15-12-2012",
        "15.12.2012",
        "2012-12-15",
        "ngày 15 tháng 12 năm 2012",
        41258,
        datetime.datetime(2012, 12, 15, 0, 0),
    ],
)
def test_a_day_however_it_is_written(place, founded):
    row = [*ROWS[0]]
    row[5] = founded
    understood(listed(place, book([ORGANISATIONS, row, ROWS[1]])), 2)


def test_a_cell_merged_over_several_lines_holds_for_each(place):
    made = Workbook()
    sheet = made.active
    for row in ([*ORGANISATIONS], [*ROWS[0]], [*ROWS[1]]):
        sheet.append(row)
    sheet["E2"], sheet["E3"] = "97.101.000.000.000", None
    sheet.merge_cells("E2:E3")
    sheet.merge_cells("D2:D3")
    shown = listed(place, sent(made))
    understood(shown, 2)
    assert facts_of(line_of(shown, 3))["Trực thuộc"][0] == "97.101.000.000.000"


def test_a_merged_header_of_two_rows_over_pairs_of_columns(place):
    made = Workbook()
    sheet = made.active
    sheet.append(["TT", "Mã", "Tên", "Loại hình", "Trực thuộc", "Ngày thành lập", "Số đảng viên", None])
    sheet.append([None, None, None, None, None, None, "Chính thức", "Dự bị"])
    for row in ROWS:
        sheet.append([*row])
    for column in "ABCDEF":
        sheet.merge_cells(f"{column}1:{column}2")
    sheet.merge_cells("G1:H1")
    understood(listed(place, sent(made)), 3)


def test_a_header_of_two_rows_that_are_not_merged(place):
    rows = [
        ("TT", "Mã", "Tên", "Loại hình", "Trực thuộc", "Ngày thành lập", "Đảng viên", None),
        (None, None, None, None, None, None, "Chính thức", "Dự bị"),
        *ROWS,
    ]
    shown = listed(place, book(rows))
    assert (shown.layout.header_row, shown.layout.header_rows) == (1, 2)
    understood(shown, 3)


def test_names_without_anything_else_beside_them_are_asked_about_once(place):
    rows = [
        ORGANISATIONS,
        *([None, None, name, *[None] * 5] for name in ("Chi bộ thôn Một", "KHỐI THÔN", "Chi bộ thôn Hai")),
    ]
    ((_question, lines),) = listed(place, book(rows)).questions
    assert [line.record.number for line in lines] == [2, 4]
    settled = {
        choice: read(place.user, "organisations", place.commune, book(rows), bare=choice)
        for choice in ("organisation", "title")
    }
    assert states(settled["organisation"]) == {"new": {2: "", 4: ""}, "skipped": {3: "tiêu đề trong bảng"}}
    assert states(settled["title"]) == {"skipped": dict.fromkeys([2, 3, 4], "tiêu đề trong bảng")}


def test_only_names_are_enough(place):
    shown = listed(place, book([("STT", "Tên chi bộ"), (1, "Chi bộ thôn Một"), (2, "Chi bộ thôn Hai")]))
    assert states(shown) == {"new": {2: "", 3: ""}}


def test_formatted_cells_to_the_end_of_the_sheet_are_no_rows(place):
    made = Workbook()
    for row in (ORGANISATIONS, *ROWS):
        made.active.append([*row])
    made.active.cell(1_048_576, 3).number_format = "@"
    made.active.cell(2, 16_384).number_format = "@"
    understood(listed(place, sent(made)), 2)


def test_a_formula_is_wrong_where_it_is_kept_and_harmless_where_it_is_not(place):
    rows = [
        ORGANISATIONS,
        ("=ROW()-1", *ROWS[0][1:]),
        (*ROWS[1][:6], "=20+1", 0),
        (None, None, "Cộng", None, None, None, "=SUM(G2:G3)", None),
    ]
    shown = listed(place, book(rows))
    assert states(shown) == {"new": {2: ""}, "wrong": {3: ""}, "skipped": {4: "dòng cộng"}}
    ((address, words),) = line_of(shown, 3).problems
    assert address == "G3" and "=20+1" in words
