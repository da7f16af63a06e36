"""What comes beside the three screens: one meeting planned, moved, called off; proof, scores of three sides,
corrections; the documents of a meeting."""

from datetime import date as D
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given as drawn
from hypothesis import strategies as st

from inspections.deadlines.models import Deadline
from inspections.documents.models import Attachment, StoredFile
from inspections.meetings.comparison import differs, total_beside
from inspections.meetings.models import Meeting, MeetingFiles, ResolutionItem
from inspections.meetings.services.moving import move_meeting
from inspections.meetings.services.planning import AgendaGiven, PreparationGiven, call_off_meeting, prepare_meeting
from permissions import audit
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, on, words_of
from tests.meetings.held import GIVEN, PDF, closed, filled_cell, held, how, items, moment, points, prepared, roll
from tests.meetings.test_screens import evening, planned
from tests.meetings.test_screens import page as page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    return filled_cell(cast, cast.organisation("dong_muoi"), 4)


@pytest.fixture
def november(cast, people):
    """The regular meeting of November, planned for the 23rd."""
    with on("2026-11-20"):
        return planned(logged_in(cast["dm_secretary"]), cast)


@pytest.fixture
def done(cast, people, november):
    """The same, held and closed, with one assignment."""
    secretary = cast["dm_secretary"]
    prepared(secretary, november, "2026-11-23 19:00", now="2026-11-22 08:00")
    evening = how(people, "2026-11-23 19:00", "2026-11-23 20:40", roll(people), items=items(people[2], 1, "2026-12-15"))
    held(secretary, november, evening, "2026-11-23 21:00")
    return closed(secretary, november, "2026-11-24 08:00", further={"4.1": "4", "6.1": "30"})


