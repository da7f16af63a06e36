"""Every page of a world at work, recorded while it is made; then looked at in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from playwright.sync_api import Browser, Page

from tests.cast import NOW
from tests.look import pages as looked_at
from tests.look.pages import Recorded

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All looking is done by one worker, which records the pages once."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("look"))


@pytest.fixture(scope="session")
def pages(django_db_setup, django_db_blocker) -> dict[str, Recorded]:
    """What is told by a page -> the page. Nothing of the world stays behind."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        recorded = looked_at.record()
        transaction.set_rollback(True)
    return recorded


@pytest.fixture(scope="module")
def screen(pages, browser: Browser) -> Iterator[Page]:
    """One page of a browser, for one recorded answer after the other."""
    page = browser.new_page(viewport=looked_at.DESKTOP)
    yield page
    page.close()
