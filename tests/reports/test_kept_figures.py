"""What was kept on Monday, after the week has gone on: every figure equals the list it opens, whoever reads.

Clocks are extended, met, handed over; organisations merge and move, and with them clocks and cases."""

import datetime
import random
from datetime import date as D

import pytest
from django.urls import reverse

from inspections.calendars.rules import days_after
from inspections.cases.models import Case, CaseSubject
from inspections.deadlines.models import Deadline, DeadlineSpan
from inspections.deadlines.services import hand_over, meet_clock, move_clock
from inspections.organisations.models import FormerPath, Organisation
from inspections.organisations.services import merge_organisation, move_organisation
from inspections.reports.models import WeeklyReport
from inspections.reports.queries.board import Asked, Board, board
from inspections.reports.rules import NUMBERS
from inspections.reports.services.weekly import make_weekly_reports
from tests.browse import logged_in, on, text_of, words_of
from tests.cast import at
from tests.permissions.world import World
from tests.reports.test_board import Figures, rows_of
from tests.reports.weeks import MONDAY, owed
from workflows.invariants import papers

pytestmark = pytest.mark.django_db
COUNTED_FOR_YOU = "Số liệu này được tính riêng cho đồng chí"
LATER = "2026-11-27"
CELLS = ("dong_muoi", "suoi_da", "thcs", "ward_cell", "new_cell", "newer_cell", "base")


@pytest.fixture
def week(world: World) -> World:
    """The world with two cells more and a base organisation, in each something owed of every state; reports written on
    two Mondays."""
    cast, drawn = world.cast, random.Random(11)
    for key, name in (("new_cell", "Chi bộ thôn Bãi Sậy"), ("newer_cell", "Chi bộ thôn Gò Nổi")):
        cast.add_organisation(key, name, "cell", "commune", symbol="CB")
        cast.add_user(f"{key}.secretary", name.replace("Chi bộ", "Bí thư"), "cell_secretary", key)
    cases = list(Case.objects.filter(organisation=cast.organisation("ubkt")).exclude(number="").order_by("pk")[:3])
    since = at("2026-11-02")
    for key in CELLS:
        place = cast.organisation(key)
        for number in range(8):
            due = days_after(MONDAY, drawn.choice([-20, -8, -5, -1, 0, 2, 6, 14, 40]))
            facts = {"times_returned": drawn.choice([0, 1, 2, 3]), "times_extended": drawn.choice([0, 1])}
            state = drawn.choice(["running", "running", "running", "waiting", "suspended"])
            case_id = drawn.choice(cases).pk if number % 3 == 0 and key != "ward_cell" else None
            owed(place, f"Việc {number} của {key}", due, since, number, state=state, case_id=case_id, **facts)
    WeeklyReport.objects.all().delete()
    for monday in ("2026-11-16", "2026-11-23"):
        make_weekly_reports(at(monday))
    return world


def report_of(world: World, place: str) -> WeeklyReport:
    return WeeklyReport.objects.get(organisation=world.cast.organisation(place), on=MONDAY)


def forget(world: World) -> None:
    """Everybody's rights are read anew."""
    for user in world.cast.users.values():
        user.__dict__.pop("_viewer", None)


def moves(world: World, key: str, to: str, day: str) -> None:
    kept = world.cast.organisation(key)
    move_organisation(
        acting_user=world.cast.root, organisation=kept, parent=world.cast.organisation(to), code="",
        on=at(day).date(), paper="9-QĐ/TU", now=at(day),
    )  # fmt: skip
    forget(world)


def merges(world: World, key: str, into: str, day: str) -> None:
    merge_organisation(
        acting_user=world.cast.root, organisation=world.cast.organisation(key),
        successor=world.cast.organisation(into), on=at(day).date(), paper="21-QĐ/ĐU", now=at(day),
    )  # fmt: skip
    forget(world)


def work_goes_on(seed: int) -> None:
    """Some of what is owed is met, extended or handed over, from Monday noon to Thursday."""
    drawn = random.Random(seed)
    for clock in Deadline.objects.live().filter(duty__startswith="owed").select_related("organisation"):
        now = at(f"2026-11-{drawn.choice([23, 24, 25, 26])}", 13)
        what = drawn.choice(["", "meet", "extend", "hand over"])
        if what == "meet" and clock.state != "suspended":
            meet_clock(clock.item, clock.duty, now.date(), now=now)
        elif what == "extend":
            facts = {"kind": "extension", "reason": "Mưa bão", "paper": "3-QĐ", "decided_by": clock_decider()}
            move_clock(clock, days_after(clock.due_on, 10), now=now, **facts)
        elif what == "hand over":
            hand_over(clock.item, clock.duty, clock.organisation.parent, on=now.date(), now=now)


