"""Measures the board's figures against SQL by hand: 10,000 cells, 200,000 clocks of which 20,000 are open, each of
those of a case of its own; root and branch, interleaved.

`DATABASE_URL=… tools/bench_board.py` on an empty database that takes the migrations; prints one line a question.
"""

import datetime
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.test")
COMMUNES, CELLS, OPEN, MONTHS, ROUNDS = 100, 100, 2, 18, 30


def main() -> None:
    """Migrates, fills, measures."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from inspections.organisations.models import Organisation

    call_command("migrate", verbosity=0)
    if not Organisation.objects.exists():
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    for line in measured():
        print(line)


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


def measured() -> list[str]:
    """One line a question and way: milliseconds, ratio to SQL by hand, queries."""
    from bench_sql import BOARD
    from bench_sql import bare as by_hand
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from inspections.calendars.rules import days_after
    from inspections.organisations.models import User
    from inspections.organisations.rules import STEP, path_end
    from inspections.reports.queries.board import Asked, board, counted, counts_by_place, tops_of
    from inspections.reports.queries.pictures import overdue_at_month_ends, trend
    from inspections.reports.rules import STEPS
    from permissions import policy

    today: datetime.date = timezone.localdate()
    soon = [day for days in STEPS for day in (today, days_after(today, days))]
    lines = []
    for who in ("root_leader", "branch_leader"):
        user = User.objects.select_related("person").get(username=who)
        viewer = policy.viewer_for(user)
        policy.bars_of(viewer)
        (path,) = tops_of(viewer)
        asked, past = Asked(today), Asked(today, as_of=days_after(today, -40))
        bare = by_hand(BOARD, len(path) + STEP, *soon, today, today, today, path, path_end(path))
        ways: dict[str, Callable[[], Any]] = {
            "SQL by hand": bare,
            "figures": lambda user=user, path=path, asked=asked: counts_by_place(
                counted(user, asked), today, len(path) + STEP
            ),
            "figures, named and sorted": lambda user=user, asked=asked: board(user, asked),
            "as of a past day": lambda user=user, past=past: board(user, past),
            "heat map": lambda user=user, asked=asked: overdue_at_month_ends(user, asked),
            "trend": lambda user=user, asked=asked: trend(user, asked),
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
        base = statistics.median(times["SQL by hand"])
        for name, taken in times.items():
            middle = statistics.median(taken)
            lines.append(
                f"{connection.vendor} {who}: {name}: least {min(taken):.1f}, median {middle:.1f} ms, "
                f"{middle / base:.1f} × by hand, {counts[name]} queries"
            )
    return lines


if __name__ == "__main__":
    main()
