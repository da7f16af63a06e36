"""Who asks the pages of the world."""

import pytest

from tests.permissions.desk import Desk
from tests.permissions.world import World


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Everybody logged in once; what a test changes in a session is undone with the rest."""
    return Desk()
