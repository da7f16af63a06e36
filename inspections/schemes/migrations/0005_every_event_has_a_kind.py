import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schemes", "0004_kinds_of_events")]

    operations = [
        migrations.AlterField(
            model_name="schemeevent",
            name="kind",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="schemes.eventkind",
                verbose_name="kind",
            ),
        ),
        migrations.RemoveField(model_name="schemeevent", name="kind_code"),
    ]
