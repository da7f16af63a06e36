"""My work: what I owe and what waits for me to take, the most urgent first, one click from the task."""

import re
from datetime import date as D

import pytest
from django.urls import reverse

from project.demo import stories
from project.demo.drive import item_of
from tests.browse import logged_in, on, send, text_of, words_of

GROUPS = {"overdue": "Quá hạn", "today": "Hôm nay", "week": "Tuần này", "later": "Sau đó", "take": "Có thể nhận"}


def groups_on(user, day: str) -> list[tuple[str, list[str]]]:
    """The groups of the page with the content of the cases in them, in the order of the page."""
    with on(day):
        page = logged_in(user).get(reverse("workflows:my_work"))
    words, groups = words_of(page), page.context["groups"]
    places = [words.index(f"{group.label} {len(group.items)} ") for group in groups]
    assert places == sorted(places)
    return [(group.code, [item.case.content for item in group.items]) for group in groups]


def due(cast, content: str, day: D):
    """A case whose draft the cell has to answer by the day."""
    case = stories.signed(cast, stories.proposed(cast, content=content))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    stories.found(cast, case, "Thiếu sổ.")
    stories.verified(cast, case)
    stories.released(cast, case, due=day)
    return case


@pytest.fixture
def owed(cast):
    for content, day in (
        ("Việc sau", D(2026, 11, 20)),
        ("Việc tuần này", D(2026, 11, 6)),
        ("Việc gấp", D(2026, 11, 2)),
    ):
        due(cast, content, day)
    return cast


def test_the_most_urgent_stands_first_whatever_came_first(owed):
    assert groups_on(owed["dm_secretary"], "2026-11-02") == [
        ("today", ["Việc gấp"]),
        ("week", ["Việc tuần này"]),
        ("later", ["Việc sau"]),
    ]
    assert groups_on(owed["dm_secretary"], "2026-11-10") == [
        ("overdue", ["Việc gấp", "Việc tuần này"]),
        ("later", ["Việc sau"]),
    ]


def test_line_says_what_for_whom_and_by_when_in_working_days(owed):
    with on("2026-11-10"):
        words = words_of(logged_in(owed["dm_secretary"]).get(reverse("workflows:my_work")))
    assert "Quá hạn 2 Trả lời từng nội dung" in words
    assert "quá hạn 8 ngày thứ Hai 02/11/2026" in words
    assert "còn 8 ngày làm việc thứ Sáu 20/11/2026" in words


def test_one_click_opens_the_task(owed):
    with on("2026-11-02"):
        client = logged_in(owed["dm_secretary"])
        page = text_of(client.get(reverse("workflows:my_work")))
        links = re.findall(r'class="button[^"]*" href="([a-z/]+\d+/)"', page)
        assert len(links) == 3
        assert [client.get(link).status_code for link in links] == [200] * 3
        assert page.count('class="button main"') == 1, "one filled button: the most urgent"


def test_free_work_is_told_apart_and_moves_when_it_is_taken(cast):
    case = stories.proposed(cast, content="Việc chờ ký")
    assert groups_on(cast["chair"], "2026-10-02") == [("take", ["Việc chờ ký"])]
    with on("2026-10-02"):
        send(logged_in(cast["chair"]), reverse("workflows:take", args=[item_of(case, "sign").pk]))
    assert groups_on(cast["chair"], "2026-10-02") == [("open", ["Việc chờ ký"])]
    with on("2026-10-02"):
        send(logged_in(cast["chair"]), reverse("workflows:give_back", args=[item_of(case, "sign").pk]))
    assert groups_on(cast["chair"], "2026-10-02") == [("take", ["Việc chờ ký"])]


def test_number_in_the_menu_is_the_number_of_lines(owed):
    with on("2026-11-10"):
        page = logged_in(owed["dm_secretary"]).get(reverse("workflows:my_work"))
    assert sum(len(group.items) for group in page.context["groups"]) == 3
    assert "Việc của tôi 3 " in words_of(page)


def test_empty_page_says_what_will_come_here(cast):
    with on("2026-10-02"):
        words = words_of(logged_in(cast["thcs_secretary"]).get(reverse("workflows:my_work")))
    assert "Không có việc nào chờ đồng chí" in words and "đóng trang này không mất gì" in words
