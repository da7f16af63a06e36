"""Act one: the administrator brings organisations and offices, the office brings the programme, it is adopted."""

from tests.imports.taking import DATA, OFFICES, ORGANISATIONS, PROGRAMME
from tests.real_browser import Seat, on
from tests.scenarios.main_job.cast import COMMUNE, UBKT, Players


def organisations(players: Players) -> None:
    """What no list names is typed in; the cells come from the first spreadsheet as it is."""
    with on("2026-01-19", 8):
        admin = players.administrator()
        admin.go("Tổ chức đảng", "Thêm tổ chức đứng đầu cây")
        _type_in(admin, "Đảng bộ tỉnh Sơn Hải", "Đảng bộ tỉnh", "97.000.000.000.000")
        admin.follow("Thêm tổ chức trực thuộc")
        _type_in(admin, COMMUNE, "Đảng bộ xã, phường", "97.101.000.000.000")
        admin.follow("Thêm tổ chức trực thuộc")
        _type_in(admin, UBKT, "Uỷ ban kiểm tra Đảng uỷ xã, phường", "")

        admin.go("Bảng tính", f"Nhập tệp cho {COMMUNE}")
        _upload(admin, ORGANISATIONS)
        admin.sees("24 mới", "4 bỏ qua", "2 chưa rõ")
        admin.keep("organisations-in-doubt")
        admin.sees("Chi bộ thôn Gò Dầu")
        admin.choose("“Chi bộ thôn Gò Dầu” có ở nhiều dòng khác nhau. Lấy dòng nào?", "11")
        _take(admin)
        admin.sees("25 mới")


def offices(players: Players) -> None:
    """Office holders follow; whoever holds an office gets a log-in, all on one page to print."""
    with on("2026-01-19", 10):
        admin = players.administrator()
        admin.go("Bảng tính")
        with admin.within("Người giữ chức vụ"):
            admin.follow(f"Nhập tệp cho {COMMUNE}")
        _upload(admin, OFFICES)
        admin.sees("51 mới", "1 chưa rõ")
        admin.choose(
            "“Đảng bộ Trường THPT Tân Phước” không phải chi bộ. “Phó Bí thư chi bộ” ở đó là vai trò nào?",
            "Phó bí thư cấp uỷ",
        )
        _take(admin)
        admin.sees("52 mới")

        admin.go("Tổ chức đảng", COMMUNE, "Cấp tài khoản")
        admin.sees("Người giữ chức vụ chưa có tài khoản", "Đỗ Văn Quân")
        admin.press("Cấp tài khoản")
        admin.sees("Các mật khẩu này chỉ hiện lúc này và không lưu ở đâu.")
        players.take_papers(admin.page.get_by_role("table").inner_text())
        admin.keep("first-log-ins")


def programme(players: Players) -> None:
    """The office takes the programme in from its spreadsheet and submits it; the secretary adopts it."""
    with on("2026-01-20"):
        office = players["office"]
        office.go("Chương trình", f"Bắt đầu chương trình của {COMMUNE}")
        office.press("Bắt đầu")
        office.go("Bảng tính")
        with office.within("Các dòng chương trình"):
            office.follow("Nhập tệp cho")
        _upload(office, PROGRAMME)
        office.sees("5 mới", "6 bỏ qua", "2 chưa rõ")
        with office.within("10"):
            office.sees("chưa rõ Thu, nộp, quản lý và sử dụng đảng phí")
        office.keep("programme-in-doubt")
        _take(office)
        office.sees("7 mới")
        office.do("Xây dựng chương trình và trình")

        leader = players["leader"]
        leader.decide("Thông qua chương trình", "Thông qua: chương trình được đánh số và chỉ đọc")
        leader.go("Chương trình", COMMUNE)
        leader.sees("01-CTr/ĐU", "Việc chuẩn bị, ra nghị quyết và tổ chức thực hiện nghị quyết của chi bộ")
        leader.keep("programme-adopted")


def _type_in(admin: Seat, name: str, kind: str, code: str) -> None:
    admin.write("Tên", name)
    admin.choose("Loại hình", kind)
    admin.write("Mã tổ chức đảng", code)
    admin.press("Thêm")
    admin.sees("Đã thêm tổ chức.")


def _upload(seat: Seat, name: str) -> None:
    seat.attach("Bảng tính", {"name": name, "mimeType": "", "buffer": (DATA / name).read_bytes()})
    seat.press("Xem trước")


def _take(seat: Seat) -> None:
    seat.press("Chốt các lựa chọn")
    seat.sees("Mọi dòng đã rõ", "Mọi dòng được lưu cùng lúc, hoặc không dòng nào.")
    seat.press("Nhập vào")
    seat.sees("Đã nhập tệp.")
