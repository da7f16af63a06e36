"""What a member without an office sees and does: what is to come, what was assigned to him, no record of others."""

import re
from datetime import date as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inspections.deadlines.models import Deadline
from inspections.meetings.models import Meeting, MeetingFiles, ResolutionItem
from inspections.meetings.services.after import report_item
from inspections.meetings.services.planning import call_off_meeting
from inspections.members.models import Membership
from inspections.organisations.models import Person
from inspections.reminders.items import address_of, known_of
from permissions import audit, policy
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, on, read, words_of
from tests.cast import at
from tests.meetings.held import (
    PDF,
    AgendaGiven,
    PreparationGiven,
    closed,
    filled_cell,
    held,
    how,
    items,
    moment,
    people_on,
    prepare_meeting,
    prepared,
    roll,
)
from tests.meetings.test_life import FIRST, merged, planned

pytestmark = pytest.mark.django_db
MINUTES = "Nguyên văn lời từng đồng chí."


@pytest.fixture
def member(cast):
    return cast.add_user("dm_member", "Ngô Văn Lúa", "", "dong_muoi")


@pytest.fixture
def other(cast):
    """Another member of the cell, who is assigned nothing."""
    return cast.add_user("dm_other", "Sầm Thị Ruộng", "", "dong_muoi")


@pytest.fixture
def months(cast, member, other):
    """November closed, with an assignment of the member's, and December planned."""
    cell, secretary = cast.organisation("dong_muoi"), cast["dm_secretary"]
    people = filled_cell(cast, cell, 5)
    planned(cast, "dong_muoi", "dm_secretary", now="2026-11-01 09:00")
    november = Meeting.objects.regular().get(month=D(2026, 11, 1))
    november = prepared(secretary, november, "2026-11-03 19:00", now="2026-11-02 09:00")
    assigned = items(Person.objects.get(user=member), 1, "2026-12-20")
    evening = how(people, "2026-11-03 19:00", "2026-11-03 20:40", roll(people), items=assigned, minutes=MINUTES)
    held(secretary, november, evening, "2026-11-03 21:00")
    return closed(secretary, november, "2026-11-04 08:00", further=FIRST)


def page(name, row):
    return reverse(f"meetings:{name}", args=[row.pk])


def december(cast):
    return Meeting.objects.regular().get(month=D(2026, 12, 1))


def proof():
    return {"done_on": "09/12/2026", "proof": "Danh sách ba hộ", "files": [SimpleUploadedFile("ba-ho.pdf", PDF)]}


def reports(user, item, day="2026-12-10"):
    """He finds it in My work, follows the link, reports, and reads it there; nothing is left to do."""
    with on(day):
        client = logged_in(user)
        work = client.get(reverse("workflows:my_work")).content.decode()
        assert page("assignment", item) in work
        # every link of the page leads somewhere
        for address in set(re.findall(r'href="(/(?:meetings|deadlines)/[^"]+)"', work)):
            assert client.get(address).status_code == 200, address
        shown = client.get(page("assignment", item))
        assert page("report", item) in shown.content.decode()
        assert client.post(page("report", item), {**proof(), "proof": " "}).status_code == 422
        answer = client.post(page("report", item), proof(), follow=True)
        assert answer.redirect_chain == [(page("assignment", item), 302)]
        assert page("assignment", item) not in client.get(reverse("workflows:my_work")).content.decode()
        assert client.post(page("report", item), proof()).status_code == 409
    return words_of(answer)


# what was assigned


def test_whoever_it_was_assigned_to_reports_it_with_proof(cast, months, member, other):
    item = months.items.get()
    told = reports(member, item)
    assert "Danh sách ba hộ" in told and "ba-ho.pdf" in told and "Báo cáo hoàn thành" not in told
    item.refresh_from_db()
    assert (item.done_on, item.shown) == (D(2026, 12, 9), "Danh sách ba hộ")
    entry = audit.entries_of(months.organisation).last()
    assert (entry.verb, entry.user, entry.office_name) == ("report_item", member, "")
    assert not Deadline.objects.live().filter(item_type__model="resolutionitem", item_id=item.pk).exists()
    [attached] = item.attachments.all()
    download = reverse("documents:download", args=[attached.pk])
    with on("2026-12-10"):
        assert logged_in(member).get(download).status_code == 200
        assert logged_in(other).get(download).status_code == 404


