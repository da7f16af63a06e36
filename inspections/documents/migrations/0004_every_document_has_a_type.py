import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_first_types")]

    operations = [
        migrations.AlterField(
            model_name="issueddocument",
            name="type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="documents.documenttype",
                verbose_name="type of document",
            ),
        ),
    ]
