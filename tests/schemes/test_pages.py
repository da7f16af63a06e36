"""The pages of schemes as people use them: from an empty list to a review that is printed, and what is refused."""

from datetime import date as D
from decimal import Decimal as N
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from inspections.schemes.measures import all_measures
from inspections.schemes.models import Indicator, KeptFigure, Review, Scheme, SchemeEvent, SchemeTask, TypedFigure
from inspections.schemes.services import indicators, reviews, tasks
from project.demo import stories
from project.demo.drive import item_of, pdf
from tests.browse import logged_in, on, send, text_of, words_of
from tests.schemes.conftest import add, event_facts, kind, typed_facts

pytestmark = pytest.mark.django_db
LIST = reverse("schemes:list")


@pytest.fixture(autouse=True)
def _the_morning():
    with on("2026-11-23", 8):
        yield


@pytest.fixture
def chief(cast):
    return logged_in(cast["office_chief"])


def test_an_empty_list_says_what_comes_here_and_offers_to_begin(cast, chief):
    words = words_of(chief.get(LIST))
    assert "Chưa có đề án nào" in words
    assert "Lập đề án của Đảng bộ xã Tân Phước Thượng" in words
    assert "Lập đề án của" not in words_of(logged_in(cast["chair"]).get(LIST))


def test_from_the_beginning_to_a_held_review(cast, chief):
    commune, cell = cast.organisation("commune"), cast.organisation("dong_muoi")
    send(
        chief,
        reverse("schemes:begin", args=[commune.pk]),
        name="Nâng cao chất lượng sinh hoạt chi bộ",
        aim="Chi bộ là nơi lãnh đạo,\nquản lý, giáo dục.",
        first_year=2026,
        last_year=2027,
        paper="3-ĐA/ĐU",
        all_below="on",
    )
    scheme = Scheme.objects.get()
    group = scheme.groups.get(position=11)
    send(chief, reverse("schemes:add_task", args=[group.pk]), text="Tập huấn bí thư", owners=[cell.pk])
    task = SchemeTask.objects.get()
    send(
        logged_in(cast["dm_secretary"]),
        reverse("schemes:record_event", args=[task.pk]),
        kind=kind("Bồi dưỡng").pk,
        held_on="05/11/2026",
        title="Lớp bồi dưỡng",
        organisation=cell.pk,
        people=12,
        paper="7-KH/CB",
    )
    assert "12 lượt người" in words_of(chief.get(task.get_absolute_url()))
    send(
        chief,
        reverse("schemes:add_indicator", args=[scheme.pk]),
        name="Chi bộ được kiểm tra, giám sát",
        direction="more",
        measure_code="cells_examined",
        of_cells_examined_nature="any",
        baseline="12,5",
    )
    indicator = Indicator.objects.get()
    assert indicator.baseline == N("12.5")
    targets = {f"target_{commune.pk}": "33,3", f"target_{cell.pk}": "100"}
    send(chief, reverse("schemes:set_targets", args=[indicator.pk, 2026]), **targets)
    stories.signed(cast, stories.proposed(cast))
    page = chief.get(indicator.get_absolute_url())
    words = words_of(page)
    assert "1/3" in words and "33,3" in words
    # commune and three cells: each picture has its numbers beside it
    assert text_of(page).count('<svg class="bar"') == 4
    send(chief, reverse("schemes:plan_review", args=[scheme.pk]), kind="interim", year=2026, due_on="20/12/2026")
    review = Review.objects.get()
    work = words_of(chief.get(reverse("workflows:my_work")))
    assert "Tổ chức sơ kết, tổng kết đề án" in work and "20/12/2026" in work
    address = item_of(review, "hold_review").get_absolute_url()
    assert "33,3" in words_of(chief.get(address)), "what will be kept is shown before"
    send(chief, address, held_on="20/11/2026", assessment="Chuyển biến rõ.", lessons="Chuẩn bị kỹ.")
    printed = words_of(chief.get(review.get_absolute_url()))
    for told in (
        "Chuyển biến rõ.",
        "Chuẩn bị kỹ.",
        "33,3",
        "Kế hoạch và thực hiện",
        "Bồi dưỡng, tập huấn: 1 (12 người)",
    ):
        assert told in printed
    with on("2026-11-24", 8):
        later = {"acting_user": cast["dm_secretary"], "now": timezone.now()}
        tasks.strike_event(event=SchemeEvent.objects.get(), reason="Nhầm ngày.", **later)
        tasks.record_event(task=task, facts=event_facts(cell, kind=kind("Khen thưởng")), **later)
        again = words_of(logged_in(cast["office_chief"]).get(review.get_absolute_url()))
    assert "Bồi dưỡng, tập huấn: 1 (12 người)" in again and "Khen thưởng: 0" in again, "as it was when it was held"


