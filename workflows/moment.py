"""The moment a step happens: time is a parameter, and engine nodes have no parameters of their own."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

from inspections.organisations.models import User

_moment: ContextVar[datetime.datetime | None] = ContextVar("moment", default=None)
_actor: ContextVar[User | None] = ContextVar("actor", default=None)


@contextmanager
def at(now: datetime.datetime, acting_user: User | None = None) -> Iterator[None]:
    """Everything the engine does inside happens at `now`, by the acting user."""
    moment, actor = _moment.set(now), _actor.set(acting_user)
    try:
        yield
    finally:
        _moment.reset(moment)
        _actor.reset(actor)


def now() -> datetime.datetime:
    """The moment set by the nearest `at`, or the clock's."""
    return _moment.get() or timezone.now()


def actor() -> User:
    """Who acts, as set by the nearest `at`. Raises LookupError outside."""
    user = _actor.get()
    if user is None:
        raise LookupError("nobody acts: enter the engine through workflows.services")
    return user
