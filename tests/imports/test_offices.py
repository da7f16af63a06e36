"""The list of office holders (shared/data 02) as it is, and what other lists of the kind do."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.imports.services import preview_of
from inspections.organisations.models import Office, Organisation, Person
from inspections.organisations.services import add_person, give_office
from permissions import audit
from permissions.models import AuditEntry
from tests.cast import NOW
from tests.imports.books import OFFICES as HEADER
from tests.imports.books import book
from tests.imports.taking import (
    OFFICES,
    ORGANISATIONS,
    facts_of,
    file,
    line_of,
    preview,
    read,
    settle,
    states,
    take,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cells(place):
    """The commune with the organisations of file 01."""
    one = upload(place.admin, "organisations", place.commune, file(ORGANISATIONS))
    settle(place.admin, one, {"twice:": "11"})
    take(place.admin, one)
    return place


@pytest.fixture
def village(place):
    """The commune with two cells."""
    for key, name, code in (("one", "Chi bộ thôn Một", "001"), ("two", "Chi bộ thôn Hai", "002")):
        place.cast.add_organisation(key, name, "cell", "commune", f"97.101.{code}.000.000")
    return place


def holder(
    name="Lê Văn Tám",
    born="11/01/1988",
    office="Bí thư chi bộ",
    unit="Chi bộ thôn Một",
    paper=None,
    since="11/10/2025",
    email=None,
):
    return (1, name, born, office, unit, paper, since, email)


def listed(place, *rows, **answers):
    return read(place.user, "offices", place.commune, book([HEADER, *rows]), **answers)


def offices_told(line):
    return [fact.read for fact in line.facts if str(fact.label) == "Chức vụ"]


# the file as it is


def test_the_file_as_it_is_gives_offices_once_and_asks_what_does_not_fit(cells):
    one = upload(cells.admin, "offices", cells.commune, file(OFFICES))
    shown = preview(cells.admin, one)
    assert (shown.layout.header_row, shown.layout.columns["organisation"]) == (3, 4)
    assert shown.counts == {"new": 51, "changed": 0, "same": 0, "skipped": 0, "doubt": 1, "wrong": 0}
    ((question, _lines),) = shown.questions
    assert question.cell.address == "D52"
    assert question.guess == "committee_deputy_secretary"
    settle(cells.admin, one, {"role:": "committee_deputy_secretary"})
    take(cells.admin, one)
    assert Person.objects.exclude(full_name="Hồ Minh Trí").count() == 52
    assert Office.objects.exclude(role="administrator").count() == 54
    assert list(audit.faults()) == []

    before = AuditEntry.objects.exclude(verb="import_spreadsheets").count()
    again = upload(cells.admin, "offices", cells.commune, file(OFFICES))
    settle(cells.admin, again, {"role:": "committee_deputy_secretary"})
    take(cells.admin, again)
    again.refresh_from_db()
    assert again.counts == {"new": 0, "changed": 0, "same": 52, "skipped": 0, "doubt": 0, "wrong": 0}
    assert AuditEntry.objects.exclude(verb="import_spreadsheets").count() == before


def test_what_is_read_into_what(cells):
    shown = read(cells.user, "offices", cells.commune, file(OFFICES))
    assert line_of(shown, 12).title == "Đinh Thị Thuý"
    assert offices_told(line_of(shown, 7)) == [
        "Chủ nhiệm uỷ ban kiểm tra – UBKT Đảng uỷ xã Tân Phước Thượng",
        "Uỷ viên ban thường vụ – Đảng bộ xã Tân Phước Thượng",
    ]
    assert offices_told(line_of(shown, 9)) == [
        "Uỷ viên uỷ ban kiểm tra – UBKT Đảng uỷ xã Tân Phước Thượng",
        "Trưởng ban xây dựng Đảng – Đảng bộ xã Tân Phước Thượng",
    ]
    assert facts_of(line_of(shown, 11))["Địa bàn theo dõi"][1] == (
        "Chi bộ thôn Đồng Muối, Chi bộ thôn Suối Đá, Chi bộ thôn Gò Dầu, Chi bộ thôn Bàu Sen"
    )
    assert facts_of(line_of(shown, 16))["Tổ chức"] == ("CB thôn Gò Dầu", "Chi bộ thôn Gò Dầu")
    assert facts_of(line_of(shown, 7))["Từ ngày"] == ("04/01/2025", "04/01/2025")
    assert facts_of(line_of(shown, 7))["Địa chỉ thư điện tử"][1] == "nguoi4@vi-du.invalid"


# other lists of the kind


@pytest.mark.parametrize(
    ("office", "unit", "role", "where"),
    [
        ("Bí thư", "CB thôn Một", "cell_secretary", "one"),
        ("Phó Bí thư", "Chi bộ thôn Một", "cell_deputy_secretary", "one"),
        ("Chi uỷ viên", "Chi bộ thôn Một", "cell_committee_member", "one"),
        ("Chủ nhiệm", "UBKT Đảng ủy xã Tân Phước Thượng", "inspection_chair", "ubkt"),
        ("Phó chủ nhiệm", "Ủy ban Kiểm tra Đảng ủy xã Tân Phước Thượng", "inspection_vice_chair", "ubkt"),
        ("Ủy viên", "UBKT Đảng uỷ xã Tân Phước Thượng", "inspection_member", "ubkt"),
        ("Phó Chủ nhiệm UBKT Đảng uỷ", "Đảng bộ xã Tân Phước Thượng", "inspection_vice_chair", "ubkt"),
        ("BÍ THƯ ĐẢNG UỶ", "97.101.000.000.000", "committee_secretary", "commune"),
    ],
)
def test_an_office_is_read_for_the_organisation_it_is_in(village, office, unit, role, where):
    one = upload(village.admin, "offices", village.commune, book([HEADER, holder(office=office, unit=unit)]))
    take(village.admin, one)
    given = Office.objects.get(person__full_name="Lê Văn Tám")
    assert (given.role, given.organisation) == (role, village.cast.organisation(where))


def test_a_family_called_tong_and_a_cell_of_the_police_are_no_subtotals(village):
    village.cast.add_organisation("police", "Công an xã", "cell", "commune")
    shown = listed(village, holder(name="Tống Văn An", unit="Công an xã"), holder(name="Công Thị Bình"))
    assert states(shown) == {"new": {2: "", 3: ""}}


def test_a_mail_address_of_somebody_known_is_shown_as_a_change_and_kept(village):
    take(village.admin, upload(village.admin, "offices", village.commune, book([HEADER, holder()])))
    one = upload(village.admin, "offices", village.commune, book([HEADER, holder(email="tam@vi-du.invalid")]))
    line = line_of(preview(village.admin, one), 2)
    assert line.state == "changed"
    assert [(fact.read, fact.old) for fact in line.facts if fact.old] == [("tam@vi-du.invalid", "—")]
    assert "<del>—</del>" in village.admin.get(one.get_absolute_url()).content.decode()
    take(village.admin, one)
    person = Person.objects.get(full_name="Lê Văn Tám")
    assert person.email == "tam@vi-du.invalid"
    assert person.offices.count() == 1
    entry = AuditEntry.objects.get(verb="correct_person")
    assert (entry.old, entry.new) == ({"email": ""}, {"email": "tam@vi-du.invalid"})


def test_namesakes_with_other_birthdays_are_two_people(village):
    shown = listed(village, holder(), holder(born="12/02/1970", unit="Chi bộ thôn Hai"))
    assert states(shown) == {"new": {2: "", 3: ""}}


def test_two_lines_of_one_name_without_a_birthday_are_asked_about(village):
    rows = (holder(), holder(born=None, office="Phó Chủ nhiệm UBKT", unit="UBKT Đảng uỷ xã Tân Phước Thượng"))
    (question,) = line_of(listed(village, *rows), 3).questions
    assert [choice.value for choice in question.choices] == ["row2", "new"]
    assert "dòng 2" in question.choices[0].label


@pytest.mark.parametrize(("choice", "people"), [("dòng 2", 1), ("người khác", 2)])
def test_they_are_one_person_or_two_as_was_settled(village, choice, people):
    rows = (holder(), holder(born=None, office="Phó Chủ nhiệm UBKT", unit="UBKT Đảng uỷ xã Tân Phước Thượng"))
    one = upload(village.admin, "offices", village.commune, book([HEADER, *rows]))
    settle(village.admin, one, {"person:": choice})
    take(village.admin, one)
    assert Person.objects.filter(full_name="Lê Văn Tám").count() == people
    assert Office.objects.filter(person__full_name="Lê Văn Tám").count() == 2


def test_a_namesake_of_somebody_known_is_asked_about(village):
    add_person(
        acting_user=village.cast.root, now=NOW, full_name="Lê Văn Tám", organisation=village.cast.organisation("two")
    )
    (question,) = line_of(listed(village, holder()), 2).questions
    assert "Lê Văn Tám" in question.text
    assert [choice.label for choice in question.choices][1] == "người khác, thêm mới"
    assert "Chi bộ thôn Hai" in question.choices[0].label


def test_who_holds_the_very_office_is_no_doubt_the_second_time(village):
    for expected in ("new", "same"):
        one = upload(village.admin, "offices", village.commune, book([HEADER, holder(born=None)]))
        assert line_of(preview(village.admin, one), 2).state == expected
        take(village.admin, one)


def test_the_first_day_comes_from_the_paper_when_it_stands_nowhere_else(village):
    shown = listed(village, holder(since=None, paper="105-QĐ/TU, ngày 11 tháng 10 năm 2025"))
    assert facts_of(line_of(shown, 2))["Từ ngày"][1] == "11/10/2025"


def test_a_day_without_a_year_is_asked_about_once_for_like_lines(village):
    rows = (holder(since="31/8"), holder(name="Lê Thị Chín", unit="Chi bộ thôn Hai", since="31/8"))
    ((question, lines),) = listed(village, *rows).questions
    assert [line.record.number for line in lines] == [2, 3]
    assert [choice.value for choice in question.choices] == ["2026", "2025", "2024", "2023", "2022"]
    settled = listed(village, *rows, **{"year:": "2025"})
    assert facts_of(line_of(settled, 3))["Từ ngày"] == ("31/8", "31/08/2025")


@pytest.mark.parametrize(
    ("row", "address", "words"),
    [
        (holder(name=None), "B2", "Ô này trống"),
        (holder(office=None), "D2", "Ô này trống"),
        (holder(since=None), "G2", "Thiếu ngày"),
        (holder(since="31/02/2025"), "G2", "không phải ngày"),
        (holder(since="tháng 4/2025"), "G2", "không phải ngày"),
        (holder(since=None, paper="105-QĐ/TU, 31/02/2025"), "F2", "không phải ngày"),
        (holder(born="32/01/1980"), "C2", "không phải ngày"),
        (holder(born="11/01/2088"), "C2", "chưa đến"),
        (holder(email="không có"), "H2", "không phải địa chỉ thư"),
        (holder(name="A" * 151), "B2", "tối đa 150"),
    ],
)
def test_what_is_wrong_stands_at_its_cell_before_anything_is_stored(village, row, address, words):
    line = line_of(listed(village, row), 2)
    assert line.state == "wrong"
    assert [at for at, text in line.problems if words in text] == [address], line.problems


def test_an_office_held_since_another_day_is_asked_about_and_left(village):
    person = add_person(
        acting_user=village.cast.root,
        now=NOW,
        full_name="Lê Văn Tám",
        organisation=village.cast.organisation("one"),
        born_on=datetime.date(1988, 1, 11),
    )
    give_office(
        acting_user=village.cast.root,
        person=person,
        role="cell_secretary",
        organisation=village.cast.organisation("one"),
        starts_on=datetime.date(2024, 1, 1),
        now=NOW,
    )
    (question,) = line_of(listed(village, holder()), 2).questions
    assert "01/01/2024" in question.text
    assert line_of(listed(village, holder(), **{"held:": "keep"}), 2).state == "same"


def test_an_office_that_no_role_fits_may_be_left_out(village):
    rows = (holder(office="Thủ quỹ"), holder(name="Lê Thị Chín", office="Thủ quỹ", unit="Chi bộ thôn Hai"))
    ((_question, lines),) = listed(village, *rows).questions
    assert len(lines) == 2
    assert states(listed(village, *rows, **{"office:": "leave_out"})) == {
        "skipped": {2: "bỏ qua theo lựa chọn", 3: "bỏ qua theo lựa chọn"}
    }


def test_queries_do_not_grow_with_the_lines(village):
    rows = [holder(name=f"Lê Văn {letter}", born=None) for letter in ("An", "Ba", "Ca")]
    take(village.admin, upload(village.admin, "offices", village.commune, book([HEADER, *rows])))
    counts = []
    for some in (rows[:1], rows * 40):
        one = upload(village.admin, "offices", village.commune, book([HEADER, *some]))
        with CaptureQueriesContext(connection) as queries:
            assert {line.state for line in preview_of(one, NOW.date()).lines} == {"same"}
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_organisation_of_strangers_is_not_offered(village):
    (question,) = line_of(listed(village, holder(unit="Chi bộ Tổ dân phố 7")), 2).questions
    stranger = Organisation.objects.get(name="Chi bộ Tổ dân phố 7")
    assert str(stranger.pk) not in {choice.value for choice in question.choices}
    assert stranger.name not in {choice.label for choice in question.choices}
