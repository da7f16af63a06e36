"""The board of cells: every figure opens exactly the rows it counts, whoever looks; and the rules say the same."""

import datetime
from datetime import date as D
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from inspections.meetings.models import Meeting
from inspections.organisations.models import Organisation
from inspections.reports.rules import months_until
from inspections.superiors.models import FlagRule, Following, Visit
from inspections.superiors.queries import flags
from inspections.superiors.queries.cell import facts_of, months_of, with_facts
from inspections.superiors.queries.flags import MET, SCORED, Asked
from inspections.superiors.rules import Flag, Life, flags_of
from inspections.superiors.services import remarks
from permissions import policy
from tests.browse import logged_in, text_of, words_of
from tests.cast import NOW
from tests.meetings.held import moment
from tests.permissions.world import World
from tests.reports.test_board import Figures, rows_of
from tests.superiors.meetings import meeting_of, varied

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
READERS = ("chair", "secretary", "province_secretary", "officer", "stranger", "dm_secretary", "follower")
ALL = (MET, SCORED, *flags.FLAGS)


@pytest.fixture
def year(world: World) -> World:
    """A varied year; and a committee member who follows two cells and holds no other sight of meetings."""
    cast = world.cast
    Following.objects.all().delete()
    for cell in ("dong_muoi", "thcs"):
        Following.objects.create(
            person=cast.person("follower"), organisation=cast.organisation(cell), starts_on=D(2026, 1, 1)
        )
    varied(cast["chair"])
    return world


@pytest.mark.parametrize("reader", READERS)
def test_every_figure_opens_exactly_the_rows_it_counts(year: World, reader: str):
    board_at = reverse("superiors:board")
    addresses = [f"{board_at}?value={value}" for value in (MET, *flags.FLAGS)]
    addresses += [f"{board_at}?month=2026-09&value=unvisited"]
    if reader == "province_secretary":
        commune = year.cast.organisation("commune")
        addresses += [f"{board_at}?organisation={commune.pk}&value=poor"]
    figures = {}
    for address in addresses:
        page = logged_in(year.cast[reader]).get(address)
        assert page.status_code == 200, address
        figures |= dict(Figures(text_of(page)).found)
    wrong = [(address, count) for address, count in figures.items() if rows_of(reader, year, address) != count]
    assert len(figures) >= 12 and wrong == []


@pytest.mark.parametrize("reader", READERS)
def test_what_is_counted_is_what_the_rules_say_of_each_cell(year: World, reader: str):
    user, settings, months = year.cast[reader], flags.settings_now(), months_until(TODAY)
    asked = Asked(TODAY)
    counted = flags.tally(user, asked, flags.FLAGS, months, settings)
    seen = 0
    for n, month in enumerate(months):
        sums = dict.fromkeys(Flag, 0)
        for cell in flags.cells(user, asked):
            facts = [facts_of(one) for one in with_facts(Meeting.objects.filter(organisation=cell))]
            for flag, many in flags_of(month, facts, Life(cell.starts_on, cell.ends_on), settings, TODAY).items():
                sums[flag] += many
        for flag in flags.FLAGS:
            told = sum(counts.figures[flag][n] or 0 for counts in counted.values())
            assert told == sums[flag], (month, flag)
            seen += told
    assert seen > 8


def told_of(world: World, flag: Flag, month: D = D(2026, 10, 1)) -> tuple[list[Meeting], int]:
    """The flag in the month of one cell: what the conditions find, and how often the rules tell it."""
    user, settings, cell = world.cast["chair"], flags.settings_now(), world.cast.organisation("thcs")
    asked = Asked(TODAY, cell)
    find = flags.cells_of if flag in flags.OF_CELLS else flags.meetings_of
    facts = [facts_of(one) for one in with_facts(Meeting.objects.filter(organisation=cell))]
    by_rules = flags_of(month, facts, Life(cell.starts_on, cell.ends_on), settings, TODAY).get(flag, 0)
    return list(find(user, asked, flag, month, settings)), by_rules


def test_a_meeting_known_from_a_list_was_never_held_late(world: World):
    """It was planned, nobody recorded it, and a list told of another day."""
    made = meeting_of(world.cast.organisation("thcs"), D(2026, 10, 1), late=9)
    assert told_of(world, Flag.LATE) == ([made], 1)
    Meeting.objects.filter(pk=made.pk).update(
        state="listed", ended_at=None, chair=None, recorder=None, listed_in="Sổ theo dõi.xlsx"
    )
    assert told_of(world, Flag.LATE) == ([], 0)


