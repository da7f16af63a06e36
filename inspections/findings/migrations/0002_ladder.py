"""The ladder of terms (domain.md §5.1)."""

from django.db import migrations

LADDER = [
    ("limitation", "Hạn chế, tồn tại", False),
    ("shortcoming", "Thiếu sót, khuyết điểm", False),
    ("violation", "Vi phạm chưa đến mức thi hành kỷ luật", True),
    ("disciplinary_violation", "Vi phạm phải xem xét, thi hành kỷ luật", True),
]


def seed(apps, schema_editor):
    for rank, (code, name, is_violation) in enumerate(LADDER, start=1):
        apps.get_model("findings", "Severity").objects.create(
            code=code, name=name, rank=rank, is_violation=is_violation
        )


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
