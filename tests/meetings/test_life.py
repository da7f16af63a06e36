"""The life around a meeting: what becomes of it, and of what it assigned, when its cell moves, merges, splits, ends or
bears another name; what waits for whom; who is reminded."""

from datetime import date as D
from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.deadlines.access import asking_right
from inspections.deadlines.models import Deadline
from inspections.meetings.models import Meeting, ResolutionItem
from inspections.meetings.queries import open_items_of
from inspections.meetings.services.after import report_item
from inspections.meetings.services.planning import YearGiven, call_off_meeting, plan_meeting, plan_year
from inspections.members.models import Membership
from inspections.organisations.models import Person
from inspections.organisations.services import (
    Will,
    dissolve_organisation,
    end_office,
    end_organisation,
    merge_organisation,
    move_organisation,
    preview_of_succession,
    rename_organisation,
    split_organisation,
)
from inspections.reminders.models import Message
from inspections.reminders.services.sweeping import sweep
from permissions import audit, policy
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo.drive import inbox
from tests.browse import logged_in, on, read, send, words_of
from tests.cast import at
from tests.leaving import all_leave
from tests.meetings.held import closed, filled_cell, held, how, items, moment, prepared, roll
from tests.standing import story
from workflows.invariants import INVARIANTS
from workflows.queries import count_for, grouped_work

FIRST = {"4.1": "4", "6.1": "30"}  # what nothing is recorded of in a first meeting
ON, TODAY, PAPER = D(2026, 12, 7), "2026-12-10", "21-QĐ/ĐU"
YEAR = YearGiven(2026, 3, time(19, 0), "Nhà văn hoá thôn")


@story
def november(cast):
    """Chi bộ thôn Đồng Muối has planned the year, and closed November with an assignment due on 20/12."""
    cell, secretary = cast.organisation("dong_muoi"), cast["dm_secretary"]
    people = filled_cell(cast, cell, 4)
    plan_year(acting_user=secretary, organisation=cell, given=YEAR, now=moment("2026-11-01 09:00"))
    meeting = Meeting.objects.regular().get(organisation=cell, month=D(2026, 11, 1))
    meeting = prepared(secretary, meeting, "2026-11-03 19:00", now="2026-11-02 09:00")
    given = how(people, "2026-11-03 19:00", "2026-11-03 20:40", roll(people), items=items(people[0], 1, "2026-12-20"))
    meeting = held(secretary, meeting, given, "2026-11-03 21:00")
    return closed(secretary, meeting, "2026-11-04 08:00", further=FIRST)


def planned(cast, key, secretary, now="2026-11-01 10:00"):
    plan_year(acting_user=cast[secretary], organisation=cast.organisation(key), given=YEAR, now=moment(now))


def months_of(cell):
    """Kind and month of the meetings of a cell that are still to be held."""
    rows = Meeting.objects.to_hold().filter(organisation=cell).order_by("kind", "month")
    return [(one.kind, one.month.month) for one in rows]


def merged(cast, into="suoi_da", day=ON, today=TODAY):
    return merge_organisation(
        acting_user=cast.root,
        organisation=cast.organisation("dong_muoi"),
        successor=cast.organisation(into),
        on=day,
        paper=PAPER,
        now=at(today),
    )


def dissolved(cast, successor, day=ON, today=TODAY):
    return dissolve_organisation(
        acting_user=cast.root,
        organisation=cast.organisation("dong_muoi"),
        successor=successor,
        on=day,
        paper=PAPER,
        now=at(today),
    )


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def broken(day=TODAY):
    return [
        (one.code, breach.row, breach.what)
        for one in INVARIANTS
        for breach in one.breaches(at(day))
        if "bytes" not in one.code
    ]


def clock_of(row, duty):
    return Deadline.objects.live().get(item_type__model=type(row)._meta.model_name, item_id=row.pk, duty=duty)


def reported(user, item, day=TODAY):
    now = at(day)
    return report_item(acting_user=user, item=item, done_on=now.date(), proof="Biên bản", now=now)


# a merger, a split, a dissolution


