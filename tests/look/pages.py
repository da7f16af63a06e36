"""The pages to look at: every address of the matrix that is a page, and the pages of refusals.

They are recorded as they went out, then shown to a browser: so they come out of a transaction that nobody else sees,
and looking at all of them takes one world and one browser."""

import datetime
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date as D
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import time_machine
from django.contrib.staticfiles import finders
from django.db.models import Model
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Error, Page
from playwright.sync_api import Route as Asked

from inspections.organisations.models import User
from inspections.remedies.models import FollowUpRule
from project.demo import stories
from project.demo.cast import at
from project.demo.drive import do, item_of
from tests.browse import logged_in
from tests.permissions import world as worlds
from tests.permissions.desk import Desk, address
from tests.permissions.matrix import ROUTES, Route
from tests.permissions.test_access_matrix import NO_SUCH_ROW
from tests.permissions.world import OWN, World
from workflows import queries
from workflows.flows import FLOWS
from workflows.models import WorkItem
from workflows.nodes import Step

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HOST = "https://testserver"  # a browser trusts pages of http less than those of https
NO_PAGE = {
    "home": "leads to My work",
    "health": "plain text for machines",
    "documents:download": "a file",
    "reminders:feed": "a calendar for programs",
    "imports:blank": "a file",
    "imports:progress": "numbers for the page that waits",
}
BY_NAME: dict[str, Route] = {route.name: route for route in ROUTES}
PLACES = [name for name, route in BY_NAME.items() if route.get and name not in NO_PAGE]
# what is told -> who asks what: the address, POST data or None, the status
ANSWERS: dict[str, tuple[str, str, dict[str, Any] | None, int]] = {
    "no right": ("member2", "workflows:stop", None, 403),
    "not now": ("member2", "workflows:give_back", {}, 409),
    "stop without reason": ("chair", "workflows:stop", {}, 422),
    "empty proposal": ("officer", "workflows:propose", {}, 422),
    "empty finding": ("vice_chair", "findings:add", {}, 422),
    "empty notice": ("vice_chair", "findings:draft_notice", {}, 422),
    "empty minutes": ("vice_chair", "cases:add_paper", {}, 422),
    "empty evening": ("dm_secretary", "meetings:hold", {"item-TOTAL_FORMS": "1", "item-INITIAL_FORMS": "0"}, 422),
    "empty score": ("dm_secretary", "meetings:close", {}, 422),
    "empty line": ("officer", "programmes:add_line", {}, 422),
    "no file": ("administrator", "imports:begin", {}, 422),
    "empty log-in": ("", "login", {}, 200),
    "wrong password": ("chair", "password_change", {"old_password": "x"}, 200),
    "check before signing": ("chair", "workflows:task", {"check": "1", "outcome": "sign"}, 200),
    "empty row of a table": ("province_administrator", "reference:add", {}, 422),
    "doubts of a spreadsheet": ("administrator", "imports:doubts", {}, 422),
}
# every step of every flow: its page as it stands before it is done the first time
STEPS = [f"{flow.__name__}.{node.name}" for flow in FLOWS for node in flow.instance.nodes() if isinstance(node, Step)]
ENGLISH = "in English:"
FIRST_LOG_INS, NOTHING, BROKEN = "first log-ins", "nothing there", "our own mistake"
MOVE, LONG_TABLE = "what a move changes", "a long table"
DAY = "what a day of rest moves"
MERGER, SPLIT = "what a merger passes on", "what a split shares out"
PAGES_IN_ENGLISH = [*PLACES, *STEPS, *ANSWERS, NOTHING]
# the first log-ins are shown once; the page of our own mistake stands by itself, so both are in one language
PAGES = [*PAGES_IN_ENGLISH, FIRST_LOG_INS, BROKEN, MOVE, MERGER, SPLIT, LONG_TABLE, DAY]


