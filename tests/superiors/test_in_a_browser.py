"""Superiors in a real browser: from the map down to a meeting, a remark, the cell's answer on a telephone, and what
comes of it; each page fits a desk and a telephone, and stands in the way of no screen reader."""

import pytest

from inspections.superiors.models import Following, RegularSupervision, Remark
from tests.look.test_every_page import SERIOUS, TOO_WIDE, axe
from tests.meetings.held import month_of
from tests.real_browser import Browsers, Seat, on

pytestmark = pytest.mark.browser
PASSWORD = "mat-khau-cua-toi-2026"
BOARD, CELL = "Chi bộ và việc sinh hoạt", "Chi bộ thôn Đồng Muối"
NEWEST_IS_SEEN = "() => document.querySelector('.heat thead th:last-child').getBoundingClientRect().right <= innerWidth"
WORDS, ANSWER = "Nghị quyết chưa nêu thời hạn của từng việc.", "Chi bộ đã bổ sung thời hạn."
WHY = "Đã trả lời nhưng kỳ sau vẫn vậy."


@pytest.fixture
def seats(browsers: Browsers, cast) -> dict[str, Seat]:
    """The chair, who is named to follow, and the cell's secretary, each at a browser; the cell has met in November."""
    month_of(cast, "dong_muoi", "dm_secretary", "Bàn việc thu hoạch muối")
    cast.add_user("follower", "Cù Thị Hoài", "committee_member", "commune")
    found = {}
    for name in ("chair", "dm_secretary", "follower"):
        user = cast[name]
        user.set_password(PASSWORD)
        user.save()
        found[name] = browsers.seat(name, user.username, PASSWORD)
    return found


def fits(seat: Seat) -> None:
    """On both screens the page is no wider than the screen, and nothing stands in the way of a screen reader."""
    for width, height in ((1280, 900), (390, 844)):
        seat.page.set_viewport_size({"width": width, "height": height})
        seat.ask(axe())
        assert seat.ask(SERIOUS) + seat.ask(TOO_WIDE) == [], f"{width} px: {seat.page.url}"
    seat.page.set_viewport_size({"width": 1280, "height": 900})


def test_from_the_map_to_a_remark_its_answer_and_what_comes_of_it(seats, cast):
    chair, cell, follower = seats["chair"], seats["dm_secretary"], seats["follower"]
    with on("2026-12-07"):
        chair.go(BOARD)
        chair.sees("Tháng 11/2026 có 1/3 chi bộ sinh hoạt định kỳ.")
        fits(chair)
        chair.keep("board")
        chair.page.set_viewport_size({"width": 390, "height": 844})
        chair.page.reload()
        assert chair.ask(NEWEST_IS_SEEN)
        chair.page.set_viewport_size({"width": 1280, "height": 900})
        chair.follow("Phân công theo dõi chi bộ")
        chair.choose("Người theo dõi", "Cù Thị Hoài")
        chair.tick("Những chi bộ nào", CELL)
        fits(chair)
        chair.press("Lưu")
        chair.sees("Đã phân công 1 chi bộ.", BOARD)
        chair.follow("2 không sinh hoạt định kỳ trong tháng")
        chair.sees("Chi bộ thôn Suối Đá", "Chi bộ Trường THCS Tân Phước Thượng")
        chair.sees_not(CELL)
        fits(chair)
        chair.go(BOARD, CELL)
        chair.sees("Mười hai tháng", "Cù Thị Hoài")
        fits(chair)
        chair.keep("cell")
    with on("2026-12-08"):
        follower.go(BOARD, CELL)
        follower.page.get_by_role("link", name="03/11/2026", exact=True).click()
        follower.follow("Tôi đã dự buổi sinh hoạt này")
        follower.write("Ghi chú", "Dự cả buổi.")
        follower.press("Tôi đã dự buổi sinh hoạt này")
        follower.sees("Đã ghi việc đồng chí dự", "Dự cả buổi.")
        follower.follow("Ghi nhận xét")
        follower.fill_in({"Nhận xét": WORDS, "Trả lời chậm nhất ngày": "15/12/2026"})
        fits(follower)
        follower.press("Ghi nhận xét")
        follower.sees(WORDS)
        fits(follower)
    with on("2026-12-09"):
        cell.page.set_viewport_size({"width": 390, "height": 844})
        cell.begin("Trả lời nhận xét")
        cell.sees(WORDS)
        cell.write("Trả lời", ANSWER)
        fits(cell)
        cell.press("Trả lời nhận xét")
        cell.sees(ANSWER)
        fits(cell)
    with on("2026-12-10"):
        # he may not open a supervision himself, and the answer alone does not settle it
        follower.go(BOARD, CELL, WORDS)
        follower.follow("Đề xuất giám sát thường xuyên")
        follower.write("Vì sao đề xuất giám sát", WHY)
        fits(follower)
        follower.press("Đề xuất giám sát thường xuyên")
        follower.sees(WHY, "chưa quyết định")
        fits(follower)
        chair.begin("Quyết định về đề xuất giám sát thường xuyên")
        chair.sees(ANSWER, WHY)
        fits(chair)
        chair.keep("proposed")
        chair.follow("Mở giám sát thường xuyên")
        chair.choose("Nội dung giám sát", "Nền nếp, chất lượng sinh hoạt chi bộ")
        chair.choose("Hướng xử lý", "Nhắc nhở, lưu ý")
        fits(chair)
        chair.press("Mở giám sát thường xuyên")
        chair.go(BOARD, "Giám sát thường xuyên")
        chair.sees(WORDS, "Nền nếp, chất lượng sinh hoạt chi bộ")
        fits(chair)
    remark = Remark.objects.get()
    assert remark.answer == ANSWER and RegularSupervision.objects.get().remark == remark
    assert Following.objects.get().person == cast.person("follower")
