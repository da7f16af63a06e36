"""The ladder as the field tells it (domain.md §5.4): 15, 7, 3, 1 days before, the day, then letter, report, proposal."""

from django.db import migrations

OFFICES = "Cách nhắc của văn phòng cấp uỷ: trước 15, 7, 3 ngày"
# code, name, days, effect, tells (who owes, who watches, standing committee), by mail, is a must, source, certainty
LADDER = [
    ("before_15", "Còn 15 ngày", -15, "remind", (True, False, False), "digest", False, OFFICES, "C1"),
    ("before_7", "Còn 7 ngày", -7, "remind", (True, False, False), "digest", False, OFFICES, "C1"),
    ("before_3", "Còn 3 ngày", -3, "remind", (True, True, False), "digest", False, OFFICES, "C1"),
    ("before_1", "Còn 1 ngày", -1, "remind", (True, True, False), "digest", True, "", "D"),
    ("due", "Đến hạn hôm nay", 0, "remind", (True, True, False), "at_once", True, "", "D"),
    ("late", "Đã quá hạn", 1, "remind", (True, True, False), "at_once", True, "", "D"),
    ("letter", "Đôn đốc bằng công văn", 7, "letter", (True, True, False), "at_once", True, "", "D"),
    ("report", "Báo cáo ban thường vụ cấp uỷ", 15, "report", (True, True, True), "at_once", True, "", "D"),
    ("follow_up", "Đề nghị phúc tra", 30, "follow_up", (False, True, True), "at_once", True, "", "D"),
]


def seed(apps, schema_editor):
    for code, name, days, effect, tells, mail, is_must, source, certainty in LADDER:
        owing, watching, leaders = tells
        apps.get_model("reminders", "Rung").objects.create(
            code=code,
            name=name,
            days=days,
            effect=effect,
            tells_owing=owing,
            tells_watching=watching,
            tells_leaders=leaders,
            mail=mail,
            is_must=is_must,
            source=source,
            certainty=certainty,
        )
    apps.get_model("reminders", "Timetable").objects.create(code="digest", name="Thư tổng hợp buổi sáng", hour=7)


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
