"""Everybody at the world's desk."""

import pytest

from tests.permissions import world as worlds
from tests.permissions.desk import Desk


@pytest.fixture(scope="module")
def desk(world: worlds.World) -> Desk:
    """Everybody logged in once; what a test changes in a session is undone with the rest."""
    return Desk()
