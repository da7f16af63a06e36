"""check_invariants: all hold on a world made by verbs, and a planted breach of each is found."""

import pytest

from tests.cast import NOW
from workflows.invariants import INVARIANTS


def broken():
    return {one.code: found for one in INVARIANTS if (found := [f"{b.row} {b.what}" for b in one.breaches(NOW)])}


@pytest.mark.django_db
def test_all_hold_on_a_world_made_by_verbs(world):
    assert broken() == {}
