"""A member without an office at a telephone: what is to come, what was assigned to him; and the secretary corrects what
was closed, at a telephone and at a desk."""

from datetime import date as D

import pytest

from inspections.meetings.models import Meeting, ResolutionItem
from inspections.organisations.models import Person, User
from tests.meetings.held import closed, filled_cell, held, how, items, points, prepared, roll
from tests.meetings.test_in_a_browser import PASSWORD, fits, to_meetings
from tests.meetings.test_life import FIRST, planned
from tests.real_browser import Browsers, Seat, on

pytestmark = pytest.mark.browser
LONG = "Đồng chí phát biểu về việc thu hoạch muối và sửa đê bao. " * 40
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def member(cast) -> User:
    user: User = cast.add_user("dm_member", "Ngô Văn Lúa", "", "dong_muoi")
    return user


@pytest.fixture
def november(cast, member) -> Meeting:
    """November closed, with an assignment of the member's and long minutes; December is planned."""
    secretary = cast["dm_secretary"]
    people = filled_cell(cast, cast.organisation("dong_muoi"), 5)
    planned(cast, "dong_muoi", "dm_secretary", now="2026-11-01 09:00")
    meeting = prepared(
        secretary, Meeting.objects.regular().get(month=D(2026, 11, 1)), "2026-11-03 19:00", now="2026-11-02 09:00"
    )
    assigned = items(Person.objects.get(user=member), 1, "2026-12-20")
    evening = how(people, "2026-11-03 19:00", "2026-11-03 20:40", roll(people), items=assigned, minutes=LONG)
    held(secretary, meeting, evening, "2026-11-03 21:00")
    meeting = closed(secretary, meeting, "2026-11-04 08:00", further=FIRST)
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    prepared(secretary, december, "2026-12-03 19:00", documents="2026-12-01 08:00", now="2026-12-01 09:00")
    return meeting


def seat(browsers: Browsers, user: User, window) -> Seat:
    browsers.window = window
    user.set_password(PASSWORD)
    user.save()
    return browsers.seat(f"{user.username}-{window['width']}", user.username, PASSWORD)


def test_a_member_reads_what_is_to_come_and_reports_what_is_his(browsers, member, november):
    with on("2026-12-02", 12):
        phone = seat(browsers, member, PHONE)
        to_meetings(phone)
        fits(phone)
        phone.follow("Định kỳ")
        phone.sees("Đánh giá tháng trước", "chưa xong từ buổi trước")
        phone.sees_not("1. Chuẩn bị")
        phone.keep("coming")
        fits(phone)
        phone.open()
        phone.sees("Thực hiện việc chi bộ phân công")
        phone.follow("Mở")
        phone.sees("Việc thứ 1", "Báo cáo hoàn thành")
        phone.keep("assignment")
        fits(phone)
        phone.follow("Báo cáo hoàn thành")
        fits(phone)
        phone.fill_in({"Thực hiện ngày": "02/12/2026", "Minh chứng": "Danh sách ba hộ"})
        phone.attach("Minh chứng (tệp)", {"name": "ba-ho.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1"})
        phone.press("Báo cáo hoàn thành")
        phone.sees("Danh sách ba hộ", "ba-ho.pdf")
        phone.keep("reported")
        fits(phone)
        desk = seat(browsers, member, DESK)
        desk.open(f"/meetings/assignments/{ResolutionItem.objects.get().pk}/")
        desk.sees("Danh sách ba hộ")
        desk.keep("assignment")
        fits(desk)


@pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"])
def test_a_typing_error_in_long_minutes_is_put_right_without_typing_them_anew(browsers, cast, november, window):
    [(line, _one)] = points({"4.2": "20"}).items()
    with on("2026-12-02", 12):
        screen = seat(browsers, cast["dm_secretary"], window)
        screen.open(f"/meetings/{november.pk}/")
        screen.follow("Đính chính")
        screen.sees("Chọn nội dung cần đính chính")
        screen.keep("what")
        fits(screen)
        screen.follow("Biên bản")
        field = screen.field("Biên bản")
        assert field.input_value() == LONG.strip()
        screen.keep("minutes")
        fits(screen)
        field.press("Control+Home")
        field.type("Nhiều ")
        screen.write("Lý do đính chính", "Thiếu một chữ.")
        screen.press("Lưu đính chính")
        screen.sees("Nhiều Đồng chí phát biểu")
        screen.open(f"/meetings/{november.pk}/correct/points-{line}/")
        screen.keep("points")
        fits(screen)
        screen.open(f"/meetings/{november.pk}/correct/mark-{november.marks.first().pk}/")
        screen.keep("mark")
        fits(screen)
    november.refresh_from_db()
    assert november.minutes == f"Nhiều {LONG.strip()}"
