"""The counts by place are written once and asked as SQL: they are what Django's own question of the same rows tells."""

import random
from dataclasses import asdict
from datetime import date as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.calendars.rules import days_after
from inspections.deadlines.models import Deadline
from inspections.organisations.models import Organisation
from inspections.organisations.rules import STEP
from inspections.reports.queries import counting
from inspections.reports.queries.board import Asked, counted, listed
from inspections.reports.queries.counting import counts_by_place
from inspections.reports.services.weekly import moment_of, stretches_of
from tests.permissions.world import World
from tests.reports.test_board import READERS, RUNG, TODAY, varied

pytestmark = pytest.mark.django_db


def as_django_asks(rows, on: D, level: int) -> dict[str, dict]:
    found = {row.pop("place"): row for row in counting.counting(rows, on, level)}
    assert all(isinstance(one["oldest"], D | None) for one in found.values())
    return found


def as_we_ask(rows, on: D, level: int) -> dict[str, dict]:
    return {place: asdict(one) for place, one in counts_by_place(rows, on, level).items()}


def drawn_questions(draw: random.Random) -> Asked:
    """Any filter of the board, also several, now or as of a day."""
    place = draw.choice([None, None, *Organisation.objects.filter(type__is_body=False)])
    return Asked(
        TODAY,
        organisation=place,
        own_only=draw.random() < 0.2,
        kind=draw.choice(["", "", "KTCH", "GSCD", "no%s_kind"]),
        severity=draw.choice(["", "", RUNG]),
        due_from=draw.choice([None, None, days_after(TODAY, -3)]),
        due_to=draw.choice([None, None, days_after(TODAY, 8)]),
        as_of=draw.choice([None, None, D(2026, 11, 16), D(2026, 11, 20)]),
    )


@pytest.mark.parametrize("reader", READERS)
def test_counts_are_those_of_django_whoever_asks_whatever(world: World, reader: str):
    varied()
    draw, user, told = random.Random(reader), world.cast[reader], 0
    for _turn in range(25):
        asked = drawn_questions(draw)
        level = STEP * draw.randint(1, 4)
        rows = counted(user, asked)
        ours = as_we_ask(rows, asked.on, level)
        assert ours == as_django_asks(rows, asked.on, level), asked
        # and of the rows that the policy shows, in order as a list has them
        assert ours == as_we_ask(listed(user, asked).order_by("due_on"), asked.on, level), asked
        told += sum(one["open"] for one in ours.values())
    assert told > 0


def test_the_weekly_report_counts_its_stretches_the_same(world: World):
    varied()
    path = str(world.cast.organisation("commune").path)
    for day in (D(2026, 11, 9), D(2026, 11, 16), D(2026, 11, 23)):
        rows = stretches_of(path, moment_of(day))
        assert as_we_ask(rows, day, len(path) + STEP) == as_django_asks(rows, day, len(path) + STEP)


def test_a_kept_statement_takes_nothing_of_one_reader_to_the_next(world: World):
    """Asked in turn, so that each finds what the other left: nothing of a reader stands in what is kept."""
    varied()
    asked, level = Asked(TODAY), STEP * 3
    alone = {}
    for reader in READERS:
        counting._statement.cache_clear()
        alone[reader] = as_we_ask(counted(world.cast[reader], asked), TODAY, level)
    in_turn = {reader: as_we_ask(counted(world.cast[reader], asked), TODAY, level) for reader in READERS}
    assert in_turn == alone
    assert len({str(one) for one in alone.values()}) > 3


def test_another_day_has_another_statement(world: World):
    """Days are part of what is kept: what is due this week is late after it."""
    varied()
    rows = Deadline.objects.live()
    later = days_after(TODAY, 9)
    now, then = (as_we_ask(rows, day, STEP) for day in (TODAY, later))
    assert then == as_django_asks(rows, later, STEP)
    assert sum(one["overdue"] for one in then.values()) > sum(one["overdue"] for one in now.values()) > 0


def test_counting_takes_one_query(world: World):
    rows = counted(world.cast["chair"], Asked(TODAY))
    with CaptureQueriesContext(connection) as queries:
        counts_by_place(rows, TODAY, STEP)
    assert len(queries) == 1
