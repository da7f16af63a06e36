"""What a remark becomes by whom: who follows the cell reminds, asks and proposes; also once it was answered; what was
recorded by mistake is struck out."""

from dataclasses import dataclass
from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.meetings.models import Meeting
from inspections.members.models import Membership
from inspections.organisations.models import Organisation
from inspections.organisations.services import give_office
from inspections.reminders.models import Message, Reminder
from inspections.reminders.people import Addressees
from inspections.reports.models import AskedReport
from inspections.superiors.models import (
    Following,
    ProposedSupervision,
    RegularSupervision,
    Remark,
    SupervisionOutcome,
    SupervisionTopic,
)
from inspections.superiors.queries.flags import visited
from inspections.superiors.services import remarks, supervising
from inspections.superiors.services.following import follow
from permissions import policy
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from tests.browse import logged_in, send, text_of, words_of
from tests.cast import NOW, Cast
from tests.meetings.held import month_of
from workflows.queries import count_for, grouped_work

pytestmark = pytest.mark.django_db


@dataclass
class Cells:
    """The cast, with a committee member who follows Đồng Muối; Novembers of it and of Trường THCS stand."""

    cast: Cast
    meetings: dict[str, Meeting]


def fresh(scene: Cells, who: str):
    """The log-in as the next request reads it."""
    user = type(scene.cast[who]).objects.get(username=who)
    scene.cast.users[who] = user
    return user


@pytest.fixture
def scene(cast: Cast) -> Cells:
    cast.add_user("follower", "Bế Văn Tư", "committee_member", "commune")
    months = {
        cell: month_of(cast, cell, secretary, "Chuyên đề nêu gương")["closed_meeting"]
        for cell, secretary in (("dong_muoi", "dm_secretary"), ("thcs", "thcs_secretary"))
    }
    given = {"cells": [cast.organisation("dong_muoi")], "starts_on": D(2026, 11, 1), "paper": "9-TB/ĐU", "now": NOW}
    follow(acting_user=cast["chair"], person=cast.person("follower"), **given)
    return Cells(cast, months)


@pytest.fixture
def remark(scene: Cells) -> Remark:
    """What the follower of the cell remarked today on a meeting on which nobody had said a word."""
    meeting = scene.meetings["dong_muoi"]
    return remarks.leave_remark(
        acting_user=fresh(scene, "follower"),
        meeting=meeting,
        text="Nghị quyết chưa giao thời hạn.",
        answer_by=D(2026, 12, 1),
        now=NOW,
    )


def supervised(scene: Cells, remark: Remark, who: str = "officer", **changes) -> RegularSupervision:
    outcome = SupervisionOutcome.objects.get(name__startswith="Nhắc nhở")
    given = {"topic": SupervisionTopic.objects.first(), "outcome": outcome, "sign": "Hình thức.", **changes}
    return supervising.supervise(acting_user=scene.cast[who], remark=remark, now=NOW, **given)


def answered(scene: Cells, remark: Remark) -> None:
    remarks.answer_remark(acting_user=scene.cast["dm_secretary"], remark=remark, answer="Đã sửa.", now=NOW)


def work_of(scene: Cells, who: str) -> list[str]:
    user = fresh(scene, who)
    found = [item.get_absolute_url() for group in grouped_work(user, NOW.date()) for item in group.items]
    assert count_for(fresh(scene, who)) == len(found)
    return found


# S3: by the following itself


def test_who_follows_a_cell_reminds_it_and_asks_it_for_a_report(scene: Cells, remark: Remark):
    client = logged_in(scene.cast["follower"])
    page = text_of(client.get(remark.get_absolute_url()))
    for name in ("remind", "ask", "propose"):
        assert reverse(f"superiors:{name}", args=[remark.pk]) in page
    assert reverse("superiors:supervise", args=[remark.pk]) not in page
    send(client, reverse("superiors:remind", args=[remark.pk]), note="Sắp đến hạn.")
    send(client, reverse("superiors:ask", args=[remark.pk]), words="Báo cáo thời hạn.", due_on="04/12/2026")
    reminder, asked = Reminder.objects.latest("pk"), AskedReport.objects.latest("pk")
    assert reminder.sent_by == asked.asked_by == scene.cast["follower"]
    assert reminder.messages.filter(user=scene.cast["dm_secretary"]).exists()
    assert (asked.organisation, asked.asked_for) == (remark.organisation, scene.cast.organisation("commune"))
    # he reads what came of it, and the answer
    page = client.get(remark.get_absolute_url())
    assert "Sắp đến hạn." in words_of(page) and asked.get_absolute_url() in text_of(page)
    send(logged_in(scene.cast["dm_secretary"]), reverse("reports:answer", args=[asked.pk]), answer="Đã giao thời hạn.")
    assert "Đã giao thời hạn." in words_of(client.get(asked.get_absolute_url()))
    chain = AuditEntry.objects.filter(chain=f"organisation:{remark.organisation_id}").order_by("pk")
    assert list(chain.values_list("verb", flat=True))[-4:] == ["leave_remark", "remind", "ask_report", "give_report"]


