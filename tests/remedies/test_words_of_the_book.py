"""What the words of a running book say of time and result: one line of the table a habit."""

import datetime
import unicodedata

import pytest

from inspections.calendars.rules import Limit, Unit, Words
from inspections.remedies.imports.rules import DueTold, NoYear, ResultTold, read_due, read_result

BEFORE, AT_LATEST = Words.BEFORE, Words.AT_LATEST
DAY, WORKING, MONTH, YEAR = Unit.CALENDAR, Unit.WORKING, Unit.MONTH, Unit.YEAR


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "words", "named"),
    [
        ("trước ngày 30/6/2026", BEFORE, "2026-06-30"),
        ("Trước 30/11/2026", BEFORE, "2026-11-30"),
        ("hoàn thành trước ngày 09/12/2025.", BEFORE, "2025-12-09"),
        ("trước ngày 30 tháng 6 năm 2026", BEFORE, "2026-06-30"),
        ("xong trước 5.12.2025", BEFORE, "2025-12-05"),
        ("trước tháng 10/2026", BEFORE, "2026-10-01"),
        ("trước Quý IV/2026", BEFORE, "2026-10-01"),
        ("trước 17h ngày 30/6/2026", AT_LATEST, "2026-06-30"),
        ("trước hết ngày 30/6/2026", AT_LATEST, "2026-06-30"),
        ("chậm nhất 31/7/2026", AT_LATEST, "2026-07-31"),
        ("Chậm nhất là ngày 31-7-2026", AT_LATEST, "2026-07-31"),
        ("đến hết ngày 6/6/2026", AT_LATEST, "2026-06-06"),
        ("đến ngày 28/04/2026", AT_LATEST, "2026-04-28"),
        ("không quá ngày 28/04/2026", AT_LATEST, "2026-04-28"),
        ("14/07/2026", AT_LATEST, "2026-07-14"),
        ("14/7/26", AT_LATEST, "2026-07-14"),
        ("2026-07-14", AT_LATEST, "2026-07-14"),
        ("ngày 14 tháng 7 năm 2026", AT_LATEST, "2026-07-14"),
        ("29/2/2028", AT_LATEST, "2028-02-29"),
        ("từ 01/6/2026 đến 30/6/2026", AT_LATEST, "2026-06-30"),
        ("01/6/2026 - 30/6/2026", AT_LATEST, "2026-06-30"),
        ("30/6/2026, gia hạn đến 31/7/2026", AT_LATEST, "2026-07-31"),
        ("Quý IV/2026", AT_LATEST, "2026-12-31"),
        ("quý 4 năm 2026", AT_LATEST, "2026-12-31"),
        ("hết quý III/2026", AT_LATEST, "2026-09-30"),
        ("Quý I, II/2026", AT_LATEST, "2026-06-30"),
        ("quý 3-4/2026", AT_LATEST, "2026-12-31"),
        ("trong tháng 9/2026", AT_LATEST, "2026-09-30"),
        ("tháng 2 năm 2028", AT_LATEST, "2028-02-29"),
        ("Tháng 5-6/2026", AT_LATEST, "2026-06-30"),
        ("T9/2026", AT_LATEST, "2026-09-30"),
        ("9/2026", AT_LATEST, "2026-09-30"),
        ("cuối tháng 11/2026", AT_LATEST, "2026-11-30"),
        ("6 tháng đầu năm 2026", AT_LATEST, "2026-06-30"),
        ("6 tháng cuối năm 2026", AT_LATEST, "2026-12-31"),
        ("9 tháng đầu năm 2026", AT_LATEST, "2026-09-30"),
        ("cuối năm 2026", AT_LATEST, "2026-12-31"),
        ("trước cuối năm 2026", AT_LATEST, "2026-12-31"),
        ("trước năm 2027", BEFORE, "2027-01-01"),
        ("trong năm 2026", AT_LATEST, "2026-12-31"),
        ("2026", AT_LATEST, "2026-12-31"),
        ("thường xuyên, đến 31/12/2026", AT_LATEST, "2026-12-31"),
    ],
)
def test_a_day_is_named(text, words, named):
    for form in ("NFC", "NFD"):
        assert read_due(unicodedata.normalize(form, text)) == DueTold(words=words, day=day(named))


