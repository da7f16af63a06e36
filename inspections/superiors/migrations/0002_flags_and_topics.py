"""What counts as a flag, and the topics of regular supervision, as read in public sources; all of it is data."""

import datetime

from django.db import migrations

SINCE = datetime.date(2026, 1, 1)
RULES = "Chỉ thị 50-CT/TW; HD 42-HD/BTCTW"
# code, counted in, how many, up to which rating, source, certainty
FLAGS = [
    ("no_regular", "days", 2, "", RULES + " (báo cáo kết quả trong 2 ngày)", "C2"),
    ("no_thematic", "days", 2, "", RULES + " (ít nhất mỗi quý một lần)", "C2"),
    ("unvisited", "months", 6, "", "", "U"),
    ("poor", "", 0, "poor", RULES + " (dưới 50 điểm)", "C2"),
    ("absent", "times", 2, "", "Mẫu 01CB", "D"),
    ("late", "days", 1, "", "", "U"),
    ("not_held", "days", 2, "", "", "U"),
]
# the form of a ward counts by six topics and does not name them: these follow the contents of other forms
SOURCE = "Biểu thống kê của một phường (6 nội dung); tên nội dung cần xác nhận"
TOPICS = [
    "Chấp hành Cương lĩnh, Điều lệ, nghị quyết, chỉ thị của Đảng",
    "Nền nếp, chất lượng sinh hoạt chi bộ",
    "Nguyên tắc tập trung dân chủ, quy chế làm việc, đoàn kết nội bộ",
    "Thực hiện chức trách, nhiệm vụ được giao",
    "Đạo đức, lối sống; những điều đảng viên không được làm",
    "Nội dung khác",
]


def seed(apps, schema_editor):
    rules = apps.get_model("superiors", "FlagRule").objects
    for code, measure, amount, rating, source, certainty in FLAGS:
        rules.create(
            code=code,
            measure=measure,
            amount=amount,
            rating=rating,
            since=SINCE,
            source=source,
            certainty=certainty,
        )
    for name in TOPICS:
        apps.get_model("superiors", "SupervisionTopic").objects.create(name=name, source=SOURCE, certainty="U")


class Migration(migrations.Migration):
    dependencies = [("superiors", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
