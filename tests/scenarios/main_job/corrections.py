"""Act three: one cell corrects by a plan judged line by line and by proof, the other is late; the leader sees both."""

from tests.real_browser import Seat, on
from tests.scenarios.main_job.case import LATE, VAGUE_BUT_FOR_TWO, pdf
from tests.scenarios.main_job.cast import CELL, OTHER_CELL, Players, day

DEMAND = "Bổ sung, hoàn thiện nghị quyết"
FIRST, SECOND = "Họp chi bộ, bổ sung nghị quyết quý III, IV.", "Sửa nghị quyết, phân công từng đảng viên."
PRODUCT = "Sản phẩm chứng minh"


def planned(players: Players) -> None:
    """The secretary fills in the plan; the line without a product comes back with the reason and is mended."""
    with on("2026-05-22"):
        cell, officer = players["cell"], players["officer"]
        cell.begin("Lập kế hoạch khắc phục", DEMAND)
        _line(cell, 1, LATE, FIRST, "2026-06-05", "Hai nghị quyết bổ sung")
        _line(cell, 2, VAGUE_BUT_FOR_TWO, SECOND, "2026-06-12", "")
        cell.keep("plan")
        cell.submit("Lập kế hoạch khắc phục")

        officer.begin("Xem xét kế hoạch khắc phục", DEMAND)
        _judge(officer, FIRST, "chấp nhận")
        _judge(officer, SECOND, "trả lại", "Chưa ghi sản phẩm.")
        officer.keep("plan-judged")
        officer.submit("Xem xét kế hoạch khắc phục")
    with on("2026-05-25"):
        cell.begin("Lập kế hoạch khắc phục", DEMAND)
        cell.sees("Các dòng đã thống nhất", FIRST, "Đã trả lại: Chưa ghi sản phẩm.")
        with cell.within("Dòng 1"):
            cell.write(PRODUCT, "Bảng phân công kèm nghị quyết")
        cell.submit("Lập kế hoạch khắc phục")
        officer.begin("Xem xét kế hoạch khắc phục", DEMAND)
        officer.sees_not(FIRST)
        _judge(officer, SECOND, "chấp nhận")
        officer.submit("Xem xét kế hoạch khắc phục")


def carried_out(players: Players) -> None:
    """The cell reports each line with its proof; the monitor opens the files and accepts."""
    with on("2026-06-12"):
        cell, officer = players["cell"], players["officer"]
        cell.begin("Thực hiện và báo cáo kèm sản phẩm", DEMAND)
        for remedy, done_on, file in (
            (FIRST, "2026-06-04", "nghi-quyet-bo-sung.pdf"),
            (SECOND, "2026-06-11", "bang-phan-cong.pdf"),
        ):
            with cell.within_block(remedy):
                cell.fill_in({"Đã làm gì": "Đã họp chi bộ và ban hành.", "Thực hiện ngày": day(done_on)})
                cell.attach("Sản phẩm", pdf(file))
        cell.submit("Thực hiện và báo cáo kèm sản phẩm")

        officer.begin("Xem xét kết quả khắc phục", DEMAND)
        for file in ("nghi-quyet-bo-sung.pdf", "bang-phan-cong.pdf"):
            assert officer.download(file) == pdf(file)["buffer"]
        for remedy in (FIRST, SECOND):
            _judge(officer, remedy, "chấp nhận")
        officer.submit("Xem xét kết quả khắc phục")


def seen_by_the_leader(players: Players) -> None:
    """On the second of July the leader finds the one correction accepted and the other overdue by days."""
    with on("2026-07-02"):
        leader = players["leader"]
        leader.go("Trang lãnh đạo")
        leader.sees("1 việc quá hạn tại 1 tổ chức, lâu nhất 3 ngày.")
        leader.sees(f"{OTHER_CELL} 1 0 0 0 1 3")
        leader.keep("leader")
        leader.follow("1 quá hạn")
        leader.sees("Kiểm tra việc thực hiện nghị quyết", OTHER_CELL, "quá hạn 3 ngày")
        leader.sees_not(DEMAND)
        leader.go("Khắc phục", DEMAND)
        leader.sees(CELL, "đã chấp nhận", "nghi-quyet-bo-sung.pdf", "Chưa ghi sản phẩm.")
        leader.keep("correction-accepted")


def _line(cell: Seat, number: int, finding: str, remedy: str, due: str, product: str) -> None:
    with cell.within(f"Dòng {number}"):
        cell.choose("Khuyết điểm", finding)
        cell.write("Biện pháp khắc phục", remedy)
        cell.write("Thời gian (chậm nhất ngày)", day(due))
        cell.write(PRODUCT, product)


def _judge(officer: Seat, remedy: str, verdict: str, missing: str = "") -> None:
    with officer.within_block(remedy):
        officer.choose("Kết quả xem xét", verdict)
        officer.write("Còn thiếu", missing)
