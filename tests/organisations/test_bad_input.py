"""Bad input to the pages of organisations, terms, people, offices, delegations and interests (reads like
cases/test_bad_input): at every page the good form with one thing wrong gives 422 and a sentence beside its field, what
was typed is still there, nothing is stored. Then the good one goes through."""

import datetime
from datetime import date as D
from typing import Any

import pytest
from django.urls import reverse

from inspections.documents.models import Term
from inspections.organisations.models import Delegation, Interest, Office, Organisation, OrganisationType, Person
from inspections.organisations.services import delegate, end_office, end_organisation, give_office
from tests.browse import logged_in, on, words_of
from tests.cases.test_stale_pages import Desk
from tests.cast import Cast, at
from tests.filled import stored
from tests.leaving import all_leave
from tests.refused import NEEDED, NO, NO_DATE, NOT_A_CHOICE, NOT_IN_LIST, Bad, Walk, forged, wrong

pytestmark = pytest.mark.django_db
DAY = "2026-11-23"
WHO = "administrator"
YEAR = "Hãy kiểm tra lại năm"
OUT_OF_ORDER = "Ngày cuối trước ngày đầu."


def too_long(name: str, most: int) -> Bad:
    return wrong(name, "a" * (most + 1), f"(hiện có {most + 1})")


def bad_days(*names: str) -> list[Bad]:
    return [one for name in names for one in (wrong(name, "31/02/2026", NO_DATE), wrong(name, "24/11/0026", YEAR))]


def bad_numbers(*names: str) -> list[Bad]:
    return [
        Bad({name: value}, name, sentence)
        for name in names
        for value, sentence in (
            ("-1", "lớn hơn hoặc bằng với 0"),
            ("2.5", "Nhập số nguyên, chỉ gồm chữ số."),
            (str(10**9), "nhỏ hơn hoặc bằng với 100000"),
        )
    ]


def type_of(code: str) -> str:
    return str(OrganisationType.objects.get(code=code).pk)


@pytest.fixture
def walk(cast: Cast) -> Walk:
    return Walk(cast)


def page(walk: Walk, name: str, row: Any, good: dict[str, Any], bad: list[Bad]) -> None:
    walk.page(WHO, DAY, reverse(f"organisations:{name}", args=[row.pk]), good, bad)
    assert walk.found == [], "\n".join(walk.found)


# organisations


FACTS = [
    wrong("name", NO, NEEDED),
    wrong("name", "   ", NEEDED),
    too_long("name", 200),
    too_long("symbol", 20),
    too_long("place", 100),
    too_long("code", 20),
    wrong("code", "97.101", "Mã gồm năm phần"),
    wrong("code", "97.101.002.000.000", "Tổ chức khác đã có mã 97.101.002.000.000."),
    *bad_days("starts_on"),
    *bad_numbers("full_members", "probationary_members"),
]


def test_a_new_organisation(cast, walk):
    commune = cast.organisation("commune")
    good = {"name": "Chi bộ thôn Gò Dài", "type": type_of("cell"), "code": "97.101.050.000.000", "symbol": "CB"}
    good |= {"place": "Gò Dài", "starts_on": D(2020, 5, 4), "full_members": "12", "probationary_members": "1"}
    bad = [*FACTS, *forged("type"), wrong("type", type_of("province_party"), "không thể trực thuộc")]
    page(walk, "add", commune, good, bad)
    made = Organisation.objects.get(name="Chi bộ thôn Gò Dài")
    assert (made.parent, made.full_members) == (commune, 12)


def test_a_correction_of_an_organisation(cast, walk):
    cell = cast.organisation("dong_muoi")
    good = {"name": "Chi bộ thôn Đồng Muối Hạ", "code": "97.101.001.000.000", "symbol": "CB", "place": "Đồng Muối"}
    good["type"] = type_of("cell")
    good |= {"starts_on": D(2012, 12, 15), "committee_name": "Chi uỷ", "on_behalf": "Chi uỷ", "deputy_signs": "for_all"}
    bad = [
        *FACTS,
        *forged("type"),
        too_long("committee_name", 200),
        too_long("on_behalf", 100),
        wrong("deputy_signs", "x", NOT_A_CHOICE),
    ]
    page(walk, "correct", cell, good, bad)
    assert Organisation.objects.get(pk=cell.pk).name == "Chi bộ thôn Đồng Muối Hạ"


