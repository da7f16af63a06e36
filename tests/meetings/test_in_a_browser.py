"""A secretary's month on a telephone, on a slow line: three screens, and nothing that was typed is lost."""

import re
from datetime import date as D

import pytest

from inspections.meetings.forms.keeping import HoldForm
from inspections.meetings.models import Meeting, RollCallMark
from inspections.organisations.models import User
from tests.look.test_every_page import SERIOUS, TOO_WIDE, axe
from tests.meetings.held import filled_cell
from tests.real_browser import Browsers, Seat, on

pytestmark = pytest.mark.browser
PASSWORD = "mat-khau-cua-toi-2026"
DRAFTS = "() => Object.keys(localStorage).filter((one) => one.startsWith('draft:')).length"
KEPT = "(words) => Object.values(localStorage).some((one) => one.includes(words))"
PUT_BACK = "Nội dung đã lưu tạm được đặt lại đây."
MINUTES = "Bàn việc thu hoạch muối."


@pytest.fixture
def people(cast):
    return filled_cell(cast, cast.organisation("dong_muoi"), 4)


@pytest.fixture
def phone(browsers: Browsers, cast, people) -> Seat:
    """The secretary of the cell at a telephone."""
    browsers.window = {"width": 390, "height": 844}
    user: User = cast["dm_secretary"]
    user.set_password(PASSWORD)
    user.save()
    return browsers.seat("dm_secretary", user.username, PASSWORD)


def fits(seat: Seat) -> None:
    """The page is no wider than the screen, and nothing in it stands in the way of a screen reader."""
    seat.ask(axe())
    assert seat.ask(SERIOUS) + seat.ask(TOO_WIDE) == []


def to_meetings(seat: Seat) -> None:
    """By the menu, which a telephone folds away."""
    seat.open()
    seat.press("Trình đơn")
    seat.follow("Sinh hoạt chi bộ")


def plan(seat: Seat) -> None:
    to_meetings(seat)
    seat.follow("Lập kế hoạch năm")
    fits(seat)
    seat.fill_in({"Ngày sinh hoạt định kỳ trong tháng": "23", "Thời gian": "19:00", "Địa điểm": "Nhà văn hoá thôn"})
    seat.press("Lập kế hoạch năm")
    seat.sees("Bước tiếp theo")
    fits(seat)


def prepare(seat: Seat) -> None:
    to_meetings(seat)
    seat.follow("1. Chuẩn bị")
    fits(seat)
    seat.page.get_by_label(re.compile("^Nội dung")).first.fill("Đánh giá tháng 11")
    seat.attach("Tài liệu gửi đảng viên", {"name": "bao-cao.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1"})
    seat.press("Lưu phần chuẩn bị")
    seat.sees("Đã lưu.", "bao-cao.pdf", "Đánh giá tháng 11")
    fits(seat)


def to_hold(seat: Seat) -> None:
    to_meetings(seat)
    seat.follow("2. Tiến hành")
    seat.sees("Điểm danh")


def record(seat: Seat, people) -> None:
    """Types how the meeting was held: the last member is excused, the first spoke, one assignment in a further row."""
    seat.write("Kết thúc lúc", "20:40")
    seat.choose("Chủ trì", people[0].full_name)
    seat.choose("Thư ký", people[1].full_name)
    group = seat.page.get_by_role("group", name=people[3].full_name)
    group.get_by_label("Điểm danh").select_option("excused")
    group.get_by_label("Lý do vắng").fill("Đi biển.")
    seat.page.get_by_role("group", name=people[0].full_name).get_by_label("Có phát biểu").check()
    seat.write("Biên bản", MINUTES)
    with seat.within("Việc được phân công"):
        seat.press("Thêm dòng")
        row = seat.place.locator(".row-block").last
        row.get_by_label("Việc được phân công").fill("Vận động ba hộ")
        row.get_by_label("Người thực hiện", exact=True).select_option(label=people[2].full_name)
        row.get_by_label("Thời hạn").fill("15/12/2026")


def is_all_there(seat: Seat, people) -> None:
    assert seat.field("Biên bản").input_value() == MINUTES
    assert seat.field("Kết thúc lúc").input_value() == "20:40"
    group = seat.page.get_by_role("group", name=people[3].full_name)
    assert group.get_by_label("Điểm danh").input_value() == "excused"
    assert group.get_by_label("Lý do vắng").input_value() == "Đi biển."
    assert seat.page.get_by_role("group", name=people[0].full_name).get_by_label("Có phát biểu").is_checked()
    rows = seat.page.get_by_label("Việc được phân công")
    assert "Vận động ba hộ" in [rows.nth(at).input_value() for at in range(rows.count())]


def close(seat: Seat) -> None:
    to_meetings(seat)
    seat.follow("3. Kết thúc")
    fits(seat)
    points = seat.page.locator("input[name^=points_]")
    for at in range(points.count()):
        points.nth(at).fill("1")
        seat.page.locator("input[name^=note_]").nth(at).fill("Chi bộ nhận xét.")
    minutes = {"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1 bien ban"}
    seat.attach("Biên bản đã ký (tệp)", minutes)
    seat.press("Kết thúc buổi sinh hoạt")
    seat.sees("Đã kết thúc và gửi kết quả", "bien-ban.pdf", "Tổng điểm")
    fits(seat)
    seat.keep("closed")


def november(cast) -> Meeting:
    return Meeting.objects.regular().get(organisation=cast.organisation("dong_muoi"), month=D(2026, 11, 1))


