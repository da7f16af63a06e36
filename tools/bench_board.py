"""Measures the board's figures against SQL by hand, and the page: 10,000 cells, 200,000 clocks of which 20,000 are
open, a million audit entries beside them (bench_board_data.py); root and branch, interleaved.

`tools/bench_board.py [--postgres postgres://…]`. Each database is made once and kept in var/bench (PostgreSQL:
`bench_board`); the table is written into docs/performance.md.
"""

import argparse
import datetime
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench import KEPT, ROOT, environment_for
from bench_report import load, put

BY_HAND = "SQL by hand"
ROUNDS = 20


def main() -> None:
    """Makes the databases, measures each in a process of its own, writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default=os.environ.get("BENCH_POSTGRES", ""), help="server to measure on too")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured()))
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    urls = {"SQLite": f"sqlite:///{KEPT / 'board.sqlite3'}"}
    if options.postgres:
        urls["PostgreSQL"] = _made(options.postgres)
    found = {}
    for name, url in urls.items():
        command = [sys.executable, __file__, "--measure"]
        done = subprocess.run(command, env=environment_for(url), check=True, capture_output=True, text=True, cwd=ROOT)
        found[name] = json.loads(done.stdout.splitlines()[-1])
    put("board", told(found))


def _made(server: str) -> str:
    """The address of the database of the board on a server, made when it is missing."""
    import psycopg

    def named(name: str) -> str:
        return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))

    with psycopg.connect(named("postgres").replace("postgres://", "postgresql://"), autocommit=True) as admin:
        if ("bench_board",) not in admin.execute("select datname from pg_database").fetchall():
            admin.execute("create database bench_board")
    return named("bench_board")


def told(found: dict[str, dict[str, dict[str, list[float]]]]) -> list[str]:
    """A table: each question a line, database and reader a column."""
    heads = [f"{name} {who}" for name, one in found.items() for who in one]
    lines = ["| what | " + " | ".join(heads) + " | queries |", "|-|" + "-|" * (len(heads) + 1)]
    some = next(iter(next(iter(found.values())).values()))
    for way in some:
        cells, counts = [], set()
        for one in found.values():
            for ways in one.values():
                least, middle, queries = ways[way]
                base = ways[BY_HAND][0]
                cells.append(f"{least:.1f} / {middle:.1f}" + ("" if way == BY_HAND else f", {least / base:.1f} ×"))
                counts.add(int(queries))
        lines.append(f"| {way} | " + " | ".join(cells) + f" | {', '.join(map(str, sorted(counts)))} |")
    how = (
        f"Least and median milliseconds of {ROUNDS} rounds, ratio of the least to that of SQL by hand; of the "
        "processor on SQLite, where all is done in the one process, on the clock on PostgreSQL."
    )
    return [*lines, "", f"{how} {load()}"]


def told_by_hand(parameters: tuple[Any, ...]) -> dict[str, list[int]]:
    """Place -> the numbers that SQL by hand tells, which are those of the board: no less work is measured."""
    from bench_sql import BOARD
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BOARD, parameters)
        return {place: numbers for place, *numbers, _oldest in cursor.fetchall()}


def asked_for(client: Any, address: str) -> int:
    """The bytes of a page."""
    page = client.get(address)
    assert page.status_code == 200
    return len(page.content)


def measured() -> dict[str, dict[str, list[float]]]:
    """Reader -> question and way -> milliseconds, queries; the database is filled when it is empty."""
    import django

    django.setup()
    from bench_board_data import add_trail, fill
    from bench_sql import BOARD
    from bench_sql import bare as by_hand
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone

    from inspections.calendars.rules import days_after
    from inspections.organisations.models import Organisation, User
    from inspections.organisations.rules import STEP, path_end
    from inspections.reports.queries.board import Asked, board, counted, tops_of
    from inspections.reports.queries.counting import counts_by_place
    from inspections.reports.queries.pictures import overdue_at_month_ends, trend
    from inspections.reports.rules import NUMBERS, STEPS
    from permissions import policy

    call_command("migrate", verbosity=0)
    if not Organisation.objects.exists():
        fill()
    if add_trail():
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    today: datetime.date = timezone.localdate()
    soon = [day for days in STEPS for day in (today, days_after(today, days))]
    # what others do on the machine lengthens what is told by the clock
    watch = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    found = {}
    for who in ("root", "branch"):
        user = User.objects.select_related("person").get(username=f"{who}_leader")
        viewer = policy.viewer_for(user)
        policy.bars_of(viewer)
        (path,) = tops_of(viewer)
        asked, past = Asked(today), Asked(today, as_of=days_after(today, -40))
        client = Client()
        client.force_login(user)
        parameters = (len(path) + STEP, *soon, today, today, today, path, path_end(path))
        bare = by_hand(BOARD, *parameters)
        assert told_by_hand(parameters) == {
            place: [getattr(one, name) for name in NUMBERS]
            for place, one in counts_by_place(counted(user, asked), today, [path]).items()
        }
        ways: dict[str, Callable[[], Any]] = {
            BY_HAND: bare,
            "the figures by place, as the reader may see them": lambda user=user, path=path, asked=asked: (
                counts_by_place(counted(user, asked), today, [path])
            ),
            "named and sorted": lambda user=user, asked=asked: board(user, asked),
            "as of a past day": lambda user=user, past=past: board(user, past),
            "heat map of twelve months": lambda user=user, asked=asked: overdue_at_month_ends(user, asked),
            "trend of twelve months": lambda user=user, asked=asked: trend(user, asked),
            "the whole page, over HTTP": lambda client=client: asked_for(client, reverse("reports:leader")),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        counts = {}
        for name, ask in ways.items():
            ask()
            with CaptureQueriesContext(connection) as queries:
                ask()
            counts[name] = len(queries)
        for _round in range(ROUNDS):
            for name in random.sample(sorted(ways), len(ways)):
                start = watch()
                ways[name]()
                times[name].append((watch() - start) * 1000)
        found[who] = {name: [min(taken), statistics.median(taken), counts[name]] for name, taken in times.items()}
    return found


if __name__ == "__main__":
    main()
