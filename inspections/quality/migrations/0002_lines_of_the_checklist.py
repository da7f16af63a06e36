"""The lines of the checklist as read in public sources (domain.md §1.5, §6.1, §6.7); all of it is data."""

import datetime

from django.db import migrations

SINCE = datetime.date(2025, 10, 28)
RULES = "42-HD/BTCTW"
SEEN = "Hạn chế thường gặp khi kiểm tra, giám sát sinh hoạt chi bộ"
# code, title, what is asked, measure, limit, whether the guidance names it, wording, source, certainty
LINES = [
    ("cadence", "Nền nếp sinh hoạt định kỳ", "Mỗi tháng chi bộ có sinh hoạt định kỳ không?", "cadence", 0, True,
     "Chi bộ chưa duy trì nền nếp sinh hoạt định kỳ hằng tháng.", RULES, "C2"),
    ("thematic", "Sinh hoạt chuyên đề", "Mỗi quý chi bộ có ít nhất một buổi sinh hoạt chuyên đề không?", "thematic", 0,
     True, "Chi bộ chưa tổ chức đủ sinh hoạt chuyên đề mỗi quý một lần.", RULES, "C2"),
    ("length", "Thời lượng sinh hoạt", "Buổi sinh hoạt có đủ thời lượng so với quy mô chi bộ không? Có đến muộn, về "
     "sớm không?", "length", 0, True, "Thời lượng một số buổi sinh hoạt chưa bảo đảm.", RULES, "C2"),
    ("attendance", "Tỷ lệ đảng viên dự sinh hoạt", "Đảng viên dự sinh hoạt có đạt tỷ lệ không? Vắng có lý do, không lý "
     "do thế nào?", "attendance", 90, True, "Tỷ lệ đảng viên dự sinh hoạt chưa đạt yêu cầu.", RULES, "C2"),
    ("absent", "Đảng viên vắng nhiều kỳ liên tiếp", "Có đảng viên vắng nhiều kỳ liên tiếp mà chi bộ chưa nhắc nhở, xử lý "
     "không?", "absent", 2, False, "Có đảng viên vắng sinh hoạt nhiều kỳ liên tiếp, chi bộ chưa kịp thời nhắc nhở.",
     "Mẫu 01CB", "D"),
    ("contents", "Phân công chuẩn bị nội dung", "Từng nội dung có phân công người chuẩn bị không?", "contents", 0, True,
     "Việc phân công chuẩn bị nội dung sinh hoạt chưa cụ thể.", RULES, "C2"),
    ("committee", "Chi uỷ họp chuẩn bị", "Chi uỷ có họp chuẩn bị trước mỗi buổi sinh hoạt, có biên bản không?", "", 0,
     True, "Chi uỷ chưa họp chuẩn bị nội dung sinh hoạt, hoặc họp không có biên bản.", RULES, "C2"),
    ("preparation", "Thông báo, chương trình, tài liệu", "Chương trình, thông báo và tài liệu có đến đảng viên trước ít "
     "nhất một ngày không?", "preparation", 0, True, "Thông báo, tài liệu sinh hoạt chưa gửi đảng viên đúng thời gian.",
     RULES, "C2"),
    ("speaking", "Phát biểu, thảo luận", "Bao nhiêu đảng viên phát biểu? Ý kiến có thực chất không?", "speaking", 30,
     False, "Ít đảng viên phát biểu, thảo luận trong sinh hoạt.", "Hướng dẫn chấm điểm của một xã", "C1"),
    ("minutes", "Sổ biên bản, trình tự sinh hoạt", "Biên bản, kết luận có đầy đủ, đúng trình tự không?", "minutes", 0,
     True, "Ghi biên bản, kết luận buổi sinh hoạt chưa đầy đủ.", RULES, "C2"),
    ("assigning", "Nghị quyết, phân công thực hiện", "Nghị quyết, kết luận có giao rõ người, rõ việc, rõ thời hạn "
     "không?", "assigning", 0, True, "Nghị quyết, kết luận chưa phân công rõ người, rõ thời hạn thực hiện.",
     f"{RULES}; {SEEN}", "C2"),
    ("carried-out", "Kết quả thực hiện nghị quyết kỳ trước", "Việc được giao có hoàn thành đúng thời hạn không?",
     "carried_out", 90, True, "Nhiệm vụ được phân công hoàn thành chậm, tỷ lệ chưa đạt yêu cầu.", RULES, "C2"),
    ("handed-in", "Báo cáo kết quả sinh hoạt", "Kết quả sinh hoạt có gửi cấp trên đúng thời hạn không?", "handed_in", 0,
     True, "Việc báo cáo kết quả sinh hoạt chưa đúng thời hạn.", RULES, "C2"),
    ("scoring", "Tự chấm điểm, xếp loại", "Điểm tự chấm có sát thực tế, có lệch so với cấp trên, đoàn kiểm tra không?",
     "scoring", 0, True, "Tự chấm điểm, xếp loại sinh hoạt chưa sát thực tế, còn nể nang.", f"{RULES}; {SEEN}", "C2"),
    ("dues", "Thu, nộp đảng phí", "Đảng phí có thu, ghi chép và nộp đúng quy định không?", "dues", 0, False,
     "Thu, nộp, ghi chép đảng phí chưa đúng quy định.", SEEN, "C2"),
    ("criticism", "Tự phê bình và phê bình", "Đảng viên có tự phê bình và phê bình, có nể nang, né tránh không?", "", 0,
     True, "Tự phê bình và phê bình còn hạn chế, còn biểu hiện nể nang, né tránh.", f"{RULES}; {SEEN}", "C2"),
    ("notices", "Khắc phục theo thông báo trước", "Yêu cầu của những thông báo kết luận trước đã khắc phục xong chưa?",
     "notices", 0, False, "Chưa khắc phục xong hạn chế, khuyết điểm theo thông báo kết luận trước.", SEEN, "C2"),
]  # fmt: skip


def seed(apps, schema_editor):
    guidance = apps.get_model("calendars", "LegalInstrument").objects.filter(symbol=RULES).first()
    lines = apps.get_model("quality", "ChecklistLine").objects
    for position, (code, title, asked, measure, limit, is_named, wording, source, certainty) in enumerate(LINES, start=1):
        lines.create(
            code=code,
            position=position,
            title=title,
            asked=asked,
            measure=measure,
            limit=limit,
            instrument=guidance if is_named else None,
            wording=wording,
            source=source,
            certainty=certainty,
            valid_from=SINCE,
        )


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial"), ("calendars", "0002_first_days_rules_instruments")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