def test_no_link_of_the_meeting_leads_to_what_is_another_s(cast, months, member, other):
    item = months.items.get()
    ResolutionItem.objects.create(
        meeting=months,
        organisation=months.organisation,
        position=9,
        person=Person.objects.get(user=other),
        text="Việc của người khác",
        due_on=D(2026, 12, 20),
    )
    with on("2026-12-10"):
        client = logged_in(member)
        shown = client.get(page("detail", months))
        links = set(re.findall(r'href="(/meetings/assignments/[^"]+)"', shown.content.decode()))
        assert links == {page("assignment", item), page("report", item)} and "Việc của người khác" in words_of(shown)
        officer = logged_in(cast["dm_secretary"]).get(page("detail", months)).content.decode()
    assert all(page("assignment", one) in officer for one in months.items.all())


def test_nobody_else_sees_or_reports_it(cast, months, other):
    item = months.items.get()
    for user, status in ((other, 404), (cast["sd_secretary"], 404), (cast["chair"], 200), (cast["dm_secretary"], 200)):
        read(user, page("assignment", item), "2026-12-10", status=status)
    read(cast["chair"], page("report", item), "2026-12-10", status=403)
    read(other, page("report", item), "2026-12-10", status=404)
    for user in (other, cast["chair"], cast["sd_secretary"]):
        with pytest.raises(Refused):
            report_item(acting_user=user, item=item, done_on=D(2026, 12, 9), proof="Ảnh", now=at("2026-12-10"))
    assert ResolutionItem.objects.get().done_on is None


def test_who_went_to_another_cell_finds_and_reports_what_is_his(cast, months, member):
    item = months.items.get()
    Membership.objects.filter(person__user=member).update(cell=cast.organisation("suoi_da"))
    read(member, page("detail", months), "2026-12-10", status=404)
    told = reports(member, item)
    assert "Danh sách ba hộ" in told and MINUTES not in told


def test_so_does_whose_cell_another_took_the_place_of(cast, months, member):
    item = months.items.get()
    merged(cast)
    told = reports(member, item)
    assert "Chi bộ thôn Suối Đá" in told and "Danh sách ba hộ" in told
    assert audit.entries_of(cast.organisation("suoi_da")).last().verb == "report_item"


def test_the_reminder_leads_there_too(months):
    item = months.items.get()
    clock = Deadline.objects.live().get(item_type__model="resolutionitem", item_id=item.pk)
    known = known_of([clock], D(2026, 12, 20))[clock.pk]
    assert (address_of(clock, known), known.owing) == (page("assignment", item), (item.person.user_id,))


def test_nothing_is_reported_before_the_meeting_is_closed(cast, member, other):
    """Nor read: until then the record may still change."""
    cell, secretary = cast.organisation("dong_muoi"), cast["dm_secretary"]
    people = filled_cell(cast, cell, 5)
    planned(cast, "dong_muoi", "dm_secretary", now="2026-11-01 09:00")
    november = Meeting.objects.regular().get(month=D(2026, 11, 1))
    november = prepared(secretary, november, "2026-11-03 19:00", now="2026-11-02 09:00")
    assigned = items(Person.objects.get(user=member), 1, "2026-12-20")
    evening = how(people, "2026-11-03 19:00", "2026-11-03 20:40", roll(people), items=assigned)
    item = held(secretary, november, evening, "2026-11-03 21:00").items.get()
    for name in ("assignment", "report"):
        read(member, page(name, item), "2026-11-04", status=404)
    with pytest.raises(NotNow):
        report_item(acting_user=member, item=item, done_on=D(2026, 11, 4), proof="Ảnh", now=at("2026-11-04"))


# what is to come


