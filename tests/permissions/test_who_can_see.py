"""“Who can see this, and why” names exactly those for whom the case is there, each by a paper (issue 2, Rights)."""

import pytest
from django.urls import reverse

from inspections.cases.models import Case
from inspections.cases.queries import who_can_see
from inspections.cases.services.opening import SubjectChoice
from inspections.organisations.models import User
from inspections.organisations.services import end_delegation
from permissions import policy
from permissions.catalogue import PARTS
from permissions.verdicts import Refused
from project.demo import stories
from tests.browse import logged_in, words_of
from tests.cast import NOW, at
from tests.permissions.world import Branch

pytestmark = pytest.mark.django_db


def listed(case: Case, now=NOW) -> set[str]:
    return {sight.person.user.username for sight in who_can_see(case, now.date())}


def seeing(case: Case, now=NOW) -> set[str]:
    """Everybody for whom the case is visible, asked one by one."""
    rows = Case.objects.filter(pk=case.pk)
    return {user.username for user in User.objects.all() if policy.visible(user, rows, now).exists()}


def test_the_list_is_everybody_who_sees_the_case_for_every_case_of_the_world(world):
    for case in Case.objects.all():
        assert listed(case) == seeing(case), case
    case = world.row("case")
    assert {"chair", "vice_chair", "secretary", "province_secretary", "dm_secretary"} < listed(case)
    assert {"deputy_of_chair", "deputy_of_dm_secretary"} < listed(case)
    assert not listed(case) & {"recused", "former", "gone", "root", "stranger", "sd_secretary", "administrator"}


def test_each_stands_there_with_every_reason_and_its_paper(world):
    case = world.row("case")
    told = {(sight.person.user.username, sight.why): sight.paper for sight in who_can_see(case, NOW.date())}
    assert all(told.values()), [reason for reason, paper in told.items() if not paper]
    assert told["vice_chair", str(PARTS["leader"].label)] == case.number
    assert told["officer", str(PARTS["monitor"].label)] == case.notice.number
    by_office = "Chủ nhiệm uỷ ban kiểm tra – UBKT Đảng uỷ xã Tân Phước Thượng"
    assert told["chair", by_office] == "01-QĐ/ĐU, 01/7/2025"
    assert told["deputy_of_chair", f"{by_office}, được Đỗ Văn Quý uỷ quyền"] == "15-QĐ/ĐU"
    reasons = [why for name, why in told if name == "vice_chair"]
    assert len(reasons) == 2


def test_a_member_of_the_team_who_was_replaced_or_withdrew_is_not_on_it(world):
    for name in ("recused", "former"):
        assert world.row("case").participants.filter(person=world.cast.person(name)).exists()
        assert name not in listed(world.row("case"))


def test_it_changes_on_the_day_an_office_or_delegation_ends_and_with_the_announcement(world):
    case, cast = world.row("case"), world.cast
    for now in (at("2026-11-22"), at("2026-12-31"), at("2027-01-01")):
        assert listed(case, now) == seeing(case, now)
    assert "former" in listed(case, at("2026-11-22"))
    assert "deputy_of_chair" in listed(case, at("2026-12-31"))
    assert "deputy_of_chair" not in listed(case, at("2027-01-01"))
    delegation = cast.offices["chair"].delegations.get(deputy=cast.person("deputy_of_chair"))
    end_delegation(acting_user=cast.root, delegation=delegation, last_day=at("2026-11-22").date(), now=NOW)
    assert listed(case) == seeing(case)
    assert "deputy_of_chair" not in listed(case)
    proposal = world.row("proposed")
    assert "dm_secretary" not in listed(proposal)


def test_a_subject_who_sits_in_the_body_sees_his_case_as_the_subject_only(world):
    """The vice secretary of a cell is examined by his own cell."""
    branch = Branch(world.cast, "child")
    person = world.cast.person("dm_deputy")
    case = stories.proposed(
        branch,
        subjects=[SubjectChoice(branch.organisation("dong_muoi"), person)],
        team=[],
        by="officer",
        content="Việc giữ gìn đoàn kết",
    )
    assert "dm_deputy" not in listed(case)
    assert listed(case) == seeing(case)
    user = world.cast["dm_deputy"]
    assert not policy.may(user, "sign_case", case, NOW)
    # he was the only other one, and whoever acts for the secretary acts for the proposer: a second deputy has to sign
    with pytest.raises(Refused):
        stories.signed(branch, case, by="deputy_of_dm_secretary", day="2026-11-20")
    world.cast.add_user("dm_second_deputy", "Sùng Thị Hai", "cell_deputy_secretary", "dong_muoi")
    stories.signed(branch, case, by="dm_second_deputy", day="2026-11-20")
    stories.announced(branch, case, day="2026-11-20", due=at("2026-11-30").date())
    case.refresh_from_db()
    assert listed(case) == seeing(case)
    assert {sight.why for sight in who_can_see(case, NOW.date()) if sight.person == person} == {
        str(PARTS["subject_member"].label),
        # his cell, which manages him, is told of it too
        "Phó bí thư chi bộ – Chi bộ thôn Đồng Muối",
    }
    user = world.cast["dm_deputy"]
    assert policy.may(user, "answer_as_subject", case.subjects.get(), NOW)
    for verb in ("run_own_case", "see_case_files", "conclude_case", "stop_case", "sign_notice"):
        verdict = policy.may(user, verb, case, NOW)
        assert not verdict
        assert not verdict.stranger()
        assert "đối tượng" in verdict.reason


def test_the_page_shows_the_list_to_those_who_see_the_working_papers_alone(world):
    case = world.row("case")
    address = reverse("cases:people", args=[case.pk])
    page = words_of(logged_in(world.cast["member"]).get(address))
    assert "Ai được xem, và vì sao" in page
    for sight in who_can_see(case, NOW.date()):
        assert f"{sight.person} {sight.why}" in page
    for name in ("dm_secretary", "secretary", "province_secretary"):
        page = words_of(logged_in(world.cast[name]).get(address))
        assert "Ai được xem" not in page
