"""Attendance over a year as a cell keeps it (shared/data 06): taken in as it is, doubts asked, and what it becomes."""

import io
from datetime import date as D
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from inspections.deadlines.models import Deadline
from inspections.meetings.imports.reading import USUAL, legend_of
from inspections.meetings.models import Meeting, RollCallMark
from inspections.meetings.services.listing import RollCallListed, take_roll_calls
from inspections.meetings.services.planning import call_off_meeting, plan_meeting
from inspections.members.models import Exemption, Member, Membership
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, on, words_of
from tests.cast import NOW
from tests.imports.taking import file, line_of, preview, settle, take, upload
from tests.meetings.held import held, how, moment, people_on, prepared, roll
from tests.members.conftest import lists as lists
from tests.members.conftest import place as place
from tests.members.test_import import taken as members_taken

pytestmark = pytest.mark.django_db
FILE = "06-diem-danh.xlsx"


@pytest.fixture(autouse=True)
def clock():
    with on(NOW.date().isoformat()):
        yield


@pytest.fixture
def cell(lists):
    """The cell of the list with its members, and a secretary with a log-in."""
    members_taken(lists, file("03-dang-vien.csv"), sex="nữ")
    own = lists.cell(1)
    key = next(key for key, one in lists.cast.organisations.items() if one.pk == own.pk)
    lists.cast.add_user("c1_secretary", "Mai Xuân Lộc", "cell_secretary", key)
    Member.objects.filter(full_name="Mai Xuân Lộc").update(admitted_on=D(2026, 11, 1))
    return own


@pytest.fixture
def secretary(lists, cell):
    return lists.cast["c1_secretary"]


def sheet(*rows, title="ĐIỂM DANH NĂM 2026", legend="x: có mặt; P: vắng có phép; K: không phép; M: miễn"):
    """A list with two months unless its rows say otherwise."""
    book = Workbook()
    book.active.append([title])
    book.active.append([legend])
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return SimpleUploadedFile("diem-danh.xlsx", kept.getvalue())


HEAD = ["TT", "Họ và tên", "T9", "T10", "Tổng có mặt"]


def looked_at(secretary, cell, sent):
    client = logged_in(secretary)
    one = upload(client, "roll_calls", cell, sent)
    return client, one, preview(client, one)


def test_the_list_comes_in_as_it_is(secretary, cell):
    client, one, seen = looked_at(secretary, cell, file(FILE))
    asked = {question.key.split(":")[0]: question.text for question, _lines in seen.questions}
    assert asked["mark"] == "“v” nghĩa là gì?"
    # one who is kept as elsewhere is marked all the same; no total differs from its marks
    assert set(asked) == {"mark", "away"}
    assert not any(line.problems for line in seen.lines)

    settle(client, one, {"mark:v": "excused", "away": "as_told"})
    take(client, one)

    meetings = list(Meeting.objects.filter(organisation=cell).order_by("month"))
    assert [meeting.month.month for meeting in meetings] == list(range(1, 11))
    assert {meeting.state for meeting in meetings} == {"listed"}
    days = ["03/01", "03/02", "04/03", "03/04", "05/05", "05/06", "04/07", "03/08", "03/09", "03/10"]
    assert [f"{meeting.started_at.astimezone(NOW.tzinfo):%d/%m}" for meeting in meetings] == days
    marks = RollCallMark.objects.filter(meeting__in=meetings)
    counts = {mark: marks.filter(mark=mark).count() for mark in ("present", "excused", "unexcused", "exempt")}
    assert counts == {"present": 205 + 23, "excused": 56 + 1, "unexcused": 25, "exempt": 30}
    assert [(meeting.expected, meeting.present) for meeting in meetings] == [
        (31, marks.filter(meeting=meeting, mark="present").count()) for meeting in meetings
    ]
    entries = AuditEntry.objects.filter(verb="take_roll_call")
    assert entries.count() == 10 and {entry.reason for entry in entries} == {FILE}

    _client, _one, again = looked_at(secretary, cell, file(FILE))
    assert {question.key.split(":")[0] for question, _lines in again.questions} == {"mark", "away"}


def test_the_same_list_again_changes_nothing_and_another_mark_one_meeting(secretary, cell):
    rows = [HEAD, [None, "Ngày họp", "3/9", "3/10"], [1, "Mai Mạnh Bình", "x", "P", 1]]
    for last, state in (("P", "new"), ("P", "same"), ("K", "changed")):
        rows[2][3] = last
        client, one, seen = looked_at(secretary, cell, sheet(*rows))
        answers = {"unlisted": "nothing"}
        settle(client, one, answers)
        seen = preview(client, one)
        assert line_of(seen, 5).state == state
        take(client, one)
    assert Meeting.objects.filter(organisation=cell).count() == 2
    corrected = AuditEntry.objects.filter(verb="take_roll_call", old__has_key="roll").get()
    assert corrected.old["roll"] != corrected.new["roll"] and corrected.new["day"] == "2026-10-03"


