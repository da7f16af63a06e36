"""Who sits where in the main job. Names and offices are those of the spreadsheets; all of them are invented."""

import datetime
import re
from dataclasses import dataclass, field

from tests.real_browser import Browsers, Seat

FIRST_PASSWORD = "mat-khau-dau-tien-2026"
OWN_PASSWORD = "mat-khau-cua-rieng-toi-2026"
ADMINISTRATOR = "quantri"

# part in the story -> full name in the spreadsheet of office holders
PEOPLE = {
    "office": "Đinh Thị Thuý",
    "leader": "Đỗ Hữu Thắng",
    "chair": "Đỗ Văn Quân",
    "team": "Hoàng Thanh Long",
    "officer": "Đặng Đức Vinh",
    "cell": "Nguyễn Công Tuấn",
    "other_cell": "Lý Thanh Linh",
}
CELL, OTHER_CELL = "Chi bộ thôn Vạn Phước", "Chi bộ Hợp tác xã Nông nghiệp"
COMMUNE, UBKT = "Đảng bộ xã Tân Phước Thượng", "UBKT Đảng uỷ xã Tân Phước Thượng"


def day(text: str) -> str:
    """2026-04-24 as it is typed: 24/04/2026."""
    return datetime.date.fromisoformat(text).strftime("%d/%m/%Y")


@dataclass
class Players:
    """The administrator, and everybody who was given a log-in, each at a browser of their own."""

    browsers: Browsers
    papers: dict[str, tuple[str, str]] = field(default_factory=dict)  # full name -> user name, first password
    seated: dict[str, Seat] = field(default_factory=dict)

    def administrator(self) -> Seat:
        if "administrator" not in self.seated:
            self.seated["administrator"] = self.browsers.seat("administrator", ADMINISTRATOR, FIRST_PASSWORD)
        return self.seated["administrator"]

    def take_papers(self, page_text: str) -> None:
        """Keeps what stands on the printed page of first log-ins: name, organisation, user name, password a row."""
        for row in page_text.splitlines():
            name, _organisation, username, password = re.split(r"\t", row)
            self.papers[name] = (username, password)

    def __getitem__(self, part: str) -> Seat:
        """The seat of one part; whoever sits down first logs in with the paper and chooses a password."""
        if part not in self.seated:
            username, first = self.papers[PEOPLE[part]]
            seat = self.browsers.seat(part.replace("_", "-"), username, first)
            self.seated[part] = seat
            seat.open()
            seat.sees("Hãy đặt mật khẩu chỉ mình đồng chí biết")
            seat.fill_in({"Mật khẩu cũ": first, "Mật khẩu mới": OWN_PASSWORD, "Xác nhận mật khẩu mới": OWN_PASSWORD})
            seat.press("Lưu")
            seat.sees("Đã đổi mật khẩu")
            seat.password = OWN_PASSWORD
        return self.seated[part]
