"""The kinds of what is done for a task become a reference table; what was recorded keeps its kind."""

from django.db import migrations

# the code that was kept until now, name
KINDS = [
    ("training", "Bồi dưỡng, tập huấn"),
    ("commendation", "Khen thưởng"),
    ("guidance", "Hướng dẫn, đôn đốc"),
]


def seed(apps, schema_editor):
    kinds = apps.get_model("schemes", "EventKind").objects
    events = apps.get_model("schemes", "SchemeEvent").objects
    for code, name in KINDS:
        events.filter(kind_code=code).update(kind=kinds.create(name=name, certainty="D"))


class Migration(migrations.Migration):
    dependencies = [("schemes", "0003_kinds_of_events_and_kept_tasks")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
