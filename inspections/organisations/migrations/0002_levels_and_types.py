"""The levels and types that are common to all (domain.md §2.1); an administrator adds others."""

from django.db import migrations

LEVELS = [("province", "Tỉnh", 1), ("commune", "Xã, phường, đặc khu", 2), ("base", "Cơ sở", 3), ("sub_base", "Bộ phận", 4), ("cell", "Chi bộ", 5)]
TYPES = [
    ("province_party", "Đảng bộ tỉnh", "ĐBT", "province", False, False),
    ("province_inspection", "Uỷ ban kiểm tra Tỉnh uỷ", "UBKTTU", "province", False, True),
    ("commune_party", "Đảng bộ xã, phường", "ĐBX", "commune", False, False),
    ("commune_inspection", "Uỷ ban kiểm tra Đảng uỷ xã, phường", "UBKTĐU", "commune", False, True),
    ("base_party", "Đảng bộ cơ sở", "ĐBCS", "base", False, False),
    ("base_inspection", "Uỷ ban kiểm tra Đảng uỷ cơ sở", "UBKTĐUCS", "base", False, True),
    ("sub_base_party", "Đảng bộ bộ phận", "ĐBBP", "sub_base", False, False),
    ("cell", "Chi bộ", "CB", "cell", True, False),
]


def seed(apps, schema_editor):
    level_model = apps.get_model("organisations", "Level")
    type_model = apps.get_model("organisations", "OrganisationType")
    levels = {code: level_model.objects.create(code=code, name=name, rank=rank) for code, name, rank in LEVELS}
    for code, name, abbreviation, level, is_cell, is_body in TYPES:
        type_model.objects.create(
            code=code, name=name, abbreviation=abbreviation, level=levels[level], is_cell=is_cell, is_body=is_body
        )


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
