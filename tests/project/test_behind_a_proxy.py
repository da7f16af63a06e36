"""What stands in docs/server/ fits the program, and failed log-ins are counted by who asks, not by the proxy."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from inspections.organisations.models import User
from project.addresses import address_of

SERVER = Path(settings.BASE_DIR) / "docs" / "server"


@pytest.mark.parametrize(
    ("nearest", "told", "expected"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ],
)
def test_the_address_is_what_the_proxy_wrote_and_nobody_else(nearest: str, told: str, expected: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=nearest, **({"HTTP_X_FORWARDED_FOR": told} if told else {}))
    assert address_of(request) == expected


@pytest.mark.django_db
def test_wrong_passwords_from_elsewhere_do_not_lock_out_whoever_has_the_name(settings: Any) -> None:
    settings.AXES_ENABLED = True
    User.objects.create_user("bithu", password="Mot-Mat-Khau-9")

    def try_as(address: str, password: str) -> int:
        typed = {"username": "bithu", "password": password}
        return int(Client().post(reverse("login"), typed, HTTP_X_FORWARDED_FOR=address).status_code)

    for _time in range(settings.AXES_FAILURE_LIMIT):
        try_as("203.0.113.66", "sai")
    assert try_as("203.0.113.66", "Mot-Mat-Khau-9") == 429
    assert try_as("203.0.113.7", "Mot-Mat-Khau-9") == 302


def test_the_proxy_lets_the_largest_file_pass() -> None:
    allowed = re.search(r"client_max_body_size (\d+)m;", (SERVER / "nginx.conf").read_text())
    assert allowed is not None
    # larger than one file too, so that the program tells what is too large, on the page it was sent from
    assert int(allowed[1]) * 1024 * 1024 > 2 * settings.FILE_SIZE_LIMIT


def test_both_units_start_commands_of_the_program() -> None:
    units = {path.stem: path.read_text() for path in SERVER.glob("*.service")}
    assert "gunicorn project.wsgi" in units["inspections-web"]
    assert "manage.py qcluster" in units["inspections-worker"]
    assert "KillMode=mixed" in units["inspections-worker"]
