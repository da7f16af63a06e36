"""The world of the access matrix: its pages recorded, then looked at in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.look import pages as looked_at
from tests.look.pages import Recorded
from tests.permissions.conftest import world

__all__ = ["world"]


@pytest.fixture(scope="module")
def pages(world) -> dict[str, Recorded]:
    """Every page by the name of its address, as the holder sees it; and the pages of refusals."""
    return looked_at.record(world)


@pytest.fixture(scope="module")
def screen(pages, browser: Browser) -> Iterator[Page]:
    """One page of a browser, for one recorded answer after the other."""
    page = browser.new_page(viewport=looked_at.DESKTOP)
    yield page
    page.close()
