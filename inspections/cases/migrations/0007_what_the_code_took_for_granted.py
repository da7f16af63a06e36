"""What was written in the code until now, as rows: dossier, free papers, majorities (domain.md §4.1, §4.9)."""

import datetime

from django.db import migrations

DOSSIER = ["decision", "plan", "announcement_minutes", "self_report", "minutes_extract", "notice_minutes"]
FREE = ["working_minutes", "verification_minutes", "team_minutes", "evidence"]
HALF = "Điều lệ Đảng, Điều 9 (cần xác nhận cho phiên họp kết luận)"
LIMITS = {"cell": "C1", None: "U"}


def seed(apps, schema_editor):
    def model(name):
        return apps.get_model("cases", name)

    papers = model("PaperKind").objects
    papers.filter(code__in=FREE).update(is_free=True, needs_day=True)
    papers.filter(code="evidence").update(needs_day=False)
    dossier = list(papers.filter(code__in=DOSSIER))
    for procedure in model("Procedure").objects.all():
        procedure.dossier.set(dossier)
    model("Majority").objects.create(
        body="", source=HALF, certainty="U", valid_from=datetime.date(2020, 1, 1)
    )
    for level, certainty in LIMITS.items():
        model("TeamLimit").objects.filter(level__code=level).update(certainty=certainty)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_tables_for_literals")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
