"""Act two: a case opened from the programme's line, carried out by the team, concluded and made known."""

from tests.real_browser import Seat, on
from tests.scenarios.main_job.cast import CELL, OTHER_CELL, PEOPLE, UBKT, Players, day

CONTENT = "Việc chuẩn bị, ra nghị quyết và tổ chức thực hiện nghị quyết của chi bộ"
NUMBER = "01-QĐ/UBKTĐU"
LATE, VAGUE, NO_CHECK = (
    "Nghị quyết quý III và quý IV/2025 ban hành chậm.",
    "Nghị quyết không phân công người, không ghi thời hạn.",
    "Chi uỷ không kiểm tra việc thực hiện nghị quyết.",
)
VAGUE_BUT_FOR_TWO = "Trừ nghị quyết 03 và 05, nghị quyết không phân công người, không ghi thời hạn."
MINUTES = {"Địa điểm": "Nhà văn hoá thôn", "Thành phần dự": "Đoàn giám sát; chi uỷ hai chi bộ"}


def opened_and_signed(players: Players) -> None:
    """The officer opens a case from the line of the programme; the chair, another person, signs."""
    with on("2026-04-06"):
        officer = players["officer"]
        officer.go("Chương trình", "Đảng bộ xã Tân Phước Thượng")
        with officer.within_block(CONTENT):
            officer.follow(f"Mở cuộc KTGS của {UBKT}")
        officer.sees("Đề xuất cuộc kiểm tra, giám sát", CELL, OTHER_CELL)
        officer.write("Mốc thời gian kiểm tra, đến ngày", day("2026-03-31"))
        officer.choose("Trưởng đoàn", PEOPLE["team"])
        officer.tick("Thành viên đoàn (tổ)", "Vàng Thanh Cường")
        officer.choose("Thư ký đoàn", PEOPLE["officer"])
        officer.keep("proposal")
        officer.press("Trình đề xuất")
        officer.sees("Đã trình đề xuất; người khác phải ký.", "Ký quyết định và kế hoạch")
    with on("2026-04-07"):
        chair = players["chair"]
        chair.decide("Ký quyết định và kế hoạch", "Ký quyết định và kế hoạch: mở cuộc")
        chair.sees(NUMBER, "Chuẩn bị đề cương, lịch làm việc, đoàn (tổ)")
        chair.keep("signed")


def prepared_and_announced(players: Players) -> None:
    """The team prepares, and tells the two cells of the decision, the plan and the day of their report."""
    with on("2026-04-08"):
        team = players["team"]
        team.do(
            "Chuẩn bị đề cương, lịch làm việc, đoàn (tổ)",
            {
                "Đề cương gợi ý báo cáo tự kiểm tra": "1. Chuẩn bị nghị quyết.\n2. Ban hành.\n3. Tổ chức thực hiện.",
                "Lịch làm việc và phân công": "Từ 27/4: làm việc tại hai chi bộ.",
                "Đoàn (tổ) họp ngày": day("2026-04-08"),
                "Biên bản họp đoàn (tổ)": "Đoàn họp, thống nhất đề cương và phân công.",
            },
        )
    with on("2026-04-10"):
        team.do(
            "Công bố quyết định và kế hoạch",
            {
                **MINUTES,
                "Tổ chức ngày": day("2026-04-10"),
                "Biên bản": "Đã công bố quyết định và kế hoạch.",
                "Hạn báo cáo tự kiểm tra (chậm nhất ngày)": day("2026-04-24"),
            },
        )


def self_reported(players: Players) -> None:
    """Each cell sees what it is asked and submits its own report."""
    with on("2026-04-22"):
        for part, name in (("cell", CELL), ("other_cell", OTHER_CELL)):
            secretary = players[part]
            secretary.begin("Gửi báo cáo tự kiểm tra")
            secretary.sees("1. Chuẩn bị nghị quyết.")
            secretary.write("Báo cáo tự kiểm tra, theo đề cương", f"{name} báo cáo: năm 2025 ra 10 nghị quyết.")
            secretary.attach("Tài liệu kèm theo", pdf("so-nghi-quyet.pdf"))
            secretary.submit("Gửi báo cáo tự kiểm tra")
        secretary.keep("self-reported")


