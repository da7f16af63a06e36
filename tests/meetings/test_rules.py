"""The score of a meeting as truth tables and by its laws (domain.md §6.4)."""

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.meetings.faults import Problem, faults_of, problems_of_part
from inspections.meetings.rules import (
    Adjustment,
    Adjusts,
    Band,
    Computed,
    Judged,
    Marks,
    Measure,
    Rating,
    Standing,
    band_of,
    rating_of,
    score,
    score_part,
    tenths,
)
from inspections.meetings.words import TOLD
from tests.meetings.schemes import (
    ATTENDANCE,
    BONUS,
    CAP,
    DOCUMENTS,
    RESOLUTION,
    SHIPPED,
    SPEAKING,
    TIME,
    UPLOAD,
    criterion,
    meeting,
    part,
    roll,
)

D = datetime.date
COMPUTED = {one.key: one for one in SHIPPED.parts if one.measure is not None}
# what people gave in scenario F for the lines that are judged: preparation 8 + 2, conduct 33 + 5, principles 5, closing
# 4 + 1
GIVEN = {31: 3, 32: 2, 33: 2, 34: 1, 42: 23, 43: 10, 51: 1, 52: 2, 53: 1, 54: 1, 71: 2, 72: 2}


def points(key, facts):
    found = score_part(COMPUTED[key], facts, SHIPPED)
    assert isinstance(found, Computed)
    return found.points


def codes(key, facts):
    found = score_part(COMPUTED[key], facts, SHIPPED)
    return [told.code for told in found.told]


def total(facts):
    found = score(SHIPPED, facts)
    return sum(one.points if isinstance(one, Computed) else Decimal(GIVEN[key]) for key, one in found.items())


# scenario F


def test_scenario_f_line_by_line():
    facts = meeting()
    assert {key: points(key, facts) for key in COMPUTED} == {
        TIME: 5,
        ATTENDANCE: 2,
        DOCUMENTS: 2,
        SPEAKING: 5,
        RESOLUTION: 27,
        UPLOAD: 1,
    }
    assert total(facts) == 92 and rating_of(SHIPPED, total(facts)) is Rating.GOOD


def test_scenario_f_with_seven_of_ten_done_is_fair():
    facts = meeting(done=7)
    assert points(RESOLUTION, facts) == 24
    assert total(facts) == 89 and rating_of(SHIPPED, total(facts)) is Rating.FAIR


def test_attendance_of_scenario_f_explains_itself():
    found = score_part(COMPUTED[ATTENDANCE], meeting(), SHIPPED)
    assert [(told.code, dict(told.values)) for told in found.told] == [
        ("attendance", {"part": 29, "whole": 32, "percent": "90.6"}),
        ("from", {"start": "90", "points": "4"}),
        ("cap", {"unexcused": 1, "points": "1"}),
        ("bonus", {"points": "1", "times": 3, "longest": 1}),
    ]


@pytest.mark.parametrize(
    ("day", "given", "code"), [(5, 1, "upload_in_time"), (6, 0, "upload_late"), (3, 1, "upload_in_time")]
)
def test_upload_in_time_or_late(day, given, code):
    facts = meeting(uploaded_on=D(2026, 11, day))
    assert points(UPLOAD, facts) == given and codes(UPLOAD, facts)[0] == code


# tables


@pytest.mark.parametrize(
    ("members", "minutes", "given"),
    [
        # 120 minutes are asked of 30 members and more, 90 of fewer
        (34, 125, 5), (34, 120, 5), (34, 119, 4), (34, 108, 4), (34, 107, 3), (34, 90, 3), (34, 72, 2), (34, 71, 1),
        (30, 119, 4), (29, 119, 5), (29, 90, 5), (29, 89, 4), (29, 0, 1),
    ],
)  # fmt: skip
def test_length(members, minutes, given):
    assert points(TIME, meeting(roll=roll(members, members), minutes=minutes)) == given


@pytest.mark.parametrize(
    ("members", "present", "excused", "unexcused", "longest", "given"),
    [
        (32, 32, 0, 0, 0, 5),
        (10, 9, 1, 0, 1, 5),  # 90 % is in the band from 90 %
        (10, 9, 1, 0, 3, 5),  # three times running are not more than three
        (10, 9, 1, 0, 4, 4),
        (100, 89, 11, 0, 0, 4), (100, 75, 25, 0, 0, 4), (100, 74, 26, 0, 0, 3), (100, 65, 35, 0, 0, 3),
        (100, 64, 36, 0, 0, 2),
        (32, 29, 2, 1, 1, 2),  # scenario F
        (32, 29, 2, 1, 4, 1),
        (100, 10, 0, 90, 4, 1),
    ],
)  # fmt: skip
def test_attendance(members, present, excused, unexcused, longest, given):
    facts = meeting(roll=roll(members, present, excused, unexcused), longest_excused=longest)
    assert points(ATTENDANCE, facts) == given


