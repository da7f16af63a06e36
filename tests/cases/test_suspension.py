"""A member is suspended from Party activity for 90 days, once 30 more; somebody has to end it (domain.md §4.12)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.calendars.models import TimeLimitRule
from inspections.cases.models import Case, Suspension
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.organisations.services import delegate
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, inbox, item_of, open_steps
from tests.browse import logged_in, on, read, send, text_of
from tests.cast import at
from tests.standing import story
from workflows import starts
from workflows.invariants import INVARIANTS
from workflows.services import InvalidForm

REASON = "Cản trở việc kiểm tra."


@story
def case(cast) -> Case:
    """A case of the commune's body about a member of Chi bộ thôn Suối Đá, announced on Mon 20/7/2026."""
    one = stories.proposed(
        cast,
        subjects=[SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))],
        day="2026-07-13",
    )
    stories.signed(cast, one, day="2026-07-14")
    stories.prepared(cast, one, day="2026-07-15")
    stories.announced(cast, one, day="2026-07-20", due=D(2026, 8, 10))
    one.refresh_from_db()
    return one


def suspend(cast, case, by="chair", day="2026-08-03", signed_on=D(2026, 8, 3), **given):
    given = {"subject": case.subjects.first(), "number": "05-QĐ/UBKTĐU", "reason": REASON} | given
    return starts.suspend_member(acting_user=cast[by], case=case, signed_on=signed_on, now=at(day), **given)


def end(cast, suspension, by="chair", day="2026-10-05", **given):
    given = {
        "end": "lifted",
        "ended_on": D.fromisoformat(day),
        "paper": "9-QĐ/UBKTĐU",
        "reason": "Đã khắc phục.",
    } | given
    do(cast[by], suspension, "end_suspension", at(day), **given)
    suspension.refresh_from_db()
    return suspension


def clock_of(suspension):
    return Deadline.objects.get(item_id=suspension.pk, duty="suspension")


def breaches(day):
    return [breach for one in INVARIANTS for breach in one.breaches(at(day))]


def test_ninety_days_and_its_end_lies_with_the_body(cast, case):
    suspension = suspend(cast, case)
    clock = clock_of(suspension)
    ubkt = cast.organisation("ubkt")
    assert (clock.due_on, clock.organisation, clock.watcher) == (D(2026, 11, 1), ubkt, ubkt)
    item = item_of(suspension, "end_suspension")
    assert (item.deadline, item.organisation) == (clock, ubkt)
    for who in ("chair", "vice_chair"):
        assert "end_suspension" in inbox(cast[who], at("2026-08-04"))
    for who in ("member", "sd_member", "secretary", "stranger"):
        assert "end_suspension" not in inbox(cast[who], at("2026-08-04"))
    page = read(cast["chair"], reverse("workflows:my_work"), "2026-10-31")
    assert "Chấm dứt đình chỉ" in page
    assert AuditEntry.objects.get(about_type="cases.suspension").verb == "suspend_member"
    assert breaches("2026-08-05") == []


def test_who_may_suspend(cast, case):
    for who in ("member", "officer", "secretary", "sd_secretary", "sd_member", "stranger", "administrator"):
        with pytest.raises(Refused):
            suspend(cast, case, by=who)
    # four eyes are not needed: also who signed the case, or leads the team
    assert suspend(cast, case, by="vice_chair").decided_by == cast["vice_chair"]


def test_nobody_suspends_himself_or_where_he_withdrew_nor_in_the_name_of_such(cast, case):
    starts.withdraw_from_case(acting_user=cast["vice_chair"], case=case, reason="Họ hàng.", now=at("2026-07-21"))
    delegate(
        acting_user=cast.root,
        office=cast.offices["vice_chair"],
        deputy=cast.person("member2"),
        starts_on=D(2026, 7, 1),
        ends_on=D(2026, 12, 31),
        now=cast.now,
    )
    for who in ("vice_chair", "member2"):
        with pytest.raises(Refused):
            suspend(cast, case, by=who)
    suspension = suspend(cast, case)
    with pytest.raises(Refused):
        end(cast, suspension, by="member2")