def test_an_organisation_that_has_its_last_day_is_not_founded_after_it(cast, walk):
    cell = ended(cast, "thcs")
    good = {"name": cell.name, "code": cell.code, "type": type_of("cell")}
    good |= {"starts_on": D(2012, 12, 15), "ends_on": D(2026, 10, 31)}
    page(walk, "correct", cell, good, [wrong("starts_on", D(2026, 11, 1), "Ngày cuối trước ngày thành lập.")])


def ended(cast: Cast, key: str) -> Organisation:
    """The organisation, without its office holders, ended in October."""
    for office in Office.objects.filter(organisation=cast.organisation(key)):
        end_office(acting_user=cast[WHO], office=office, last_day=D(2026, 9, 30), now=at("2026-10-01"))
    all_leave(cast, cast.organisation(key), D(2026, 9, 30), at("2026-10-01"))
    return end_organisation(
        acting_user=cast[WHO],
        organisation=cast.organisation(key),
        last_day=D(2026, 10, 31),
        paper="5-QĐ/ĐU",
        now=at("2026-10-01"),
    )


def test_the_end_of_an_organisation(cast, walk):
    cell = cast.organisation("thcs")
    Organisation.objects.filter(pk=cell.pk).update(starts_on=D(2012, 12, 15))
    for office in Office.objects.filter(organisation=cell):
        end_office(acting_user=cast[WHO], office=office, last_day=D(2026, 9, 30), now=at("2026-10-01"))
    all_leave(cast, cell, D(2026, 9, 30), at("2026-10-01"))
    good = {"last_day": D(2026, 11, 30), "paper": "5-QĐ/ĐU, 20/11/2026"}
    bad = [
        wrong("last_day", NO, NEEDED),
        *bad_days("last_day"),
        wrong("last_day", D(2012, 12, 14), "Ngày cuối trước ngày thành lập."),
        wrong("paper", NO, NEEDED),
        wrong("paper", "  ", NEEDED),
        too_long("paper", 100),
    ]
    page(walk, "end", cell, good, bad)
    # a page that is older than the end
    with on(DAY):
        late = logged_in(cast[WHO]).post(
            reverse("organisations:end", args=[cell.pk]), {**good, "last_day": "1/12/2026"}
        )
    assert late.status_code == 409 and "30/11/2026" in words_of(late)


# terms


def test_a_term_and_its_change(cast, walk):
    commune = cast.organisation("commune")
    old = {"name": "Khoá XII", "starts_on": D(2020, 7, 1), "ends_on": D(2025, 6, 30)}
    bad = [
        wrong("name", NO, NEEDED),
        too_long("name", 50),
        wrong("starts_on", NO, NEEDED),
        *bad_days("starts_on", "ends_on"),
        wrong("ends_on", D(2020, 6, 30), OUT_OF_ORDER),
    ]
    walk.page(WHO, DAY, reverse("documents:add_term", args=[commune.pk]), old, bad)
    overlap = [
        wrong("starts_on", day, "“Khoá XII” đã có trong các ngày này") for day in (D(2025, 6, 30), D(2019, 1, 1))
    ]
    new = {"name": "Khoá XIII", "starts_on": D(2025, 7, 1), "ends_on": ""}
    walk.page(WHO, DAY, reverse("documents:add_term", args=[commune.pk]), new, [*bad[:-1], *overlap])
    assert walk.found == [], "\n".join(walk.found)
    term = Term.objects.get(name="Khoá XIII")
    walk.page(
        WHO,
        DAY,
        reverse("documents:change_term", args=[term.pk]),
        {**new, "ends_on": D(2030, 6, 30)},
        bad[:-1] + overlap,
    )
    assert walk.found == [], "\n".join(walk.found)
    term.refresh_from_db()
    assert term.ends_on == D(2030, 6, 30)