@pytest.mark.parametrize(
    ("hours", "given", "code"),
    [
        # Monday 19:00 for Tuesday 19:30
        (Fraction(49, 2), 2, "documents"), (Fraction(24), 2, "documents"),
        (Fraction(24) - Fraction(1, 60), 0, "documents"), (Fraction(-1), 0, "documents_after"),
        (None, 0, "no_documents"),
    ],
)  # fmt: skip
def test_lead_of_documents(hours, given, code):
    facts = meeting(documents_hours=hours)
    assert points(DOCUMENTS, facts) == given and codes(DOCUMENTS, facts)[0] == code


@pytest.mark.parametrize(
    ("present", "speakers", "given"),
    [(30, 16, 5), (30, 15, 4), (30, 12, 4), (30, 11, 3), (30, 9, 3), (30, 8, 2), (30, 0, 2)],
)
def test_speaking_more_than_half_is_more_than_half(present, speakers, given):
    assert points(SPEAKING, meeting(roll=roll(30, present), speakers=speakers)) == given


@pytest.mark.parametrize(("done", "given"), [(10, 30), (9, 30), (8, 27), (7, 24), (6, 20), (5, 15), (4, 10), (0, 10)])
def test_previous_resolution(done, given):
    assert points(RESOLUTION, meeting(done=done)) == given


def test_who_counts_is_data():
    guests = {
        Standing.OFFICIAL: Marks(10, present=8, excused=2),
        Standing.TEMPORARY: Marks(2, present=2),
        Standing.EXEMPT: Marks(2, unexcused=2),
    }
    facts = meeting(roll=guests)
    everybody = replace(SHIPPED, left_out=frozenset())
    members_only = replace(SHIPPED, left_out=frozenset({Standing.EXEMPT, Standing.TEMPORARY}))
    rate = COMPUTED[ATTENDANCE]
    assert [
        dict(score_part(rate, facts, one).told[0].values)["whole"] for one in (SHIPPED, everybody, members_only)
    ] == [
        12,
        14,
        10,
    ]
    # an exempt member who stays away caps nothing, unless exempt members count
    assert score_part(rate, facts, SHIPPED).points == 4
    assert score_part(rate, facts, everybody).points == 2


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        (RESOLUTION, meeting(due=0, done=0)),
        (SPEAKING, meeting(speakers=None)),
        (ATTENDANCE, meeting(roll={Standing.EXEMPT: Marks(2)})),
        (UPLOAD, meeting(uploaded_on=None)),
        (UPLOAD, meeting(upload_due_on=None)),
    ],
)
def test_what_the_record_does_not_hold_is_judged(key, facts):
    found = score_part(COMPUTED[key], facts, SHIPPED)
    assert isinstance(found, Judged)
    assert (found.lowest, found.highest) == (0, COMPUTED[key].points)
    assert [told.code for told in found.told] == [f"not_known_{COMPUTED[key].measure}"]


def test_a_line_without_measure_is_judged_between_nought_and_its_most():
    found = score_part(part(42, 25), meeting(), SHIPPED)
    assert found == Judged(Decimal(0), Decimal(25))


@pytest.mark.parametrize(
    ("total", "rating"),
    [
        ("100", Rating.GOOD), ("90", Rating.GOOD), ("89.9", Rating.FAIR), ("70", Rating.FAIR),
        ("69.9", Rating.AVERAGE), ("50", Rating.AVERAGE), ("49.9", Rating.POOR), ("0", Rating.POOR),
    ],
)  # fmt: skip
def test_ratings(total, rating):
    assert rating_of(SHIPPED, Decimal(total)) is rating


def test_a_rate_is_never_written_as_of_the_next_band():
    assert [tenths(one) for one in (Fraction(29 * 100, 32), Fraction(8999, 100), Fraction(90), Fraction(0))] == [
        "90.6",
        "89.9",
        "90",
        "0",
    ]


# sets that cannot be kept


def test_shipped_set_has_no_fault():
    assert faults_of(SHIPPED) == []


def test_points_are_a_hundred_in_all():
    short = replace(SHIPPED, criteria=SHIPPED.criteria[:-1])
    assert [(fault.problem, dict(fault.values)) for fault in faults_of(short)] == [(Problem.SUM, {"total": "95"})]


