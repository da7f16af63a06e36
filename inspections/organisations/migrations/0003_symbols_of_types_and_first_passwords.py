"""Every type brings its symbol on documents (domain.md §8.2); a first password is to be changed."""

from django.db import migrations, models


# the committee's bodies carry its symbol; a sub-base committee has none that all use
SYMBOLS = {
    "province_party": "TU",
    "province_inspection": "UBKTTU",
    "commune_party": "ĐU",
    "commune_inspection": "UBKTĐU",
    "base_party": "ĐU",
    "base_inspection": "UBKTĐU",
    "cell": "CB",
}


def fill(apps, schema_editor):
    for code, symbol in SYMBOLS.items():
        apps.get_model("organisations", "OrganisationType").objects.filter(code=code).update(symbol=symbol)


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_levels_and_types'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisationtype',
            name='symbol',
            field=models.CharField(blank=True, help_text='For organisations of this type that have no symbol of their own (domain.md §8.2).', max_length=20, verbose_name='symbol on documents'),
        ),
        migrations.AddField(
            model_name='user',
            name='password_is_first',
            field=models.BooleanField(default=False, verbose_name='first password, to be changed'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