def clock_decider():
    return Case.objects.exclude(signed_by=None).first().signed_by


def differing(world: World, reader: str, report: WeeklyReport) -> tuple[list, object]:
    """The figures of the report's page that are not the length of their list; and the page."""
    page = logged_in(world.cast[reader]).get(report.get_absolute_url(), {"annex": "1"})
    assert page.status_code == 200
    figures = [one for one in Figures(text_of(page)).found if "/clocks/" in one[0]]
    assert len(figures) >= 9
    return [(one, n, found) for one, n in figures if (found := rows_of(reader, world, one)) != n], page


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_kept_on_monday_equals_its_list_after_the_week_went_on(week: World, seed: int):
    """A cell merges into another, one goes to the ward, one below the base, and then the base with it to the ward."""
    before = {place: report_of(week, place).figures for place in ("province", "commune", "ward")}
    work_goes_on(seed)
    merges(week, "new_cell", "newer_cell", "2026-11-25")
    moves(week, "thcs", "ward", "2026-11-25")
    moves(week, "suoi_da", "base", "2026-11-25")
    moves(week, "base", "ward", "2026-11-26")
    work_goes_on(seed + 10)
    assert [*papers.spans_agree(at(LATER))] == []
    with on(LATER):
        for reader, place in (
            ("province_secretary", "province"),
            ("province_secretary", "commune"),
            ("province_secretary", "ward"),
            ("secretary", "commune"),
            ("chair", "commune"),
            ("recused", "commune"),
            ("stranger", "ward"),
        ):
            report = report_of(week, place)
            wrong, page = differing(week, reader, report)
            assert wrong == [], (reader, place)
            told = page.context["told"]
            # the province leads all of it still, so it reads what was kept
            if reader == "province_secretary":
                assert (told.figures, told.lines, told.is_whole) == (before[place], report.lines, True), place
            assert (COUNTED_FOR_YOU in words_of(page)) is not told.is_whole
            assert all(told.figures[name] <= report.figures[name] for name in NUMBERS)


def test_who_no_longer_leads_what_moved_away_reads_less_and_is_told(week: World):
    report = report_of(week, "commune")
    gone = sum(line["open"] for line in report.lines if line["name"] == week.cast.organisation("thcs").name)
    moves(week, "thcs", "ward", "2026-11-25")
    with on(LATER):
        wrong, page = differing(week, "secretary", report)
        assert wrong == [] and COUNTED_FOR_YOU in words_of(page)
        assert report.figures["open"] - gone <= page.context["told"].figures["open"] < report.figures["open"]
        # the ward leads it now; on Monday it did not
        _wrong, ward = differing(week, "stranger", report_of(week, "ward"))
        assert ward.context["told"].figures == report_of(week, "ward").figures


@pytest.mark.parametrize("reader", ["recused", "secretary"])
def test_who_is_barred_from_a_case_reads_the_smaller_figure_and_the_equal_list(week: World, reader: str):
    """Who withdrew from the cases of the committee; and its secretary, whom one of these cases is about."""
    report = report_of(week, "commune")
    if reader == "secretary":
        about = Case.objects.filter(pk__in=Deadline.objects.filter(duty__startswith="owed").values("case_id")).first()
        CaseSubject.objects.create(
            case=about, organisation=week.cast.organisation("dong_muoi"), person=week.cast.person("secretary")
        )
    wrong, page = differing(week, reader, report)
    told = page.context["told"]
    assert wrong == [] and COUNTED_FOR_YOU in words_of(page)
    assert told.figures["open"] < report.figures["open"]
    assert told.before is not None and told.before["open"] < report_before(report).figures["open"]
    listed = logged_in(week.cast[reader]).get(reverse("reports:clocks"), {"report": report.pk})
    assert listed.context["page"].paginator.count == told.figures["open"]


def report_before(report: WeeklyReport) -> WeeklyReport:
    return WeeklyReport.objects.get(organisation=report.organisation, on=days_after(report.on, -7))