def test_a_criterion_is_the_sum_of_its_lines():
    wrong = replace(SHIPPED, criteria=(*SHIPPED.criteria[:-1], criterion(5, part(71, 2), part(72, 2))))
    assert [(fault.problem, fault.criterion) for fault in faults_of(wrong)] == [(Problem.CRITERION_SUM, 7)]
    empty = replace(SHIPPED, criteria=(*SHIPPED.criteria[:-1], criterion(5)))
    assert [(fault.problem, fault.criterion) for fault in faults_of(empty)] == [(Problem.NO_PARTS, 7)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (part(1, 0), Problem.POINTS),
        (part(1, 5, None, "0: 1"), Problem.BANDS_ON_JUDGED),
        (part(1, 5, Measure.LENGTH), Problem.BANDS_MISSING),
        (part(1, 5, Measure.LENGTH, "10: 1; 90: 5"), Problem.BANDS_START),
        (part(1, 5, Measure.LENGTH, ">0: 1; 90: 5"), Problem.BANDS_START),
        (part(1, 5, Measure.LENGTH, "0: 1; 90: 4; 90: 5"), Problem.BANDS_TWICE),
        (part(1, 5, Measure.LENGTH, "0: 1; 101: 5"), Problem.BANDS_RANGE),
        (part(1, 5, Measure.LENGTH, "0: 1; >100: 5"), Problem.BANDS_RANGE),
        (part(1, 5, Measure.LENGTH, "0: -1; 90: 5"), Problem.BANDS_RANGE),
        (part(1, 5, Measure.LENGTH, "0: 1; 50: 6; 90: 5"), Problem.BANDS_FALL),
        (part(1, 5, Measure.LENGTH, "0: 1; 90: 4"), Problem.BANDS_BEST),
        (part(1, 5, Measure.ATTENDANCE, "0: 1; 90: 5", BONUS), Problem.BANDS_BEST),
        (part(1, 5, Measure.LENGTH, "0: 1; 90: 5", CAP), Problem.ADJUSTMENT),
        (part(1, 5, Measure.ATTENDANCE, "0: 1; 90: 5", CAP, CAP), Problem.ADJUSTMENT),
        (part(1, 5, Measure.ATTENDANCE, "0: 1; 90: 5", Adjustment(Adjusts.CAP, Decimal(-1))), Problem.ADJUSTMENT),
    ],
)
def test_lines_that_cannot_be_kept(line, problem):
    assert problems_of_part(line) == [problem]


@pytest.mark.parametrize(
    "ratings",
    [
        {**SHIPPED.ratings, Rating.POOR: Decimal(10)},
        {**SHIPPED.ratings, Rating.GOOD: Decimal(101)},
        {**SHIPPED.ratings, Rating.FAIR: Decimal(90)},
        {rating: SHIPPED.ratings[rating] for rating in list(Rating)[:3]},
    ],
)
def test_ratings_partition_the_points(ratings):
    assert [fault.problem for fault in faults_of(replace(SHIPPED, ratings=ratings))] == [Problem.RATINGS]


@pytest.mark.parametrize("asked", [{"minutes": 0}, {"minutes_of_many": 60}, {"many": 0}, {"documents_hours": 0}])
def test_what_is_asked_of_a_meeting_is_possible(asked):
    assert [fault.problem for fault in faults_of(replace(SHIPPED, **asked))] == [Problem.ASKED]


# laws

