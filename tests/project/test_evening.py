"""The tools that measure the month-end evening, on a province of six cells: what they fill in is as whole as what the
verbs make, and what the load tool sends is handed in."""

import random
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from inspections.meetings.models import Meeting, RollCallMark
from inspections.organisations.models import Organisation
from permissions.models import AuditEntry
from workflows.invariants import INVARIANTS

TOOLS = Path(__file__).resolve().parents[2] / "tools"
COMMUNES, CELLS, PATTERNS = 2, 3, 2


@pytest.fixture
def filled(lasting_db, monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    from bench_meetings_data import Size, fill

    fill(timezone.now(), Size(COMMUNES, CELLS, months=1, patterns=PATTERNS), report=lambda line: None)


def test_the_evening_is_driven_over_http_and_nothing_of_it_is_lost(filled, server):
    import bench_evening_inside as inside
    import load
    from bench_evening_report import told

    broken = {one.code: list(one.breaches(timezone.now()))[:5] for one in INVARIANTS}
    assert {code: rows for code, rows in broken.items() if rows} == {}
    cells = Organisation.objects.filter(type__is_cell=True)
    assert cells.count() == COMMUNES * CELLS
    for cell in cells:
        waiting = Meeting.objects.get(organisation=cell, state=Meeting.State.HELD)
        roll = RollCallMark.objects.filter(meeting=waiting)
        assert roll.count() >= 12
        assert set(roll.values_list("person__organisation", flat=True)) == {cell.pk}
        assert AuditEntry.objects.filter(chain=f"organisation:{cell.pk}", about_id=waiting.pk).count() >= 3

    cast = inside.Cast(random.Random(1))
    readers = {one["label"]: {**one, "at": 0.5} for one in inside.idle_of(cast)}
    cast.drawn.seed(1)  # what was drawn before hangs on the day; of this seed four uploads come within the second
    visits = [*inside.evening_of(cast, rate=4.0, seconds=1.0), *readers.values()]
    cast.log_in()
    base = server.removeprefix("http://")
    plan = {"base": base, "headers": {}, "cookie": settings.SESSION_COOKIE_NAME, "visits": visits}
    results = load.carried_out(plan)
    assert [wrong for _label, _at, _ms, wrong in results if wrong] == []
    assert set(inside.READERS) <= {label for label, *_rest in results}
    uploads = sum(one["kind"] == "upload" for one in visits)
    sent = sum(label == "upload: sent" for label, *_rest in results)
    assert sent == uploads == 4
    proved = inside.prove(sent)
    assert (proved["closed"], proved["chains"]) == (sent, sent)

    run = {"name": "the peak", "rate": 4.0, "seconds": 1.0, "results": results, "busy": 0.5, "core": 0.1, "took": 1.0}
    facts = {"rows": {"cells": 6}, "queries": {}, "megabytes": 1, "version": "15"}
    lines = told(facts, {"results": results}, [{**run, "load": 1.0}], proved, "3.11")
    assert any(f"{sent} uploads" in line and "**0 errors**" in line for line in lines)
