"""A cast, or a whole world, for many tests: built once in a transaction that stays open, and every test is rolled back
inside it.

Before a test that begins on something else, what stands is taken away again."""

import copy
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from tests import cast as casts
from tests.permissions import world as worlds

# databases that no standing transaction may be open on
LASTING = {"lasting_db", "transactional_db", "live_server"}
CAST, WORLD = "cast", "world"


@contextmanager
def _standing_cast() -> Iterator[casts.Cast]:
    with transaction.atomic():
        yield casts.build()
        transaction.set_rollback(True)


class Standing:
    """What stands at this moment, if anything. Lives as long as the test database of the worker."""

    def __init__(self, blocker: Any, folders: pytest.TempPathFactory) -> None:
        self.blocker, self.folders = blocker, folders
        self.kind, self.built = "", None
        self._undo = ExitStack()

    def prepare(self, wanted: str) -> None:
        """Before a test, outside its own transaction: builds what it begins on (CAST, WORLD; empty: nothing)."""
        if wanted == self.kind:
            return
        self.end()
        with self.blocker.unblock():
            if wanted and not connection.in_atomic_block:
                self.built = self._undo.enter_context(self._making(wanted))
                self.kind = wanted

    def _making(self, wanted: str) -> AbstractContextManager[Any]:
        return _standing_cast() if wanted == CAST else worlds.standing(self.folders.mktemp("files"))

    def end(self) -> None:
        with self.blocker.unblock():
            self._undo.close()
        self.kind, self.built = "", None

    def lend(self, kind: str) -> Any:
        """A copy of what stands, for one test or file that may change it; None when it is of another kind."""
        return copy.deepcopy(self.built) if kind == self.kind else None


_standing: Standing | None = None


@pytest.fixture(scope="session", autouse=True)
def _what_stands(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    global _standing
    _standing = Standing(django_db_blocker, tmp_path_factory)
    yield
    _standing.end()
    _standing = None


def _names(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests in the world are run by one worker, which makes it once; the long matrix by all."""
    files = {item.path for item in items if WORLD in _names(item)}
    for item in items:
        if item.path not in files:
            continue
        item.stash[_IN_WORLD] = True
        if item.path.stem != "test_access_matrix":
            item.add_marker(pytest.mark.xdist_group(WORLD))


_IN_WORLD = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if _standing is None:
        return
    names = _names(item)
    if names & LASTING:
        _standing.prepare("")
    elif item.stash.get(_IN_WORLD, False):
        # a file that has the world keeps it to its end
        _standing.prepare(WORLD)
    else:
        _standing.prepare(CAST if CAST in names else "")


@pytest.fixture
def cast(db: None) -> casts.Cast:
    """Everybody, in a database of their own."""
    lent = _standing.lend(CAST) if _standing is not None else None
    return lent or casts.build()


@pytest.fixture(scope="module")
def world(_what_stands: None, django_db_blocker: Any) -> Iterator[worlds.World]:
    """Four places at work, on the morning of the tests; what a test does to them is rolled back."""
    assert _standing is not None
    _standing.prepare(WORLD)  # the first test of a worker begins before anything can stand
    lent = _standing.lend(WORLD)
    assert lent is not None
    with django_db_blocker.unblock():
        yield lent
