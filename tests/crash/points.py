"""Named points of a request at which its server process dies, as by a power cut: SIGKILL, no clean-up of any kind."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

HEADER = "X-Dies-At"
WRITES = ("INSERT", "UPDATE", "DELETE")


def die() -> None:
    """The process is gone before this returns."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_with_all() -> None:
    """As `die`, with the process that would start it anew."""
    os.killpg(os.getpgrp(), signal.SIGKILL)


@contextmanager
def at_write(number: int, *, before: bool = False) -> Iterator[None]:
    """Dies around the statement that changes rows for the so manieth time."""
    count = 0

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += sql.lstrip().upper().startswith(WRITES)
        if before and count == number:
            die()
        result = execute(sql, params, many, context)
        if count == number:
            die()
        return result

    with connection.execute_wrapper(watch):
        yield


@contextmanager
def at_commit(*, before: bool, end: Callable[[], None] = die) -> Iterator[None]:
    """Dies as the request's transaction is about to be kept, or when it just was and nobody was answered."""
    commit = BaseDatabaseWrapper._commit

    def dying(self: Any) -> None:
        if before:
            end()
        commit(self)
        end()

    with patch.object(BaseDatabaseWrapper, "_commit", dying):
        yield


@contextmanager
def at_half_a_file() -> Iterator[None]:
    """Dies while bytes are being written."""

    def dying(handle: int) -> None:
        os.ftruncate(handle, os.fstat(handle).st_size // 2)
        die()

    with patch("os.fsync", dying):
        yield


@contextmanager
def at_file_in_place() -> Iterator[None]:
    """Dies when the bytes are in their place and no row names them."""
    replace = os.replace

    def dying(*args: Any) -> None:
        replace(*args)
        die()

    with patch("os.replace", dying):
        yield


POINTS: dict[str, Callable[[], Any]] = {
    "before the first write": lambda: at_write(1, before=True),
    "after the first write": lambda: at_write(1),
    "in the middle": lambda: at_write(9),
    "half a file written": at_half_a_file,
    "file in place": at_file_in_place,
    "before the commit": lambda: at_commit(before=True),
    "after the commit": lambda: at_commit(before=False),
    "before the commit, all": lambda: at_commit(before=True, end=die_with_all),
    "after the commit, all": lambda: at_commit(before=False, end=die_with_all),
}


def dying(application: Callable[..., Any]) -> Callable[..., Any]:
    """The WSGI application, whose process dies at the point that a request names in its header."""

    def asked(environ: dict[str, Any], start_response: Any) -> Any:
        point = environ.get("HTTP_" + HEADER.upper().replace("-", "_"))
        if point is None:
            return application(environ, start_response)
        with POINTS[point]():
            return application(environ, start_response)

    return asked