def given_out(cast, meeting, now="2026-12-01 19:00"):
    """The preparation of December with a document."""
    given = PreparationGiven(
        planned_at=moment("2026-12-03 19:00"),
        place="Nhà văn hoá thôn",
        agenda=[AgendaGiven("Đánh giá tháng 11")],
        files=[SimpleUploadedFile("du-thao.pdf", PDF)],
    )
    meeting = prepare_meeting(acting_user=cast["dm_secretary"], meeting=meeting, given=given, now=moment(now))
    [attached] = meeting.files.get(kind="preparation").attachments.all()
    return meeting, reverse("documents:download", args=[attached.pk])


def test_a_member_reads_agenda_and_documents_the_day_before(cast, months, other):
    meeting, file = given_out(cast, december(cast))
    with on("2026-12-02"):
        client = logged_in(other)
        # from the menu to the meeting, and its document
        assert reverse("meetings:list") in client.get(reverse("workflows:my_work")).content.decode()
        shown = client.get(reverse("meetings:list"))
        assert (
            page("detail", meeting) in shown.content.decode() and page("detail", months) not in shown.content.decode()
        )
        told = words_of(client.get(page("detail", meeting)))
        assert "Đánh giá tháng 11" in told and "du-thao.pdf" in told and "1. Chuẩn bị" not in told
        assert b"".join(client.get(file).streaming_content) == PDF
        for name in ("prepare", "hold", "move", "call_off"):
            assert client.get(page(name, meeting)).status_code == 403, name


def test_no_other_cell_and_nobody_who_left_reads_them(cast, months, other):
    meeting, file = given_out(cast, december(cast))

    def finds(user, status):
        for address in (page("detail", meeting), file):
            with on("2026-12-02"):
                assert logged_in(user).get(address).status_code == status

    finds(cast["sd_member"], 404)
    finds(other, 200)
    membership = Membership.objects.filter(person__user=other)
    membership.update(ends_on=D(2026, 12, 1))
    finds(other, 404)
    membership.update(ends_on=None, cell=cast.organisation("suoi_da"))
    finds(other, 404)


def test_a_guest_of_the_cell_reads_them_and_who_is_admitted_later_does_not(cast, months, other):
    meeting, _file = given_out(cast, december(cast))
    guest = cast.person("sd_member")
    Membership.objects.create(
        person=guest, cell=meeting.organisation, kind=Membership.Kind.TEMPORARY, starts_on=D(2026, 12, 1)
    )
    read(cast["sd_member"], page("detail", meeting), "2026-12-02")
    Person.objects.filter(user=other).update(admitted_on=D(2026, 12, 3))
    read(other, page("detail", meeting), "2026-12-02", status=404)
    read(other, page("detail", meeting), "2026-12-03")


def test_once_it_was_held_only_those_whom_it_assigned_something_read_the_record(cast, months, member, other):
    """As before: minutes and roll call are the cell's, and a draft nobody's but its officers'."""
    meeting, file = given_out(cast, december(cast))
    people = people_on(meeting.organisation, D(2026, 12, 3))
    assigned = items(Person.objects.get(user=member), 1, "2026-12-30")
    evening = how(people, "2026-12-03 19:00", "2026-12-03 20:40", roll(people), items=assigned, minutes=MINUTES)
    held(cast["dm_secretary"], meeting, evening, "2026-12-03 21:00")
    for user in (member, other):
        for address in (page("detail", meeting), file):
            read(user, address, "2026-12-04", status=404)
        seen = policy.visible(user, MeetingFiles.objects.filter(meeting=meeting), at("2026-12-04"))
        assert not seen.exists()
    closed(cast["dm_secretary"], meeting, "2026-12-04 08:00", further=FIRST, done=1)
    assert MINUTES in read(member, page("detail", meeting), "2026-12-04")
    read(other, page("detail", meeting), "2026-12-04", status=404)


def test_a_member_reads_that_an_evening_to_come_was_called_off(cast, months, other):
    meeting, _file = given_out(cast, december(cast))
    call_off_meeting(
        acting_user=cast["dm_secretary"], meeting=meeting, reason="Bão số 12.", now=moment("2026-12-02 08:00")
    )
    assert "Bão số 12." in read(other, page("detail", meeting), "2026-12-03")
    read(other, page("detail", meeting), "2026-12-04", status=404)
