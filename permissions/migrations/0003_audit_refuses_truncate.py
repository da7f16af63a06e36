"""The audit tables refuse to be emptied at one stroke too (PostgreSQL: TRUNCATE passes by the triggers of rows)."""

from django.db import migrations

from permissions import triggers


def make_anew(apps, schema_editor):
    triggers.drop(schema_editor.connection)
    triggers.create(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("permissions", "0002_audit_is_append_only")]

    operations = [migrations.RunPython(make_anew, migrations.RunPython.noop)]