def verified(players: Players) -> None:
    """The team works with the cells, writes minutes, records findings, and drafts its report."""
    with on("2026-05-05"):
        team = players["team"]
        team.begin("Thẩm tra, xác minh")
        team.choose("Bước tiếp?", "Đủ: chuyển sang dự thảo báo cáo")
        team.press("Gửi")
        team.sees("Quy trình cần có tài liệu này trước", "Biên bản làm việc")
        team.follow("Tài liệu của cuộc: thêm biên bản và chứng cứ ở đó")
        team.follow("Thêm biên bản hoặc chứng cứ")
        team.choose("Loại", "Biên bản làm việc")
        team.fill_in({**MINUTES, "Tổ chức ngày": day("2026-05-04"), "Nội dung văn bản": "Đã đối chiếu sổ nghị quyết."})
        team.attach("Tệp", pdf("bien-ban-lam-viec.pdf"))
        team.press("Thêm")
        team.sees("Đã thêm tài liệu vào hồ sơ.", "bien-ban-lam-viec.pdf")
        for text, responsible in ((LATE, CELL), (VAGUE, CELL), (NO_CHECK, OTHER_CELL)):
            _find(team, text, responsible)
        team.keep("findings")
        team.begin("Thẩm tra, xác minh")
        team.choose("Bước tiếp?", "Đủ: chuyển sang dự thảo báo cáo")
        team.submit("Thẩm tra, xác minh")
        team.do("Dự thảo báo cáo và nội dung đánh giá", {"Dự thảo báo cáo": "Hai chi bộ có ra nghị quyết đều đặn."})
    with on("2026-05-06"):
        team.begin("Gửi dự thảo cho đối tượng")
        team.choose("Bước tiếp?", "Gửi cho đối tượng")
        team.write("Hạn trả lời (chậm nhất ngày)", day("2026-05-12"))
        team.press("Tiếp tục để kiểm tra lại")
        team.sees("Dự thảo đã gửi thì không thu lại được.")
        team.press("Gửi cho đối tượng")
        team.sees("Trả lời từng nội dung")


def answered(players: Players) -> None:
    """The first cell accepts one finding and contests the other with proof; the second accepts its own."""
    with on("2026-05-11"):
        cell, other = players["cell"], players["other_cell"]
        cell.begin("Trả lời từng nội dung")
        cell.sees("Hai chi bộ có ra nghị quyết đều đặn.")
        cell.sees_not(NO_CHECK)
        with cell.within_block(LATE):
            cell.choose("Ý kiến về nội dung này", "nhất trí")
        with cell.within_block(VAGUE):
            cell.choose("Ý kiến về nội dung này", "không nhất trí")
            cell.write("Vì sao", "Nghị quyết 03 và 05 có phân công cụ thể.")
            cell.attach("Chứng cứ", pdf("nghi-quyet-03.pdf"), pdf("nghi-quyet-05.pdf"))
        cell.keep("answer")
        cell.submit("Trả lời từng nội dung")
        other.begin("Trả lời từng nội dung")
        other.choose("Ý kiến về nội dung này", "nhất trí")
        other.submit("Trả lời từng nội dung")


def reported_and_concluded(players: Players) -> None:
    """Answers considered, conference, report, appraisal by the office, the vote of the inspection committee."""
    with on("2026-05-14"):
        team = players["team"]
        team.begin("Xem xét các ý kiến trả lời")
        with team.within_block(VAGUE):
            team.sees("Nghị quyết 03 và 05 có phân công cụ thể.", "nghi-quyet-03.pdf")
            team.choose("Nội dung đánh giá được", "đã sửa")
            team.write("Lý do", "Hai nghị quyết gửi kèm có phân công.")
            team.write("Nội dung mới, nếu có sửa", VAGUE_BUT_FOR_TWO)
        team.submit("Xem xét các ý kiến trả lời")
        team.do(
            "Tổ chức hội nghị",
            {**MINUTES, "Tổ chức ngày": day("2026-05-14"), "Biên bản": "Hội nghị thống nhất dự thảo báo cáo."},
        )
        team.do("Trình báo cáo kết quả", {"Nội dung trình quyết định": "Đề nghị kết luận theo báo cáo."})
    with on("2026-05-15"):
        office = players["office"]
        office.begin("Thẩm định thể thức và tính thống nhất")
        office.choose("Thể thức và tính thống nhất", "Đúng thể thức: chuyển tiếp")
        office.write("Ý kiến thẩm định", "Đúng thể thức, thống nhất với biên bản.")
        office.submit("Thẩm định thể thức và tính thống nhất")
    with on("2026-05-18"):
        chair = players["chair"]
        chair.begin("Xem xét, kết luận tại phiên họp")
        chair.choose("Kết quả", "đã kết luận")
        chair.fill_in(
            {
                "Tổ chức ngày": day("2026-05-18"),
                "Chủ trì": PEOPLE["chair"],
                "Thư ký": "Mai Đình Ngân",
                "Thành phần dự": "4 uỷ viên",
                "Tổng số thành viên": "5",
                "Số dự": "4",
                "Phiếu tán thành": "4",
                "Trích biên bản": "Uỷ ban kiểm tra thống nhất kết luận theo báo cáo.",
            }
        )
        chair.keep("vote")
        chair.submit("Xem xét, kết luận tại phiên họp")


