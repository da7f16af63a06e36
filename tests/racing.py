"""Several people at the same moment: real threads, each with its own connection to the database."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client

from inspections.organisations.models import User
from permissions import audit
from permissions.audit import recording


def race(*calls: Callable[[], Any]) -> list[Any]:
    """Begins all calls at once; returns what each returned, or the exception it raised."""
    gate = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            results[place] = calls[place]()
        except Exception as problem:
            results[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "the threads wait for each other"
    return results


def widen(monkeypatch: Any, seconds: float = 0.15) -> threading.Event:
    """Makes every verb rest before its audit entry, so that what races really overlaps; returns what is set as soon as
    one rests, holding all it locked."""
    original, resting = audit.record, threading.Event()

    def slow(*args: Any, **kwargs: Any) -> Any:
        resting.set()
        time.sleep(seconds)
        return original(*args, **kwargs)

    for module in (audit, recording):
        monkeypatch.setattr(module, "record", slow)
    return resting


def once(resting: threading.Event, call: Callable[[], Any]) -> Callable[[], Any]:
    """The call, begun when the other verb rests: on a busy machine too it is the second."""
    # what was prepared before the race rested as well
    resting.clear()

    def wait() -> Any:
        assert resting.wait(timeout=30), "the other verb never came to its entry"
        return call()

    return wait


def posting(user: User, address: str, data: dict[str, Any] | None = None) -> Callable[[], HttpResponse]:
    """A call that posts a page as the user, logged in beforehand; all that a first request sets up is set up."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    assert client.get("/health/").status_code == 200
    return lambda: client.post(address, data or {})  # type: ignore[return-value]
