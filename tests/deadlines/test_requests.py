"""More time is asked for by who owes and decided by the body that the rule names, up to what the rule allows."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.calendars.models import TimeLimitRule
from inspections.calendars.rules import days_after
from inspections.deadlines.models import ClockRequest
from inspections.deadlines.queries import running_clock
from inspections.deadlines.services import meet_clock
from inspections.deadlines.services.requests import may_ask, what_may_be_asked
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, item_of, open_steps
from tests.browse import logged_in, on, read, send, text_of
from tests.cast import at
from tests.standing import story
from workflows import starts
from workflows.invariants import INVARIANTS
from workflows.services import InvalidForm

REASON = "Lũ quét chia cắt địa bàn."


@story
def supervision(cast):
    """A thematic supervision of the commune's body whose report came in on Mon 02/11/2026: 25 working days."""
    case = stories.signed(cast, stories.proposed(cast, kind="GSCD"))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    return case


def ask(cast, clock, amount=None, by="officer", what="extension", day="2026-10-26", reason=REASON, files=()):
    return starts.ask_about_clock(
        acting_user=cast[by], clock=clock, what=what, amount=amount, reason=reason, files=files, now=at(day)
    )


def decide(cast, request, by="chair", day="2026-10-27", approves="yes", paper="12-QĐ/UBKTĐU", answer=""):
    do(cast[by], request, "decide", at(day), approves=approves, paper=paper, answer=answer)
    request.refresh_from_db()
    return request


def test_a_third_may_be_asked_once_and_the_body_decides(cast, supervision):
    clock = running_clock(supervision, "verify")
    before = clock.due_on
    with pytest.raises(ValidationError, match="nhiều nhất 8, đề nghị 9"):
        ask(cast, clock, 9)
    request = ask(cast, clock, 8)
    # a request that waits does not stop the clock
    assert (running_clock(supervision, "verify").state, running_clock(supervision, "verify").due_on) == (
        "running", before,
    )  # fmt: skip
    with pytest.raises(NotNow, match="đang chờ quyết định"):
        ask(cast, clock, 1)
    decide(cast, request)
    clock.refresh_from_db()
    assert (request.state, request.paper, clock.times_extended) == ("approved", "12-QĐ/UBKTĐU", 1)
    change = clock.changes.get()
    assert (change.kind, change.amount, change.old_due_on, change.new_due_on) == ("extension", 8, before, clock.due_on)
    with pytest.raises(ValidationError, match="nhiều nhất 1 lần"):
        ask(cast, clock, 1)
    assert [entry.verb for entry in AuditEntry.objects.filter(about_type="deadlines.clockrequest").order_by("seq")] == [
        "ask_extension", "decide_extension",
    ]  # fmt: skip
    page = read(cast["chair"], reverse("deadlines:explanation", args=[clock.pk]), "2026-10-28")
    assert "Gia hạn thêm 8 ngày làm việc theo 12-QĐ/UBKTĐU" in page


def test_who_asked_does_not_decide_and_a_refusal_says_why(cast, supervision):
    clock = running_clock(supervision, "verify")
    request = ask(cast, clock, 2)
    item = item_of(request, "decide")
    assert logged_in(cast["officer"]).get(item.get_absolute_url()).status_code in (403, 404)
    with pytest.raises(Refused):
        do(cast["officer"], request, "decide", at("2026-10-27"), approves="yes", paper="1-QĐ", answer="")
    with pytest.raises(InvalidForm):
        do(cast["chair"], request, "decide", at("2026-10-27"), approves="no", paper="", answer="")
    assert open_steps(request) == ["decide"]
    decide(cast, request, approves="no", paper="", answer="Đủ thời gian.")
    assert (request.state, clock.changes.count(), open_steps(request)) == ("refused", 0, [])
    assert "Đủ thời gian." in read(cast["officer"], reverse("deadlines:explanation", args=[clock.pk]), "2026-10-28")