@dataclass(frozen=True)
class Recorded:
    """An answer as it went out."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


def record() -> dict[str, Recorded]:
    """Makes the world, looking at every step before it is done; then looks at every address. What is told -> the page.

    Inside a transaction of the caller."""
    found: dict[str, Recorded] = {}
    with patch.object(stories, "do", looking(found)), patch.object(worlds, "do", looking(found)):
        world = worlds.build()
        found |= at_rest(world)
        further(world)
    return found


def at_rest(world: World) -> dict[str, Recorded]:
    """Every address and every answer, in the world as it is."""
    desk = Desk()
    found = {}
    for name in PLACES:
        route = BY_NAME[name]
        who = "" if name == "login" else route.user_name("holder")
        found[name] = answer_to(desk, who, address(route, world, OWN), None, 200)
        with override_settings(LANGUAGE_CODE="en"):
            found[f"{ENGLISH} {name}"] = answer_to(desk, who, address(route, world, OWN), None, 200)
    for told, (who, name, data, status) in ANSWERS.items():
        found[told] = answer_to(desk, who, address(BY_NAME[name], world, OWN), data, status)
        with override_settings(LANGUAGE_CODE="en"):
            found[f"{ENGLISH} {told}"] = answer_to(desk, who, address(BY_NAME[name], world, OWN), data, status)
    found[FIRST_LOG_INS] = answer_to(
        desk,
        "administrator",
        address(BY_NAME["organisations:give_log_ins"], world, OWN),
        BY_NAME["organisations:give_log_ins"].data(world),
        200,
    )
    to = world.cast.organisation("base").pk
    moving = f"{address(BY_NAME['organisations:move'], world, OWN)}?parent={to}"
    found[MOVE] = answer_to(desk, "administrator", moving, None, 200)
    cells = [world.cast.organisation(key) for key in ("dong_muoi", "suoi_da", "thcs")]
    for told, kind, successors in ((MERGER, "merge", cells[1:2]), (SPLIT, "split", cells[1:])):
        into = "&".join(f"successors={one.pk}" for one in successors)
        url = f"{reverse(f'organisations:{kind}', args=[cells[0].pk])}?{into}"
        found[told] = answer_to(desk, "administrator", url, None, 200)
    asked = urlencode(BY_NAME["calendars:add"].data(world))
    day_of_rest = f"{address(BY_NAME['calendars:add'], world, OWN)}?{asked}"
    found[DAY] = answer_to(desk, "province_administrator", day_of_rest, None, 200)
    found[LONG_TABLE] = answer_to(desk, "chair", reverse("reference:table", args=["procedure-steps"]), None, 200)
    nowhere = address(BY_NAME["workflows:stop"], world, OWN, NO_SUCH_ROW)
    found[NOTHING] = answer_to(desk, "chair", nowhere, None, 404)
    with override_settings(LANGUAGE_CODE="en"):
        found[f"{ENGLISH} {NOTHING}"] = answer_to(desk, "chair", nowhere, None, 404)
    with patch.object(queries, "grouped_work", side_effect=ZeroDivisionError):
        found[BROKEN] = answer_to(desk, "chair", reverse("workflows:my_work"), None, 500)
    return found


def looking(found: dict[str, Recorded]) -> Callable[..., WorkItem]:
    """Does a step as stories do, but looks at its page before, when it is the first of its kind."""

    def look_and_do(user: User, about: Model, node: str, now: datetime.datetime, **given: Any) -> WorkItem:
        item = item_of(about, node)
        name = f"{item.task.process.flow_class.__name__}.{node}"
        if name not in found:
            with time_machine.travel(now, tick=False):
                response = logged_in(user).get(item.get_absolute_url())
                with override_settings(LANGUAGE_CODE="en"):
                    in_english = logged_in(user).get(item.get_absolute_url())
            assert response.status_code == in_english.status_code == 200, f"{name} by {user}: {response.status_code}"
            found[name] = recorded(item.get_absolute_url(), response)
            found[f"{ENGLISH} {name}"] = recorded(item.get_absolute_url(), in_english)
        return do(user, about, node, now, **given)

    return look_and_do


def further(world: World) -> None:
    """The steps that the world itself stops before."""
    branch = worlds.Branch(world.cast, OWN)
    stories.do(branch["officer"], world.row("returned"), "revise", at("2026-10-05"), outcome="withdraw", reason="Thôi.")
    (subject,) = world.row("verifying").subjects.all()
    stories.do(branch["dm_secretary"], subject, "supplement", at("2026-10-23"), text="Gửi sổ.")
    in_cell = worlds.Branch(world.cast, worlds.CHILD)
    lifted = {"end": "lifted", "ended_on": D(2026, 11, 22), "paper": "4-QĐ/CB", "reason": "Đã khắc phục."}
    stories.do(in_cell["chair"], world.row("suspension", worlds.CHILD), "end_suspension", at("2026-11-22"), **lifted)
    ended = world.row("case")
    stories.closed(branch, ended)
    stories.closed(worlds.Branch(world.cast, worlds.CHILD), world.row("case", worlds.CHILD))
    correction = world.row("correction")
    stories.planned(branch, correction, "dm_secretary", "2026-11-12", product="Nghị quyết")
    stories.judged(branch, correction, "judge_plan", "2026-11-13", accepts=True)
    stories.carried_out(branch, correction, "dm_secretary", "2026-11-16")
    stories.judged(branch, correction, "judge_report", "2026-11-17", accepts=False)
    FollowUpRule.objects.update(look_again_after=0)
    stories.carried_out(branch, correction, "dm_secretary", "2026-11-18")
    stories.judged(branch, correction, "judge_report", "2026-11-19", accepts=True)
    stories.do(branch["officer"], correction, "look", at("2026-11-20"), outcome="still_fixed")


def answer_to(desk: Desk, who: str, url: str, data: dict[str, Any] | None, status: int) -> Recorded:
    response = desk.ask(who, "GET" if data is None else "POST", url, data)
    assert response.status_code == status, f"{url} by {who}: {response.status_code}, not {status}"
    return recorded(url, response)


def recorded(url: str, response: Any) -> Recorded:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return Recorded(url, response.status_code, dict(response.items()), body)


def show(page: Page, answer: Recorded) -> None:
    """The page shows the recorded answer at its own address; styles, scripts and icons come from the project."""

    def fulfil(asked: Asked) -> None:
        path = asked.request.url.removeprefix(HOST)
        if path == answer.url:
            asked.fulfill(status=answer.status, headers=answer.headers, body=answer.body)
        elif file := finders.find(path.removeprefix("/static/").split("?")[0]):
            asked.fulfill(path=file, content_type=TYPES[os.path.splitext(file)[1]])
        else:
            asked.abort()

    page.unroute_all()
    page.route("**/*", fulfil)
    page.goto(HOST + answer.url)


@contextmanager
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains of meanwhile: what the page's policy refuses, scripts that fail."""
    told: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # that a page says 403, 404, 409 or 422 is told on the console too; it is meant
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            told.append(message.text)

    def fail(problem: Error) -> None:
        told.append(str(problem))

    page.on("console", hear)
    page.on("pageerror", fail)
    yield told
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", fail)
