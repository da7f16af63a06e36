"""The leader's board: every figure is a link, and the list it opens has exactly the rows that were counted."""

import random
import re
from datetime import date as D
from html import unescape
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from inspections.calendars.rules import days_after
from inspections.cases.models import Case, Recusal
from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.organisations.models import Organisation
from inspections.remedies.models import Correction
from inspections.reports.queries.board import Asked, board, conditions, counted, listed
from project.demo import stories
from tests.browse import logged_in, text_of, words_of
from tests.cast import NOW, at
from tests.permissions.world import CHILD, OWN, Branch, World

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
RUNG = "shortcoming"
READERS = (
    "chair",
    "secretary",
    "province_secretary",
    "dm_secretary",
    "province_chair",
    "officer",
    "recused",
    "stranger",
)


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
        if tag == "a" and number and "?" in self.address and self.address.startswith("/"):
            self.found.append((unescape(self.address), int(number[1])))


def rows_of(reader: str, world: World, address: str) -> int:
    page = logged_in(world.cast[reader]).get(address)
    assert page.status_code == 200
    assert page.context["filters"].is_valid(), address
    told = int(re.search(r"(\d+) dòng", words_of(page))[1]) if page.context["page"].object_list else 0
    assert told == page.context["page"].paginator.count
    return told


def varied() -> None:
    """The clocks of the world unlike each other in all that the board tells apart; the same in every run."""
    drawn = random.Random(7)
    places = list(Organisation.objects.filter(type__is_body=False).order_by("pk"))
    for number, clock in enumerate(Deadline.objects.live().order_by("pk")):
        clock.state = drawn.choice(["running", "running", "running", "waiting", "suspended"])
        clock.due_on = days_after(TODAY, drawn.choice([-41, -3, -1, 0, 3, 4, 7, 8, 15, 16, 60]))
        clock.times_returned, clock.times_extended = drawn.choice([0, 1, 2, 3]), drawn.choice([0, 0, 1])
        clock.holder = drawn.choice(places) if clock.state == "waiting" else clock.organisation
        if number % 4 == 0:  # of other people's trees too
            clock.organisation = drawn.choice(places)
            clock.org_path = str(clock.organisation.path)
        if number % 5 == 0:
            clock.case_id = None
        clock.severity = drawn.choice(["", RUNG])
        clock.save()
        same = ("state", "due_on", "times_returned", "times_extended", "holder", "organisation", "org_path")
        DeadlineSpan.objects.filter(deadline=clock, ended_at=None).update(**{n: getattr(clock, n) for n in same})


@pytest.mark.parametrize("reader", READERS)
def test_every_figure_opens_exactly_the_rows_it_counts(world: World, reader: str):
    varied()
    board_at = reverse("reports:leader")
    cell = world.cast.organisation("dong_muoi")
    addresses = [board_at, f"{board_at}?due_to=23/11/2026&kind=KTCH"]
    if reader in ("chair", "province_secretary"):
        addresses += [f"{board_at}?as_of=20/11/2026", f"{board_at}?organisation={cell.pk}&severity={RUNG}"]
        addresses += [reverse("reports:year")]
    figures = []
    for address in addresses:
        page = logged_in(world.cast[reader]).get(address)
        assert page.status_code == 200, address
        figures += Figures(text_of(page)).found
    wrong = [(address, count) for address, count in dict(figures).items() if rows_of(reader, world, address) != count]
    assert len(figures) >= 12 and wrong == []


def test_what_is_counted_shortly_is_what_the_policy_shows(world: World):
    """Whoever looks, whatever is asked, now or then: the short condition of figures and the long one of lists agree."""
    varied()
    withdrew = Case.objects.filter(organisation=world.cast.organisation("ubkt")).exclude(number="").first()
    Recusal.objects.create(case=withdrew, person=world.cast.person("secretary"), **recusal_facts(world))
    seen = 0
    for reader in READERS:
        user = world.cast[reader]
        for asked in (Asked(TODAY), Asked(TODAY, as_of=D(2026, 11, 16)), Asked(TODAY, kind="KTCH", due_from=TODAY)):
            for figure, condition in conditions(asked.on).items():
                rows = set(listed(user, asked).filter(condition).values_list("pk", flat=True))
                assert set(counted(user, asked).filter(condition).values_list("pk", flat=True)) == rows, (
                    reader,
                    figure,
                )
                assert getattr(board(user, asked).total, figure) == len(rows)
                seen += len(rows)
    assert seen > 200


