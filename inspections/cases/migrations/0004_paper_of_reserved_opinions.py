"""A reserved opinion is a paper of the dossier of its own (domain.md §4.1 T5, scenario E)."""

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("cases", "PaperKind").objects.get_or_create(
        code="reserved_opinion", defaults={"name": "Ý kiến bảo lưu", "symbol": "", "is_for_subject": False}
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_kinds_papers_procedures")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
