"""Who left the list of a cell: he comes back by a day only, and what becomes of the cell is no longer his."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError

from inspections.members import services
from inspections.members.models import Exemption, Membership
from inspections.members.queries import roll_of
from inspections.members.services import Listed
from inspections.organisations.models import Person
from inspections.organisations.services import (
    add_person,
    deactivate_person,
    members_below,
    members_of,
    merge_organisation,
    reactivate_person,
)
from permissions.verdicts import Refused
from tests.browse import logged_in
from tests.cast import NOW
from tests.members.conftest import PAPER, TODAY, names
from workflows.invariants import members as invariants
from workflows.invariants import tree

LEFT, MERGED = D(2026, 10, 31), D(2026, 11, 1)


@pytest.fixture(autouse=True)
def _the_invariants_hold(db):
    """After every test, whatever it did."""
    yield
    checks = invariants.homes_agree, invariants.stretches_apart, tree.nothing_open_of_the_ended
    assert [breach for check in checks for breach in check(NOW)] == []


@pytest.fixture
def gone(by, lan):
    """A member who left the list of her cell."""
    services.release_member(member=lan, last_day=LEFT, paper="Chuyển ra ngoài tỉnh", **by)
    return lan


def taken(by, *listed):
    return services.take_members(listed=listed, **by)


def homes_of(member):
    return list(Membership.objects.filter(person=member.pk, kind="home").order_by("pk").values_list("cell", "ends_on"))


# back again


def test_a_list_without_a_day_leaves_who_is_gone_off_the_list(by, gone, home):
    taken(by, Listed(home, gone, facts={"email": "lan@vidu.vn"}))
    assert homes_of(gone) == [(home.pk, LEFT)]
    assert "Hồ Thị Lan" not in names(home)
    assert "Hồ Thị Lan" not in names(home, D(2026, 1, 4))


def test_a_list_without_a_day_does_not_put_who_is_gone_into_another_cell(by, gone, home, other):
    with pytest.raises(ValidationError) as problem:
        taken(by, Listed(other, gone))
    assert "trở lại từ ngày nào" in str(problem.value.message_dict["starts_on"])
    assert homes_of(gone) == [(home.pk, LEFT)]


@pytest.mark.parametrize("cell", ["suoi_da", "dong_muoi"])
def test_who_comes_back_is_on_the_roll_from_that_day(cast, by, gone, home, cell):
    to = cast.organisation(cell)
    taken(by, Listed(to, gone, starts_on=D(2026, 11, 10)))
    assert "Hồ Thị Lan" in names(to, D(2026, 11, 10))
    assert "Hồ Thị Lan" not in names(to, D(2026, 11, 9))
    assert "Hồ Thị Lan" in names(home, LEFT)
    assert Person.objects.get(pk=gone.pk).organisation == to


@pytest.mark.parametrize(("day", "words"), [(LEFT, "đã được ghi"), (D(2026, 11, 24), "chưa đến")])
def test_nobody_comes_back_before_he_left_or_on_a_day_to_come(by, gone, home, day, words):
    with pytest.raises(ValidationError) as problem:
        taken(by, Listed(home, gone, starts_on=day))
    assert words in str(problem.value)
    assert homes_of(gone) == [(home.pk, LEFT)]


def test_whoever_gives_log_ins_back_does_not_put_on_the_list(by, gone, home):
    deactivate_person(person=gone, reason="Nghỉ.", **by)
    reactivate_person(person=gone, reason="Trở lại.", **by)
    assert homes_of(gone) == [(home.pk, LEFT)]
    assert "Hồ Thị Lan" not in names(home)


# what passes


def test_who_left_before_does_not_pass_to_the_successor(by, gone, home, other):
    assert gone.pk not in {one.pk for one in members_of(home)}
    merge_organisation(organisation=home, successor=other, on=MERGED, paper="9-QĐ/ĐU", **by)
    assert "Hồ Thị Lan" not in names(other, MERGED)
    assert Person.objects.get(pk=gone.pk).organisation == home
    assert homes_of(gone) == [(home.pk, LEFT)]


def test_the_page_of_the_organisation_lists_those_at_home_in_it(cast, gone, home):
    shown = logged_in(cast["administrator"]).get(home.get_absolute_url()).context["members"]
    assert {one.full_name for one in shown} == names(home)
    assert gone not in shown


def test_members_are_counted_by_where_they_are_at_home_whatever_their_log_in(cast, by, gone, home):
    deactivate_person(person=cast.person("sd_member"), reason="Khoá truy cập.", **by)
    assert {one.full_name for one in members_below(home.path)} == names(home)
    assert "Phan Văn Tám" in names(home)


# guests of what passes


def test_nobody_is_a_guest_in_the_cell_that_becomes_his(cast, by, lan, home, other):
    """A guest from the successor is at home there; so is a member who was a guest in it."""
    guest = cast.person("dm_secretary")
    for one, cell in ((guest, home), (lan, other)):
        services.send_temporarily(member=one, cell=cell, starts_on=D(2026, 9, 1), paper=PAPER, **by)
    merge_organisation(organisation=home, successor=other, on=MERGED, paper="9-QĐ/ĐU", **by)

    marks = {row.person.pk: row for row in roll_of(other, MERGED)}
    assert [marks[one.pk].is_expected for one in (guest, lan)] == [True, True]
    assert [marks[one.pk].is_temporary_here for one in (guest, lan)] == [False, False]
    stays = Membership.objects.filter(kind="temporary").values_list("person", "cell", "ends_on")
    assert set(stays) == {(guest.pk, home.pk, LEFT), (lan.pk, other.pk, LEFT)}


def test_a_stay_is_followed_by_the_day_of_the_merger_and_one_to_come_speaks_against_nothing(cast, by, lan, home, other):
    thcs = cast.organisation("thcs")
    over, coming = cast.person("dm_secretary"), cast.person("sd_member")
    services.send_temporarily(
        member=over, cell=thcs, starts_on=D(2026, 9, 1), ends_on=D(2026, 11, 10), paper=PAPER, **by
    )
    services.send_temporarily(member=coming, cell=thcs, starts_on=D(2026, 12, 1), paper=PAPER, **by)
    merge_organisation(organisation=thcs, successor=home, on=MERGED, paper="9-QĐ/ĐU", **by)

    assert str(over) in names(home, D(2026, 11, 10))
    assert str(over) not in names(home, D(2026, 11, 11))
    assert names(thcs, MERGED) == set()
    # at home in the successor, he has nowhere to go
    assert not Membership.objects.in_force(D(2026, 12, 1)).filter(person=coming, kind="temporary").exists()


def test_a_stay_to_come_begins_in_the_successor_on_its_day(cast, by, home, other):
    coming = cast.person("thcs_secretary")
    services.send_temporarily(member=coming, cell=home, starts_on=D(2026, 12, 1), paper=PAPER, **by)
    merge_organisation(organisation=home, successor=other, on=MERGED, paper="9-QĐ/ĐU", **by)
    assert str(coming) not in names(other, D(2026, 11, 30))
    assert str(coming) in names(other, D(2026, 12, 1))
    assert str(coming) not in names(home, D(2026, 12, 1))


# whose roll it is


def test_the_roll_of_a_cell_is_corrected_by_whoever_keeps_its_members(cast, by, lan, home, other):
    new = services.transfer_member(member=lan, cell=other, on=D(2026, 10, 1), paper=PAPER, **by)
    old = Membership.objects.get(person=lan, cell=home)
    secretary = {"acting_user": cast["dm_secretary"], "reason": "Ghi sai.", "now": NOW}
    for row, change in (
        (new, {"starts_on": D(2026, 9, 1)}),  # takes September from the roll of the other cell
        (old, {"starts_on": D(2026, 2, 1)}),
        (old, {"paper": "Giấy khác"}),
    ):
        with pytest.raises(Refused):
            services.correct_membership(membership=row, **change, **secretary)
    assert "Hồ Thị Lan" in names(home, D(2026, 9, 1))
    services.correct_membership(membership=new, paper="13-GT/ĐU", **secretary)
    assert Membership.objects.get(pk=new.pk).paper == "13-GT/ĐU"
    services.correct_membership(membership=new, starts_on=D(2026, 9, 1), reason="Theo giấy.", **by)
    assert "Hồ Thị Lan" not in names(home, D(2026, 9, 1))


# marks of a list


@pytest.mark.parametrize("name", ["is_exempt", "is_away"])
def test_a_mark_that_meets_what_is_entered_for_later_is_told_in_words(by, lan, home, name):
    if name == "is_exempt":
        services.exempt_member(member=lan, starts_on=D(2026, 12, 15), paper=PAPER, **by)
    else:
        services.send_temporarily(member=lan, place="tỉnh khác", starts_on=D(2026, 12, 15), paper=PAPER, **by)
    with pytest.raises(ValidationError) as problem:
        taken(by, Listed(home, lan, **{name: True}))
    assert "Hồ Thị Lan: Từ 15/12/2026 đến … đã được ghi" in str(problem.value)


def test_a_mark_after_one_that_is_over_holds_from_the_day_of_the_list(by, lan, home):
    row = services.exempt_member(member=lan, starts_on=D(2026, 3, 1), paper=PAPER, **by)
    services.end_exemption(exemption=row, last_day=LEFT, **by)
    taken(by, Listed(home, lan, is_exempt=True))
    assert Exemption.objects.order_by("pk").last().starts_on == TODAY


def test_a_member_added_with_a_log_in_is_at_home(by, home):
    one = add_person(full_name="Lê Mới", organisation=home, **by)
    assert [row.pk for row in members_of(home).filter(pk=one.pk)] == [one.pk]
