"""The sweep is killed at moments nobody chose and begun again: each rung once, whole or not at all.

The process is forked, so that a kill costs no start of the program. A failure tells its seed: CRASH_SEED=…"""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import date as D
from typing import Any

import pytest
from django.db import connections

from inspections.calendars.rules import days_after
from inspections.reminders.models import Reminder, Rung
from inspections.reminders.services import sweeping
from permissions import audit
from tests.cast import NOW
from tests.reminders.clocks import swept
from tests.reminders.many import MANY, deadlines, half_done, not_once
from workflows.invariants import reminders as invariants

SEED = int(os.environ.get("CRASH_SEED", random.SystemRandom().randrange(10**9)))
DUE = D(2026, 12, 1)


def in_a_process(work: Callable[[], Any]) -> int:
    """Begins the work in a process of its own and returns its id."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def killed(work: Callable[[], Any], after: float) -> bool:
    """Whether the work, killed after so many seconds, had come to its end before."""
    child = in_a_process(work)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return os.WIFEXITED(os.waitpid(child, 0)[1])


def test_killed_again_and_again_each_rung_goes_out_once(lasting_db, cast, monkeypatch, request):
    request.node.add_report_section("setup", "moments", f"CRASH_SEED={SEED}")
    drawn = random.Random(SEED)
    monkeypatch.setattr(sweeping, "CHUNK", 30)
    Rung.objects.update(tells_owing=True, tells_watching=True, tells_leaders=False)
    deadlines(cast, DUE)
    rungs = list(Rung.objects.order_by("days"))
    begun = time.monotonic()
    swept(days_after(DUE, rungs[0].days).isoformat())
    took = time.monotonic() - begun
    fell_inside = 0
    for rung in rungs[1:]:
        day = days_after(DUE, rung.days).isoformat()
        ended = killed(lambda day=day: swept(day), took * drawn.uniform(0.05, 1.1))
        there = Reminder.objects.filter(rung=rung).count()
        fell_inside += not ended and 0 < there < MANY
        assert half_done(rung.code) == 0, f"killed at {there} of {rung.code}"
        done = swept(day)
        assert done.sent == MANY - there
        assert not_once(rung.code) == []
    assert len(rungs) == 9
    checks = (invariants.once_a_rung, invariants.none_too_late, invariants.all_caught_up)
    breaches = [breach for check in checks for breach in check(NOW)]
    assert breaches == list(audit.faults()) == []
    request.node.add_report_section("call", "kills", f"{fell_inside} of {len(rungs) - 1} fell into the sweep")


@pytest.mark.parametrize("workers", [2])
def test_two_sweeps_at_once_share_the_work(lasting_db, cast, monkeypatch, workers):
    monkeypatch.setattr(sweeping, "CHUNK", 30)
    Rung.objects.update(tells_owing=True, tells_watching=True, tells_leaders=False)
    deadlines(cast, DUE)
    day = days_after(DUE, 7).isoformat()
    children = [in_a_process(lambda: swept(day)) for _worker in range(workers)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * workers
    swept(day)
    assert not_once("letter") == []
    assert list(audit.faults()) == []
