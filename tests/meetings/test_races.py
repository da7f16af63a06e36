"""Two at once about one meeting: each deed is done once, the other is told; nothing is half.

Real threads on the database of the run: PostgreSQL with row locks, SQLite with one writer at a time."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from inspections.deadlines.models import Deadline
from inspections.meetings.models import Meeting, MeetingScore
from inspections.meetings.services.after import score_meeting
from inspections.meetings.services.correcting import CorrectionGiven, correct_closed
from permissions.models import AuditEntry
from permissions.verdicts import NotNow
from tests.cast import NOW
from tests.meetings.held import closed, filled_cell, held, how, items, moment, points, prepared, roll
from tests.meetings.test_record import FIRST, evening
from tests.meetings.test_screens_whole import closing
from tests.racing import posting, race, widen

START, END = "2026-11-03 19:00", "2026-11-03 20:40"


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch):
    """Pages act at the cast's present, whatever the day of the run."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def codes(results):
    return sorted(getattr(result, "status_code", result) for result in results)


def entries(verb):
    return AuditEntry.objects.filter(verb=verb).count()


def page(name, meeting):
    return reverse(f"meetings:{name}", args=[meeting.pk])


def one_month(**sent):
    return {"kind": "regular", "day": "03/11/2026", "time": "19:00", "place": "Nhà văn hoá", **sent}


def ready(cast):
    """Four members; November planned by its own page and prepared. Returns the meeting and the members."""
    cell = cast.organisation("dong_muoi")
    people = filled_cell(cast, cell, 4)
    plan = posting(cast["dm_secretary"], reverse("meetings:plan_one", args=[cell.pk]), one_month())
    assert plan().status_code == 302
    meeting = Meeting.objects.get(organisation=cell)
    return prepared(cast["dm_secretary"], meeting, START, now="2026-11-23 08:00"), people


def recorded(cast):
    meeting, people = ready(cast)
    given = how(people, START, END, roll(people), items=items(people[1], 2, "2026-12-01"))
    return held(cast["dm_secretary"], meeting, given, "2026-11-23 08:00")


def test_the_month_is_planned_once(lasting_db, cast, monkeypatch):
    cell = cast.organisation("dong_muoi")
    address = reverse("meetings:plan_one", args=[cell.pk])
    widen(monkeypatch)
    results = race(*[posting(cast[who], address, one_month()) for who in ("dm_secretary", "dm_deputy")])
    assert codes(results) == [302, 422]
    assert Meeting.objects.regular().filter(organisation=cell, month=D(2026, 11, 1)).count() == 1
    assert Deadline.objects.filter(duty="hold_meeting").count() == entries("plan_meeting") == 1


def test_a_year_is_planned_once(lasting_db, cast, monkeypatch):
    address = reverse("meetings:plan", args=[cast.organisation("dong_muoi").pk])
    year = {"year": "2027", "day": "3", "time": "19:00", "thematic_day": "20", "thematic_months": ["3", "6", "9", "12"]}
    widen(monkeypatch)
    results = race(*[posting(cast[who], address, year) for who in ("dm_secretary", "dm_deputy")])
    assert codes(results) == [302, 409]
    assert Meeting.objects.count() == 16 and entries("plan_year") == 1


def test_two_who_record_one_evening(lasting_db, cast, monkeypatch):
    """The second, who saw the page before, is told; recorded anew, one of both records stands, not a mixture."""
    meeting, people = ready(cast)
    one = {"item-TOTAL_FORMS": "1", "item-0-person": people[1].pk, "item-0-due_on": "01/12/2026"}
    sent = [evening(people, minutes=text, **one, **{"item-0-text": text}) for text in ("Bản một.", "Bản hai.")]
    widen(monkeypatch)
    results = race(
        *[
            posting(cast[who], page("hold", meeting), data)
            for who, data in zip(("dm_secretary", "dm_deputy"), sent, strict=True)
        ]
    )
    assert codes(results) == [302, 302] and entries("hold_meeting") == 2
    meeting.refresh_from_db()
    assert [item.text for item in meeting.items.all()] == [meeting.minutes]
    assert meeting.marks.count() == 4
    assert Deadline.objects.filter(duty="upload_meeting").count() == 1
    assert Deadline.objects.get(duty="hold_meeting").state == "met"