def test_the_chair_who_asks_does_not_decide_on_it(cast, supervision):
    clock = running_clock(supervision, "verify")
    # the leader of the team is not the chair; strangers and the subject ask for nothing here
    for who in ("stranger", "dm_secretary", "administrator"):
        with pytest.raises(Refused):
            ask(cast, clock, 1, by=who)
    assert not may_ask(cast["dm_secretary"], clock)


def test_what_is_late_or_over_or_not_allowed_is_refused_and_nothing_is_stored(cast, supervision):
    clock = running_clock(supervision, "verify")
    with pytest.raises(ValidationError, match="Hãy"):
        ask(cast, clock, 1, reason="  ")
    with pytest.raises(ValidationError, match="ít nhất là 1"):
        ask(cast, clock, 0)
    with pytest.raises(NotNow, match="không cho phép tạm dừng"):
        ask(cast, clock, what="suspension")
    with pytest.raises(NotNow, match="đã quá hạn thì không gia hạn"):
        ask(cast, clock, 1, day="2027-03-01")
    meet_clock(supervision, "verify", D(2026, 10, 26), now=at("2026-10-26", 12))
    clock.refresh_from_db()
    with pytest.raises(NotNow, match="đã kết thúc"):
        ask(cast, clock, 1)
    assert ClockRequest.objects.count() == 0


def test_a_rule_that_allows_it_lets_a_clock_stand_still_and_run_again(cast, supervision):
    TimeLimitRule.objects.filter(step="verify").update(may_be_suspended=True)
    clock = running_clock(supervision, "verify")
    before = clock.due_on
    assert what_may_be_asked(clock, clock.due_on) == ["extension", "suspension"]
    assert what_may_be_asked(clock, days_after(clock.due_on, 1)) == ["suspension"], "what is late is not extended"
    decide(cast, ask(cast, clock, what="suspension"))
    clock = running_clock(supervision, "verify")
    assert (clock.state, clock.due_on, what_may_be_asked(clock, before)) == ("suspended", before, ["resumption"])
    with pytest.raises(NotNow, match="đang tạm dừng"):
        ask(cast, clock, 1)
    decide(cast, ask(cast, clock, what="resumption", day="2026-11-02"), day="2026-11-03")
    clock = running_clock(supervision, "verify")
    # five working days later, 27/10 to 03/11; 24/11 is a day of rest
    assert (before, clock.state, clock.due_on) == (D(2026, 11, 19), "running", D(2026, 11, 27))


def test_a_superior_decides_where_the_rule_says_so(cast, supervision):
    TimeLimitRule.objects.filter(step="verify").update(extended_by="superior")
    request = ask(cast, running_clock(supervision, "verify"), 1)
    assert item_of(request, "decide").organisation == cast.organisation("commune")
    with pytest.raises(Refused):
        decide(cast, request)
    assert decide(cast, request, by="secretary").state == "approved"


def test_a_stopped_case_ends_what_was_asked(cast, supervision):
    request = ask(cast, running_clock(supervision, "verify"), 1)
    starts.stop(acting_user=cast["chair"], case=supervision, reason="Sáp nhập.", now=at("2026-10-28"))
    request.refresh_from_db()
    assert (request.state, open_steps(request)) == ("lapsed", [])
    assert [breach for one in INVARIANTS for breach in one.breaches(at("2026-10-29"))] == []


def test_the_page_asks_with_papers_and_shows_what_the_rule_allows(cast, supervision):
    clock = running_clock(supervision, "verify")
    client, page = logged_in(cast["officer"]), reverse("workflows:ask_about_clock", args=[clock.pk, "extension"])
    with on("2026-10-26"):
        assert "nhiều nhất 8" in text_of(client.get(page))
        refused = send(client, page, status=422, amount=40, reason=REASON)
        assert REASON in text_of(refused)
        send(client, page, amount=3, reason=REASON)
        assert client.get(reverse("workflows:ask_about_clock", args=[clock.pk, "holiday"])).status_code == 404
    assert clock.requests.get().amount == 3
