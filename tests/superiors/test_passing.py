"""Who follows a cell when it merges or ends, by the verbs that do it."""

from datetime import date as D

import pytest

from inspections.organisations.services import end_organisation, merge_organisation
from inspections.superiors.models import Following
from permissions.models import AuditEntry
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def test_a_merger_ends_and_passes_who_follows_and_says_so(cast):
    Following.objects.create(
        person=cast.person("deputy_secretary"), organisation=cast.organisation("dong_muoi"), starts_on=D(2026, 11, 1)
    )
    merge_organisation(
        acting_user=cast.root,
        organisation=cast.organisation("dong_muoi"),
        successor=cast.organisation("suoi_da"),
        on=NOW.date(),
        paper="9-QĐ/ĐU",
        now=NOW,
    )
    old, new = Following.objects.order_by("pk")
    assert (old.ends_on, new.starts_on, new.ends_on) == (D(2026, 11, 22), D(2026, 11, 23), None)
    assert new.organisation == cast.organisation("suoi_da")
    entry = AuditEntry.objects.get(verb="merge_organisation")
    assert entry.new["ended"]["followings"] == [old.pk]


def test_a_cell_that_ends_for_good_is_followed_to_its_last_day(cast):
    cast.add_organisation("empty", "Chi bộ thôn Cuối", "cell", "commune", "97.101.009.000.000", "CB")
    cell = cast.organisation("empty")
    Following.objects.create(person=cast.person("deputy_secretary"), organisation=cell, starts_on=D(2026, 11, 1))
    end_organisation(acting_user=cast.root, organisation=cell, last_day=NOW.date(), paper="9-QĐ/ĐU", now=NOW)
    assert Following.objects.get().ends_on == NOW.date()
