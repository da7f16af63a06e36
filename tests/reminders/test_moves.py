"""Whoever owes or watches is told, once, that a last day moved: by a decision, or with the calendar."""

from datetime import date as D

import pytest
from django.core import mail as outbox

from inspections.calendars.rules import days_after
from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.deadlines.services import extend_clock, hand_back, hand_over, move_clock, suspend_clock
from inspections.organisations.models import Person
from inspections.reminders.models import Message, Reminder
from inspections.reminders.services.mailing import send_mails
from project.demo import stories
from tests.browse import read
from tests.cast import at
from tests.keeping import ADD, DAYS, kept
from tests.reminders.clocks import clock, swept

pytestmark = pytest.mark.django_db
DUE = D(2026, 12, 1)
OWING, WATCHING = {"dm_secretary", "dm_deputy"}, {"chair", "vice_chair"}


def told():
    return Reminder.objects.get(why=Reminder.Why.MOVED)


def people(reminder):
    return set(Message.objects.filter(reminder=reminder).values_list("user__username", flat=True))


def moved(cast, one, day="2026-11-03", **given):
    facts = {"kind": "setting", "reason": "Bão số 9.", "paper": "9-QĐ/UBKTĐU", **given}
    return move_clock(one, D(2026, 12, 10), decided_by=cast["chair"], now=at(day), **facts)


def test_by_a_decision_once_with_both_days_and_the_reason(cast):
    one = clock(cast, DUE)
    change = moved(cast, one)
    swept("2026-11-03")
    swept("2026-11-03", hour=15)
    swept("2026-11-04")
    reminder = told()
    assert (reminder.change, reminder.due_on, reminder.on_day) == (change, D(2026, 12, 10), D(2026, 11, 3))
    assert reminder.note == "Ngày cuối chuyển từ 01/12/2026 sang 10/12/2026. Bão số 9. (9-QĐ/UBKTĐU)"
    assert people(reminder) == OWING | WATCHING
    assert set(reminder.messages.values_list("by_mail", flat=True)) == {"digest"}
    assert reminder.note in read(cast["dm_secretary"], "/reminders/", "2026-11-04")


def test_with_the_calendar_all_whose_days_move_are_told(cast):
    keeper = cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    rest = {"day": D(2026, 11, 18), "kind": "rest", "name": "Nghỉ đột xuất", "legal_basis": "QĐ 9"}
    _row, moves = kept(DAYS, ADD, by=keeper, now=at("2026-11-02"), reason="Bão", **rest)
    assert len(moves) > 0
    swept("2026-11-02", hour=10)
    reminders = Reminder.objects.filter(why=Reminder.Why.MOVED)
    assert {one.deadline_id for one in reminders} == {one.pk for one in moves.all}
    assert all(people(one) for one in reminders)
    assert all("Bão (QĐ 9)" in one.note for one in reminders)


def test_that_a_limit_stands_still_is_told_too(cast):
    one = clock(cast, DUE)
    suspend_clock(one, on=D(2026, 11, 3), reason="Lũ.", paper="3-QĐ", decided_by=cast["chair"], now=at("2026-11-03"))
    swept("2026-11-03", hour=10)
    assert told().note == "Thời hạn tạm dừng. Lũ. (3-QĐ)"


@pytest.mark.parametrize("late", [0, 7, 8])
def test_after_a_stand_still_nobody_is_told_of_what_moved_long_ago(cast, late):
    one = clock(cast, DUE)
    moved(cast, one)
    swept(days_after(D(2026, 11, 3), late).isoformat(), hour=15)
    assert Reminder.objects.filter(why=Reminder.Why.MOVED).exists() is (late <= 7)


def test_what_comes_back_is_told_by_the_work_and_what_is_over_by_nothing(cast):
    one, over = clock(cast, DUE), clock(cast, DUE, about="suoi_da")
    body = cast.organisation("ubkt")
    hand_over(one.item, one.duty, body, on=D(2026, 11, 3), now=at("2026-11-03"))
    back = {"on": D(2026, 11, 5), "reason": "Thiếu.", "decided_by": cast["chair"], "now": at("2026-11-05")}
    hand_back(one.item, one.duty, **back)
    extend_clock(over, 2, "working", reason="Lũ.", paper="", decided_by=cast["chair"], now=at("2026-11-05"))
    Deadline.objects.filter(pk=over.pk).update(state="cancelled", closed_at=at("2026-11-05"))
    assert DeadlineChange.objects.count() == 2
    swept("2026-11-05", hour=10)
    assert not Reminder.objects.filter(why=Reminder.Why.MOVED).exists()


def test_the_mail_says_that_a_day_moved_and_that_a_limit_stands_still(cast):
    Person.objects.filter(user__username="dm_secretary").update(email="dm@example.org")
    one, still = clock(cast, DUE), clock(cast, DUE, about="suoi_da")
    moved(cast, one)
    suspend_clock(still, on=D(2026, 11, 3), reason="Lũ.", paper="3-QĐ", decided_by=cast["chair"], now=at("2026-11-03"))
    swept("2026-11-03", hour=15)
    send_mails(now=at("2026-11-04"))
    (mail,) = [one for one in outbox.outbox if one.to == ["dm@example.org"]]
    assert "ngày cuối đã chuyển" in mail.body.lower()
    assert "tạm" in mail.body.lower()
