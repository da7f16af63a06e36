"""The audit tables refuse UPDATE and DELETE."""

from django.db import migrations

from permissions import triggers


class Migration(migrations.Migration):
    dependencies = [("permissions", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: triggers.create(schema_editor.connection),
            lambda apps, schema_editor: triggers.drop(schema_editor.connection),
        )
    ]