# people


PERSON = [
    wrong("full_name", NO, NEEDED),
    too_long("full_name", 150),
    *bad_days("born_on"),
    wrong("born_on", D(2026, 11, 24), "Ngày sinh này còn chưa đến."),
    wrong("standing", "khac", NOT_A_CHOICE),
    wrong("email", "khong-phai-thu", "Nhập địa chỉ email"),
    wrong("email", "a" * 250 + "@x.vn", "thư điện tử"),
]


def test_a_new_member_and_a_correction(cast, walk):
    cell = cast.organisation("suoi_da")
    good = {"full_name": "Lê Văn Mới", "born_on": D(1988, 1, 11), "standing": "full", "email": "moi@vi-du.invalid"}
    page(walk, "add_person", cell, good, PERSON)
    person = Person.objects.get(full_name="Lê Văn Mới")
    page(walk, "correct_person", person, {**good, "full_name": "Lê Văn Mới A"}, PERSON)
    assert Person.objects.get(pk=person.pk).full_name == "Lê Văn Mới A"


def test_a_log_in(cast, walk):
    person = Person.objects.create(
        full_name="Bùi Văn Lại", folded="bui van lai", organisation=cast.organisation("suoi_da")
    )
    good = {"username": "lai.bui", "password": "Muoi-Trang-2026"}
    bad = [
        wrong("username", NO, NEEDED),
        too_long("username", 150),
        wrong("username", "chair", "đã được sử dụng"),
        wrong("username", "bùi lại <x>", "tên đăng nhập"),
        wrong("password", NO, NEEDED),
        wrong("password", "ngan", "quá ngắn"),
        wrong("password", "1234567890", "quá phổ biến"),
    ]
    page(walk, "give_log_in", person, good, bad)
    person.refresh_from_db()
    assert person.user is not None and person.user.check_password("Muoi-Trang-2026")


def test_the_end_of_an_access(cast, walk):
    person = cast.person("sd_member")
    page(
        walk,
        "change_activity",
        person,
        {"reason": "Chuyển công tác."},
        [wrong("reason", NO, NEEDED), wrong("reason", " ", NEEDED)],
    )
    person.refresh_from_db()
    assert not person.is_active


def test_log_ins_for_those_who_have_none(cast, walk):
    holder = Person.objects.create(
        full_name="Bùi Văn Lại", folded="bui van lai", organisation=cast.organisation("suoi_da")
    )
    given(cast, holder, "cell_deputy_secretary", "suoi_da", D(2026, 1, 1))
    address = reverse("organisations:give_log_ins", args=[cast.organisation("commune").pk])
    foreign = cast.person("stranger").pk
    with on(DAY):
        browser = logged_in(cast[WHO])
        for people, sentence in (
            ([], NEEDED),
            ([foreign], NOT_IN_LIST),
            (["abc"], NOT_IN_LIST),
            ([2**70], NOT_IN_LIST),
        ):
            before = stored()
            answer = browser.post(address, {"people": people})
            assert answer.status_code == 422 and sentence in words_of(answer), people
            assert stored() == before
        assert browser.post(address, {"people": [holder.pk]}).status_code == 200
    holder.refresh_from_db()
    assert holder.user is not None


# offices


def given(cast: Cast, person: Person, role: str, key: str, starts_on: D, ends_on: D | None = None) -> Office:
    return give_office(
        acting_user=cast[WHO],
        person=person,
        role=role,
        organisation=cast.organisation(key),
        starts_on=starts_on,
        ends_on=ends_on,
        now=at("2026-01-05"),
        paper="1-QĐ/ĐU",
    )


