"""Who wrote what another has to decide on does not decide, nor does his deputy in his name (domain.md §2.2a)."""

import dataclasses
from datetime import date as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.cases.models import Case, CaseSubject, ChangeRequest, Recusal
from inspections.cases.services.opening import Proposal, revise_proposal, subject_choices
from inspections.cases.services.people import team_of
from inspections.organisations.models import User
from inspections.organisations.services import declare_interest, delegate, give_office
from inspections.programmes import services as programmes
from inspections.programmes.services import LineFacts
from permissions import audit, policy
from permissions.authors import as_other, authors_of
from permissions.verdicts import Denied, Refused
from project.demo import stories
from project.demo.drive import do, item_of
from tests.browse import logged_in, on, text_of
from tests.cast import at
from workflows import starts
from workflows.invariants.work import somebody_may

TEAM = [("member2", "leader"), ("member", "member"), ("officer", "team_secretary")]


def deputy_of(cast, *names):
    """Phan Văn Tám, who holds no office, acts for all of them; returns the log-in."""
    for name in names:
        delegate(
            acting_user=cast.root,
            office=cast.offices[name],
            deputy=cast.person("sd_member"),
            starts_on=D(2026, 10, 1),
            ends_on=D(2026, 12, 31),
            now=at("2026-10-01"),
        )
    return cast["sd_member"]


def people(cast, *names):
    return {cast.person(name).pk for name in names}


def saved_anew(cast, case, by):
    """The proposal is returned, and another writes it anew with the same words but one."""
    do(cast["chair"], case, "sign", at("2026-10-02"), outcome="return", reason="Nêu rõ phương pháp.")
    proposal = Proposal(
        organisation=case.organisation,
        kind=case.kind,
        content=case.content,
        subjects=subject_choices(case.subjects.select_related("organisation", "person")),
        examined_from=case.examined_from,
        examined_to=case.examined_to,
        starts_on=case.starts_on,
        ends_on=case.ends_on,
        team=team_of(case),
        reason=case.reason,
        method="Nghiên cứu hồ sơ.",
    )
    revise_proposal(acting_user=cast[by], case=case, proposal=proposal, now=at("2026-10-03"))
    do(cast[by], case, "revise", at("2026-10-03", 10), outcome="submit")


# the decision that opens a case


def test_who_proposed_does_not_sign_after_another_saved_the_proposal_anew(cast):
    case = stories.proposed(cast, by="vice_chair", team=TEAM)
    saved_anew(cast, case, "officer")
    assert authors_of(case, "sign_case") == people(cast, "vice_chair", "officer")
    with on("2026-10-04"):
        address = reverse("workflows:task", args=[item_of(case, "sign").pk])
        answer = logged_in(cast["vice_chair"]).post(address, {"outcome": "sign"})
    assert answer.status_code == 403
    assert "Đồng chí đã đề xuất cuộc này nên không được ký" in text_of(answer)
    case.refresh_from_db()
    assert (case.stage, case.proposed_by) == ("proposed", cast["vice_chair"])
    stories.signed(cast, case, day="2026-10-04")


def test_nor_who_saved_the_proposal_of_another_anew(cast):
    case = stories.proposed(cast, team=TEAM)
    saved_anew(cast, case, "vice_chair")
    with pytest.raises(Refused):
        stories.signed(cast, case, by="vice_chair", day="2026-10-04")


def test_the_deputy_of_the_proposer_does_not_sign_in_his_name_and_is_told_why(cast):
    case = stories.proposed(cast, by="vice_chair", team=TEAM)
    deputy = deputy_of(cast, "vice_chair")
    with on("2026-10-04"):
        address = reverse("workflows:task", args=[item_of(case, "sign").pk])
        answer = logged_in(deputy).post(address, {"outcome": "sign"})
    assert answer.status_code == 403
    assert "Đồng chí làm thay Hoàng Thanh Lộc, là người đã làm ra văn bản này" in text_of(answer)
    case.refresh_from_db()
    assert case.number == ""


