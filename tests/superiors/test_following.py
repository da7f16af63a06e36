"""Who follows a cell reads its meetings as long as he holds an office above it; what becomes of both."""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.meetings.models import Meeting
from inspections.organisations.models import Organisation
from inspections.organisations.services import (
    Ending,
    end_office,
    give_office,
    move_organisation,
)
from inspections.superiors.models import Following
from inspections.superiors.services.passing import followings_end_along
from permissions import policy
from tests.browse import logged_in
from tests.cast import NOW
from tests.permissions.world import World

pytestmark = pytest.mark.django_db


def seen_of(world: World, cell: Organisation, who: str = "follower") -> list[int]:
    """The meetings of the cell that the person sees today, by id."""
    user = type(world.cast[who]).objects.get(username=who)
    return list(policy.visible(user, Meeting.objects.filter(organisation=cell), NOW).values_list("pk", flat=True))


def test_who_goes_to_another_committee_reads_the_cells_of_the_former_no_more(world: World):
    cast, cell = world.cast, world.row("meeting_cell")
    assert seen_of(world, cell)
    end_office(acting_user=cast.root, office=cast.offices["follower"], last_day=D(2026, 11, 22), now=NOW, paper="8-QĐ")
    give_office(
        acting_user=cast.root,
        person=cast.person("follower"),
        role="committee_member",
        organisation=cast.organisation("ward"),
        starts_on=NOW.date(),
        now=NOW,
        paper="9-QĐ",
    )
    assert Following.objects.filter(person=cast.person("follower"), organisation=cell, ends_on=None).exists()
    assert seen_of(world, cell) == []
    page = logged_in(cast["follower"]).get(reverse("superiors:cell", args=[cell.pk]))
    assert page.status_code == 404


def test_a_cell_that_goes_to_another_committee_is_read_by_its_former_one_no_more(world: World):
    cast, cell = world.cast, world.row("meeting_cell")
    assert seen_of(world, cell)
    move_organisation(
        acting_user=cast.root,
        organisation=cell,
        parent=cast.organisation("ward"),
        code="97.102.009.000.000",
        on=NOW.date(),
        paper="9-QĐ/TU",
        now=NOW,
    )
    assert Following.objects.filter(person=cast.person("follower"), organisation=cell, ends_on=None).exists()
    assert seen_of(world, cell) == []


def test_who_follows_a_cell_follows_the_one_that_takes_its_place(world: World):
    cast, cell = world.cast, world.row("meeting_cell")
    given = {"person": cast.person("follower"), "starts_on": D(2026, 11, 1)}
    Following.objects.all().delete()
    open_one = Following.objects.create(organisation=cell, **given)
    begun = {"person": cast.person("deputy_secretary"), "starts_on": D(2026, 11, 1)}
    short = Following.objects.create(organisation=cell, ends_on=D(2026, 12, 31), **begun)
    over = Following.objects.create(organisation=cell, ends_on=D(2026, 11, 5), **given)
    found = followings_end_along(Ending(cell, [cast.organisation("thcs")], D(2026, 11, 22), "9-QĐ/ĐU", NOW))
    assert found == {"followings": [open_one.pk, short.pk]}
    told = Following.objects.order_by("pk").values_list("person", "organisation", "starts_on", "ends_on", "paper")
    old, new, last, first = cell.pk, cast.organisation("thcs").pk, D(2026, 11, 22), D(2026, 11, 23)
    one, other = cast.person("follower").pk, cast.person("deputy_secretary").pk
    assert list(told) == [
        (one, old, D(2026, 11, 1), last, ""),
        (other, old, D(2026, 11, 1), last, ""),
        (one, old, D(2026, 11, 1), D(2026, 11, 5), ""),
        (one, new, first, None, "9-QĐ/ĐU"),
        (other, new, first, D(2026, 12, 31), "9-QĐ/ĐU"),
    ]
    assert Following.objects.get(pk=over.pk).ends_on == D(2026, 11, 5)


def test_who_follows_the_successor_already_follows_it_once(world: World):
    cast, cell = world.cast, world.row("meeting_cell")
    new = cast.organisation("thcs")
    Following.objects.all().delete()
    given = {"person": cast.person("follower")}
    old = Following.objects.create(organisation=cell, starts_on=D(2026, 12, 1), **given)
    Following.objects.create(organisation=new, starts_on=D(2026, 11, 1), **given)
    followings_end_along(Ending(cell, [new], D(2026, 11, 22), "9-QĐ/ĐU", NOW))
    assert Following.objects.filter(organisation=new).count() == 1
    # it was to begin after the last day of the cell
    assert Following.objects.get(pk=old.pk).ends_on == D(2026, 12, 1)