def test_the_area_officer_asks_for_a_report_too(scene: Cells, remark: Remark):
    made = supervising.ask_cell(
        acting_user=scene.cast["officer"], remark=remark, words="Báo cáo.", due_on=D(2026, 12, 4), now=NOW
    )
    assert made.asked_for == scene.cast.organisation("ubkt")


def test_who_follows_it_no_longer_and_who_belongs_to_it_do_none_of_it(scene: Cells, remark: Remark):
    Following.objects.all().delete()
    fresh(scene, "follower")
    for who in ("follower", "stranger", "dm_secretary", "sd_secretary"):
        user = scene.cast[who]
        for deed in (
            lambda user: supervising.remind_cell(acting_user=user, remark=remark, note="", now=NOW),
            lambda user: supervising.ask_cell(
                acting_user=user, remark=remark, words="x", due_on=D(2026, 12, 4), now=NOW
            ),
            lambda user: supervising.propose_supervision(acting_user=user, remark=remark, why="x", now=NOW),
        ):
            with pytest.raises(Refused):
                deed(user)
    # the secretary of the cell may ask for reports, and is told why not for this one
    asked = logged_in(fresh(scene, "dm_secretary")).get(reverse("superiors:ask", args=[remark.pk]))
    assert asked.status_code == 403 and "thuộc chi bộ này" in words_of(asked)
    assert not Reminder.objects.filter(why="by_hand", sent_by=scene.cast["follower"]).exists()
    assert logged_in(scene.cast["follower"]).get(remark.get_absolute_url()).status_code == 404


def test_nobody_proposes_a_supervision_of_his_own_cell(scene: Cells, remark: Remark):
    given = {"person": scene.cast.person("dm_secretary"), "organisation": scene.cast.organisation("commune")}
    given |= {"role": "committee_member", "starts_on": NOW.date(), "paper": "9-QĐ/ĐU", "now": NOW}
    give_office(acting_user=scene.cast.root, **given)
    user = fresh(scene, "dm_secretary")
    with pytest.raises(Refused, match="thuộc chi bộ này"):
        supervising.propose_supervision(acting_user=user, remark=remark, why="x", now=NOW)
    client = logged_in(user)
    address = reverse("superiors:propose", args=[remark.pk])
    assert client.get(address).status_code == 403 and address not in text_of(client.get(remark.get_absolute_url()))


def test_what_is_proposed_waits_for_whoever_may_open_a_supervision(scene: Cells, remark: Remark):
    follower = logged_in(scene.cast["follower"])
    send(follower, reverse("superiors:propose", args=[remark.pk]), why="Ba kỳ liền không có nghị quyết.")
    proposal = ProposedSupervision.objects.get(remark=remark)
    assert proposal.body == scene.cast.organisation("commune")
    address = remark.get_absolute_url()
    for who, waits in (("chair", True), ("officer", True), ("secretary", True), ("follower", False)):
        assert (address in work_of(scene, who)) == waits, who
    for who in ("province_secretary", "dm_secretary", "stranger"):
        assert address not in work_of(scene, who), who
    # the cell is not told before somebody decided
    why = "Ba kỳ liền không có nghị quyết."
    assert why not in words_of(logged_in(scene.cast["dm_secretary"]).get(address))
    assert why in words_of(logged_in(scene.cast["chair"]).get(address))
    assert follower.get(reverse("superiors:propose", args=[remark.pk])).status_code == 409
    opened = supervised(scene, remark)
    proposal.refresh_from_db()
    assert proposal.decided_by == opened.opened_by and not proposal.decline_reason
    assert address not in work_of(scene, "chair")