def test_a_merged_cell_hands_on_what_it_planned_and_what_it_assigned(cast, november):
    """December is the other cell's to hold, and the assignment its to see to; dates and clocks stay."""
    item, old, new = november.items.get(), cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    december = Meeting.objects.regular().get(organisation=old, month=D(2026, 12, 1))
    clocks = [clock_of(december, "hold_meeting"), clock_of(item, "carry_out_assignment")]
    counts = {str(words): n for words, n in preview_of_succession(old, [new], D(2026, 12, 10)).counts}
    assert (counts["Buổi sinh hoạt chưa diễn ra"], counts["Việc được phân công chưa xong"]) == (2, 1)
    merged(cast)
    assert (months_of(old), months_of(new)) == ([], [("regular", 12), ("thematic", 12)])
    december, item, november = fresh(december), fresh(item), fresh(november)
    assert (december.organisation, december.org_path) == (new, fresh(new).path)
    assert (item.organisation, november.organisation) == (new, old)
    for clock in clocks:
        again = fresh(clock)
        assert (again.organisation, again.org_path, again.due_on) == (new, fresh(new).path, clock.due_on)
    # who keeps the meetings of the new cell goes on with both; the old secretary with neither
    december = prepared(cast["sd_secretary"], december, "2026-12-20 19:00", now="2026-12-10 10:00")
    assert [row.carried for row in december.agenda.exclude(carried=None)] == [item]
    assert list(open_items_of(december)) == [item]
    assert asking_right(fresh(clocks[1])) == ("keep_meetings", item)
    with pytest.raises(Refused):
        reported(cast["dm_secretary"], item)
    reported(cast["sd_secretary"], item)
    assert not Deadline.objects.live().filter(pk=clocks[1].pk).exists()
    assert audit.entries_of(new).last().verb == "report_item"
    told = read(cast["sd_secretary"], reverse("meetings:detail", args=[november.pk]), TODAY)
    assert "nay do Chi bộ thôn Suối Đá theo dõi" in told
    (entry,) = audit.entries_of(old).filter(verb="merge_organisation")
    assert entry.new["passed"]["assignments"] == {str(new.pk): [item.pk]}
    assert broken() == []


def test_where_the_other_cell_has_its_own_meeting_of_the_month_that_of_the_merged_one_is_called_off(cast, november):
    planned(cast, "suoi_da", "sd_secretary")
    old, new = cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    own = set(Meeting.objects.filter(organisation=new).values_list("pk", flat=True))
    merged(cast)
    gone = Meeting.objects.filter(state="off")
    assert {(one.organisation, one.month) for one in gone} == {(old, D(2026, 12, 1))}
    # the record of the merger tells them as ended, not as passed
    (entry,) = audit.entries_of(old).filter(verb="merge_organisation")
    assert sorted(entry.new["ended"]["meetings"]) == sorted(one.pk for one in gone)
    assert "meetings" not in entry.new["passed"]
    assert {one.called_off_reason for one in gone} == {
        "21-QĐ/ĐU: Chi bộ thôn Suối Đá đã có buổi sinh hoạt riêng của tháng 12/2026."
    }
    assert {one.called_off_at for one in gone} == {at(TODAY)}
    assert not Deadline.objects.live().filter(duty="hold_meeting", item_id__in=gone.values("pk")).exists()
    assert set(Meeting.objects.to_hold().filter(organisation=new).values_list("pk", flat=True)) == own
    assert Deadline.objects.live().filter(duty="hold_meeting", organisation=old).count() == 0
    assert broken() == []


def test_a_month_that_was_over_before_the_merger_stays_unheld(cast):
    """October was planned and not held; nobody of the other cell can have held it."""
    filled_cell(cast, cast.organisation("dong_muoi"), 3)
    planned(cast, "dong_muoi", "dm_secretary", now="2026-10-02 09:00")
    merged(cast)
    october = Meeting.objects.regular().get(month=D(2026, 10, 1))
    assert (october.state, october.organisation) == ("unheld", cast.organisation("dong_muoi"))
    assert "kết thúc hoạt động trước khi" in october.called_off_reason
    assert ("regular", 12) in months_of(cast.organisation("suoi_da"))
    assert broken() == []


