"""Scenario J: the leader's Monday, without meetings and statistics: the board, the suspension, the archive, the day of
rest."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.calendars.queries import calendar_for
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import running_clock
from inspections.remedies.models import Correction
from inspections.reminders.models import Reminder
from permissions.models import AuditEntry
from project.demo import stories
from project.demo.drive import do
from tests.browse import logged_in, on, read, send, words_of
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


# demands of three cells of the commune: "before" that day; how long ago, or how long still, on Monday 23/11
CELLS = [
    ("dong_muoi", "dm_secretary", D(2026, 11, 21)),  # last day Fri 20/11, three days ago
    ("suoi_da", "sd_secretary", D(2026, 11, 26)),  # Wed 25/11, in two days
    ("thcs", "thcs_secretary", D(2026, 12, 5)),  # Fri 04/12, in eleven days
]


@story
def board(cast):
    """Monday 07:30: three cells owe what a notice demands of each."""
    cases = []
    for key, secretary, due in CELLS:
        subjects = [SubjectChoice(cast.organisation(key))]
        case = stories.run_to_conclusion(cast, subjects=subjects, subject_by=secretary)
        stories.noticed(cast, case, due=due)
        cases.append(case)
    return cases


def opened(cast, name, address, **query):
    with on(MONDAY, 7):
        return logged_in(cast[name]).get(address, query)


def test_the_province_leader_sees_by_commune_what_is_owed_and_late(cast, board):
    page = opened(cast, "province_secretary", reverse("reports:leader"))
    assert "1 việc quá hạn tại 1 tổ chức, lâu nhất 3 ngày." in words_of(page)
    lines = {line.pk: line for line in page.context["lines"]}
    commune = lines[cast.organisation("commune").pk]
    told = commune.counts
    corrections = [one.due_on for one in Deadline.objects.filter(duty="correct")]
    assert corrections == [D(2026, 11, 20), D(2026, 11, 25), D(2026, 12, 4)]
    # beside the demands: three notices still to be announced, whose day no rule names, so that no clock runs
    assert (told.open, told.due3, told.due7, told.due15, told.overdue) == (3, 1, 1, 2, 1)
    assert commune.days_late == 3
    assert cast.organisation("ward").pk not in lines, "nothing is owed there"


def test_he_drills_down_from_the_figure_to_the_item(cast, board):
    rows = opened(cast, "province_secretary", reverse("reports:clocks"), figure="overdue").context["rows"]
    correction = Correction.objects.get(organisation=cast.organisation("dong_muoi"))
    assert [one["opens"] for one in rows] == [correction.get_absolute_url()]
    page = words_of(opened(cast, "province_secretary", rows[0]["opens"]))
    assert "quá hạn 3 ngày" in page
    assert "trước ngày 21/11/2026" in page


def test_he_sees_which_cells_had_no_case_this_year(cast, board):
    rows = opened(cast, "province_secretary", reverse("reports:organisations")).context["page"].object_list
    names = {str(one) for one in rows}
    assert "Chi bộ Tổ dân phố 7" in names
    assert not names & {"Chi bộ thôn Đồng Muối", "Chi bộ thôn Suối Đá", "Chi bộ Trường THCS Tân Phước Thượng"}


def test_he_reminds_with_one_action_and_the_cell_reads_it(cast, board):
    clock = Deadline.objects.get(duty="correct", organisation=cast.organisation("dong_muoi"))
    with on(MONDAY, 8):
        address = f"{reverse('reports:act')}?action=remind&rows={clock.pk}"
        send(logged_in(cast["province_secretary"]), address, note="Gấp.")
    reminder = Reminder.objects.get(deadline=clock, why=Reminder.Why.BY_HAND)
    assert (reminder.sent_by, reminder.note) == (cast["province_secretary"], "Gấp.")
    assert "Gấp." in read(cast["dm_secretary"], reverse("reminders:list"), MONDAY, 10)
    assert AuditEntry.objects.get(verb="remind").user == cast["province_secretary"]


def test_as_of_last_monday_nothing_was_late(cast, board):
    past = opened(cast, "province_secretary", reverse("reports:leader"), as_of="16/11/2026")
    assert "Không có việc nào quá hạn." in words_of(past)
    (line,) = past.context["lines"]
    assert (line.counts.open, line.counts.overdue) == (3, 0)
