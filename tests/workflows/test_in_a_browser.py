"""Hasty, forgetful and unlucky people in a real browser: nothing happens twice, and nothing that was typed is lost."""

import pytest
from django.db.models import Max

from inspections.cases.models import Case, Paper
from inspections.documents.models import IssuedDocument, StoredFile
from inspections.findings.models import Strength
from inspections.organisations.models import User
from permissions import audit
from project.demo import stories
from tests.real_browser import Browsers, Seat, on
from workflows.models import CaseCourse

pytestmark = pytest.mark.browser
PASSWORD = "mat-khau-cua-toi-2026"
SIGN, SIGNED = "Ký quyết định và kế hoạch", "Ký quyết định và kế hoạch: mở cuộc"
REPORT = "Gửi báo cáo tự kiểm tra"
LONG = "Báo cáo tự kiểm tra, theo đề cương"
KEPT_ON_THIS_DEVICE = "(words) => Object.values(localStorage).some((one) => one.includes(words))"


@pytest.fixture
def sit(browsers: Browsers, cast):
    """Sits somebody of the cast down at a browser: sit("chair")."""

    def sit_down(name: str, javascript: bool = True) -> Seat:
        user: User = cast[name]
        user.set_password(PASSWORD)
        user.save()
        return browsers.seat(name, user.username, PASSWORD, javascript=javascript)

    return sit_down


def to_the_signature(seat: Seat) -> None:
    seat.begin(SIGN)
    seat.choose("Bước tiếp?", SIGNED)
    seat.press("Tiếp tục để kiểm tra lại")
    seat.sees("Kiểm tra lại trước khi hoàn thành")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_signs_once(sit, cast, javascript):
    case = stories.proposed(cast)
    with on("2026-10-02"):
        chair = sit("chair", javascript=javascript)
        to_the_signature(chair)
        chair.page.get_by_role("button", name=SIGNED, exact=True).dblclick()
        chair.sees("01-QĐ/UBKTĐU")
        chair.open(case.get_absolute_url())
        chair.sees("Chuẩn bị đề cương, lịch làm việc, đoàn (tổ)")
    assert CaseCourse.objects.filter(case=case).count() == 1
    assert sorted(one.full_number for one in IssuedDocument.objects.all()) == ["01-KH/UBKTĐU", "01-QĐ/UBKTĐU"]
    assert audit.entries_of(case).filter(verb="sign_case").count() == 1


def test_a_second_tab_and_the_way_back_find_the_work_done(sit, cast):
    """The chair has the same proposal open twice, signs in one tab, tries in the other, and then goes back."""
    case = stories.proposed(cast)
    with on("2026-10-02"):
        chair = sit("chair")
        to_the_signature(chair)
        first = chair.page
        chair.page = chair.context.new_page()
        to_the_signature(chair)
        chair.press(SIGNED)
        chair.sees("Đã xong: Ký quyết định và kế hoạch.")
        second, chair.page = chair.page, first
        chair.press(SIGNED)
        chair.sees("Đã có người làm", f"{cast['chair']} đã làm việc này lúc 09:0", "không được ghi thêm")
        chair.page = second
        second.evaluate("history.go(-2)")
        chair.sees("Đã có người làm")
        chair.follow("Đến cuộc này")
        chair.sees("01-QĐ/UBKTĐU")
    assert CaseCourse.objects.filter(case=case).count() == 1
    assert IssuedDocument.objects.aggregate(Max("number"))["number__max"] == 1


def test_answers_are_still_there_on_the_way_back_from_the_check(sit, cast):
    stories.proposed(cast)
    with on("2026-10-02"):
        chair = sit("chair")
        chair.begin(SIGN)
        chair.choose("Bước tiếp?", "Trả lại đề xuất")
        chair.write("Lý do, khi trả lại", "Thời gian tiến hành quá ngắn.")
        chair.press("Tiếp tục để kiểm tra lại")
        chair.follow("Sửa lại nội dung")
        assert chair.field("Lý do, khi trả lại").input_value() == "Thời gian tiến hành quá ngắn."
        chair.press("Tiếp tục để kiểm tra lại")
        chair.press("Trả lại đề xuất")
        chair.sees("Đã xong: Ký quyết định và kế hoạch.", "Sửa đề xuất")