def test_what_the_deputy_proposed_in_his_name_the_principal_does_not_sign(cast):
    deputy_of(cast, "vice_chair")
    case = stories.proposed(cast, by="sd_member", team=TEAM)
    assert audit.entries_of(case).get(verb="propose_case").for_person == cast.person("vice_chair")
    assert authors_of(case, "sign_case") == people(cast, "sd_member", "vice_chair")
    for name in ("vice_chair", "sd_member"):
        with pytest.raises(Refused):
            stories.signed(cast, case, by=name)
    stories.signed(cast, case, by="chair")
    assert list(audit.faults()) == []


def test_a_deputy_of_two_signs_by_the_office_of_the_one_who_had_no_part_in_it(cast):
    case = stories.proposed(cast, by="vice_chair", team=TEAM)
    deputy_of(cast, "vice_chair", "chair")
    stories.signed(cast, case, by="sd_member")
    assert audit.entries_of(case).get(verb="sign_case").for_name == "Đỗ Văn Quý"


# the programme


def programme_of(cast, by="officer"):
    return starts.begin_programme(
        acting_user=cast[by],
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=2027,
        last_year=2027,
        now=at("2026-10-01"),
    )


def line_of(cast, programme, by):
    facts = LineFacts(
        kind=cast.kinds["GSCD"], content="Sinh hoạt chi bộ", year=2027, organisations=[cast.organisation("dong_muoi")]
    )
    return programmes.add_line(acting_user=cast[by], programme=programme, facts=facts, now=at("2026-10-02")), facts


def submitted(cast, programme, by="officer"):
    do(cast[by], programme, "draft", at("2026-10-05"), outcome="submit")


@pytest.mark.parametrize("deed", ["add", "change", "remove"])
def test_who_wrote_a_line_does_not_adopt_the_programme_that_another_submitted(cast, deed):
    programme = programme_of(cast)
    line, facts = line_of(cast, programme, "officer")
    if deed == "add":
        line_of(cast, programme, "vice_chair")
    elif deed == "change":
        new = dataclasses.replace(facts, content="Thu, nộp đảng phí")
        programmes.change_line(acting_user=cast["vice_chair"], line=line, facts=new, now=at("2026-10-03"))
    else:
        line_of(cast, programme, "officer")
        programmes.remove_line(acting_user=cast["vice_chair"], line=line, now=at("2026-10-03"))
    submitted(cast, programme)
    assert authors_of(programme, "adopt_programme") == people(cast, "officer", "vice_chair")
    deputy_of(cast, "vice_chair")
    for name in ("vice_chair", "sd_member"):
        with pytest.raises(Refused):
            do(cast[name], programme, "adopt", at("2026-10-06"), outcome="adopt")
    do(cast["chair"], programme, "adopt", at("2026-10-06"), outcome="adopt")
    programme.refresh_from_db()
    assert programme.adopted_by == cast["chair"]


def test_who_submitted_first_does_not_adopt_after_another_submitted_again(cast):
    programme = programme_of(cast)
    line_of(cast, programme, "officer")
    submitted(cast, programme, "vice_chair")
    do(cast["chair"], programme, "adopt", at("2026-10-06"), outcome="return", reason="Bổ sung.")
    submitted(cast, programme)
    with pytest.raises(Refused):
        do(cast["vice_chair"], programme, "adopt", at("2026-10-07"), outcome="adopt")


def test_one_programme_bars_nobody_from_another(cast):
    line_of(cast, programme_of(cast, "vice_chair"), "vice_chair")
    other = starts.begin_programme(
        acting_user=cast["officer"],
        organisation=cast.organisation("ubkt"),
        horizon="term",
        first_year=2026,
        last_year=2030,
        now=at("2026-10-01"),
    )
    line_of(cast, other, "officer")
    submitted(cast, other)
    do(cast["vice_chair"], other, "adopt", at("2026-10-06"), outcome="adopt")


# changes and conclusions


