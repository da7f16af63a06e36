"""A time limit stands once for its step, kind, level, tree and first day; a double click made two."""

import datetime

from django.db import migrations, models

PLACE = ("step", "kind", "level_id", "organisation_id")
PLACES = {
    "rule_once": (),
    "rule_once_of_a_level": ("level",),
    "rule_once_in_a_tree": ("organisation",),
    "rule_once_of_a_level_in_a_tree": ("level", "organisation"),
}


def apart(apps, schema_editor):
    """Of equal rows the newest stays; clocks may rest on the others, so they stay as rows of one day before it."""
    rules = apps.get_model("calendars", "TimeLimitRule").objects
    taken = set()
    for rule in rules.order_by("-pk"):
        place = [getattr(rule, name) for name in PLACE]
        is_double = False
        while (*place, rule.valid_from) in taken:
            rule.valid_from -= datetime.timedelta(days=1)
            is_double = True
        taken.add((*place, rule.valid_from))
        if is_double:
            rule.valid_to = rule.valid_from
            rule.save(update_fields=["valid_from", "valid_to"])


class Migration(migrations.Migration):
    dependencies = [
        ("calendars", "0003_start_events"),
        ("organisations", "0007_types_can_be_ended"),
    ]

    operations = [
        migrations.RunPython(apart, migrations.RunPython.noop),
        *(
            migrations.AddConstraint(
                model_name="timelimitrule",
                constraint=models.UniqueConstraint(
                    condition=models.Q(
                        level__isnull="level" not in places, organisation__isnull="organisation" not in places
                    ),
                    fields=("step", "kind", *places, "valid_from"),
                    name=name,
                    violation_error_message="There is a time limit for this from this day on already.",
                ),
            )
            for name, places in PLACES.items()
        ),
    ]
