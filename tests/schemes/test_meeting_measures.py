"""What meetings of cells are counted by: a November with one closed meeting, one held and two that are planned."""

from datetime import date as D
from decimal import Decimal as N

import pytest

from inspections.meetings.models import Meeting
from inspections.schemes.measures import COUNTS, asked_of, measure_of, values_of
from inspections.schemes.rules import Count
from inspections.superiors.models import FlagRule
from tests.meetings import held
from tests.schemes.conftest import TODAY, add, counted

pytestmark = pytest.mark.django_db
DECEMBER = D(2026, 12, 5)


@pytest.fixture
def month(cast):
    """Đồng Muối's November; nothing is planned in the two other cells of the commune."""
    return held.month_of(cast, "dong_muoi", "dm_secretary", "Chuyên đề nêu gương")


def count(code, today=TODAY, year=2026, **parameters):
    measure = measure_of(code)
    rows = measure.rows(asked_of(year, today), values_of(measure, parameters))
    return Count(rows.count(), rows.filter(**{COUNTS: True}).count())


def test_regular_meetings_are_held_or_not_once_their_day_is_past(month):
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    assert count("meetings_held") == Count(1, 1), "December's is still to come"
    assert count("meetings_held", DECEMBER) == Count(2, 1), "past its day and not recorded"
    Meeting.objects.filter(pk=december.pk).update(
        state="off", called_off_at=held.moment("2026-12-01 08:00"), called_off_reason="Bão."
    )
    assert count("meetings_held", DECEMBER) == Count(1, 1), "called off, to be planned anew"
    Meeting.objects.filter(pk=december.pk).update(state="unheld")
    assert count("meetings_held", DECEMBER) == Count(2, 1)
    assert count("meetings_held", D(2027, 2, 1), 2027) == Count(0, 0)


def test_a_share_that_is_exactly_the_one_asked_for_is_enough(month):
    regular = Meeting.objects.filter(pk=month["closed_meeting"].pk)
    for present, expected, share, counts in (
        (9, 10, "90", 1),
        (89, 100, "90", 0),
        (600, 667, "90", 0),
        (17, 20, "85", 1),
    ):
        regular.update(present=present, expected=expected)
        assert count("meetings_attended", share=share) == Count(1, counts), (present, expected)
    assert count("meetings_attended") == Count(1, 0), "nine of ten where nothing is chosen"
    regular.update(present=0, expected=0)
    assert count("meetings_attended") == Count(0, 0)


@pytest.mark.parametrize(
    ("rating", "counts"), [("good", (1, 1, 1)), ("fair", (0, 1, 1)), ("average", (0, 0, 1)), ("poor", (0, 0, 0))]
)
def test_ratings_count_that_are_so_or_better(month, rating, counts):
    Meeting.objects.filter(pk=month["closed_meeting"].pk).update(rating=rating)
    found = tuple(count("meetings_rated", rating=one).counted for one in ("good", "fair", "average"))
    assert found == counts
    assert count("meetings_rated").total == 1, "only what is closed has a rating"


def test_results_are_in_time_by_their_day_in_vietnam(month):
    regular, thematic = (Meeting.objects.filter(pk=month[name].pk) for name in ("closed_meeting", "held_meeting"))
    assert count("results_in_time") == Count(2, 1), "the thematic one of the 12th is late"
    due = regular.get().upload_due_on
    # still the due day in Vietnam, and the day after it
    regular.update(uploaded_at=held.moment(f"{due} 23:30"))
    assert count("results_in_time").counted == 1
    regular.update(uploaded_at=held.moment(f"{due:%Y-%m}-{due.day + 1:02d} 00:30"))
    assert count("results_in_time").counted == 0
    thematic.update(upload_due_on=TODAY)
    assert count("results_in_time") == Count(1, 0), "due today is not late"


def test_assignments_count_once_they_are_done_or_late(month):
    done = month["closed_meeting"].items.earliest("position")
    assert count("assignments_in_time") == Count(1, 1), "one is done, the other still open"
    assert count("assignments_in_time", D(2026, 12, 1)) == Count(1, 1), "due today is not late"
    assert count("assignments_in_time", D(2026, 12, 2)) == Count(2, 1)
    type(done).objects.filter(pk=done.pk).update(done_on=D(2026, 12, 2))
    assert count("assignments_in_time", D(2026, 12, 2)) == Count(2, 0)
    assert count("assignments_in_time", D(2027, 1, 5), 2027) == Count(0, 0)


def test_cells_meet_every_month_and_once_a_quarter(cast, month):
    """By the flags of superiors: a month counts once its days of grace are over, from the first one that is told."""
    cell = cast.organisation("dong_muoi")
    everybody = len(cast.organisations) - 5  # province, two communes, two committees: no cells
    assert count("cells_meeting", D(2026, 1, 30)) == Count(0, 0), "no month is over"
    assert count("cells_meeting", TODAY) == Count(everybody, 0)
    last = {"kind": "regular", "times": "last"}
    assert count("cells_meeting", D(2026, 12, 2), **last) == Count(everybody, 0), "October: two days of grace"
    assert count("cells_meeting", D(2026, 12, 3), **last) == Count(everybody, 1), "November"
    FlagRule.objects.filter(code="no_regular").update(amount=5, is_active=False)
    assert count("cells_meeting", D(2026, 12, 5), **last).counted == 0, "five days of grace, told or not"
    thematic = {"kind": "thematic", "times": "last"}
    assert count("cells_meeting", D(2026, 12, 31), **thematic).counted == 0, "the third quarter"
    assert count("cells_meeting", D(2027, 1, 3), 2026, **thematic).counted == 1
    assert count("cells_meeting", D(2027, 1, 3), 2026, kind="thematic", times="every").counted == 0
    FlagRule.objects.filter(code="no_regular").update(amount=2)
    type(cell).objects.filter(pk=cell.pk).update(starts_on=D(2026, 10, 15))
    assert count("cells_meeting", D(2026, 12, 5)).counted == 1, "founded in October, it owes November only"
    assert count("cells_meeting", D(2026, 11, 5), **last).total == everybody - 1, "and of October none is asked of it"
    FlagRule.objects.filter(code="no_regular").update(since=D(2027, 1, 1))
    assert count("cells_meeting", D(2026, 12, 5)) == Count(0, 0), "nothing is told before"


def test_the_figure_of_a_commune_leaves_other_communes_out(cast, scheme, by, month):
    """The ward's cell closed a November of its own; the commune's figure knows only Đồng Muối's."""
    held.month_of(cast, "ward_cell", "stranger_secretary", "Chuyên đề khác")
    one = counted(add(scheme, by, "results_in_time"), scheme.organisation)
    assert (one.count, one.value) == (Count(2, 1), N("50.0"))
    assert counted(add(scheme, by, "meetings_held"), cast.organisation("suoi_da")).value is None, "nothing of nothing"
