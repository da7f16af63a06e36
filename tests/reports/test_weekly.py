"""The weekly report: as of six on Monday, once, made up for after a stop, the same as the board of that morning."""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.reports.models import WeeklyReport
from inspections.reports.queries.board import Asked, board
from inspections.reports.queries.sections import Section, register_section
from inspections.reports.rules import NUMBERS, counts_as_kept, mondays_between
from inspections.reports.services.weekly import make_weekly_reports
from tests.browse import logged_in, text_of, words_of
from tests.cast import NOW, at
from tests.permissions.world import World
from tests.reports.test_board import Figures, rows_of

MONDAY = D(2026, 11, 23)


@pytest.mark.parametrize(
    ("last", "now", "missing"),
    [
        (None, at("2026-11-23", 6), [D(2026, 11, 23)]),
        (None, at("2026-11-23", 5), [D(2026, 11, 16)]),
        (D(2026, 11, 16), at("2026-11-25", 9), [D(2026, 11, 16), D(2026, 11, 23)]),
        (D(2026, 11, 2), at("2026-11-23", 6), [D(2026, 11, 2), D(2026, 11, 9), D(2026, 11, 16), D(2026, 11, 23)]),
        (D(2026, 1, 5), at("2026-11-23", 6), [D(2026, 11, 16), D(2026, 11, 23)]),
    ],
)
def test_mondays_whose_report_may_be_missing(last, now, missing):
    most = 2 if last == D(2026, 1, 5) else 8
    assert mondays_between(last, now, most) == missing


@pytest.mark.django_db
def test_the_report_is_the_board_of_that_morning(world: World):
    """Of whoever leads the committee and has no part in cases from elsewhere."""
    for reader, place in (("secretary", "commune"), ("province_secretary", "province")):
        report = WeeklyReport.objects.get(organisation=world.cast.organisation(place), on=MONDAY)
        asked = Asked(NOW.date(), organisation=report.organisation, as_of=MONDAY)
        shown = board(world.cast[reader], asked)
        assert report.figures == {**counts_as_kept(shown.total), "days_late": shown.days_late}
        assert {line["organisation"]: [line[name] for name in NUMBERS] for line in report.lines} == {
            line.pk: [getattr(line.counts, name) for name in NUMBERS] for line in shown.lines
        }


@pytest.mark.django_db
def test_a_report_is_written_once_and_what_was_missed_is_made_up_for(world: World):
    before = WeeklyReport.objects.count()
    assert before and make_weekly_reports(NOW) == 0
    committee = world.cast.organisation("commune")
    WeeklyReport.objects.filter(organisation=committee).delete()
    clock = Deadline.objects.live().filter(organisation__parent=committee).exclude(case_id=None).first()
    assert make_weekly_reports(NOW) == 1
    first = WeeklyReport.objects.get(organisation=committee, on=MONDAY).figures
    # two weeks in which nothing ran; in the second the clock was done
    DeadlineSpan.objects.filter(deadline=clock, ended_at=None).update(ended_at=at("2026-12-02"), last_on="2026-12-02")
    Deadline.objects.filter(pk=clock.pk).update(state="met", met_on="2026-12-02", closed_at=at("2026-12-02"))
    assert make_weekly_reports(at("2026-12-08")) == 2 * before
    made = {one.on: one.figures for one in WeeklyReport.objects.filter(organisation=committee)}
    assert made.keys() == {MONDAY, D(2026, 11, 30), D(2026, 12, 7)}
    assert made[MONDAY] == first
    assert made[D(2026, 12, 7)]["open"] == made[D(2026, 11, 30)]["open"] - 1
    assert WeeklyReport.objects.get(organisation=committee, on=D(2026, 11, 30)).moment == at("2026-11-30", 6)


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["secretary", "recused", "province_secretary"])
def test_every_figure_of_the_report_opens_its_rows(world: World, reader: str):
    """Whoever withdrew from a case finds neither it nor a figure that counts it."""
    report = WeeklyReport.objects.get(organisation=world.cast.organisation("commune"), on=MONDAY)
    page = logged_in(world.cast[reader]).get(report.get_absolute_url())
    assert page.status_code == 200
    figures = Figures(text_of(page)).found
    told = [one for one, _number in figures if "/clocks/" in one and "organisation=" not in one]
    assert len(told) == 9 < len([one for one, _number in figures if "/clocks/" in one])
    assert [(address, n) for address, n in figures if rows_of(reader, world, address) != n] == []


@pytest.mark.django_db
def test_cells_get_none_and_neighbours_do_not_read_it(world: World):
    assert not WeeklyReport.objects.filter(organisation__type__is_cell=True).exists()
    report = WeeklyReport.objects.get(organisation=world.cast.organisation("commune"), on=MONDAY)
    assert logged_in(world.cast["stranger"]).get(report.get_absolute_url()).status_code == 404
    names = words_of(logged_in(world.cast["stranger"]).get(reverse("reports:weekly_list")))
    assert "Bến Lau" in names and "Tân Phước Thượng" not in names


@pytest.mark.django_db
def test_other_rooms_add_a_section_for_its_reader(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inspections.reports.queries.sections._TELLERS", [])
    told = []

    def teller(viewer, organisation, on):
        told.append((viewer.user, organisation, on))
        return Section("Việc thường xuyên", [("chưa họp chi bộ", 3, "/here/")])

    register_section(teller)
    report = WeeklyReport.objects.get(organisation=world.cast.organisation("commune"), on=MONDAY)
    page = logged_in(world.cast["secretary"]).get(report.get_absolute_url())
    assert "Việc thường xuyên 3 chưa họp chi bộ" in words_of(page)
    assert told == [(world.cast["secretary"], report.organisation, MONDAY)]