def test_a_list_of_some_changes_nothing_about_the_others(secretary, cell):
    """A corrected row, or one left out, takes away no mark of a list taken before."""
    days = [None, "Ngày họp", "3/9", "3/10"]
    both = [HEAD, days, [1, "Mai Mạnh Bình", "x", "x"], [2, "Lê Đình Trang", "P", "K"]]
    client, one, _seen = looked_at(secretary, cell, sheet(*both))
    settle(client, one, {"unlisted": "unexcused"})
    take(client, one)
    before = Meeting.objects.get(organisation=cell, month=D(2026, 10, 1))
    client, one, seen = looked_at(secretary, cell, sheet(HEAD, days, [2, "Lê Đình Trang", "P", "x"]))
    assert list(seen.questions) == []
    take(client, one)
    after = Meeting.objects.get(pk=before.pk)
    assert (after.expected, after.present) == (before.expected, before.present + 1) == (before.expected, 2)
    client, one, _seen = looked_at(secretary, cell, sheet(HEAD, days, [1, "Mai Mạnh Bình", "K", "K", 2]))
    settle(client, one, {"total": "leave"})
    assert preview(client, one).counts["new"] + preview(client, one).counts["changed"] == 0
    assert Meeting.objects.get(pk=before.pk).present == 2


def test_who_was_exempt_or_elsewhere_then_is_not_absent(secretary, cell):
    """Missing in the list, or an empty place in it, is asked of those who had to come in that month alone."""
    trang = Member.objects.get(full_name="Lê Đình Trang")
    Exemption.objects.create(person=trang, ends_on=D(2026, 9, 30))
    rows = [HEAD, [None, "Ngày họp", "3/9", "3/10"], [1, "Mai Mạnh Bình", "x", "x"], [2, "Mai Quang Trang", None, None]]
    client, one, seen = looked_at(secretary, cell, sheet(*rows))
    assert [question.key for question, _lines in seen.questions] == ["unlisted"]
    settle(client, one, {"unlisted": "unexcused"})
    take(client, one)
    marks = RollCallMark.objects.filter(person=trang).order_by("meeting__month").values_list("mark", flat=True)
    assert list(marks) == ["exempt", "unexcused"]
    exempt = RollCallMark.objects.filter(person__full_name="Mai Quang Trang").values_list("mark", flat=True)
    assert set(exempt) == {"exempt"}


@pytest.mark.parametrize(
    ("titles", "legend"),
    [
        ([], USUAL),
        (["Chi bộ: Đồng Muối"], USUAL),
        (
            ["x: có mặt; P: vắng có phép; K: không phép; M: miễn"],
            {"x": "present", "p": "excused", "k": "unexcused", "m": "exempt"},
        ),
        (["x: có mặt - P: có phép - K: không phép"], {"x": "present", "p": "excused", "k": "unexcused"}),
        (
            ["Ghi chú: + = dự họp, 0 = vắng không có lý do, L = vắng có lý do"],
            {"+": "present", "0": "unexcused", "l": "excused"},
        ),
        (["K: không có phép"], {"k": "unexcused"}),
        (["V: không có mặt", "D: không dự họp"], {}),
        (["x: vắng; o: có mặt"], {"o": "present"}),
        (["x: có mặt, không phép"], {}),
    ],
)
def test_marks_mean_what_the_list_says_and_are_asked_where_it_is_not_clear(titles, legend):
    assert legend_of(titles) == legend


def test_what_cannot_be_is_said_at_its_cell(secretary, cell):
    def problems(*rows, **more):
        _client, _one, seen = looked_at(secretary, cell, sheet(HEAD, *rows, **more))
        return {cell: text for line in seen.lines for cell, text in line.problems}

    days = [None, "Ngày họp", "3/9", "3/10"]
    bình = [1, "Mai Mạnh Bình", "x", "P"]
    assert "Ngày họp" in problems(bình)["B4"]
    assert problems([None, "Ngày họp", "3/9", None], bình) == {"D4": "Tháng 10 có điểm danh nhưng không có ngày họp."}
    assert "C4" in problems([None, "Ngày họp", "31/9", "3/10"], bình)
    assert "không thuộc tháng 9" in problems([None, "Ngày họp", "3/8", "3/10"], bình)["C4"]
    assert "không thuộc diện miễn" in problems(days, [1, "Mai Mạnh Bình", "M", "x"])["C5"]
    twice = problems(days, bình, [2, "Mai Mạnh Bình", "x", "x"])
    assert list(twice) == ["B6"]
    Membership.objects.filter(person__full_name="Mai Mạnh Bình").update(starts_on=D(2026, 10, 1))
    newcomer = problems(days, bình)
    assert list(newcomer) == ["C5"] and "không có trong danh sách" in newcomer["C5"]


