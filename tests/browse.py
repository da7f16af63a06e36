"""Pages as people use them in tests: log in, read, send forms."""

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import time_machine
from django.test import Client

from inspections.organisations.models import User
from tests.cast import at

TAG = re.compile(r"<[^>]+>")


def logged_in(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    client.force_login(user)
    return client


def as_typed(value: Any) -> Any:
    """A value as it is typed into a form."""
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    return [as_typed(one) for one in value] if isinstance(value, list) else value


def text_of(response: Any) -> str:
    """What the page says, quotes and all."""
    return unescape(response.content.decode())


def send(client: Client, address: str, *, status: int = 302, **fields: Any) -> Any:
    """Posts a form and returns the answer; anything but the expected status shows what the page complains about."""
    response = client.post(address, {name: as_typed(value) for name, value in fields.items()})
    complaints = response.context["form"].errors if response.context and "form" in response.context else ""
    assert response.status_code == status, f"{response.status_code} at {address}: {complaints}"
    return response


@contextmanager
def on(day: str, hour: int = 9) -> Iterator[None]:
    """The clock of the machine stands at an hour of a day in Vietnam."""
    with time_machine.travel(at(day, hour), tick=False):
        yield


def words_of(response: Any) -> str:
    """What a reader reads of a page: no tags, one blank between words."""
    return " ".join(unescape(TAG.sub(" ", response.content.decode())).split())


def read(user: User, path: str, day: str, hour: int = 9, status: int = 200) -> str:
    """The words of a page as the user sees it on a day. Fails when the page answers otherwise than `status`."""
    with on(day, hour):
        response = logged_in(user).get(path)
    assert response.status_code == status, f"{path}: {response.status_code}"
    return words_of(response)
