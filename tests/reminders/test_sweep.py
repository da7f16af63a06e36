"""The sweep: each rung once, nothing after met or extended, no flood after a stand-still, every rule carried out."""

import datetime
from datetime import date as D

import pytest
from django.core.exceptions import ValidationError

from inspections.calendars.rules import days_after
from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.deadlines.services import cancel_clocks, meet_clock, move_clock
from inspections.organisations.services import deactivate_person, delegate, end_office
from inspections.reference.services import add_row, change_row, end_row
from inspections.reference.tables import table_of
from inspections.reminders.models import Concern, Message, Preference, Reminder, Rung, Sweep
from permissions import audit
from permissions.models import AuditEntry
from tests.cast import NOW, at
from tests.reminders.clocks import clock, passed_over, sent, swept, told

pytestmark = pytest.mark.django_db
DUE = D(2026, 12, 1)
CODES = ["before_15", "before_7", "before_3", "before_1", "due", "late", "letter", "report", "follow_up"]


def day(days: int) -> str:
    return days_after(DUE, days).isoformat()


def test_day_by_day_each_rung_goes_out_once(cast):
    one = clock(cast, DUE)
    for days in range(-20, 35):
        swept(day(days))
        swept(day(days), hour=15)
    assert sent(one) == CODES
    assert passed_over(one) == {}
    days = Reminder.objects.order_by("pk").values_list("on_day", "rung__days")
    assert all((on - DUE).days == rung for on, rung in days)


def test_who_owes_watches_and_leads_are_told_by_their_rungs(cast):
    one = clock(cast, DUE)
    for days in (-15, -3, 15, 30):
        swept(day(days))
    owing = {"dm_secretary", "dm_deputy"}
    watching = {"chair", "vice_chair"}
    leading = {"secretary", "deputy_secretary", "standing", "office_chief"}
    assert told(one, "before_15") == {"owes": owing}
    assert told(one, "before_3") == {"owes": owing, "watches": watching}
    assert told(one, "report") == {"owes": owing, "watches": watching, "leads": leading}
    assert told(one, "follow_up") == {"watches": watching, "leads": leading}


def test_after_a_stand_still_it_catches_up_without_a_flood(cast):
    """Two days down over the due day: one message says how it stands now, the rest is kept as passed over."""
    many = [clock(cast, DUE, about=name) for name in ("dong_muoi", "suoi_da", "thcs")]
    swept(day(-2))
    before = Message.objects.count()
    done = swept(day(1))
    assert (done.sent, done.passed_over) == (3, 6)
    for one in many:
        assert sent(one) == ["before_3", "late"]
        assert {code: why for code, why in passed_over(one).items() if code in ("before_1", "due")} == {
            "before_1": "later_one",
            "due": "later_one",
        }
    assert Message.objects.count() - before == 3 * 4, "each person once a deadline"


@pytest.mark.parametrize("ended", ["met", "cancelled", "suspended"])
def test_what_does_not_run_sends_nothing(cast, ended):
    one = clock(cast, DUE)
    if ended == "met":
        meet_clock(one.item, one.duty, days_after(DUE, -16), now=NOW)
    elif ended == "cancelled":
        cancel_clocks(one.item, now=NOW)
    else:
        Deadline.objects.filter(pk=one.pk).update(state=Deadline.State.SUSPENDED)
    swept(day(-15))
    swept(day(15))
    assert not Reminder.objects.exists()


def test_an_extension_begins_the_ladder_afresh_and_the_old_day_sends_nothing(cast):
    one = clock(cast, DUE)
    swept(day(-3))
    move_clock(
        one,
        days_after(DUE, 20),
        kind=DeadlineChange.Kind.EXTENSION,
        reason="Mưa lũ.",
        decided_by=cast["chair"],
        paper="9-QĐ/ĐU",
        now=at(day(-2)),
    )
    for days in range(-2, 21):
        swept(day(days))
    rungs = Reminder.objects.filter(deadline=one, rung__isnull=False).order_by("pk")
    assert list(rungs.values_list("rung__code", "due_on", "outcome")) == [
        ("before_15", DUE, "passed_over"),
        ("before_7", DUE, "passed_over"),
        ("before_3", DUE, "sent"),
        *((code, days_after(DUE, 20), "sent") for code in CODES[:5]),
    ]


def test_days_before_an_extension_are_not_sent_again_for_the_new_day(cast):
    """Extended by three days on the day before: nobody is told then that seven or fifteen are left."""
    one = clock(cast, DUE)
    swept(day(-1))
    move_clock(
        one,
        days_after(DUE, 3),
        kind=DeadlineChange.Kind.EXTENSION,
        reason="Mưa lũ.",
        decided_by=cast["chair"],
        paper="",
        now=at(day(-1), 10),
    )
    done = swept(day(-1), hour=11)
    # sent is that the day moved
    assert (done.sent, done.passed_over) == (1, 2)
    swept(day(0))
    assert sent(one) == ["before_1", "before_3"]


def test_a_deadline_begun_late_is_not_told_what_is_past(cast):
    one = clock(cast, DUE, started=day(-5))
    swept(day(-5))
    assert sent(one) == []
    assert passed_over(one) == {"before_15": "before_start", "before_7": "before_start"}
    swept(day(-3))
    assert sent(one) == ["before_3"]


def test_who_lost_his_office_or_his_log_in_is_not_told(cast):
    one = clock(cast, DUE)
    last_day = datetime.date(2026, 11, 10)
    end_office(
        acting_user=cast.root, office=cast.offices["dm_deputy"], last_day=last_day, now=at("2026-11-10"), paper="1"
    )
    deactivate_person(acting_user=cast.root, person=cast.person("vice_chair"), reason="Nghỉ hưu.", now=NOW)
    swept(day(-3))
    assert told(one, "before_3") == {"owes": {"dm_secretary"}, "watches": {"chair"}}


