"""Lists of cases, findings and corrections: filters, order and page stand in the address; the export is the list."""

import datetime
import re
from datetime import date as D
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from inspections import lists
from inspections.cases import pages as cases
from inspections.cases.models import Case, CaseKind, CaseSubject
from inspections.findings import pages as findings
from inspections.findings.models import Finding, Severity
from inspections.organisations.models import Organisation
from inspections.remedies import pages as remedies
from inspections.remedies.models import Correction
from project.demo import stories
from tests.browse import logged_in, words_of
from tests.cast import NOW
from tests.filled import beside
from tests.permissions.world import OWN, Branch, World

pytestmark = pytest.mark.django_db
LISTS = {"cases:list": cases.LIST, "findings:list": findings.LIST, "remedies:list": remedies.LIST}
TODAY, WEEK = NOW.date(), datetime.timedelta(days=7)


def is_open(correction: Any) -> bool:
    return correction.state != "accepted"


def is_charged(correction: Any) -> bool:
    """Whether who must correct holds it, so that its days count."""
    return correction.state in ("planning", "carrying_out")


def is_soon(correction: Any) -> bool:
    return is_charged(correction) and TODAY <= correction.due_on <= TODAY + WEEK


@pytest.fixture
def varied(world: World) -> World:
    """The world, its rows unlike each other in all that lists tell apart, some alike so that their order is a tie."""
    chosen = Case.objects.filter(organisation=world.cast.organisation("ubkt")).exclude(number="").order_by("pk")
    for case, number, ends, year, kind in zip(chosen, NUMBERS, ENDS, YEARS, KINDS, strict=False):
        proposed = case.proposed_at.replace(year=year)
        kept = CaseKind.objects.get(code=kind)
        Case.objects.filter(pk=case.pk).update(number=number, ends_on=ends, proposed_at=proposed, kind=kept)
    finding = world.row("finding")
    ladder = list(Severity.objects.order_by("rank"))
    other = CaseSubject.objects.create(case=finding.case, organisation=world.cast.organisation("suoi_da"))
    for number in range(2, 9):
        copy = Finding.objects.get(pk=finding.pk)
        copy.pk, copy.number, copy.severity, copy.recurs = None, number, ladder[number % 2], None
        if number % 3 == 0:
            copy.text, copy.folded, copy.responsible = "Sổ sách chưa đủ.", "so sach chua du.", other
        copy.added_at += datetime.timedelta(hours=number // 2)
        copy.save()
    for number, (due, state, returned) in enumerate(CORRECTIONS, start=2):
        correction = Correction.objects.select_related("demand").get(pk=world.row("correction").pk)
        demand = correction.demand
        demand.pk, demand.position = None, number
        demand.save()
        correction.pk, correction.demand, correction.due_on = None, demand, due
        correction.state, correction.times_returned = state, returned
        correction.accepted_at = NOW if state == "accepted" else None
        if number % 2:
            correction.organisation, correction.folded = world.cast.organisation("suoi_da"), "chi bo thon suoi da"
        correction.save()
    return world


NUMBERS = ("02-QĐ/UBKTĐU", "100-QĐ/UBKTĐU", "99-QĐ/UBKTĐU", "03-QĐ/UBKTĐU")
ENDS = (D(2026, 11, 30), D(2026, 12, 1), D(2026, 11, 30), D(2027, 1, 5))
YEARS = (2025, 2026, 2025, 2026)
KINDS = ("KTCH", "GSCD", "KTCH", "KTCH")
CORRECTIONS = [
    (TODAY - datetime.timedelta(days=1), "carrying_out", 2),
    (TODAY, "carrying_out", 0),
    (TODAY + WEEK, "plan_submitted", 1),
    (TODAY + WEEK + datetime.timedelta(days=1), "reported", 0),
    (TODAY - WEEK, "accepted", 1),
    (TODAY - WEEK, "planning", 0),
]


def key_of(model: Any, **which: str) -> str:
    return str(model.objects.get(**which).pk)


def kind_of() -> str:
    return key_of(CaseKind, code="KTCH")


def severity_of() -> str:
    return str(Severity.objects.order_by("rank")[1].pk)


def corrector() -> str:
    return key_of(Organisation, name="Chi bộ thôn Suối Đá")


def in_the_village(case: Any) -> bool:
    return "Nhiệm vụ được giao ở thôn" in case.content and case.proposed_at.year == 2026


# address -> filters that narrow it (called where it is a key), and what a row has then
FILTERS: list[tuple[str, dict[str, Any], Any]] = [
    ("cases:list", {"stage": "released"}, lambda case: case.stage == "released"),
    ("cases:list", {"stage": "notified"}, lambda case: case.stage == "notified"),
    ("cases:list", {"stage": "running"}, lambda case: case.stage not in ("proposed", "closed", "stopped", "converted")),
    ("cases:list", {"kind": kind_of}, lambda case: case.kind.code == "KTCH"),
    ("cases:list", {"year": "2026"}, lambda case: case.proposed_at.year == 2026),
    (
        "cases:list",
        {"q": "nhiem vu duoc giao", "year": "2026"},
        lambda case: "Nhiệm vụ được giao ở thôn" in case.content,
    ),
    ("findings:list", {"q": "con thieu"}, lambda finding: "còn thiếu" in finding.text),
    ("findings:list", {"recurring": "yes"}, lambda finding: finding.recurs is not None),
    ("findings:list", {"severity": severity_of}, lambda finding: str(finding.severity_id) == severity_of()),
    ("remedies:list", {"state": "open"}, lambda correction: correction.state != "accepted"),
    ("remedies:list", {"state": "planning"}, lambda correction: correction.state == "planning"),
    ("remedies:list", {"state": "soon"}, is_soon),
    ("remedies:list", {"state": "overdue"}, lambda one: is_charged(one) and one.due_on < TODAY),
    ("remedies:list", {"state": "sent_back"}, lambda one: one.state != "accepted" and one.times_returned > 0),
    ("remedies:list", {"organisation": corrector}, lambda one: one.organisation.name == "Chi bộ thôn Suối Đá"),
    ("remedies:list", {"q": "suoi da", "state": "open"}, lambda one: "suoi da" in one.folded and is_open(one)),
]


def told(value: Any) -> str | None:
    """The name of a case of a test: nothing in it is an address in memory, so that all workers find the same."""
    if isinstance(value, dict):
        asked = (f"{field}={one.__name__ if callable(one) else one}" for field, one in value.items())
        return " ".join(asked) or "all"
    return value.__name__.strip("<>") if callable(value) else None


def rows(client: Any, name: str, **asked: str) -> list[Any]:
    page = client.get(reverse(name), asked)
    assert page.status_code == 200
    return list(page.context["page"].object_list)


def asked_of(asked: dict[str, Any]) -> dict[str, str]:
    return {name: value() if callable(value) else value for name, value in asked.items()}


def every_row(client: Any, name: str, **asked: str) -> list[Any]:
    """The rows of all pages, as one reads on; the count that each page tells is that of them all."""
    found: list[Any] = []
    told_counts = set()
    for number in range(1, 100):
        page = client.get(reverse(name), {**asked, "page": str(number)})
        found += page.context["page"].object_list
        told_counts.add(re.search(r"(\d+) dòng", words_of(page) + " 0 dòng")[1])  # type: ignore[index]
        if not page.context["page"].has_next():
            break
    assert told_counts == {str(len(found))}
    return found


@pytest.mark.parametrize(("name", "asked", "fits"), FILTERS, ids=told)
def test_filter_shows_those_that_fit_and_all_of_them(varied: World, name: str, asked: dict[str, Any], fits: Any):
    client = logged_in(varied.cast["secretary"])
    everything = every_row(client, name)
    fitting = [row.pk for row in everything if fits(row)]
    assert 0 < len(fitting) < len(everything)
    assert [row.pk for row in every_row(client, name, **asked_of(asked))] == fitting


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_of_a_list_is_tried(name: str):
    tried = {field for one, asked, _fits in FILTERS if one == name for field in asked}
    assert set(LISTS[name].filters.base_fields) == tried


BROKEN = {
    "cases:list": {
        "kind": ["abc", "-1", "999999", str(2**70)],
        "stage": ["khong-co", "PROPOSED"],
        "year": ["abc", "1", "99999", "2026.5", "9" * 5000],
        "q": ["\x00"],
    },
    "findings:list": {"severity": ["abc", "999999", str(2**70)], "recurring": ["no"], "q": ["a\x00b"]},
    "remedies:list": {"state": ["khong-co"], "organisation": ["abc", "999999", str(2**70)], "q": ["\x00"]},
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_filter_is_told_beside_its_field_and_the_others_hold(varied: World, name: str):
    client = logged_in(varied.cast["secretary"])
    for field, values in BROKEN[name].items():
        others = {} if field == "q" else {"q": "nen nep"}
        kept = rows(client, name, **others)
        for value in values:
            answer = client.get(reverse(name), {**others, field: value})
            assert answer.status_code == 422, (field, value)
            assert beside(answer, field), (field, value)
            assert list(answer.context["page"].object_list) == kept, (field, value)
            assert answer.content.decode().count('<li><a href="?') == len(others), (field, value)
            workbook = client.get(reverse(name), {**others, field: value, "export": "xlsx"})
            assert workbook.status_code == 422 and not workbook.has_header("Content-Disposition")


@pytest.mark.parametrize("name", LISTS)
def test_what_is_no_order_page_or_size_of_a_list_is_the_usual_one(varied: World, name: str):
    client = logged_in(varied.cast["secretary"])
    usual = rows(client, name)
    for asked in ({"sort": "khong-co"}, {"sort": "-"}, {"page": "abc"}, {"page": "999"}, {"size": "7"}):
        assert rows(client, name, **asked) == usual, asked


def stage_of(case: Any) -> int:
    return Case.Stage.values.index(case.told_stage)


# list -> order -> what a row is ordered by; those alike stand as they were made
ORDERS: dict[str, dict[str, Any]] = {
    "cases:list": {
        "newest": lambda case: -case.proposed_at.timestamp(),
        "number": lambda case: (int(case.number.partition("-")[0] or 0) // 100, case.number),
        "stage": stage_of,
        "ends": lambda case: case.ends_on,
    },
    "findings:list": {
        "newest": lambda finding: -finding.added_at.timestamp(),
        "severity": lambda finding: -finding.severity.rank,
        "subject": lambda finding: finding.responsible.organisation.path,
    },
    "remedies:list": {
        "due": lambda correction: correction.due_on,
        "organisation": lambda correction: correction.organisation.path,
        "state": lambda correction: Correction.State.values.index(correction.state),
        "returned": lambda correction: -correction.times_returned,
    },
}
# with each of these the list has several rows, some of them alike in the order
NARROWED = {
    "cases:list": {"q": "nen nep", "stage": "running"},
    "findings:list": {"q": "con thieu"},
    "remedies:list": {"state": "open"},
}


@pytest.mark.parametrize("name", LISTS)
def test_list_is_in_the_order_of_the_address_over_all_pages(varied: World, monkeypatch: pytest.MonkeyPatch, name: str):
    client = logged_in(varied.cast["secretary"])
    for asked in ({}, asked_of(NARROWED[name])):
        made = sorted(rows(client, name, **asked, size="100"), key=lambda row: row.pk)
        assert len(made) > 3
        monkeypatch.setattr(lists, "SIZES", (3, 50, 100))
        for sort, key in ORDERS[name].items():
            for down in (False, True):
                found = every_row(client, name, **asked, sort=f"-{sort}" if down else sort)
                in_order = sorted(made, key=key, reverse=down)
                assert [row.pk for row in found] == [row.pk for row in in_order], (asked, sort, down)


def test_some_rows_are_alike_in_every_order_so_that_ties_are_shown(varied: World):
    client = logged_in(varied.cast["secretary"])
    for name, sorts in ORDERS.items():
        made = every_row(client, name)
        for sort, key in sorts.items():
            keys = [key(row) for row in made]
            assert 1 < len(set(keys)) < len(keys), (name, sort)


@pytest.mark.parametrize("name", LISTS)
def test_every_order_is_tried_and_every_head_that_sorts_leads_to_one(varied: World, name: str):
    assert set(LISTS[name].sorts) == set(ORDERS[name])
    page = logged_in(varied.cast["secretary"]).get(reverse(name)).content.decode()
    heads = set(re.findall(r'<th scope="col"[^>]*><a href="\?sort=([a-z]+)"', page))
    assert heads and heads <= set(ORDERS[name])


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


@pytest.mark.parametrize(
    ("name", "dates", "numbers"),
    [("cases:list", (6, 7), (8,)), ("findings:list", (), (1,)), ("remedies:list", (4,), (7,))],
    ids=told,
)
def test_dates_and_numbers_are_exported_as_such(
    varied: World, name: str, dates: tuple[int, ...], numbers: tuple[int, ...]
):
    sheet, lines = exported(logged_in(varied.cast["secretary"]), name)
    assert len(lines) > 3
    for cells in sheet.iter_rows(min_row=2):
        kinds = {at: cell.data_type for at, cell in enumerate(cells) if cell.value is not None}
        assert {at for at, kind in kinds.items() if kind == "d"} == set(dates)
        assert {at for at, kind in kinds.items() if kind == "n"} == set(numbers)
        assert {cells[at].number_format for at in dates} <= {"dd/mm/yyyy"}


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_narrows_the_export_as_the_list(varied: World, monkeypatch: pytest.MonkeyPatch, name: str):
    client = logged_in(varied.cast["secretary"])
    monkeypatch.setattr(lists, "SIZES", (5, 50, 100))
    for asked in (asked_of(asked) for one, asked, _fits in FILTERS if one == name):
        _sheet, lines = exported(client, name, **asked)
        listed = every_row(client, name, **asked)
        shown = [tuple(as_kept(column.value(row)) for column in LISTS[name].columns) for row in listed]
        assert [tuple(day_of(cell) for cell in line) for line in lines] == shown, asked


def as_kept(value: Any) -> Any:
    return value if isinstance(value, int | datetime.date) else str(value or "")


def day_of(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime.datetime) else "" if cell is None else cell


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
