"""The pages of members: who comes back, cells to look for, what a former cell is told, whose days one corrects."""

from datetime import date as D
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from inspections.members import services
from inspections.members.models import Membership
from inspections.members.queries import roll_of
from tests.browse import logged_in, send, text_of
from tests.members.conftest import PAPER, TODAY, names

LEFT = D(2026, 10, 31)
LIST = reverse("members:list")


@pytest.fixture
def administrator(cast):
    return logged_in(cast["administrator"])


@pytest.fixture
def moved(by, lan, other):
    """She went to another cell in October, where she is exempt now and has a new card."""
    services.transfer_member(member=lan, cell=other, on=D(2026, 10, 1), paper=PAPER, **by)
    services.exempt_member(member=lan, starts_on=D(2026, 11, 1), paper=PAPER, **by)
    services.correct_member(member=lan, card_number="97000555", reason="Đổi thẻ.", **by)
    return lan


def rows_of(browser, query):
    """name -> how she takes part, on the list."""
    return {row.person.full_name: part for row, part, _stretch in browser.get(f"{LIST}?{query}").context["rows"]}


def many_cells(cast, count=30):
    for number in range(count):
        cast.add_organisation(f"many{number}", f"Chi bộ thôn số {number:02}", "cell", "commune")


def test_who_is_off_the_list_comes_back_to_the_own_cell_by_the_page(administrator, by, lan, home):
    services.release_member(member=lan, last_day=LEFT, paper="Chuyển đi", **by)
    address = reverse("members:transfer", args=[lan.pk])
    assert home in administrator.get(address, {"q": "Suối Đá", "find": "1"}).context["found"]
    page = administrator.get(address, {"cell": home.pk})
    assert f"Hồ Thị Lan → {home}" in text_of(page)
    send(administrator, f"{address}?cell={home.pk}", cell=home.pk, on=D(2026, 11, 20), paper=PAPER)
    assert "Hồ Thị Lan" in names(home)
    assert "Hồ Thị Lan" not in names(home, D(2026, 11, 19))


def test_the_cell_where_one_is_at_home_is_none_to_go_to(administrator, lan, home):
    found = administrator.get(reverse("members:transfer", args=[lan.pk]), {"q": "Suối Đá", "find": "1"})
    assert home not in found.context["found"]
    send(
        administrator,
        reverse("members:transfer", args=[lan.pk]),
        status=422,
        cell=home.pk,
        on=D(2026, 11, 20),
        paper=PAPER,
    )


# thousands of cells


@pytest.mark.parametrize("name", ["transfer", "send"])
def test_cells_to_go_to_are_looked_for_by_words(cast, administrator, lan, name):
    many_cells(cast)
    address = reverse(f"members:{name}", args=[lan.pk])
    page = administrator.get(address)
    assert len(page.context["found"]) == 25
    assert "Chi bộ thôn số 29" not in text_of(page)
    (found,) = administrator.get(address, {"q": "thon so 29", "find": "1"}).context["found"]
    assert str(found) == "Chi bộ thôn số 29"
    form = administrator.get(address, {"cell": found.pk})
    assert f"Hồ Thị Lan → {found}" in text_of(form)
    assert "Chi bộ thôn số 07" not in text_of(form)


def test_somewhere_else_is_told_in_words_and_a_cell_is_not(cast, administrator, lan, other):
    address = reverse("members:send", args=[lan.pk])
    assert "place" not in administrator.get(address, {"cell": other.pk}).context["form"].fields
    assert "place" in administrator.get(address, {"cell": "none"}).context["form"].fields
    send(administrator, address, status=422, place="", paper=PAPER)
    send(administrator, address, cell=other.pk, starts_on=D(2026, 9, 1), ends_on=D(2026, 9, 30), paper=PAPER)
    send(administrator, address, place="tỉnh khác", starts_on=D(2026, 10, 1), paper=PAPER)
    stays = Membership.objects.filter(person=lan, kind="temporary").order_by("starts_on")
    assert [row.where for row in stays] == [str(other), "tỉnh khác"]


def test_a_secretary_who_keeps_one_cell_is_asked_for_the_place_at_once(cast, lan):
    page = logged_in(cast["sd_secretary"]).get(reverse("members:send", args=[lan.pk]))
    assert "place" in page.context["form"].fields


