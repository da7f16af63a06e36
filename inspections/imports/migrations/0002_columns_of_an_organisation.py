"""What was remembered for everybody is forgotten: it says nothing of whose files it was."""

import django.db.models.deletion
from django.db import migrations, models


def forget(apps, schema_editor):
    apps.get_model("imports", "RememberedColumns").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial"), ("organisations", "0003_symbols_of_types_and_first_passwords")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveConstraint("rememberedcolumns", "columns_of_a_shape_once"),
        migrations.AddField(
            "rememberedcolumns",
            "organisation",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "rememberedcolumns",
            models.UniqueConstraint(fields=["kind", "organisation", "shape"], name="columns_of_a_shape_once"),
        ),
    ]
