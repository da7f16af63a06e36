"""Scenario J: the leader's Monday. Here: the suspension, the archive, the day of rest; the board stands in its own
tests."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.calendars.queries import calendar_for
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import running_clock
from project.demo import stories
from project.demo.drive import do
from tests.browse import read
from tests.cast import at
from tests.standing import story
from workflows import starts

MONDAY = "2026-11-23"


@story
def suspended(cast):
    """A member of Chi bộ thôn Suối Đá, suspended by the inspection committee on Mon 03/8/2026."""
    member = SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))
    case = stories.signed(cast, stories.proposed(cast, subjects=[member], day="2026-07-13"), day="2026-07-14")
    stories.prepared(cast, case, day="2026-07-15")
    stories.announced(cast, case, day="2026-07-20", due=D(2026, 8, 20))
    return starts.suspend_member(
        acting_user=cast["chair"],
        case=case,
        subject=case.subjects.get(),
        number="05-QĐ/UBKTĐU",
        signed_on=D(2026, 8, 3),
        reason="Cản trở việc kiểm tra.",
        now=at("2026-08-03"),
    )


def ask(cast, suspension, amount, day):
    clock = running_clock(suspension, "suspension")
    return starts.ask_about_clock(
        acting_user=cast["officer"], clock=clock, what="extension", amount=amount, reason="Chưa xong.", now=at(day)
    )


def shown(cast, suspension, day):
    """What the page of the case says of it to the chair of the inspection committee."""
    return read(cast["chair"], reverse("cases:people", args=[suspension.case.pk]), day)


def test_a_suspension_of_03_8_expires_on_sunday_01_11(cast, suspended):
    assert running_clock(suspended, "suspension").due_on == D(2026, 11, 1)
    assert "Chủ nhật 01/11/2026" in shown(cast, suspended, "2026-08-04")


def test_after_its_single_extension_it_expires_on_01_12(cast, suspended):
    with pytest.raises(ValidationError, match="nhiều nhất 30"):
        ask(cast, suspended, 31, "2026-10-26")
    request = ask(cast, suspended, 30, "2026-10-26")
    do(cast["chair"], request, "decide", at("2026-10-28"), approves="yes", paper="19-QĐ/UBKTĐU", answer="")
    assert running_clock(suspended, "suspension").due_on == D(2026, 12, 1)
    assert "01/12/2026" in shown(cast, suspended, MONDAY)
    with pytest.raises(ValidationError, match="nhiều nhất 1 lần"):
        ask(cast, suspended, 1, MONDAY)


def test_announced_on_12_11_it_goes_to_the_archive_by_friday_04_12(cast):
    case = stories.run_to_notice(cast)
    do(
        cast["vice_chair"],
        case,
        "announce_notice",
        at("2026-11-12"),
        held_on=D(2026, 11, 12),
        place="Nhà văn hoá thôn",
        attendees="Chi bộ",
        minutes="Đã công bố thông báo kết luận.",
    )
    clock = Deadline.objects.get(case_id=case.pk, duty="close_dossier")
    assert (clock.state, clock.due_on) == ("running", D(2026, 12, 4))
    page = read(cast["chair"], reverse("deadlines:explanation", args=[clock.pk]), MONDAY)
    assert "15 ngày làm việc" in page
    assert "24/11/2026 (Ngày Văn hóa Việt Nam)" in page


def test_24_11_is_shown_as_a_day_of_rest(cast):
    days = calendar_for(cast.organisation("province"))
    assert not days.is_working_day(D(2026, 11, 24))
    page = read(cast["province_secretary"], reverse("calendars:list"), MONDAY)
    assert "24/11/2026" in page
    assert "Ngày Văn hóa Việt Nam" in page
