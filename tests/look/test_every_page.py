"""Every page in a browser, at a desk and on a phone: nothing in the way of a screen reader, nothing wider than the
screen, nothing that the page's own policy refuses."""

import functools
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.look import pages as looked_at
from tests.look.pages import PAGES, Recorded

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SERIOUS = """() => axe.run(document, {resultTypes: ["violations"], preload: false, iframes: false})
    .then(found => found.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.help}: ${one.nodes.slice(0, 4).map(node => node.target).join("; ")}`))"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 4).map(one => `wider than the screen: ${one.tagName} ${one.className}`)"""


@functools.cache
def axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_can_be_used_by_everybody_on_every_screen(name: str, pages: dict[str, Recorded], screen: Page):
    told = looked_at.complaints(screen)
    screen.set_viewport_size(looked_at.DESKTOP)
    looked_at.show(screen, pages[name])
    screen.evaluate(axe())
    faults = []
    for size in (looked_at.DESKTOP, looked_at.PHONE):
        screen.set_viewport_size(size)
        faults += [f"{size['width']} px: {fault}" for fault in screen.evaluate(SERIOUS) + screen.evaluate(TOO_WIDE)]
    assert faults + told == []
