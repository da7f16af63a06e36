"""Fixtures of all tests."""

import pytest

from tests import cast as cast_module


@pytest.fixture
def cast(db) -> cast_module.Cast:
    """Everybody, in a database of their own."""
    return cast_module.build()