def test_who_is_no_member_is_asked_and_a_wrong_total_too(secretary, cell):
    rows = [HEAD, [None, "Ngày họp", "3/9", "3/10"], [1, "Mai Mạnh Bình", "x", "x", 1], [2, "Người Lạ", "x", "x", 2]]
    client, one, seen = looked_at(secretary, cell, sheet(*rows))
    assert [question.key.split(":")[0] for question in line_of(seen, 5).questions] == ["total"]
    assert [question.key.split(":")[0] for question in line_of(seen, 6).questions] == ["who"]
    settle(client, one, {"total": "as_told", "who": "leave", "unlisted": "unexcused"})
    take(client, one)
    meeting = Meeting.objects.get(organisation=cell, month=D(2026, 10, 1))
    assert meeting.marks.filter(mark="present").count() == meeting.present == 1
    assert meeting.marks.filter(mark="unexcused").count() == meeting.expected - 1
    assert {mark.person.full_name for mark in meeting.marks.filter(mark="exempt")} == {
        "Mai Quang Trang",
        "Tô Hải Tuấn",
        "Ngô Xuân Phương",
    }


def test_a_month_that_is_recorded_here_or_not_over_is_left_out(lists, secretary, cell):
    """From its first meeting recorded here on, a cell records its meetings here; the list does not excuse it."""
    september = plan_meeting(
        acting_user=secretary,
        organisation=cell,
        kind="regular",
        planned_at=moment("2026-09-03 19:00"),
        place="",
        now=NOW,
    )
    prepared(secretary, september, "2026-09-03 19:00", now="2026-11-20 08:00")
    people = people_on(cell, D(2026, 9, 3))
    given = how(people, "2026-09-03 19:00", "2026-09-03 20:30", roll(people))
    held(secretary, september, given, "2026-11-20 09:00")
    rows = [
        ["TT", "Họ và tên", "T8", "T9", "T10", "T11"],
        [None, "Ngày họp", "3/8", "3/9", "3/10", "3/11"],
        [1, "Mai Mạnh Bình", "x", "x", "x", "x"],
    ]
    client, one, seen = looked_at(secretary, cell, sheet(*rows))
    told = [fact.read for fact in line_of(seen, 4).facts]
    assert told[0] == "03/08/2026" and all(text.startswith("bỏ qua:") for text in told[1:4])
    settle(client, one, {"unlisted": "nothing"})
    take(client, one)
    kept = Meeting.objects.filter(organisation=cell).order_by("month")
    assert [(meeting.month.month, meeting.state) for meeting in kept] == [(8, "listed"), (9, "held")]

    with pytest.raises(ValidationError, match="10/2026"):
        take_roll_calls(
            acting_user=secretary,
            cell=cell,
            listed=[RollCallListed(D(2026, 10, 3), {})],
            paper="a.xlsx",
            now=NOW,
        )


def test_a_month_planned_or_called_off_is_told_by_the_list_and_its_clock_is_met(lists, secretary, cell):
    with on("2026-09-01"):
        start = datetime.fromisoformat("2026-09-01T08:00+07:00")
        for day in ("2026-09-03 19:00", "2026-10-03 19:00"):
            one = plan_meeting(
                acting_user=secretary, organisation=cell, kind="regular", planned_at=moment(day), place="", now=start
            )
        call_off_meeting(acting_user=secretary, meeting=one, reason="Bão.", now=start)
    rows = [HEAD, [None, "Ngày họp", "3/9", "3/10"], [1, "Mai Mạnh Bình", "x", "x"]]
    client, taken, _seen = looked_at(secretary, cell, sheet(*rows))
    settle(client, taken, {"unlisted": "nothing"})
    take(client, taken)
    assert not Deadline.objects.live().filter(organisation=cell).exists()
    assert sorted(Meeting.objects.filter(organisation=cell).values_list("month__month", "state")) == [
        (9, "listed"),
        (10, "listed"),
        (10, "off"),
    ]


def test_a_listed_meeting_shows_its_day_and_roll_and_is_neither_held_again_nor_closed(secretary, cell):
    client, one, _seen = looked_at(
        secretary, cell, sheet(HEAD, [None, "Ngày họp", "3/9", None], [1, "Mai Mạnh Bình", "x"])
    )
    settle(client, one, {"unlisted": "nothing"})
    take(client, one)
    meeting = Meeting.objects.get(organisation=cell)
    page = words_of(client.get(reverse("meetings:detail", args=[meeting.pk])))
    assert "03/09/2026" in page and "diem-danh.xlsx" in page and "Mai Mạnh Bình: có mặt" in page
    assert "19:00" not in page and "Biên bản" not in page
    people = people_on(cell, D(2026, 9, 3))
    given = how(people, "2026-09-03 19:00", "2026-09-03 20:30", roll(people))
    with pytest.raises(NotNow, match="bảng điểm danh"):
        held(secretary, meeting, given, "2026-11-20 09:00")
    assert client.get(reverse("meetings:close", args=[meeting.pk])).status_code == 409


def test_only_who_keeps_the_meetings_takes_them(lists, secretary, cell):
    lists.cast.add_user("foreign", "Lê Văn Ngoài", "cell_secretary", "ward_cell")
    begin = reverse("imports:begin", args=["roll_calls", cell.pk])
    assert logged_in(lists.cast["foreign"]).get(begin).status_code == 404
    assert logged_in(lists.user).get(begin).status_code == 403
    for user in (lists.cast["foreign"], lists.user):
        with pytest.raises(Refused):
            take_roll_calls(acting_user=user, cell=cell, listed=[], paper="a.xlsx", now=NOW)
