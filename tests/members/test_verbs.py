"""What the verbs of members do on every day, what they refuse, and what the record says."""

import importlib
from datetime import date as D

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from inspections.members import services
from inspections.members.models import Member, Membership
from inspections.members.queries import roll_of
from inspections.organisations.models import Person
from inspections.organisations.services import (
    Will,
    add_person,
    deactivate_person,
    merge_organisation,
    reactivate_person,
    split_organisation,
)
from permissions import audit
from permissions.verdicts import NotNow, Refused
from tests.cast import NOW
from tests.members.conftest import PAPER, TODAY, names
from workflows.invariants import members as invariants


@pytest.fixture(autouse=True)
def _the_invariants_hold(db):
    """After every test, whatever it did."""
    yield
    breaches = [*invariants.homes_agree(NOW), *invariants.stretches_apart(NOW)]
    assert breaches == []


def refused(verb, field, words, **arguments):
    """The verb refuses the input at the field with the words, and nothing is stored."""
    before = list(Membership.objects.order_by("pk").values())
    with pytest.raises(ValidationError) as problem:
        verb(**arguments)
    assert words in str(problem.value.message_dict[field])
    assert list(Membership.objects.order_by("pk").values()) == before


# admitted


def test_an_admitted_member_is_on_the_roll_from_his_first_day(lan, home):
    assert lan.full_name == "Hồ Thị Lan"
    assert "Hồ Thị Lan" in names(home, D(2026, 1, 5))
    assert "Hồ Thị Lan" not in names(home, D(2026, 1, 4))
    entry = audit.entries_of(home).last()
    assert (entry.verb, entry.new["card_number"], entry.new["starts_on"]) == ("admit_member", "97000001", "2026-01-05")


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"card_number": "97000001"}, "card_number", "thẻ đảng viên này là của đảng viên khác"),
        ({"admitted_on": D(2020, 1, 1), "full_on": D(2019, 12, 31)}, "full_on", "trước ngày vào Đảng"),
        ({"standing": "probationary", "full_on": D(2019, 12, 31)}, "full_on", "chưa có ngày công nhận"),
        ({"admitted_on": D(2026, 11, 24)}, "admitted_on", "chưa đến"),
        ({"born_on": D(2026, 11, 24)}, "born_on", "chưa đến"),
        ({"starts_on": D(2026, 11, 24)}, "starts_on", "chưa đến"),
        ({"full_name": ""}, "full_name", ""),
    ],
)
def test_what_cannot_be_is_refused(by, home, lan, facts, field, words):
    refused(services.admit_member, field, words, **{"cell": home, "full_name": "Lê Mới", **facts}, **by)


def test_a_cell_secretary_keeps_his_own_members_and_nobody_elses(cast, lan, home, other):
    facts = {"full_name": "Lê Mới", "now": NOW}
    services.admit_member(acting_user=cast["sd_secretary"], cell=home, **facts)
    services.admit_member(acting_user=cast["sd_deputy"], cell=home, **facts)
    for name in ("dm_secretary", "chair", "secretary", "stranger_secretary", "sd_member"):
        with pytest.raises(Refused):
            services.admit_member(acting_user=cast[name], cell=home, **facts)
        with pytest.raises(Refused):
            services.exempt_member(acting_user=cast[name], member=lan, starts_on=None, paper=PAPER, now=NOW)
    with pytest.raises(Refused):  # of the other cell he keeps nobody
        services.transfer_member(
            acting_user=cast["sd_secretary"], member=lan, cell=other, on=TODAY, paper=PAPER, now=NOW
        )


# made full


def test_made_full_from_a_day(by, home):
    one = services.admit_member(cell=home, full_name="Lê Mới", standing="probationary", admitted_on=D(2025, 6, 1), **by)
    refused(services.make_full, "on", "trước ngày vào Đảng", member=one, on=D(2025, 5, 31), paper=PAPER, **by)
    refused(services.make_full, "paper", "", member=one, on=D(2026, 6, 1), paper=" ", **by)
    refused(services.make_full, "on", "chưa đến", member=one, on=D(2026, 11, 24), paper=PAPER, **by)
    services.make_full(member=one, on=D(2026, 6, 1), paper=PAPER, card_number="97000002", **by)

    told = {
        day: {r.person.full_name: r.standing for r in roll_of(home, day)}["Lê Mới"]
        for day in (D(2026, 5, 31), D(2026, 6, 1))
    }
    assert told == {D(2026, 5, 31): "probationary", D(2026, 6, 1): "full"}
    with pytest.raises(NotNow):
        services.make_full(member=one, on=D(2026, 6, 1), paper=PAPER, **by)


# transferred


