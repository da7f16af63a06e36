"""Draws of meetings: the same for everybody, in every version, whatever the order of what was given."""

from datetime import date as D
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.calendars.rules import days_after
from inspections.quality.sampling import Candidate, Rule, draw

CHECKS = settings(deadline=None, database=None, derandomize=True)
FIRST = D(2026, 1, 5)
# key -> day, thematic, score, lines at fault
SIX = [
    Candidate(11, D(2026, 1, 5), False, Decimal(93), 0),
    Candidate(12, D(2026, 2, 5), False, Decimal(41), 3),
    Candidate(13, D(2026, 2, 20), True, Decimal(75), 1),
    Candidate(14, D(2026, 4, 5), False, Decimal(60), 0),
    Candidate(15, D(2026, 5, 5), False, None, 2),
    Candidate(16, D(2026, 6, 5), False, Decimal(41), 0),
]


def candidates():
    one = st.tuples(st.integers(1, 10**6), st.integers(0, 700), st.booleans(), st.none() | st.integers(0, 100))
    rows = st.lists(one, min_size=1, max_size=40, unique_by=lambda row: row[0])
    return rows.map(
        lambda many: [
            Candidate(key, days_after(FIRST, after), thematic, None if total is None else Decimal(total))
            for key, after, thematic, total in many
        ]
    )


@pytest.mark.parametrize(
    ("rule", "size", "drawn"),
    [
        (Rule.LOWEST, 1, [12]),  # of equal ones the earlier
        (Rule.LOWEST, 3, [12, 14, 16]),
        (Rule.LOWEST, 6, [11, 12, 13, 14, 16]),  # one that was not scored is not among the lowest
        (Rule.FAULTS, 0, [12, 13, 15]),
        (Rule.THEMATIC, 0, [13]),
    ],
)
def test_rules_draw(rule, size, drawn):
    assert draw(SIX, rule, size, "") == drawn


def test_draws_are_as_they_were_when_this_was_written():
    """Kept samples have to give the same in years: these were computed by hand with sha256sum."""
    assert draw(SIX, Rule.RANDOM, 2, "muối") == [12, 14]
    assert draw(SIX, Rule.EVERY, 2, "muối") == [12, 14, 16]


@CHECKS
@given(candidates(), st.integers(1, 40), st.text(min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_a_random_sample_is_a_subset_of_its_size_whatever_the_order(population, size, seed, shuffler):
    drawn = draw(population, Rule.RANDOM, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(population))
    assert set(drawn) <= {one.key for one in population}
    other = list(population)
    shuffler.shuffle(other)
    assert draw(other, Rule.RANDOM, size, seed) == drawn
    # a larger sample has the smaller one in it
    assert set(drawn) <= set(draw(population, Rule.RANDOM, size + 1, seed))


@CHECKS
@given(candidates(), st.integers(1, 40), st.text(min_size=1, max_size=20))
def test_every_so_many_th_is_never_nobody(population, size, seed):
    size = min(size, len(population))
    drawn = draw(population, Rule.EVERY, size, seed)
    order = [one.key for one in sorted(population, key=lambda one: (one.day, one.key))]
    places = [order.index(key) for key in drawn]
    assert places and places[0] < size and all(after - before == size for before, after in pairwise(places))


@pytest.mark.parametrize("rule", Rule)
def test_nothing_is_drawn_out_of_nothing(rule):
    assert draw([], rule, 1, "x") == []
