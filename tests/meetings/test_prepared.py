"""Preparing again: another day is a move with its reason; when the documents were out is what the record proves."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.meetings.models import Meeting
from inspections.meetings.queries import facts_of
from inspections.meetings.services.preparing import AgendaGiven, PreparationGiven, prepare_meeting
from inspections.meetings.words import reasons_told
from permissions import audit
from tests.browse import logged_in, on, words_of
from tests.meetings.held import PDF, closed, moment
from tests.meetings.test_after import preparation
from tests.meetings.test_record import FIRST, NEXT_DAY, kept, page, planned

__all__ = ["planned"]
START = "2026-11-03 19:00"


def ready(cast, meeting, now, *, at=START, **changes):
    given = PreparationGiven(moment(at), "Nhà văn hoá", [AgendaGiven("Đánh giá")], **changes)
    return prepare_meeting(acting_user=cast["dm_secretary"], meeting=meeting, given=given, now=moment(now))


def refused(cast, meeting, now, **changes):
    with pytest.raises(ValidationError) as caught:
        ready(cast, meeting, now, **changes)
    return list(caught.value.error_dict)


def paper(name="du-thao.pdf", more=b""):
    return SimpleUploadedFile(name, PDF + more)


# a move


def test_another_day_asks_why_and_is_told_as_a_move(cast, planned):
    now = "2026-11-03 08:00"
    assert refused(cast, planned, now, at="2026-11-28 19:00") == ["reason"]
    assert refused(cast, planned, now, at="2026-11-02 19:00", reason="Bão.") == ["planned_at"]
    planned.refresh_from_db()
    assert planned.planned_at == moment(START)
    before = audit.entries_of(planned.organisation).count()
    ready(cast, planned, now, at="2026-11-28 19:00", reason="Bão số 12.")
    assert audit.entries_of(planned.organisation).count() == before + 1
    with on("2026-11-04"):
        told = words_of(logged_in(cast["chair"]).get(page("detail", planned)))
    assert "Bão số 12." in told and "28/11/2026" in told


def test_a_meeting_that_was_only_planned_is_moved_by_its_preparation_too(cast, planned):
    december = Meeting.objects.regular().get(month=D(2026, 12, 1))
    rows = {"agenda-TOTAL_FORMS": "1", "agenda-INITIAL_FORMS": "0", "agenda-0-title": "Đánh giá"}
    sent = {"day": "08/12/2026", "time": "19:00", "place": "Nhà văn hoá", **rows}
    with on("2026-12-01"):
        client = logged_in(cast["dm_secretary"])
        answer = client.post(page("prepare", december), sent)
        assert answer.status_code == 422 and list(answer.context["form"].errors) == ["reason"]
        assert client.post(page("prepare", december), {**sent, "reason": "Lễ."}).status_code == 302
        assert "Lễ." in words_of(client.get(page("detail", december)))


def test_the_same_day_is_no_move(cast, planned):
    ready(cast, planned, "2026-11-03 08:00", reason="Không cần.")
    assert audit.entries_of(planned.organisation).last().reason == ""


# documents


def told_of_documents(meeting):
    return reasons_told(meeting.scores.get(line__measure="documents").explanation)


def test_what_the_cell_states_is_told_as_stated(cast, planned):
    ready(cast, planned, "2026-11-02 18:30", documents_at=moment("2026-11-01 19:00"))
    meeting = kept(cast, planned)
    assert facts_of(meeting).documents_hours == 48 and facts_of(meeting).documents_stated
    assert "theo chi bộ khai" in told_of_documents(closed(cast["dm_secretary"], meeting, NEXT_DAY, further=FIRST))


def test_with_files_the_last_of_them_counts(cast, planned):
    first = ready(cast, planned, "2026-11-01 19:00", files=[paper()])
    assert first.documents_at == moment("2026-11-01 19:00")
    again = ready(cast, planned, "2026-11-02 08:00")
    assert again.documents_at == moment("2026-11-01 19:00")
    assert refused(cast, planned, "2026-11-02 09:00", documents_at=moment("2026-10-20 08:00")) == ["documents_at"]
    late = ready(cast, planned, "2026-11-03 18:00", files=[paper("so-lieu.pdf", b"2")])
    assert late.documents_at == moment("2026-11-03 18:00")
    meeting = kept(cast, planned)
    assert facts_of(meeting).documents_hours == 1 and not facts_of(meeting).documents_stated


def test_a_page_with_files_sends_them_without_a_moment(cast, planned):
    """What was stated before is not in the way of a further file."""
    ready(cast, planned, "2026-11-01 19:00", files=[paper()])
    with on("2026-11-03", 8):
        client = logged_in(cast["dm_secretary"])
        shown = client.get(page("prepare", planned)).context["form"]
        assert shown.fields["documents_day"].initial is None
        sent = preparation(day="03/11/2026", preparation_files=[paper("so-lieu.pdf", b"2")])
        assert client.post(page("prepare", planned), sent).status_code == 302
    planned.refresh_from_db()
    assert planned.documents_at == moment("2026-11-03 08:00")


def test_once_it_was_to_begin_no_earlier_moment_is_stated_anew(cast, planned):
    after = "2026-11-04 08:00"
    assert refused(cast, planned, after, documents_at=moment("2026-10-31 19:00")) == ["documents_at"]
    ready(cast, planned, "2026-11-02 20:00", documents_at=moment("2026-11-02 18:00"))
    assert refused(cast, planned, after, documents_at=moment("2026-10-31 19:00")) == ["documents_at"]
    assert ready(cast, planned, after, documents_at=moment("2026-11-02 18:00")).documents_at