def test_wrong_moment_and_wrong_input(cast, case):
    wrong = (
        ({"number": " "}, "number"),
        ({"reason": " "}, "reason"),
        ({"signed_on": D(2026, 8, 4)}, "signed_on"),
        ({"signed_on": D(2026, 7, 1)}, "signed_on"),
    )
    for given, field in wrong:
        with pytest.raises(ValidationError) as refusal:
            suspend(cast, case, **given)
        assert list(refusal.value.message_dict) == [field]
    about_cell = stories.signed(cast, stories.proposed(cast, day="2026-07-13"), day="2026-07-14")
    with pytest.raises(NotNow):
        suspend(cast, about_cell)  # it is not announced yet
    with pytest.raises(ValidationError, match="đảng viên"):
        suspend(cast, case, subject=about_cell.subjects.get())
    suspend(cast, case)
    with pytest.raises(ValidationError, match="đang bị đình chỉ"):
        suspend(cast, case)
    assert Suspension.objects.count() == 1


def test_without_a_known_limit_nobody_is_suspended(cast, case):
    TimeLimitRule.objects.filter(step="suspension").update(amount=None)
    with pytest.raises(NotNow, match="quản trị"):
        suspend(cast, case)


def test_thirty_days_once_asked_by_the_body_and_decided_by_another(cast, case):
    clock = clock_of(suspend(cast, case))

    def ask(amount, by="officer", day="2026-10-26"):
        return starts.ask_about_clock(
            acting_user=cast[by], clock=clock, what="extension", amount=amount, reason="Chưa xong.", now=at(day)
        )

    with pytest.raises(ValidationError, match="nhiều nhất 30, đề nghị 31 là quá mức: 21-QĐ/TW"):
        ask(31)
    for who in ("sd_secretary", "sd_member", "stranger"):
        with pytest.raises(Refused):
            ask(30, by=who)
    request = ask(30, by="chair")
    with pytest.raises(Refused):
        do(cast["chair"], request, "decide", at("2026-10-27"), approves="yes", paper="11-QĐ", answer="")
    do(cast["vice_chair"], request, "decide", at("2026-10-27"), approves="yes", paper="11-QĐ", answer="")
    clock.refresh_from_db()
    assert clock.due_on == D(2026, 12, 1)
    with pytest.raises(ValidationError, match="nhiều nhất 1 lần"):
        ask(1)


def test_lifted_with_reason_and_paper(cast, case):
    suspension = suspend(cast, case)
    wrong = (
        ({"paper": ""}, "paper"),
        ({"reason": ""}, "reason"),
        ({"ended_on": D(2026, 10, 6)}, "ended_on"),
        ({"ended_on": D(2026, 8, 2)}, "ended_on"),
        ({"end": "expired", "paper": ""}, "ended_on"),  # its time has not run out
        ({"end": "discipline", "paper": ""}, "paper"),
    )
    for given, field in wrong:
        with pytest.raises(InvalidForm) as refusal:
            end(cast, suspension, **given)
        assert list(refusal.value.form.errors) == [field]
    end(cast, suspension, by="vice_chair")
    assert (suspension.end, suspension.ended_on, open_steps(suspension)) == ("lifted", D(2026, 10, 5), [])
    assert (clock_of(suspension).state, clock_of(suspension).met_on) == ("met", D(2026, 10, 5))
    assert AuditEntry.objects.filter(about_type="cases.suspension").last().verb == "end_suspension"
    assert breaches("2026-10-06") == []
    # he can be suspended again
    assert suspend(cast, case, day="2026-10-12", signed_on=D(2026, 10, 12)).pk != suspension.pk