def test_a_meeting_is_closed_once(lasting_db, cast, monkeypatch):
    meeting = recorded(cast)
    widen(monkeypatch)
    results = race(*[posting(cast[who], page("close", meeting), closing()) for who in ("dm_secretary", "dm_deputy")])
    assert codes(results) == [302, 409]
    meeting.refresh_from_db()
    own = meeting.scores.filter(side="own")
    assert meeting.total == sum(one.points for one in own) and entries("close_meeting") == 1
    assert own.count() == own.values("line").distinct().count()
    assert Deadline.objects.filter(duty="carry_out_assignment").count() == 2


def test_recorded_anew_while_another_closes(lasting_db, cast, monkeypatch):
    """Whoever comes second: the close is of what stands, or the record comes too late."""
    meeting = recorded(cast)
    people = [mark.person for mark in meeting.marks.select_related("person")]
    widen(monkeypatch)
    close, hold = race(
        posting(cast["dm_secretary"], page("close", meeting), closing()),
        posting(
            cast["dm_deputy"],
            page("hold", meeting),
            evening(people, minutes="Bản hai.", why_no_speakers="Mất trang ghi."),
        ),
    )
    meeting.refresh_from_db()
    assert close.status_code == 302 and hold.status_code in (302, 409)
    assert meeting.state == "closed"
    assert (meeting.minutes == "Bản hai.") is (hold.status_code == 302)
    clocks = Deadline.objects.live().filter(duty="carry_out_assignment")
    assert set(clocks.values_list("item_id", flat=True)) == set(meeting.items.values_list("pk", flat=True))


@pytest.mark.parametrize("same", [True, False], ids=["the same points", "other points"])
def test_two_officers_of_a_body_score_at_once(lasting_db, cast, monkeypatch, same):
    meeting = closed(cast["dm_secretary"], recorded(cast), "2026-11-23 08:00", further=FIRST)
    widen(monkeypatch)

    def scoring(who, given):
        side = MeetingScore.Side.INSPECTION
        return lambda: score_meeting(
            acting_user=cast[who], meeting=meeting, given=points(given), side=side, now=moment("2026-11-23 08:00")
        )

    second = {"4.2": "15"} if same else {"4.2": "20", "4.3": "5"}
    results = race(scoring("chair", {"4.2": "15"}), scoring("vice_chair", second))
    refused = [result for result in results if isinstance(result, ValidationError)]
    assert len(refused) == (1 if same else 0)
    assert entries("inspect_meetings") == (1 if same else 2)
    given = {one.line.number: one.points for one in meeting.scores.filter(side="inspection")}
    assert given in ({"4.2": 15}, {"4.2": 20, "4.3": 5})
    assert len({one.given_by for one in meeting.scores.filter(side="inspection")}) == 1


def test_two_superiors_score_at_once_and_both_stand(lasting_db, cast, monkeypatch):
    meeting = closed(cast["dm_secretary"], recorded(cast), "2026-11-23 08:00", further=FIRST)
    widen(monkeypatch)
    calls = [
        lambda who=who: score_meeting(
            acting_user=cast[who], meeting=meeting, given=points({"4.2": "15"}), now=moment("2026-11-23 08:00")
        )
        for who in ("secretary", "province_secretary")
    ]
    results = race(*calls)
    assert not [result for result in results if isinstance(result, Exception)]
    bodies = {cast.organisation("commune"), cast.organisation("province")}
    assert {one.body for one in meeting.scores.filter(side="superior")} == bodies


def test_two_corrections_at_once_add_up(lasting_db, cast, monkeypatch):
    meeting = closed(cast["dm_secretary"], recorded(cast), "2026-11-23 08:00", further=FIRST)
    widen(monkeypatch)

    def correcting(who, number, given):
        [(key, one)] = points({number: given}).items()
        line = meeting.scores.select_related("line").get(line=key).line
        return lambda: correct_closed(
            acting_user=cast[who],
            meeting=meeting,
            given=CorrectionGiven(line=line, points=one),
            reason="Cộng nhầm.",
            now=moment("2026-11-23 08:00"),
        )

    results = race(correcting("dm_secretary", "4.2", "20"), correcting("dm_deputy", "4.3", "7"))
    assert not [result for result in results if isinstance(result, Exception)]
    was = meeting.total
    meeting.refresh_from_db()
    assert meeting.total == sum(one.points for one in meeting.scores.filter(side="own")) == was - 6
    assert not isinstance(results[0], NotNow) and meeting.corrections.count() == 2
