"""A member is moved at the moment at which a cell of his merges: both wait for the cells first, then for the people.

Real threads on the database of the run: PostgreSQL with row locks, SQLite with one writer at a time."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.members import services
from inspections.members.models import Membership
from inspections.organisations.models import Person, Succession
from inspections.organisations.services import merge_organisation
from permissions.verdicts import NotNow
from tests.cast import NOW
from tests.members.conftest import PAPER
from tests.racing import once, posting, race, widen
from workflows.invariants import members as invariants

BEFORE, TODAY = D(2026, 11, 20), D(2026, 11, 23)


@pytest.fixture
def slow(monkeypatch):
    """Every verb rests before its entry, while it holds what it locked; nothing that waits is tried again."""
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)
    return widen(monkeypatch, 0.8)


def merging(cast, old, new, on=TODAY):
    return lambda: merge_organisation(
        acting_user=cast.root,
        organisation=cast.organisation(old),
        successor=cast.organisation(new),
        on=on,
        paper="9-QĐ/ĐU",
        now=NOW,
    )


def transferring(cast, member, to):
    cell = cast.organisation(to)
    return lambda: services.transfer_member(
        acting_user=cast.root, member=member, cell=cell, on=BEFORE, paper=PAPER, now=NOW
    )


def settled(member):
    """The cell of the member; where he belongs does not contradict itself."""
    assert [*invariants.homes_agree(NOW), *invariants.stretches_apart(NOW)] == []
    return Person.objects.get(pk=member.pk).organisation


def test_who_leaves_a_cell_that_merges_stays_where_he_went(lasting_db, cast, lan, slow):
    home, succession = race(transferring(cast, lan, "dong_muoi"), once(slow, merging(cast, "suoi_da", "thcs")))
    assert isinstance(home, Membership), home
    assert isinstance(succession, Succession), succession
    assert settled(lan) == cast.organisation("dong_muoi")


def test_nobody_comes_to_a_cell_that_merges_at_that_moment(lasting_db, cast, lan, slow):
    succession, refusal = race(merging(cast, "dong_muoi", "thcs"), once(slow, transferring(cast, lan, "dong_muoi")))
    assert isinstance(succession, Succession), succession
    assert isinstance(refusal, NotNow), refusal
    assert settled(lan) == cast.organisation("suoi_da")


def test_who_is_taken_along_is_not_moved_as_if_he_had_stayed(lasting_db, cast, lan, slow):
    succession, refusal = race(merging(cast, "suoi_da", "thcs"), once(slow, transferring(cast, lan, "dong_muoi")))
    assert isinstance(succession, Succession), succession
    assert isinstance(refusal, NotNow | ValidationError), refusal
    assert settled(lan) == cast.organisation("thcs")


def test_into_the_successor_both_ways_wait_for_each_other_once(lasting_db, cast, lan, slow):
    home, succession = race(transferring(cast, lan, "dong_muoi"), once(slow, merging(cast, "suoi_da", "dong_muoi")))
    assert isinstance(home, Membership), home
    assert isinstance(succession, Succession), succession
    assert settled(lan) == cast.organisation("dong_muoi")


def test_the_page_that_ends_a_stay_holds_the_cells_before_the_stay(lasting_db, cast, lan, slow):
    stay = services.send_temporarily(
        acting_user=cast.root,
        member=lan,
        cell=cast.organisation("dong_muoi"),
        starts_on=D(2026, 9, 1),
        paper=PAPER,
        now=NOW,
    )
    address = reverse("members:end_stay", args=[stay.pk])
    ending = posting(cast["administrator"], address, {"last_day": "10/11/2026"})
    answer, succession = race(ending, once(slow, merging(cast, "dong_muoi", "suoi_da")))
    assert answer.status_code == 302, answer
    assert isinstance(succession, Succession), succession
    stay.refresh_from_db()
    assert stay.ends_on == D(2026, 11, 10)
    assert settled(lan) == cast.organisation("suoi_da")
