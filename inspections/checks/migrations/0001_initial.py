from django.db import migrations, models

CHECKS = [
    ("line_without_lead", None),
    ("case_without_step", 15),
    ("team_of_one", None),
    ("finding_without_evidence", None),
    ("demand_without_monitor", None),
    ("task_nobody_may_do", None),
    ("organisation_without_offices", None),
    ("limit_on_provisional_calendar", None),
]


def add_settings(apps, schema_editor):
    setting = apps.get_model("checks", "CheckSetting")
    setting.objects.bulk_create(setting(code=code, days=days) for code, days in CHECKS)


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CheckSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                ("days", models.PositiveSmallIntegerField(blank=True, help_text="Only where the check counts days.", null=True, verbose_name="after how many days")),
                ("is_active", models.BooleanField(default=True, verbose_name="is made")),
            ],
            options={
                "verbose_name": "standing check",
                "verbose_name_plural": "standing checks",
                "ordering": ["pk"],
            },
        ),
        migrations.RunPython(add_settings, migrations.RunPython.noop),
    ]
