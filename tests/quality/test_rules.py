"""What the measures of the checklist find: one row a case. January to June 2026, looked at on 20/10/2026."""

from dataclasses import replace
from datetime import date as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.quality.facts import AssignmentFacts, DemandFacts, Facts, Measure, MeetingFacts, Period
from inspections.quality.rules import MEASURES, State, Verdict, find, needs_note
from inspections.quality.words import row_words, told_json, told_words
from inspections.superiors.rules import Flag, Life, Setting

HALF = Period(D(2026, 1, 1), D(2026, 6, 30), D(2026, 10, 20))
FROM_MARCH = {Flag.NO_REGULAR: Setting(D(2026, 3, 1))}
# five days after a month or quarter
GRACE = {flag: Setting(D(2025, 1, 1), 5) for flag in (Flag.NO_REGULAR, Flag.NO_THEMATIC)}
OK, BAD, NONE = State.IN_ORDER, State.SHORTCOMING, State.NOTHING


def met(key, month, day=5, **facts):
    """A regular meeting without a fault, on a day of a month of 2026."""
    held = D(2026, month, day)
    good = {
        "expected": 10,
        "present": 10,
        "minutes": 100,
        "asked": 90,
        "contents": 2,
        "is_announced": True,
        "documents_hours": Fraction(30),
        "documents_asked": 24,
        "speakers": 5,
        "has_minutes": True,
        "has_conclusions": True,
        "assigned": 2,
        "handed_in_on": D(2026, month, day + 1),
        "hand_in_by": D(2026, month, day + 2),
        "has_dues": True,
    }
    return MeetingFacts(key, D(2026, month, 1), held, held, **{**good, **facts})


def theme(key, month, **facts):
    return met(key, month, 20, is_regular=False, **facts)


def looked_at(day):
    """The half year as it is looked at on the day."""
    return replace(HALF, drawn_on=day)


MONTHS = [met(month, month) for month in range(1, 7)]
THEMES = [theme(21, 2), theme(22, 5)]


def facts(*meetings, **more):
    return Facts(**{"period": HALF, "meetings": tuple(meetings), **more})


def without(*keys):
    return [one for one in MONTHS if one.key not in keys]


def changed(key, **values):
    return [replace(one, **values) if one.key == key else one for one in MONTHS]


NOT_HELD = replace(MONTHS[4], day=None, is_recorded=False, is_closed=False)
WORK = AssignmentFacts(1, D(2026, 3, 5), D(2026, 3, 5))
LATE = replace(WORK, done_on=D(2026, 3, 6))
DEMAND = DemandFacts(7, "05-TB/UBKT", D(2026, 9, 30), True)
OPEN = replace(DEMAND, is_accepted=False)

