"""Pages as people use them in tests: log in, read, send forms."""

import datetime
from html import unescape
from typing import Any

from django.test import Client

from inspections.organisations.models import User


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
