"""One world for all tests of rights: made once, every test inside it is rolled back by itself."""

from collections.abc import Iterator

import pytest

from tests.permissions import world as worlds
from tests.permissions.desk import Desk


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[worlds.World]:
    """The four places, on the morning of the tests; gone after the last of them."""
    with django_db_blocker.unblock(), worlds.standing(tmp_path_factory.mktemp("files")) as built:
        yield built


@pytest.fixture(scope="package")
def desk(world: worlds.World) -> Desk:
    """Everybody logged in once; what a test changes in a session is undone with the rest."""
    return Desk()