def test_a_transfer_is_right_on_every_day_in_both_cells(by, lan, home, other):
    services.transfer_member(member=lan, cell=other, on=D(2026, 10, 1), paper=PAPER, **by)

    assert ("Hồ Thị Lan" in names(home, D(2026, 9, 30)), "Hồ Thị Lan" in names(other, D(2026, 9, 30))) == (True, False)
    assert ("Hồ Thị Lan" in names(home, D(2026, 10, 1)), "Hồ Thị Lan" in names(other, D(2026, 10, 1))) == (False, True)
    assert Person.objects.get(pk=lan.pk).organisation == other
    entry = audit.entries_of(home).last()
    assert (entry.verb, entry.reason, entry.new["name"]) == ("transfer_member", PAPER, other.name)
    # and back
    services.transfer_member(member=lan, cell=home, on=TODAY, paper=PAPER, **by)
    assert "Hồ Thị Lan" in names(home)
    assert "Hồ Thị Lan" not in names(other)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"on": D(2026, 1, 5)}, "on", "từ ngày 05/01/2026"),
        ({"on": D(2026, 11, 24)}, "on", "chưa đến"),
        ({"paper": ""}, "paper", ""),
        ({"cell": "suoi_da"}, "cell", "đã là đảng viên"),
        ({"cell": "commune"}, "cell", "không phải là chi bộ"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(cast, by, lan, other, change, field, words):
    if "cell" in change:
        change = {"cell": cast.organisation(change["cell"])}
    refused(
        services.transfer_member,
        field,
        words,
        **{"member": lan, "cell": other, "on": TODAY, "paper": PAPER, **change},
        **by,
    )


def test_who_was_a_guest_is_at_home_after_his_transfer(by, lan, home, other):
    services.send_temporarily(member=lan, cell=other, starts_on=D(2026, 9, 1), paper=PAPER, **by)
    services.transfer_member(member=lan, cell=other, on=D(2026, 10, 1), paper=PAPER, **by)
    (row,) = [one for one in roll_of(other, TODAY) if one.person.pk == lan.pk]
    assert not row.is_temporary_here
    (row,) = [one for one in roll_of(other, D(2026, 9, 30)) if one.person.pk == lan.pk]
    assert row.is_temporary_here


def test_off_the_list_and_back_again(by, lan, home, other):
    services.exempt_member(member=lan, starts_on=D(2026, 3, 1), paper=PAPER, **by)
    services.release_member(member=lan, last_day=D(2026, 10, 31), paper="Chuyển ra ngoài tỉnh", **by)
    assert "Hồ Thị Lan" in names(home, D(2026, 10, 31))
    assert "Hồ Thị Lan" not in names(home, D(2026, 11, 1))
    assert lan.exemptions.get().ends_on == D(2026, 10, 31)
    with pytest.raises(NotNow):
        services.release_member(member=lan, last_day=TODAY, paper=PAPER, **by)
    services.transfer_member(member=lan, cell=home, on=TODAY, paper=PAPER, **by)
    assert "Hồ Thị Lan" in names(home)


# elsewhere, exempt


def test_elsewhere_for_a_time_and_the_end_of_it(by, lan, home, other):
    stay = services.send_temporarily(member=lan, cell=other, starts_on=D(2026, 9, 1), paper=PAPER, **by)
    refused(
        services.send_temporarily, "starts_on", "đã được ghi", member=lan, place="Xa", starts_on=None, paper=PAPER, **by
    )
    services.end_temporary(stay=stay, last_day=D(2026, 10, 31), **by)
    here = {one.person.pk: one for one in roll_of(home, D(2026, 10, 31))}
    assert here[lan.pk].is_away
    here = {one.person.pk: one for one in roll_of(home, D(2026, 11, 1))}
    assert here[lan.pk].is_expected
    with pytest.raises(NotNow):
        services.end_temporary(stay=stay, last_day=TODAY, **by)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "place"),
        ({"place": "Xa", "cell": True}, "place"),
        ({"place": "Xa", "paper": ""}, "paper"),
        ({"place": "Xa", "ends_on": D(2026, 8, 31)}, "ends_on"),
    ],
)
def test_a_stay_that_cannot_be_is_refused(by, lan, other, change, field):
    if change.get("cell"):
        change = {**change, "cell": other}
    given = {"member": lan, "starts_on": D(2026, 9, 1), "paper": PAPER, **change}
    refused(services.send_temporarily, field, "", **given, **by)


def test_an_exemption_counts_until_it_is_ended(by, lan, home):
    row = services.exempt_member(member=lan, starts_on=D(2026, 9, 1), paper=PAPER, **by)
    refused(services.exempt_member, "starts_on", "đã được ghi", member=lan, starts_on=TODAY, paper=PAPER, **by)
    refused(services.end_exemption, "last_day", "", exemption=row, last_day=D(2026, 8, 1), **by)
    services.end_exemption(exemption=row, last_day=D(2026, 10, 31), **by)
    marks = {
        day: {o.person.pk: o.is_exempt for o in roll_of(home, day)}[lan.pk] for day in (D(2026, 10, 31), D(2026, 11, 1))
    }
    assert marks == {D(2026, 10, 31): True, D(2026, 11, 1): False}