def test_the_list_filters_and_exports_what_is_filtered(chief, scheme):
    assert scheme.name in words_of(chief.get(LIST, {"q": "nang cao", "year": 2027, "state": "running"}))
    for query in ({"q": "khong co"}, {"year": 2031}, {"state": "over"}):
        assert scheme.name not in words_of(chief.get(LIST, query))
    book = load_workbook(BytesIO(chief.get(LIST, {"export": "xlsx"}).content))
    told = [cell.value for cell in book.worksheets[0][2]]
    assert told[:4] == [scheme.name, str(scheme.organisation), 2026, 2030]
    assert chief.get(LIST, {"year": "abc"}).status_code == 422


def test_the_rows_behind_a_figure_filter_and_export(cast, chief, scheme, examined):
    stories.signed(cast, stories.proposed(cast))
    address = reverse("schemes:rows", args=[examined.pk, 2026])
    place = {"organisation": scheme.organisation.pk}
    assert len(chief.get(address, place).context["page"].object_list) == 3
    shown = chief.get(address, {**place, "counts": "yes"}).context["page"].object_list
    assert [row["told"] for row in shown] == [str(cast.organisation("dong_muoi"))]
    book = load_workbook(BytesIO(chief.get(address, {**place, "export": "xlsx"}).content))
    assert book.worksheets[0].max_row == 4
    for query in ({"organisation": cast.organisation("ward").pk}, {"organisation": "abc"}):
        assert chief.get(address, query).status_code == 404
    assert chief.get(reverse("schemes:rows", args=[examined.pk, 2031])).status_code == 404


def test_a_reader_who_may_not_open_the_rows_is_told_how_many_there_are(cast, scheme, by):
    """A member of the committee sees schemes, and no case and no correction."""
    cast.add_user("committee_member", "Ma Thị Ba", "committee_member", "commune")
    stories.noticed(cast, stories.run_to_conclusion(cast), due=D(2026, 11, 20))
    told = indicators.IndicatorFacts("Khắc phục đúng hạn", "more", "corrections_in_time")
    indicator = indicators.add_indicator(scheme=scheme, facts=told, **by)
    page = logged_in(cast["committee_member"]).get(reverse("schemes:rows", args=[indicator.pk, 2026]))
    hidden = page.context["hidden"]
    assert page.context["figure"].count.total == hidden > 0
    assert f"Có {hidden} dòng không hiện" in words_of(page)
    assert not page.context["page"].object_list


def test_what_a_review_kept_opens_no_name_to_whoever_may_not_open_the_row(cast, chief, scheme, by):
    """A member of the committee sees schemes and neither members nor corrections, live or kept."""
    cast.add_user("committee_member", "Ma Thị Ba", "committee_member", "commune")
    stories.noticed(cast, stories.run_to_conclusion(cast), due=D(2026, 11, 20))
    for code in ("members_on_roll", "corrections_in_time", "cells_examined"):
        add(scheme, by, code)
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    send(chief, item_of(review, "hold_review").get_absolute_url(), held_on="20/11/2026", assessment="Tốt.")
    reader, leader = logged_in(cast["committee_member"]), logged_in(cast["secretary"])
    for figure in KeptFigure.objects.filter(organisation=scheme.organisation).order_by("indicator__position"):
        address = reverse("schemes:kept_rows", args=[figure.pk])
        page = reader.get(address)
        book = load_workbook(BytesIO(reader.get(address, {"export": "xlsx"}).content))
        assert figure.total > 0
        if figure.indicator.measure_code == "cells_examined":
            assert (page.context["hidden"], len(page.context["page"].object_list)) == (0, figure.total)
        else:
            assert page.context["hidden"] == figure.total
            assert f"Có {figure.total} dòng không hiện" in words_of(page)
            assert not page.context["page"].object_list
            assert book.worksheets[0].max_row == 1
        assert leader.get(address).context["hidden"] == 0


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"value": "mười"}, "value"),
        ({"value": "12345678901"}, "value"),
        ({"value": "1,234"}, "value"),
        ({"value": "-1"}, "value"),
        ({"year": "2027"}, "year"),
        ({"year": "hai"}, "year"),
        ({"organisation": "999999"}, "organisation"),
        ({"organisation": "abc"}, "organisation"),
        ({"proof": " "}, "proof"),
    ],
)
def test_a_wrong_figure_is_shown_again_with_all_that_was_typed(chief, scheme, typed, fields, at):
    good = {"organisation": scheme.organisation.pk, "year": 2026, "value": "12,5", "proof": "Báo cáo 40"}
    address = reverse("schemes:type_figure", args=[typed.pk])
    page = send(chief, address, status=422, **{**good, "reason": "Chữ đã gõ.", **fields})
    assert at in page.context["form"].errors
    assert "Chữ đã gõ." in text_of(page)
    assert not TypedFigure.objects.exists()
    send(chief, address, **good)
    assert TypedFigure.objects.get().value == N("12.5")


