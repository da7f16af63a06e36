"""Who scores a meeting beside its cell: button, page and verb give one answer."""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.meetings.models import Meeting, MeetingScore
from inspections.meetings.services.after import SCORING, score_meeting
from inspections.members.models import Membership
from inspections.organisations.services import delegate, give_office
from permissions.verdicts import Refused
from tests.browse import logged_in, on, words_of
from tests.cast import at
from tests.meetings.held import closed, filled_cell, held, how, moment, people_on, points, prepared, roll
from tests.meetings.test_life import FIRST, merged, planned
from tests.standing import story

Side = MeetingScore.Side
PAGES = {Side.SUPERIOR: "meetings:score", Side.INSPECTION: "meetings:inspect"}


@story
def done(cast):
    """November of Chi bộ thôn Đồng Muối, closed."""
    secretary, cell = cast["dm_secretary"], cast.organisation("dong_muoi")
    people = filled_cell(cast, cell, 4)
    planned(cast, "dong_muoi", "dm_secretary", now="2026-11-01 09:00")
    meeting = Meeting.objects.regular().get(organisation=cell, month=D(2026, 11, 1))
    meeting = prepared(secretary, meeting, "2026-11-03 19:00", now="2026-11-02 09:00")
    held(secretary, meeting, how(people, "2026-11-03 19:00", "2026-11-03 20:40", roll(people)), "2026-11-03 21:00")
    return closed(secretary, meeting, "2026-11-04 08:00", further=FIRST)


def office(cast, key, role, place="commune"):
    """One more office for somebody of the cast, from the 10th on."""
    give_office(
        acting_user=cast.root,
        person=cast.person(key),
        role=role,
        organisation=cast.organisation(place),
        starts_on=D(2026, 11, 10),
        now=cast.now,
        paper="5-QĐ/ĐU",
    )


def answers(user, meeting, side):
    """Whether the button is there, the page is shown, what is sent is taken, and the verb lets him; all one."""
    [(line, one)] = points({"4.2": "20"}).items()
    address = reverse(PAGES[side], args=[meeting.pk])
    with on("2026-11-23"):
        client = logged_in(user)
        is_offered = address in client.get(reverse("meetings:detail", args=[meeting.pk])).content.decode()
        shown = client.get(address)
        sent = client.post(address, {f"points_{line}": "20", f"note_{line}": "Đã xem."})
    try:
        score_meeting(acting_user=user, meeting=meeting, given={line: one}, side=side, now=at("2026-11-23"))
        lets = True
    except Refused:
        lets = False
    assert (is_offered, shown.status_code, sent.status_code) == ((True, 200, 302) if lets else (False, 403, 403))
    return "" if lets else words_of(shown)


def test_who_may_is_offered_the_page(cast, done):
    assert answers(cast["secretary"], done, Side.SUPERIOR) == ""
    assert answers(cast["chair"], done, Side.INSPECTION) == ""


def test_who_kept_the_meeting_is_not(cast, done):
    office(cast, "dm_secretary", "committee_deputy_secretary")
    Membership.objects.filter(person=cast.person("dm_secretary")).update(cell=cast.organisation("suoi_da"))
    assert "buổi sinh hoạt này" in answers(cast["dm_secretary"], done, Side.SUPERIOR)


def test_who_is_on_the_roll_of_the_evening_is_not(cast, done):
    Membership.objects.filter(person=cast.person("secretary"), ends_on=None).update(cell=done.organisation)
    assert "đảng viên của chi bộ" in answers(cast["secretary"], done, Side.SUPERIOR)


def test_nor_his_deputy_in_his_name(cast, done):
    Membership.objects.filter(person=cast.person("secretary"), ends_on=None).update(cell=done.organisation)
    delegate(
        acting_user=cast.root,
        office=cast.offices["secretary"],
        deputy=cast.person("sd_member"),
        starts_on=D(2026, 11, 1),
        ends_on=D(2026, 12, 31),
        now=at("2026-11-01"),
    )
    assert "là đảng viên của chi bộ" in answers(cast["sd_member"], done, Side.SUPERIOR)


def test_who_scored_for_one_side_is_not_for_the_other(cast, done):
    office(cast, "chair", "committee_deputy_secretary")
    assert answers(cast["chair"], done, Side.INSPECTION) == ""
    assert "đoàn kiểm tra" in answers(cast["chair"], done, Side.SUPERIOR)
    assert set(SCORING) == set(PAGES)


def test_who_prepared_it_before_a_merger_is_not_either(cast):
    """What was done to it stands in the chain of the cell that ended; its new cell held and closed it."""
    old, new = cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    filled_cell(cast, old, 3), filled_cell(cast, new, 4)
    planned(cast, "dong_muoi", "dm_secretary", now="2026-11-01 09:00")
    december = Meeting.objects.regular().get(organisation=old, month=D(2026, 12, 1))
    prepared(cast["dm_secretary"], december, "2026-12-20 19:00", now="2026-12-01 09:00")
    merged(cast)
    december.refresh_from_db()
    Membership.objects.filter(person=cast.person("dm_secretary")).update(cell=cast.organisation("thcs"))
    people = people_on(new, D(2026, 12, 20))
    evening = how(people, "2026-12-20 19:00", "2026-12-20 20:40", roll(people))
    held(cast["sd_secretary"], december, evening, "2026-12-20 21:00")
    closed(cast["sd_secretary"], december, "2026-12-21 08:00", further=FIRST)
    office(cast, "dm_secretary", "committee_deputy_secretary")
    december.refresh_from_db()
    with pytest.raises(Refused, match="buổi sinh hoạt này"):
        score_meeting(
            acting_user=cast["dm_secretary"],
            meeting=december,
            given=points({"4.2": "20"}),
            now=moment("2026-12-22 08:00"),
        )
