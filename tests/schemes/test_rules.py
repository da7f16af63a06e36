"""What a figure is worth and whether it keeps its target, as tables."""

from decimal import Decimal as N

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.schemes.rules import (
    Column,
    Count,
    Standing,
    bar_of,
    change_since,
    columns_of,
    places_above,
    standing_of,
    sums_below,
    value_of,
    without_nested,
)


@pytest.mark.parametrize(
    ("total", "counted", "is_share", "value"),
    [
        # of nothing there is no share
        (0, 0, True, None),
        (3, 0, True, N("0.0")),
        (3, 3, True, N("100.0")),
        (32, 29, True, N("90.6")),
        (3, 2, True, N("66.7")),
        # half up: 1/16 is 6.25
        (16, 1, True, N("6.3")),
        # a number is that of the rows that count
        (0, 0, False, N(0)),
        (7, 5, False, N(5)),
    ],
)
def test_what_a_figure_is_worth(total, counted, is_share, value):
    assert value_of(Count(total, counted), is_share=is_share) == value


@pytest.mark.parametrize(
    ("value", "target", "direction", "standing"),
    [
        (N(90), N(90), "more", Standing.KEPT),
        (N("89.9"), N(90), "more", Standing.MISSED),
        (N(95), N(90), "more", Standing.KEPT),
        (N(90), N(90), "less", Standing.KEPT),
        (N("90.1"), N(90), "less", Standing.MISSED),
        (N(0), N(0), "less", Standing.KEPT),
        (N(0), N(0), "more", Standing.KEPT),
        (None, N(90), "more", Standing.NO_FIGURE),
        (None, None, "less", Standing.NO_FIGURE),
        (N(90), None, "more", Standing.NO_TARGET),
    ],
)
def test_whether_a_figure_keeps_its_target(value, target, direction, standing):
    assert standing_of(value, target, direction) is standing


FIGURES = st.decimals(min_value=0, max_value=1000, places=2)


@given(value=FIGURES, better=FIGURES, target=FIGURES, direction=st.sampled_from(["more", "less"]))
def test_a_better_figure_never_loses_its_target(value, better, target, direction):
    moved = value + better if direction == "more" else value - better
    if standing_of(value, target, direction) is Standing.KEPT:
        assert standing_of(moved, target, direction) is Standing.KEPT


@given(total=st.integers(0, 500), part=st.integers(0, 500))
def test_a_share_is_between_nought_and_hundred(total, part):
    value = value_of(Count(total, min(total, part)), is_share=True)
    assert (value is None) == (total == 0)
    assert value is None or 0 <= value <= 100


@pytest.mark.parametrize(
    ("value", "baseline", "direction", "change"),
    [
        (N(90), N(85), "more", N(5)),
        (N(80), N(85), "more", N(-5)),
        (N(3), N(10), "less", N(7)),
        (N(12), N(10), "less", N(-2)),
        (None, N(10), "less", None),
        (N(3), None, "less", None),
    ],
)
def test_how_much_better_than_the_baseline(value, baseline, direction, change):
    assert change_since(value, baseline, direction) == change


@pytest.mark.parametrize(
    ("number", "largest", "length"),
    [(N(50), N(100), 120), (N(100), N(100), 240), (N(0), N(100), 0), (None, N(100), 0), (N(5), N(0), 0)],
)
def test_how_long_a_bar_is(number, largest, length):
    assert bar_of(number, largest, 240) == length


def test_counts_below_are_those_of_all_paths_at_and_below():
    by_path = {"a": Count(1, 1), "ab": Count(2, 0), "abc": Count(4, 3), "b": Count(8, 8)}
    found = sums_below(by_path, ["a", "ab", "abc", "b", "c"])
    assert found == {
        "a": Count(7, 4),
        "ab": Count(6, 3),
        "abc": Count(4, 3),
        "b": Count(8, 8),
        "c": Count(0, 0),
    }


PATHS = st.text("01z", min_size=1, max_size=4)


@given(by_path=st.dictionaries(PATHS, st.integers(0, 9)), place=PATHS)
def test_sums_below_equal_the_rows_whose_path_begins_so(by_path, place):
    counts = {path: Count(many, many) for path, many in by_path.items()}
    expected = sum(many for path, many in by_path.items() if path.startswith(place))
    assert sums_below(counts, [place])[place].total == expected


def test_the_places_above_a_path_end_with_itself():
    assert places_above("0000100002", 5) == ["00001", "0000100002"]
    assert places_above("", 5) == []


def test_paths_below_others_are_left_out():
    assert without_nested(["b", "ab", "a", "abc", "b"]) == ["a", "b"]


def test_columns_stand_side_by_side_on_one_scale():
    pairs = [(N(50), N(100)), (None, None), (N(200), N(0))]
    first, empty, cut = columns_of(pairs, N(100), slot=72, top=24, height=150)
    assert first == Column(36, 75, 99, 24)
    assert empty == Column(108, 0, 174, None)
    assert cut == Column(180, 150, 24, 174), "never above the top"
    assert columns_of([], N(0), slot=72, top=24, height=150) == []
