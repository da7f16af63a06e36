"""Every date explains itself, in the same words on its page, in the export and in the record; one click leads there."""

from datetime import date as D
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import sentences_of, why_told
from inspections.remedies.models import Correction
from permissions import audit
from permissions.models import AuditEntry
from project.demo import stories
from project.demo.drive import do
from tests.browse import logged_in, on, read, text_of, words_of
from tests.cast import at
from tests.standing import story
from workflows import starts

DAY = "2026-11-03"


@story
def clock(cast) -> Deadline:
    """Verification: 25 working days from the report of 15/10/2026, with 24/11 skipped."""
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    return Deadline.objects.get(case_id=case.pk, duty="verify")


@story
def extended(cast, clock) -> Deadline:
    asked = starts.ask_about_clock(
        acting_user=cast["officer"], clock=clock, what="extension", amount=5, reason="Lũ.", now=at("2026-10-26")
    )
    do(cast["chair"], asked, "decide", at("2026-10-27"), approves="yes", paper="12-QĐ/UBKTĐU", answer="")
    clock.refresh_from_db()
    return clock


def exported(user, name, day=DAY, **query):
    """The lines of an export, each head -> cell."""
    with on(day):
        answer = logged_in(user).get(reverse(name), {**query, "export": "xlsx"})
    head, *lines = load_workbook(BytesIO(answer.content)).active.values
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_page_export_and_record_say_the_same(cast, clock):
    told = why_told(clock)
    assert "25 ngày làm việc" in told
    page = read(cast["vice_chair"], reverse("deadlines:explanation", args=[clock.pk]), DAY)
    assert all(sentence in page for sentence in sentences_of(clock))
    lines = exported(cast["chair"], "reports:clocks")
    assert told in [line["Vì sao là ngày này"] for line in lines]
    entry = audit.entries_of(clock_case(clock)).get(verb="submit_self_report")
    assert f"{clock.title}: {told}" in entry.new["time_limits"]
    assert told in read(cast["chair"], reverse("cases:timeline", args=[clock.case_id]), DAY)


def clock_case(clock):
    return clock.item if clock.item._meta.model_name == "case" else clock.item.case


def test_what_moved_it_is_told_in_all_three_too(cast, extended):
    told = why_told(extended)
    assert "5 ngày làm việc theo 12-QĐ/UBKTĐU: chuyển từ ngày 19/11/2026 sang ngày 27/11/2026" in told
    lines = exported(cast["chair"], "reports:clocks")
    assert told in [line["Vì sao là ngày này"] for line in lines]
    entry = AuditEntry.objects.get(verb="decide_extension")
    assert entry.new["time_limits"] == [f"{extended.title}: {told}"]
    # as it was known before: the entry of the start says nothing of it
    first = audit.entries_of(clock_case(extended)).get(verb="submit_self_report")
    assert "12-QĐ" not in str(first.new["time_limits"])


def test_corrections_and_reminders_export_it_too(cast):
    stories.run_to_notice(cast)
    correction = Correction.objects.get()
    told = why_told(correction.clock)
    assert "trước ngày" in told
    (line,) = exported(cast["dm_secretary"], "remedies:list", "2026-11-12")
    assert line["Vì sao là ngày này"] == told


def test_an_export_asks_the_same_number_of_queries_however_many_rows(cast, clock, django_assert_max_num_queries):
    stories.run_to_notice(cast)
    with on(DAY):
        client = logged_in(cast["chair"])
        with django_assert_max_num_queries(30):
            client.get(reverse("reports:clocks"), {"export": "xlsx"})


def test_the_board_of_a_past_day_exports_no_explanation_of_today(cast, clock):
    (line, *_rest) = exported(cast["chair"], "reports:clocks", as_of="20/10/2026")
    assert "Vì sao là ngày này" not in line


@pytest.mark.parametrize(
    ("who", "name"), [("vice_chair", "workflows:my_work"), ("chair", "cases:overview"), ("chair", "reports:clocks")]
)
def test_one_click_leads_from_the_date_to_why_it_is_so(cast, clock, who, name):
    address = reverse(name, args=[clock.case_id] if name.startswith("cases") else [])
    with on(DAY):
        page = text_of(logged_in(cast[who]).get(address))
    assert f'href="{reverse("deadlines:explanation", args=[clock.pk])}"' in page


def test_one_click_from_a_correction_too(cast):
    stories.run_to_notice(cast)
    correction = Correction.objects.get()
    why = f'href="{reverse("deadlines:explanation", args=[correction.clock.pk])}"'
    with on("2026-11-12"):
        client = logged_in(cast["dm_secretary"])
        assert why in text_of(client.get(reverse("remedies:list")))
        page = client.get(correction.get_absolute_url())
    assert why in text_of(page)
    assert f"{correction.due_on:%d/%m/%Y}" in words_of(page)
    assert correction.due_on == D(2026, 11, 29)