TABLE = [
    # every month met
    (Measure.CADENCE, 0, facts(*MONTHS), OK, "cadence", []),
    # March was not planned, May not held
    (Measure.CADENCE, 0, facts(*without(3, 5), NOT_HELD), BAD, "cadence", ["month_unplanned", "month_unheld"]),
    # two are tolerated
    (Measure.CADENCE, 2, facts(*without(3, 5)), OK, "cadence", ["month_unplanned", "month_unplanned"]),
    # a thematic meeting never replaces the regular one
    (Measure.CADENCE, 0, facts(*without(2), *THEMES), BAD, "cadence", ["month_unplanned"]),
    # nothing before March was recorded here; nothing of a cell that began in April is asked before
    (Measure.CADENCE, 0, facts(*without(1, 2), settings=FROM_MARCH), OK, "cadence", []),
    (Measure.CADENCE, 0, facts(*without(1, 2, 3), life=Life(D(2026, 4, 1))), OK, "cadence", []),
    # a period that begins within a month does not ask for that month; one too short asks for none
    (Measure.CADENCE, 0, facts(*without(1), period=replace(HALF, first=D(2026, 1, 2))), OK, "cadence", []),
    (Measure.CADENCE, 0, facts(period=Period(D(2026, 1, 2), D(2026, 1, 31), D(2026, 10, 20))), NONE, "no_months", []),
    # within the days of grace nothing is missing, and what was held counts; the day after them it is
    (Measure.CADENCE, 0, facts(*without(6), settings=GRACE, period=looked_at(D(2026, 7, 5))), OK, "cadence", []),
    (
        Measure.CADENCE,
        0,
        facts(*without(6), settings=GRACE, period=looked_at(D(2026, 7, 6))),
        BAD,
        "cadence",
        ["month_unplanned"],
    ),
    (Measure.THEMATIC, 0, facts(THEMES[0], settings=GRACE, period=looked_at(D(2026, 7, 5))), OK, "thematic", []),
    (
        Measure.THEMATIC,
        0,
        facts(THEMES[0], settings=GRACE, period=looked_at(D(2026, 7, 6))),
        BAD,
        "thematic",
        ["quarter_without"],
    ),
    # what is not over yet is not missing
    (Measure.CADENCE, 0, facts(*without(6), period=replace(HALF, drawn_on=D(2026, 6, 30))), OK, "cadence", []),
    (Measure.THEMATIC, 0, facts(*MONTHS, *THEMES), OK, "thematic", []),
    (Measure.THEMATIC, 0, facts(*MONTHS, THEMES[0]), BAD, "thematic", ["quarter_without"]),
    (Measure.THEMATIC, 0, facts(*MONTHS), BAD, "thematic", ["quarter_without", "quarter_without"]),
    # a quarter that is only touched is not asked
    (Measure.THEMATIC, 0, facts(period=replace(HALF, first=D(2026, 2, 1))), BAD, "thematic", ["quarter_without"]),
    (Measure.THEMATIC, 0, facts(period=replace(HALF, last=D(2026, 2, 28))), NONE, "no_quarters", []),
    (Measure.LENGTH, 0, facts(*changed(2, minutes=90)), OK, "length", []),
    (Measure.LENGTH, 0, facts(*changed(2, minutes=89)), BAD, "length", ["short"]),
    (Measure.LENGTH, 0, facts(met(1, 1, asked=None)), NONE, "no_meetings", []),
    # 54 of 60 is 90 %
    (Measure.ATTENDANCE, 90, facts(*changed(2, present=4, excused=4, unexcused=2)), OK, "attendance", ["low"]),
    (Measure.ATTENDANCE, 90, facts(*changed(2, present=3, excused=7)), BAD, "attendance", ["low"]),
    (Measure.ATTENDANCE, 90, facts(NOT_HELD), NONE, "no_meetings", []),
    # the longest run of each; a thematic meeting has none
    (Measure.ABSENT, 2, facts(*changed(3, runs={8: 2})), BAD, "absent", ["run"]),
    (Measure.ABSENT, 3, facts(*changed(3, runs={8: 2})), OK, "absent", []),
    (Measure.ABSENT, 2, facts(met(1, 1, runs={8: 2}), met(2, 2, runs={8: 3, 9: 2})), BAD, "absent", ["run", "run"]),
    (Measure.CONTENTS, 0, facts(*changed(1, unassigned=1)), BAD, "contents", ["lacks"]),
    (Measure.CONTENTS, 1, facts(*changed(1, unassigned=2)), OK, "contents", ["lacks"]),
    (Measure.PREPARATION, 0, facts(*changed(1, documents_hours=Fraction(24))), OK, "preparation", []),
    (Measure.PREPARATION, 0, facts(*changed(1, documents_hours=Fraction(23))), BAD, "preparation", ["lacks"]),
    (Measure.PREPARATION, 0, facts(*changed(1, documents_hours=None)), BAD, "preparation", ["lacks"]),
    (Measure.PREPARATION, 0, facts(*changed(1, is_announced=False)), BAD, "preparation", ["lacks"]),
    (Measure.PREPARATION, 0, facts(*changed(1, contents=0)), BAD, "preparation", ["lacks"]),
    (Measure.SPEAKING, 30, facts(*MONTHS), OK, "speaking", []),
    (Measure.SPEAKING, 51, facts(*MONTHS), BAD, "speaking", ["few"] * 6),
    (Measure.SPEAKING, 30, facts(met(1, 1, speakers=None)), NONE, "no_speakers", []),
    (Measure.MINUTES, 0, facts(*changed(1, has_minutes=False)), BAD, "minutes", ["lacks"]),
    (Measure.MINUTES, 0, facts(*changed(1, is_closed=False)), BAD, "minutes", ["lacks"]),
    # what is known from a list alone has no record that could lack anything
    (Measure.MINUTES, 0, facts(met(1, 1, is_recorded=False, has_minutes=False)), NONE, "no_meetings", []),
    (Measure.ASSIGNING, 0, facts(*changed(1, assigned=0)), BAD, "assigning", ["no_assignment"]),
    (Measure.ASSIGNING, 0, facts(*MONTHS, theme(21, 2, assigned=0)), OK, "assigning", []),
    (Measure.CARRIED_OUT, 90, facts(assignments=(WORK,)), OK, "carried_out", []),
    (Measure.CARRIED_OUT, 90, facts(assignments=(LATE,)), BAD, "carried_out", ["done_late"]),
    (Measure.CARRIED_OUT, 50, facts(assignments=(WORK, replace(WORK, done_on=None))), OK, "carried_out", ["not_done"]),
    (Measure.CARRIED_OUT, 90, facts(assignments=(replace(WORK, due_on=D(2026, 7, 1)),)), NONE, "no_assignments", []),
    (Measure.HANDED_IN, 0, facts(*changed(1, handed_in_on=D(2026, 1, 7))), OK, "handed_in", []),
    (Measure.HANDED_IN, 0, facts(*changed(1, handed_in_on=D(2026, 1, 8))), BAD, "handed_in", ["in_late"]),
    (Measure.HANDED_IN, 0, facts(*changed(1, handed_in_on=None)), BAD, "handed_in", ["not_in"]),
    (Measure.SCORING, 0, facts(*MONTHS), NONE, "no_other_score", []),
    (Measure.SCORING, 0, facts(*changed(1, scored_by=1)), OK, "scoring", []),
    (Measure.SCORING, 0, facts(*changed(1, scored_by=1, differing=("UBKT: 70",))), BAD, "scoring", ["differs"]),
    (Measure.DUES, 0, facts(*changed(1, has_dues=False)), BAD, "dues", ["no_dues"]),
    (Measure.DUES, 0, facts(*MONTHS, theme(21, 2, has_dues=False)), OK, "dues", []),
    (Measure.NOTICES, 0, facts(), NONE, "no_notices", []),
    (Measure.NOTICES, 0, facts(demands=(DEMAND,)), OK, "notices", []),
    (Measure.NOTICES, 0, facts(demands=(OPEN,)), BAD, "notices", ["demand_overdue"]),
    # one that may still be met in time, or is due at all times, is open and no shortcoming
    (Measure.NOTICES, 0, facts(demands=(replace(OPEN, due_on=D(2026, 10, 20)),)), OK, "notices", ["demand_open"]),
    (Measure.NOTICES, 0, facts(demands=(replace(OPEN, due_on=None),)), OK, "notices", ["demand_open"]),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "limit", "seen", "state", "code", "rows"), TABLE)
