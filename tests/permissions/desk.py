"""Asking the addresses of the matrix, as one log-in after the other."""

from typing import Any

from django.test import Client
from django.urls import reverse

from inspections.organisations.models import User
from tests.permissions.matrix import Route
from tests.permissions.world import World


class Desk:
    """Asks as one log-in, each time afresh, so that no answer depends on the one before."""

    def __init__(self) -> None:
        self.sessions: dict[str, str] = {}
        for user in User.objects.all():
            client = Client()
            client.force_login(user, backend="permissions.backend.OfficeBackend")
            self.sessions[user.username] = client.session.session_key
        self.client = Client(raise_request_exception=False)

    def ask(self, who: str, method: str, url: str, data: Any = None) -> Any:
        self.client.cookies.clear()
        if who:
            self.client.cookies["sessionid"] = self.sessions[who]
        return self.client.post(url, data or {}) if method == "POST" else self.client.generic(method, url)


def address(route: Route, world: World, place: str, pk: int | None = None) -> str:
    """The address of the route's row at a place, or of another row."""
    arguments: dict[str, Any] = dict(route.more)
    if route.of:
        arguments[route.arg] = world.row(route.of, place).pk if pk is None else pk
    query = route.query(world) if callable(route.query) else route.query
    return reverse(route.name, kwargs=arguments) + (f"?{query}" if query else "")
