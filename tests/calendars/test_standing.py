"""A clock that is started while the calendar changes rests on the calendar that is saved, whoever comes first."""

import threading
import time
from datetime import date as D

import pytest
from django.db import transaction

from inspections.calendars.models import TimeLimitRule
from inspections.calendars.queries import calendar_for
from inspections.deadlines.models import Deadline
from inspections.deadlines.services import count_again, start_clock
from project.demo import stories
from tests.cast import NOW
from tests.keeping import ADD, DAYS, kept
from tests.racing import race

REST = {"day": D(2026, 11, 26), "kind": "rest", "name": "Nghỉ đột xuất", "legal_basis": "QĐ 9"}


@pytest.fixture
def case(lasting_db, cast):
    return stories.signed(cast, stories.proposed(cast))


@pytest.fixture
def keeper(lasting_db, cast):
    return cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")


def started(cast, case, duty):
    rule = TimeLimitRule.objects.filter(step="verify", unit="working", amount__isnull=False).earliest("pk")
    return start_clock(
        item=case,
        duty=duty,
        title="Thử",
        organisation=cast.organisation("ubkt"),
        start_on=D(2026, 11, 20),
        rule=rule,
        case_id=case.pk,
        now=NOW,
    )


def due_by_the_calendar(clock):
    clock = Deadline.objects.select_related("organisation", "rule").get(pk=clock.pk)
    return clock.due_on, count_again(clock, calendar_for(clock.organisation)).due_on


def test_started_before_and_kept_after_the_calendar_is_saved(lasting_db, cast, case, keeper):
    has_started = threading.Event()

    def start():
        with transaction.atomic():
            clock = started(cast, case, "try")
            has_started.set()
            time.sleep(0.7)
            return clock

    def change():
        has_started.wait(10)
        return kept(DAYS, ADD, by=keeper, now=NOW, **REST)

    clock, saved = race(start, change)
    assert not isinstance(saved, Exception), saved
    due_on, counted = due_by_the_calendar(clock)
    assert due_on == counted


def test_whoever_holds_a_clock_and_starts_another_goes_first(lasting_db, cast, case, keeper):
    """He waits for nobody who waits for him."""
    with transaction.atomic():
        first = started(cast, case, "first")
    holds, asked = threading.Event(), threading.Event()

    def work():
        with transaction.atomic():
            Deadline.objects.select_for_update().get(pk=first.pk)
            holds.set()
            asked.wait(0.5)
            return started(cast, case, "second")

    def change():
        holds.wait(10)
        asked.set()
        return kept(DAYS, ADD, by=keeper, now=NOW, **REST)

    second, saved = race(work, change)
    assert not isinstance(second, Exception), second
    assert not isinstance(saved, Exception), saved
    for clock in (first, second):
        due_on, counted = due_by_the_calendar(clock)
        assert due_on == counted
