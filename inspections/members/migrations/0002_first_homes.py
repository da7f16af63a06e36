"""Whoever is known as a member of an organisation has his home there, since a day that nobody told.

Those who are no longer active get none: when they left is not known either."""

from django.db import migrations

SLICE = 1000


def begin(apps, schema_editor):
    Person = apps.get_model("organisations", "Person")
    Membership = apps.get_model("members", "Membership")
    people = Person.objects.filter(organisation__isnull=False, is_active=True, memberships__isnull=True)
    some = []
    for key, home in people.order_by("pk").values_list("pk", "organisation_id").iterator(chunk_size=SLICE):
        some.append(Membership(person_id=key, kind="home", cell_id=home))
        if len(some) == SLICE:
            Membership.objects.bulk_create(some)
            some = []
    Membership.objects.bulk_create(some)


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
