"""The bell, the list, the wishes, the history beside each item, reminding by hand."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.calendars.rules import days_after
from inspections.cases.models import Recusal
from inspections.deadlines.models import Deadline
from inspections.deadlines.services import meet_clock
from inspections.organisations.services import end_office
from inspections.remedies.models import Correction
from inspections.reminders.models import Message, Preference, Reminder
from inspections.reminders.queries import messages_for, unread_count
from inspections.reminders.services.by_hand import remind
from inspections.reminders.services.own import mark_read
from permissions import audit
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from tests.browse import logged_in, on, read, send, text_of, words_of
from tests.cast import at
from tests.reminders.clocks import clock, swept, told
from tests.standing import story

pytestmark = pytest.mark.django_db
DUE = D(2026, 12, 1)
DAY = "2026-11-28"  # three days before


@story
def correction(cast):
    """A correction of a published notice, late, with all that was sent about it."""
    stories.run_to_notice(cast)
    return Correction.objects.order_by("pk").first()


def deadline_of(correction) -> Deadline:
    return Deadline.objects.get(item_id=correction.pk, duty="correct", state="running")


def test_the_bell_counts_and_the_list_shows(cast):
    one = clock(cast, DUE)
    swept(DAY)
    page = read(cast["dm_secretary"], "/reminders/", DAY)
    assert "Nhắc hạn 1" in page
    assert one.title in page
    assert "Còn 3 ngày" in page
    assert "Nhắc hạn 1" not in read(cast["sd_secretary"], "/reminders/", DAY)


def test_read_is_marked_by_pressing_never_by_looking(cast):
    clock(cast, DUE)
    swept(DAY)
    user = cast["dm_secretary"]
    with on(DAY):
        client = logged_in(user)
        client.get("/reminders/")
        assert unread_count(cast["dm_secretary"]) == 1
        message = Message.objects.get(user=user)
        send(client, reverse("reminders:read", args=[message.pk]))
        assert unread_count(cast["dm_secretary"]) == 0
        assert unread_count(cast["dm_deputy"]) == 1
        assert "Không có nhắc hạn nào" in words_of(client.get("/reminders/?unread=yes"))
        send(logged_in(cast["dm_deputy"]), reverse("reminders:read_all"))
        assert unread_count(cast["dm_deputy"]) == 0


def test_filters_narrow_by_kind_part_and_organisation(cast):
    clock(cast, DUE)
    clock(cast, DUE, about="suoi_da", organisation="suoi_da", title="Đảng phí")
    for day in (DAY, days_after(DUE, 7).isoformat()):
        swept(day)
    with on("2026-12-08"):
        client = logged_in(cast["chair"])
        for query, count in {
            "": 4,
            "?effect=letter": 2,
            "?effect=remind": 2,
            "?q=suoi+da": 2,
            "?concern=leads": 0,
        }.items():
            page = client.get(f"/reminders/{query}").context["page"]
            assert page.paginator.count == count, query
        assert client.get("/reminders/?export=xlsx").content[:2] == b"PK"


def test_what_one_sees_no_more_is_neither_listed_nor_counted(cast, correction):
    one = deadline_of(correction)
    day = one.due_on.isoformat()
    swept(day)
    user = cast["dm_secretary"]
    with on(day):
        assert unread_count(cast["dm_secretary"]) == messages_for(cast["dm_secretary"]).count() == 1
        assert unread_count(cast["dm_deputy"]) == 1
        Recusal.objects.create(case_id=one.case_id, person=user.person, reason="Họ hàng.", declared_at=at(day))
        end_office(
            acting_user=cast.root, office=cast.offices["dm_deputy"], last_day=D(2026, 11, 1), now=at(day), paper="1"
        )
        for name in ("dm_secretary", "dm_deputy"):
            assert unread_count(cast[name]) == messages_for(cast[name]).count() == 0, name


def test_the_bell_is_one_question_however_much_there_is(cast):
    for number in range(3):
        clock(cast, days_after(DUE, number), about=("dong_muoi", "suoi_da", "thcs")[number])
    swept("2026-12-05")
    user = cast["dm_secretary"]
    with on("2026-12-05"):
        from permissions import policy

        policy.bars_of(policy.viewer_for(user))
        assert policy.viewer_for(user).holdings
        with CaptureQueriesContext(connection) as queries:
            assert unread_count(user) == 3
    assert len(queries) == 1


def test_the_history_beside_the_item_says_what_to_whom_when_and_why(cast, correction):
    one = deadline_of(correction)
    swept(days_after(one.due_on, -3).isoformat())
    swept(days_after(one.due_on, 7).isoformat())
    page = days_after(one.due_on, 7).isoformat()
    for address in (reverse("deadlines:explanation", args=[one.pk]), reverse("remedies:detail", args=[correction.pk])):
        shown = read(cast["chair"], address, page)
        assert "Đôn đốc bằng công văn" in shown
        assert "đã bỏ qua" in shown
        assert "Đinh Hữu Huân" in shown and "Đỗ Văn Quý" in shown
        by_the_cell = read(cast["dm_secretary"], address, page)
        assert "Đinh Hữu Huân" in by_the_cell
        history = by_the_cell.partition("Đôn đốc bằng công văn")[2].partition("Kế hoạch khắc phục")[0]
        assert "Đỗ Văn Quý" not in history, "who owes is told of his own side"


def test_wishes_are_kept_and_followed_but_for_what_is_a_must(cast):
    user = cast["dm_secretary"]
    with on("2026-11-20"):
        client = logged_in(user)
        page = client.get("/reminders/settings/")
        assert "Chưa có địa chỉ thư" in words_of(page)
        wanted = {"owes_mails": "none", "watches_app": "on", "watches_mails": "all", "leads_mails": "digest"}
        send(client, "/reminders/settings/", **wanted)
    kept = {one.concern: (one.in_app, one.mails) for one in Preference.objects.filter(user=user)}
    assert kept == {"owes": (False, "none"), "watches": (True, "all"), "leads": (False, "digest")}
    one = clock(cast, DUE)
    swept(DAY)
    swept("2026-12-01")
    assert told(one, "before_3")["owes"] == {"dm_deputy"}
    assert told(one, "due")["owes"] == {"dm_secretary", "dm_deputy"}


# by hand


def test_a_leader_reminds_and_it_is_told_to_who_owes_with_who_said_so(cast):
    one = clock(cast, DUE)
    with on(DAY):
        client = logged_in(cast["secretary"])
        explained = client.get(reverse("deadlines:explanation", args=[one.pk]))
        address = reverse("reminders:remind", args=[one.pk])
        assert address in text_of(explained)
        send(client, address, note="Đồng chí báo cáo trước thứ Sáu.")
    reminder = Reminder.objects.get()
    assert reminder.sent_by == cast["secretary"]
    assert set(reminder.messages.values_list("user__username", "by_mail")) == {
        ("dm_secretary", "digest"),
        ("dm_deputy", "digest"),
    }
    shown = read(cast["dm_secretary"], "/reminders/", DAY)
    assert "Đồng chí báo cáo trước thứ Sáu." in shown and "Đỗ Hữu Thành" in shown
    entry = audit.entries_of(cast.organisation("commune")).get(verb="remind")
    assert (entry.new, entry.reason) == ({"deadlines": [one.pk]}, "Đồng chí báo cáo trước thứ Sáu.")


def test_by_hand_once_a_day_and_only_what_runs(cast):
    one, other, met = (clock(cast, DUE, about=name) for name in ("dong_muoi", "suoi_da", "thcs"))
    meet_clock(met.item, met.duty, D(2026, 11, 1), now=at("2026-11-01"))
    given = {"acting_user": cast["chair"], "note": "", "now": at(DAY)}
    assert len(remind(deadlines=[one, met], **given)) == 1
    assert [row.deadline for row in remind(deadlines=[one, other], **given)] == [other]
    with pytest.raises(NotNow):
        remind(deadlines=[one, other, met], **given)
    assert len(remind(deadlines=[one], **{**given, "now": at("2026-11-29")})) == 1
    with pytest.raises(ValidationError):
        remind(deadlines=[], **given)


def test_by_hand_reaches_also_who_switched_all_off(cast):
    Preference.objects.create(user=cast["dm_secretary"], concern="owes", in_app=False, mails="none")
    one = clock(cast, DUE)
    remind(acting_user=cast["chair"], deadlines=[one], note="", now=at("2026-12-01"))
    assert Message.objects.filter(user=cast["dm_secretary"], in_app=True, by_mail="at_once").exists()


@pytest.mark.parametrize("name", ["dm_secretary", "stranger", "administrator"])
def test_who_owes_and_strangers_remind_nobody(cast, name):
    one = clock(cast, DUE)
    with pytest.raises(Refused) as refusal:
        remind(acting_user=cast[name], deadlines=[one], note="", now=at(DAY))
    assert refusal.value.denied.stranger() is (name != "dm_secretary")
    assert not Reminder.objects.exists()


def test_nobody_marks_the_messages_of_another(cast):
    clock(cast, DUE)
    swept(DAY)
    message = Message.objects.filter(user=cast["dm_deputy"]).get()
    assert mark_read(acting_user=cast["dm_secretary"], messages=[message.pk], now=at(DAY)) == 0
    with on(DAY):
        response = logged_in(cast["dm_secretary"]).post(reverse("reminders:read", args=[message.pk]))
    assert response.status_code == 404
