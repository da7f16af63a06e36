"""Limits of who judges, which no text was found to set, and of a suspension (domain.md §4.2, §4.12, §12)."""

import datetime

from django.db import migrations


# who decides an extension was words that nothing read
ORDERING_BODY = ("", "cơ quan giám sát", "chi bộ")


def choose_extender(apps, schema_editor):
    """The words become a choice; words that say more than it does are kept beside the legal basis."""
    for rule in apps.get_model("calendars", "TimeLimitRule").objects.all():
        words = rule.extended_by.strip()
        if words in ("ordering_body", "superior"):
            continue
        is_above = any(word in words.casefold() for word in ("cấp trên", "thường vụ"))
        rule.extended_by = "superior" if is_above else "ordering_body"
        if words not in ORDERING_BODY:
            kept = f"gia hạn bởi: {words}"
            rule.legal_basis = f"{rule.legal_basis}; {kept}".removeprefix("; ")[:300]
        rule.save(update_fields=["extended_by", "legal_basis"])


def seed(apps, schema_editor):
    Rule = apps.get_model("calendars", "TimeLimitRule")
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
    operations = [
        migrations.RunPython(choose_extender, migrations.RunPython.noop),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
