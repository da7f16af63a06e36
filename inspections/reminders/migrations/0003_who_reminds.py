"""Those in office remind by hand too: the same days, the same paper as a right that the same roles hold."""

from django.db import migrations
from django.db.models import Q

FIELDS = ("user_id", "content_object_id", "office_id", "delegation_id", "starts_on", "ends_on")
LEADERS = ("committee_secretary", "committee_deputy_secretary")
OTHERS = ("office_chief", "inspection_chair", "inspection_vice_chair", "inspection_member", "area_officer")


def grant(apps, schema_editor):
    grants = apps.get_model("permissions", "OrganisationGrant").objects
    permissions = apps.get_model("auth", "Permission").objects
    known = permissions.filter(codename="sign_case").first()
    if known is None:  # a fresh database: nobody holds an office yet
        return
    remind, _made = permissions.get_or_create(
        content_type=known.content_type, codename="remind", defaults={"name": "remind"}
    )
    alike = Q(permission__codename="sign_case", office__role__in=LEADERS) | Q(
        permission__codename="propose_case", office__role__in=OTHERS
    )
    have = set(grants.filter(permission=remind).values_list("user_id", "content_object_id", "office_id", "delegation_id"))
    grants.bulk_create(
        grants.model(permission=remind, **dict(zip(FIELDS, values, strict=True)))
        for values in grants.filter(alike).values_list(*FIELDS)
        if values[:4] not in have
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0002_first_rungs"),
        ("permissions", "0005_who_keeps_the_tables"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
