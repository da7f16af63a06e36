"""Which rung is sent, which is passed over, and by which way: pure rules."""

from datetime import date as D

import pytest

from inspections.calendars.rules import days_after
from inspections.reminders.rules import (
    AT_ONCE,
    DIGEST,
    NO_MAIL,
    Passed,
    Step,
    When,
    last_due_on,
    mail_for,
    reached,
    ways,
    when,
)

DUE = D(2026, 12, 1)
LADDER = [Step(number, days) for number, days in enumerate((-15, -7, -3, -1, 0, 1, 7, 15, 30))]
LONG_AGO = D(2026, 1, 1)


def asked(day, *, since=LONG_AGO, recorded=(), sent=(), ladder=LADDER):
    return reached(ladder, due_on=DUE, since=since, today=days_after(DUE, day), recorded=recorded, sent=sent)


@pytest.mark.parametrize("step", LADDER)
def test_each_rung_is_sent_on_its_day_and_not_the_day_before(step):
    before = {one.key for one in LADDER if one.days < step.days}
    sent = [one.days for one in LADDER if one.days < step.days]
    assert asked(step.days, recorded=before, sent=sent).sent == step.key
    assert not asked(step.days - 1, recorded=before, sent=sent)
    assert not asked(step.days, recorded=before | {step.key}, sent=[*sent, step.days])


def test_of_several_missed_only_the_latest_is_sent_and_the_others_say_so():
    found = asked(1, recorded={0, 1}, sent=[-15, -7])
    assert found.sent == 5
    assert found.passed == dict.fromkeys((2, 3, 4), Passed.LATER_ONE)


def test_a_rung_added_below_what_was_sent_is_passed_over():
    found = asked(8, recorded=range(9), sent=[7], ladder=[*LADDER, Step(99, 3)])
    assert (found.sent, found.passed) == (None, {99: Passed.LATER_ONE})


def test_days_before_the_time_ran_are_passed_over():
    """A self-report asked for five days ahead is not told that seven are left."""
    found = asked(-5, since=days_after(DUE, -5))
    assert found.sent is None
    assert found.passed == dict.fromkeys((0, 1), Passed.BEFORE_START)


def test_the_day_on_which_the_time_began_counts():
    assert asked(-7, since=days_after(DUE, -7)).sent == 1


def test_what_is_far_away_has_reached_nothing():
    assert not asked(-16)
    assert last_due_on(LADDER[0], days_after(DUE, -15)) == DUE


@pytest.mark.parametrize(("days", "mail", "goes"), [(-1, AT_ONCE, DIGEST), (0, AT_ONCE, AT_ONCE), (7, DIGEST, DIGEST)])
def test_a_mail_goes_at_once_only_for_what_is_due_or_late(days, mail, goes):
    assert mail_for(days, mail) == goes


@pytest.mark.parametrize(
    ("mail", "is_must", "wants_app", "wants_mails", "goes"),
    [
        (AT_ONCE, False, True, "all", (True, AT_ONCE)),
        (AT_ONCE, False, True, "digest", (True, DIGEST)),
        (DIGEST, False, True, "none", (True, NO_MAIL)),
        (AT_ONCE, False, False, "all", (False, AT_ONCE)),
        (AT_ONCE, False, False, "none", (False, NO_MAIL)),
        (NO_MAIL, False, True, "all", (True, NO_MAIL)),
        (AT_ONCE, True, False, "none", (True, AT_ONCE)),
    ],
)
def test_ways_follow_the_wish_but_for_what_is_a_must(mail, is_must, wants_app, wants_mails, goes):
    assert ways(mail, is_must=is_must, wants_app=wants_app, wants_mails=wants_mails) == goes


@pytest.mark.parametrize(("days", "group"), [(-1, When.LATE), (0, When.TODAY), (7, When.SOON), (8, When.LATER)])
def test_a_digest_is_grouped_by_the_due_day(days, group):
    assert when(days_after(DUE, days), DUE) is group
