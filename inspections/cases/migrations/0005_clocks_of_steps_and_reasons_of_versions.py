"""The clock of a step is obeyed: the steps name the limits they run under. A new version of a paper says why."""

from django.db import migrations, models

# flow -> step -> the time limit it runs under, where the procedure names none yet
CLOCKS = {
    "formal": {"draft_report": "verify", "report": "verify", "conclude": "whole_case"},
    "cell": {"report": "whole_case"},
}


def name_clocks(apps, schema_editor):
    steps = apps.get_model("cases", "ProcedureStep").objects
    # the day of a self-report is set when the case is announced, not by a limit
    steps.filter(clock="self_report").update(clock="")
    for procedure in apps.get_model("cases", "Procedure").objects.all():
        for step, clock in CLOCKS[procedure.flow].items():
            row, _made = steps.get_or_create(procedure=procedure, step=step)
            if not row.clock:
                row.clock = clock
                row.save(update_fields=["clock"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_paper_of_reserved_opinions")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="reason",
            field=models.TextField(blank=True, default="", verbose_name="why this version"),
            preserve_default=False,
        ),
        migrations.RunPython(name_clocks, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="procedurestep",
            name="clock",
            field=models.CharField(
                blank=True,
                choices=[
                    ("announce", "Announce the decision and plan"),
                    ("verify", "Verify and report"),
                    ("whole_case", "Carry out the case"),
                    ("close_dossier", "Hand over the dossier"),
                ],
                max_length=40,
                verbose_name="time limit it runs under",
            ),
        ),
    ]
