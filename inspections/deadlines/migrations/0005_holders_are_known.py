import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0004_first_stretches"), ("organisations", "0007_types_can_be_ended")]
    operations = [
        migrations.AlterField(
            model_name="deadline",
            name="holder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="held_deadlines",
                to="organisations.organisation",
                verbose_name="who holds the matter",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="held_since",
            field=models.DateField(verbose_name="held since"),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["running", "waiting", "suspended"], closed_at__isnull=True)
                | Q(state__in=["met", "cancelled"], closed_at__isnull=False),
                name="deadline_over_means_closed",
            ),
        ),
    ]
