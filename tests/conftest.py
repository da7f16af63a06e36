"""Fixtures of all tests."""

from collections.abc import Iterator

import pytest
from django.db import connection

from permissions import triggers
from tests.permissions import world as worlds
from tests.real_browser import browser_type_launch_args as browser_type_launch_args
from tests.real_browser import browsers as browsers
from tests.real_browser import playwright as playwright
from tests.real_browser import server as server
from tests.standing import _standing_cast as _standing_cast
from tests.standing import cast as cast
from tests.standing import pytest_runtest_setup as pytest_runtest_setup


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file that works in the world is run by one worker, so that its world is made once; the long matrix by all."""
    for item in items:
        if "world" in getattr(item, "fixturenames", ()) and item.path.stem != "test_access_matrix":
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[worlds.World]:
    """Four places at work, on the morning of the tests: made once for a file, whose tests are rolled back inside it."""
    with django_db_blocker.unblock(), worlds.standing(tmp_path_factory.mktemp("files")) as built:
        yield built


@pytest.fixture
def _as_it_was_migrated(django_db_setup, django_db_blocker):
    """After the tables were emptied: what migrations wrote is there again for whatever test comes next."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
        triggers.create(connection)


@pytest.fixture
def lasting_db(_as_it_was_migrated, django_db_serialized_rollback, transactional_db):
    """A database in which transactions really end, for threads and servers; what migrations wrote is there.

    Name it before `cast`. The audit's triggers step aside while the tables are emptied."""
    yield
    triggers.drop(connection)
