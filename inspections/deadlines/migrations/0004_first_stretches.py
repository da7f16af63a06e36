import datetime
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import F


def begin(apps, schema_editor):
    """Every clock there is gets its one stretch; who owes holds it, and what is over was closed when it was met."""
    Deadline = apps.get_model("deadlines", "Deadline")
    Span = apps.get_model("deadlines", "DeadlineSpan")
    Change = apps.get_model("deadlines", "DeadlineChange")
    over = ("met", "cancelled")
    Deadline.objects.update(holder=F("organisation"), held_since=F("start_on"))
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    closed = []
    for clock in Deadline.objects.filter(state__in=over).iterator(chunk_size=2000):
        day = clock.met_on or clock.start_on
        noon = datetime.datetime.combine(day, datetime.time(12), zone)
        clock.closed_at = max(clock.started_at, noon)
        closed.append(clock)
    Deadline.objects.bulk_update(closed, ["closed_at"], batch_size=500)
    # a day that followed the plan was set; only rules are counted again
    Change.objects.filter(kind="recalculation", deadline__rule__isnull=True).update(kind="setting")
    spans = []
    for clock in Deadline.objects.iterator(chunk_size=2000):
        last_on = (max(clock.met_on or clock.start_on, clock.start_on)) if clock.state in over else None
        spans.append(
            Span(
                deadline=clock,
                organisation_id=clock.organisation_id,
                org_path=clock.org_path,
                watcher_id=clock.watcher_id,
                holder_id=clock.organisation_id,
                state="running",
                due_on=clock.due_on,
                first_on=clock.start_on,
                last_on=last_on,
                began_at=clock.started_at,
                ended_at=clock.closed_at,
            )
        )
    Span.objects.bulk_create(spans, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0003_stretches_and_holders")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
