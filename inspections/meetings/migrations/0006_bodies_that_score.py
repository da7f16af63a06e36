"""Whose officer gave a score, so that several superiors stand beside each other; what a correction scores anew."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone


def tell_bodies(apps, schema_editor):
    """The cell for its own scores; for others the organisation of an office that the giver had on the day."""
    scores = apps.get_model("meetings", "MeetingScore").objects.order_by()
    meetings = apps.get_model("meetings", "Meeting").objects.filter(pk=OuterRef("meeting")).order_by()
    offices = apps.get_model("organisations", "Office").objects.order_by("-pk")
    scores.filter(side="own").update(body=Subquery(meetings.values("organisation")))
    for one in scores.exclude(side="own").select_related("meeting__organisation"):
        day, cell = timezone.localdate(one.given_at), one.meeting.organisation
        held = offices.filter(Q(ends_on=None) | Q(ends_on__gte=day), person__user=one.given_by_id, starts_on__lte=day)
        one.body_id = held.values_list("organisation", flat=True).first() or cell.parent_id or cell.pk
        one.save(update_fields=["body"])


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0005_files_and_margin"),
        ("organisations", "0012_facts_of_members"),
    ]

    operations = [
        migrations.AddField(
            model_name="meetingscore",
            name="body",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
                verbose_name="for which body",
            ),
        ),
        migrations.AddField(model_name="correction", name="rescored", field=models.JSONField(default=list)),
        migrations.RunPython(tell_bodies, migrations.RunPython.noop),
    ]