def test_a_meeting_that_was_held_is_closed_by_those_who_held_it_before_the_cell_ends(cast, november):
    secretary, cell = cast["dm_secretary"], cast.organisation("dong_muoi")
    people = filled_cell(cast, cell, 4)
    december = Meeting.objects.regular().get(organisation=cell, month=D(2026, 12, 1))
    december = prepared(secretary, december, "2026-12-03 19:00", now="2026-12-02 09:00")
    given = how(people, "2026-12-03 19:00", "2026-12-03 20:40", roll(people))
    held(secretary, december, given, "2026-12-03 21:00")
    with pytest.raises(ValidationError, match="kết thúc các buổi sinh hoạt đã diễn ra"):
        merged(cast)
    closed(secretary, december, "2026-12-04 08:00", further=FIRST, done=1)
    with pytest.raises(ValidationError, match="đã sinh hoạt ngày 03/12/2026"):
        merged(cast, day=D(2026, 12, 3))
    merged(cast)
    assert broken() == []


def test_a_split_shares_out_meetings_and_assignments(cast, november):
    item, old = november.items.get(), cast.organisation("dong_muoi")
    one, two = cast.organisation("suoi_da"), cast.organisation("thcs")
    december = Meeting.objects.regular().get(organisation=old, month=D(2026, 12, 1))
    split_organisation(
        acting_user=cast.root,
        organisation=old,
        will=Will([one, two], two, {("meetings", december.pk): one, ("assignments", item.pk): one}),
        on=ON,
        paper=PAPER,
        now=at(TODAY),
    )
    assert (fresh(december).organisation, fresh(item).organisation) == (one, one)
    assert (months_of(one), months_of(two)) == ([("regular", 12)], [("thematic", 12)])
    reported(cast["sd_secretary"], fresh(item))
    assert broken() == []


def test_what_a_dissolved_cell_assigned_goes_to_a_cell_and_what_it_planned_is_called_off(cast, november):
    cell, commune = cast.organisation("dong_muoi"), cast.organisation("commune")
    all_leave(cast, cell, D(2026, 12, 5), at(TODAY))
    with pytest.raises(ValidationError, match="Việc được phân công chưa xong"):
        dissolved(cast, None)
    with pytest.raises(ValidationError, match="không phải là chi bộ"):
        dissolved(cast, commune)
    assert months_of(cell) == [("regular", 12), ("thematic", 12)]
    reported(cast["dm_secretary"], november.items.get())
    dissolved(cast, None)
    gone = Meeting.objects.filter(state="off")
    assert {(one.organisation, one.month.month) for one in gone} == {(cell, 12)}
    assert {one.called_off_reason for one in gone} == {
        "21-QĐ/ĐU: Chi bộ thôn Đồng Muối kết thúc hoạt động trước khi buổi sinh hoạt diễn ra."
    }
    (entry,) = audit.entries_of(cell).filter(verb="dissolve_organisation")
    assert sorted(entry.new["ended"]["meetings"]) == sorted(one.pk for one in gone)
    assert broken() == []


def test_a_committee_that_takes_over_a_dissolved_cell_holds_no_meetings_of_it(cast, november):
    reported(cast["dm_secretary"], november.items.get())
    dissolved(cast, cast.organisation("commune"))
    assert set(Meeting.objects.filter(month=D(2026, 12, 1)).values_list("state", flat=True)) == {"off"}
    assert broken() == []