def test_what_the_record_says(measure, limit, seen, state, code, rows):
    found = find(measure, seen, limit)
    assert (found.state, found.told[0].code, [row.told.code for row in found.rows]) == (state, code, rows)


def test_every_measure_is_in_the_table_and_every_line_of_it_can_be_told():
    assert {row[0] for row in TABLE} == set(Measure) == set(MEASURES)
    for measure, limit, seen, *_rest in TABLE:
        found = find(measure, seen, limit)
        assert told_words(told_json(found.told)) and all(
            row_words(one) for one in told_json(r.told for r in found.rows)
        )


def test_what_was_held_within_the_days_of_grace_counts():
    seen = facts(*MONTHS, *THEMES, settings=GRACE, period=looked_at(D(2026, 7, 1)))
    for measure, asked in ((Measure.CADENCE, 6), (Measure.THEMATIC, 2)):
        assert dict(find(measure, seen, 0).told[0].values) == {"kept": asked, "asked": asked}
    # the regular meeting of June and the thematic one of the quarter can still be held: neither kept nor asked
    seen = facts(*without(6), THEMES[0], settings=GRACE, period=looked_at(D(2026, 7, 1)))
    for measure, asked in ((Measure.CADENCE, 5), (Measure.THEMATIC, 1)):
        assert dict(find(measure, seen, 0).told[0].values) == {"kept": asked, "asked": asked}


def test_months_before_the_record_began_are_told():
    found = find(Measure.CADENCE, facts(*without(1, 2), settings=FROM_MARCH), 0)
    assert [(one.code, dict(one.values)) for one in found.told] == [
        ("cadence", {"kept": 4, "asked": 4}),
        ("unrecorded", {"many": 2}),
    ]


def test_a_line_without_a_measure_is_left_to_the_team():
    assert find(None, facts(*MONTHS), 0).state is NONE


def test_the_longest_run_of_a_member_is_told_with_its_meeting():
    found = find(Measure.ABSENT, facts(met(1, 1, runs={8: 2}), met(2, 2, runs={8: 3})), 2)
    assert [(row.person, row.meeting, row.told.values["times"]) for row in found.rows] == [(8, 2, 3)]


@pytest.mark.parametrize(
    ("state", "verdict", "asked"),
    [
        (OK, Verdict.IN_ORDER, False),
        (BAD, Verdict.SHORTCOMING, False),
        (BAD, Verdict.IN_ORDER, True),
        (OK, Verdict.SHORTCOMING, True),
        (NONE, Verdict.IN_ORDER, True),
        (NONE, Verdict.SHORTCOMING, True),
        *((state, Verdict.NOT_EXAMINED, True) for state in State),
    ],
)
def test_what_the_record_does_not_say_needs_a_note(state, verdict, asked):
    assert needs_note(state, verdict) is asked


@settings(deadline=None, database=None, derandomize=True)
@given(st.sets(st.integers(1, 6)), st.integers(0, 6))
def test_a_month_more_never_makes_a_shortcoming(months, limit):
    """Each month that met lowers what is missing by one; the limit decides, and tolerating more never finds more."""
    seen = facts(*(met(one, one) for one in months))
    found = find(Measure.CADENCE, seen, limit)
    assert len(found.rows) == 6 - len(months)
    assert (found.state is BAD) == (6 - len(months) > limit)
    assert find(Measure.CADENCE, seen, limit + 1).state is OK or found.state is BAD
