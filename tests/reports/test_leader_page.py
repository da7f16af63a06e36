"""The leader's page: every figure is a link, and the list it opens has exactly the rows that were counted."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from inspections.remedies.models import Correction
from project.demo import stories
from tests.browse import logged_in, text_of, words_of
from tests.permissions.world import CHILD, OWN, Branch, World

pytestmark = pytest.mark.django_db


class Figures(HTMLParser):
    """The links of a page whose words are, or begin with, a number."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []
        self.address, self.words = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.address, self.words = dict(attrs).get("href") or "", ""

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        number = re.match(r"\s*(\d+)\b", self.words)
        if tag == "a" and number and "?" in self.address:
            self.found.append((unescape(self.address), int(number[1])))


@pytest.fixture
def board(world: World) -> World:
    """One correction overdue and returned once, two due within the week (one of the cell's own case), two later."""
    branch = Branch(world.cast, OWN)
    late, own = world.row("correction"), world.row("correction", CHILD)
    soon, _later = more_corrections(branch)
    Correction.objects.update(due_on="2026-12-20")
    stories.planned(branch, late, "dm_secretary", "2026-11-12", product="")
    stories.judged(branch, late, "judge_plan", "2026-11-13", accepts=False)
    for correction, due in ((late, "2026-11-20"), (own, "2026-11-25"), (soon, "2026-11-27")):
        Correction.objects.filter(pk=correction.pk).update(due_on=due)
    return world


def more_corrections(branch: Branch) -> list[Correction]:
    cases = [stories.run_to_notice(branch, content=f"Việc {number}") for number in ("một", "hai")]
    return [Correction.objects.get(demand__notice__case=case) for case in cases]


def rows_of(reader: str, world: World, address: str) -> int:
    page = logged_in(world.cast[reader]).get(address)
    assert page.status_code == 200
    assert page.context["filters"].is_valid(), address
    told = int(re.search(r"(\d+) dòng", words_of(page))[1]) if page.context["page"].object_list else 0
    assert told == page.context["page"].paginator.count == len(page.context["page"].object_list)
    return told


@pytest.mark.parametrize("reader", ["chair", "secretary", "province_secretary", "dm_secretary"])
def test_every_figure_opens_exactly_the_rows_it_counts(board: World, reader: str):
    page = logged_in(board.cast[reader]).get(reverse("reports:leader"))
    figures = Figures(text_of(page)).found
    assert len(figures) >= 5
    assert [(address, count) for address, count in figures if rows_of(reader, board, address) != count] == []


def test_figures_tell_the_late_from_the_soon_and_the_returned(board: World):
    page = logged_in(board.cast["chair"]).get(reverse("reports:leader"))
    (one,) = page.context["figures"]
    assert str(one.organisation) == "Chi bộ thôn Đồng Muối"
    assert (one.open, one.soon, one.overdue, one.sent_back, one.days_late) == (5, 2, 1, 1, 3)
    words = words_of(page)
    assert "1 việc khắc phục quá hạn tại 1 tổ chức, lâu nhất 3 ngày." in words


def test_from_a_figure_to_the_thing_itself(board: World):
    """Figure, list, correction: two clicks."""
    client = logged_in(board.cast["secretary"])
    figures = dict(Figures(text_of(client.get(reverse("reports:leader")))).found)
    address = next(one for one in figures if "state=overdue&organisation=" in one)
    (late,) = client.get(address).context["page"].object_list
    shown = client.get(late.get_absolute_url())
    assert shown.status_code == 200 and "quá hạn 3 ngày" in words_of(shown)


def test_neighbour_is_not_counted(board: World):
    """The other commune has a correction of its own, and neither leader counts the other's."""
    page = logged_in(board.cast["stranger"]).get(reverse("reports:leader"))
    assert [str(one.organisation) for one in page.context["figures"]] == ["Chi bộ Tổ dân phố 7"]
