"""Reading pages in tests: as somebody, at a moment, as text."""

import datetime
import html
import re
from contextlib import contextmanager
from typing import Any

import time_machine
from django.test import Client

from inspections.organisations.models import User
from tests.cast import at

TAG = re.compile(r"<[^>]+>")
DAY = datetime.date


def log_in(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    client.force_login(user)
    return client


@contextmanager
def on(day: str, hour: int = 9):
    """The clock of the machine stands at an hour of a day in Vietnam."""
    with time_machine.travel(at(day, hour), tick=False):
        yield


def text_of(response: Any) -> str:
    """What a reader reads of a page: no tags, one blank between words."""
    return " ".join(html.unescape(TAG.sub(" ", response.content.decode())).split())


def read(user: User, path: str, day: str, hour: int = 9, status: int = 200) -> str:
    """The text of a page as the user sees it on a day. Fails when the page answers otherwise than `status`."""
    with on(day, hour):
        response = log_in(user).get(path)
    assert response.status_code == status, f"{path}: {response.status_code}"
    return text_of(response)
