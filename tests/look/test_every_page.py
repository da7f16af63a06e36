"""Every page, at a desk and on a phone: nothing in the way of a screen reader, nothing wider than the screen, nothing
that the page's own policy refuses; and light enough for an old telephone."""

import functools
import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import axe_playwright_python
import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page

from tests.look import pages as looked_at
from tests.look.pages import PAGES, Recorded

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SERIOUS = """() => axe.run(document, {resultTypes: ["violations"], preload: false, iframes: false})
    .then(found => found.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.help}: ${one.nodes.slice(0, 4).map(node => node.target).join("; ")}`))"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 4).map(one => `wider than the screen: ${one.tagName} ${one.className}`)"""
FIRST_PAGES = ["workflows:my_work", "cases:overview", "reports:leader", "login"]
LIMIT = 100_000


@functools.cache
def axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def faults(screen: Page, answer: Recorded) -> list[str]:
    """What is wrong with the page on both screens, and what the browser complains of."""
    with looked_at.complaints(screen) as told:
        screen.set_viewport_size(looked_at.DESKTOP)
        looked_at.show(screen, answer)
        screen.evaluate(axe())
        found = []
        for size in (looked_at.DESKTOP, looked_at.PHONE):
            screen.set_viewport_size(size)
            found += [f"{size['width']} px: {fault}" for fault in screen.evaluate(SERIOUS) + screen.evaluate(TOO_WIDE)]
    return found + told


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_page_can_be_used_by_everybody_on_every_screen(name: str, pages: dict[str, Recorded], screen: Page):
    assert faults(screen, pages[name]) == []


@pytest.mark.browser
def test_a_poor_page_would_be_found_out(pages: dict[str, Recorded], screen: Page):
    good = pages["login"]
    poor = b'<input type="text" id="bare"><p class="poor" style="width: 2000px">wide</p><script>1</script></main>'
    found = faults(screen, Recorded(good.url, good.status, good.headers, good.body.replace(b"</main>", poor)))
    told = " ".join(found)
    assert "Form elements must have labels: #bare" in told
    assert told.count("Content Security Policy") == 2
    wide = b'<table class="poor"><tr><td>%s</td></tr></table></main>' % (b"x" * 2000)
    found = faults(screen, Recorded(good.url, good.status, good.headers, good.body.replace(b"</main>", wide)))
    assert any("390 px: wider than the screen" in fault for fault in found)


class Inline(HTMLParser):
    """Scripts, styles and handlers that are written into a page, and what it loads."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.loads: set[str] = set()
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("href") if tag in ("link", "use") else given.get("src")
        if address and address != "data:,":  # an empty picture, so that browsers ask for none
            self.loads.add(address.split("#")[0])
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.found += [f"{tag} {name}" for name, value in attrs if (value or "").startswith("javascript:")]


@pytest.mark.parametrize("name", PAGES)
def test_page_has_a_strict_policy_and_keeps_it(name: str, pages: dict[str, Recorded]):
    answer = pages[name]
    policy = dict(one.split(" ", 1) for one in answer.headers["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    page = Inline(answer.body.decode())
    assert page.found == []
    assert all(address.startswith("/static/") for address in page.loads), page.loads
    assert not re.search(r"\{\{|\{%", answer.body.decode()), "a tag of a template that was not filled in"


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_first_page_is_light_over_the_wire(name: str, pages: dict[str, Recorded]):
    """As sent for the first time: compressed, with all styles, scripts and icons."""
    answer = pages[name]
    loaded = [finders.find(address.removeprefix("/static/")) for address in Inline(answer.body.decode()).loads]
    assert len(loaded) >= 3 and all(loaded)
    sent = [answer.body, *(Path(str(file)).read_bytes() for file in loaded)]
    assert sum(len(gzip.compress(one)) for one in sent) < LIMIT
