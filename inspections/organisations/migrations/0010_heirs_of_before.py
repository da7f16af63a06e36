"""Who stands in whose place follows from the successions there are."""

from collections import defaultdict
from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    parts = apps.get_model("organisations", "SuccessionPart").objects.order_by("pk")
    heirs: dict[int, list[int]] = defaultdict(list)
    for old, new in parts.values_list("succession__organisation_id", "successor_id"):
        heirs[old].append(new)
    Heir = apps.get_model("organisations", "Heir")
    for old in list(heirs):
        found: dict[int, int] = {}
        left = [old]
        generation = 0
        while left:
            generation += 1
            left = [new for one in left for new in heirs.get(one, ()) if new not in found]
            found |= {new: generation for new in left if new not in found}
        Heir.objects.bulk_create(Heir(old_id=old, new_id=new, generation=number) for new, number in found.items())


class Migration(migrations.Migration):
    dependencies = [("organisations", "0009_moves_heirs_and_what_passed")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
