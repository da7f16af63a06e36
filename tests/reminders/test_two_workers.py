"""Two real workers take the sweep's job at once; one is killed in the middle: each rung goes out once, none is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from inspections.calendars.rules import days_after
from inspections.reminders.models import Reminder, Rung
from tests.crash.server import PATIENCE, database_url
from tests.reminders.many import MANY, deadlines, half_done, not_once


class Worker:
    """`manage.py qcluster`, as the docs start it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.log = folder / name
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.reminders.worker_settings",
            "DATABASE_URL": database_url(),
            "CRASH_FILES": str(folder),
            "TMPDIR": str(folder),
        }
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=settings.BASE_DIR, start_new_session=True, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """It is gone with all its children, whatever they are at."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=PATIENCE)


def wait_until(true: Callable[[], bool], *workers: Worker) -> None:
    for _attempt in range(PATIENCE * 10):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("\n".join(worker.log.read_text() for worker in workers))


@pytest.fixture
def workers(lasting_db, tmp_path):
    started: list[Worker] = []

    def start(name: str) -> Worker:
        started.append(Worker(tmp_path, name))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()


def test_two_workers_and_one_killed(lasting_db, cast, workers):
    Rung.objects.update(tells_owing=True, tells_watching=True, tells_leaders=False)
    deadlines(cast, days_after(timezone.localdate(), -7))
    for _job in range(2):
        async_task("tests.reminders.slowly.sweep_slowly")
    first, second = workers("first"), workers("second")
    sent = Reminder.objects.filter(rung__code="letter")
    wait_until(lambda: sent.count() >= 30, first, second)
    first.kill()
    assert half_done("letter") == 0
    # the killed one's job comes back by itself; whoever is left does it
    wait_until(lambda: sent.count() == MANY and not OrmQ.objects.exists(), second)
    assert not_once("letter") == []
