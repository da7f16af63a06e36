from django.db import migrations
from django.db.models import F, Max, OuterRef, Subquery


def tell_last_steps(apps, schema_editor):
    """A case told when it last moved to another stage; a step is any task done in it, but for its corrections."""
    Case = apps.get_model("cases", "Case")
    WorkItem = apps.get_model("workflows", "WorkItem")
    done = WorkItem.objects.filter(case=OuterRef("pk"), done_by__isnull=False)
    done = done.exclude(about_type__app_label="remedies", about_type__model="correction").order_by()
    asked = apps.get_model("deadlines", "ClockRequest").objects.filter(
        deadline__item_type__app_label="remedies", deadline__item_type__model="correction"
    )
    done = done.exclude(
        about_type__app_label="deadlines", about_type__model="clockrequest", about_id__in=asked.values("pk")
    )
    last = Subquery(done.values("case").annotate(last=Max("done_at")).values("last"))
    Case.objects.annotate(last=last).filter(last__gt=F("stepped_at")).update(stepped_at=last)


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('cases', '0010_cases_that_stand_still'),
        ('deadlines', '0006_requests_about_clocks'),
        ('workflows', '0004_suspension_process'),
    ]

    operations = [migrations.RunPython(tell_last_steps, migrations.RunPython.noop)]
