"""What was done to a row is found in whatever chain it stands: meetings pass from one cell to another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0005_who_keeps_the_tables"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["about_type", "about_id"], name="audit_entry_about"),
        ),
    ]
