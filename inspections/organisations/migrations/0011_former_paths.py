import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0010_heirs_of_before"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerPath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=60)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_paths",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "former path in the tree",
                "verbose_name_plural": "former paths in the tree",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "path"), name="former_path_once")
                ],
            },
        ),
    ]