def test_expired_and_ended_by_discipline(cast, case):
    suspension = suspend(cast, case)
    end(cast, suspension, day="2026-11-03", end="expired", ended_on=D(2026, 11, 1), paper="", reason="")
    assert (suspension.end, clock_of(suspension).met_on) == ("expired", D(2026, 11, 1))
    again = suspend(cast, case, day="2026-11-04", signed_on=D(2026, 11, 4), number="15-QĐ/UBKTĐU")
    end(cast, again, day="2026-11-20", end="discipline", paper="16-QĐ/UBKTĐU", reason="")
    assert again.end == "discipline"


@pytest.mark.parametrize("way", [starts.stop, starts.convert], ids=["stopped", "converted"])
def test_it_goes_on_when_the_case_ends(cast, case, way):
    suspension = suspend(cast, case)
    asked = starts.ask_about_clock(
        acting_user=cast["officer"], clock=clock_of(suspension), what="extension", amount=9, reason="Chưa xong.",
        now=at("2026-08-10"),
    )  # fmt: skip
    way(acting_user=cast["chair"], case=case, reason="Có lý do.", now=at("2026-08-11"))
    assert open_steps(case) == ["decide", "end_suspension"]
    assert clock_of(suspension).state == "running"
    assert breaches("2026-08-12") == []
    do(cast["chair"], asked, "decide", at("2026-08-12"), approves="yes", paper="12-QĐ", answer="")
    end(cast, suspension)
    assert open_steps(case) == []
    assert breaches("2026-10-06") == []


def test_the_page_and_what_the_member_and_others_see(cast, case):
    form, people = reverse("workflows:suspend", args=[case.pk]), reverse("cases:people", args=[case.pk])
    with on("2026-08-03"):
        browser = logged_in(cast["chair"])
        assert form in text_of(browser.get(people))
        refused = send(browser, form, status=422, subject=case.subjects.get().pk, number="", reason=REASON)
        assert REASON in text_of(refused)
        given = {"subject": case.subjects.get().pk, "number": "05-QĐ/UBKTĐU", "signed_on": D(2026, 8, 3)}
        send(browser, form, reason=REASON, **given)
    (suspension,) = Suspension.objects.all()
    explanation = reverse("deadlines:explanation", args=[clock_of(suspension).pk])
    # the member reads reason, days and paper; his cell and the leaders above do too
    for who in ("sd_member", "sd_secretary", "secretary"):
        page = read(cast[who], people, "2026-08-05")
        assert REASON in page, who
        assert "05-QĐ/UBKTĐU" in page, who
        assert "01/11/2026" in page, who
        assert "90 ngày" in read(cast[who], explanation, "2026-08-05")
        assert form not in page
    read(cast["stranger"], people, "2026-08-05", status=404)
    end(cast, suspension)
    assert "Đã khắc phục." in read(cast["sd_member"], people, "2026-10-06")


def test_another_member_of_the_same_case_does_not_read_it(cast):
    cast.add_user("sd_other", "Lường Thị Mây", "", "suoi_da")
    cell = cast.organisation("suoi_da")
    both = [SubjectChoice(cell, cast.person(name)) for name in ("sd_member", "sd_other")]
    case = stories.signed(cast, stories.proposed(cast, subjects=both, day="2026-07-13"), day="2026-07-14")
    stories.prepared(cast, case, day="2026-07-15")
    stories.announced(cast, case, day="2026-07-20", due=D(2026, 8, 10))
    case.refresh_from_db()
    suspension = suspend(cast, case, subject=case.subjects.get(person=cast.person("sd_member")))
    people, overview = (reverse(f"cases:{name}", args=[case.pk]) for name in ("people", "overview"))
    assert REASON not in read(cast["sd_other"], people, "2026-08-05")
    assert "01/11/2026" not in read(cast["sd_other"], overview, "2026-08-05")
    assert "01/11/2026" in read(cast["sd_member"], overview, "2026-08-05")
    read(cast["sd_other"], reverse("deadlines:explanation", args=[clock_of(suspension).pk]), "2026-08-05", status=404)
