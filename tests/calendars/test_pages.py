"""Calendar and time limits as they are kept: what counts for whom, what would move, and what is saved."""

from datetime import date as D
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from inspections.calendars.models import CalendarDay
from inspections.deadlines.models import Deadline, DeadlineChange, DeadlineSpan
from permissions.models import AuditEntry
from project.demo import stories
from tests.browse import logged_in, on, send, words_of
from workflows.invariants import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(cast):
    return cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")


@pytest.fixture
def clock(cast):
    """A thematic supervision of a commune: 25 working days from Thu 15/10/2026."""
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    return Deadline.objects.get(case_id=case.pk, duty="verify")


def asked_for(client, address, **fields):
    """Sends the form and gives back the page that shows what would move."""
    answer = send(client, address, **fields)
    return client.get(answer["Location"]), answer["Location"]


def saved(client, page, location):
    asked = parse_qs(urlsplit(location).query)["asked"][0]
    return send(client, urlsplit(location).path, asked=asked, seen=page.context["moves"].digest)


def test_a_national_day_moves_every_running_deadline_and_says_so_first(cast, keeper, clock):
    before = clock.due_on
    address = reverse("calendars:add", args=["days"])
    fields = {"day": "18/11/2026", "kind": "rest", "name": "Nghỉ đột xuất", "legal_basis": "QĐ 9", "reason": "Bão"}
    with on("2026-11-12"):
        client = logged_in(keeper)
        page, location = asked_for(client, address, **fields)
        assert page.status_code == 200
        assert not CalendarDay.objects.filter(day=D(2026, 11, 18)).exists(), "nothing is written to show it"
        moves = page.context["moves"]
        assert [(one.pk, one.old) for one in moves.all] == [(clock.pk, before)]
        (move,) = moves.all
        assert before.strftime("%d/%m/%Y") in words_of(page)
        saved(client, page, location)
    clock.refresh_from_db()
    assert (clock.due_on, clock.due_on > before) == (move.new, True)
    change = DeadlineChange.objects.get(deadline=clock)
    assert (change.kind, change.old_due_on, change.new_due_on) == ("recalculation", before, move.new)
    assert (change.reason, change.paper, change.decided_by) == ("Bão", "QĐ 9", keeper)
    spans = DeadlineSpan.objects.filter(deadline=clock).order_by("pk")
    assert [span.due_on for span in spans][-2:] == [before, move.new]
    assert [span.ended_at is None for span in spans][-2:] == [False, True]
    entry = AuditEntry.objects.get(verb="add_to_calendar")
    assert (entry.new["moved_deadlines"], entry.reason) == (1, "Bão")
    for rule in (papers.due_by_rule, papers.spans_agree, papers.one_clock):
        assert list(rule(clock.started_at)) == []
