"""The counts by place are written once and asked as SQL: they are what Django's own question of the same rows tells."""

import random
from dataclasses import asdict
from datetime import date as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.calendars.rules import days_after
from inspections.cases.models import Case, CaseSubject
from inspections.deadlines.models import Deadline
from inspections.organisations.models import Organisation, User
from inspections.organisations.rules import STEP
from inspections.reports.queries import area, counting, sight
from inspections.reports.queries.board import Asked, counted, listed
from inspections.reports.queries.counting import counts_by_place
from inspections.reports.queries.weekly import stretches_of
from tests.permissions.world import World
from tests.reports.test_board import READERS, RUNG, TODAY, varied

pytestmark = pytest.mark.django_db


def as_django_asks(rows, on: D, bases: list[str]) -> dict[str, dict]:
    found = {row.pop("place"): row for row in counting.counting(rows, on, bases)}
    assert all(isinstance(one["oldest"], D | None) for one in found.values())
    return found


def as_we_ask(rows, on: D, bases: list[str]) -> dict[str, dict]:
    return {place: asdict(one) for place, one in counts_by_place(rows, on, bases).items()}


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


def drawn_bases(draw: random.Random) -> list[str]:
    """One place or none, as of today; several at one depth or at different ones, as where an organisation moved."""
    paths = [str(path) for path in Organisation.objects.order_by("path").values_list("path", flat=True)]
    return draw.choice([[""], [draw.choice(paths)], draw.sample(paths, 2), draw.sample(paths, 4)])


@pytest.mark.parametrize("reader", READERS)
def test_counts_are_those_of_django_whoever_asks_whatever(world: World, reader: str):
    varied()
    draw, user, told = random.Random(reader), world.cast[reader], 0
    for _turn in range(25):
        asked = drawn_questions(draw)
        bases = drawn_bases(draw)
        rows = counted(user, asked)
        ours = as_we_ask(rows, asked.on, bases)
        assert ours == as_django_asks(rows, asked.on, bases), asked
        # and of the rows that the policy shows, in order as a list has them
        assert ours == as_we_ask(listed(user, asked).order_by("due_on"), asked.on, bases), asked
        told += sum(one["open"] for one in ours.values())
    assert told > 0


def test_the_weekly_report_counts_its_stretches_the_same(world: World):
    varied()
    commune = world.cast.organisation("commune")
    bases = [str(commune.path)]
    for day in (D(2026, 11, 9), D(2026, 11, 16), D(2026, 11, 23)):
        rows = stretches_of(commune, day)
        assert as_we_ask(rows, day, bases) == as_django_asks(rows, day, bases)


def test_a_kept_statement_takes_nothing_of_one_reader_to_the_next(world: World):
    """Asked in turn, so that each finds what the other left: nothing of a reader stands in what is kept."""
    varied()
    asked, bases = Asked(TODAY), ["0" * STEP * 2]
    alone = {}
    for reader in READERS:
        for kept in (counting._statement, area.live_in, sight._doubtful_in):
            kept.cache_clear()
        alone[reader] = as_we_ask(counted(world.cast[reader], asked), TODAY, bases)
    in_turn = {reader: as_we_ask(counted(world.cast[reader], asked), TODAY, bases) for reader in READERS}
    assert in_turn == alone
    assert len({str(one) for one in alone.values()}) > 3


def test_what_is_doubted_is_asked_anew(world: World):
    """The statement of the doubtful clocks is kept, the answer is not: a case that is carried out elsewhere since, or
    is about the reader himself since, is left out at the next asking, by the same kept statement or by another."""
    varied()
    chair, asked = world.cast["chair"], Asked(TODAY)

    def told() -> int:
        chair = User.objects.get(username=world.cast["chair"].username)  # as at another request
        counts = as_we_ask(counted(chair, asked), TODAY, [""])
        assert counts == as_we_ask(listed(chair, asked), TODAY, [""])
        return sum(one["open"] for one in counts.values())

    before = told()
    mine = listed(chair, asked).exclude(case_id=None).values_list("case_id", flat=True)
    moved, about_him = list(dict.fromkeys(mine.order_by("case_id")))[:2]
    clocks = {case: listed(chair, asked).filter(case_id=case).count() for case in (moved, about_him)}
    elsewhere = world.cast.organisation("province")
    Case.objects.filter(pk=moved).update(organisation=elsewhere, org_path=str(elsewhere.path))
    kept = sight._doubtful_in.cache_info()
    assert told() == before - clocks[moved]
    assert sight._doubtful_in.cache_info().misses == kept.misses
    subject = CaseSubject.objects.filter(case=about_him).first()
    assert subject is not None
    CaseSubject.objects.create(case_id=about_him, organisation=subject.organisation, person=chair.person)
    assert told() == before - clocks[moved] - clocks[about_him]


def test_another_day_has_another_statement(world: World):
    """Days are part of what is kept: what is due this week is late after it."""
    varied()
    rows = Deadline.objects.live()
    later = days_after(TODAY, 9)
    now, then = (as_we_ask(rows, day, [""]) for day in (TODAY, later))
    assert then == as_django_asks(rows, later, [""])
    assert sum(one["overdue"] for one in then.values()) > sum(one["overdue"] for one in now.values()) > 0


def test_counting_takes_one_query(world: World):
    rows = counted(world.cast["chair"], Asked(TODAY))
    with CaptureQueriesContext(connection) as queries:
        counts_by_place(rows, TODAY, [""])
    assert len(queries) == 1