def test_a_form_open_while_another_saved_says_so(cast, chief, scheme):
    address = reverse("schemes:change", args=[scheme.pk])
    seen = chief.get(address).context["form"].seen_token
    fields = {"aim": scheme.aim, "first_year": 2026, "last_year": 2030, "paper": scheme.paper, "all_below": "on"}
    send(logged_in(cast["secretary"]), address, name="Tên của bí thư", **fields)
    again = send(chief, address, status=422, name="Tên khác", seen=seen, **fields)
    assert "Tên của bí thư" in text_of(again) and "Tên khác" in text_of(again)
    assert Scheme.objects.get().name == "Tên của bí thư"


def test_a_file_of_proof_is_for_whoever_sees_the_figure(cast, typed, by):
    cell = cast.organisation("dong_muoi")
    figure = indicators.type_figure(indicator=typed, facts=typed_facts(cell), files=[pdf("minh-chung.pdf")], **by)
    address = reverse("documents:download", args=[figure.attachments.get().pk])
    names = {"office_chief": 200, "dm_secretary": 200, "province_secretary": 200, "sd_secretary": 404, "stranger": 404}
    assert {name: logged_in(cast[name]).get(address).status_code for name in names} == names


PAGES_OF_OPEN = ("record_event", "change_task")


def test_wrong_person_wrong_moment_wrong_input_are_three_pages(cast, chief, scheme, task):
    address = reverse("schemes:settle_task", args=[task.pk])
    good = {"outcome": "done", "on": "20/11/2026", "note": "Xong."}
    assert logged_in(cast["stranger"]).post(address, good).status_code == 404
    assert "quản lý đề án" in words_of(send(logged_in(cast["dm_secretary"]), address, status=403, **good))
    send(chief, address, status=422, outcome="done", on="20/11/2027", note="Xong.")
    send(chief, address, **good)
    event = {"kind": kind("Bồi dưỡng").pk, "held_on": "05/11/2026", "title": "Lớp", "people": 1, "paper": "7-KH"}
    place = {"organisation": scheme.organisation.pk}
    send(chief, reverse("schemes:record_event", args=[task.pk]), status=409, **event, **place)
    # nobody is let to fill in what cannot be taken
    assert [chief.get(reverse(f"schemes:{name}", args=[task.pk])).status_code for name in PAGES_OF_OPEN] == [409, 409]
    assert not SchemeEvent.objects.exists()


def test_pages_ask_as_often_for_many_indicators_years_and_tasks_as_for_one(chief, scheme, by):
    """Also the step on which a review is held, which shows what will be kept."""
    # it reads the flags of meetings once, whatever counts by them
    add(scheme, by, "cells_meeting")
    fill(scheme, by)
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **by)
    pages = [scheme.get_absolute_url(), item_of(review, "hold_review").get_absolute_url()]
    few = [asked(chief, page) for page in pages]
    for measure in all_measures():
        add(scheme, by, measure.code)
        fill(scheme, by)
    assert [asked(chief, page) for page in pages] == few
    indicator = scheme.indicators.earliest("position")
    queries = asked(chief, indicator.get_absolute_url())
    Scheme.objects.filter(pk=scheme.pk).update(first_year=2020, last_year=2034)
    assert asked(chief, indicator.get_absolute_url()) == queries


def fill(scheme, by):
    """One more indicator that is typed, with a target and a figure, and one more task with what was done for it."""
    told = indicators.IndicatorFacts(f"Đếm tay {scheme.indicators.count()}", "less", unit="buổi")
    one = indicators.add_indicator(scheme=scheme, facts=told, **by)
    indicators.set_targets(indicator=one, year=2026, values={scheme.organisation: N(3)}, **by)
    indicators.type_figure(indicator=one, facts=typed_facts(scheme.organisation), **by)
    given = tasks.TaskFacts("Việc thêm", [scheme.organisation])
    task = tasks.add_task(group=scheme.groups.earliest("position"), facts=given, **by)
    tasks.record_event(task=task, facts=event_facts(scheme.organisation), **by)


def asked(client, address):
    """The queries of a page, once what a process keeps in memory is there."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_the_chart_of_the_years_shows_figure_target_and_baseline(cast, chief, scheme, by, examined):
    commune = scheme.organisation
    stories.signed(cast, stories.proposed(cast))
    indicators.set_targets(indicator=examined, year=2026, values={commune: N(100)}, **by)
    page = chief.get(examined.get_absolute_url())
    chart = page.context["chart"]
    (figure, column), *to_come = chart["columns"]
    assert (figure.value, figure.standing) == (N("33.3"), "missed")
    # of 150 units: the figure 33,3 and the baseline 20 of the target 100, from the floor at 174 up
    assert (column.height, column.top, column.target, chart["baseline"]) == (50, 124, 24, 144)
    assert [(one.height, one.target) for _figure, one in to_come] == [(0, None)] * 4
    text = text_of(page)
    assert 'class="missed"' in text and 'role="img"' in text and "nét đứt là mức" in words_of(page)
    rows = reverse("schemes:rows", args=[examined.pk, 2026])
    assert text.count(f"{rows}?organisation={commune.pk}") == 2, "by place and by year"