def test_a_cell_that_ends_to_come_holds_until_then_and_calls_off_the_rest(cast, november):
    """It ends on 15/12: the meeting of 03/12 has to be held, or called off, first; that of 20/12 is called off."""
    cell, secretary = cast.organisation("dong_muoi"), cast["dm_secretary"]
    reported(secretary, november.items.get(), "2026-12-01")
    last_day = D(2026, 12, 15)
    for office in list(cell.offices.all()):
        end_office(acting_user=cast.root, office=office, last_day=last_day, now=at("2026-12-01"), paper=PAPER)

    def ended():
        return end_organisation(
            acting_user=cast.root, organisation=cell, last_day=last_day, paper=PAPER, now=at("2026-12-01")
        )

    all_leave(cast, cell, D(2026, 11, 30), at("2026-12-01"))
    with pytest.raises(ValidationError, match="tổ chức hoặc huỷ"):
        ended()
    regular = Meeting.objects.regular().get(organisation=cell, month=D(2026, 12, 1))
    call_off_meeting(acting_user=secretary, meeting=regular, reason="Chi bộ sắp giải thể.", now=at("2026-12-01"))
    ended()
    thematic = Meeting.objects.get(organisation=cell, kind="thematic")
    assert (thematic.state, thematic.called_off_reason[:9]) == ("off", PAPER + ":")
    (entry,) = audit.entries_of(cell).filter(verb="end_organisation")
    assert entry.new["ended"] == {"meetings": [thematic.pk]}


# a new name, a move


def test_a_renamed_cell_goes_on_with_its_meetings_and_is_found_by_both_names(cast, november):
    cell = cast.organisation("dong_muoi")
    rename_organisation(
        acting_user=cast.root, organisation=cell, name="Chi bộ thôn Ruộng Mới", on=ON, paper=PAPER, now=at(TODAY)
    )
    for words in ("dong muoi", "ruong moi"):
        with on(TODAY):
            page = logged_in(cast["secretary"]).get(reverse("meetings:list"), {"q": words})
        assert "Chi bộ thôn Ruộng Mới" in words_of(page)
    assert months_of(cell) == [("regular", 12), ("thematic", 12)]
    december = Meeting.objects.regular().get(organisation=cell, month=D(2026, 12, 1))
    prepared(cast["dm_secretary"], december, "2026-12-20 19:00", now="2026-12-10 10:00")
    assert broken() == []


def test_the_meetings_of_a_cell_that_moves_stand_and_are_watched_where_it_is(cast, november):
    cell, ward = cast.organisation("dong_muoi"), cast.organisation("ward")
    item = november.items.get()
    december = Meeting.objects.regular().get(organisation=cell, month=D(2026, 12, 1))
    clocks = [clock_of(december, "hold_meeting"), clock_of(item, "carry_out_assignment")]
    assert {clock.watcher for clock in clocks} == {cast.organisation("commune")}
    page = reverse("meetings:detail", args=[november.pk])
    read(cast["stranger"], page, TODAY, status=404)
    move_organisation(acting_user=cast.root, organisation=cell, parent=ward, code="", on=ON, paper=PAPER, now=at(TODAY))
    cell = fresh(cell)
    assert set(Meeting.objects.filter(organisation=cell).values_list("org_path", flat=True)) == {cell.path}
    assert {(fresh(clock).watcher, fresh(clock).org_path) for clock in clocks} == {(ward, cell.path)}
    assert {clock.spans.get(ended_at=None).watcher for clock in clocks} == {ward}
    read(cast["stranger"], page, TODAY)
    read(cast["secretary"], page, TODAY, status=404)
    assert policy.may(cast["dm_secretary"], "keep_meetings", fresh(item), at(TODAY))
    assert broken() == []


# called off


