"""Opening a case: from a line or with a reason, the team, the signature, the number (domain.md §2.2, §4.1, §8.1)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from inspections.cases.models import Case, TeamLimit
from inspections.cases.services.opening import SubjectChoice
from inspections.documents.models import IssuedDocument, NumberSeries, Term
from inspections.organisations.services import declare_interest
from inspections.programmes import services as programmes
from inspections.programmes.models import ProgrammeLine
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, item_of, open_steps
from tests.browse import logged_in, on, read, words_of
from tests.cast import at
from tests.filled import values_of
from tests.standing import story
from workflows import starts
from workflows.services import InvalidForm


@story
def line(cast) -> ProgrammeLine:
    """A line of the adopted programme of UBKT for 2026."""
    programme = starts.begin_programme(
        acting_user=cast["officer"],
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=2026,
        last_year=2026,
        now=at("2026-01-05"),
    )
    facts = programmes.LineFacts(
        kind=cast.kinds["GSCD"],
        content="Chất lượng sinh hoạt chi bộ",
        year=2026,
        organisations=[cast.organisation("dong_muoi"), cast.organisation("thcs")],
        examined_from=D(2025, 1, 1),
        examined_to=D(2026, 6, 30),
        first_month=10,
        last_month=11,
    )
    row = programmes.add_line(acting_user=cast["officer"], programme=programme, facts=facts, now=at("2026-01-05"))
    do(cast["officer"], programme, "draft", at("2026-01-06"), outcome="submit")
    do(cast["chair"], programme, "adopt", at("2026-01-08"), outcome="adopt")
    return row


def test_a_line_fills_the_proposal_and_the_case_remembers_it(cast, line):
    address = reverse("workflows:propose", args=[cast.organisation("ubkt").pk])
    with on("2026-10-01"):
        browser = logged_in(cast["officer"])
        fields = values_of(browser.get(f"{address}?line={line.pk}"))
        assert fields["content"] == ["Chất lượng sinh hoạt chi bộ"]
        assert sorted(fields["organisations"]) == sorted(
            str(cast.organisation(name).pk) for name in ("dong_muoi", "thcs")
        )
        assert (fields["examined_from"], fields["examined_to"]) == (["01/01/2025"], ["30/06/2026"])
        team = {
            "leader": cast.person("vice_chair").pk,
            "mates": [cast.person("member").pk],
            "team_secretary": cast.person("officer").pk,
        }
        assert browser.post(address, {**fields, **team}).status_code == 302
    case = Case.objects.get()
    assert (case.line, case.reason, case.stage) == (line, "", "proposed")
    assert "Chất lượng sinh hoạt chi bộ" in read(cast["chair"], case.get_absolute_url(), "2026-10-01", 10)


@pytest.mark.parametrize(("spoil", "refusal"), [("draft", NotNow), ("dropped", NotNow), ("foreign", ValidationError)])
def test_only_a_line_in_force_of_ones_own_programme_opens_a_case(cast, line, spoil, refusal):
    if spoil == "draft":
        type(line.programme).objects.filter(pk=line.programme_id).update(
            state="draft", number="", adopted_by=None, adopted_at=None
        )
    elif spoil == "dropped":
        programmes.drop_line(acting_user=cast["chair"], line=line, reason="Hoãn.", now=at("2026-09-01"))
    else:
        type(line.programme).objects.filter(pk=line.programme_id).update(organisation=cast.organisation("ward_ubkt"))
    line = ProgrammeLine.objects.select_related("programme").get(pk=line.pk)
    with pytest.raises(refusal):
        stories.proposed(cast, line=line)
    assert not Case.objects.exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_outside_the_programme_a_reason_is_needed(cast, reason):
    proposal = stories.Proposal(
        organisation=cast.organisation("ubkt"),
        kind=cast.kinds["GSCD"],
        content="Nội dung",
        subjects=[SubjectChoice(cast.organisation("dong_muoi"))],
        examined_from=D(2025, 1, 1),
        examined_to=D(2026, 6, 30),
        starts_on=D(2026, 10, 1),
        ends_on=D(2026, 12, 15),
        team=[stories.Mate(cast.person(name), part) for name, part in TEAM],
        reason=reason,
    )
    with pytest.raises(ValidationError) as refusal:
        starts.propose(acting_user=cast["officer"], proposal=proposal, now=at("2026-10-01"))
    assert list(refusal.value.message_dict) == ["reason"]


# the team

TEAM = [("vice_chair", "leader"), ("member", "member"), ("officer", "team_secretary")]


@pytest.mark.parametrize(
    ("at_least", "at_most", "size", "is_taken"),
    [(3, None, 3, True), (4, None, 3, False), (1, 2, 3, False), (1, 3, 3, True), (1, 1, 1, True)],
)
def test_the_limits_of_a_team_come_from_the_table(cast, at_least, at_most, size, is_taken):
    TeamLimit.objects.update_or_create(
        level=cast.organisation("ubkt").type.level,
        defaults={"at_least": at_least, "at_most": at_most, "source": "Quy định 9"},
    )
    if is_taken:
        assert stories.proposed(cast, team=TEAM[:size]).participants.count() == size
        return
    with pytest.raises(ValidationError) as refusal:
        stories.proposed(cast, team=TEAM[:size])
    assert list(refusal.value.message_dict) == ["team"]


def test_the_team_is_judged_again_when_it_is_signed(cast):
    case = stories.proposed(cast)
    declare_interest(
        acting_user=cast.root,
        person=cast.person("member"),
        nature="anh ruột bí thư",
        about_organisation=cast.organisation("dong_muoi"),
        now=at("2026-10-01", 15),
    )
    with pytest.raises(InvalidForm) as refusal:
        do(cast["chair"], case, "sign", at("2026-10-02"), outcome="sign")
    assert "anh ruột bí thư" in str(refusal.value.form.errors)
    assert not IssuedDocument.objects.exists()


def test_a_change_of_the_team_keeps_the_limits_and_the_interests(cast):
    case = stories.signed(cast, stories.proposed(cast))
    declare_interest(
        acting_user=cast.root,
        person=cast.person("member2"),
        nature="vợ bí thư chi bộ",
        about_organisation=cast.organisation("dong_muoi"),
        now=at("2026-10-03"),
    )
    person = cast.person
    for team in (
        [[person("vice_chair").pk, "leader"], [person("officer").pk, "member"]],
        [[person(name).pk, "member"] for name in ("vice_chair", "officer", "member")],
        [[person("vice_chair").pk, "leader"], [person("officer").pk, "member"], [person("member2").pk, "member"]],
    ):
        with pytest.raises(ValidationError) as refusal:
            starts.ask_change(
                acting_user=cast["vice_chair"],
                case=case,
                what="team",
                proposal={"team": team},
                reason="Phân công lại.",
                now=at("2026-10-05"),
            )
        assert list(refusal.value.message_dict) == ["team"]


def test_a_sixth_is_refused_by_a_change_too(cast):
    for number in range(1, 6):
        cast.add_user(f"sd_{number}", f"Lường Văn {number}", "", "suoi_da")
    names = ["sd_secretary", "sd_1", "sd_2", "sd_3", "sd_4", "sd_5"]
    team = [(name, "leader" if name == "sd_secretary" else "member") for name in names]
    case = stories.proposed(
        cast,
        kind="KTCH",
        body="suoi_da",
        by="sd_secretary",
        subjects=[SubjectChoice(cast.organisation("suoi_da"), cast.person("sd_member"))],
        team=team[:5],
    )
    stories.signed(cast, case, by="sd_deputy")
    with pytest.raises(ValidationError) as refusal:
        starts.ask_change(
            acting_user=cast["sd_secretary"],
            case=case,
            what="team",
            proposal={"team": [[cast.person(name).pk, part] for name, part in team]},
            reason="Thêm người.",
            now=at("2026-10-05"),
        )
    assert "nhiều nhất 5 người" in refusal.value.message_dict["team"][0]


# the signature


def test_signed_once_with_one_process_however_often_it_is_sent(cast):
    case = stories.proposed(cast)
    address = item_of(case, "sign").get_absolute_url()
    with on("2026-10-02"):
        first, second = logged_in(cast["chair"]), logged_in(cast["chair"])
        assert first.post(address, {"outcome": "sign"}).status_code == 302
        again = second.post(address, {"outcome": "sign"})
        assert again.status_code == 409
        assert "Đỗ Văn Quý" in words_of(again)
    assert open_steps(case) == ["prepare"]
    numbers = IssuedDocument.objects.order_by("pk").values_list("full_number", flat=True)
    assert list(numbers) == ["01-QĐ/UBKTĐU", "01-KH/UBKTĐU"]


def test_neither_proposer_nor_a_stranger_signs(cast):
    case = stories.proposed(cast, by="vice_chair")
    for who in ("vice_chair", "officer", "secretary", "stranger", "dm_secretary"):
        with pytest.raises(Refused):
            do(cast[who], case, "sign", at("2026-10-02"), outcome="sign")
    case.refresh_from_db()
    assert (case.stage, case.number) == ("proposed", "")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(
            stage="ordered", number="1", signed_at=at("2026-10-02"), signed_by=cast["vice_chair"]
        )


# numbers


def test_numbers_run_by_type_and_issuer_and_begin_anew_with_the_term(cast):
    commune, ubkt = cast.organisation("commune"), cast.organisation("ubkt")
    Term.objects.create(organisation=commune, name="2020–2025", starts_on=D(2020, 8, 1), ends_on=D(2026, 10, 14))
    Term.objects.create(organisation=commune, name="2026–2030", starts_on=D(2026, 10, 15))

    def number(body, day, by, signer):
        case = stories.proposed(cast, body=body, by=by, day=day)
        return stories.signed(cast, case, day=day, by=signer).number

    assert number("ubkt", "2026-10-12", "officer", "chair") == "01-QĐ/UBKTĐU"
    assert number("commune", "2026-10-12", "office_chief", "secretary") == "01-QĐ/ĐU"
    assert number("ubkt", "2026-10-13", "officer", "chair") == "02-QĐ/UBKTĐU"
    # the last day of the term still counts, the first of the next begins at 01
    assert number("ubkt", "2026-10-14", "officer", "chair") == "03-QĐ/UBKTĐU"
    assert number("ubkt", "2026-10-15", "officer", "chair") == "01-QĐ/UBKTĐU"
    assert number("commune", "2026-10-16", "office_chief", "secretary") == "01-QĐ/ĐU"
    last = NumberSeries.objects.filter(issuer=ubkt).order_by("term__starts_on", "symbol")
    assert [(one.term.name, one.symbol, one.last) for one in last] == [
        ("2020–2025", "KH", 3),
        ("2020–2025", "QĐ", 3),
        ("2026–2030", "KH", 1),
        ("2026–2030", "QĐ", 1),
    ]


def test_a_refused_signature_leaves_no_gap(cast):
    case = stories.proposed(cast)
    TeamLimit.objects.update_or_create(level=cast.organisation("ubkt").type.level, defaults={"at_least": 9})
    with pytest.raises(InvalidForm):
        do(cast["chair"], case, "sign", at("2026-10-02"), outcome="sign")
    TeamLimit.objects.filter(at_least=9).delete()
    assert stories.signed(cast, case).number == "01-QĐ/UBKTĐU"
