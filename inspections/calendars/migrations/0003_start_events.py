"""From which event a limit is counted becomes data that the clocks obey; it was words that nothing read."""

from django.db import migrations, models

# what the words name, the first that fits -> the event
WORDS = [
    ("công bố kết luận", "notice_announcement"),
    ("thông báo kết luận", "notice_announcement"),
    ("triển khai", "announcement"),
    ("công bố quyết định", "announcement"),
    ("báo cáo", "self_reports"),
    ("ký", "signing"),
]
# step -> the event where the words name none of them
OF_STEP = {"verify": "self_reports", "close_dossier": "notice_announcement"}


def to_codes(apps, schema_editor):
    for rule in apps.get_model("calendars", "TimeLimitRule").objects.all():
        words = rule.start_event.casefold()
        named = next((event for word, event in WORDS if word in words), None)
        rule.start_event = named or OF_STEP.get(rule.step, "signing")
        rule.save(update_fields=["start_event"])


class Migration(migrations.Migration):
    dependencies = [("calendars", "0002_first_days_rules_instruments")]

    operations = [
        migrations.RunPython(to_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="timelimitrule",
            name="start_event",
            field=models.CharField(
                choices=[
                    ("signing", "the signing of the decision"),
                    ("announcement", "the announcement of decision and plan"),
                    ("self_reports", "the receipt of the subject's report"),
                    ("notice_announcement", "the announcement of the conclusion"),
                ],
                max_length=100,
                verbose_name="counted from",
            ),
        ),
    ]
