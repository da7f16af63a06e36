"""Lists of cases, findings and corrections: filters, order and page stand in the address; the export is the list."""

import datetime
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from inspections.cases.models import Case
from inspections.findings.models import Finding
from project.demo import stories
from tests.browse import logged_in, words_of
from tests.permissions.world import OWN, Branch, World

pytestmark = pytest.mark.django_db
# address -> filters that narrow it, and what a row has then
FILTERS: list[tuple[str, dict[str, str], Any]] = [
    ("cases:list", {"stage": "released"}, lambda case: case.stage == "released"),
    ("cases:list", {"stage": "notified"}, lambda case: case.stage == "notified"),
    ("cases:list", {"stage": "running"}, lambda case: case.stage not in ("proposed", "closed", "stopped", "converted")),
    ("cases:list", {"q": "nhiem vu o thon", "year": "2026"}, lambda case: "Nhiệm vụ được giao ở thôn" in case.content),
    ("findings:list", {"q": "con thieu"}, lambda finding: "còn thiếu" in finding.text),
    ("findings:list", {"recurring": "yes"}, lambda finding: finding.recurs is not None),
    ("remedies:list", {"state": "open"}, lambda correction: correction.state != "accepted"),
    ("remedies:list", {"state": "planning"}, lambda correction: correction.state == "planning"),
]


def told(value: Any) -> str:
    return "row" if callable(value) else str(value)


def rows(client: Any, name: str, **asked: str) -> list[Any]:
    page = client.get(reverse(name), asked)
    assert page.status_code == 200
    return list(page.context["page"].object_list)


@pytest.mark.parametrize(("name", "asked", "fits"), FILTERS, ids=told)
def test_filter_shows_those_that_fit_and_all_of_them(world: World, name: str, asked: dict[str, str], fits: Any):
    client = logged_in(world.cast["secretary"])
    fitting = [row.pk for row in rows(client, name, size="100") if fits(row)]
    assert fitting
    assert [row.pk for row in rows(client, name, size="100", **asked)] == fitting


def test_what_is_chosen_stands_in_the_page_and_can_be_taken_away(world: World):
    page = logged_in(world.cast["chair"]).get(reverse("cases:list"), {"stage": "proposed", "q": "nen nep"})
    chips = page.content.decode().partition('class="chips"')[2].partition("</ul>")[0]
    assert chips.count("<li>") == 2
    assert 'href="?q=nen+nep"' in chips and 'href="?stage=proposed"' in chips
    assert f"{page.context['page'].paginator.count} dòng" in words_of(page)


@pytest.mark.parametrize(
    ("name", "sort", "key"),
    [
        ("cases:list", "ends", lambda case: case.ends_on),
        ("cases:list", "newest", lambda case: -case.proposed_at.timestamp()),
        ("findings:list", "severity", lambda finding: -finding.severity.rank),
        ("remedies:list", "due", lambda correction: correction.due_on),
    ],
    ids=told,
)
def test_list_is_in_the_order_of_the_address_both_ways(world: World, name: str, sort: str, key: Any):
    Case.objects.filter(pk=world.row("released").pk).update(ends_on=datetime.date(2026, 11, 30))
    client = logged_in(world.cast["secretary"])
    up, down = ([key(row) for row in rows(client, name, sort=way)] for way in (sort, f"-{sort}"))
    assert len(up) > 1 and up == sorted(up) and down == sorted(down, reverse=True)


def test_pages_keep_filter_and_order(world: World):
    branch = Branch(world.cast, OWN)
    for number in range(30):
        stories.proposed(branch, content=f"Việc số {number:02d}")
    client = logged_in(world.cast["chair"])
    asked = {"q": "viec so", "sort": "newest"}
    first = client.get(reverse("cases:list"), asked)
    assert "30 dòng" in words_of(first) and "Trang 1 trên 2" in words_of(first)
    assert "?q=viec+so&amp;sort=newest&amp;page=2" in first.content.decode()
    second = rows(client, "cases:list", **asked, page="2")
    together = [row.content for row in [*first.context["page"].object_list, *second]]
    assert len(second) == 5 and sorted(together) == [f"Việc số {number:02d}" for number in range(30)]
    assert len(rows(client, "cases:list", **asked, size="50")) == 30


def exported(client: Any, name: str, **asked: str) -> tuple[Any, list[tuple[Any, ...]]]:
    answer = client.get(reverse(name), {**asked, "export": "xlsx"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet") and "attachment" in answer["Content-Disposition"]
    sheet = load_workbook(BytesIO(answer.content)).active
    head, *lines = sheet.iter_rows(values_only=True)
    assert all(head)
    return sheet, lines


@pytest.mark.parametrize(
    ("name", "asked", "columns", "cells"),
    [
        ("cases:list", {}, (0, 2, 7), lambda case: (case.number, case.content, case.ends_on)),
        ("cases:list", {"stage": "notified", "sort": "ends"}, (0, 7), lambda case: (case.number, case.ends_on)),
        ("cases:list", {"stage": "proposed", "sort": "-ends"}, (2, 7), lambda case: (case.content, case.ends_on)),
        ("findings:list", {"q": "con thieu"}, (0, 1, 2), lambda one: (one.case.number, one.number, one.text)),
        ("remedies:list", {"state": "open"}, (1, 4), lambda one: (one.demand.text, one.due_on)),
    ],
    ids=told,
)
def test_export_is_the_filtered_list(
    world: World, name: str, asked: dict[str, str], columns: tuple[int, ...], cells: Any
):
    client = logged_in(world.cast["secretary"])
    _sheet, lines = exported(client, name, **asked)
    listed = [cells(row) for row in rows(client, name, size="100", **asked)]
    assert listed
    assert [tuple(day_of(line[column]) for column in columns) for line in lines] == listed


def day_of(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime.datetime) else cell or ""


def test_export_has_all_pages_of_the_list(world: World):
    branch = Branch(world.cast, OWN)
    for number in range(30):
        stories.proposed(branch, content=f"Việc số {number:02d}")
    _sheet, lines = exported(logged_in(world.cast["chair"]), "cases:list", q="viec so")
    assert len(lines) == 30


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "http://noi.khac/"])
def test_text_that_looks_like_a_formula_is_exported_as_text(world: World, text: str):
    Finding.objects.filter(pk=world.row("finding").pk).update(text=text)
    sheet, _lines = exported(logged_in(world.cast["chair"]), "findings:list")
    (cell,) = [cell for line in sheet.iter_rows() for cell in line if cell.value == text]
    assert (cell.data_type, cell.hyperlink) == ("s", None)


def test_export_has_only_what_its_reader_sees(world: World):
    counts = {
        who: len(exported(logged_in(world.cast[who]), "cases:list")[1]) for who in ("chair", "stranger", "recused")
    }
    seen = {who: len(rows(logged_in(world.cast[who]), "cases:list", size="100")) for who in counts}
    assert counts == seen and counts["chair"] > counts["stranger"] > 0
