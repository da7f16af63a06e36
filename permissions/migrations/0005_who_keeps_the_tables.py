"""Administrators in office keep the reference tables too, as they keep calendars: the same days, the same paper."""

from django.db import migrations

FIELDS = ("user_id", "content_object_id", "office_id", "delegation_id", "starts_on", "ends_on")


def grant(apps, schema_editor):
    grants = apps.get_model("permissions", "OrganisationGrant").objects
    permissions = apps.get_model("auth", "Permission").objects
    calendars = permissions.filter(codename="keep_calendars").first()
    if calendars is None:  # a fresh database: nobody holds an office yet
        return
    tables, _made = permissions.get_or_create(
        content_type=calendars.content_type, codename="keep_tables", defaults={"name": "keep tables"}
    )
    have = set(grants.filter(permission=tables).values_list("user_id", "content_object_id", "office_id", "delegation_id"))
    grants.bulk_create(
        grants.model(permission=tables, **dict(zip(FIELDS, values, strict=True)))
        for values in grants.filter(permission=calendars).values_list(*FIELDS)
        if values[:4] not in have
    )


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0004_the_person_deputised_for"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