def test_a_meeting_is_called_off_with_a_reason_and_another_may_be_planned(cast, november):
    secretary, cell = cast["dm_secretary"], cast.organisation("dong_muoi")
    december = Meeting.objects.regular().get(organisation=cell, month=D(2026, 12, 1))
    entries = AuditEntry.objects.count()

    def off(user=secretary, meeting=december, reason="Bão số 12."):
        return call_off_meeting(acting_user=user, meeting=meeting, reason=reason, now=at(TODAY))

    for user in ("sd_secretary", "secretary", "administrator"):
        with pytest.raises(Refused):
            off(user=cast[user])
    with pytest.raises(ValidationError):
        off(reason=" ")
    with pytest.raises(NotNow):
        off(meeting=november)
    assert (fresh(december).state, AuditEntry.objects.count()) == ("planned", entries)
    off()
    entry = audit.entries_of(cell).last()
    assert (entry.verb, entry.reason, entry.old["state"]) == ("call_off_meeting", "Bão số 12.", "planned")
    # the month is owed until another meeting is planned
    assert clock_of(december, "hold_meeting").due_on == D(2026, 12, 31)
    with pytest.raises(NotNow, match="Bão số 12"):
        off()
    with pytest.raises(NotNow, match="Bão số 12"):
        prepared(secretary, december, "2026-12-20 19:00", now="2026-12-10 10:00")
    people = filled_cell(cast, cell, 4)
    with pytest.raises(NotNow, match="Bão số 12"):
        given = how(people, "2026-12-09 19:00", "2026-12-09 20:40", roll(people))
        held(secretary, december, given, "2026-12-10 10:00")
    again = plan_meeting(
        acting_user=secretary,
        organisation=cell,
        kind="regular",
        planned_at=moment("2026-12-20 19:00"),
        place="",
        now=at(TODAY),
    )
    assert clock_of(again, "hold_meeting").due_on == D(2026, 12, 31)
    assert not Deadline.objects.live().filter(item_type__model="meeting", item_id=december.pk).exists()
    # the year as it is planned again leaves what was called off
    with pytest.raises(NotNow):
        plan_year(acting_user=secretary, organisation=cell, given=YEAR, now=at(TODAY))


def test_the_page_that_calls_a_meeting_off(cast, november):
    december = Meeting.objects.regular().get(organisation=november.organisation, month=D(2026, 12, 1))
    address = reverse("meetings:call_off", args=[december.pk])
    with on(TODAY):
        client = logged_in(cast["dm_secretary"])
        send(client, address, status=422, reason="")
        send(client, address, reason="Bão số 12.")
        page = words_of(client.get(december_page := reverse("meetings:detail", args=[december.pk])))
        assert client.get(address).status_code == 409
    assert december_page
    assert "Bão số 12." in page
    assert "đã huỷ" in page


# my work


def work_on(user, day):
    """(group, what, about) of My work on a day; the count of the menu agrees."""
    with on(day):
        groups = grouped_work(user, at(day).date())
        found = [(group.code, item.title, item.about_name) for group in groups for item in group.items]
        assert count_for(type(user).objects.get(pk=user.pk)) == len(found)
        page = words_of(logged_in(user).get(reverse("workflows:my_work")))
    assert all(title in page and about in page for _code, title, about in found)
    return found


PREPARE, RECORD = "Chuẩn bị buổi sinh hoạt chi bộ", "Ghi diễn biến buổi sinh hoạt chi bộ"
CLOSE, CARRY_OUT = "Kết thúc buổi sinh hoạt và gửi kết quả", "Thực hiện việc chi bộ phân công"


def test_my_work_leads_a_secretary_through_the_month(cast):
    secretary, cell = cast["dm_secretary"], cast.organisation("dong_muoi")
    people = filled_cell(cast, cell, 3)
    planned(cast, "dong_muoi", "dm_secretary", now="2026-11-01 09:00")
    november, december = "Định kỳ 11/2026", "Định kỳ 12/2026"
    assert work_on(secretary, "2026-11-01") == [("later", PREPARE, november)]
    # that of December comes near a week before its evening
    assert (("later", PREPARE, december) in work_on(secretary, "2026-11-25")) is False
    assert ("later", PREPARE, december) in work_on(secretary, "2026-11-26")
    meeting = Meeting.objects.regular().get(month=D(2026, 11, 1))
    meeting = prepared(secretary, meeting, "2026-11-20 19:00", now="2026-11-02 09:00")
    assert work_on(secretary, "2026-11-19") == []
    assert work_on(secretary, "2026-11-20") == [("later", RECORD, november)]
    assert work_on(secretary, "2026-12-01")[0] == ("overdue", RECORD, november)
    given = how(people, "2026-11-20 19:00", "2026-11-20 20:40", roll(people), items=items(people[0], 1, "2026-12-20"))
    held(secretary, meeting, given, "2026-11-20 21:00")
    assert work_on(secretary, "2026-11-21") == [("week", CLOSE, november)]
    assert work_on(cast["sd_secretary"], "2026-11-21") == []
    assert work_on(cast["secretary"], "2026-11-21") == []
    with on("2026-11-21"):
        page = logged_in(secretary).get(reverse("workflows:my_work"))
        assert reverse("meetings:close", args=[meeting.pk]) in page.content.decode()
    closed(secretary, meeting, "2026-11-21 08:00", further=FIRST)
    assert (people[0].user, work_on(people[0].user, "2026-11-22")) == (
        people[0].user,
        [("later", CARRY_OUT, "Việc thứ 1")],
    )


