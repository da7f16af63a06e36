"""Every page of a world at work, recorded while it is made; then looked at in a browser."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from playwright.sync_api import Browser, Page

from tests.cast import NOW
from tests.look import pages as looked_at
from tests.look.pages import Recorded


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker) -> Iterator[dict[str, Recorded]]:
    """What is told by a page -> the page."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield looked_at.record()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def screen(pages, browser: Browser) -> Iterator[Page]:
    """One page of a browser, for one recorded answer after the other."""
    page = browser.new_page(viewport=looked_at.DESKTOP)
    yield page
    page.close()
