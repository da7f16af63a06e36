import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("superiors", "0004_outcomes")]

    operations = [
        migrations.AlterField(
            model_name="regularsupervision",
            name="outcome",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supervisions",
                to="superiors.supervisionoutcome",
                verbose_name="what follows from it",
            ),
        ),
        migrations.RemoveField(model_name="regularsupervision", name="outcome_code"),
    ]