def test_what_is_proposed_is_declined_with_a_reason_and_may_be_proposed_again(scene: Cells, remark: Remark):
    given = {"acting_user": scene.cast["follower"], "remark": remark, "now": NOW}
    with pytest.raises(ValidationError):
        supervising.propose_supervision(why=" ", **given)
    proposal = supervising.propose_supervision(why="Hình thức.", **given)
    address = reverse("superiors:decline", args=[proposal.pk])
    assert logged_in(scene.cast["follower"]).get(address).status_code == 403
    chair = logged_in(scene.cast["chair"])
    send(chair, address, status=422, reason="")
    send(chair, address, reason="Chi bộ đã khắc phục.")
    assert "Chi bộ đã khắc phục." in words_of(logged_in(scene.cast["follower"]).get(remark.get_absolute_url()))
    assert chair.get(address).status_code == 409 and remark.get_absolute_url() not in work_of(scene, "chair")
    assert supervising.propose_supervision(why="Lại hình thức.", **given).decided_at is None


# S4: after the answer


def test_a_remark_that_was_answered_still_becomes_a_reminder_a_request_and_a_supervision(scene: Cells, remark: Remark):
    answered(scene, remark)
    client = logged_in(scene.cast["follower"])
    send(client, reverse("superiors:remind", args=[remark.pk]), status=422, note="")
    send(client, reverse("superiors:remind", args=[remark.pk]), note="Giữ nền nếp này.")
    send(client, reverse("superiors:ask", args=[remark.pk]), words="Báo cáo kết quả.", due_on="04/12/2026")
    send(client, reverse("superiors:propose", args=[remark.pk]), why="Nói mà chưa làm.")
    told = Message.objects.filter(reminder=Reminder.objects.latest("pk"))
    # a mail tells what is due, and nothing is
    assert told.filter(user=scene.cast["dm_secretary"], in_app=True, by_mail="").exists()
    assert AskedReport.objects.latest("pk").answered_at is None
    assert supervised(scene, remark).remark == remark
    shown = logged_in(scene.cast["dm_secretary"]).get(reverse("reminders:list"))
    assert "Giữ nền nếp này." in words_of(shown)


# S6, S7: the list, by period, place, topic and outcome


def test_supervisions_are_filtered_by_period_and_place_and_counted_by_topic_and_outcome(scene: Cells, remark: Remark):
    RegularSupervision.objects.all().delete()
    one = supervised(scene, remark)
    nothing = SupervisionOutcome.objects.get(name__startswith="Chưa phát hiện")
    other_remark = remarks.leave_remark(
        acting_user=scene.cast["chair"],
        meeting=scene.meetings["thcs"],
        text="Họp ngắn.",
        answer_by=D(2026, 12, 1),
        now=NOW,
    )
    other = supervising.supervise(
        acting_user=scene.cast["chair"],
        remark=other_remark,
        topic=one.topic,
        outcome=nothing,
        sign="Đã xem.",
        now=NOW.replace(month=10),
    )
    client, page = logged_in(scene.cast["chair"]), reverse("superiors:supervisions")

    def listed(**asked) -> set[int]:
        response = client.get(page, asked)
        assert response.status_code == 200
        found = {row.pk for row in response.context["page"].object_list}
        if not asked.keys() & {"topic", "outcome"}:
            assert sum(topic["many"] for topic in response.context["topics"]) == len(found)
        return found

    assert listed() == {one.pk, other.pk}
    assert listed(since="01/11/2026") == {one.pk}
    assert listed(until="31/10/2026") == {other.pk}
    assert listed(since="23/11/2026", until="23/11/2026") == {one.pk}
    assert listed(organisation=one.organisation_id) == {one.pk}
    assert listed(organisation=scene.cast.organisation("commune").pk) == {one.pk, other.pk}
    assert listed(outcome=nothing.pk) == {other.pk}
    (topic,) = client.get(page).context["topics"]
    assert topic["many"] == 2 and {(row["pk"], row["many"]) for row in topic["of"]} == {
        (one.outcome_id, 1),
        (nothing.pk, 1),
    }
    assert client.get(page, {"since": "02/11/2026", "until": "01/11/2026"}).status_code == 422
    assert client.get(page, {"organisation": scene.cast.organisation("ward").pk}).status_code == 422
    assert client.get(page, {"since": "01/11/2026", "export": "xlsx"})["Content-Type"].endswith("sheet")


