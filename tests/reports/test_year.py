"""The year in pictures: of a past day it tells what was known on that day, and each figure equals its list."""

import re
from datetime import date as D

import pytest
from django.urls import reverse

from inspections.cases.models import Case
from inspections.deadlines.services import meet_clock, start_clock
from inspections.reports.models import WeeklyReport
from project.demo import stories
from tests.browse import logged_in, on, text_of, words_of
from tests.cast import at
from tests.permissions.world import OWN, Branch, World
from tests.reports.test_board import Figures, rows_of
from tests.reports.weeks import MONDAY, owed
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db
YEAR, READER = reverse("reports:year"), "secretary"
LATER = "2026-11-27"


@pytest.fixture
def busy(world: World) -> World:
    """Three matters in November: one done in time and one late before the 24th, one that is not done yet."""
    cell = world.cast.organisation("suoi_da")
    for number, due in enumerate((D(2026, 11, 30), D(2026, 11, 16), D(2026, 11, 10))):
        owed(cell, f"Việc {number}", due, at("2026-11-02"), number)
    for number in (0, 1):
        meet_clock(cell, f"owed{number}", D(2026, 11, 20), now=at("2026-11-20"))
    return world


def seen_of(world: World, **asked: str):
    with on(LATER):
        page = logged_in(world.cast[READER]).get(YEAR, asked)
        wrong = [
            (one, n)
            for one, n in Figures(text_of(page)).found
            if "/clocks/" in one and rows_of(READER, world, one) != n
        ]
    assert page.status_code == 200 and wrong == []
    told = page.context
    return {
        "months": [(month.first, month.as_of, row, late) for month, row, late in told["trend"]],
        "cases": {bar.case.number: (bar.is_late, bar.is_over) for bar in told["bars"]},
        "steps": told["steps"],
    }


def test_what_happens_later_changes_nothing_of_a_past_day(busy: World):
    before = seen_of(busy, as_of="24/11/2026")
    cell = busy.cast.organisation("suoi_da")
    meet_clock(cell, "owed2", D(2026, 11, 24), now=at("2026-11-25"))  # told of a day on which it was not known
    start_clock(
        item=cell, duty="new", title="Việc mới", organisation=cell, start_on=D(2026, 11, 25), day=D(2026, 12, 1),
        now=at("2026-11-25"),
    )  # fmt: skip
    stories.closed(Branch(busy.cast, OWN), busy.row("case"), day="2026-11-25")
    running = Case.objects.exclude(stage__in=Case.ENDED).filter(organisation=busy.cast.organisation("ubkt"))
    opened_later = running.filter(stage="verifying").first()
    Case.objects.filter(pk=opened_later.pk).update(signed_at=at("2026-11-25"))
    assert opened_later.number in before["cases"]
    after = seen_of(busy, as_of="24/11/2026")
    del before["cases"][opened_later.number]
    assert after == before
    now = seen_of(busy)
    assert now["months"][-1][2]["opened"] > after["months"][-1][2]["opened"]
    assert now["months"][-1][2]["met_late"] > after["months"][-1][2]["met_late"] >= 1
    assert now["steps"] != after["steps"]
    assert opened_later.number in now["cases"] and now["cases"] != after["cases"]


def test_the_list_of_a_month_says_how_things_stood_on_the_past_day(busy: World):
    meet_clock(busy.cast.organisation("suoi_da"), "owed2", D(2026, 11, 24), now=at("2026-11-25"))
    asked = {"figure": "opened", "month": "01/11/2026", "size": "100"}

    def told(**more: str) -> dict[str, tuple[str, int]]:
        with on(LATER):
            rows = logged_in(busy.cast[READER]).get(reverse("reports:clocks"), {**asked, **more}).context["rows"]
        ours = [row for row in rows if re.fullmatch(r"Việc \d", row["clock"].title)]
        return {row["clock"].title: (row["stands"].state, row["late"]) for row in ours}

    assert told() == {"Việc 0": ("met", 0), "Việc 1": ("met", 4), "Việc 2": ("met", 14)}
    assert told(as_of="24/11/2026") == {"Việc 0": ("met", 0), "Việc 1": ("met", 4), "Việc 2": ("running", 14)}
    assert told(as_of="19/11/2026") == {"Việc 0": ("running", 0), "Việc 1": ("running", 3), "Việc 2": ("running", 9)}


def test_what_is_not_known_of_a_past_day_says_so_beside_itself(busy: World):
    client = logged_in(busy.cast[READER])
    past, now = (words_of(client.get(YEAR, asked)) for asked in ({"as_of": "20/11/2026"}, {}))
    for sentence in ("Ngày kết thúc của một cuộc là ngày đang đặt hiện nay", "Công việc được tính theo cơ quan"):
        assert sentence in past and sentence not in now
    assert "trong mười hai tháng đến ngày 20/11/2026" in past


def test_steps_done_after_the_past_day_are_not_counted(busy: World):
    done = WorkItem.objects.filter(case__organisation=busy.cast.organisation("ubkt"), done_at__lt=at("2026-11-20"))
    before = seen_of(busy, as_of="20/11/2026")["steps"]
    assert done.update(done_at=at("2026-11-26")) > 3
    after = seen_of(busy, as_of="20/11/2026")["steps"]
    assert sum(one.tasks for one in before) > sum(one.tasks for one in after)


# back from a list


FILTERED = "?kind=KTCH&severity=shortcoming&due_to=31/12/2026&organisation={}&all=1"


@pytest.mark.parametrize("name", ["reports:leader", "reports:year"])
def test_back_from_the_list_of_any_figure_is_the_page_with_exactly_its_filters(busy: World, name: str):
    """Figures that narrow by kind, severity, organisation, day, month or holder leave nothing of it on the way back."""
    client = logged_in(busy.cast[READER])
    filtered = FILTERED.format(busy.cast.organisation("commune").pk)
    opened = 0
    for query in ("", "?kind=KTCH&due_to=31/12/2026", "?as_of=20/11/2026", filtered):
        address = f"{reverse(name)}{query}"
        figures = [one for one, _number in Figures(text_of(client.get(address))).found]
        opened += len(figures)
        for one in figures:
            listed = client.get(one)
            assert listed.context["trail"][-2][1] == address, one
            # and after the list was sorted and its filters changed
            assert f'name="back" value="{address}"' in text_of(listed)
    assert opened > 4


def test_back_from_the_list_of_a_report_is_the_report(busy: World):
    report = WeeklyReport.objects.get(organisation=busy.cast.organisation("commune"), on=MONDAY)
    client = logged_in(busy.cast[READER])
    figures = [one for one, _n in Figures(text_of(client.get(report.get_absolute_url()))).found if "/clocks/" in one]
    assert len(figures) > 9
    for one in figures:
        assert client.get(one).context["trail"][-2][1] == report.get_absolute_url()


@pytest.mark.parametrize("address", ["https://noi.khac/", "//noi.khac/", "/nowhere/", "javascript:alert(1)", "", "/"])
def test_back_leads_to_no_other_page_than_one_of_figures(world: World, address: str):
    trail = logged_in(world.cast[READER]).get(reverse("reports:clocks"), {"back": address}).context["trail"]
    assert trail[-2][1] == reverse("reports:leader")