def file(name="bien-ban.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


# planned, moved, called off


def test_one_meeting_is_planned(cast, people):
    cell = cast.organisation("dong_muoi")
    address = reverse("meetings:plan_one", args=[cell.pk])
    with on("2026-11-20"):
        client = logged_in(cast["dm_secretary"])
        without = client.post(address, {"kind": "thematic", "day": "25/11/2026", "time": "19:00", "topic": ""})
        assert without.status_code == 422 and "19:00" in without.content.decode()
        given = {"kind": "thematic", "day": "25/11/2026", "time": "19:00", "topic": "Học tập Nghị quyết"}
        answer = client.post(address, given)
    meeting = Meeting.objects.get(organisation=cell)
    assert answer.headers["Location"] == page_of("detail", meeting)
    assert (meeting.kind, meeting.topic, meeting.month) == ("thematic", "Học tập Nghị quyết", D(2026, 11, 1))


def test_a_planned_meeting_is_moved_with_its_reason(cast, november):
    with on("2026-11-20"):
        client = logged_in(cast["dm_secretary"])
        given = {"day": "28/11/2026", "time": "19:30", "place": "Nhà văn hoá", "reason": "Bão số 12."}
        for wrong in ({"reason": ""}, {"day": "01/12/2026"}, {"day": "19/11/2026"}):
            answer = client.post(page_of("move", november), {**given, **wrong})
            assert answer.status_code == 422 and "19:30" in answer.content.decode()
        november.refresh_from_db()
        assert november.planned_at == moment("2026-11-23 19:00")
        assert client.post(page_of("move", november), given).status_code == 302
        assert client.post(page_of("move", november), given).status_code == 422
        told = words_of(client.get(page_of("detail", november)))
    november.refresh_from_db()
    assert november.planned_at == moment("2026-11-28 19:30")
    assert "19:00 23/11/2026 → 19:30 28/11/2026" in told and "Bão số 12." in told
    entry = audit.entries_of(november.organisation).last()
    assert (entry.verb, entry.reason) == ("move_meeting", "Bão số 12.")


def test_a_meeting_that_is_called_off_stays_with_its_reason_and_another_can_be_planned(cast, november):
    clock = Deadline.objects.get(item_id=november.pk, duty="hold_meeting")
    with on("2026-11-20"):
        client = logged_in(cast["dm_secretary"])
        assert client.post(page_of("call_off", november), {"reason": " "}).status_code == 422
        assert client.post(page_of("call_off", november), {"reason": "Sáp nhập chi bộ."}).status_code == 302
        told = words_of(client.get(page_of("detail", november)))
        # nothing is done with it any more
        for step in ("prepare", "hold", "close", "move", "call_off"):
            assert client.get(page_of(step, november)).status_code == 409
        again = {"kind": "regular", "day": "27/11/2026", "time": "19:00"}
        plan_one = reverse("meetings:plan_one", args=[november.organisation_id])
        assert client.post(plan_one, again).status_code == 302
        assert client.post(plan_one, again).status_code == 422
    clock.refresh_from_db()
    assert clock.state == "cancelled"
    assert "Sáp nhập chi bộ." in told and "đã huỷ" in told and "1. Chuẩn bị" not in told
    rows = Meeting.objects.regular().filter(organisation=november.organisation, month=D(2026, 11, 1))
    assert sorted(rows.values_list("state", flat=True)) == ["off", "planned"]


def test_who_may_not_and_when_not(cast, people, done):
    given = {"planned_at": moment("2026-11-28 19:00"), "place": "", "reason": "Bận."}
    with pytest.raises(Refused):
        call_off_meeting(acting_user=cast["chair"], meeting=done, reason="Bận.", now=cast.now)
    with pytest.raises(Refused):
        move_meeting(acting_user=cast["sd_secretary"], meeting=done, now=cast.now, **given)
    with pytest.raises(NotNow):
        move_meeting(acting_user=cast["dm_secretary"], meeting=done, now=cast.now, **given)
    with pytest.raises(NotNow):
        call_off_meeting(acting_user=cast["dm_secretary"], meeting=done, reason="Bận.", now=cast.now)
    december = Meeting.objects.regular().get(organisation=done.organisation, month=D(2026, 12, 1))
    call_off_meeting(acting_user=cast["dm_secretary"], meeting=december, reason="Bận.", now=cast.now)
    how_held = how(people, "2026-12-23 19:00", "2026-12-23 20:40", roll(people))
    with pytest.raises(NotNow, match=r"Bận\."):
        held(cast["dm_secretary"], december, how_held, "2026-12-23 21:00")


# proof


def test_an_assignment_is_reported_with_its_proof_and_the_next_meeting_rates_it(cast, people, done):
    item = done.items.get()
    address = reverse("meetings:report", args=[item.pk])
    with on("2026-12-10"):
        client = logged_in(cast["dm_secretary"])
        assert "Báo cáo hoàn thành" in words_of(client.get(page_of("detail", done)))
        wrong = client.post(address, {"done_on": "11/12/2026", "proof": "Ảnh chụp", "files": [file()]})
        assert wrong.status_code == 422 and "Ảnh chụp" in words_of(wrong) and not Attachment.objects.exists()
        given = {"done_on": "09/12/2026", "proof": "Danh sách ba hộ", "files": [file("danh-sach.pdf")]}
        assert client.post(address, given).status_code == 302
        assert client.get(address).status_code == 409
        told = words_of(client.get(page_of("detail", done)))
        [attached] = item.attachments.all()
        fetched = client.get(reverse("documents:download", args=[attached.pk]))
        assert b"".join(fetched.streaming_content) == PDF
        foreign = logged_in(cast["sd_secretary"]).get(reverse("documents:download", args=[attached.pk]))
        assert foreign.status_code == 404
    item.refresh_from_db()
    assert (item.done_on, item.shown) == (D(2026, 12, 9), "Danh sách ba hộ")
    assert "danh-sach.pdf" in told and "Báo cáo hoàn thành" not in told
    december = Meeting.objects.regular().get(organisation=done.organisation, month=D(2026, 12, 1))
    prepared(cast["dm_secretary"], december, "2026-12-23 19:00", now="2026-12-22 08:00")
    held(
        cast["dm_secretary"],
        december,
        how(people, "2026-12-23 19:00", "2026-12-23 20:40", roll(people)),
        "2026-12-23 21:00",
    )
    with on("2026-12-23", 22):
        shown = logged_in(cast["dm_secretary"]).get(page_of("close", december)).content.decode()
    assert '<option value="done" selected>' in shown and "Việc thứ 1" in shown
    assert ResolutionItem.objects.filter(done_on=None).count() == 0


# three columns


@pytest.mark.parametrize(
    ("points", "most", "margin", "expected"),
    [
        (["23"], "30", 5, False),
        ([], "30", 5, False),
        (["23", "21.5"], "30", 5, False),
        (["23", "21.4"], "30", 5, True),
        (["2", "2"], "2", 0, False),
        (["2", "1.9"], "2", 0, True),
        (["90", "85", "84.9"], "100", 5, True),
    ],
)
def test_what_differs_beyond_the_margin(points, most, margin, expected):
    assert differs([Decimal(one) for one in points], Decimal(most), margin) is expected


TENTHS = st.integers(0, 300).map(lambda tenths: Decimal(tenths) / 10)


@drawn(st.lists(TENTHS, max_size=3), TENTHS, st.integers(0, 99))
def test_a_wider_margin_and_fewer_sides_flag_no_more(points, further, margin):
    most = Decimal(30)
    if differs(points, most, margin + 1):
        assert differs(points, most, margin)
        assert differs([*points, further], most, margin)
    assert differs(points, most, margin) == differs(reversed(points), most, margin)


def test_a_side_that_scored_nothing_has_no_total():
    own = {1: Decimal(4), 2: Decimal(20)}
    assert total_beside(own, {}) is None
    assert total_beside(own, {2: Decimal(17)}) == 21
    assert total_beside(own, own) == 24


def test_three_sides_stand_beside_each_other(cast, done):
    [(line, _given)] = points({"4.2": "20"}).items()
    with on("2026-11-26"):
        for user, step, given in (("secretary", "score", "22"), ("chair", "inspect", "15")):
            client = logged_in(cast[user])
            silent = client.post(page_of(step, done), {f"points_{line}": given})
            assert silent.status_code == 422
            filled = {f"points_{line}": given, f"note_{line}": f"Ý kiến của {user}."}
            assert client.post(page_of(step, done), filled).status_code == 302
            assert client.get(page_of("score" if step == "inspect" else "inspect", done)).status_code == 403
        told = words_of(logged_in(cast["dm_secretary"]).get(page_of("detail", done)))
    assert "Ý kiến của secretary." in told and "Ý kiến của chair." in told
    assert "chênh" in told
    assert {one.side for one in done.scores.filter(line=line)} == {"own", "superior", "inspection"}
    own = sum(one.points for one in done.scores.filter(side="own"))
    done.refresh_from_db()
    assert done.total == own
    [row] = done.scores.filter(side="inspection")
    assert (row.points, row.given_by) == (15, cast["chair"])


# corrections


def test_a_correction_shows_both_with_the_reason(cast, done):
    [(line, _given)] = points({"4.2": "20"}).items()
    with on("2026-11-26"):
        client = logged_in(cast["dm_secretary"])
        without = client.post(page_of("correct", done), {"what": str(line), "value": "20,5", "reason": ""})
        assert without.status_code == 422 and "20,5" in without.content.decode()
        for what, value, reason in (
            (str(line), "20,5", "Cộng nhầm."),
            ("dues", "1.250.000", "Thiếu một đồng chí."),
            ("conclusions", "Thống nhất 3 việc.", "Ghi thiếu."),
        ):
            given = {"what": what, "value": value, "reason": reason}
            assert client.post(page_of("correct", done), given).status_code == 302
        for what, value in ((str(line), "năm"), (str(line), "99"), ("dues", "-1"), ("conclusions", " ")):
            wrong = client.post(page_of("correct", done), {"what": what, "value": value, "reason": "Sửa."})
            assert wrong.status_code == 422
        told = words_of(client.get(page_of("detail", done)))
        assert logged_in(cast["chair"]).get(page_of("correct", done)).status_code == 403
    done.refresh_from_db()
    assert (done.dues, done.conclusions) == (1250000, "Thống nhất 3 việc.")
    assert done.corrections.count() == 3
    assert done.total == sum(one.points for one in done.scores.filter(side="own"))
    for words in ("Cộng nhầm.", "Thiếu một đồng chí.", "Thống nhất nhiệm vụ tháng. → Thống nhất 3 việc."):
        assert words in told
    assert f"{GIVEN['4.2']} → 20.5" in told


def test_before_the_lock_there_is_nothing_to_correct(cast, november):
    with on("2026-11-20"):
        client = logged_in(cast["dm_secretary"])
        assert client.get(page_of("correct", november)).status_code == 409


# documents


def preparation(**changes):
    rows = {"agenda-TOTAL_FORMS": "1", "agenda-INITIAL_FORMS": "0", "agenda-0-title": "Đánh giá tháng 11"}
    return {"day": "23/11/2026", "time": "19:00", "place": "Nhà văn hoá thôn", **rows, **changes}


def test_documents_go_out_with_the_preparation_and_papers_come_with_the_closing(cast, people, november):
    with on("2026-11-22", 8):
        client = logged_in(cast["dm_secretary"])
        given = preparation(preparation_files=[file("du-thao.pdf"), file("so-lieu.pdf", PDF + b"2")])
        assert client.post(page_of("prepare", november), given).status_code == 302
        assert "du-thao.pdf" in words_of(client.get(page_of("prepare", november)))
    november.refresh_from_db()
    assert november.documents_at == moment("2026-11-22 08:00")
    with on("2026-11-23", 22):
        client = logged_in(cast["dm_secretary"])
        assert client.post(page_of("hold", november), evening(people)).status_code == 302
        scores = {}
        for key, one in points(GIVEN | {"6.1": "30"}).items():
            scores |= {f"points_{key}": str(one.points), f"note_{key}": one.note}
        papers = {"minutes_files": [file()], "resolution_files": [file("nghi-quyet.pdf", PDF + b"3")]}
        assert client.post(page_of("close", november), {**scores, **papers}).status_code == 302
        told = words_of(client.get(page_of("detail", november)))
        above = words_of(logged_in(cast["chair"]).get(page_of("detail", november)))
    kinds = {one.kind: one.attachments.count() for one in MeetingFiles.objects.filter(meeting=november)}
    assert kinds == {"preparation": 2, "minutes": 1, "resolution": 1}
    for name in ("du-thao.pdf", "so-lieu.pdf", "bien-ban.pdf", "nghi-quyet.pdf"):
        assert name in told and name in above
    [minutes] = november.files.get(kind="minutes").attachments.all()
    with on("2026-11-24"):
        address = reverse("documents:download", args=[minutes.pk])
        assert logged_in(cast["chair"]).get(address).status_code == 200
        assert logged_in(cast["sd_secretary"]).get(address).status_code == 404


def test_a_file_too_large_stores_nothing_and_loses_no_word(cast, november):
    large = file("phim.pdf", PDF + b"0" * 30_000_000)
    with on("2026-11-22", 8):
        client = logged_in(cast["dm_secretary"])
        answer = client.post(page_of("prepare", november), preparation(preparation_files=[file(), large]))
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "phim.pdf" in words_of(answer) and "Đánh giá tháng 11" in words and "Nhà văn hoá thôn" in words
    november.refresh_from_db()
    assert (november.state, november.documents_at) == ("planned", None)
    assert not StoredFile.objects.exists() and not MeetingFiles.objects.exists()


def test_a_file_without_content_is_refused_by_the_verb(cast, november):
    given = PreparationGiven(november.planned_at, "Nhà", [AgendaGiven("Đánh giá")], files=[file(content=b"")])
    with pytest.raises(ValidationError) as problem:
        prepare_meeting(acting_user=cast["dm_secretary"], meeting=november, given=given, now=cast.now)
    assert list(problem.value.error_dict) == ["preparation_files"]