@pytest.mark.parametrize(("held", "is_told"), [("2026-10-06 23:59", False), ("2026-10-07 00:00", True)])
def test_held_late_counts_days_whatever_the_hour(world: World, held, is_told):
    """A day may pass after the 5th, 19:00; the days are those of Vietnam, where the 7th begins on the 6th of UTC."""
    made = meeting_of(world.cast.organisation("thcs"), D(2026, 10, 1), late=1)
    start = moment(held)
    Meeting.objects.filter(pk=made.pk).update(started_at=start, ended_at=start + datetime.timedelta(minutes=100))
    assert told_of(world, Flag.LATE) == (([made], 1) if is_told else ([], 0))


def test_a_remark_is_no_visit_and_what_the_cell_recorded_is(world: World):
    cell, leader = world.cast.organisation("thcs"), world.cast["chair"]
    FlagRule.objects.filter(code="unvisited").update(since=D(2026, 1, 1))
    made = meeting_of(cell, D(2026, 10, 1))
    remarks.leave_remark(acting_user=leader, meeting=made, text="Nên họp sớm.", answer_by=D(2026, 12, 1), now=NOW)
    assert told_of(world, Flag.UNVISITED) == ([cell], 1)
    remarks.mark_visit(acting_user=leader, meeting=made, note="", now=NOW)
    assert told_of(world, Flag.UNVISITED) == ([], 0)
    Visit.objects.filter(meeting=made).delete()
    Meeting.objects.filter(pk=made.pk).update(superiors="Đồng chí Phó Bí thư")
    assert told_of(world, Flag.UNVISITED) == ([], 0)


def test_the_mean_score_is_that_of_the_list_behind_it(year: World):
    user, settings, months = year.cast["province_secretary"], flags.settings_now(), months_until(TODAY)
    asked = Asked(TODAY)
    (path, counts), *others = flags.tally(user, asked, [SCORED], months, settings).items()
    told = 0
    for n, month in enumerate(months):
        place = Organisation.objects.get(path=path)
        rows = flags.meetings_of(user, Asked(TODAY, place), SCORED, month, settings)
        totals = [one.total for one in rows]
        assert counts.figures[SCORED][n] == len(totals)
        assert counts.mean(n) == (round(sum(totals) / len(totals), 1) if totals else None)
        told += bool(totals)
    assert told >= 6 and others


def test_the_map_goes_down_from_the_province_to_the_meeting(year: World):
    client = logged_in(year.cast["province_secretary"])
    commune, cell = year.cast.organisation("commune"), year.cast.organisation("dong_muoi")
    top = text_of(client.get(reverse("superiors:board")))
    assert f"organisation={commune.pk}" in top
    inside = client.get(reverse("superiors:board"), {"organisation": commune.pk})
    assert reverse("superiors:cell", args=[cell.pk]) in text_of(inside)
    page = client.get(reverse("superiors:cell", args=[cell.pk]))
    meeting = Meeting.objects.filter(organisation=cell, state="closed").latest("month")
    assert reverse("meetings:detail", args=[meeting.pk]) in text_of(page)


def test_the_sentence_says_how_many_met(year: World):
    page = logged_in(year.cast["follower"]).get(reverse("superiors:board"), {"month": "2026-10"})
    met = Meeting.objects.filter(
        kind="regular", state__in=["held", "closed"], month=D(2026, 10, 1), organisation__followings__isnull=False
    ).count()
    assert f"Tháng 10/2026 có {met}/2 chi bộ sinh hoạt định kỳ." in words_of(page)


def test_who_follows_no_cell_any_more_sees_none(year: World):
    Following.objects.update(ends_on=D(2026, 11, 22))
    client = logged_in(year.cast["follower"])
    page = client.get(reverse("superiors:board"))
    assert page.status_code == 200 and "Không có chi bộ nào ở đây" in words_of(page)
    cell = year.cast.organisation("dong_muoi")
    assert client.get(reverse("superiors:cell", args=[cell.pk])).status_code == 404
    assert not policy.visible(year.cast["follower"], Meeting.objects.all()).exists()


def test_the_map_is_exported_as_it_is_drawn(year: World):
    client = logged_in(year.cast["chair"])
    page = client.get(reverse("superiors:board"), {"value": "poor"})
    book = client.get(reverse("superiors:board"), {"value": "poor", "export": "xlsx"})
    head, *lines = load_workbook(BytesIO(book.content)).active.values
    assert len(head) == 13
    assert [line[0] for line in lines] == [row.place.name for row in page.context["rows"]]
    drawn = [[square.told or None for square in row.squares] for row in page.context["rows"]]
    assert [[one or None for one in line[1:]] for line in lines] == drawn


