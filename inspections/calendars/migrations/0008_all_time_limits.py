"""All time limits that were found, with their source and certainty (domain.md §4.2), and the working week.

What was not found has a row without an amount, so that the screens say who must fill it in. A row that an
administrator has made or changed stays as it is."""

import datetime

from django.db import migrations

FIRST = datetime.date(2020, 1, 1)
NOT_FOUND = "chưa tìm thấy văn bản quy định thời hạn"
LAO_CAI = "299-QĐ/TU của Tỉnh uỷ Lào Cai (số của một tỉnh, nơi khác đặt quy tắc của mình)"
SUPERVISION = "HD 02-HD/UBKTTW 2017 (căn cứ 86-QĐ/TW đã hết hiệu lực; cần xác nhận)"
AGENCIES = "331-QĐ/TW"
COMPLAINTS = "quy định thời 30-QĐ/TW, cần xác nhận"
CUSTOMS = "thực tế của Hải quan khu vực VIII (một đơn vị, không phải quy định chung)"

# kind, level, step, amount, unit, start event, extension (part, amount), basis, certainty
NONE = (None, None)
THIRD = (3, None)
RULES = [
    ("GSCD", "central", "verify", 45, "working", "self_reports", THIRD, SUPERVISION, "U"),
    ("", "central", "agency_case", 60, "calendar", "announcement", THIRD, AGENCIES, "C1"),
    ("", "province", "agency_case", 45, "calendar", "announcement", THIRD, AGENCIES, "C1"),
    ("", "commune", "agency_case", 20, "calendar", "announcement", THIRD, AGENCIES, "C1"),
    ("", None, "agency_period", 5, "year", "signing", NONE, AGENCIES, "C1"),
    ("", "base", "examined_period", 24, "month", "signing", NONE, f"chi bộ cơ sở: {LAO_CAI}", "C1"),
    ("", "cell", "examined_period", 18, "month", "signing", NONE, f"chi bộ trực thuộc: {LAO_CAI}", "C1"),
    ("", "cell", "start", 3, "working", "signing", NONE, "mẫu của phường An Phú (một nơi)", "C1"),
    ("KTCH", None, "advance_notice", 10, "calendar", "work_begins", NONE, CUSTOMS, "C1"),
    ("KTDH", None, "advance_notice", 10, "calendar", "work_begins", NONE, CUSTOMS, "C1"),
    ("GSCD", None, "advance_notice", 7, "calendar", "work_begins", NONE, CUSTOMS, "C1"),
    ("", "central", "resolve_denunciation", 180, "calendar", "receipt", NONE, "164-QĐ/TW", "C1"),
    ("", "province", "resolve_denunciation", None, "working", "receipt", NONE, NOT_FOUND, "U"),
    ("", "commune", "resolve_denunciation", None, "working", "receipt", NONE, NOT_FOUND, "U"),
    ("", "base", "resolve_denunciation", 90, "working", "receipt", (None, 30), "hỏi đáp của UBKTTW", "C1"),
    ("", "province", "before_congress", 30, "working", "congress", NONE, "hướng dẫn trước đại hội", "C1"),
    ("", "commune", "before_congress", 30, "working", "congress", NONE, "hướng dẫn trước đại hội", "C1"),
    ("", "base", "before_congress", 25, "working", "congress", NONE, "hướng dẫn trước đại hội", "C1"),
    (
        "", None, "file_complaint", 30, "calendar", "decision_announced", NONE,
        "296-QĐ/TW Điều 25.1 (các nguồn nói khác nhau: ngày thường hay ngày làm việc)", "U",
    ),
    ("", "central", "resolve_complaint", 180, "working", "receipt", NONE, COMPLAINTS, "C1"),
    ("", "province", "resolve_complaint", 90, "working", "receipt", NONE, COMPLAINTS, "C1"),
    ("", "commune", "resolve_complaint", 90, "working", "receipt", NONE, COMPLAINTS, "C1"),
    ("", "base", "resolve_complaint", 90, "working", "receipt", NONE, COMPLAINTS, "C1"),
    ("", None, "suspension", 90, "calendar", "suspending", (None, 30), "21-QĐ/TW", "C1"),
    ("", "cell", "discipline_decision", 10, "calendar", "vote", NONE, "21-QĐ/TW", "C1"),
    ("", None, "notify_party", 5, "calendar", "decision", NONE, "296-QĐ/TW Điều 8.5", "C2"),
    ("", None, "discipline_lapses", 1, "year", "decision", NONE, "21-QĐ/TW (nếu không tái phạm)", "C1"),
    ("", "cell", "upload_meeting", 2, "calendar", "meeting", NONE, "42-HD/BTCTW", "C2"),
    (
        "", None, "correction_report", None, "calendar", "notice_announcement", NONE,
        "ngày ghi trong thông báo kết luận; chưa tìm thấy thời hạn chung", "C2",
    ),
    ("", None, "judge_plan", None, "working", "handed_in", NONE, NOT_FOUND, "U"),
    ("", None, "judge_report", None, "working", "handed_in", NONE, NOT_FOUND, "U"),
    *[
        (kind, level, "verify", None, "working", "self_reports", NONE, NOT_FOUND, "U")
        for kind in ("KTCH", "KTDH")
        for level in ("province", "commune", "base")
    ],
]  # fmt: skip


def seed(apps, schema_editor):
    level_model = apps.get_model("organisations", "Level")
    levels = {level.code: level for level in level_model.objects.all()}
    if "central" not in levels and not level_model.objects.filter(rank=0).exists():
        levels["central"] = level_model.objects.create(code="central", name="Trung ương", rank=0)
    rules = apps.get_model("calendars", "TimeLimitRule").objects
    rules.filter(organisation=None, amount=None, legal_basis="").update(legal_basis=NOT_FOUND)
    rules.filter(legal_basis="299-QĐ/TU (ví dụ của một tỉnh)").update(legal_basis=LAO_CAI)
    for kind, code, step, amount, unit, event, (part, most), basis, certainty in RULES:
        level = levels.get(code)
        if code is not None and level is None:
            continue
        if rules.filter(kind=kind, level=level, step=step, organisation=None).exists():
            continue
        rules.create(
            kind=kind,
            level=level,
            step=step,
            amount=amount,
            unit=unit,
            start_event=event,
            extension_part=part,
            extension_amount=most,
            legal_basis=basis,
            valid_from=FIRST,
            certainty=certainty,
        )
    # the mark says it: so the name stays when the decree is there
    undecreed = " (chưa có quyết định)"
    for day in apps.get_model("calendars", "CalendarDay").objects.filter(name__endswith=undecreed):
        day.name = day.name.removesuffix(undecreed)
        day.save(update_fields=["name"])
    weeks = apps.get_model("calendars", "WorkingWeek").objects
    if not weeks.filter(organisation=None).exists():
        weeks.create(
            weekdays="01234", valid_from=datetime.date(1999, 10, 2), legal_basis="Quyết định 188/1999/QĐ-TTg"
        )


class Migration(migrations.Migration):
    dependencies = [("calendars", "0007_working_weeks_and_events"), ("organisations", "0007_types_can_be_ended")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
