"""The main job in a real browser: from three spreadsheets to a correction accepted."""

import pytest

from inspections.organisations.models import User
from tests.real_browser import World
from tests.scenarios.main_job import start
from tests.scenarios.main_job.cast import ADMINISTRATOR, FIRST_PASSWORD, Players

pytestmark = pytest.mark.browser


def test_the_main_job(world: World):
    User.objects.create_superuser(ADMINISTRATOR, password=FIRST_PASSWORD)
    players = Players(world)
    start.organisations(players)
    start.offices(players)
    start.programme(players)
