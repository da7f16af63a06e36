"""The types of the documents that the program numbers (domain.md §8.2); those numbered already get theirs."""

from django.db import migrations

SOURCE = "399-QĐ/TW; 05-HD/VPTW"
TYPES = [
    ("decision", "Quyết định", "QĐ"),
    ("plan", "Kế hoạch", "KH"),
    ("notice", "Thông báo", "TB"),
    ("programme", "Chương trình", "CTr"),
]


def seed(apps, schema_editor):
    type_model = apps.get_model("documents", "DocumentType")
    document_model = apps.get_model("documents", "IssuedDocument")
    for code, name, symbol in TYPES:
        made = type_model.objects.create(code=code, name=name, symbol=symbol, source=SOURCE, certainty="C2")
        document_model.objects.filter(series__symbol=symbol, type=None).update(type=made)


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_types_of_documents")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