def test_changes_and_the_picture_are_of_the_reports_of_their_mondays(week: World):
    report = report_of(week, "commune")
    page = logged_in(week.cast["secretary"]).get(report.get_absolute_url())
    told = page.context["told"]
    assert told.is_whole and told.before == {name: report_before(report).figures[name] for name in told.before}
    assert [(one.report.on, one.open, one.overdue) for one in told.weeks] == [
        (one.on, one.figures["open"], one.figures["overdue"]) for one in (report_before(report), report)
    ]
    grown = report.figures["overdue"] - report_before(report).figures["overdue"]
    assert grown > 0 and f"tăng {grown} so với tuần trước" in words_of(page)
    first = logged_in(week.cast["secretary"]).get(report_before(report).get_absolute_url())
    assert "so với tuần trước" not in words_of(first)


@pytest.mark.parametrize("day", [MONDAY, D(2026, 11, 24)])
def test_a_board_of_a_past_day_stands_in_the_tree_of_that_day(week: World, day: datetime.date):
    """Whatever moved since; for whoever leads all of it, the organisation looked at having moved too."""
    place = week.cast.organisation("base")

    def of_that_day() -> Board:
        forget(week)
        with on(LATER):
            organisation = Organisation.objects.get(pk=place.pk)
            return board(week.cast["province_secretary"], Asked(at(LATER).date(), organisation=organisation, as_of=day))

    moves(week, "suoi_da", "base", "2026-11-20")
    before = of_that_day()
    moves(week, "suoi_da", "commune", "2026-11-25")
    moves(week, "base", "ward", "2026-11-26")
    after = of_that_day()
    assert after.total == before.total and before.total.open >= 16
    told = [{(one.name, one.is_itself): one.counts for one in found.lines} for found in (before, after)]
    assert told[0] == told[1] and ("Chi bộ thôn Suối Đá", False) in told[0]


def test_a_move_keeps_where_things_stood(week: World):
    """The running stretch ends in the old place and the next begins in the new; what is over stays where it was."""
    base, cell = week.cast.organisation("base"), week.cast.organisation("suoi_da")
    old = str(Organisation.objects.get(pk=cell.pk).path)
    running = Deadline.objects.live().filter(organisation=cell).count()
    moves(week, "suoi_da", "base", "2026-11-25")
    moves(week, "base", "ward", "2026-11-25")  # at the same moment: what only just began takes the new place
    new = str(Organisation.objects.get(pk=cell.pk).path)
    assert new.startswith(str(Organisation.objects.get(pk=base.pk).path)) and old != new
    spans = DeadlineSpan.objects.filter(deadline__in=Deadline.objects.live().filter(organisation=cell))
    assert set(spans.filter(ended_at=None).values_list("org_path", flat=True)) == {new}
    assert spans.filter(org_path=old, ended_at=at("2026-11-25")).count() == running
    assert FormerPath.objects.filter(organisation=cell).count() == 2
    assert [*papers.spans_agree(at(LATER))] == []


def test_what_a_report_counts_is_opened_by_nobody_who_may_not_read_it(week: World):
    report = report_of(week, "commune")
    answer = logged_in(week.cast["stranger"]).get(reverse("reports:clocks"), {"report": report.pk})
    assert answer.status_code == 422 and answer.context["filters"].errors.keys() == {"report"}


@pytest.mark.parametrize("way", ["move", "merger"])
def test_a_case_that_went_with_who_carries_it_out_is_counted_where_it_was(week: World, way: str):
    """For whoever leads both places; the case is elsewhere today."""
    cell = week.cast.organisation("new_cell")
    case = Case.objects.filter(organisation__type__code="cell").exclude(number="").first()
    Case.objects.filter(pk=case.pk).update(organisation=cell, org_path=cell.path)
    owed(cell, "Việc của cuộc kiểm tra", days_after(MONDAY, -3), at("2026-11-02"), 99, case_id=case.pk)
    WeeklyReport.objects.all().delete()
    make_weekly_reports(at("2026-11-23"))
    report = report_of(week, "commune")
    if way == "move":
        moves(week, "new_cell", "ward", "2026-11-25")
    else:
        merges(week, "new_cell", "ward_cell", "2026-11-25")
    case.refresh_from_db()
    assert not str(case.org_path).startswith(str(week.cast.organisation("commune").path))
    with on(LATER):
        wrong, page = differing(week, "province_secretary", report)
        assert wrong == [] and page.context["told"].is_whole
        assert page.context["told"].figures == report.figures
