"""Holidays 2025–2027, the rules and the instruments as read in public sources (domain.md §1, §4.2, §9).

What is unsure is marked so; an administrator corrects it with its paper."""

import datetime

from django.db import migrations

D = datetime.date
LABOUR = "Bộ luật Lao động 2019, Điều 112"
CULTURE = "Nghị quyết 28/2026/QH16"

# day, kind, name, basis, provisional
DAYS = [
    (D(2025, 1, 1), "rest", "Tết Dương lịch", LABOUR, False),
    *[(D(2025, 1, day), "rest", "Tết Nguyên đán", LABOUR, False) for day in range(27, 32)],
    (D(2025, 4, 7), "rest", "Giỗ Tổ Hùng Vương", LABOUR, False),
    (D(2025, 4, 26), "worked", "Làm bù cho ngày 02/5/2025", "", False),
    (D(2025, 4, 30), "rest", "Ngày Chiến thắng", LABOUR, False),
    (D(2025, 5, 1), "rest", "Ngày Quốc tế Lao động", LABOUR, False),
    (D(2025, 5, 2), "rest", "Nghỉ hoán đổi", "", False),
    (D(2025, 9, 1), "rest", "Quốc khánh", LABOUR, False),
    (D(2025, 9, 2), "rest", "Quốc khánh", LABOUR, False),
    (D(2026, 1, 1), "rest", "Tết Dương lịch", LABOUR, False),
    (D(2026, 1, 2), "rest", "Nghỉ hoán đổi", "", False),
    (D(2026, 1, 10), "worked", "Làm bù cho ngày 02/01/2026", "", False),
    *[(D(2026, 2, day), "rest", "Tết Nguyên đán", LABOUR, False) for day in range(16, 21)],
    (D(2026, 4, 26), "rest", "Giỗ Tổ Hùng Vương", LABOUR, False),
    (D(2026, 4, 27), "rest", "Nghỉ bù Giỗ Tổ Hùng Vương", LABOUR, False),
    (D(2026, 4, 30), "rest", "Ngày Chiến thắng", LABOUR, False),
    (D(2026, 5, 1), "rest", "Ngày Quốc tế Lao động", LABOUR, False),
    (D(2026, 8, 22), "worked", "Làm bù cho ngày 31/8/2026 (cần xác nhận)", "", False),
    (D(2026, 8, 31), "rest", "Nghỉ hoán đổi", "", False),
    (D(2026, 9, 1), "rest", "Quốc khánh", LABOUR, False),
    (D(2026, 9, 2), "rest", "Quốc khánh", LABOUR, False),
    (D(2026, 11, 24), "rest", "Ngày Văn hóa Việt Nam", CULTURE, False),
    (D(2027, 1, 1), "rest", "Tết Dương lịch", LABOUR, True),
    *[(D(2027, 2, day), "rest", "Tết Nguyên đán (chưa có quyết định)", LABOUR, True) for day in range(4, 11)],
    (D(2027, 4, 16), "rest", "Giỗ Tổ Hùng Vương", LABOUR, True),
    (D(2027, 4, 30), "rest", "Ngày Chiến thắng", LABOUR, True),
    (D(2027, 5, 1), "rest", "Ngày Quốc tế Lao động", LABOUR, True),
    (D(2027, 5, 3), "rest", "Nghỉ bù Ngày Quốc tế Lao động", LABOUR, True),
    (D(2027, 9, 2), "rest", "Quốc khánh", LABOUR, True),
    (D(2027, 9, 3), "rest", "Quốc khánh (chưa có quyết định)", LABOUR, True),
    (D(2027, 11, 24), "rest", "Ngày Văn hóa Việt Nam", CULTURE, True),
]

