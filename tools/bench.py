"""Measures one submit and the pages people open most, on the large demo, and writes docs/performance.md.

`tools/bench.py [--communes 100] [--rounds 60] [--postgres postgres://…] [--page docs/performance.md]`. Each database
is made once and kept in var/bench (PostgreSQL: `bench_<communes>`); what is measured is a copy of it, so that every
run begins alike. Every candidate is asked in turn, in an order drawn anew for each round, so that a slow moment of the
machine meets all.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "bench"
WARM_UP = 10
READS = 15


def main() -> None:
    """Makes the databases, measures each in a process of its own, writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communes", type=int, default=100, help="of 100 cells each")
    parser.add_argument("--rounds", type=int, default=60, help="submits measured of each candidate")
    parser.add_argument("--postgres", default=os.environ.get("BENCH_POSTGRES", ""), help="server to measure on too")
    parser.add_argument("--page", default="docs/performance.md", help="written between its marks")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.rounds)))
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    found = {"SQLite": _run(sqlite_copy(options.communes), options.rounds)}
    if options.postgres:
        found["PostgreSQL"] = _run(postgres_copy(options.postgres, options.communes), options.rounds)
    from bench_report import write

    write(ROOT / options.page, found, options)


def environment_for(url: str) -> dict[str, str]:
    """The environment of a process that works on the database."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "project.settings.test",
        "DATABASE_URL": url,
        "FILES_ROOT": str(KEPT / "files"),
    }
    return {**os.environ, **settings, "PYTHONPATH": str(ROOT)}


def _run(url: str, rounds: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", "--rounds", str(rounds)]
    done = subprocess.run(command, env=environment_for(url), check=True, capture_output=True, text=True, cwd=ROOT)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _fill(url: str, communes: int) -> None:
    for command in (["migrate", "-v", "0"], ["demo", "--scale", "province", "--communes", str(communes)]):
        subprocess.run([sys.executable, "manage.py", *command], env=environment_for(url), check=True, cwd=ROOT)


def sqlite_copy(communes: int) -> str:
    kept, copy = KEPT / f"{communes}.sqlite3", KEPT / "copy.sqlite3"
    if not kept.exists():
        unfinished = KEPT / "unfinished.sqlite3"
        unfinished.unlink(missing_ok=True)
        _fill(f"sqlite:///{unfinished}", communes)
        unfinished.rename(kept)
    for one in KEPT.glob("copy.sqlite3*"):
        one.unlink()
    shutil.copyfile(kept, copy)
    return f"sqlite:///{copy}"


def postgres_copy(server: str, communes: int) -> str:
    import psycopg

    def named(name: str) -> str:
        return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))

    kept = f"bench_{communes}"
    with psycopg.connect(named("postgres").replace("postgres://", "postgresql://"), autocommit=True) as admin:
        there = {row[0] for row in admin.execute("select datname from pg_database")}
        if kept not in there:
            admin.execute("drop database if exists bench_unfinished")
            admin.execute("create database bench_unfinished")
            _fill(named("bench_unfinished"), communes)
            admin.execute(f"alter database bench_unfinished rename to {kept}")
        admin.execute("drop database if exists bench_copy")
        admin.execute(f"create database bench_copy template {kept}")
    return named("bench_copy")


def measured(rounds: int) -> dict[str, Any]:
    """All figures of the database that the settings name."""
    import django

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "version": _version(),
        "sizes": _sizes(),
        "submit": submits(rounds),
        "reads": reads(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
    }


def _version() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select sqlite_version()" if connection.vendor == "sqlite" else "show server_version")
        return str(cursor.fetchone()[0]).split()[0]


def _sizes() -> dict[str, int]:
    from viewflow.workflow.models import Task

    from inspections.cases.models import Case
    from inspections.deadlines.models import Deadline
    from inspections.organisations.models import Organisation
    from inspections.remedies.models import Correction
    from permissions.models import AuditEntry, OrganisationGrant
    from workflows.models import WorkItem

    return {
        "organisations": Organisation.objects.count(),
        "cases": Case.objects.count(),
        "tasks of the engine": Task.objects.count(),
        "work items": WorkItem.objects.count(),
        "work items open": WorkItem.objects.filter(done_at__isnull=True).count(),
        "clocks": Deadline.objects.count(),
        "clocks running": Deadline.objects.filter(state="running").count(),
        "corrections open": Correction.objects.open().count(),
        "grants on organisations": OrganisationGrant.objects.count(),
        "audit entries": AuditEntry.objects.count(),
    }


Times = list[tuple[float, float]]


def _timed(step: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the clock, and seconds of this process on a processor: the second bears a busy machine better."""
    begun, used = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - begun, time.process_time() - used


def _milliseconds(times: Times) -> dict[str, float]:
    ordered = sorted(wall for wall, _used in times)
    return {
        "cpu": statistics.median(used for _wall, used in times) * 1000,
        "least": ordered[0] * 1000,
        "median": statistics.median(ordered) * 1000,
        "p95": ordered[int(len(ordered) * 0.95)] * 1000,
        "n": len(ordered),
    }


@contextmanager
def _counted(found: dict[str, int], name: str) -> Iterator[None]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        yield
    found[name] = len(queries)


# --- one submit


def submits(rounds: int) -> dict[str, Any]:
    """Self-reports through the page, against the least that any such step writes, by hand and by plain Django."""
    from bench_steps import bare, orm, page

    candidates: dict[str, Callable[[int], None]] = {"bare": bare(), "orm": orm(), "page": page()}
    counts: dict[str, int] = {}
    for number in range(WARM_UP):
        for name, step in candidates.items():
            with _counted(counts, name):
                step(number)
    times: dict[str, Times] = {name: [] for name in candidates}
    drawn = random.Random(5)
    for number in range(WARM_UP, WARM_UP + rounds):
        for name in drawn.sample(sorted(candidates), len(candidates)):
            times[name].append(_timed(partial(candidates[name], number)))
    return {name: {"queries": counts[name], **_milliseconds(times[name])} for name in candidates}


# --- pages


def reads() -> list[dict[str, Any]]:
    """Each page as its reader asks for it, our own question of the same rows, and the bare SQL."""
    from bench_reads import QUESTIONS

    found = []
    for question in QUESTIONS:
        ways: dict[str, Callable[[], Any]] = {"bare": question.bare, "rows": question.rows, "page": question.page}
        counts: dict[str, int] = {}
        given: dict[str, Any] = {}
        for name, ask in ways.items():
            ask()
            with _counted(counts, name):
                given[name] = ask()
        times: dict[str, Times] = {name: [] for name in ways}
        drawn = random.Random(5)
        for _round in range(READS):
            for name in drawn.sample(sorted(ways), len(ways)):
                times[name].append(_timed(ways[name]))
        for name in ways:
            found.append(
                {
                    "page": question.name,
                    "way": name,
                    "size": given[name],
                    "queries": counts[name],
                    **_milliseconds(times[name]),
                }
            )
    return found


if __name__ == "__main__":
    main()