LAWS = settings(deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
percents = st.fractions(0, 100)
starts = st.lists(
    st.tuples(st.decimals(0, 100, places=2), st.booleans()).filter(lambda one: one != (Decimal(100), True)),
    unique=True,
    max_size=8,
)


@st.composite
def any_bands(draw):
    """Bands that may be kept: from nought on, never falling."""
    places = sorted({(Decimal(0), False), *draw(starts)})
    given = sorted(draw(st.lists(st.decimals(0, 30, places=1), min_size=len(places), max_size=len(places))))
    return tuple(Band(start, points, above) for (start, above), points in zip(places, given, strict=True))


@LAWS
@given(any_bands(), percents)
def test_bands_partition_the_rates(found, percent):
    """Exactly one band holds a rate: the one it reaches while it does not reach the next."""
    ordered = sorted(found, key=lambda band: (band.start, band.is_above))
    holding = [
        band
        for band, after in zip(ordered, [*ordered[1:], None], strict=True)
        if band.reaches(percent) and (after is None or not after.reaches(percent))
    ]
    assert holding == [band_of(found, percent)]


@LAWS
@given(any_bands(), percents, percents)
def test_a_better_rate_never_has_fewer_points(found, one, other):
    assert band_of(found, min(one, other)).points <= band_of(found, max(one, other)).points


@LAWS
@given(st.decimals(0, 100, places=1), st.decimals(0, 100, places=1))
def test_more_points_are_never_rated_worse(one, other):
    order = list(Rating)
    assert order.index(rating_of(SHIPPED, min(one, other))) <= order.index(rating_of(SHIPPED, max(one, other)))


@st.composite
def any_facts(draw):
    members = draw(st.integers(1, 60))
    present = draw(st.integers(0, members))
    excused = draw(st.integers(0, members - present))
    due = draw(st.integers(0, 12))
    return meeting(
        roll=roll(members, present, excused, members - present - excused),
        minutes=draw(st.integers(0, 300)),
        longest_excused=draw(st.integers(0, 8)),
        documents_hours=draw(st.one_of(st.none(), st.fractions(-10, 100))),
        speakers=draw(st.integers(0, present)),
        due=due,
        done=draw(st.integers(0, due)),
        uploaded_on=D(2026, 11, draw(st.integers(3, 9))),
    )


def better(facts):
    """Each fact a little better, all others as they were."""
    marks = facts.roll[Standing.OFFICIAL]
    yield replace(facts, minutes=facts.minutes + 1)
    hours = facts.documents_hours
    yield replace(facts, documents_hours=Fraction(0) if hours is None else hours + 1)
    yield replace(facts, uploaded_on=D(2026, 11, 3))
    yield replace(facts, longest_excused=max(0, facts.longest_excused - 1))
    if facts.done < facts.due:
        yield replace(facts, done=facts.done + 1)
    if facts.speakers < marks.present:
        yield replace(facts, speakers=facts.speakers + 1)
    if marks.unexcused:
        excused = replace(marks, unexcused=marks.unexcused - 1, excused=marks.excused + 1)
        came = replace(marks, unexcused=marks.unexcused - 1, present=marks.present + 1)
        yield replace(facts, roll={Standing.OFFICIAL: excused})
        # one more who comes and speaks; one who comes and keeps silent lowers the share of those who speak
        yield replace(facts, roll={Standing.OFFICIAL: came}, speakers=facts.speakers + 1)


def test_hours_after_the_beginning_are_no_hours_before():
    """Half an hour late is not told as a number of hours before."""
    found = score_part(COMPUTED[DOCUMENTS], meeting(documents_hours=Fraction(-1, 2)), SHIPPED)
    assert (found.told[0].code, dict(found.told[0].values)) == ("documents_after", {"asked": 24})
    assert str(TOLD["documents_after"] % {"asked": 24})


def test_nobody_spoke_is_worse_than_one():
    assert [points(SPEAKING, meeting(speakers=number)) for number in (0, 1, 16)] == [2, 2, 5]


def test_who_counts_for_the_size_of_a_cell_is_data():
    """29 to be marked, one away: the cell has 30; guests make it no larger unless the set says so."""
    facts = meeting(roll=roll(29, 29), away=1)
    assert (SHIPPED.size_of(facts), SHIPPED.asked_minutes(SHIPPED.size_of(facts))) == (30, 120)
    assert replace(SHIPPED, size_with_away=False).size_of(facts) == 29
    guests = meeting(roll={**roll(29, 29), Standing.TEMPORARY: Marks(3, 3)})
    assert SHIPPED.size_of(guests) == 29
    assert replace(SHIPPED, size_with_guests=True).size_of(guests) == 32
    told = score_part(COMPUTED[TIME], facts, SHIPPED).told[0]
    assert dict(told.values) == {"minutes": 125, "asked": 120, "members": 30}


@LAWS
@given(any_facts())
def test_a_better_fact_never_lowers_a_score(facts):
    for other in better(facts):
        now, then = score(SHIPPED, facts), score(SHIPPED, other)
        assert all(lower_or_same(now[key], then[key]) for key in now), other


def lower_or_same(now, then):
    return not (isinstance(now, Computed) and isinstance(then, Computed)) or now.points <= then.points


@LAWS
@given(any_facts())
def test_points_stay_between_nought_and_the_most_of_the_line(facts):
    for line in SHIPPED.parts:
        found = score_part(line, facts, SHIPPED)
        highest = found.points if isinstance(found, Computed) else found.highest
        assert 0 <= highest <= line.points