def test_a_deputy_by_delegation_is_told(cast):
    delegate(
        acting_user=cast.root,
        office=cast.offices["dm_secretary"],
        deputy=cast.person("sd_member"),
        starts_on=D(2026, 11, 1),
        ends_on=D(2026, 12, 31),
        now=NOW,
    )
    one = clock(cast, DUE)
    swept(day(-15))
    assert told(one, "before_15") == {"owes": {"dm_secretary", "dm_deputy", "sd_member"}}


def test_the_committee_has_one_entry_for_what_was_escalated_in_its_name(cast):
    one, other = clock(cast, DUE), clock(cast, DUE, about="suoi_da")
    swept(day(6))
    assert not AuditEntry.objects.filter(verb="escalate").exists()
    swept(day(7))
    entry = audit.entries_of(cast.organisation("commune")).get(verb="escalate")
    assert entry.new == {"letter": 2, "deadlines": [one.pk, other.pk]}
    assert not entry.user.is_active
    assert list(audit.faults()) == []


def test_a_sweep_says_until_when_all_is_caught_up(cast):
    clock(cast, DUE)
    swept(day(-15))
    swept(day(-15), hour=15)
    row = Sweep.objects.get()
    assert (row.day.isoformat(), row.begun_at, row.sent) == (day(-15), at(day(-15), 15), 1)


# every rule of the ladder that can be configured


@pytest.fixture
def only(cast):
    """One rung alone, as it is told to be, and a deadline that reaches it."""

    def make(**values):
        Rung.objects.update(is_active=False)
        defaults = {"tells_owing": True, "tells_watching": False, "tells_leaders": False, "effect": "remind"}
        rung = Rung.objects.create(
            code="only", name="Chỉ một", **{"days": 5, "mail": "digest", "is_must": False, **defaults, **values}
        )
        one = clock(cast, DUE)
        swept(day(rung.days - 1))
        assert sent(one) == []
        swept(day(rung.days))
        return one

    return make


@pytest.mark.parametrize("days", [-40, -2, 0, 4, 90])
def test_any_day_is_carried_out(only, days):
    assert sent(only(days=days)) == ["only"]


@pytest.mark.parametrize(
    ("tells", "concerns"),
    [
        ({"tells_owing": True}, {"owes"}),
        ({"tells_owing": False, "tells_watching": True}, {"watches"}),
        ({"tells_owing": False, "tells_leaders": True}, {"leads"}),
        ({"tells_owing": True, "tells_watching": True, "tells_leaders": True}, {"owes", "watches", "leads"}),
    ],
)
def test_whom_a_rung_tells_is_carried_out(only, tells, concerns):
    assert set(told(only(**tells), "only")) == concerns


@pytest.mark.parametrize("effect", ["remind", "letter", "report", "follow_up"])
def test_every_effect_is_carried_out_and_recorded(cast, only, effect):
    one = only(effect=effect)
    assert Reminder.objects.get(deadline=one).effect == effect
    entries = audit.entries_of(cast.organisation("commune")).filter(verb="escalate")
    assert [entry.new for entry in entries] == ([] if effect == "remind" else [{effect: 1, "deadlines": [one.pk]}])


@pytest.mark.parametrize("mail", ["", "digest", "at_once"])
@pytest.mark.parametrize("is_must", [False, True])
def test_mail_and_must_are_carried_out_against_the_wish_of_a_person(cast, only, mail, is_must):
    Preference.objects.create(user=cast["dm_secretary"], concern=Concern.OWES, in_app=False, mails="none")
    only(mail=mail, is_must=is_must)
    ways = {one.user.username: (one.in_app, one.by_mail) for one in Message.objects.select_related("user")}
    assert ways["dm_deputy"] == (True, mail)
    assert ways.get("dm_secretary") == ((True, mail) if is_must else None)


def test_a_rung_no_longer_in_use_sends_nothing_and_a_new_one_does(cast, keeper):
    one = clock(cast, DUE)
    swept(day(-8))
    ladder = table_of("reminder-ladder")
    given = {"acting_user": keeper, "table": ladder, "reason": "HD 9", "now": NOW}
    end_row(row=Rung.objects.get(code="before_7"), **given)
    values = {"code": "before_5", "name": "Còn 5 ngày", "days": -5, "effect": "remind", "tells_owing": True}
    values |= {"tells_watching": False, "tells_leaders": False, "mail": "digest", "is_must": False, "is_active": True}
    add_row(values={**values, "source": "", "certainty": "D"}, **given)
    for days in range(-7, -4):
        swept(day(days))
    assert sent(one) == ["before_15", "before_5"]
    change_row(row=Rung.objects.get(code="before_3"), values={"days": -4}, **given)
    swept(day(-4))
    assert sent(one)[-1] == "before_3"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"days": -7}, "__all__"),
        ({"days": -4, "mail": "at_once"}, "mail"),
        ({"days": -4, "tells_owing": False}, "tells_owing"),
    ],
)
def test_a_rung_that_cannot_be_carried_out_is_refused(cast, keeper, values, wrong):
    good = {"code": "new", "name": "Mới", "days": -4, "effect": "remind", "tells_owing": True, "certainty": "D"}
    good |= {"tells_watching": False, "tells_leaders": False, "mail": "digest", "is_must": False, "is_active": True}
    with pytest.raises(ValidationError) as refusal:
        add_row(
            acting_user=keeper, table=table_of("reminder-ladder"), values={**good, **values}, reason="HD 9", now=NOW
        )
    assert list(refusal.value.message_dict) == [wrong]
