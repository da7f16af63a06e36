"""Every figure of the standing checks is the length of its list, for everybody and every organisation of the world."""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.checks.queries import standing_checks
from permissions import policy
from tests.browse import logged_in
from tests.permissions.world import World

pytestmark = pytest.mark.django_db
TODAY = D(2026, 11, 23)
READERS = ["chair", "secretary", "province_secretary", "dm_secretary", "stranger"]


@pytest.mark.parametrize("reader", READERS)
def test_every_figure_is_the_length_of_its_list(world: World, reader: str):
    user, client = world.cast[reader], logged_in(world.cast[reader])
    viewer = policy.viewer_for(user)
    tops = [None, *(world.row("committee", place) for place in ("own", "sibling", "parent", "child"))]
    differing = []
    for top in tops:
        for check, figure, rows in standing_checks(viewer, top, TODAY):
            asked = {"organisation": top.pk} if top is not None else {}
            page = client.get(check.url, asked)
            if top is not None and not viewer.is_above("see_board", top.path):
                assert page.status_code == 422  # it is none he may choose
                continue
            listed = page.context["page"].paginator.count
            if listed != figure or len(rows) != min(figure, 5):
                differing.append((check.code, top, figure, listed))
    assert differing == []
    shown = client.get(reverse("checks:list")).context
    total = sum(figure for _check, figure, _rows in standing_checks(viewer, None, TODAY))
    assert sum(one.figure for one in shown["finding"]) == total
    if reader != "dm_secretary":
        assert total > 0


def test_nobody_is_told_of_what_he_does_not_see_or_lead(world: World):
    """Of what the neighbour has, and of what lies above."""
    told = {
        str(row.told.organisation)
        for one in standing_checks(policy.viewer_for(world.cast["stranger"]), None, TODAY)
        for row in one.rows
    }
    assert told <= {
        "Chi bộ Tổ dân phố 7",
        "UBKT Đảng uỷ phường Bến Lau",
        "Đảng bộ phường Bến Lau",
        "Chi bộ chờ Sibling",
    }
