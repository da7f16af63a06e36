"""The main job in a real browser: from three spreadsheets to a correction accepted, by the people whose job it is.

Pictures of the pages on the way: test-artefacts/test_the_main_job/."""

import pytest

from inspections.cases.models import Case
from inspections.organisations.models import User
from permissions import audit
from tests.real_browser import Browsers
from tests.scenarios.main_job import case, corrections, start
from tests.scenarios.main_job.cast import ADMINISTRATOR, FIRST_PASSWORD, Players
from workflows.models import WorkItem

pytestmark = pytest.mark.browser


def test_the_main_job(browsers: Browsers):
    User.objects.create_superuser(ADMINISTRATOR, password=FIRST_PASSWORD)
    players = Players(browsers)

    start.organisations(players)
    start.offices(players)
    start.programme(players)

    case.opened_and_signed(players)
    case.prepared_and_announced(players)
    case.self_reported(players)
    case.verified(players)
    case.answered(players)
    case.reported_and_concluded(players)
    case.noticed(players)

    corrections.planned(players)
    corrections.carried_out(players)
    corrections.seen_by_the_leader(players)

    # what is left in the database: one case, closed; one step open, the plan of the cell that is late; a whole trail
    assert Case.objects.get().stage == Case.Stage.CLOSED
    assert [one.task.flow_task.name for one in WorkItem.objects.filter(done_at__isnull=True)] == ["plan"]
    assert list(audit.faults()) == []
