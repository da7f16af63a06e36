"""A superior attends and remarks, the cell answers; a remark becomes a reminder, a request, a regular supervision."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse

from inspections.deadlines.models import Deadline
from inspections.meetings.access import members_of
from inspections.meetings.models import Meeting
from inspections.meetings.services import common
from inspections.meetings.services.planning import write_call_off
from inspections.members.models import Membership
from inspections.organisations.services import delegate, give_office
from inspections.reminders.models import Reminder
from inspections.reports.models import AskedReport
from inspections.superiors.models import (
    Following,
    ProposedSupervision,
    RegularSupervision,
    Remark,
    SupervisionOutcome,
    SupervisionTopic,
    Visit,
)
from inspections.superiors.services import remarks, supervising
from inspections.superiors.services.following import end_following, follow
from permissions import policy
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, send, text_of, words_of
from tests.cast import NOW
from tests.permissions.world import SIBLING, World
from workflows.queries import count_for, grouped_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(world: World) -> Meeting:
    """The regular meeting of November of the own cell; nobody from above has been there or said a word."""
    row = world.row("closed_meeting")
    about = Remark.objects.filter(meeting=row)
    RegularSupervision.objects.filter(remark__in=about).delete()
    ProposedSupervision.objects.filter(remark__in=about).delete()
    Deadline.objects.filter(duty="answer_remark", item_id__in=about.values("pk")).update(
        state="cancelled", met_on=None, closed_at=NOW
    )
    about.delete()
    Visit.objects.filter(meeting=row).delete()
    return row


def left(world: World, meeting: Meeting, who: str = "chair", **changes) -> Remark:
    given = {"text": "Nghị quyết chưa giao thời hạn.", "answer_by": D(2026, 12, 1), **changes}
    return remarks.leave_remark(acting_user=world.cast[who], meeting=meeting, now=NOW, **given)


def supervised(world: World, remark: Remark, who: str = "officer", **changes) -> RegularSupervision:
    given = {
        "topic": SupervisionTopic.objects.first(),
        "outcome": SupervisionOutcome.objects.get(name__startswith="Nhắc nhở"),
        "sign": "Hình thức.",
        **changes,
    }
    return supervising.supervise(acting_user=world.cast[who], remark=remark, now=NOW, **given)


def entries(verb: str) -> int:
    return AuditEntry.objects.filter(verb=verb).count()


def test_a_remark_is_left_answered_and_seen_by_both(world: World, meeting: Meeting):
    chair, cell = logged_in(world.cast["chair"]), logged_in(world.cast["dm_secretary"])
    at_meeting = reverse("meetings:detail", args=[meeting.pk])
    assert reverse("superiors:leave", args=[meeting.pk]) in text_of(chair.get(at_meeting))
    assert reverse("superiors:leave", args=[meeting.pk]) not in text_of(cell.get(at_meeting))
    send(chair, reverse("superiors:visit", args=[meeting.pk]), note="Dự cả buổi")
    words = "Nghị quyết chưa giao thời hạn."
    send(chair, reverse("superiors:leave", args=[meeting.pk]), text=words, answer_by="01/12/2026")
    remark = Remark.objects.get(meeting=meeting)
    assert words in words_of(cell.get(at_meeting)) and "Dự cả buổi" in words_of(cell.get(at_meeting))
    page = cell.get(remark.get_absolute_url())
    assert reverse("superiors:answer", args=[remark.pk]) in text_of(page)
    send(cell, reverse("superiors:answer", args=[remark.pk]), answer="Chi bộ đã bổ sung thời hạn.")
    assert "Chi bộ đã bổ sung thời hạn." in words_of(chair.get(remark.get_absolute_url()))


def test_the_answer_is_a_deadline_of_the_cell_until_it_is_given(world: World, meeting: Meeting):
    remark = left(world, meeting)
    clock = remarks.clock_of(remark)
    assert (clock.organisation, clock.due_on, clock.state) == (meeting.organisation, D(2026, 12, 1), "running")
    assert clock.watcher == world.cast.organisation("ubkt")
    before = entries("answer_remark")
    remarks.answer_remark(acting_user=world.cast["dm_deputy"], remark=remark, answer="Đã sửa.", now=NOW)
    clock.refresh_from_db()
    assert clock.state == "met" and entries("answer_remark") == before + 1
    with pytest.raises(NotNow, match="đã được trả lời"):
        remarks.answer_remark(acting_user=world.cast["dm_deputy"], remark=remark, answer="Nữa.", now=NOW)


def test_the_remark_waits_in_the_work_of_the_cell_and_of_no_other(world: World, meeting: Meeting):
    remark = left(world, meeting)
    at_answer = reverse("superiors:answer", args=[remark.pk])

    def listed(who: str) -> list[str]:
        groups = grouped_work(world.cast[who], NOW.date())
        found = [item for group in groups for item in group.items]
        assert count_for(world.cast[who]) == len(found)
        return [item.get_absolute_url() for item in found]

    assert at_answer in listed("dm_secretary") and at_answer in listed("dm_deputy")
    assert at_answer in text_of(logged_in(world.cast["dm_secretary"]).get(reverse("workflows:my_work")))
    for who in ("sd_secretary", "chair", "follower"):
        assert at_answer not in listed(who)
    remarks.answer_remark(acting_user=world.cast["dm_secretary"], remark=remark, answer="Đã sửa.", now=NOW)
    assert at_answer not in listed("dm_secretary")


def test_each_deed_leaves_one_entry_in_the_record_of_the_cell(world: World, meeting: Meeting):
    chain = f"organisation:{meeting.organisation_id}"
    rows = AuditEntry.objects.filter(chain=chain)
    before = rows.count()
    remarks.mark_visit(acting_user=world.cast["chair"], meeting=meeting, note="", now=NOW)
    remark = left(world, meeting)
    supervised(world, remark)
    told = list(rows.order_by("pk").values_list("verb", flat=True))[before:]
    assert told == ["mark_visit", "leave_remark", "supervise_cells"]


@pytest.mark.parametrize("who", ["stranger", "dm_secretary", "sd_secretary", "administrator"])
def test_who_is_not_above_neither_attends_nor_remarks(world: World, meeting: Meeting, who: str):
    with pytest.raises(Refused):
        remarks.mark_visit(acting_user=world.cast[who], meeting=meeting, note="", now=NOW)
    with pytest.raises(Refused):
        left(world, meeting, who)
    remark = left(world, meeting)
    with pytest.raises(Refused):
        supervised(world, remark, who)


def committee_member(world: World, who: str) -> None:
    """Whoever holds it is a member of the committee from today on as well."""
    cast = world.cast
    give_office(
        acting_user=cast.root,
        person=cast.person(who),
        role="committee_member",
        organisation=cast.organisation("commune"),
        starts_on=NOW.date(),
        now=NOW,
        paper="9-QĐ/ĐU",
    )
    cast.users[who] = type(cast[who]).objects.get(pk=cast[who].pk)


def not_his(world: World, meeting: Meeting, who: str, words: str) -> None:
    """He neither attends nor remarks, is offered neither, and is told why."""
    user = world.cast[who]
    with pytest.raises(Refused, match=words):
        remarks.mark_visit(acting_user=user, meeting=meeting, note="", now=NOW)
    with pytest.raises(Refused, match=words):
        left(world, meeting, who)
    client = logged_in(user)
    page = text_of(client.get(reverse("meetings:detail", args=[meeting.pk])))
    for name in ("visit", "leave"):
        address = reverse(f"superiors:{name}", args=[meeting.pk])
        assert address not in page and client.get(address).status_code == 403


def test_nobody_is_the_superior_of_his_own_cell(world: World, meeting: Meeting):
    """The secretary of a cell who is a member of the committee too would answer himself; also where he follows it."""
    committee_member(world, "dm_secretary")
    not_his(world, meeting, "dm_secretary", "thuộc chi bộ này")
    Following.objects.create(
        person=world.cast.person("dm_secretary"), organisation=meeting.organisation, starts_on=NOW.date()
    )
    not_his(world, meeting, "dm_secretary", "thuộc chi bộ này")
    other = Meeting.objects.filter(state="closed").exclude(organisation=meeting.organisation)
    assert not policy.visible(world.cast["dm_secretary"], other).exists()


def test_a_deputy_of_a_member_is_no_superior_of_his_cell(world: World, meeting: Meeting):
    """The chair belongs to the cell; who acts in his name attends no meeting of it in his."""
    cast = world.cast
    Membership.objects.filter(person=cast.person("chair")).update(cell=meeting.organisation)
    assert cast.person("chair").pk in members_of(meeting)
    delegate(
        acting_user=cast.root,
        office=cast.offices["chair"],
        deputy=cast.person("sd_member"),
        starts_on=NOW.date(),
        ends_on=D(2026, 12, 1),
        now=NOW,
    )
    cast.users["sd_member"] = type(cast["sd_member"]).objects.get(pk=cast["sd_member"].pk)
    not_his(world, meeting, "sd_member", "là đảng viên của chi bộ này")
    Membership.objects.filter(person=cast.person("chair")).update(cell=cast.organisation("thcs"))
    assert left(world, meeting, "sd_member").left_by == cast["sd_member"]


def test_whom_an_assignment_lets_read_a_meeting_does_not_remark_on_it(world: World, meeting: Meeting):
    """He came after that evening, was given something to do there, and neither follows the cell nor oversees it."""
    committee_member(world, "dm_doer")
    user, person = world.cast["dm_doer"], world.cast.person("dm_doer")
    if person.pk in members_of(meeting):
        Membership.objects.filter(person=person).update(starts_on=D(2026, 11, 10))
    assert person.pk not in members_of(meeting)
    assert policy.visible(user, Meeting.objects.filter(pk=meeting.pk), NOW).exists()
    not_his(world, meeting, "dm_doer", "không theo dõi chi bộ này")
    Following.objects.create(person=person, organisation=meeting.organisation, starts_on=NOW.date())
    world.cast.users["dm_doer"] = type(user).objects.get(pk=user.pk)
    assert left(world, meeting, "dm_doer").left_by == user


def test_a_remark_that_passes_while_it_is_answered_is_the_successors(world: World, meeting: Meeting, monkeypatch):
    remark, new = left(world, meeting), world.cast.organisation("suoi_da")
    lock, locked = common.locked_cell, []

    def passing(cell):
        if not locked:
            Remark.objects.filter(pk=remark.pk).update(organisation=new)
        locked.append(cell.pk)
        return lock(cell)

    monkeypatch.setattr(common, "locked_cell", passing)
    remarks.answer_remark(acting_user=world.cast["sd_secretary"], remark=remark, answer="Đã sửa.", now=NOW)
    assert locked == [meeting.organisation_id, new.pk]
    remark.refresh_from_db()
    assert remark.organisation == new and remark.answer == "Đã sửa."


def test_another_cell_neither_reads_nor_answers_a_remark(world: World, meeting: Meeting):
    remark = left(world, meeting)
    other = logged_in(world.cast["sd_secretary"])
    assert other.get(remark.get_absolute_url()).status_code == 404
    with pytest.raises(Refused):
        remarks.answer_remark(acting_user=world.cast["sd_secretary"], remark=remark, answer="Không", now=NOW)


def test_nobody_attends_what_is_still_to_come_or_twice(world: World, meeting: Meeting):
    coming = world.row("planned_meeting")
    assert coming.planned_at > NOW
    with pytest.raises(NotNow, match="chưa diễn ra"):
        remarks.mark_visit(acting_user=world.cast["chair"], meeting=coming, note="", now=NOW)
    with pytest.raises(NotNow, match="chưa diễn ra"):
        left(world, coming)
    client = logged_in(world.cast["chair"])
    shown = text_of(client.get(reverse("meetings:detail", args=[coming.pk])))
    for name in ("visit", "leave"):
        address = reverse(f"superiors:{name}", args=[coming.pk])
        assert address not in shown and client.get(address).status_code == 409
    remarks.mark_visit(acting_user=world.cast["chair"], meeting=meeting, note="", now=NOW)
    with pytest.raises(NotNow, match="đã được ghi"):
        remarks.mark_visit(acting_user=world.cast["chair"], meeting=meeting, note="", now=NOW)
    assert Visit.objects.filter(meeting=meeting).count() == 1


def test_what_was_called_off_nobody_attended_but_it_can_be_remarked_on(world: World):
    meeting = world.row("planned_meeting")
    write_call_off(meeting, "Bão.", NOW)
    with pytest.raises(NotNow, match="không có ai dự"):
        remarks.mark_visit(acting_user=world.cast["chair"], meeting=meeting, note="", now=NOW)
    assert left(world, meeting).meeting == meeting


@pytest.mark.parametrize(
    ("changes", "field"), [({"text": "  "}, "text"), ({"answer_by": D(2026, 11, 22)}, "answer_by")]
)
def test_a_remark_without_words_or_with_a_past_day_is_not_kept(world: World, meeting: Meeting, changes, field):
    with pytest.raises(ValidationError) as problem:
        left(world, meeting, **changes)
    assert list(problem.value.error_dict) == [field] and not Remark.objects.filter(meeting=meeting).exists()


def test_what_was_typed_comes_back_with_the_error(world: World, meeting: Meeting):
    client = logged_in(world.cast["chair"])
    words = "Chưa có nghị quyết của buổi sinh hoạt."
    page = send(client, reverse("superiors:leave", args=[meeting.pk]), status=422, text=words, answer_by="01/01/2026")
    assert words in text_of(page) and "Ngày này đã qua." in words_of(page)


def test_a_remark_becomes_a_reminder_and_a_report_asked_for(world: World, meeting: Meeting):
    remark = left(world, meeting)
    client = logged_in(world.cast["chair"])
    send(client, reverse("superiors:remind", args=[remark.pk]), note="Sắp đến hạn.")
    words = {"words": "Báo cáo việc giao thời hạn.", "due_on": "04/12/2026"}
    send(client, reverse("superiors:ask", args=[remark.pk]), **words)
    reminder = Reminder.objects.get(why="by_hand", deadline=remarks.clock_of(remark))
    asked = AskedReport.objects.get(about=remarks.clock_of(remark))
    assert reminder.messages.filter(user=world.cast["dm_secretary"]).exists()
    page = client.get(remark.get_absolute_url())
    assert "Sắp đến hạn." in words_of(page) and asked.get_absolute_url() in text_of(page)
    again = client.post(reverse("superiors:remind", args=[remark.pk]), {"note": ""})
    assert again.status_code == 409


def test_a_remark_is_the_sign_of_a_regular_supervision_and_both_know_it(world: World, meeting: Meeting):
    remark = left(world, meeting)
    client = logged_in(world.cast["officer"])
    topic = SupervisionTopic.objects.all()[1]
    address = reverse("superiors:supervise", args=[remark.pk])
    assert remark.text in text_of(client.get(address))
    outcome = SupervisionOutcome.objects.get(is_sign=True)
    said = "Đề nghị kiểm tra khi có dấu hiệu."
    sent = {"topic": topic.pk, "outcome": outcome.pk, "outcome_text": said, "sign": "Ba tháng không có nghị quyết."}
    send(client, address, **sent)
    opened = RegularSupervision.objects.get(remark=remark)
    assert (opened.organisation, opened.body) == (meeting.organisation, world.cast.organisation("ubkt"))
    assert topic.name in words_of(client.get(remark.get_absolute_url()))
    listed = client.get(reverse("superiors:supervisions"), {"topic": topic.pk})
    assert [row.pk for row in listed.context["page"].object_list] == [opened.pk]
    assert remark.get_absolute_url() in text_of(listed)
    of = [{"pk": outcome.pk, "name": outcome.name, "many": 1}]
    assert {"pk": topic.pk, "name": topic.name, "many": 1, "of": of} in listed.context["topics"]
    assert said in words_of(listed) and said in words_of(client.get(remark.get_absolute_url()))
    assert client.get(address).status_code == 409
    with pytest.raises(NotNow, match="đã mở giám sát thường xuyên"):
        supervised(world, remark)


def test_a_supervision_says_its_sign(world: World, meeting: Meeting):
    remark = left(world, meeting)
    with pytest.raises(ValidationError) as problem:
        supervised(world, remark, sign=" ")
    assert list(problem.value.error_dict) == ["sign"]


def test_a_topic_or_outcome_that_was_ended_is_not_chosen(world: World, meeting: Meeting):
    topic = SupervisionTopic.objects.create(name="Nội dung cũ", is_active=False)
    outcome = SupervisionOutcome.objects.create(name="Kết quả cũ", is_active=False)
    remark = left(world, meeting)
    for changes in ({"topic": topic}, {"outcome": outcome}):
        with pytest.raises(ValidationError) as problem:
            supervised(world, remark, **changes)
        assert list(problem.value.error_dict) == list(changes)


# who follows which cell


def test_who_follows_a_cell_sees_its_meetings_from_that_day_and_no_other(world: World, meeting: Meeting):
    cast = world.cast
    Following.objects.all().delete()
    user = cast["follower"]
    assert not policy.visible(user, Meeting.objects.all(), NOW).exists()
    cells = [cast.organisation("dong_muoi"), cast.organisation("thcs")]
    given = {"person": cast.person("follower"), "cells": cells, "starts_on": NOW.date(), "paper": "9-TB/ĐU"}
    before = AuditEntry.objects.count()
    followed = follow(acting_user=cast["chair"], now=NOW, **given)
    made = followed.made
    assert len(made) == 2 and not followed.there and AuditEntry.objects.count() == before + 1
    user = type(user).objects.get(pk=user.pk)
    seen = policy.visible(user, Meeting.objects.all(), NOW)
    assert set(seen.values_list("organisation", flat=True)) == {one.pk for one in cells}
    left(world, meeting, "follower")
    with pytest.raises(NotNow, match="đã được phân công"):
        follow(acting_user=cast["chair"], now=NOW, **given)
    end_following(acting_user=cast["chair"], following=made[0], last_day=D(2026, 11, 23), now=NOW)
    later = NOW.replace(day=24)
    user = type(user).objects.get(pk=user.pk)
    seen = policy.visible(user, Meeting.objects.all(), later)
    assert set(seen.values_list("organisation", flat=True)) == {cells[1].pk}
    with pytest.raises(NotNow):
        end_following(acting_user=cast["chair"], following=made[0], last_day=D(2026, 11, 24), now=NOW)


def test_only_who_holds_an_office_above_follows_a_cell(world: World, meeting: Meeting):
    cast = world.cast
    given = {"cells": [meeting.organisation], "starts_on": NOW.date(), "paper": "", "now": NOW}
    for who in ("stranger", "sd_secretary", "administrator"):
        with pytest.raises(ValidationError) as problem:
            follow(acting_user=cast["chair"], person=cast.person(who), **given)
        assert list(problem.value.error_dict) == ["person"]
    with pytest.raises(ValidationError) as problem:
        follow(acting_user=cast["secretary"], person=cast.person("standing"), **{**given, "cells": []})
    assert list(problem.value.error_dict) == ["cells"]
    for who in ("officer", "stranger", "dm_secretary"):
        with pytest.raises(Refused):
            follow(acting_user=cast[who], person=cast.person("standing"), **given)
    elsewhere = [meeting.organisation, world.row("meeting_cell", SIBLING)]
    with pytest.raises(Refused):
        follow(acting_user=cast["chair"], person=cast.person("standing"), **{**given, "cells": elsewhere})
    assert not Following.objects.filter(person=cast.person("standing")).exists()


def test_a_following_ends_on_a_day_after_it_began(world: World):
    following = world.row("following")
    with pytest.raises(ValidationError) as problem:
        end_following(acting_user=world.cast["chair"], following=following, last_day=D(2026, 10, 31), now=NOW)
    assert list(problem.value.error_dict) == ["last_day"]


# the page of one cell


def test_who_came_is_for_the_cell_and_its_inspectors(world: World, meeting: Meeting):
    address = reverse("superiors:cell", args=[meeting.organisation_id])
    name = meeting.marks.first().person.full_name
    for who, sees in (("chair", True), ("dm_secretary", True), ("follower", False)):
        page = logged_in(world.cast[who]).get(address)
        assert page.status_code == 200, who
        assert ("Việc dự sinh hoạt của đảng viên" in words_of(page)) == sees, who
        assert any(one.person.full_name == name for one in page.context["attendance"]) == sees
    assert logged_in(world.cast["sd_secretary"]).get(address).status_code == 404


def test_the_page_of_a_cell_has_its_visits_and_remarks(world: World):
    row = world.row("remark")
    page = logged_in(world.cast["officer"]).get(reverse("superiors:cell", args=[row.meeting.organisation_id]))
    assert row.get_absolute_url() in text_of(page)
    assert world.row("visit").note in words_of(page)
    assert [one.pk for one, _may_strike in page.context["visits"]] == [world.row("visit").pk]
    assert set(page.context["remarks"]) == set(Remark.objects.filter(Q(meeting__organisation=row.meeting.organisation)))
