"""The server is killed at moments that nobody chose, while people sign and report; then it is asked what is there.

What was answered is there once; what was not is there wholly or not at all, and asking again does it once. A handful
of rounds each time, from a seed of its own that a failure tells. Many rounds, or the same again:
CRASH_ROUNDS=500 CRASH_SEED=… pytest tests/crash/test_random_kills.py
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from inspections.cases.models import Case, Paper
from inspections.documents import storage
from inspections.documents.models import Attachment
from inspections.documents.queries import issued_about
from inspections.organisations.models import User
from permissions import audit
from permissions.models import AuditEntry
from project.demo import stories
from project.demo.cast import Cast
from project.demo.drive import PDF, item_of, open_steps, pdf
from tests.cast import NOW
from tests.crash.server import PATIENCE, Server
from tests.crash.test_killed import server as server
from tests.stored import everything_stored
from workflows.invariants import INVARIANTS
from workflows.models import CaseCourse

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "3"))
SEED = int(os.environ.get("CRASH_SEED", random.SystemRandom().randrange(10**9)))
# so many rounds have one server; the next begin anew
MOST = 20
BATCHES = [min(MOST, ROUNDS - start) for start in range(0, ROUNDS, MOST)]
# of so many rounds one kill at least falls before the answer: all fall after it once in a hundred thousand times
MANY = 10
# of the time that an unharmed deed took last: before it nothing is written yet, beyond it some have their answer
FROM, TO = 0.2, 1.3
# of so many kills one takes the master too, which costs seconds to start anew
WHOLE = 0.1


@dataclass
class Deed:
    """A form that somebody sends once, and what is there when it was done once."""

    name: str
    user: User
    address: str
    data: Callable[[], dict[str, Any]]
    once: Callable[[], dict[str, bool]]

    def missing(self) -> list[str]:
        return [what for what, is_once in self.once().items() if not is_once]


def signing(cast: Cast, number: int) -> Deed:
    case = stories.proposed(cast, content=f"Việc số {number}")
    return Deed(
        f"sign {case.pk}",
        cast["chair"],
        item_of(case, "sign").get_absolute_url(),
        lambda: {"outcome": "sign"},
        lambda: {
            "stage": Case.objects.get(pk=case.pk).stage == Case.Stage.ORDERED,
            "courses": CaseCourse.objects.filter(case=case).count() == 1,
            "numbers": len(issued_about(case)) == 2,
            "papers": Paper.objects.filter(case=case).count() == 2,
            "entries": AuditEntry.objects.filter(chain=audit.chain_of(case), verb="sign_case").count() == 1,
            "steps": open_steps(case) == ["prepare"],
        },
    )


def reporting(cast: Cast, number: int) -> Deed:
    case = stories.signed(cast, stories.proposed(cast, content=f"Việc số {number}"))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    papers = Paper.objects.filter(case=case, kind__code="self_report")
    return Deed(
        f"report {case.pk}",
        cast["dm_secretary"],
        item_of(case.subjects.get(), "self_report").get_absolute_url(),
        lambda: {"text": f"Tự kiểm tra {number}.", "files": pdf("tu-kiem-tra.pdf", PDF + b"%d" % number * 50_000)},
        lambda: {
            "papers": papers.count() == 1,
            "files": Attachment.objects.filter(item_id__in=papers.values("pk")).count() == 1,
            "bytes": list(storage.damaged()) == [],
            "entries": AuditEntry.objects.filter(chain=audit.chain_of(case), verb="submit_self_report").count() == 1,
            "steps": open_steps(case) == ["verify"],
        },
    )


@pytest.fixture
def drawn(request: pytest.FixtureRequest, batch: int) -> random.Random:
    """What draws the moments; its seed is told with a failure."""
    request.node.add_report_section("setup", "moments", f"CRASH_SEED={SEED} CRASH_ROUNDS={ROUNDS}, batch {batch}")
    return random.Random(f"{SEED}:{batch}")


class Killing:
    """A kill of the server that falls after some seconds, in a thread of its own."""

    def __init__(self, server: Server, seconds: float, *, whole: bool) -> None:
        self.kill = partial(server.kill, whole=whole)
        self.problem: Exception | None = None
        self.timer = threading.Timer(seconds, self._fall)
        self.timer.start()

    def _fall(self) -> None:
        try:
            self.kill()
        except Exception as problem:
            self.problem = problem

    def wait(self) -> None:
        """Returns when it has fallen; raises what went wrong with it, which would else end with its thread."""
        self.timer.join()
        if self.problem is not None:
            raise self.problem


def test_a_kill_that_fails_fails_the_round(tmp_path: Path):
    killing = Killing(Server(tmp_path), 0, whole=False)  # a server that was never started
    with pytest.raises(AssertionError):
        killing.wait()


def timed(server: Server, deed: Deed) -> tuple[int | None, float]:
    """The answer to a deed, and after how many seconds it came."""
    begun = time.monotonic()
    return server.ask(deed.user, deed.address, deed.data()), time.monotonic() - begun


def settled() -> None:
    """Returns when the database has ended what the killed process had begun: PostgreSQL notices a moment later."""
    if connection.vendor != "postgresql":
        return
    busy = (
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and state <> 'idle'"
    )
    with connection.cursor() as cursor:
        for _attempt in range(PATIENCE * 20):
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)
    raise AssertionError("what a killed process had begun goes on and on")


def faults() -> Iterator[Any]:
    for one in INVARIANTS:
        yield from one.breaches(NOW)
    yield from audit.faults()


@pytest.mark.parametrize("batch", range(len(BATCHES)))
def test_killed_at_any_moment_all_is_there_or_nothing(
    server: Server, cast: Cast, drawn: random.Random, batch: int, request: pytest.FixtureRequest
):
    kinds = [signing, reporting]
    deeds = {}
    for kind in kinds:
        deeds[kind] = kind(cast, 0)
        server.log_in(deeds[kind].user)
    server.start()
    took, done = {}, []
    for kind, deed in deeds.items():
        status, took[kind] = timed(server, deed)
        assert status == 302
        done.append(deed)
    told = {"answered": 0, "there": 0, "not there": 0}
    for number in range(1, BATCHES[batch] + 1):
        kind = kinds[number % 2]
        deed = kind(cast, number)
        before = everything_stored()
        seconds, whole = took[kind] * drawn.uniform(FROM, TO), drawn.random() < WHOLE
        where = f"round {number}, {deed.name}, killed after {seconds:.3f} s{' with all' if whole else ''}"
        killing = Killing(server, seconds, whole=whole)
        status = server.ask(deed.user, deed.address, deed.data())
        killing.wait()
        if whole:
            server.start()
        server.wait()
        settled()
        assert status in (302, None), f"{where}: {status}"
        missing = deed.missing()
        if status == 302:
            assert missing == [], f"{where}: was answered and is not there"
            told["answered"] += 1
        elif missing:
            assert everything_stored() == before, f"{where}: something is left"
            told["not there"] += 1
        else:
            told["there"] += 1
        assert list(faults()) == [], where
        again, seconds = timed(server, deed)
        assert again == (302 if missing else 409), f"{where}: asked again {again}"
        if missing:
            took[kind] = seconds
        done.append(deed)
        assert {one.name: one.missing() for one in done if one.missing()} == {}, where
    assert list(faults()) == []
    request.node.add_report_section("call", "rounds", str(told))
    if BATCHES[batch] >= MANY:
        assert told["answered"] < BATCHES[batch], "no kill fell before an answer: the moments are drawn too late"
