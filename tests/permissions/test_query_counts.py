"""How many queries a page takes: as the table says, and no more when it shows three times as much."""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.permissions.desk import Desk, address
from tests.permissions.growth import grow, plan, sizes
from tests.permissions.matrix import ROUTES
from tests.permissions.world import OWN, Branch, World

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TABLE = Path(__file__).with_name("query_counts.json")


@pytest.fixture(scope="module")
def warm(world: World, desk: Desk) -> Desk:
    """The desk at which every page was asked once: what a process keeps in memory (types, permissions) is there."""
    counted(world, desk)
    return desk


def counted(world: World, desk: Desk) -> dict[str, int]:
    """Name of each address that takes GET -> the queries of its page at the own place, asked by its holder."""
    found = {}
    for route in ROUTES:
        if route.get is None:
            continue
        url, who = address(route, world, OWN), route.user_name("holder")
        with CaptureQueriesContext(connection) as queries:
            response = desk.ask(who, "GET", url)
        assert response.status_code in (200, 302), route.name
        found[route.name] = len(queries)
    return found


def test_every_page_takes_the_queries_of_the_table(world: World, warm: Desk):
    """After a change that is meant: `UPDATE_QUERY_COUNTS=1 pytest tests/permissions/test_query_counts.py`."""
    found = counted(world, warm)
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        TABLE.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
    table = json.loads(TABLE.read_text())
    differing = {
        name: f"{table.get(name)} in the table, {found.get(name)} now"
        for name in table.keys() | found.keys()
        if table.get(name) != found.get(name)
    }
    assert not differing


def test_three_times_as_many_rows_take_the_same_number_of_queries(world: World, warm: Desk):
    plan(Branch(world.cast, OWN), world.row("correction"))
    rows, few = sizes(world), counted(world, warm)
    grow(world)
    more, many = sizes(world), counted(world, warm)
    assert not {name: (rows[name], more[name]) for name in rows if more[name] < 3 * rows[name] or not rows[name]}
    growing = {name: f"{few[name]}, then {many[name]}" for name in few if many[name] != few[name]}
    assert not growing