def test_a_place_that_is_not_seen_and_a_month_that_is_none_are_said_beside_their_filters(year: World):
    client = logged_in(year.cast["chair"])
    elsewhere = year.cast.organisation("ward")
    for query in ({"organisation": elsewhere.pk}, {"month": "2026-13"}, {"value": "weather"}):
        assert client.get(reverse("superiors:board"), query).status_code == 422
    assert client.get(reverse("superiors:meetings"), {"figure": "no_regular"}).status_code == 422


def test_who_has_no_cells_is_told_whom_the_page_is_for(year: World):
    page = logged_in(year.cast["sd_member"]).get(reverse("superiors:board"))
    assert page.status_code == 403


def test_more_cells_and_meetings_ask_no_more_questions(year: World):
    client = logged_in(year.cast["secretary"])
    address = reverse("superiors:board")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as many:
            assert client.get(address).status_code == 200
        return len(many)

    asked()
    before = asked()
    for number in range(6):
        cell = year.cast.add_organisation(
            f"more{number}", f"Chi bộ số {number}", "cell", "commune", f"97.101.{300 + number}.000.000", "CB"
        )
        year.cast.add_user(f"more{number}", f"Bí Văn {number}", "cell_secretary", f"more{number}")
        for month in months_until(TODAY)[:-1]:
            meeting_of(cell, month, rating="poor")
    assert asked() == before


def test_a_flag_counts_by_what_the_table_says(year: World):
    """The administrator sets the numbers: another rating, another first month, switched off."""
    from inspections.superiors.models import FlagRule

    user, month = year.cast["province_secretary"], D(2026, 9, 1)

    def counted(flag: str) -> int | None:
        told = flags.tally(user, Asked(TODAY), [flag], [month], flags.settings_now())
        numbers = [counts.figures[flag][0] for counts in told.values()]
        return None if None in numbers else sum(numbers)

    few = counted("poor")
    FlagRule.objects.filter(code="poor").update(rating="fair")
    assert counted("poor") > few
    FlagRule.objects.filter(code="poor").update(since=D(2026, 10, 1))
    assert counted("poor") is None
    assert counted(MET) is not None
    FlagRule.objects.filter(code="no_regular").update(since=D(2026, 10, 1))
    assert counted(MET) is None
    page = logged_in(user).get(reverse("superiors:board"), {"month": "2026-09"})
    assert "Tháng 09/2026 ở trước tháng bắt đầu tính việc sinh hoạt." in words_of(page)
    FlagRule.objects.filter(code="late").update(is_active=False)
    assert counted("late") is None


def test_a_cell_that_says_so_itself_is_still_told_of_not_having_met(world: World):
    """Called off in time, a meeting was not planned any more; not held in its month, it was."""
    cell, user, settings = world.cast.organisation("suoi_da"), world.cast["chair"], flags.settings_now()
    for state, month, number in (("off", D(2026, 8, 1), 0), ("unheld", D(2026, 9, 1), 1)):
        one = meeting_of(cell, month, late=None, state=state)
        counts = flags.tally(user, Asked(TODAY, cell), [Flag.NOT_HELD], [month], settings)[str(cell.path)]
        assert counts.figures[Flag.NOT_HELD] == [number]
        listed = flags.meetings_of(user, Asked(TODAY, cell), Flag.NOT_HELD, month, settings)
        assert list(listed) == [one][:number]
        shown = next(row for row in months_of(user, cell, settings, TODAY) if row.first == month)
        assert shown.flags.get(Flag.NOT_HELD, 0) == number and shown.flags[Flag.NO_REGULAR] == 1


def test_the_months_of_one_cell_have_the_flags_of_the_rules(year: World):
    cell = year.cast.organisation("dong_muoi")
    settings = flags.settings_now()
    months = months_of(year.cast["chair"], cell, settings, TODAY)
    assert len(months) == 12 and sum(len(month.flags) for month in months) >= 3
    for month in months:
        for flag in flags.FLAGS:
            counts = flags.tally(year.cast["chair"], Asked(TODAY, cell), [flag], [month.first], settings)
            assert (counts[str(cell.path)].figures[flag][0] or 0) == month.flags.get(flag, 0)
