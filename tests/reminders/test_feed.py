"""The calendar feed: a secret address that is revoked, one entry a deadline for ever, nothing of a case in it."""

from datetime import date as D

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from inspections.calendars.rules import days_after
from inspections.cases.models import Recusal
from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.deadlines.services import meet_clock, move_clock
from inspections.organisations.services import deactivate_person
from inspections.remedies.models import Correction
from inspections.reminders.models import FeedAddress
from inspections.reminders.services.own import make_feed, revoke_feed
from permissions import audit
from project.demo import stories
from tests.browse import logged_in, on, words_of
from tests.cast import NOW, at
from tests.reminders.clocks import clock
from tests.standing import story

pytestmark = pytest.mark.django_db
DUE = D(2026, 12, 1)


@story
def correction(cast):
    stories.run_to_notice(cast)
    return Correction.objects.order_by("pk").first()


def fetched(token: str, day: str = "2026-11-23") -> "Calendar | int":
    """The calendar that a program without any log-in reads at the address, or the status."""
    with on(day):
        response = Client().get(reverse("reminders:feed", args=[token]))
    if response.status_code != 200:
        return response.status_code
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    return Calendar.from_ical(response.content)


def entries(token: str, day: str = "2026-11-23") -> dict[str, D]:
    return {str(one["UID"]): one["DTSTART"].dt for one in fetched(token, day).walk("VEVENT")}


def test_one_entry_a_deadline_that_stays_the_same_when_it_moves(cast):
    one = clock(cast, DUE)
    token = make_feed(acting_user=cast["dm_secretary"], now=NOW)
    (uid,) = entries(token)
    assert entries(token) == {uid: DUE}
    first = fetched(token).walk("VEVENT")[0]
    assert first["DTSTAMP"].dt == one.started_at
    assert first["DTEND"].dt == days_after(DUE, 1)
    reason = {"kind": DeadlineChange.Kind.EXTENSION, "reason": "Mưa lũ.", "paper": "", "now": NOW}
    move_clock(one, days_after(DUE, 9), decided_by=cast["chair"], **reason)
    assert entries(token) == {uid: days_after(DUE, 9)}
    assert fetched(token).walk("VEVENT")[0]["DTSTAMP"].dt == NOW
    meet_clock(one.item, one.duty, DUE, now=NOW)
    assert entries(token) == {}


def test_it_holds_what_concerns_its_owner_and_nobody_else(cast, correction):
    mine = Deadline.objects.filter(item_id=correction.pk, duty="correct").get()
    clock(cast, DUE, organisation="suoi_da", about="suoi_da")
    tokens = {
        name: make_feed(acting_user=cast[name], now=NOW) for name in ("dm_secretary", "chair", "stranger", "member2")
    }
    uid = f"deadline-{mine.pk}@127.0.0.1"
    assert {name: uid in entries(token) for name, token in tokens.items()} == {
        "dm_secretary": True, "chair": True, "stranger": False, "member2": True,
    }  # fmt: skip
    assert len(entries(tokens["dm_secretary"])) < len(entries(tokens["chair"]))
    Recusal.objects.create(case_id=mine.case_id, person=cast.person("dm_secretary"), reason="Họ hàng.", declared_at=NOW)
    assert uid not in entries(tokens["dm_secretary"])


def test_nothing_of_the_case_is_in_it(cast, correction):
    token = make_feed(acting_user=cast["dm_secretary"], now=NOW)
    with on("2026-11-23"):
        raw = Client().get(reverse("reminders:feed", args=[token])).content.decode().replace("\r\n ", "")
    assert correction.demand.notice.number in raw
    assert correction.demand.text not in raw
    assert correction.demand.notice.case.content not in raw
    assert f"/corrections/{correction.pk}/" in raw


def test_a_revoked_a_replaced_and_a_guessed_address_are_not_there(cast):
    user = cast["dm_secretary"]
    first = make_feed(acting_user=user, now=NOW)
    second = make_feed(acting_user=user, now=NOW)
    assert fetched(first) == 404
    assert entries(second) == {}
    revoke_feed(acting_user=user, now=NOW)
    assert fetched(second) == 404
    assert fetched("x" * 43) == 404
    third = make_feed(acting_user=user, now=NOW)
    deactivate_person(acting_user=cast.root, person=user.person, reason="Nghỉ.", now=at("2026-11-23", 9))
    assert fetched(third) == 404
    verbs = audit.entries_of(cast.organisation("dong_muoi")).values_list("verb", flat=True)
    assert [verb for verb in verbs if "feed" in verb] == ["make_feed", "make_feed", "revoke_feed", "make_feed"]


def test_the_address_is_shown_once_and_kept_nowhere(cast):
    with on("2026-11-23"):
        client = logged_in(cast["dm_secretary"])
        shown = words_of(client.post(reverse("reminders:make_feed")))
        token = shown.partition("/reminders/feed/")[2].partition(".ics")[0]
        assert len(token) == 43
        assert token not in FeedAddress.objects.get().digest
        assert token not in words_of(client.get(reverse("reminders:settings")))
        assert client.post(reverse("reminders:revoke_feed")).status_code == 302
    assert fetched(token) == 404