def test_the_month_of_a_secretary_on_a_telephone(phone, cast, people):
    with on("2026-11-20"):
        plan(phone)
        prepare(phone)
    with on("2026-11-23", 21):
        to_hold(phone)
        fits(phone)
        record(phone, people)
        phone.keep("record")
        phone.press("Lưu diễn biến")
        phone.sees("Đã lưu.", "Vận động ba hộ", "vắng có lý do")
        fits(phone)
    with on("2026-11-24", 12):
        close(phone)
    meeting = november(cast)
    assert (meeting.state, meeting.present, meeting.expected) == ("closed", 3, 4)
    assert RollCallMark.objects.get(meeting=meeting, mark="excused").reason == "Đi biển."
    assert meeting.items.get().person == people[2]
    assert phone.ask(DRAFTS) == 0


def test_what_was_typed_survives_a_lost_connection_and_goes_when_it_is_sent(phone, cast, people):
    with on("2026-11-20"):
        plan(phone)
        prepare(phone)
    with on("2026-11-23", 21):
        to_hold(phone)
        record(phone, people)
        phone.context.set_offline(True)
        phone.press("Lưu diễn biến")
        phone.sees("Hiện không có kết nối")
        is_all_there(phone, people)
        # the telephone is switched off and on again
        phone.context.set_offline(False)
        phone.page.close()
        phone.page = phone.context.new_page()
        to_hold(phone)
        phone.sees(PUT_BACK)
        is_all_there(phone, people)
        phone.press("Lưu diễn biến")
        phone.sees("Đã lưu.", MINUTES)
        assert phone.ask(DRAFTS) == 0
        to_hold(phone)
        phone.sees_not(PUT_BACK)
    assert november(cast).minutes == MINUTES


def test_an_expired_log_in_leads_back_to_what_was_typed_and_log_out_wipes_it(phone, cast, people):
    with on("2026-11-20"):
        plan(phone)
        prepare(phone)
    with on("2026-11-23", 12):
        to_hold(phone)
        record(phone, people)
    with on("2026-11-24", 12):
        phone.press("Lưu diễn biến")
        phone.sees("Đồng chí đã bị đăng xuất.")
        phone.log_in()
        phone.sees("Những gì đồng chí nhập trước khi bị đăng xuất vẫn còn đây.")
        is_all_there(phone, people)
        phone.write("Kết luận", "Thống nhất.")
        phone.page.wait_for_function(KEPT, arg="Thống nhất.")
        phone.page.get_by_text("Cài đặt").first.click()
        phone.press("Đăng xuất")
        phone.sees("Đăng nhập")
        assert phone.ask(DRAFTS) == 0
        phone.open()
        to_hold(phone)
        assert phone.field("Biên bản").input_value() == ""
    assert november(cast).state == "prepared"


def test_another_tab_keeps_nothing_after_log_out(phone, cast, people):
    with on("2026-11-20"):
        plan(phone)
        prepare(phone)
    with on("2026-11-23", 12):
        to_hold(phone)
        record(phone, people)
        other = phone.context.new_page()
        other.goto(phone.page.url)
        other.get_by_label("Kết luận").fill("Ở thẻ kia.")
        other.wait_for_function(KEPT, arg="Ở thẻ kia.")
        phone.page.get_by_text("Cài đặt").first.click()
        phone.press("Đăng xuất")
        phone.sees("Đăng nhập")
        other.get_by_label("Kết luận").fill("Sau khi đăng xuất.")
        other.wait_for_timeout(800)
        assert phone.ask(DRAFTS) == 0


def test_a_quick_hand_does_not_wipe_what_was_kept(phone, cast, people):
    """The page is slow: the script comes when a letter is typed already."""
    with on("2026-11-20"):
        plan(phone)
        prepare(phone)
    with on("2026-11-23", 12):
        to_hold(phone)
        record(phone, people)
        phone.page.wait_for_function(KEPT, arg="Vận động ba hộ")
        phone.page.wait_for_function(KEPT, arg="15/12/2026")
        late = []
        phone.page.route("**/draft*.js", lambda route: late.append(route))
        phone.page.goto(phone.page.url, wait_until="commit")
        phone.write("Biên bản", "B")
        late[0].continue_()
        phone.sees(PUT_BACK, MINUTES)
        assert phone.field("Biên bản").input_value() == "B"
        assert phone.field("Kết thúc lúc").input_value() == "20:40"
        assert phone.page.get_by_label("Việc được phân công").last.input_value() == "Vận động ba hộ"
        phone.page.unroute("**/draft*.js")
        phone.write("Biên bản", "Biên bản mới")
        phone.page.wait_for_function(KEPT, arg="Biên bản mới")
        assert phone.ask(KEPT, MINUTES)
        phone.page.reload()
        phone.sees(PUT_BACK, MINUTES)
        assert phone.field("Biên bản").input_value() == "Biên bản mới"


def test_a_protected_form_is_kept_nowhere(phone, cast, people, monkeypatch):
    with on("2026-11-20"):
        plan(phone)
        prepare(phone)
    monkeypatch.setattr(HoldForm, "keeps_draft", False)
    with on("2026-11-23", 12):
        to_hold(phone)
        record(phone, people)
        phone.page.wait_for_timeout(800)
        assert phone.ask(DRAFTS) == 0
    with on("2026-11-24", 12):
        phone.press("Lưu diễn biến")
        phone.log_in()
        phone.sees("Biểu mẫu này không được lưu lại, xin nhập lại.")
        assert phone.field("Biên bản").input_value() == ""
        assert phone.ask(DRAFTS) == 0
