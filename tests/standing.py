"""One cast for many tests: built once in a transaction that stays open; every test is rolled back inside it.

A test that names `cast` and no lasting database begins on it; before any other test it is taken away again."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests import cast as casts

ON_THEIR_OWN = {"lasting_db", "transactional_db", "live_server", "world"}


class StandingCast:
    """The cast that stands at this moment, if any. Lives as long as the test database of the worker."""

    def __init__(self, blocker: Any) -> None:
        self.blocker = blocker
        self.atomic: transaction.Atomic | None = None
        self.built: casts.Cast | None = None

    def prepare(self, wanted: bool) -> None:
        """Before a test, outside its own transaction: builds what it begins on, or takes away what it must not see."""
        with self.blocker.unblock():
            if not wanted:
                self.end()
            elif self.atomic is None and not connection.in_atomic_block:
                self.atomic = transaction.atomic()
                self.atomic.__enter__()
                self.built = casts.build()

    def end(self) -> None:
        if self.atomic is not None:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
        self.atomic = self.built = None

    def lend(self) -> casts.Cast | None:
        """A copy for one test, which may change it."""
        return copy.deepcopy(self.built)


_standing: StandingCast | None = None


@pytest.fixture(scope="session", autouse=True)
def _standing_cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    global _standing
    _standing = StandingCast(django_db_blocker)
    yield
    with django_db_blocker.unblock():
        _standing.end()
    _standing = None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: Any) -> None:
    if _standing is not None:
        names = set(item.fixturenames)
        _standing.prepare("cast" in names and not names & ON_THEIR_OWN)


@pytest.fixture
def cast(db: None) -> casts.Cast:
    """Everybody, in a database of their own."""
    lent = _standing.lend() if _standing is not None else None
    return lent or casts.build()
