"""Scenario J: the leader's Monday, without statistics: the board, the meetings, the suspension, the archive, the day
of rest."""

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
from tests.meetings.held import filled_cell
from tests.standing import story
from tests.superiors.meetings import meeting_of
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


@story
def october(cast):
    """Đồng Muối met in October and on a topic in November; Trường THCS met and was rated poor; Suối Đá and Tổ dân phố 7
    did not meet."""
    for key in ("dong_muoi", "thcs"):
        filled_cell(cast, cast.organisation(key), 3)
    meeting_of(cast.organisation("dong_muoi"), D(2026, 10, 1), rating="good")
    meeting_of(cast.organisation("dong_muoi"), D(2026, 11, 1), kind="thematic", day=20)
    meeting_of(cast.organisation("thcs"), D(2026, 10, 1), rating="poor")
    return cast


def meetings_told(page):
    """What the board says of cell meetings: figure -> (number, its list), and organisation -> its numbers."""
    figures = {one["code"]: (one["number"], one) for one in page.context["meeting_figures"]}
    lines = {place.name: [number for _head, number in row] for place, row in page.context["meeting_lines"]}
    return figures, lines


def test_he_sees_by_commune_who_did_not_meet_in_october_met_on_no_topic_and_is_rated_poor(cast, october):
    page = opened(cast, "province_secretary", reverse("reports:leader"))
    figures, lines = meetings_told(page)
    assert {code: number for code, (number, _one) in figures.items()} == {
        "no_regular": 2,
        "no_thematic_yet": 3,
        "poor": 1,
    }
    assert lines == {"Đảng bộ xã Tân Phước Thượng": [1, 2, 1], "Đảng bộ phường Bến Lau": [1, 1, 0]}
    words = words_of(page)
    assert "2 không sinh hoạt định kỳ trong tháng, 10/2026" in words
    # each figure opens the rows that it counts
    for code, names in {
        "no_regular": {"Chi bộ thôn Suối Đá", "Chi bộ Tổ dân phố 7"},
        "no_thematic_yet": {"Chi bộ thôn Suối Đá", "Chi bộ Tổ dân phố 7", "Chi bộ Trường THCS Tân Phước Thượng"},
        "poor": {"Chi bộ Trường THCS Tân Phước Thượng"},
    }.items():
        one = figures[code][1]
        listed = opened(cast, "province_secretary", one["list"], figure=code, month=one["key"]).context["page"]
        assert {getattr(row, "organisation", row).name for row in listed.object_list} == names, code


def test_a_leader_of_one_commune_reads_of_its_cells_only(cast, october):
    figures, lines = meetings_told(opened(cast, "secretary", reverse("reports:leader")))
    assert [number for number, _one in figures.values()] == [1, 2, 1]
    assert set(lines) == {"Chi bộ thôn Suối Đá", "Chi bộ Trường THCS Tân Phước Thượng"}
    past = opened(cast, "secretary", reverse("reports:leader"), as_of="16/11/2026")
    assert "meeting_figures" not in past.context, "of a past day the page of cells and their meetings tells"


def test_as_of_last_monday_nothing_was_late(cast, board):
    past = opened(cast, "province_secretary", reverse("reports:leader"), as_of="16/11/2026")
    assert "Không có việc nào quá hạn." in words_of(past)
    (line,) = past.context["lines"]
    assert (line.counts.open, line.counts.overdue) == (3, 0)
