"""Fixtures of all tests."""

import gc

import pytest
from django.db import connection

from inspections.meetings.queries import KEPT_LINES
from permissions import triggers
from tests.migrated import _keep_as_migrated as _keep_as_migrated
from tests.migrated import django_db_keepdb as django_db_keepdb
from tests.real_browser import browser_type_launch_args as browser_type_launch_args
from tests.real_browser import browsers as browsers
from tests.real_browser import playwright as playwright
from tests.real_browser import server as server
from tests.standing import _what_stands as _what_stands
from tests.standing import cast as cast
from tests.standing import pytest_collection_modifyitems as pytest_collection_modifyitems
from tests.standing import pytest_runtest_setup as pytest_runtest_setup
from tests.standing import world as world


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so garbage is not looked for in it; and less often in the
    rest, of which each page makes a lot that goes by itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


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
    KEPT_LINES.clear()  # what a process keeps of committed rows: these go
    triggers.drop(connection)
