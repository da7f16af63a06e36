"""Invented names, drawn the same way every time."""

import random
from collections.abc import Iterator

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Tô",
    "Mai",
    "Đinh",
    "Cao",
]
MIDDLE = [
    "Văn",
    "Hữu",
    "Đức",
    "Minh",
    "Quang",
    "Thanh",
    "Thị",
    "Ngọc",
    "Xuân",
    "Hải",
    "Bá",
    "Công",
    "Đình",
    "Thu",
    "Kim",
]
GIVEN = [
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hiền",
    "Hoà",
    "Hùng",
    "Huệ",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Lộc",
    "Minh",
    "Nam",
    "Nga",
    "Ngân",
    "Nghĩa",
    "Nhân",
    "Phúc",
    "Phương",
    "Quân",
    "Quý",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thắng",
    "Thuý",
    "Toàn",
    "Trang",
    "Trung",
    "Tú",
    "Tuấn",
    "Việt",
    "Vinh",
    "Yên",
]


def people(seed: int) -> Iterator[str]:
    """Full names without end."""
    drawn = random.Random(seed)  # noqa: S311 - invented names, nothing secret
    while True:
        yield f"{drawn.choice(FAMILY)} {drawn.choice(MIDDLE)} {drawn.choice(GIVEN)}"
