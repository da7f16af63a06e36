"""Lines are found by their words, and given back one by one."""

from django.db import migrations, models

from inspections.organisations.text import fold


def fold_all(apps, schema_editor):
    lines = apps.get_model("programmes", "ProgrammeLine")
    for line in lines.objects.iterator():
        line.folded = fold(f"{line.content} {line.lead} {line.note}")
        line.save(update_fields=["folded"])


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='programmeline',
            name='folded',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddField(
            model_name='programmeline',
            name='return_reason',
            field=models.TextField(blank=True, verbose_name='reason of the return'),
        ),
        migrations.RunPython(fold_all, migrations.RunPython.noop),
    ]