def test_the_deputy_of_who_asked_for_a_change_does_not_decide_on_it(cast):
    case = stories.signed(cast, stories.proposed(cast))
    change = starts.ask_change(
        acting_user=cast["vice_chair"],
        case=case,
        what=ChangeRequest.What.DURATION,
        proposal={"ends_on": "2026-12-30"},
        reason="Chờ hồ sơ.",
        now=at("2026-10-03"),
    )
    deputy_of(cast, "vice_chair")
    for name in ("vice_chair", "sd_member"):
        with pytest.raises(Refused):
            do(cast[name], change, "decide", at("2026-10-04"), approves="yes", answer="")
    do(cast["chair"], change, "decide", at("2026-10-04"), approves="yes", answer="")


def test_neither_the_leader_nor_the_drafter_nor_their_deputies_sign_the_notice(cast):
    """The leader is the vice chair; a second vice chair drafts as a member of the team."""
    cast.add_user("drafter", "Âu Văn Soạn", "inspection_vice_chair", "ubkt")
    team = [("vice_chair", "leader"), ("member", "member"), ("drafter", "member"), ("officer", "team_secretary")]
    case = stories.run_to_conclusion(cast, team=team)
    stories.drafted_notice(cast, case, by="drafter")
    deputy_of(cast, "vice_chair", "drafter")
    for name in ("vice_chair", "drafter", "sd_member"):
        with pytest.raises(Refused):
            do(cast[name], case, "sign_notice", at("2026-11-10"), outcome="sign")
    do(cast["chair"], case, "sign_notice", at("2026-11-10"), outcome="sign")
    assert Case.objects.get().stage == "notified"


# and the invariant asks the same


def test_a_task_that_only_authors_and_their_deputies_could_do_waits_for_nobody(cast):
    cast.offices["chair"].delegations.all().delete()
    case = stories.proposed(cast, by="vice_chair", team=TEAM)
    deputy_of(cast, "vice_chair")
    assert list(somebody_may(at("2026-10-02"))) == []
    cast["chair"].organisationgrant_set.all().delete()
    assert [breach.row for breach in somebody_may(at("2026-10-02"))] == [
        f"workflows.workitem:{item_of(case, 'sign').pk}"
    ]
    # the deputy of another may, though he is the proposer's deputy too
    deputy_of(cast, "chair")
    assert list(somebody_may(at("2026-10-02"))) == []


# who may instead


def who_may(cast, case):
    """What the vice-chair, who proposed the case, is told of who signs it."""
    now = at("2026-10-04")
    verdict = as_other(policy.may(User.objects.get(pk=cast["vice_chair"].pk), "sign_case", case, now), case, now)
    assert isinstance(verdict, Denied)
    return verdict.who_can_help


NOBODY = "hiện chưa có ai"


@pytest.mark.parametrize("bar", ["interest in the subject", "withdrawal", "subject"])
def test_nobody_is_named_who_would_be_refused_himself(cast, bar):
    case = stories.proposed(cast, by="vice_chair", team=TEAM)
    chair, cell = cast.person("chair"), cast.organisation("dong_muoi")
    assert who_may(cast, case) == str(cast["chair"])
    if bar == "withdrawal":
        Recusal.objects.create(case=case, person=chair, reason="Có liên quan.", declared_at=at("2026-10-03"))
    elif bar == "subject":
        CaseSubject.objects.create(case=case, organisation=chair.organisation, person=chair)
    else:
        declare_interest(
            acting_user=cast.root, person=chair, nature="anh ruột", about_organisation=cell, now=at("2026-10-03")
        )
    assert str(cast["chair"]) not in who_may(cast, case)
    assert who_may(cast, case).startswith(NOBODY)


def test_the_names_take_as_many_queries_however_many_they_are(cast):
    case = stories.proposed(cast, by="vice_chair", team=TEAM)

    def counted():
        with CaptureQueriesContext(connection) as queries:
            named = who_may(cast, case)
        return len(queries), named.count(",") + 1

    few = counted()
    for name in ("member", "member2", "sd_member"):
        office = {"role": cast.offices["vice_chair"].role, "organisation": cast.organisation("ubkt")}
        give_office(
            acting_user=cast.root,
            person=cast.person(name),
            starts_on=D(2026, 10, 1),
            now=at("2026-10-01"),
            **office,
        )
    assert counted() == (few[0], few[1] + 3)