def test_the_list_of_few_cells_has_them_to_choose_and_that_of_many_a_page(cast, administrator, home):
    page = text_of(administrator.get(LIST))
    assert '<select name="cell"' in page
    assert reverse("members:cells") not in page
    many_cells(cast)
    page = text_of(administrator.get(LIST))
    assert reverse("members:cells") in page
    assert "Chi bộ thôn số 07" not in page
    cells = reverse("members:cells")
    (found,) = administrator.get(cells, {"q": "Suối Đá", "find": "1"}).context["found"]
    answer = administrator.get(cells, {"cell": found.pk})
    assert answer.url == f"{LIST}?cell={home.pk}"
    assert "Phan Văn Tám" in text_of(administrator.get(answer.url))
    assert list(logged_in(cast["sd_secretary"]).get(cells).context["found"]) == [home]


def test_who_sees_one_cell_is_not_told_with_every_member_which_it_is(cast, administrator, lan):
    cell = 'data-label="Chi bộ"'
    own, those_below = logged_in(cast["sd_secretary"]).get(LIST), administrator.get(LIST)
    assert str(lan) in text_of(own) and str(lan) in text_of(those_below)
    assert cell not in own.content.decode()
    assert cell in those_below.content.decode()
    assert own.context["filters"]["cell"].is_hidden
    assert not those_below.context["filters"]["cell"].is_hidden


# what a former cell is told


def test_a_former_cell_is_told_nothing_of_the_life_of_who_left(cast, administrator, moved):
    former = logged_in(cast["sd_secretary"])
    page = former.get(f"{LIST}?part=former")
    assert rows_of(former, "part=former") == {"Hồ Thị Lan": ""}
    for word in ("97000555", "đảng viên chính thức</td>"):
        assert word not in text_of(page), word
    sheet = load_workbook(BytesIO(former.get(f"{LIST}?part=former&export=xlsx").content)).active
    head, line = sheet.values
    told = dict(zip(head, line, strict=True))
    assert told["Họ và tên"] == "Hồ Thị Lan"
    assert not {"97000555", "đảng viên chính thức", "miễn sinh hoạt"} & set(line)
    # nor by asking
    assert rows_of(former, "part=former&q=97000555") == {}
    assert rows_of(former, "part=former&standing=full") == {}

    assert rows_of(administrator, "part=former&q=97000555") == {"Hồ Thị Lan": "miễn sinh hoạt"}


# whose days one corrects


def test_only_whoever_keeps_both_rolls_is_offered_to_correct_the_days(cast, administrator, moved, home, other):
    rows = {row.cell: reverse("members:correct_membership", args=[row.pk]) for row in moved.memberships.all()}
    seen = text_of(administrator.get(moved.get_absolute_url()))
    assert rows[home] in seen and rows[other] in seen
    secretary = logged_in(cast["dm_secretary"])
    seen = text_of(secretary.get(moved.get_absolute_url()))
    assert rows[home] not in seen and rows[other] not in seen
    assert secretary.get(rows[home]).status_code in (403, 404)
    refused = secretary.post(rows[other], {"starts_on": "01/09/2026", "paper": PAPER, "reason": "Ghi sai."})
    assert refused.status_code in (403, 404)
    assert "Hồ Thị Lan" in names(home, D(2026, 9, 1))


# who has to attend


def test_guests_have_to_attend_as_the_roll_says(cast, administrator, by, lan, home, other):
    services.send_temporarily(member=lan, cell=other, starts_on=D(2026, 9, 1), paper=PAPER, **by)
    guest, exempt = cast.person("dm_secretary"), cast.person("thcs_secretary")
    for one in (guest, exempt):
        services.send_temporarily(member=one, cell=home, starts_on=D(2026, 9, 1), paper=PAPER, **by)
    services.exempt_member(member=exempt, starts_on=D(2026, 9, 1), paper=PAPER, **by)
    expected = rows_of(administrator, f"part=expected&cell={home.pk}&size=100")
    assert expected[str(guest)] == "sinh hoạt tạm thời tại đây"
    assert not {"Hồ Thị Lan", str(exempt)} & expected.keys()
    assert set(expected) == {row.person.full_name for row in roll_of(home, TODAY) if row.is_expected}
