"""The quarter that runs: its months so far, and the cells that have met on no topic in it yet."""

from datetime import date as D

import pytest

from inspections.superiors.models import FlagRule
from inspections.superiors.queries import flags
from inspections.superiors.queries.flags import NO_THEMATIC_YET, Asked
from inspections.superiors.rules import quarter_until
from tests.meetings.held import filled_cell
from tests.superiors.meetings import meeting_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("month", "first", "many"),
    [
        (D(2026, 1, 1), D(2026, 1, 1), 1),
        (D(2026, 5, 1), D(2026, 4, 1), 2),
        (D(2026, 9, 1), D(2026, 7, 1), 3),
        (D(2026, 11, 1), D(2026, 10, 1), 2),
        (D(2026, 12, 1), D(2026, 10, 1), 3),
    ],
)
def test_the_months_of_the_quarter_so_far(month, first, many):
    found = quarter_until(month)
    assert (found[0], found[-1], len(found)) == (first, month, many)


def counted(cast, today):
    """How many cells the province's leader reads of, and which the list has."""
    user, month = cast["province_secretary"], today.replace(day=1)
    asked, settings = Asked(today), flags.settings_now()
    if not flags.is_told(NO_THEMATIC_YET, month, settings, today):
        return None
    found = flags.tally(user, asked, [NO_THEMATIC_YET], [month], settings)
    listed = flags.cells_of(user, asked, NO_THEMATIC_YET, month, settings)
    number = sum(one.figures[NO_THEMATIC_YET][0] for one in found.values())
    assert number == listed.count(), "the figure is its list"
    return number


def test_a_topic_counts_from_its_evening_to_the_end_of_the_quarter(cast):
    cell = cast.organisation("dong_muoi")
    filled_cell(cast, cell, 3)
    cells = counted(cast, D(2026, 10, 2))
    meeting_of(cell, D(2026, 10, 1), kind="thematic", day=20, late=None)
    assert counted(cast, D(2026, 10, 25)) == cells, "planned is not held"
    meeting_of(cell, D(2026, 9, 1), kind="thematic", day=20)
    assert counted(cast, D(2026, 10, 25)) == cells, "the quarter before"
    # twice in the quarter is one cell
    meeting_of(cell, D(2026, 10, 1), kind="thematic", day=21)
    meeting_of(cell, D(2026, 11, 1), kind="thematic", day=20)
    assert counted(cast, D(2026, 10, 25)) == cells - 1
    assert counted(cast, D(2026, 12, 31)) == cells - 1
    assert counted(cast, D(2027, 1, 2)) == cells, "a new quarter"


def test_it_is_told_only_where_the_rule_of_topics_counts(cast):
    FlagRule.objects.filter(code="no_thematic").update(since=D(2027, 1, 1))
    assert counted(cast, D(2026, 11, 23)) is None
    FlagRule.objects.filter(code="no_thematic").update(since=D(2026, 1, 1), is_active=False)
    assert counted(cast, D(2026, 11, 23)) is None
