"""A request about a clock that is handed in or over before it is decided closes by itself, and everybody is told."""

from datetime import date as D

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.deadlines.models import ClockRequest
from inspections.deadlines.queries import running_clock
from inspections.deadlines.services import cancel_clocks, requests
from inspections.remedies.models import Correction
from inspections.reminders.models import Message, Reminder
from permissions.models import AuditEntry
from permissions.verdicts import NotNow
from project.demo import stories
from project.demo.drive import do, inbox, item_of, open_steps
from tests.browse import logged_in, on, read
from tests.cast import NOW, at
from tests.racing import posting, race, widen
from tests.standing import story
from workflows import services, starts
from workflows.invariants import INVARIANTS

HANDED_IN = "Không còn cần thiết: việc đã được nộp ngày 12/11/2026."


def demanded(cast):
    case = stories.run_to_notice(cast, "Sổ nghị quyết ghi sơ sài.")
    return Correction.objects.get(demand__notice__case=case)


@story
def correction(cast):
    """A demand to Chi bộ thôn Đồng Muối, due on 29/11/2026."""
    return demanded(cast)


def asked(cast, correction, day="2026-11-11"):
    return starts.ask_about_clock(
        acting_user=cast["dm_secretary"],
        clock=running_clock(correction, "correct"),
        what="extension",
        amount=5,
        reason="Lũ quét chia cắt địa bàn.",
        now=at(day),
    )


def decided(cast, request, day="2026-11-12"):
    do(cast["chair"], request, "decide", at(day), approves="yes", paper="12-QĐ/UBKTĐU", answer="")


def plan(correction):
    return {
        "line-TOTAL_FORMS": 1,
        "line-INITIAL_FORMS": 0,
        "line-0-finding": correction.demand.findings.get().pk,
        "line-0-remedy": "Ghi lại sổ.",
        "line-0-due_on": "20/11/2026",
        "line-0-product": "Sổ nghị quyết",
    }


def planned(cast, correction, day="2026-11-12"):
    do(cast["dm_secretary"], correction, "plan", at(day), **{**plan(correction), "line-0-due_on": D(2026, 11, 20)})


def all_hold():
    return [f"{one.code}: {breach}" for one in INVARIANTS for breach in one.breaches(at("2026-11-24"))]


def test_handed_in_before_the_decision_it_lapses_and_says_so(cast, correction):
    request, case = asked(cast, correction), correction.demand.notice.case
    task = item_of(request, "decide").get_absolute_url()
    assert "decide" in inbox(cast["chair"], at("2026-11-12"))
    planned(cast, correction)
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.answer) == ("lapsed", None, HANDED_IN)
    assert open_steps(request) == [] and "decide" not in inbox(cast["chair"], at("2026-11-12"))
    entry = AuditEntry.objects.get(verb="plan_remedies")
    assert entry.chain == f"case:{case.pk}" and any(HANDED_IN in told for told in entry.new["time_limits"])
    with on("2026-11-12"):
        page = logged_in(cast["chair"]).get(task)
        assert page.status_code == 200 and HANDED_IN in page.content.decode()
    clock = request.deadline
    assert HANDED_IN in read(cast["dm_secretary"], reverse("deadlines:explanation", args=[clock.pk]), "2026-11-12")
    assert all_hold() == []


def test_who_asked_and_who_would_have_decided_are_told(cast, correction):
    asked(cast, correction)
    planned(cast, correction)
    reminder = Reminder.objects.get(why="lapsed")
    told = set(Message.objects.filter(reminder=reminder).values_list("user__username", "concern"))
    assert ("dm_secretary", "owes") in told and ("chair", "watches") in told
    assert not {name for name, _concern in told} & {"officer", "sd_secretary", "stranger", "secretary"}
    for who in ("dm_secretary", "chair"):
        assert HANDED_IN in read(cast[who], reverse("reminders:list"), "2026-11-12")


def test_decided_before_it_is_handed_in_it_stands(cast, correction):
    request = asked(cast, correction)
    decided(cast, request)
    planned(cast, correction)
    request.refresh_from_db()
    assert (request.state, request.answer) == ("approved", "")
    assert not Reminder.objects.filter(why="lapsed").exists() and all_hold() == []


def test_what_lapsed_is_not_decided(cast, correction):
    request = asked(cast, correction)
    item = item_of(request, "decide")
    planned(cast, correction)
    with pytest.raises(services.AlreadyDone):
        services.submit(acting_user=cast["chair"], task=item.task, build_form=lambda _item: None, now=at("2026-11-12"))
    with pytest.raises(NotNow, match="Không còn cần thiết"):
        requests.decide(
            acting_user=cast["chair"], request=request, approves=True, paper="1-QĐ", answer="", now=at("2026-11-12")
        )


def test_cancelled_with_nothing_owed_it_lapses_too(cast, correction):
    request = asked(cast, correction)
    cancel_clocks(correction, now=at("2026-11-12"))
    request.refresh_from_db()
    assert (request.state, request.answer) == ("lapsed", "Không còn cần thiết: không còn nghĩa vụ nào phải thực hiện.")
    assert open_steps(request) == []


def test_after_it_comes_back_more_time_can_be_asked_for_again(cast, correction):
    asked(cast, correction)
    planned(cast, correction)
    action = correction.actions.get()
    returned = {f"verdict_{action.pk}": "return", f"reason_{action.pk}": "Chưa rõ."}
    do(cast["officer"], correction, "judge_plan", at("2026-11-13"), **returned)
    assert asked(cast, correction, day="2026-11-13").state == "asked"
    assert ClockRequest.objects.count() == 2 and all_hold() == []


@pytest.mark.parametrize("first", ["plan", "decide", "together"])
def test_handing_in_and_deciding_at_once(lasting_db, cast, monkeypatch, first):
    """Whoever comes first: the other waits, nobody for ever, and request, process and clock agree."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    correction = demanded(cast)
    request = asked(cast, correction)
    hand_in = posting(cast["dm_secretary"], item_of(correction, "plan").get_absolute_url(), {
        **plan(correction), "line-0-due_on": "27/11/2026",
    })  # fmt: skip
    decide = posting(cast["chair"], item_of(request, "decide").get_absolute_url(), {
        "approves": "yes", "paper": "12-QĐ/UBKTĐU", "answer": "",
    })  # fmt: skip
    widen(monkeypatch)
    calls = {"plan": hand_in, "decide": decide}
    if first == "together":
        results = dict(zip(calls, race(*calls.values()), strict=True))
    else:
        results = {name: calls[name]() for name in sorted(calls, key=lambda name: name != first)}
    request.refresh_from_db()
    assert results["plan"].status_code == 302
    assert (results["decide"].status_code, request.state) in [(302, "approved"), (409, "lapsed")]
    if first != "together":
        assert request.state == {"plan": "lapsed", "decide": "approved"}[first]
    assert open_steps(request) == []
    assert all_hold() == []