# S12: struck out


def test_a_visit_noted_wrongly_is_struck_out_and_counts_no_more(scene: Cells, remark: Remark):
    meeting, user = remark.meeting, scene.cast["follower"]
    visit = remarks.mark_visit(acting_user=user, meeting=meeting, note="Nhầm buổi", now=NOW)
    counted = Meeting.objects.filter(visited(), pk=meeting.pk)
    assert counted.exists()
    address = reverse("superiors:strike_visit", args=[visit.pk])
    # neither another superior who says nothing of who follows, nor the cell
    for who in ("officer", "dm_secretary"):
        assert logged_in(scene.cast[who]).get(address).status_code == 403
    client = logged_in(user)
    assert address in text_of(client.get(reverse("superiors:cell", args=[meeting.organisation_id])))
    send(client, address, status=422, reason=" ")
    send(client, address, reason="Ghi nhầm buổi.")
    visit.refresh_from_db()
    assert visit.struck_by == user and not counted.exists()
    assert "Ghi nhầm buổi." in words_of(client.get(reverse("superiors:cell", args=[meeting.organisation_id])))
    assert client.get(address).status_code == 409
    with pytest.raises(NotNow):
        remarks.strike_visit(acting_user=user, visit=visit, reason="x", now=NOW)
    remarks.mark_visit(acting_user=user, meeting=meeting, note="", now=NOW)
    assert counted.exists()


def test_a_supervision_opened_by_mistake_is_struck_out_and_its_remark_opens_another(scene: Cells, remark: Remark):
    one = supervised(scene, remark)
    address, page = reverse("superiors:strike_supervision", args=[one.pk]), reverse("superiors:supervisions")
    assert logged_in(scene.cast["follower"]).get(address).status_code == 403
    client = logged_in(scene.cast["chair"])
    before = sum(topic["many"] for topic in client.get(page).context["topics"])
    send(client, address, reason="Mở nhầm chi bộ.")
    response = client.get(page)
    assert one.pk not in [row.pk for row in response.context["page"].object_list]
    assert sum(topic["many"] for topic in response.context["topics"]) == before - 1
    kept = client.get(page, {"show": "struck"})
    assert "Mở nhầm chi bộ." in words_of(kept)
    assert "Mở nhầm chi bộ." in words_of(client.get(remark.get_absolute_url())), "its remark tells of it too"
    with pytest.raises(NotNow):
        supervising.strike_supervision(acting_user=scene.cast["chair"], supervision=one, reason="x", now=NOW)
    assert supervised(scene, remark).pk != one.pk


# S10, S11: no dead links


def test_the_author_is_told_in_person_only_as_long_as_he_reads_the_page(scene: Cells, remark: Remark):
    clock = remarks.clock_of(remark)

    def told() -> bool:
        addressees = Addressees(NOW.date())
        addressees.prepare([clock])
        return scene.cast["follower"].pk in addressees.known(clock).watching

    assert told() and policy.visible(fresh(scene, "follower"), type(clock).objects.filter(pk=clock.pk), NOW).exists()
    Following.objects.filter(person=scene.cast.person("follower")).delete()
    assert not told()
    seen = policy.visible(fresh(scene, "follower"), type(clock).objects.filter(pk=clock.pk), NOW)
    assert not seen.exists()


def test_who_answers_in_the_place_of_another_gets_no_link_to_what_is_closed_to_him(scene: Cells, remark: Remark):
    Remark.objects.filter(pk=remark.pk).update(organisation=scene.cast.organisation("suoi_da"))
    meeting, cell = (
        reverse("meetings:detail", args=[remark.meeting_id]),
        reverse("superiors:cell", args=[remark.meeting.organisation_id]),
    )
    successor = logged_in(scene.cast["sd_secretary"])
    page = text_of(successor.get(remark.get_absolute_url()))
    for address in (meeting, cell):
        assert successor.get(address).status_code == 404
        assert address not in page
    shown = text_of(logged_in(scene.cast["chair"]).get(remark.get_absolute_url()))
    assert meeting in shown and cell in shown


# S13: many cells


