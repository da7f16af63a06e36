"""Limits of who judges, which no text was found to set, and of a suspension (domain.md §4.2, §4.12, §12)."""

import datetime

from django.db import migrations


def seed(apps, schema_editor):
    Rule = apps.get_model("calendars", "TimeLimitRule")
    # “the supervising body”, “the cell”: whoever ordered the case
    Rule.objects.update(extended_by="ordering_body")
    first = {"valid_from": datetime.date(2026, 1, 1), "kind": "", "level": None}
    for step in ("judge_plan", "judge_report"):
        Rule.objects.create(
            step=step, amount=None, unit="working", start_event="handed_in", certainty="U", on_silence="escalate", **first
        )
    Rule.objects.create(
        step="suspension",
        amount=90,
        unit="calendar",
        start_event="suspending",
        extension_amount=30,
        extension_count=1,
        legal_basis="21-QĐ/TW",
        certainty="C1",
        **first,
    )


class Migration(migrations.Migration):
    dependencies = [("calendars", "0005_returns_silence_and_suspension")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
