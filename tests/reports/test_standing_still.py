"""A case without a step for N days is one thing: the board and the standing check find the same, N is one row."""

import random
import re
from datetime import date as D
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from inspections.calendars.moments import start_of
from inspections.calendars.rules import days_after
from inspections.cases.models import Case
from inspections.checks.models import CheckSetting
from inspections.checks.queries import checks_made, rows_of
from inspections.deadlines.models import ClockRequest
from inspections.reference.services import change_row
from inspections.reference.tables import table_of
from inspections.remedies.models import Correction
from permissions import policy
from project.demo import stories
from project.demo.drive import do
from tests.browse import logged_in, text_of, words_of
from tests.cast import NOW, at
from tests.permissions.world import OWN, Branch, World
from workflows import starts
from workflows.models import WorkItem
from workflows.nodes import stepped_in

pytestmark = pytest.mark.django_db
CODE = "case_without_step"
TODAY = D(2026, 11, 23)
READERS = (
    "chair",
    "secretary",
    "province_secretary",
    "province_chair",
    "dm_secretary",
    "recused",
    "stranger",
    "officer",
)


def scattered(days: int) -> None:
    """Last steps on both sides of the limit, and on it; the same in every run."""
    drawn = random.Random(days)
    for case in Case.objects.order_by("pk"):
        day = days_after(TODAY, -days + drawn.choice([-40, -1, 0, 1, 5]))
        moment = start_of(day) + timedelta(seconds=drawn.choice([0, 1, 43_200, 86_399]))
        Case.objects.filter(pk=case.pk).update(stepped_at=moment)


def keep(world: World, days: int) -> None:
    """The verb by which an administrator says after how many days."""
    values = {"days": days, "is_active": True}
    setting = CheckSetting.objects.get(code=CODE)
    change_row(
        acting_user=world.cast.root, table=table_of("standing-checks"), row=setting, values=values, reason="HD", now=NOW
    )


def of_check(world: World, reader: str) -> set[int]:
    check, days = checks_made()[CODE]
    return {case.pk for case in rows_of(check, days, policy.viewer_for(world.cast[reader]), TODAY)}


def of_board(world: World, reader: str) -> set[int]:
    page = logged_in(world.cast[reader]).get(reverse("reports:cases"), {"figure": "quiet_cases", "size": 100})
    return {case.pk for case in page.context["page"].object_list}


def told(page) -> tuple[int, int]:
    """How many cases without a step the board tells, and after how many days."""
    words = words_of(page)
    found = re.search(r"(\d+) cuộc không có bước nào quá (\d+) ngày", words)
    assert found is not None, words
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("days", [1, 13, 15, 200])
def test_board_and_check_find_the_same_cases_after_the_days_that_the_administrator_said(world: World, days: int):
    scattered(days)
    keep(world, days)
    found = set()
    for reader in READERS:
        cases = of_check(world, reader)
        assert of_board(world, reader) == cases, reader
        assert told(logged_in(world.cast[reader]).get(reverse("reports:leader"))) == (len(cases), days)
        found |= cases
    still = {one.pk: one for one in Case.objects.filter(pk__in=found)}
    assert len(still) > 3 and not any(one.is_over for one in still.values())
    since = start_of(days_after(TODAY, -days))
    assert all(one.stepped_at < since for one in still.values())
    seen = policy.visible(world.cast["chair"], Case.objects.exclude(stage__in=Case.ENDED))
    led = policy.viewer_for(world.cast["chair"]).below("see_board", "org_path")
    late = seen.filter(led, stepped_at__lt=since)
    assert of_check(world, "chair") == set(late.values_list("pk", flat=True))


def test_the_administrator_moves_both(world: World):
    """And a check that is not made leaves the board its days."""
    scattered(15)
    before = of_check(world, "chair"), of_board(world, "chair")
    keep(world, 17)
    after = of_check(world, "chair"), of_board(world, "chair")
    assert before[0] == before[1] > after[0] == after[1]
    CheckSetting.objects.filter(code=CODE).update(is_active=False)
    assert CODE not in checks_made()
    assert of_board(world, "chair") == after[1]
    list_page = logged_in(world.cast["chair"]).get(reverse("reports:cases"))
    assert "không có bước nào quá 17 ngày" in text_of(list_page)


def test_any_task_done_in_the_case_is_a_step_and_its_corrections_are_none(world: World):
    """A request about the team that is decided moves no stage; a plan for the correction is no step of the case."""
    correction = world.row("correction")
    noticed = correction.demand.notice.case
    last = Case.objects.get(pk=noticed.pk).stepped_at
    stories.planned(Branch(world.cast, OWN), correction, "dm_secretary", "2026-11-22", product="Nghị quyết")
    assert Case.objects.get(pk=noticed.pk).stepped_at == last < at("2026-11-22")
    case = world.row("draft_finding").case
    request = starts.ask_change(
        acting_user=world.cast["vice_chair"],
        case=case,
        what="duration",
        proposal={"ends_on": "2026-12-31"},
        reason="Phát sinh.",
        now=at("2026-11-21"),
    )
    before = Case.objects.get(pk=request.case_id)
    do(world.cast["chair"], request, "decide", at("2026-11-22"), approves="no", answer="Không cần.")
    after = Case.objects.get(pk=request.case_id)
    assert before.stage == after.stage
    assert before.stepped_at < after.stepped_at == at("2026-11-22")


def test_who_waited_for_another_step_takes_nothing_back(world: World):
    """Two steps of one case: the one that began first may be written last."""
    item = WorkItem.objects.filter(case=world.row("draft_finding").case)
    for day in ("2026-11-22", "2026-11-21"):
        stepped_in(item, at(day))
    assert Case.objects.get(pk=world.row("draft_finding").case_id).stepped_at == at("2026-11-22")


def test_what_is_decided_about_the_clock_of_a_correction_is_no_step_of_its_case(world: World):
    correction = world.row("correction")
    clock = correction.clock
    assert clock is not None
    request = ClockRequest.objects.create(
        deadline=clock,
        what="extension",
        amount=3,
        unit="days",
        reason="Mưa bão",
        asked_by=world.cast.root,
        asked_at=NOW,
    )
    kind = ContentType.objects.get_for_model(ClockRequest)
    items = WorkItem.objects.filter(case=correction.demand.notice.case)
    item = items.exclude(about_type=ContentType.objects.get_for_model(Correction))[:1].get()
    WorkItem.objects.filter(pk=item.pk).update(about_type=kind, about_id=request.pk)
    before = Case.objects.get(pk=item.case_id).stepped_at
    stepped_in(WorkItem.objects.filter(pk=item.pk), at("2026-12-22"))
    assert Case.objects.get(pk=item.case_id).stepped_at == before
    WorkItem.objects.filter(pk=item.pk).update(about_type=item.about_type_id, about_id=item.about_id)
    stepped_in(WorkItem.objects.filter(pk=item.pk), at("2026-12-22"))
    assert Case.objects.get(pk=item.case_id).stepped_at == at("2026-12-22")
