"""A clock charges whoever holds the matter: handed in it stops, sent back it runs on with the time that was left."""

from datetime import date as D

import pytest

from inspections.calendars.models import TimeLimitRule
from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.deadlines.queries import holdings, running_clock
from inspections.deadlines.services import hand_back, hand_over, meet_clock, resume_clock, start_clock, suspend_clock
from project.demo import stories
from tests.cast import at

pytestmark = pytest.mark.django_db
DUTY = "try"


@pytest.fixture
def case(cast):
    return stories.signed(cast, stories.proposed(cast))


@pytest.fixture
def body(cast):
    return cast.organisation("ubkt")


def start(case, cast, day=None, rule=None, on="2026-11-02"):
    return start_clock(
        item=case, duty=DUTY, title="Việc phải làm", organisation=cast.organisation("dong_muoi"),
        start_on=at(on).date(), now=at(on), case_id=case.pk, day=day, rule=rule,
    )  # fmt: skip


def rule(**facts):
    given = {"step": DUTY, "unit": "working", "start_event": "signing", "valid_from": D(2026, 1, 1), **facts}
    return TimeLimitRule.objects.create(**given)


def over(case, body, on):
    hand_over(case, DUTY, body, on=at(on).date(), now=at(on))


def back(case, cast, on):
    hand_back(case, DUTY, on=at(on).date(), reason="Thiếu sản phẩm.", decided_by=cast["chair"], now=at(on))
    return running_clock(case, DUTY)


# limit, handed in, sent back, the new last day: the working or calendar days left when it was handed in
RETURNS = [
    ({"amount": 10, "unit": "working"}, "2026-11-10", "2026-11-18", D(2026, 11, 25)),  # 4 left, 24/11 is a holiday
    ({"amount": 10, "unit": "calendar"}, "2026-11-10", "2026-11-20", D(2026, 11, 22)),  # 2 of 12/11 left
    ({"amount": 10, "unit": "calendar", "rolls": True}, "2026-11-10", "2026-11-20", D(2026, 11, 23)),  # 22/11: Sunday
    ({"amount": 10, "unit": "working"}, "2026-11-16", "2026-11-16", D(2026, 11, 16)),  # on the last day: none is left
    ({"amount": 10, "unit": "working"}, "2026-11-18", "2026-11-27", D(2026, 11, 25)),  # two days late stay two days
]


@pytest.mark.parametrize(("limit", "handed_in", "sent_back", "due_on"), RETURNS)
def test_what_is_sent_back_runs_on_with_the_time_that_was_left(cast, case, body, limit, handed_in, sent_back, due_on):
    clock = start(case, cast, rule=rule(**limit))
    before = clock.due_on
    over(case, body, handed_in)
    waiting = running_clock(case, DUTY)
    assert (waiting.state, waiting.holder, waiting.due_on) == ("waiting", body, before)
    again = back(case, cast, sent_back)
    assert (again.pk, again.state, again.holder, again.due_on) == (clock.pk, "running", clock.organisation, due_on)
    assert again.times_returned == 1
    change = again.changes.get()
    assert (change.kind, change.old_due_on, change.new_due_on, change.reason) == (
        "return", before, due_on, "Thiếu sản phẩm.",
    )  # fmt: skip


def test_a_day_that_was_set_moves_by_the_days_others_held_it(cast, case, body):
    start(case, cast, day=D(2026, 11, 30))
    over(case, body, "2026-11-10")
    assert back(case, cast, "2026-11-15").due_on == D(2026, 12, 5)


@pytest.mark.parametrize(
    ("after", "due_on"),
    [("time_left", D(2026, 11, 25)), ("same_day", D(2026, 11, 16)), ("anew", D(2026, 12, 3))],
)
def test_the_rule_says_what_a_return_does(cast, case, body, after, due_on):
    start(case, cast, rule=rule(amount=10, after_return=after))
    over(case, body, "2026-11-10")
    assert back(case, cast, "2026-11-18").due_on == due_on


def test_the_days_of_all_holders_are_the_time_that_passed(cast, case, body):
    clock = start(case, cast, day=D(2026, 11, 9))
    over(case, body, "2026-11-12")
    back(case, cast, "2026-11-20")
    over(case, body, "2026-11-27")
    clock.refresh_from_db()
    held = holdings(clock, D(2026, 11, 30))
    assert [(one.holder, one.days, one.late) for one in held] == [
        (clock.organisation, 10, 3),
        (body, 8, 0),
        # three days late when it was handed in: each day of the second stretch is late
        (clock.organisation, 7, 7),
        (body, 3, 0),
    ]
    assert sum(one.days for one in held) == (D(2026, 11, 30) - clock.start_on).days
    meet_clock(case, DUTY, D(2026, 12, 2), now=at("2026-12-02"))
    clock.refresh_from_db()
    # met on the day it was handed in, and the monitor's days are told all the same
    assert (clock.state, clock.met_on) == ("met", D(2026, 11, 27))
    assert sum(one.days for one in holdings(clock, D(2027, 1, 1))) == (D(2026, 12, 2) - clock.start_on).days


def test_a_suspended_clock_stands_still_and_keeps_what_was_left(cast, case):
    clock = start(case, cast, rule=rule(amount=10))
    given = {"reason": "Bão lũ.", "paper": "12-QĐ/ĐU", "decided_by": cast["chair"]}
    suspend_clock(clock, on=D(2026, 11, 10), now=at("2026-11-10"), **given)
    clock.refresh_from_db()
    assert (clock.state, clock.due_on) == ("suspended", D(2026, 11, 16))
    resume_clock(clock, on=D(2026, 12, 1), now=at("2026-12-01"), **given)
    clock.refresh_from_db()
    assert (clock.state, clock.due_on) == ("running", D(2026, 12, 7))
    assert [one.kind for one in clock.changes.all()] == ["suspension", "resumption"]


def test_the_stretches_of_a_clock_tell_what_was_known_at_any_moment(cast, case, body):
    clock = start(case, cast, day=D(2026, 11, 30))
    over(case, body, "2026-11-10")
    back(case, cast, "2026-11-15")
    meet_clock(case, DUTY, D(2026, 11, 20), now=at("2026-11-20"))
    spans = DeadlineSpan.objects.filter(deadline=clock).order_by("pk")
    assert [(one.state, one.due_on, one.first_on, one.last_on) for one in spans] == [
        ("running", D(2026, 11, 30), D(2026, 11, 2), D(2026, 11, 10)),
        ("waiting", D(2026, 11, 30), D(2026, 11, 10), D(2026, 11, 15)),
        ("running", D(2026, 12, 5), D(2026, 11, 15), D(2026, 11, 20)),
    ]
    assert not Deadline.objects.live().filter(pk=clock.pk).exists()
