"""The criteria set that was found, with source and certainty of each line (domain.md §6.4).

The frame is that of the guidance; bands, shares and the names of the lines were read in one or two places only, and an
administrator sets others. A set for all that is there already stays as it is."""

import datetime

from django.db import migrations

AN_PHU = "mẫu chấm điểm của phường An Phú (một nơi)"
NAMES = "điểm theo mẫu của phường An Phú; tên nội dung theo các bước sinh hoạt, cần xác nhận"
FRAME = "42-HD/BTCTW (khung 100 điểm, 7 nhóm)"
SHARES = "mức 5/4/3/2/1 theo mẫu của phường An Phú; mốc phần trăm tạm đặt, cần xác nhận"
LEAD = "42-HD/BTCTW (tài liệu gửi trước ít nhất 1 ngày); mức điểm tạm đặt, cần xác nhận"
UPLOAD = "42-HD/BTCTW (gửi kết quả trong 2 ngày); mức điểm tạm đặt, cần xác nhận"
NOTE = (
    "Thời lượng 120 phút: có nơi áp dụng cho chi bộ từ 30 đảng viên, có nơi cho buổi kết hợp định kỳ và chuyên đề. "
    "Nhóm 4: có nơi chia 30 + 10, có nơi chia 5 + 25 + 10. Tỷ lệ dự sinh hoạt phấn đấu 90 % (hướng dẫn năm 2018: 85 %)."
)

# title, points, [title, points, measure, bands (from, points, more than), source, certainty]
SET = [
    (
        "Thời gian, thời lượng sinh hoạt", 5,
        [
            (
                "Bảo đảm thời lượng sinh hoạt", 5, "length",
                [(0, 1, False), (60, 2, False), (75, 3, False), (90, 4, False), (100, 5, False)], SHARES, "U",
            ),
        ],
    ),
    (
        "Tỷ lệ đảng viên dự sinh hoạt", 5,
        [
            (
                "Tỷ lệ đảng viên dự sinh hoạt", 5, "attendance",
                [(0, 1, False), (65, 2, False), (75, 3, False), (90, 4, False)], AN_PHU, "C1",
            ),
        ],
    ),
    (
        "Chuẩn bị sinh hoạt", 10,
        [
            ("Phân công chuẩn bị nội dung", 3, "", [], NAMES, "U"),
            ("Chi uỷ họp thống nhất nội dung, có biên bản", 2, "", [], NAMES, "U"),
            ("Dự thảo báo cáo, nghị quyết được chuẩn bị chu đáo", 2, "", [], NAMES, "U"),
            ("Thông báo sinh hoạt đến từng đảng viên", 1, "", [], NAMES, "U"),
            ("Gửi tài liệu trước buổi sinh hoạt", 2, "documents", [(0, 0, False), (100, 2, False)], LEAD, "U"),
        ],
    ),
    (
        "Tổ chức sinh hoạt", 40,
        [
            (
                "Tỷ lệ đảng viên phát biểu", 5, "speaking",
                [(0, 2, False), (30, 3, False), (40, 4, False), (50, 5, True)], AN_PHU, "C1",
            ),
            ("Nội dung sinh hoạt và thảo luận", 25, "", [], "chia 5 + 25 + 10 theo phần mềm của Bắc Ninh (một nơi)", "C1"),
            ("Điều hành sinh hoạt", 10, "", [], AN_PHU, "C1"),
        ],
    ),
    (
        "Chấp hành nguyên tắc", 5,
        [
            ("Tập trung dân chủ", 1, "", [], NAMES, "U"),
            ("Tự phê bình và phê bình", 2, "", [], NAMES, "U"),
            ("Đoàn kết, kỷ luật trong sinh hoạt", 1, "", [], NAMES, "U"),
            ("Đóng đảng phí đúng quy định", 1, "", [], NAMES, "U"),
        ],
    ),
    (
        "Kết quả lãnh đạo thực hiện nghị quyết kỳ trước", 30,
        [
            (
                "Tỷ lệ việc của nghị quyết kỳ trước đã hoàn thành", 30, "resolution",
                [(0, 10, False), (50, 15, False), (60, 20, False), (70, 24, False), (80, 27, False), (90, 30, False)],
                AN_PHU, "C1",
            ),
        ],
    ),
    (
        "Kết thúc sinh hoạt", 5,
        [
            ("Kết luận, phân công có thời hạn", 2, "", [], NAMES, "U"),
            ("Thông qua nghị quyết, biên bản; tự chấm điểm", 2, "", [], NAMES, "U"),
            ("Gửi kết quả sinh hoạt đúng hạn", 1, "upload", [(0, 0, False), (100, 1, False)], UPLOAD, "U"),
        ],
    ),
]  # fmt: skip
# an unexcused absence bounds the rate at 1 point; 1 more where nobody was excused more than 3 times running
ADJUSTMENTS = [("cap", 1, 0), ("bonus", 1, 3)]


def seed(apps, schema_editor):
    sets = apps.get_model("meetings", "CriteriaSet").objects
    if sets.filter(organisation=None).exists():
        return
    made = sets.create(
        organisation=None,
        name="Khung chấm điểm chất lượng sinh hoạt chi bộ",
        minutes=90,
        many=30,
        minutes_of_many=120,
        documents_hours=24,
        good_from=90,
        fair_from=70,
        average_from=50,
        note=NOTE,
        legal_basis=FRAME,
        certainty="C2",
        valid_from=datetime.date(2025, 10, 28),
    )
    for place, (title, points, lines) in enumerate(SET, start=1):
        criterion = apps.get_model("meetings", "Criterion").objects.create(
            criteria_set=made, position=place, title=title, points=points
        )
        for number, (words, most, measure, bands, source, certainty) in enumerate(lines, start=1):
            line = apps.get_model("meetings", "Line").objects.create(
                criterion=criterion,
                position=number,
                title=words,
                points=most,
                measure=measure,
                source=source,
                certainty=certainty,
            )
            for start, given, is_above in bands:
                apps.get_model("meetings", "Band").objects.create(line=line, start=start, points=given, is_above=is_above)
            if measure == "attendance":
                for kind, given, more_than in ADJUSTMENTS:
                    apps.get_model("meetings", "Adjustment").objects.create(
                        line=line, kind=kind, points=given, more_than=more_than
                    )


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_criteria_sets")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
