"""Measures the board's figures against SQL by hand: 10,000 cells, 200,000 clocks of which 20,000 are open, each of
those of a case of its own; root and branch, interleaved.

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
COMMUNES, CELLS, OPEN, MONTHS, ROUNDS = 100, 100, 2, 18, 30


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
                middle, queries = ways[way]
                base = ways[BY_HAND][0]
                cells.append(f"{middle:.1f}" + ("" if way == BY_HAND else f", {middle / base:.1f} ×"))
                counts.add(int(queries))
        lines.append(f"| {way} | " + " | ".join(cells) + f" | {', '.join(map(str, sorted(counts)))} |")
    return [*lines, "", f"Median milliseconds on the clock of {ROUNDS} rounds, ratio to SQL by hand. {load()}"]


def fill() -> None:
    """The tree, its leaders, a case and two open clocks a cell, and the past of every cell."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from django.utils import timezone

    from inspections.calendars.rules import days_after
    from inspections.cases.models import Case, CaseKind, Procedure
    from inspections.deadlines.models import Deadline, DeadlineSpan
    from inspections.organisations.models import Organisation, OrganisationType, User
    from project.demo.cast import Cast
    from project.demo.history import add_history
    from project.demo.province import _add

    now = timezone.now()
    today = timezone.localdate(now)
    drawn = random.Random(3)
    with transaction.atomic():
        cast = Cast(root=User.objects.create(username="root", is_superuser=True), now=now)
        cast.add_organisation("province", "Đảng bộ tỉnh Sơn Hải", "province_party", None, "97.000.000.000.000", "TU")
        types = {one.code: one for one in OrganisationType.objects.all()}
        communes = [
            _add(
                Organisation(name=f"Đảng bộ xã Bãi Ngang {number}", type=types["commune_party"], symbol="ĐU"),
                cast.organisation("province"),
            )
            for number in range(COMMUNES)
        ]
        cells = [
            _add(Organisation(name=f"Chi bộ thôn {number}.{cell}", type=types["cell"], symbol="CB"), commune)
            for number, commune in enumerate(communes)
            for cell in range(CELLS)
        ]
        cast.organisations["x1"] = communes[1]
        cast.add_user("root_leader", "Lê Quang Sơn", "committee_secretary", "province")
        cast.add_user("branch_leader", "Đỗ Hữu Thành", "committee_secretary", "x1")
        facts = {
            "kind": CaseKind.objects.first(), "procedure": Procedure.objects.first(), "content": "Việc đo",
            "examined_from": today, "examined_to": today, "starts_on": today, "ends_on": today,
            "proposed_by": cast.root, "proposed_at": now, "signed_at": now, "signed_by": None, "stepped_at": now,
            "stage": "ordered", "number": "01",
        }  # fmt: skip
        cases = Case.objects.bulk_create(
            [Case(organisation=cell, org_path=str(cell.path), **facts) for cell in cells], batch_size=2000
        )
        kind = ContentType.objects.get_for_model(Case)
        clocks = [
            Deadline(
                organisation=case.organisation, org_path=case.org_path, holder=case.organisation, held_since=today,
                case_id=case.pk, item_type=kind, item_id=case.pk, duty=f"duty{number}", title="Việc phải làm",
                start_on=today, due_on=days_after(today, drawn.randint(-30, 60)), started_at=now,
                state=drawn.choice(["running", "running", "running", "waiting"]),
                times_returned=drawn.choice([0, 0, 0, 1, 2]), times_extended=drawn.choice([0, 0, 0, 1]),
            )
            for case in cases
            for number in range(OPEN)
        ]  # fmt: skip
        made = Deadline.objects.bulk_create(clocks, batch_size=2000)
        DeadlineSpan.objects.bulk_create(
            [
                DeadlineSpan(
                    deadline=one, organisation_id=one.organisation_id, org_path=one.org_path,
                    holder_id=one.holder_id, state=one.state, due_on=one.due_on, first_on=today, began_at=now,
                )
                for one in made
            ],
            batch_size=2000,
        )  # fmt: skip
        add_history(cells, now, report=print, months=MONTHS)


def measured() -> dict[str, dict[str, list[float]]]:
    """Reader -> question and way -> milliseconds, queries; the database is filled when it is empty."""
    import django

    django.setup()
    from bench_sql import BOARD
    from bench_sql import bare as by_hand
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from inspections.calendars.rules import days_after
    from inspections.organisations.models import Organisation, User
    from inspections.organisations.rules import STEP, path_end
    from inspections.reports.queries.board import Asked, board, counted, counts_by_place, tops_of
    from inspections.reports.queries.pictures import overdue_at_month_ends, trend
    from inspections.reports.rules import STEPS
    from permissions import policy

    call_command("migrate", verbosity=0)
    if not Organisation.objects.exists():
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    today: datetime.date = timezone.localdate()
    soon = [day for days in STEPS for day in (today, days_after(today, days))]
    found = {}
    for who in ("root", "branch"):
        user = User.objects.select_related("person").get(username=f"{who}_leader")
        viewer = policy.viewer_for(user)
        policy.bars_of(viewer)
        (path,) = tops_of(viewer)
        asked, past = Asked(today), Asked(today, as_of=days_after(today, -40))
        bare = by_hand(BOARD, len(path) + STEP, *soon, today, today, today, path, path_end(path))
        ways: dict[str, Callable[[], Any]] = {
            BY_HAND: bare,
            "the figures by place, as the reader may see them": lambda user=user, path=path, asked=asked: (
                counts_by_place(counted(user, asked), today, len(path) + STEP)
            ),
            "named and sorted": lambda user=user, asked=asked: board(user, asked),
            "as of a past day": lambda user=user, past=past: board(user, past),
            "heat map of twelve months": lambda user=user, asked=asked: overdue_at_month_ends(user, asked),
            "trend of twelve months": lambda user=user, asked=asked: trend(user, asked),
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
                start = time.perf_counter()
                ways[name]()
                times[name].append((time.perf_counter() - start) * 1000)
        found[who] = {name: [statistics.median(taken), counts[name]] for name, taken in times.items()}
    return found


if __name__ == "__main__":
    main()
