"""The kinds of work, papers, procedures and team limits as read in public sources (domain.md §2.2, §3, §4)."""

from django.db import migrations

KINDS = [
    ("KTCH", "Kiểm tra chấp hành", "inspection", True),
    ("GSCD", "Giám sát chuyên đề", "supervision", True),
    ("KTDH", "Kiểm tra khi có dấu hiệu vi phạm", "inspection", True),
    ("KTNV", "Kiểm tra thực hiện nhiệm vụ kiểm tra, giám sát", "inspection", True),
    ("KTKL", "Kiểm tra việc thi hành kỷ luật đảng", "inspection", True),
    ("KTTC", "Kiểm tra tài chính đảng", "inspection", True),
    ("GSTX", "Giám sát thường xuyên", "supervision", False),
]
PAPERS = [
    ("decision", "Quyết định", "QĐ", True),
    ("plan", "Kế hoạch", "KH", True),
    ("outline", "Đề cương gợi ý báo cáo", "", True),
    ("schedule", "Lịch làm việc, phân công", "", False),
    ("team_minutes", "Biên bản họp đoàn", "BB", False),
    ("announcement_minutes", "Biên bản triển khai quyết định, kế hoạch", "BB", True),
    ("self_report", "Báo cáo tự kiểm tra", "BC", False),
    ("supplement", "Báo cáo bổ sung, giải trình", "BC", False),
    ("working_minutes", "Biên bản làm việc", "BB", False),
    ("verification_minutes", "Biên bản thẩm tra, xác minh", "BB", False),
    ("evidence", "Tài liệu, chứng cứ", "", False),
    ("draft_report", "Dự thảo báo cáo kết quả", "BC", True),
    ("explanation", "Báo cáo giải trình, tiếp thu", "BC", False),
    ("conference_minutes", "Biên bản hội nghị", "BB", True),
    ("result_report", "Báo cáo kết quả", "BC", False),
    ("submission", "Tờ trình", "TTr", False),
    ("appraisal", "Báo cáo thẩm định", "BC", False),
    ("minutes_extract", "Trích biên bản phiên họp", "BB", False),
    ("notice", "Thông báo kết luận", "TB", True),
    ("notice_minutes", "Biên bản công bố thông báo kết luận", "BB", True),
    ("dossier_index", "Mục lục hồ sơ", "", False),
    ("handover", "Biên bản bàn giao hồ sơ", "BB", False),
]
COMMITTEE = "89-QĐ/TW; 21-QĐ/TW"
INSPECTION = "354-QĐ/UBKTTW; 21-QĐ/TW"
CELL = "21-QĐ/TW; quy định của tỉnh về kiểm tra, giám sát của chi bộ"
# kind, body, flow, basis, needs team, available
PROCEDURES = [
    ("KTCH", "standing_committee", "formal", COMMITTEE, True, True),
    ("KTCH", "inspection_committee", "formal", INSPECTION, True, True),
    ("KTCH", "cell", "cell", CELL, False, True),
    ("GSCD", "standing_committee", "formal", COMMITTEE, True, True),
    ("GSCD", "inspection_committee", "formal", INSPECTION, True, True),
    ("GSCD", "cell", "cell", CELL, False, True),
    ("KTDH", "inspection_committee", "formal", INSPECTION, True, True),
    ("KTDH", "standing_committee", "formal", COMMITTEE, True, True),
    ("KTDH", "cell", "cell", CELL, False, True),
    ("KTNV", "inspection_committee", "formal", INSPECTION, True, True),
    ("KTKL", "inspection_committee", "formal", INSPECTION, True, True),
    ("KTTC", "inspection_committee", "formal", INSPECTION, True, True),
]
# flow -> step -> (paper that must be there, clock)
STEPS = {
    "formal": {
        "announce": (None, "announce"),
        "self_report": (None, "self_report"),
        "verify": ("working_minutes", "verify"),
        "close_dossier": (None, "close_dossier"),
    },
    "cell": {
        "announce": (None, "announce"),
        "conclude": ("working_minutes", "whole_case"),
        "close_dossier": (None, "close_dossier"),
    },
}
# level, at least, at most, source
LIMITS = [("cell", 1, 5, "quy định của một tỉnh (ví dụ)"), (None, 3, None, "tập quán; quy định về đoàn kiểm tra")]


def seed(apps, schema_editor):
    def model(name):
        return apps.get_model("cases", name)

    kinds = {
        code: model("CaseKind").objects.create(code=code, name=name, nature=nature, has_case=has_case)
        for code, name, nature, has_case in KINDS
    }
    papers = {
        code: model("PaperKind").objects.create(code=code, name=name, symbol=symbol, is_for_subject=for_subject)
        for code, name, symbol, for_subject in PAPERS
    }
    for kind, body, flow, basis, needs_team, available in PROCEDURES:
        procedure = model("Procedure").objects.create(
            kind=kinds[kind],
            body=body,
            flow=flow,
            legal_basis=basis,
            needs_team=needs_team,
            is_available=available,
        )
        for step, (paper, clock) in STEPS[flow].items():
            model("ProcedureStep").objects.create(
                procedure=procedure, step=step, needs_paper=papers.get(paper), clock=clock
            )
    levels = {level.code: level for level in apps.get_model("organisations", "Level").objects.all()}
    for level, at_least, at_most, source in LIMITS:
        model("TeamLimit").objects.create(
            level=levels.get(level), at_least=at_least, at_most=at_most, source=source
        )


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial"), ("organisations", "0002_levels_and_types")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