def noticed(players: Players) -> None:
    """The notice lacks what it lacks until each shortcoming has its demand; then it is signed and announced."""
    with on("2026-05-19"):
        team, chair = players["team"], players["chair"]
        team.begin("Soạn thông báo kết luận")
        team.follow("Soạn thông báo")
        team.write("Ưu điểm, mỗi dòng một ưu điểm", "Hai chi bộ duy trì nền nếp sinh hoạt.")
        team.write("Tổ chức thực hiện", "Giao chuyên viên theo dõi, đôn đốc.")
        team.write("Nơi nhận, mỗi dòng một nơi", "Hai chi bộ\nLưu UBKT")
        _demand(team, 1, "Bổ sung, hoàn thiện nghị quyết", (LATE, VAGUE_BUT_FOR_TWO), CELL)
        team.press("Lưu dự thảo")
        team.sees("Chưa đầy đủ", "Khuyết điểm 3: chưa có yêu cầu nào.")
        team.follow("Soạn thông báo")
        _demand(team, 2, "Kiểm tra việc thực hiện nghị quyết", (NO_CHECK,), OTHER_CELL)
        team.press("Lưu dự thảo")
        team.do("Soạn thông báo kết luận")
        chair.decide("Ký thông báo kết luận", "Ký và ban hành thông báo")
        chair.turn_to("Kết luận")
        chair.sees("01-TB/UBKTĐU", "trước ngày 30/06/2026", VAGUE_BUT_FOR_TWO)
        chair.keep("notice")
    with on("2026-05-20"):
        team.do(
            "Công bố thông báo kết luận",
            {**MINUTES, "Tổ chức ngày": day("2026-05-20"), "Biên bản": "Đã công bố thông báo kết luận."},
        )
        team.do(
            "Kết thúc và bàn giao hồ sơ",
            {"Bàn giao ngày": day("2026-05-20"), "Giao cho": "Văn phòng Đảng uỷ"},
        )
        team.sees("hồ sơ đã kết thúc")
        team.keep("dossier-closed")


def pdf(name: str) -> dict[str, object]:
    """A small file as a browser sends it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": f"%PDF-1.4\n%{name}\n".encode()}


def _find(team: Seat, text: str, responsible: str) -> None:
    team.go("Cuộc KTGS", CONTENT)
    team.turn_to("Nội dung đánh giá")
    team.follow("Ghi nội dung đánh giá")
    team.write("Kết quả thẩm tra, xác minh", text)
    team.choose("Mức độ", "Hạn chế")
    team.choose("Nơi chịu trách nhiệm", responsible)
    team.choose("Loại nguyên nhân", "chủ quan")
    team.press("Ghi nhận")
    team.sees("Đã ghi nội dung đánh giá.", text)


def _demand(team: Seat, number: int, text: str, answers: tuple[str, ...], assignee: str) -> None:
    with team.within(f"Yêu cầu {number}"):
        team.write("Yêu cầu", text)
        team.tick("Khắc phục những khuyết điểm nào", *answers)
        team.choose("Nơi phải thực hiện", assignee)
        team.choose("Người theo dõi", PEOPLE["officer"])
        team.choose("Cách ghi thời hạn", "trước ngày")
        team.write("Ngày nêu trong văn bản", day("2026-06-30"))
