"""One world for all tests of rights: made once, every test inside it is rolled back by itself."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction

from tests.cast import NOW
from tests.permissions import world as worlds
from tests.permissions.desk import Desk


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker) -> Iterator[worlds.World]:
    """The four places, on the morning of the tests; gone after the last of them."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def desk(world: worlds.World) -> Desk:
    """Everybody logged in once; what a test changes in a session is undone with the rest."""
    return Desk()