# corrected


def test_a_correction_needs_its_reason_and_keeps_both(by, lan, home):
    refused(services.correct_member, "reason", "", member=lan, reason=" ", full_on=D(2011, 6, 3), **by)
    services.correct_member(member=lan, reason="Ghi nhầm tháng.", full_on=D(2011, 6, 3), **by)
    entry = audit.entries_of(home).last()
    assert (entry.old, entry.new, entry.reason) == (
        {"full_on": "2011-05-03"},
        {"full_on": "2011-06-03"},
        "Ghi nhầm tháng.",
    )


def test_a_corrected_day_of_transfer_moves_both_homes(by, lan, home, other):
    new = services.transfer_member(member=lan, cell=other, on=D(2026, 10, 1), paper=PAPER, **by)
    services.correct_membership(membership=new, starts_on=D(2026, 9, 1), reason="Theo giấy giới thiệu.", **by)
    assert "Hồ Thị Lan" in names(other, D(2026, 9, 1))
    assert "Hồ Thị Lan" not in names(home, D(2026, 9, 1))
    assert "Hồ Thị Lan" in names(home, D(2026, 8, 31))
    for change, field in (
        ({"starts_on": None}, "starts_on"),
        ({"starts_on": D(2025, 1, 1)}, "ends_on"),
        ({"ends_on": TODAY}, "ends_on"),
        ({"starts_on": D(2026, 11, 24)}, "starts_on"),
    ):
        refused(services.correct_membership, field, "", membership=new, reason="Thử.", **change, **by)


# the cell itself


def test_a_merger_takes_the_members_along_from_its_day_on(cast, by, lan, home, other):
    guest = cast.person("thcs_secretary")
    services.send_temporarily(
        member=guest, cell=home, starts_on=D(2026, 9, 1), ends_on=D(2026, 12, 31), paper=PAPER, **by
    )
    merge_organisation(organisation=home, successor=other, on=D(2026, 11, 1), paper="9-QĐ/ĐU", **by)

    assert names(home, D(2026, 10, 31)) >= {"Hồ Thị Lan", "Ngô Thị Hạnh"}
    assert names(other, D(2026, 11, 1)) >= {"Hồ Thị Lan", "Ngô Thị Hạnh", "Phan Văn Tám"}
    assert names(home, D(2026, 11, 1)) == set()
    stay = Membership.objects.get(person=guest, cell=other)
    assert (stay.starts_on, stay.ends_on, stay.paper) == (D(2026, 11, 1), D(2026, 12, 31), "9-QĐ/ĐU")
    assert Person.objects.get(pk=lan.pk).organisation == other


def test_a_split_takes_each_member_to_the_cell_named(cast, by, lan, home, other):
    thcs = cast.organisation("thcs")
    will = Will([other, thcs], other, {("members", lan.pk): thcs})
    split_organisation(organisation=home, will=will, on=D(2026, 11, 1), paper="9-QĐ/ĐU", **by)
    assert "Hồ Thị Lan" in names(thcs)
    assert "Phan Văn Tám" in names(other)
    assert "Hồ Thị Lan" not in names(other)


def test_a_cell_cannot_have_ended_before_somebody_came_or_left(by, lan, home, other):
    services.transfer_member(member=lan, cell=other, on=D(2026, 11, 10), paper=PAPER, **by)
    with pytest.raises(ValidationError) as problem:
        merge_organisation(organisation=other, successor=home, on=D(2026, 11, 1), paper="9-QĐ/ĐU", **by)
    assert "Hồ Thị Lan là đảng viên ở đó từ ngày 10/11/2026" in str(problem.value)
    with pytest.raises(ValidationError) as problem:
        merge_organisation(organisation=home, successor=other, on=D(2026, 11, 1), paper="9-QĐ/ĐU", **by)
    assert "Hồ Thị Lan là đảng viên ở đó đến ngày 09/11/2026" in str(problem.value)


def test_who_comes_back_into_his_access_without_a_home_gets_one(cast, by, home):
    person = add_person(full_name="Lê Mới", organisation=home, **by)
    Membership.objects.filter(person=person).delete()
    deactivate_person(person=person, reason="Nghỉ.", **by)
    reactivate_person(person=person, reason="Trở lại.", **by)
    assert person.memberships.get().cell == home


def test_those_known_before_get_a_home_since_an_unknown_day(cast, home):
    lasting, gone = cast.person("sd_member"), cast.person("sd_deputy")
    Membership.objects.all().delete()
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    importlib.import_module("inspections.members.migrations.0002_first_homes").begin(apps, None)

    made = Membership.objects.get(person=lasting)
    assert (made.cell, made.starts_on, made.kind) == (home, None, "home")
    assert not Membership.objects.filter(person=gone).exists()
    assert Membership.objects.count() == Member.objects.filter(is_active=True).count()