@pytest.mark.parametrize(
    ("text", "limit", "from_event"),
    [
        ("trong 30 ngày", Limit(30, DAY), False),
        ("trong vòng 30 (ba mươi) ngày", Limit(30, DAY), False),
        ("30 ngày kể từ ngày nhận", Limit(30, DAY), True),
        ("15 ngày sau khi nhận được thông báo", Limit(15, DAY), True),
        ("30 ngày kể từ ngày ký", Limit(30, DAY), False),
        ("30 ngày, từ ngày công bố", Limit(30, DAY), True),
        ("15 ngày làm việc", Limit(15, WORKING), False),
        ("2 tuần", Limit(14, DAY), False),
        ("trong 01 tháng", Limit(1, MONTH), False),
        ("1 năm", Limit(1, YEAR), False),
    ],
)
def test_a_limit_is_counted(text, limit, from_event):
    assert read_due(text) == DueTold(limit=limit, is_from_event=from_event)


def test_a_limit_may_name_the_day_it_is_counted_from():
    assert read_due("30 ngày kể từ ngày 01/6/2026") == DueTold(limit=Limit(30, DAY), start=day("2026-06-01"))


@pytest.mark.parametrize(
    "text", ["thường xuyên", "Thường xuyên, liên tục", "hằng tháng", "hàng quý", "định kỳ", "không thời hạn"]
)
def test_what_is_due_at_no_time(text):
    assert read_due(text) == DueTold(is_standing=True)
    assert read_due(unicodedata.normalize("NFD", text)).is_standing


@pytest.mark.parametrize(
    ("text", "words", "named"),
    [
        ("31/8", AT_LATEST, "2026-08-31"),
        ("trước ngày 31/8", BEFORE, "2026-08-31"),
        ("31 tháng 8", AT_LATEST, "2026-08-31"),
        ("hết quý III", AT_LATEST, "2026-09-30"),
        ("tháng 9", AT_LATEST, "2026-09-30"),
        ("cuối năm", AT_LATEST, "2026-12-31"),
        ("6 tháng cuối năm", AT_LATEST, "2026-12-31"),
    ],
)
def test_a_year_that_is_left_out_is_asked_for(text, words, named):
    with pytest.raises(NoYear):
        read_due(text)
    assert read_due(text, 2026) == DueTold(words=words, day=day(named))


@pytest.mark.parametrize(
    "text",
    ["32/10/2026", "31/02/2026", "29/2/2027", "31/6", "30/13/2026", "tháng 13/2026", "khi có điều kiện", "ngay", "",
     "sau ngày 30/6/2026", "từ ngày 30/6/2026", "đầu tháng 9/2026", "30/6/2026 và 30/9/2026", "trong 0 ngày", "?",
     "30/6/1026", "Quý IV/2026 – Quý I/2027", "tháng 11/2026 - tháng 2/2027"],
)  # fmt: skip
def test_what_no_calendar_has_and_nobody_can_tell_is_never_guessed(text):
    with pytest.raises(ValueError) as told:
        read_due(text)
    assert not isinstance(told.value, NoYear)


@pytest.mark.parametrize(
    ("text", "is_done", "on"),
    [
        ("xong", True, None),
        ("x", True, None),
        ("X", True, None),
        ("Đã xong", True, None),
        ("Đã xong 29/7/2026", True, "2026-07-29"),
        ("Đã khắc phục 13/11/2025", True, "2025-11-13"),
        ("Đã khắc phục, ngày 08/07/2026.", True, "2026-07-08"),
        ("hoàn thành ngày 8 tháng 7 năm 2026", True, "2026-07-08"),
        ("08/07/2026", True, "2026-07-08"),
        ("đã thực hiện", True, None),
        ("100%", True, None),
        ("", False, None),
        ("chưa", False, None),
        ("Chưa xong", False, None),
        ("chưa khắc phục", False, None),
        ("Đang thực hiện", False, None),
        ("đã nộp một phần", False, None),
        ("đã khắc phục một phần", False, None),
        ("không thực hiện", False, None),
        ("đã ban hành quy chế", None, None),
        ("xong nhưng chưa báo cáo", None, None),
        ("cơ bản hoàn thành", None, None),
        ("đã xong 80%", None, None),
        ("quá hạn", None, None),
    ],
)
def test_the_result_as_free_text(text, is_done, on):
    for form in ("NFC", "NFD"):
        told = read_result(unicodedata.normalize(form, text))
        assert (told.is_done, told.on) == (is_done, on and day(on))


def test_what_begins_with_da_is_likely_done_and_a_day_needs_its_year():
    assert read_result("đã ban hành quy chế") == ResultTold(None, True)
    assert read_result("xong nhưng chưa báo cáo") == ResultTold(None, False)
    with pytest.raises(NoYear):
        read_result("xong 29/7")
    assert read_result("xong 29/7", 2026).on == day("2026-07-29")
    with pytest.raises(ValueError):
        read_result("xong 31/11/2025")
