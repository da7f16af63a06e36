"""Measures the sweep of many due rungs at once: seconds, and the ratio to the bare statements that write the same rows.

`tools/bench_reminders.py [--rungs 20000] [--communes 20] [--postgres postgres://…]`. Each database is made once as by
`tools/bench.py` and copied; the rungs are clocks of its cells, watched by the committees of their communes."""

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

from bench import KEPT, ROOT, environment_for, postgres_copy, sqlite_copy
from bench_report import load, put


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rungs", type=int, default=20_000)
    parser.add_argument("--communes", type=int, default=20, help="of 100 cells each")
    parser.add_argument("--postgres", default=os.environ.get("BENCH_POSTGRES", ""), help="server to measure on too")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(options.rungs)))
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    urls = {"SQLite": sqlite_copy(options.communes)}
    if options.postgres:
        urls["PostgreSQL"] = postgres_copy(options.postgres, options.communes)
    lines = []
    for name, url in urls.items():
        command = [sys.executable, __file__, "--measure", "--rungs", str(options.rungs)]
        done = subprocess.run(command, env=environment_for(url), check=True, capture_output=True, text=True, cwd=ROOT)
        lines.append(told(name, json.loads(done.stdout.splitlines()[-1])))
    put("sweep", [*lines, f"- {load()}"])


def told(name: str, found: dict[str, Any]) -> str:
    ratio = found["seconds"] / found["bare"]
    return (
        f"- {name}: {found['sent']} rungs, {found['messages']} messages: {found['seconds']:.1f} s on the clock, "
        f"{found['cpu']:.1f} s of a core, {ratio:.1f} × bare ({found['bare']:.2f} s), {found['queries']} queries; "
        f"again, nothing left: {found['again']:.2f} s"
    )


def measured(rungs: int) -> dict[str, Any]:
    """The figures of the database that the settings name."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from inspections.deadlines.models import Deadline
    from inspections.reminders.models import Rung
    from inspections.reminders.services.sweeping import sweep

    now = timezone.now()
    today = timezone.localdate(now)
    # what the demo left due is swept first, so that the rungs measured are those made here
    sweep(now=now, today=today)
    Deadline.objects.filter(state="running").update(state="suspended")
    Rung.objects.filter(code="report").update(tells_owing=True, tells_watching=True, tells_leaders=True)
    make_due(rungs, today, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    begun, used = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        done = sweep(now=now, today=today)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    begun = time.perf_counter()
    assert sweep(now=now, today=today).sent == 0
    again = time.perf_counter() - begun
    assert done.sent == rungs, done
    facts = {"sent": done.sent, "messages": done.messages, "seconds": seconds, "cpu": cpu, "again": again}
    return {**facts, "queries": len(queries), "bare": bare(connection)}


def make_due(rungs: int, today: Any, now: Any) -> None:
    """So many clocks of cells that reach the rung at which everybody is told, over all communes."""
    from django.contrib.contenttypes.models import ContentType

    from inspections.calendars.rules import days_after
    from inspections.deadlines.models import Deadline
    from inspections.organisations.models import Organisation

    cells = list(Organisation.objects.filter(type__is_cell=True, parent__parent__isnull=False).order_by("pk"))
    bodies = dict(Organisation.objects.filter(type__is_body=True).values_list("parent_id", "pk"))
    kind = ContentType.objects.get_for_model(Organisation)
    due_on = days_after(today, -15)
    Deadline.objects.bulk_create(
        (
            Deadline(
                organisation=cell,
                org_path=cell.path,
                watcher_id=bodies.get(cell.parent_id),
                holder=cell,
                held_since=days_after(today, -60),
                item_type=kind,
                item_id=cell.pk,
                duty=f"measured-{number}",
                title="Đo",
                start_on=days_after(today, -60),
                due_on=due_on,
                started_at=now.replace(year=now.year - 1),
            )
            for number in range(rungs)
            for cell in [cells[number % len(cells)]]
        ),
        batch_size=2000,
    )


def bare(connection: Any) -> float:
    """Seconds to write the same rows of reminders and messages again by hand, in one transaction, undone."""
    from django.db import transaction

    def rows_of(table: str) -> tuple[str, list[Any]]:
        with connection.cursor() as cursor:
            cursor.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
        marks = ", ".join(["%s"] * len(names))
        return f"insert into {table} ({', '.join(names)}) values ({marks})", rows

    tables = ("reminders_message", "reminders_reminder")
    found = {table: rows_of(table) for table in tables}
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"delete from {table}")
            begun = time.perf_counter()
            for table in reversed(tables):
                cursor.executemany(*found[table])
            seconds = time.perf_counter() - begun
        transaction.set_rollback(True)
    return seconds


if __name__ == "__main__":
    main()
