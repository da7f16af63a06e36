"""Every address × who asks × where × how: the table in `matrix/`, proved against the pages (domain.md §2.2a)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import get_resolver, reverse
from django.utils import translation

from permissions.catalogue import VERBS
from tests.permissions.desk import Desk, address
from tests.permissions.marks import content_of, shown
from tests.permissions.matrix import ACTORS, ROUTES, THROUGH, Route
from tests.permissions.world import OWN, World
from tests.stored import HOUSEKEEPING, everything_stored

pytestmark = pytest.mark.django_db
NO_SUCH_ROW = 987_654_321


def addresses(patterns: Any, prefix: str = "") -> Iterator[str]:
    """The names of all addresses of the project, with their rooms."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            room = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern.url_patterns, room)
        else:
            yield f"{prefix}{pattern.name}"


def test_the_table_has_every_address_and_no_other():
    table = [route.name for route in ROUTES]
    assert sorted(table) == sorted(set(table)), "an address stands twice in the table"
    assert sorted(table) == sorted(addresses(get_resolver().url_patterns))


def test_every_address_has_somebody_who_gets_through():
    for route in ROUTES:
        taken = (("GET", route.get), ("POST", route.post))
        ways = [route.expected(method, "holder", OWN) for method, answers in taken if answers]
        assert ways, f"{route.name} takes neither GET nor POST"
        assert all(answer in THROUGH for answer in ways), route.name


@pytest.fixture(scope="module")
def stored(desk: Desk) -> dict[str, int]:
    """All that is stored before anybody asks anything."""
    return everything_stored()


@contextmanager
def written() -> Iterator[list[str]]:
    """The statements that change a table of ours, as they are sent."""
    sent: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.split(None, 3)
        if words[0].upper() in ("INSERT", "UPDATE", "DELETE", "REPLACE"):
            if not any(f'"{table}' in sql[:80] for table in HOUSEKEEPING):
                sent.append(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield sent


def asks(route: Route) -> Iterator[tuple[str, str, str, int]]:
    """Method, actor, place and the answer expected, of every question about the address.

    HEAD goes the way of GET: everybody asks it at the own place, and gets the same answer."""
    for actor in ACTORS:
        for place in route.places:
            for method in ("GET", "HEAD", "POST") if place == OWN else ("GET", "POST"):
                yield method, actor, place, route.expected(method, actor, place)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_access(route: Route, world: World, desk: Desk, stored: dict[str, int]):
    faults: list[str] = []
    urls = {place: address(route, world, place) for place in route.places}
    expected = Expected(
        {place: route.shows(world, place) for place in route.places}, page_of_nothing(route, world, desk)
    )
    for method, actor, place, wanted in asks(route):
        if method == "POST" and wanted in THROUGH:
            continue  # below: it may write
        told = f"{method} {place} by {actor}"
        data = route.data(world) if method == "POST" else None
        with written() as sent:
            response = desk.ask(route.user_name(actor), method, urls[place], data)
        if response.status_code != wanted:
            faults.append(f"{told}: {response.status_code}, not {wanted}")
            continue
        if sent:
            faults.append(f"{told}: wrote {sent}")
        if method != "HEAD":
            content = content_of(response)
            read = [*misread(route, actor, place, response.status_code, content.decode(errors="replace"), expected)]
            read += [f"shows {mark!r} of another place" for mark in shown(route.user_name(actor), content, response)]
            faults += [f"{told}: {fault}" for fault in read]
    if everything_stored() != stored:
        faults.append("refused questions changed what is stored")
    faults += unanswered(route, world, desk, urls, stored)
    assert not faults, "\n".join([route.name, *faults])


def page_of_nothing(route: Route, world: World, desk: Desk) -> str:
    """What a stranger reads where there is no row at all."""
    if not route.of:
        return ""
    method = "GET" if route.get else "POST"
    nothing = desk.ask("stranger", method, address(route, world, OWN, NO_SUCH_ROW), route.data(world))
    return content_of(nothing).decode(errors="replace")


@dataclass(frozen=True)
class Expected:
    """The texts of the answers: place -> the marker of its row; the page of a row that is not there."""

    markers: dict[str, str]
    not_there: str


def misread(route: Route, actor: str, place: str, status: int, text: str, expected: Expected) -> Iterator[str]:
    """What is wrong with the text of an answer of the right kind."""
    marker = expected.markers[place]
    if status == 200 and actor in route.hidden_from:
        if marker in text:
            yield "shows the marker"
    elif status == 200:
        if marker not in text:
            yield f"does not show {marker!r}"
    elif status == 404 and route.of:
        if text != expected.not_there:
            yield "is not the page of a row that is not there"
    elif status == 403 and route.verb:
        with translation.override("vi"):
            reason = str(VERBS[route.verb_at(place)].label)
        if reason not in text or 'lang="vi"' not in text:
            yield f"does not give the reason: {reason}"


def unanswered(route: Route, world: World, desk: Desk, urls: dict[str, str], before: dict[str, int]) -> Iterator[str]:
    """What is wrong with the POSTs that get through; each is undone again."""
    for method, actor, place, wanted in asks(route):
        if method == "POST" and wanted in THROUGH:
            with transaction.atomic():
                response = desk.ask(route.user_name(actor), method, urls[place], route.data(world))
                is_changed = actor == "holder" and place == OWN and everything_stored() != before
                transaction.set_rollback(True)
            if response.status_code != wanted:
                yield f"POST {place} by {actor}: {response.status_code}, not {wanted}: {errors_in(response)}"
            elif actor == "holder" and place == OWN and is_changed != route.writes:
                yield f"POST {place} by {actor}: {'changed' if is_changed else 'did not change'} what is stored"


def errors_in(response: Any) -> Any:
    """What a form says is wrong, for the message of a failing test."""
    form = (response.context or {}).get("form") if response.context else None
    return dict(form.errors) if form is not None else ""


@pytest.mark.once  # refused before the database is asked for a row
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_nobody_gets_in_without_a_log_in(route: Route, world: World, desk: Desk):
    url = address(route, world, OWN)
    if route.anonymous is not None:
        answers = [desk.ask("", method, url, route.data(world)).status_code for method in ("GET", "HEAD", "POST")]
        assert answers == [route.anonymous[0], route.anonymous[0], route.anonymous[1]]
        return
    for method in ("GET", "HEAD", "POST"):
        with written() as sent:
            response = desk.ask("", method, url, route.data(world))
        assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("login"))
        assert not sent


@pytest.mark.once  # refused before the database is asked for a row
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_other_method_is_taken(route: Route, world: World, desk: Desk):
    """Of nobody, at no place: refused before any row is looked at, with the methods that are taken."""
    for place in route.places:
        for method in ("PUT", "PATCH", "DELETE"):
            with written() as sent:
                response = desk.ask(route.user_name("holder"), method, address(route, world, place))
            assert response.status_code == 405, f"{method} {place}"
            assert "POST" in response["Allow"] if route.post else "GET" in response["Allow"]
            assert not sent