def test_who_was_assigned_something_finds_it_in_my_work_and_reads_the_meeting(cast):
    """A member without an office: what he has to do, nothing of the other meetings."""
    cell, secretary = cast.organisation("dong_muoi"), cast["dm_secretary"]
    member = cast.add_user("dm_member", "Ngô Văn Lúa", "", "dong_muoi")
    people = filled_cell(cast, cell, 4)
    planned(cast, "dong_muoi", "dm_secretary", now="2026-11-01 09:00")
    meeting = Meeting.objects.regular().get(month=D(2026, 11, 1))
    other = Meeting.objects.regular().get(month=D(2026, 12, 1))
    meeting = prepared(secretary, meeting, "2026-11-03 19:00", now="2026-11-02 09:00")
    person = Person.objects.get(user=member)
    given = how(people, "2026-11-03 19:00", "2026-11-03 20:40", roll(people), items=items(person, 1, "2026-12-20"))
    held(secretary, meeting, given, "2026-11-03 21:00")
    # nothing is owed before the meeting is closed, and a record that may still change is not his to read
    assert work_on(member, "2026-11-03") == []
    read(member, reverse("meetings:detail", args=[meeting.pk]), "2026-11-03", status=404)
    closed(secretary, meeting, "2026-11-04 08:00", further=FIRST)
    assert work_on(member, "2026-11-04") == [("later", CARRY_OUT, "Việc thứ 1")]
    # who went to another cell has his assignment, and no minutes any more
    seen = policy.visible(member, Meeting.objects.all(), at("2026-11-04"))
    item = policy.visible(member, ResolutionItem.objects.all(), at("2026-11-04"))
    assert (list(seen), item.count()) == ([meeting], 1)
    homes = Membership.objects.filter(person=person)
    homes.update(cell=cast.organisation("suoi_da"))
    assert (seen.all().count(), item.all().count()) == (0, 1)
    homes.update(cell=cell)
    assert work_on(secretary, "2026-11-04") == []
    assert "Việc thứ 1" in read(member, reverse("meetings:detail", args=[meeting.pk]), "2026-11-04")
    read(member, reverse("meetings:detail", args=[other.pk]), "2026-11-04", status=404)
    assert work_on(member, "2026-12-21") == [("overdue", CARRY_OUT, "Việc thứ 1")]
    # the ladder reminds the cell's officers and him in person
    item = ResolutionItem.objects.get()
    sweep(now=at("2026-12-20"), today=D(2026, 12, 20))
    told = Message.objects.filter(reminder__deadline=clock_of(item, "carry_out_assignment"))
    assert {message.user for message in told} >= {member, secretary}
    assert cast["sd_secretary"] not in {message.user for message in told}
    reported(secretary, item, "2026-12-20")
    assert work_on(member, "2026-12-21") == []


def test_my_work_follows_a_merger(cast, november):
    assert PREPARE in {title for _code, title, _about in work_on(cast["dm_secretary"], "2026-12-02")}
    merged(cast)
    assert {title for _code, title, _about in work_on(cast["sd_secretary"], TODAY)} == {PREPARE}
    assert PREPARE not in {title for _code, title, _about in work_on(cast["dm_secretary"], TODAY)}
    assert inbox(cast["sd_secretary"], at(TODAY)) == []
