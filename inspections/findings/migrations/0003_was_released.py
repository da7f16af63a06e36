from django.db import migrations, models


def mark_released(apps, schema_editor):
    """What left the draft was released; of what was dropped, that which was answered."""
    findings = apps.get_model("findings", "Finding").objects
    findings.exclude(state__in=["draft", "dropped"]).update(is_released=True)
    findings.filter(answers__isnull=False).update(is_released=True)


class Migration(migrations.Migration):
    dependencies = [("findings", "0002_ladder")]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="is_released",
            field=models.BooleanField(default=False, verbose_name="has been released to the subject"),
        ),
        migrations.RunPython(mark_released, migrations.RunPython.noop),
    ]