def test_an_office(cast, walk):
    person, cell, foreign = cast.person("sd_member"), cast.organisation("suoi_da"), cast.organisation("ward_cell")
    gone = ended(cast, "thcs")
    given(cast, person, "cell_deputy_secretary", "suoi_da", D(2026, 1, 1), D(2026, 3, 31))
    given(cast, person, "cell_deputy_secretary", "suoi_da", D(2027, 7, 1))
    held = "đã giữ chức vụ này trong thời gian đó"
    good = {"role": "cell_deputy_secretary", "title": "Phó bí thư", "organisation": cell.pk, "paper": "2-QĐ/ĐU"}
    good |= {"starts_on": D(2026, 4, 1), "ends_on": D(2027, 6, 30)}
    bad = [
        wrong("role", "khong-co", NOT_A_CHOICE),
        wrong("role", "inspection_chair", "Vai trò “Chủ nhiệm uỷ ban kiểm tra”"),
        too_long("title", 200),
        too_long("paper", 100),
        *forged("organisation", foreign.pk, gone.pk),
        *[Bad({"areas": [value]}, "areas", NOT_IN_LIST) for value in (999_999, "abc", 2**70, foreign.pk, gone.pk)],
        Bad({"areas": [cast.organisation("dong_muoi").pk]}, "areas", "phải trực thuộc tổ chức của chức vụ"),
        wrong("starts_on", NO, NEEDED),
        *bad_days("starts_on", "ends_on"),
        wrong("ends_on", D(2026, 3, 31), OUT_OF_ORDER),
        wrong("starts_on", D(2026, 3, 31), held),  # the last day of the one before
        wrong("ends_on", D(2027, 7, 1), held, "starts_on"),  # the first day of the one after
        wrong("ends_on", NO, held, "starts_on"),
    ]
    page(walk, "give_office", person, good, bad)
    assert Office.objects.filter(person=person).count() == 3


def test_an_office_in_an_organisation_that_will_end_ends_by_then(cast, walk):
    cell, person = cast.organisation("thcs"), cast.person("sd_member")
    Organisation.objects.filter(pk=cell.pk).update(ends_on=D(2026, 12, 31))
    good = {
        "role": "cell_deputy_secretary",
        "organisation": cell.pk,
        "starts_on": D(2026, 11, 1),
        "ends_on": D(2026, 12, 31),
    }
    late = "kết thúc ngày 31/12/2026"
    page(walk, "give_office", person, good, [wrong("ends_on", NO, late), wrong("ends_on", D(2027, 1, 1), late)])


def test_the_end_of_an_office(cast, walk):
    office = given(cast, cast.person("sd_member"), "cell_deputy_secretary", "suoi_da", D(2026, 3, 1))
    bad = [
        wrong("last_day", NO, NEEDED),
        *bad_days("last_day"),
        wrong("last_day", D(2026, 2, 27), OUT_OF_ORDER),
        too_long("paper", 100),
    ]
    page(walk, "end_office", office, {"last_day": D(2026, 11, 22), "paper": "3-QĐ/ĐU"}, bad)
    with on(DAY):
        late = logged_in(cast[WHO]).post(
            reverse("organisations:end_office", args=[office.pk]), {"last_day": "30/11/2026"}
        )
    assert late.status_code == 409 and "22/11/2026" in words_of(late)


