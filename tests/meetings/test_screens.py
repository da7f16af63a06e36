"""A secretary's month in three screens: prepare, hold, close; what is wrong is said and nothing typed is lost."""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.meetings.models import Meeting
from tests.browse import logged_in, on, words_of
from tests.meetings.held import GIVEN, filled_cell, points

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    return filled_cell(cast, cast.organisation("dong_muoi"), 4)


def page(name, meeting):
    return reverse(f"meetings:{name}", args=[meeting.pk])


def evening(people, **changes):
    return {
        "day": "23/11/2026",
        "started": "19:00",
        "ended": "20:40",
        "chair": people[0].pk,
        "recorder": people[1].pk,
        **{f"mark_{person.pk}": "present" for person in people},
        f"spoke_{people[0].pk}": "on",
        "minutes": "Bàn việc thu hoạch muối.",
        "item-TOTAL_FORMS": "1",
        "item-INITIAL_FORMS": "0",
        "item-0-text": "Vận động ba hộ",
        "item-0-person": people[2].pk,
        "item-0-due_on": "15/12/2026",
        **changes,
    }


def planned(client, cast):
    cell = cast.organisation("dong_muoi")
    year = {
        "year": "2026",
        "day": "23",
        "time": "19:00",
        "thematic_day": "20",
        "thematic_months": ["3", "6", "9", "12"],
    }
    assert client.post(reverse("meetings:plan", args=[cell.pk]), year).status_code == 302
    return Meeting.objects.regular().get(organisation=cell, month=D(2026, 11, 1))


def prepared(client, meeting):
    data = {
        "day": "23/11/2026",
        "time": "19:00",
        "place": "Nhà văn hoá thôn",
        "documents_day": "22/11/2026",
        "documents_time": "18:00",
        "agenda-TOTAL_FORMS": "2",
        "agenda-INITIAL_FORMS": "0",
        "agenda-0-title": "Đánh giá tháng 11",
        "agenda-1-title": "",
    }
    return client.post(page("prepare", meeting), data)


def test_the_month_of_a_secretary(cast, people):
    with on("2026-11-23", 8):
        client = logged_in(cast["dm_secretary"])
        meeting = planned(client, cast)
        assert "1. Chuẩn bị" in words_of(client.get(page("detail", meeting)))
        assert prepared(client, meeting).status_code == 302
    with on("2026-11-23", 22):
        client = logged_in(cast["dm_secretary"])
        assert people[3].full_name in words_of(client.get(page("hold", meeting)))
        assert client.post(page("hold", meeting), evening(people)).status_code == 302
        scores = {}
        for key, one in points(GIVEN | {"6.1": "30"}).items():
            scores |= {f"points_{key}": str(one.points), f"note_{key}": one.note}
        shown = client.get(page("close", meeting))
        assert client.post(page("close", meeting), {**scores, "dues": "120000"}).status_code == 302
        told = words_of(client.get(page("detail", meeting)))
    meeting.refresh_from_db()
    # what the record proves is not asked
    assert "Gửi tài liệu trước buổi sinh hoạt (" not in words_of(shown)
    assert (meeting.state, meeting.rating) == ("closed", "good")
    assert "4 trên 4 đảng viên phải dự có mặt: 100 %." in told and "Vận động ba hộ" in told
    with on("2026-11-24"):
        assert "Bàn việc thu hoạch muối." in words_of(logged_in(cast["chair"]).get(page("detail", meeting)))
        assert logged_in(cast["dm_secretary"]).get(page("close", meeting)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ended": "18:00"}, "Giờ kết thúc trước giờ bắt đầu"),
        ({"item-0-person": ""}, "Chọn người thực hiện"),
        ({"item-0-due_on": ""}, "Ghi thời hạn"),
        ({"question": "Nghị quyết", "eligible": "3", "yes": "4", "no": "0", "invalid": "0"}, "Số phiếu nhiều hơn"),
        ({"chair": "999999"}, "Hãy chọn trong danh sách"),
    ],
)
def test_wrong_input_is_said_and_what_was_typed_stays(cast, people, changes, said):
    with on("2026-11-23", 8):
        client = logged_in(cast["dm_secretary"])
        meeting = planned(client, cast)
        prepared(client, meeting)
    with on("2026-11-23", 22):
        answer = logged_in(cast["dm_secretary"]).post(page("hold", meeting), evening(people, **changes))
    assert answer.status_code == 422
    words = answer.content.decode()
    assert said in words_of(answer) and "Bàn việc thu hoạch muối." in words and "Vận động ba hộ" in words
    meeting.refresh_from_db()
    assert (meeting.state, meeting.marks.count()) == ("prepared", 0)
