"""What many tests begin with stands: it is built once, in a transaction that stays open, and every test is rolled back
inside it.

Three things can stand: the cast; on it the story of a file (`@story`), and the stories that go on from it; or the whole
world. Before a test that begins on something else, what stands is taken away again, as far as it has to be.
"""

import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from tests import cast as casts
from tests.permissions import world as worlds

CAST, WORLD = "cast", "world"
# databases that no standing transaction may be open on
LASTING = {"lasting_db", "transactional_db", "live_server"}
_IN_WORLD = pytest.StashKey[bool]()
# file -> name of the fixture -> what tells the story
_STORIES: dict[str, dict[str, Callable[..., Any]]] = {}
# what tells a story -> the stories it goes on from, the first first
_BEFORE: dict[Callable[..., Any], list[Callable[..., Any]]] = {}


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _standing(what: Any, below: dict[Any, Any], folders: pytest.TempPathFactory) -> Iterator[Any]:
    """Builds CAST, WORLD, or a story on copies of what is below; undoes it in the end. below: what -> as built."""
    if what == WORLD:
        with worlds.standing(folders.mktemp("files")) as world:
            yield world
    else:
        with _undone():
            yield casts.build() if what == CAST else what(*(copy.deepcopy(below[one]) for one in _needs(what)))


def _needs(tell: Callable[..., Any]) -> list[Any]:
    """What the story is told with, in the order of its arguments."""
    told = _STORIES[tell.__code__.co_filename]
    return [told.get(name, CAST) for name in inspect.signature(tell).parameters]


def _stories_for(path: str, names: list[str]) -> list[Callable[..., Any]]:
    """Of the stories of the file, those that can stand for a test that names these fixtures: one, with those before."""
    told = [[*_BEFORE[tell], tell] for name, tell in _STORIES.get(path, {}).items() if name in names]
    return max(told, key=len, default=[])


class Standing:
    """What stands at this moment, the lowest first. Lives as long as the test database of the worker."""

    def __init__(self, blocker: Any, folders: pytest.TempPathFactory) -> None:
        self.blocker, self.folders = blocker, folders
        self.floors: list[tuple[Any, Any, Any]] = []  # what, as built, how it is undone

    def prepare(self, *wanted: Any) -> None:
        """Before a test, outside its own transaction: takes away what it must not see, builds what it begins on."""
        with self.blocker.unblock():
            while [what for what, _built, _undo in self.floors] != list(wanted[: len(self.floors)]):
                _what, _built, undo = self.floors.pop()
                undo.__exit__(None, None, None)
            if not self.floors and connection.in_atomic_block:
                return  # a test class of Django's own holds a transaction
            for what in wanted[len(self.floors) :]:
                undo = _standing(what, {one: built for one, built, _undo in self.floors}, self.folders)
                self.floors.append((what, undo.__enter__(), undo))

    def lend(self, wanted: Any) -> Any:
        """A copy for one test or file, which may change it; None when it does not stand."""
        return next((copy.deepcopy(built) for what, built, _undo in self.floors if what == wanted), None)


_now: Standing | None = None


@pytest.fixture(scope="session", autouse=True)
def _what_stands(_keep_as_migrated: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    global _now
    _now = Standing(django_db_blocker, tmp_path_factory)
    yield
    _now.prepare()
    _now = None


def _names(item: pytest.Item) -> list[str]:
    return list(getattr(item, "fixturenames", ()))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests in the world are run by one worker, which makes it once; the long matrix by all. So are the tests of a
    file with a story."""
    files = {item.path for item in items if WORLD in _names(item)}
    for item in items:
        if item.path in files:
            item.stash[_IN_WORLD] = True  # a file that has the world keeps it to its end
            if item.path.stem != "test_access_matrix":
                item.add_marker(pytest.mark.xdist_group(WORLD))
        elif str(item.path) in _STORIES:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if _now is None:
        return
    names = _names(item)
    if LASTING & set(names):
        _now.prepare()
    elif item.stash.get(_IN_WORLD, False):
        _now.prepare(WORLD)
    elif CAST in names:
        _now.prepare(CAST, *_stories_for(str(item.path), names))
    else:
        _now.prepare()


def story(tell: Callable[..., Any]) -> Any:
    """Makes a fixture of what tells a story on the cast: told once for the tests of its file that name it.

    It takes the cast, and may go on from another story of the file, which it names after it. Its tests name `cast`
    too. What it returns is copied for each of them; so whoever names both stories has two copies of what is in both."""
    of_file = _STORIES.setdefault(tell.__code__.co_filename, {})
    names = list(inspect.signature(tell).parameters)
    _BEFORE[tell] = [one for name in names if name in of_file for one in (*_BEFORE[of_file[name]], of_file[name])]
    of_file[tell.__name__] = tell

    def told(cast: casts.Cast, request: pytest.FixtureRequest) -> Any:
        lent = _now.lend(tell) if _now is not None else None
        if lent is not None:
            return lent
        return tell(*(cast if name == "cast" else request.getfixturevalue(name) for name in names))

    told.__doc__ = tell.__doc__
    return pytest.fixture(name=tell.__name__)(told)


@pytest.fixture
def cast(db: None) -> casts.Cast:
    """Everybody, in a database of their own."""
    lent = _now.lend(CAST) if _now is not None else None
    return lent or casts.build()


@pytest.fixture(scope="module")
def world(_what_stands: None, django_db_blocker: Any) -> Iterator[worlds.World]:
    """Four places at work, on the morning of the tests; what a test does to them is rolled back."""
    assert _now is not None
    _now.prepare(WORLD)  # the first test of a worker begins before anything can stand
    lent = _now.lend(WORLD)
    assert lent is not None
    with django_db_blocker.unblock():
        yield lent
