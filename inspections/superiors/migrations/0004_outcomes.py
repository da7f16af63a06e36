"""What a regular supervision ends with becomes a reference table; what was recorded keeps its meaning."""

from django.db import migrations

SOURCE = "Biểu giám sát thường xuyên; cách gọi cần xác nhận"
# the code that was kept until now, name, whether it is a sign, certainty
OUTCOMES = [
    ("", "Chưa phát hiện vấn đề", False, "D"),
    ("reminded", "Nhắc nhở, lưu ý", False, "C1"),
    ("report", "Yêu cầu báo cáo", False, "C1"),
    ("proposed", "Có dấu hiệu vi phạm: đề xuất giám sát chuyên đề hoặc kiểm tra khi có dấu hiệu vi phạm", True, "C1"),
]


def seed(apps, schema_editor):
    rows = apps.get_model("superiors", "SupervisionOutcome").objects
    supervisions = apps.get_model("superiors", "RegularSupervision").objects
    for code, name, is_sign, certainty in OUTCOMES:
        row = rows.create(name=name, is_sign=is_sign, source=SOURCE, certainty=certainty)
        if code:
            supervisions.filter(outcome_code=code).update(outcome=row)


class Migration(migrations.Migration):
    dependencies = [("superiors", "0003_outcomes_proposals_strikes")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