def test_many_cells_are_given_in_a_fixed_number_of_queries_and_what_is_left_out_is_named(scene: Cells):
    cast = scene.cast
    top = cast.organisation("commune")
    kind = cast.organisation("thcs").type
    many = [
        Organisation.objects.create(
            name=f"Chi bộ số {n}",
            folded=f"chi bo so {n}",
            type=kind,
            parent=top,
            code=f"X{n}",
            path=f"{top.path}{n:06d}",
        )
        for n in range(900001, 900031)
    ]
    Organisation.objects.filter(pk__in=[one.pk for one in many]).update(scope_path=many[0].path)

    def queries(cells) -> int:
        with CaptureQueriesContext(connection) as found:
            follow(
                acting_user=cast["chair"],
                person=cast.person("standing"),
                cells=cells,
                starts_on=NOW.date(),
                paper="",
                now=NOW,
            )
        return len(found)

    assert queries(many[:2]) == queries(many[2:27])
    client = logged_in(cast["chair"])
    page = client.post(
        reverse("superiors:follow", args=[top.pk]),
        {"person": cast.person("standing").pk, "cells": [one.pk for one in many[26:30]], "starts_on": "23/11/2026"},
        follow=True,
    )
    told = words_of(page)
    assert "Đã phân công 3 chi bộ" in told and f"{many[26]} (từ 23/11/2026)" in told


def test_an_answer_is_not_asked_for_in_years(scene: Cells, remark: Remark):
    with pytest.raises(ValidationError) as problem:
        remarks.leave_remark(
            acting_user=scene.cast["chair"], meeting=remark.meeting, text="x", answer_by=D(2027, 11, 24), now=NOW
        )
    assert list(problem.value.error_dict) == ["answer_by"]


def test_an_organisation_that_is_not_seen_is_told_as_one_that_is_not_there(scene: Cells):
    client = logged_in(scene.cast["dm_secretary"])
    unseen, missing = scene.cast.organisation("ward").pk, 99999999
    for name in ("board", "cells", "meetings"):
        pages = [client.get(reverse(f"superiors:{name}"), {"organisation": key}) for key in (unseen, missing)]
        assert [page.status_code for page in pages] == [422, 422]
        errors = [page.context["filters"].errors["organisation"] for page in pages]
        assert errors[0] == errors[1]


# whose cell it is


def test_a_plain_member_of_the_cell_decides_nothing_about_it_whatever_office_he_holds(scene: Cells, remark: Remark):
    """A chair of the inspection committee who meets with the cell."""
    proposal = supervising.propose_supervision(
        acting_user=fresh(scene, "follower"), remark=remark, why="Cần giám sát.", now=NOW
    )
    assert remark.get_absolute_url() in work_of(scene, "chair")
    transfer_home(scene, "chair", "dong_muoi")
    assert remark.get_absolute_url() not in work_of(scene, "chair")
    page = text_of(logged_in(fresh(scene, "chair")).get(remark.get_absolute_url()))
    assert "Cần giám sát." not in page
    for name in ("supervise", "propose"):
        assert reverse(f"superiors:{name}", args=[remark.pk]) not in page
    with pytest.raises(Refused):
        supervised(scene, remark, "chair")
    with pytest.raises(Refused):
        supervising.decline_supervision(acting_user=scene.cast["chair"], proposal=proposal, reason="Thôi.", now=NOW)
    opened = supervised(scene, remark)
    with pytest.raises(Refused):
        supervising.strike_supervision(acting_user=scene.cast["chair"], supervision=opened, reason="Nhầm.", now=NOW)


def transfer_home(scene: Cells, who: str, cell: str) -> None:
    """From the beginning of the autumn on, somebody is at home in the cell."""
    person = scene.cast.person(who)
    Membership.objects.filter(person=person).delete()
    Membership.objects.create(person=person, cell=scene.cast.organisation(cell), starts_on=D(2026, 9, 1))


def test_a_proposal_whose_body_is_no_more_waits_for_who_may_open_one(scene: Cells, remark: Remark):
    proposal = supervising.propose_supervision(
        acting_user=fresh(scene, "follower"), remark=remark, why="Cần giám sát.", now=NOW
    )
    # the cell stands elsewhere than below the body to which it was proposed
    ProposedSupervision.objects.filter(pk=proposal.pk).update(body=scene.cast.organisation("ward"))
    assert remark.get_absolute_url() in work_of(scene, "chair")
    assert remark.get_absolute_url() not in work_of(scene, "stranger")
