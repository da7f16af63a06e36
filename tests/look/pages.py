"""The pages to look at: every address of the matrix that is a page, and the pages of refusals.

They are recorded as they went out, then shown to a browser: so they come out of a transaction that nobody else sees,
and looking at all of them takes one world and one browser."""

import os
from dataclasses import dataclass
from typing import Any

from django.contrib.staticfiles import finders
from playwright.sync_api import ConsoleMessage, Page
from playwright.sync_api import Route as Asked

from tests.permissions.matrix import ROUTES, Route
from tests.permissions.test_access_matrix import NO_SUCH_ROW, Desk, address
from tests.permissions.world import OWN, World

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HOST = "https://testserver"  # a browser trusts pages of http less than those of https
NO_PAGE = {
    "home": "leads to My work",
    "health": "plain text for machines",
    "documents:download": "a file",
    "imports:blank": "a file",
}
BY_NAME: dict[str, Route] = {route.name: route for route in ROUTES}
PAGES = [name for name, route in BY_NAME.items() if route.get and name not in NO_PAGE]
# what is told -> who asks what: the address, POST data or None, the status
REFUSALS: dict[str, tuple[str, str, dict[str, Any] | None, int]] = {
    "no right": ("member2", "workflows:stop", None, 403),
    "not now": ("member2", "workflows:give_back", {}, 409),
    "stop without reason": ("chair", "workflows:stop", {}, 422),
    "empty proposal": ("officer", "workflows:propose", {}, 422),
    "empty finding": ("vice_chair", "findings:add", {}, 422),
    "empty notice": ("vice_chair", "findings:draft_notice", {}, 422),
    "empty minutes": ("vice_chair", "cases:add_paper", {}, 422),
    "empty line": ("officer", "programmes:add_line", {}, 422),
    "no file": ("administrator", "imports:begin", {}, 422),
    "empty log-in": ("", "login", {}, 200),
    "wrong password": ("chair", "password_change", {"old_password": "x"}, 200),
}


@dataclass(frozen=True)
class Recorded:
    """An answer as it went out."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


def record(world: World) -> dict[str, Recorded]:
    """Name -> the page."""
    desk = Desk()
    found = {}
    for name in PAGES:
        route = BY_NAME[name]
        who = "" if name == "login" else route.user_name("holder")
        found[name] = ask(desk, who, address(route, world, OWN), None, 200)
    for told, (who, name, data, status) in REFUSALS.items():
        found[told] = ask(desk, who, address(BY_NAME[name], world, OWN), data, status)
    stop = address(BY_NAME["workflows:stop"], world, OWN, NO_SUCH_ROW)
    found["nothing there"] = ask(desk, "chair", stop, None, 404)
    return found


def ask(desk: Desk, who: str, url: str, data: dict[str, Any] | None, status: int) -> Recorded:
    response = desk.ask(who, "GET" if data is None else "POST", url, data)
    assert response.status_code == status, f"{url} by {who}: {response.status_code}, not {status}"
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


def complaints(page: Page) -> list[str]:
    """A list that fills with what the browser complains of: what the page's policy refuses, scripts that fail."""
    told: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # that a page says 403, 404, 409 or 422 is told on the console too; it is meant
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            told.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda problem: told.append(str(problem)))
    return told