# symbol, title, from, to, replaces, certainty
INSTRUMENTS = [
    ("30-QĐ/TW", "Kiểm tra, giám sát và kỷ luật của Đảng", D(2016, 7, 26), D(2021, 7, 27), None, "C2"),
    ("22-QĐ/TW", "Công tác kiểm tra, giám sát và kỷ luật của Đảng", D(2021, 7, 28), D(2025, 5, 29), "30-QĐ/TW", "C2"),
    ("296-QĐ/TW", "Công tác kiểm tra, giám sát và kỷ luật của Đảng", D(2025, 5, 30), D(2026, 4, 10), "22-QĐ/TW", "C2"),
    ("21-QĐ/TW", "Công tác kiểm tra, giám sát và kỷ luật của Đảng", D(2026, 4, 11), None, "296-QĐ/TW", "U"),
    ("37-QĐ/TW", "Những điều đảng viên không được làm", D(2021, 10, 25), D(2026, 7, 25), None, "C2"),
    ("207-QĐ/TW", "Những điều đảng viên không được làm", D(2026, 7, 26), None, "37-QĐ/TW", "C2"),
    ("208-QĐ/TW", "Thi hành Điều lệ Đảng", D(2026, 7, 26), None, None, "C2"),
    ("69-QĐ/TW", "Kỷ luật tổ chức đảng, đảng viên vi phạm", D(2022, 7, 6), D(2026, 8, 16), None, "C2"),
    ("212-QĐ/TW", "Kỷ luật tổ chức đảng, đảng viên vi phạm", D(2026, 8, 17), None, "69-QĐ/TW", "C2"),
    ("12-HD/BTCTW", "Nội dung sinh hoạt chi bộ", D(2018, 7, 6), D(2025, 10, 27), None, "C2"),
    ("42-HD/BTCTW", "Quy trình, đánh giá chất lượng sinh hoạt chi bộ", D(2025, 10, 28), None, "12-HD/BTCTW", "C2"),
    ("50-CT/TW", "Đổi mới, nâng cao chất lượng sinh hoạt chi bộ", D(2025, 7, 23), None, None, "C2"),
    ("89-QĐ/TW", "Quy trình kiểm tra, giám sát, kỷ luật của cấp uỷ", D(2022, 12, 1), None, None, "U"),
    ("354-QĐ/UBKTTW", "Quy trình kiểm tra, giám sát của uỷ ban kiểm tra", D(2021, 12, 22), None, None, "U"),
    ("399-QĐ/TW", "Thể loại, thẩm quyền, thể thức văn bản của Đảng", D(2026, 1, 9), None, None, "C2"),
]

SUPERVISION = "HD 02-HD/UBKTTW 2017 (căn cứ 86-QĐ/TW đã hết hiệu lực; cần xác nhận)"
REPORT = "khi nhận báo cáo của đối tượng"
# kind, level, step, amount, unit, start event, extension part, extended by, basis, certainty
RULES = [
    ("GSCD", "province", "verify", 30, "working", REPORT, 3, "cơ quan giám sát", SUPERVISION, "U"),
    ("GSCD", "commune", "verify", 25, "working", REPORT, 3, "cơ quan giám sát", SUPERVISION, "U"),
    ("GSCD", "base", "verify", 20, "working", REPORT, 3, "cơ quan giám sát", SUPERVISION, "U"),
    ("KTCH", "province", "verify", None, "working", "", None, "", "", "U"),
    ("KTCH", "commune", "verify", None, "working", "", None, "", "", "U"),
    ("KTCH", "cell", "whole_case", 30, "calendar", "ngày ký quyết định", None, "", "299-QĐ/TU (ví dụ của một tỉnh)", "C1"),
    ("KTDH", "cell", "whole_case", 45, "calendar", "ngày ký quyết định", None, "", "299-QĐ/TU (ví dụ của một tỉnh)", "C1"),
    ("GSCD", "cell", "whole_case", 30, "calendar", "ngày ký quyết định", 3, "chi bộ", "299-QĐ/TU (ví dụ của một tỉnh)", "C1"),
    ("", "cell", "announce", 5, "working", "ngày ký quyết định", None, "", "299-QĐ/TU (ví dụ của một tỉnh)", "C1"),
    ("", None, "close_dossier", 15, "working", "ngày công bố kết luận", None, "", "02-QĐ/UBKTTW 2018", "C1"),
]


def seed(apps, schema_editor):
    day_model = apps.get_model("calendars", "CalendarDay")
    day_model.objects.bulk_create(
        day_model(day=day, kind=kind, name=name, legal_basis=basis, is_provisional=provisional)
        for day, kind, name, basis, provisional in DAYS
    )
    instrument_model = apps.get_model("calendars", "LegalInstrument")
    made = {}
    for symbol, title, valid_from, valid_to, replaces, certainty in INSTRUMENTS:
        made[symbol] = instrument_model.objects.create(
            symbol=symbol,
            title=title,
            valid_from=valid_from,
            valid_to=valid_to,
            replaces=made.get(replaces),
            certainty=certainty,
        )
    levels = {level.code: level for level in apps.get_model("organisations", "Level").objects.all()}
    rule_model = apps.get_model("calendars", "TimeLimitRule")
    for kind, level, step, amount, unit, event, part, extended_by, basis, certainty in RULES:
        rule_model.objects.create(
            kind=kind,
            level=levels.get(level),
            step=step,
            amount=amount,
            unit=unit,
            start_event=event,
            extension_part=part,
            extended_by=extended_by,
            legal_basis=basis,
            valid_from=D(2020, 1, 1),
            certainty=certainty,
        )


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial"), ("organisations", "0002_levels_and_types")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
