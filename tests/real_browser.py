"""A real browser in front of a real server: people who log in, read labels, press buttons and attach files.

For tests marked `browser`. Nothing here knows an id or a class of the pages: fields are found by their label,
buttons and links by their words, blocks by their heading. Screenshots go to test-artefacts/, one folder a test."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connections
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from tests.cast import at

ARTEFACTS = Path(__file__).resolve().parent.parent / "test-artefacts"
OPTIONAL = "(không bắt buộc)"
LOG_IN = "Đăng nhập"
# Playwright waits in an event loop, and Django would refuse to ask the database in a thread that has one
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# a page that is slow on a busy machine is not a fault; one that never comes is
expect.set_options(timeout=20_000)
Typed = str | list[str]


@contextmanager
def on(day: str, hour: int = 9) -> Iterator[None]:
    """The clock of this process, the server's threads included, goes on from an hour of a day in Vietnam."""
    with time_machine.travel(at(day, hour), tick=True):
        yield


def exactly(words: str) -> re.Pattern[str]:
    """A label with these words, whether or not the field is optional."""
    return re.compile(rf"^\s*{re.escape(words)}\s*({re.escape(OPTIONAL)})?\s*$")


class Seat:
    """One person at a browser of their own.

    `name` tells screenshots apart; `username` and `password` are typed wherever the log-in page appears."""

    def __init__(self, browsers: "Browsers", name: str, username: str, password: str, javascript: bool = True) -> None:
        self.browsers, self.name, self.username, self.password = browsers, name, username, password
        self.context = browsers.new_context(javascript)
        self.page = self.context.new_page()
        self.inside: Locator | None = None

    # where one is

    def open(self, path: str = "/") -> None:
        """Opens an address; logs in where the log-in page appears instead."""
        self.page.goto(self.browsers.address + path)
        if self.page.get_by_role("heading", name=LOG_IN, exact=True).is_visible():
            self.log_in()

    def log_in(self) -> None:
        """Fills in the log-in page that is shown."""
        self.write("Tên đăng nhập", self.username)
        self.write("Mật khẩu", self.password)
        self.press(LOG_IN)

    @property
    def place(self) -> Any:
        return self.page if self.inside is None else self.inside

    @contextmanager
    def within(self, heading: str) -> Iterator[None]:
        """Everything inside happens in the smallest block whose heading, or row whose first cell, begins so."""
        begins = re.compile(rf"^\s*{re.escape(heading)}")
        blocks = self.page.locator("section, article, li, tr")
        headed = self.page.get_by_role("heading", name=begins).or_(self.page.get_by_role("rowheader", name=begins))
        with self._in(blocks.filter(has=headed).last):
            yield

    @contextmanager
    def within_block(self, words: str) -> Iterator[None]:
        """Everything inside happens in the smallest block, or the row of a table, that tells of these words."""
        with self._in(self.page.locator("section, article, li, tr").filter(has_text=words).last):
            yield

    @contextmanager
    def _in(self, block: Locator) -> Iterator[None]:
        before, self.inside = self.inside, block
        try:
            yield
        finally:
            self.inside = before

    # what one does

    def field(self, label: str) -> Locator:
        found: Locator = self.place.get_by_label(exactly(label))
        return found

    def write(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def choose(self, question: str, answer: str) -> None:
        """Chooses one answer: a circle under a question, or an entry of a list that contains the words."""
        group = self.place.get_by_role("group", name=exactly(question))
        if group.count():
            group.get_by_label(answer, exact=True).check()
            return
        options = self.field(question).locator("option").filter(has_text=answer)
        self.field(question).select_option(options.first.get_attribute("value"))

    def tick(self, question: str, *answers: str) -> None:
        """Ticks boxes under a question."""
        group = self.place.get_by_role("group", name=exactly(question))
        for answer in answers:
            group.get_by_label(re.compile(re.escape(answer))).check()

    def attach(self, label: str, *files: dict[str, Any] | Path) -> None:
        """Attaches files, each as {name, mimeType, buffer} or as a path."""
        self.field(label).set_input_files(list(files))  # type: ignore[arg-type]

    def press(self, words: str) -> None:
        """Presses the button of these words."""
        self.place.get_by_role("button", name=words, exact=True).click()
        self.page.wait_for_load_state()

    def follow(self, words: str) -> None:
        """Follows the link of these words, or of words that begin so."""
        self.place.get_by_role("link", name=re.compile(rf"^\s*{re.escape(words)}")).first.click()
        self.page.wait_for_load_state()

    def turn_to(self, tab: str) -> None:
        """Turns to a tab of the case that is open."""
        tabs = self.page.get_by_role("navigation", name="Các phần của cuộc")
        tabs.get_by_role("link", name=tab, exact=True).click()

    def go(self, *path: str) -> None:
        """From the menu, then through links: go("Cuộc KTGS", "Việc nâng cao")."""
        self.open()
        for words in path:
            self.follow(words)

    def do(self, step: str, fields: dict[str, Typed] | None = None, about: str = "") -> None:
        """Opens a step from the list "my work", fills in fields by their labels and submits."""
        self.begin(step, about)
        self.fill_in(fields or {})
        self.submit(step)

    def submit(self, step: str) -> None:
        """Submits the step that is open."""
        self.press("Gửi")
        self.sees(f"Đã xong: {step}.")

    def decide(self, step: str, answer: str, about: str = "") -> None:
        """Opens a step that is looked at once more before it is done for good, and does it."""
        self.begin(step, about)
        self.choose("Bước tiếp?", answer)
        self.press("Tiếp tục để kiểm tra lại")
        self.sees("Kiểm tra lại trước khi hoàn thành", "Việc này dẫn đến")
        self.press(answer)
        self.sees(f"Đã xong: {step}.")

    def begin(self, step: str, about: str = "") -> None:
        """Opens a step from the list "my work"."""
        self.open()
        line = self.page.get_by_role("listitem").filter(has_text=step).filter(has_text=about)
        line.get_by_role("link", name=re.compile("^(Mở|Thực hiện)")).first.click()
        self.sees(step)

    def fill_in(self, fields: dict[str, Typed]) -> None:
        for label, value in fields.items():
            self.write(label, value if isinstance(value, str) else "\n".join(value))

    def download(self, file: str) -> bytes:
        """Follows the link of a file and returns what the browser saved."""
        with self.page.expect_download() as saving:
            self.follow(file)
        return Path(saving.value.path()).read_bytes()

    # what one sees

    def sees(self, *texts: str) -> None:
        """Waits for each of the texts to be read on the page, or in the block one is in."""
        for text in texts:
            self._expect(text, seen=True)

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            self._expect(text, seen=False)

    def _expect(self, text: str, seen: bool) -> None:
        shown = self.inside or self.page.locator("body")
        check = expect(shown).to_contain_text if seen else expect(shown).not_to_contain_text
        try:
            check(text, use_inner_text=True)
        except AssertionError:
            words = " ".join((self.inside or self.page.locator("main, body").last).inner_text().split())
            told = "does not see" if seen else "sees"
            raise AssertionError(f"{self.name} {told} “{text}” at {self.page.url}: {words[:2000]}") from None

    def ask(self, script: str, argument: Any = None) -> Any:
        """What a script answers about the page, once the page is there whole: a click may just have left the last."""
        self.page.wait_for_load_state()
        return self.page.evaluate(script, argument)

    def keep(self, name: str) -> None:
        """Keeps a picture of the page as an artefact."""
        self.browsers.keep(self.page, f"{name}-{self.name}")


class Browsers:
    """The server, the browser, and the folder for pictures of one test."""

    def __init__(self, browser: Browser, address: str, folder: Path, width: int = 1280, height: int = 900) -> None:
        self.browser, self.address, self.folder = browser, address, folder
        self.window: ViewportSize = {"width": width, "height": height}
        self.contexts: list[BrowserContext] = []
        self.seats: list[Seat] = []
        self.pictures = 0

    def new_context(self, javascript: bool) -> BrowserContext:
        context = self.browser.new_context(viewport=self.window, locale="vi-VN", java_script_enabled=javascript)
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        return context

    def seat(self, name: str, username: str, password: str, javascript: bool = True) -> Seat:
        """A person sits down at a new browser."""
        seat = Seat(self, name, username, password, javascript)
        self.seats.append(seat)
        return seat

    def keep(self, page: Page, name: str) -> None:
        self.pictures += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.folder / f"{self.pictures:02d}-{name}.png", full_page=True)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def browser_options() -> dict[str, Any]:
    """Debian's own Chromium, the same at every developer's and in the checks; nothing is downloaded."""
    return {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return browser_options()


@pytest.fixture(scope="session")
def playwright(django_db_setup: None) -> Iterator[Playwright]:
    """Playwright, which from its start on waits in an event loop of this thread.

    Django and its tests keep connections apart for a thread with such a loop; they are given the same one, which
    knows what the migrations wrote."""
    kept = connections["default"]
    with sync_playwright() as one:
        connections["default"] = kept
        yield one


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[str]:
    """The address of a server in threads of this process.

    Not pytest-django's `live_server`, which would begin its database before `lasting_db` begins its own."""
    one = LiveServer("127.0.0.1")
    yield one.url
    one.stop()


@pytest.fixture
def browsers(lasting_db: None, server: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Browsers]:
    """Server and browser for one test; when it fails, what everybody saw last is kept too."""
    failed_before = request.session.testsfailed
    one = Browsers(browser, server, ARTEFACTS / request.node.originalname)
    yield one
    if request.session.testsfailed > failed_before:
        for seat in one.seats:
            one.keep(seat.page, f"failed-{seat.name}")
    one.close()