def recusal_facts(world: World) -> dict:
    some = Recusal.objects.first()
    assert some is not None
    skipped = {"id", "case", "person"}
    return {one.name: getattr(some, one.name) for one in Recusal._meta.concrete_fields if one.name not in skipped}


@pytest.fixture
def late(world: World) -> Deadline:
    """One correction overdue by three days, the only thing that is."""
    branch = Branch(world.cast, OWN)
    correction = world.row("correction")
    Deadline.objects.update(due_on="2026-12-20")
    stories.planned(branch, correction, "dm_secretary", "2026-11-12", product="")
    stories.judged(branch, correction, "judge_plan", "2026-11-13", accepts=False)
    clock = Deadline.objects.live().get(item_id=correction.pk, duty="correct")
    Deadline.objects.filter(pk=clock.pk).update(due_on="2026-11-20")
    Correction.objects.filter(pk=correction.pk).update(due_on="2026-11-20")
    return clock


def test_the_sentence_comes_first_and_leads_to_the_thing_itself(world: World, late: Deadline):
    """Figure, list, correction: two clicks."""
    client = logged_in(world.cast["secretary"])
    page = client.get(reverse("reports:leader"))
    assert "1 việc quá hạn tại 1 tổ chức, lâu nhất 3 ngày." in words_of(page)
    (line,) = [one for one in page.context["lines"] if one.counts.overdue]
    assert (line.name, line.days_late) == ("Chi bộ thôn Đồng Muối", 3)
    figures = dict(Figures(text_of(page)).found)
    # of today, not of a month of the heat map
    late_there = [one for one in figures if "figure=overdue" in one and f"organisation={line.pk}" in one]
    address = next(one for one in late_there if "as_of" not in one)
    (row,) = client.get(address).context["rows"]
    shown = client.get(row["opens"])
    assert shown.status_code == 200 and "quá hạn 3 ngày" in words_of(shown)


def test_lists_of_a_month_say_how_its_clocks_ended_on_the_page_and_in_the_export(world: World):
    """Met three days late in November: three days late it stays, and done it is told."""
    branch = Branch(world.cast, OWN)
    correction = world.row("correction")
    stories.planned(branch, correction, "dm_secretary", "2026-11-12", product="Nghị quyết")
    stories.judged(branch, correction, "judge_plan", "2026-11-12", accepts=True)
    Deadline.objects.filter(item_id=correction.pk, duty="correct").update(due_on="2026-11-16")
    DeadlineSpan.objects.filter(deadline__item_id=correction.pk, deadline__duty="correct").update(due_on="2026-11-16")
    Correction.objects.filter(pk=correction.pk).update(due_on="2026-11-16")
    stories.carried_out(branch, correction, "dm_secretary", "2026-11-19")
    stories.judged(branch, correction, "judge_report", "2026-11-20", accepts=True)
    client = logged_in(world.cast["secretary"])
    asked = {"figure": "met_late", "month": "01/11/2026"}
    page = client.get(reverse("reports:clocks"), asked)
    (row,) = [one for one in page.context["rows"] if one["clock"].item_id == correction.pk]
    assert (row["late"], row["stands"].state) == (3, "met")
    book = client.get(reverse("reports:clocks"), {**asked, "export": "xlsx"})
    head, *lines = load_workbook(BytesIO(book.content)).active.values
    (line,) = [dict(zip(head, one, strict=True)) for one in lines if one[0] == row["clock"].title]
    assert (line["Số ngày quá hạn"], line["Trạng thái"]) == (3, row["clock"].get_state_display())
    assert line["Vì sao là ngày này"]


