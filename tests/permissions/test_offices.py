"""What a deputy may and may not, and what ends with an office: on the pages, in the queue, at the day
(issue 2, Rights; domain.md §2.2)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.cases.models import Case
from inspections.cases.services.opening import SubjectChoice
from inspections.organisations.models import Delegation
from inspections.organisations.services import declare_interest, delegate, end_delegation, end_office, give_office
from permissions import audit, policy
from permissions.catalogue import CASE_VERBS, ORGANISATION_VERBS, PARTS, ROLES, VERBS, Place, roles_of
from permissions.grants import follow_catalogue, permission_id
from permissions.models import OrganisationGrant
from permissions.verdicts import Refused
from project.demo import stories
from project.demo.drive import do, inbox, item_of
from tests.browse import logged_in, on, send, text_of, words_of
from tests.cast import at
from tests.standing import story
from workflows.services import InvalidForm

FIRST, LAST = D(2026, 10, 1), D(2026, 10, 31)


@pytest.fixture
def deputy(cast) -> Delegation:
    """Phan Văn Tám, who holds no office, acts for the chair and for the vice chair, who leads the team."""
    days = {"starts_on": FIRST, "ends_on": LAST, "now": at("2026-10-01"), "paper": "9-QĐ/ĐU"}
    person = cast.person("sd_member")
    for_chair = delegate(acting_user=cast.root, office=cast.offices["chair"], deputy=person, **days)
    delegate(acting_user=cast.root, office=cast.offices["vice_chair"], deputy=person, **days)
    return for_chair


@story
def proposal(cast) -> Case:
    return stories.proposed(cast)


def test_the_deputy_signs_for_the_chair_and_the_record_says_for_whom(cast, deputy, proposal):
    stories.signed(cast, proposal, by="sd_member")
    entry = audit.entries_of(proposal).get(verb="sign_case")
    assert (entry.person_name, entry.for_name) == ("Phan Văn Tám", "Đỗ Văn Quý")
    with on("2026-10-02", 15):
        page = words_of(logged_in(cast["member"]).get(reverse("cases:timeline", args=[proposal.pk])))
    assert "Phan Văn Tám" in page
    assert "thay mặt Đỗ Văn Quý" in page


def test_a_part_in_the_team_is_personal_and_the_refusal_says_so(cast, deputy, proposal):
    stories.signed(cast, proposal)
    item = item_of(proposal, "prepare")
    assert "prepare" in inbox(cast["vice_chair"], at("2026-10-03"))
    assert "prepare" not in inbox(cast["sd_member"], at("2026-10-03"))
    with on("2026-10-03"):
        answer = logged_in(cast["sd_member"]).get(reverse("workflows:task", args=[item.pk]))
    assert answer.status_code == 403
    assert "việc uỷ quyền chức vụ không chuyển giao nhiệm vụ này" in text_of(answer)
    # a colleague of the body, who deputises for nobody, is not told of delegations
    with on("2026-10-03"):
        answer = logged_in(cast["member2"]).get(reverse("workflows:task", args=[item.pk]))
    assert answer.status_code == 403
    assert "uỷ quyền" not in text_of(answer)


@pytest.mark.parametrize(("day", "may"), [("2026-09-30", False), ("2026-10-01", True), ("2026-10-31", True)])
def test_a_delegation_counts_from_its_first_to_its_last_day(cast, deputy, proposal, day, may):
    assert bool(policy.may(cast["sd_member"], "sign_case", proposal, at(day, 23))) == may
    assert policy.visible(cast["sd_member"], Case.objects.all(), at(day, 0)).exists() == may


def test_after_its_last_day_the_deputy_sees_and_does_nothing(cast, deputy, proposal):
    item = item_of(proposal, "sign")
    with on("2026-10-31", 23):
        browser = logged_in(cast["sd_member"])
        assert browser.get(reverse("workflows:task", args=[item.pk])).status_code == 200
        browser.post(reverse("workflows:take", args=[item.pk]))
    assert "sign" not in inbox(cast["chair"], at("2026-10-31", 23))
    with on("2026-11-01", 0):
        assert browser.get(reverse("workflows:task", args=[item.pk])).status_code == 404
        assert browser.post(reverse("workflows:task", args=[item.pk]), {"outcome": "sign"}).status_code == 404
        assert proposal.content not in words_of(browser.get(reverse("workflows:my_work")))
    assert "sign" in inbox(cast["chair"], at("2026-11-01", 0))


def test_a_delegation_ended_early_or_with_its_office_ends_at_once(cast, deputy, proposal):
    end_delegation(acting_user=cast.root, delegation=deputy, last_day=D(2026, 10, 4), now=at("2026-10-05"))
    allowed = policy.may(cast["sd_member"], "sign_case", proposal, at("2026-10-05"))
    assert allowed
    assert allowed.office == cast.offices["vice_chair"]
    end_office(acting_user=cast.root, office=cast.offices["vice_chair"], last_day=D(2026, 10, 4), now=at("2026-10-05"))
    assert not policy.may(cast["sd_member"], "sign_case", proposal, at("2026-10-05"))
    assert policy.may(cast["chair"], "sign_case", proposal, at("2026-10-05"))


def test_who_lost_the_office_cannot_finish_the_task_he_had_taken_and_another_does(cast, proposal):
    address = reverse("workflows:task", args=[item_of(proposal, "sign").pk])
    with on("2026-10-02"):
        chair, vice_chair = logged_in(cast["chair"]), logged_in(cast["vice_chair"])
        chair.post(address + "take/")
        assert "Ký quyết định" not in words_of(vice_chair.get(reverse("workflows:my_work")))
        held = vice_chair.post(address, {"outcome": "sign"})
        assert held.status_code == 409
        assert "Đỗ Văn Quý" in text_of(held)
        # the form is open when the office ends
        assert chair.get(address).status_code == 200
        end_office(acting_user=cast.root, office=cast.offices["chair"], last_day=D(2026, 10, 1), now=at("2026-10-02"))
        before = Case.objects.values().get(pk=proposal.pk)
        assert chair.post(address, {"outcome": "sign"}).status_code == 404
        assert Case.objects.values().get(pk=proposal.pk) == before
        assert proposal.content not in words_of(chair.get(reverse("workflows:my_work")))
        # back in the queue, and the page says that nobody needs to ask for it
        assert proposal.content in words_of(vice_chair.get(reverse("workflows:my_work")))
        assert "Đỗ Văn Quý" in words_of(vice_chair.get(address))
        send(vice_chair, address, outcome="sign")
    proposal.refresh_from_db()
    assert proposal.signed_by == cast["vice_chair"]


def test_the_proposer_may_not_sign_whatever_office_he_holds(cast):
    case = stories.proposed(cast, by="chair", team=[(name, part) for name, part in TEAM])
    address = reverse("workflows:task", args=[item_of(case, "sign").pk])
    with on("2026-10-02"):
        answer = logged_in(cast["chair"]).post(address, {"outcome": "sign"})
    assert answer.status_code == 403
    assert "Đồng chí đã đề xuất cuộc này nên không được ký" in text_of(answer)
    with pytest.raises(Refused):
        do(cast["chair"], case, "sign", at("2026-10-02"), outcome="sign")
    case.refresh_from_db()
    assert (case.stage, case.number) == ("proposed", "")
    # not even as the deputy of another who may
    days = {"starts_on": FIRST, "ends_on": LAST, "now": at("2026-10-01")}
    delegate(acting_user=cast.root, office=cast.offices["vice_chair"], deputy=cast.person("chair"), **days)
    with pytest.raises(Refused):
        do(cast["chair"], case, "sign", at("2026-10-02"), outcome="sign")
    stories.signed(cast, case, by="vice_chair")


TEAM = (("member2", "leader"), ("member", "member"), ("officer", "team_secretary"))


def tied(cast, name="member", nature="chị ruột của bí thư", **about):
    where = about or {"about_organisation": cast.organisation("dong_muoi")}
    declare_interest(acting_user=cast.root, person=cast.person(name), nature=nature, now=at("2026-10-01"), **where)


def proposal_form(cast):
    return {
        "kind": cast.kinds["GSCD"].pk,
        "reason": "Phát sinh.",
        "content": "Việc học tập nghị quyết",
        "organisations": [cast.organisation("dong_muoi").pk],
        "examined_from": D(2026, 1, 1),
        "examined_to": D(2026, 6, 30),
        "starts_on": D(2026, 10, 5),
        "ends_on": D(2026, 12, 30),
        "leader": cast.person("member2").pk,
        "mates": [cast.person("member").pk],
        "team_secretary": cast.person("officer").pk,
    }


def test_a_declared_interest_keeps_a_person_off_the_team_on_the_form(cast):
    tied(cast)
    address = reverse("workflows:propose", args=[cast.organisation("ubkt").pk])
    with on("2026-10-02"):
        browser = logged_in(cast["officer"])
        refused = send(browser, address, status=422, **proposal_form(cast))
        assert "Mai Đình Nghĩa" in text_of(refused)
        assert "chị ruột của bí thư" in text_of(refused)
        assert not Case.objects.exists()
        # with somebody else it goes
        send(browser, address, **{**proposal_form(cast), "mates": [cast.person("vice_chair").pk]})
    assert Case.objects.count() == 1


def test_nor_by_the_verbs_of_proposing_signing_and_changing_the_team(cast):
    with pytest.raises(ValidationError) as refusal:
        tied(cast)
        stories.proposed(cast)
    assert "chị ruột của bí thư" in " ".join(refusal.value.message_dict["team"])
    case = stories.proposed(cast, team=[("vice_chair", "leader"), ("member2", "member"), ("officer", "team_secretary")])
    # declared between the proposal and the signature
    tied(cast, "member2", "nguyên phó bí thư chi bộ")
    with pytest.raises(InvalidForm) as unsigned:
        stories.signed(cast, case)
    assert "nguyên phó bí thư chi bộ" in str(unsigned.value.form.errors)
    case.refresh_from_db()
    assert case.number == ""


def test_an_interest_in_the_member_concerned_counts_and_one_in_others_does_not(cast):
    tied(cast, "member", "con rể", about_person=cast.person("sd_member"))
    assert stories.proposed(cast)
    subjects = [SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))]
    with pytest.raises(ValidationError) as refusal:
        stories.proposed(cast, subjects=subjects)
    assert "con rể" in " ".join(refusal.value.message_dict["team"])


def test_the_page_of_roles_is_the_table_that_is_asked(cast):
    with on("2026-10-02"):
        page = logged_in(cast["thcs_secretary"]).get(reverse("permissions:roles"))
    shown = {"by_office": (ORGANISATION_VERBS, ROLES), "by_part": (CASE_VERBS, PARTS)}
    for table, (verbs, holders) in shown.items():
        rows = page.context[table]
        assert [str(label) for label, _held in rows] == [str(VERBS[code].label) for code in VERBS if code in verbs]
        codes = [code for code in VERBS if code in verbs]
        for code, (_label, held) in zip(codes, rows, strict=True):
            assert held == [code in one.verbs for one in holders.values()], code
    ticks = sum(held.count(True) for table in shown for _label, held in page.context[table])
    assert page.content.decode().count("✓") == ticks > 200


def test_what_the_table_gives_an_office_is_what_the_policy_allows_in_its_organisation(cast):
    """Every role × every verb, asked of the holder of the office about his own organisation."""
    keys = {Place.COMMITTEE: "commune", Place.BODY: "ubkt", Place.CELL: "thcs"}
    for code, role in ROLES.items():
        key = next(keys[place] for place in Place if place in role.held_in)
        organisation = cast.organisation(key)
        user = cast.add_user(f"holder_of_{code}", f"Người giữ {code}", code, key, member_of="thcs")
        allowed = {verb for verb in ORGANISATION_VERBS if policy.may(user, verb, organisation, at("2026-10-02"))}
        assert allowed == role.verbs, code


def test_an_office_is_given_where_it_exists_and_nowhere_else(cast):
    """Every role × an organisation of each kind."""
    given = {"acting_user": cast.root, "person": cast.person("sd_member"), "starts_on": FIRST, "now": at("2026-10-01")}
    for key, own in (("commune", "committee_secretary"), ("ubkt", "inspection_chair"), ("thcs", "cell_secretary")):
        organisation = cast.organisation(key)
        fitting = {role.code for role in roles_of(organisation.type)}
        assert own in fitting
        for code in ROLES:
            if code in fitting:
                give_office(role=code, organisation=organisation, **given)
                continue
            with pytest.raises(ValidationError) as refusal:
                give_office(role=code, organisation=organisation, **given)
            assert str(ROLES[code].label) in refusal.value.message_dict["role"][0]


def test_the_office_of_the_committee_reads_no_working_papers(cast):
    """Domain §2.2a: it appraises the draft report, and has nothing of minutes and self-reports."""
    assert "see_case_files" not in ROLES["office_chief"].verbs | ROLES["office_officer"].verbs
    subjects = [SubjectChoice(cast.organisation("dong_muoi"))]
    case = stories.proposed(cast, body="commune", by="office_chief", kind="KTCH", subjects=subjects)
    stories.signed(cast, case, by="secretary")
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    seen = policy.visible(cast["office_chief"], case.papers.all(), at("2026-10-20"))
    assert sorted(seen.values_list("kind__code", flat=True)) == ["decision", "plan"]
    assert {"working_minutes", "self_report"} <= set(
        policy.visible(cast["secretary"], case.papers.all(), at("2026-10-20")).values_list("kind__code", flat=True)
    )


def test_a_verb_that_an_upgrade_gives_to_a_role_reaches_those_in_office_and_their_deputies(cast, deputy):
    def holders():
        grants = OrganisationGrant.objects.filter(permission__codename="keep_book")
        return set(grants.values_list("user__username", flat=True))

    before = holders()
    assert {"chair", "vice_chair", "sd_member"} <= before
    assert follow_catalogue() == [], "nothing changed"
    # as it was before the upgrade
    OrganisationGrant.objects.filter(permission__codename="keep_book").delete()
    assert "inspection_chair" in follow_catalogue()
    assert holders() == before
    # and a verb that a role lost
    extra = OrganisationGrant.objects.filter(user=cast["chair"], permission__codename="keep_book").get()
    extra.pk, extra.permission_id = None, permission_id("keep_calendars")
    extra.save()
    assert follow_catalogue() == ["inspection_chair"]
    assert not OrganisationGrant.objects.filter(user=cast["chair"], permission__codename="keep_calendars").exists()