def test_a_delegation_and_its_end(cast, walk):
    office = given(cast, cast.person("sd_member"), "cell_deputy_secretary", "suoi_da", D(2026, 3, 1), D(2027, 2, 28))
    deputy, holder = cast.person("sd_secretary"), cast.person("sd_member")
    delegate(
        acting_user=cast[WHO],
        office=office,
        deputy=deputy,
        starts_on=D(2026, 5, 1),
        ends_on=D(2026, 5, 31),
        now=at(DAY),
    )
    twice = "đã được uỷ quyền ở chức vụ này trong thời gian đó"
    good = {"deputy": deputy.pk, "starts_on": D(2026, 11, 1), "ends_on": D(2026, 12, 31), "paper": "4-QĐ/CB"}
    bad = [
        *forged("deputy", cast.person("stranger").pk),  # somebody of another commune
        wrong("deputy", holder.pk, "chính là người giữ chức vụ"),
        wrong("starts_on", NO, NEEDED),
        *bad_days("starts_on", "ends_on"),
        wrong("ends_on", D(2026, 10, 31), OUT_OF_ORDER),
        wrong("starts_on", D(2026, 2, 28), "bắt đầu từ ngày 01/03/2026"),
        Bad({"starts_on": D(2027, 3, 1), "ends_on": NO}, "starts_on", "kết thúc ngày 28/02/2027"),
        wrong("starts_on", D(2026, 5, 31), twice),
        Bad({"starts_on": D(2026, 4, 1), "ends_on": D(2026, 5, 1)}, "starts_on", twice),
        too_long("paper", 100),
    ]
    page(walk, "delegate", office, good, bad)
    delegation = Delegation.objects.get(starts_on=D(2026, 11, 1))
    bad = [wrong("last_day", NO, NEEDED), *bad_days("last_day"), wrong("last_day", D(2026, 10, 30), OUT_OF_ORDER)]
    page(walk, "end_delegation", delegation, {"last_day": D(2026, 11, 22)}, bad)
    with on(DAY):
        browser = logged_in(cast[WHO])
        late = browser.post(reverse("organisations:end_delegation", args=[delegation.pk]), {"last_day": "30/11/2026"})
        assert late.status_code == 409 and "22/11/2026" in words_of(late)
        # nobody is named for an office that is over
        Office.objects.filter(pk=office.pk).update(ends_on=D(2026, 11, 22))
        late = browser.post(
            reverse("organisations:delegate", args=[office.pk]), {"deputy": deputy.pk, "starts_on": "24/11/2026"}
        )
        assert late.status_code == 409 and "22/11/2026" in words_of(late)


# interests


def test_an_interest_and_its_end(cast, walk):
    person = cast.person("officer")
    good = {"nature": "anh ruột", "about_person": cast.person("sd_secretary").pk, "about_organisation": ""}
    neither = "Nêu người hoặc tổ chức có quan hệ"
    bad = [
        wrong("nature", NO, NEEDED),
        too_long("nature", 200),
        *forged("about_person", person.pk, cast.person("stranger").pk),
        *[
            wrong("about_organisation", value, NOT_IN_LIST)
            for value in (999_999, "abc", cast.organisation("ward_cell").pk)
        ],
        wrong("about_person", NO, neither, ""),
        wrong("about_organisation", cast.organisation("suoi_da").pk, neither, ""),
    ]
    page(walk, "declare_interest", person, good, bad)
    interest = Interest.objects.get()
    bad = [
        wrong("last_day", NO, NEEDED),
        *bad_days("last_day"),
        wrong("last_day", D(2026, 11, 22), OUT_OF_ORDER),
        wrong("reason", NO, NEEDED),
        wrong("reason", "  ", NEEDED),
    ]
    page(walk, "end_interest", interest, {"last_day": D(2026, 11, 30), "reason": "Đã chuyển."}, bad)


# two desks


@pytest.mark.parametrize("name", ["end_office", "end_delegation", "change_term"])
def test_somebody_saved_another_last_day_meanwhile(cast, name):
    cast.add_user("administrator2", "Lò Thị Hai", "administrator", "commune")
    office = given(cast, cast.person("sd_member"), "cell_deputy_secretary", "suoi_da", D(2026, 3, 1))
    row: Any = office
    field, room = "last_day", "organisations"
    if name == "end_delegation":
        row = delegate(
            acting_user=cast[WHO],
            office=office,
            deputy=cast.person("sd_secretary"),
            starts_on=D(2026, 11, 1),
            ends_on=None,
            now=at(DAY),
        )
    elif name == "change_term":
        row = Term.objects.create(organisation=cast.organisation("commune"), name="Khoá XIII", starts_on=D(2025, 7, 1))
        field, room = "ends_on", "documents"
    address = reverse(f"{room}:{name}", args=[row.pk])
    mine, others = D(2026, 12, 15), D(2026, 12, 31)
    Desk(cast, DAY).meets(WHO, address, {field: mine}, other="administrator2", at_address=address, **{field: others})
    row.refresh_from_db()
    assert row.ends_on == mine
    assert isinstance(row.ends_on, datetime.date)