def test_a_file_too_large_and_a_session_that_ends_lose_no_word(sit, cast, tmp_path):
    """The secretary attaches thirty megabytes, then writes until the next morning."""
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    with on("2026-10-15", 20):
        secretary = sit("dm_secretary")
        secretary.begin(REPORT)
        secretary.write(LONG, "Chi bộ họp đủ 12 kỳ.")
        stored = StoredFile.objects.count()
        film = tmp_path / "phim.pdf"
        film.write_bytes(b"%PDF-1.4\n" * 3_400_000)
        secretary.attach("Tài liệu kèm theo", film)
        secretary.press("Gửi")
        secretary.sees("phim.pdf lớn hơn 20", "Hãy giảm dung lượng hoặc chia thành nhiều tệp.")
        assert secretary.field(LONG).input_value() == "Chi bộ họp đủ 12 kỳ."
        assert StoredFile.objects.count() == stored
        secretary.write(LONG, "Chi bộ họp đủ 12 kỳ, có 4 kỳ chuyên đề.")
    with on("2026-10-16", 9):
        secretary.press("Gửi")
        secretary.sees("Đồng chí đã bị đăng xuất. Nội dung đã nhập được giữ lại")
        assert not Paper.objects.filter(kind__code="self_report").exists()
        secretary.log_in()
        secretary.sees("Những gì đồng chí nhập trước khi bị đăng xuất vẫn còn đây.")
        assert secretary.field(LONG).input_value() == "Chi bộ họp đủ 12 kỳ, có 4 kỳ chuyên đề."
        secretary.submit(REPORT)
    assert Paper.objects.get(kind__code="self_report").body == "Chi bộ họp đủ 12 kỳ, có 4 kỳ chuyên đề."


def test_two_write_the_notice_and_the_later_one_is_shown_both(sit, cast):
    """The member saves while the vice chair still has the page open: both texts stand there, and she decides."""
    case = stories.run_to_conclusion(cast)
    field = "Ưu điểm, mỗi dòng một ưu điểm"
    with on("2026-11-09"):
        member, vice_chair = sit("member"), sit("vice_chair")
        for seat, text in ((vice_chair, "Sinh hoạt đều."), (member, "Sinh hoạt đều, đủ thành phần.")):
            seat.begin("Soạn thông báo kết luận")
            seat.follow("Soạn thông báo")
            seat.write(field, text)
        member.press("Lưu dự thảo")
        member.sees("Đã lưu dự thảo.")
        vice_chair.press("Lưu dự thảo")
        vice_chair.sees(
            f"{cast['member']} đã sửa nội dung này lúc", "Bản người khác vừa lưu: “Sinh hoạt đều, đủ thành phần.”"
        )
        assert vice_chair.field(field).input_value() == "Sinh hoạt đều."
        assert [one.text for one in Strength.objects.all()] == ["Sinh hoạt đều, đủ thành phần."]
        vice_chair.press("Lưu dự thảo")
        vice_chair.sees("Đã lưu dự thảo.")
    assert [one.text for one in Strength.objects.filter(notice__case=case)] == ["Sinh hoạt đều."]
    assert Case.objects.get(pk=case.pk).stage == Case.Stage.CONCLUDED


def test_what_was_typed_comes_back_but_never_over_what_was_saved_since(sit, cast):
    """The secretary closes the page unsent, goes on, saves a draft at home, and opens the first computer again."""
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    with on("2026-10-15"):
        office = sit("dm_secretary")
        office.begin(REPORT)
        office.write(LONG, "Câu viết ở cơ quan.")
        office.page.wait_for_function(KEPT_ON_THIS_DEVICE, arg="cơ quan")
        office.begin(REPORT)
        office.sees("Nội dung đã lưu tạm được đặt lại đây.")
        office.sees_not("Trang này đã thay đổi")
        assert office.field(LONG).input_value() == "Câu viết ở cơ quan."

        home = sit("dm_secretary")
        home.begin(REPORT)
        assert home.field(LONG).input_value() == ""
        home.write(LONG, "Câu viết ở nhà.")
        home.press("Lưu tạm")
        home.sees("Đã lưu tạm; chỉ đồng chí thấy.")

        office.begin(REPORT)
        assert office.field(LONG).input_value() == "Câu viết ở nhà."
        office.sees("Một số ô nay có nội dung khác", "Câu viết ở cơ quan.")
        office.submit(REPORT)
    assert Paper.objects.get(kind__code="self_report").body == "Câu viết ở nhà."
