"""Each body scores a line once. By itself: the database changes no table in the transaction that filled its rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0006_bodies_that_score")]

    operations = [
        migrations.AlterField(
            model_name="meetingscore",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
                verbose_name="for which body",
            ),
        ),
        migrations.AlterModelOptions(
            name="meetingscore",
            options={
                "ordering": ["meeting", "line__criterion__position", "line__position", "side", "body"],
                "verbose_name": "score of a meeting",
                "verbose_name_plural": "scores of meetings",
            },
        ),
        migrations.RemoveConstraint(model_name="meetingscore", name="meeting_score_once_a_side"),
        migrations.AddConstraint(
            model_name="meetingscore",
            constraint=models.UniqueConstraint(
                fields=("meeting", "line", "side", "body"), name="meeting_score_once_a_body"
            ),
        ),
    ]
