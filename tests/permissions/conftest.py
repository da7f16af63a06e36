"""One world for all tests of rights: made once, every test inside it is rolled back by itself."""

from collections.abc import Iterator

import pytest

from tests.permissions import world as worlds


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[worlds.World]:
    """The four places, on the morning of the tests; gone after the last of them."""
    with django_db_blocker.unblock(), worlds.standing(tmp_path_factory.mktemp("files")) as built:
        yield built
