"""Minutes and resolution as they are printed and signed."""

import pytest
from django.urls import reverse

from inspections.meetings.models import Meeting
from inspections.meetings.services.holding import BallotGiven, SpeakerGiven
from inspections.meetings.services.planning import plan_meeting
from tests.browse import logged_in, on, words_of
from tests.meetings.held import closed, filled_cell, held, how, items, moment, people_on, prepared, roll

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell(cast):
    own = cast.organisation("dong_muoi")
    filled_cell(cast, own, 6, exempt=1)
    return own


@pytest.fixture
def meeting(cast, cell) -> Meeting:
    """The evening of 3 November, prepared: one excused, one absent without a reason, one exempt."""
    secretary = cast["dm_secretary"]
    day = moment("2026-11-03 19:00")
    one = plan_meeting(
        acting_user=secretary,
        organisation=cell,
        kind="regular",
        planned_at=day,
        place="",
        now=moment("2026-11-01 09:00"),
    )
    return prepared(secretary, one, "2026-11-03 19:00", documents="2026-11-02 08:00", now="2026-11-02 09:00")


def recorded(cast, cell, meeting, **changes):
    people = people_on(cell, moment("2026-11-03 19:00").date())
    marks = roll(people, excused=1, unexcused=1, exempt=1)
    given = how(
        people,
        "2026-11-03 19:00",
        "2026-11-03 20:40",
        marks,
        speakers=[SpeakerGiven(people[2], "Đề nghị sửa đê.")],
        why_no_speakers="",
        ballots=[BallotGiven("Kết nạp quần chúng ưu tú", 5, 3, 0)],
        items=items(people[0], 1, "2026-12-01"),
        **changes,
    )
    return people, held(cast["dm_secretary"], meeting, given, "2026-11-03 21:00")


def test_the_minutes_tell_all_that_is_signed_for(cast, cell, meeting):
    people, meeting = recorded(cast, cell, meeting)
    with on("2026-11-04"):
        page = words_of(logged_in(cast["dm_secretary"]).get(reverse("meetings:minutes", args=[meeting.pk])))
    paper = page[page.index("ĐẢNG CỘNG SẢN VIỆT NAM") :]
    told = [
        "BIÊN BẢN",
        "sinh hoạt chi bộ định kỳ tháng 11/2026",
        "từ 19:00 đến 20:40",
        "triệu tập 5, có mặt 3",
        "Vắng có lý do: ",
        "(Đi công tác.)",
        "Vắng không có lý do: ",
        f"Chủ trì: {people[0]}. Thư ký: {people[1]}.",
        "Đánh giá tháng trước",
        "Chi bộ thảo luận nhiệm vụ tháng.",
        f"{people[2]} : Đề nghị sửa đê.".replace(" :", ":"),
        "tán thành 3, không tán thành 0",
        "Thống nhất nhiệm vụ tháng.",
        "01/12/2026",
        "THƯ KÝ",
        "CHỦ TRÌ",
    ]
    assert [part for part in told if part not in paper] == []
    assert sorted(told, key=paper.index) == told


def test_the_resolution_is_printed_with_its_number_and_who_does_what(cast, cell, meeting):
    _people, meeting = recorded(cast, cell, meeting)
    address = reverse("meetings:resolution", args=[meeting.pk])
    closed(
        cast["dm_secretary"],
        meeting,
        "2026-11-04 08:00",
        further={"6.1": "30"},
        resolution="Sửa đê trước mùa mưa.",
        number="05-NQ/CB",
    )
    with on("2026-11-05"):
        client = logged_in(cast["dm_secretary"])
        page = words_of(client.get(address))
        shown = client.get(reverse("meetings:detail", args=[meeting.pk])).content.decode()
    assert "Số 05-NQ/CB" in page and "NGHỊ QUYẾT" in page and "Sửa đê trước mùa mưa." in page
    assert "(3/5 đảng viên có mặt)" in page and "01/12/2026" in page
    assert address in shown and reverse("meetings:minutes", args=[meeting.pk]) in shown


def test_nothing_is_printed_of_an_evening_that_is_not_recorded(cast, cell, meeting):
    with on("2026-11-02"):
        client = logged_in(cast["dm_secretary"])
        early = client.get(reverse("meetings:minutes", args=[meeting.pk]))
    assert early.status_code == 409 and "chưa ghi" in words_of(early)
    _people, meeting = recorded(cast, cell, meeting)
    with on("2026-11-04"):
        client = logged_in(cast["dm_secretary"])
        assert client.get(reverse("meetings:resolution", args=[meeting.pk])).status_code == 404