def test_the_heat_map_draws_what_was_late_and_owes_nothing_now(world: World, late: Deadline):
    cell = world.cast.organisation("suoi_da")
    spring = Deadline.objects.filter(pk=late.pk).values("item_type", "item_id", "holder", "watcher").get()
    clock = Deadline.objects.create(
        organisation=cell, org_path=cell.path, holder=cell, held_since=D(2026, 3, 2), item_type_id=spring["item_type"],
        item_id=spring["item_id"], duty="spring", title="Việc mùa xuân", start_on=D(2026, 3, 2), due_on=D(2026, 4, 20),
        started_at=at("2026-03-02"), state="met", met_on=D(2026, 6, 3), closed_at=at("2026-06-03"),
    )  # fmt: skip
    DeadlineSpan.objects.create(
        deadline=clock, organisation=cell, org_path=cell.path, holder=cell, state="running", due_on=D(2026, 4, 20),
        first_on=D(2026, 3, 2), last_on=D(2026, 6, 3), began_at=at("2026-03-02"), ended_at=at("2026-06-03"),
    )  # fmt: skip
    page = logged_in(world.cast["secretary"]).get(reverse("reports:leader"))
    drawn = {place.name: squares for place, _itself, squares in page.context["heat"]}
    assert [number for month, number, _shade in drawn["Chi bộ thôn Suối Đá"] if month.first.month in (4, 5, 6)] == [
        1,
        1,
        0,
    ]


def test_who_holds_the_matter_is_told_and_not_charged(world: World, late: Deadline):
    Deadline.objects.filter(pk=late.pk).update(state="waiting", holder=world.cast.organisation("ubkt"))
    page = logged_in(world.cast["secretary"]).get(reverse("reports:leader"))
    assert "Không có việc nào quá hạn." in words_of(page)
    (one,) = [one for one in page.context["waited_for"] if one.label == "UBKT Đảng uỷ xã Tân Phước Thượng"]
    assert one.open == Deadline.objects.filter(state="waiting", holder=one.key).count() >= 1


def test_neighbour_is_not_counted_and_not_looked_at(world: World):
    client = logged_in(world.cast["stranger"])
    names = {line.name for line in client.get(reverse("reports:leader")).context["lines"]}
    assert "Chi bộ Tổ dân phố 7" in names and "Chi bộ thôn Đồng Muối" not in names
    other = client.get(reverse("reports:leader"), {"organisation": world.cast.organisation("dong_muoi").pk})
    assert other.status_code == 422
    assert "Đồng Muối" not in words_of(other)


def test_filters_stay_on_the_way_down_and_back(world: World):
    client = logged_in(world.cast["chair"])
    page = client.get(reverse("reports:leader"), {"kind": "KTCH", "due_to": "31/12/2026"})
    address = next(one for one, _number in Figures(text_of(page)).found if "/clocks/" in one)
    assert "kind=KTCH" in address and "due_to=31%2F12%2F2026" in address
    (back, _here) = client.get(address).context["trail"]
    assert "kind=KTCH" in back[1] and "figure" not in back[1]


def test_a_past_day_shows_what_was_recorded_until_its_morning(world: World):
    """A clock met on the 20th at nine was still open at six on the 20th, and is not as of the 21st."""
    correction = world.row("correction", CHILD)
    clock = Deadline.objects.live().get(item_id=correction.pk, duty="correct")
    DeadlineSpan.objects.filter(deadline=clock, ended_at=None).update(ended_at=at("2026-11-20"), last_on="2026-11-20")
    Deadline.objects.filter(pk=clock.pk).update(state="met", met_on="2026-11-20", closed_at=at("2026-11-20"))
    user = world.cast["dm_secretary"]

    def has(day: D | None) -> bool:
        rows = listed(user, Asked(TODAY, as_of=day))
        return rows.filter(**{"pk" if day is None else "deadline": clock.pk}).exists()

    assert (has(D(2026, 11, 20)), has(D(2026, 11, 21)), has(None)) == (True, False, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("as_of", "24/11/2026"),
        ("as_of", "x"),
        ("kind", "khong-co"),
        ("due_from", "31/02/2026"),
        ("organisation", "9" * 30),
    ],
)
def test_filter_that_cannot_be_understood_is_told(world: World, field: str, value: str):
    client = logged_in(world.cast["chair"])
    for name in ("reports:leader", "reports:clocks"):
        page = client.get(reverse(name), {field: value})
        assert page.status_code == 422 and page.context["filters"].errors.keys() == {field}


def test_the_board_takes_as_many_queries_for_a_province_as_for_a_cell(world: World):
    counts = {}
    for reader in ("dm_secretary", "chair", "province_secretary"):
        client = logged_in(world.cast[reader])
        client.get(reverse("reports:leader"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("reports:leader"))
        counts[reader] = len(queries)
    assert max(counts.values()) <= 36, counts
