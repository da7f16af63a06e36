"""Whoever withdraws for a conflict of interest sees not even the number of the case, and others do his work
(issue 2, Rights; domain.md §2.2)."""

from datetime import date as D
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from inspections.cases.models import Case, ChangeRequest
from inspections.deadlines.models import Deadline
from inspections.findings.models import Finding
from inspections.organisations.services import delegate
from inspections.programmes import services as programmes
from inspections.programmes.queries import coverage, lines_of
from inspections.programmes.rules import Progress
from inspections.remedies.models import Correction
from inspections.reports.queries.beside import case_figures
from inspections.reports.queries.board import Asked, board
from permissions import policy
from permissions.verdicts import Refused
from project.demo import stories
from project.demo.drive import do, inbox, item_of
from tests.browse import logged_in, on, send, text_of
from tests.cast import at
from tests.standing import story
from workflows import queries, starts
from workflows.models import WorkItem

DAY = "2026-11-13"
MATTER = "Việc thu, nộp đảng phí"
FOUND = "Sổ thu đảng phí ghi chậm ba tháng."
REASON = {"reason": "Bí thư chi bộ là em ruột tôi."}


@story
def line(cast):
    """A line of the adopted programme of the inspection committee about Chi bộ thôn Đồng Muối."""
    year = {"horizon": "year", "first_year": 2026, "last_year": 2026}
    ubkt = cast.organisation("ubkt")
    programme = starts.begin_programme(acting_user=cast["officer"], organisation=ubkt, now=at("2026-01-05"), **year)
    facts = programmes.LineFacts(
        kind=cast.kinds["GSCD"], content=MATTER, year=2026, organisations=[cast.organisation("dong_muoi")]
    )
    programmes.add_line(acting_user=cast["officer"], programme=programme, facts=facts, now=at("2026-01-05"))
    do(cast["officer"], programme, "draft", at("2026-01-06"), outcome="submit")
    do(cast["chair"], programme, "adopt", at("2026-01-08"), outcome="adopt")
    programme.refresh_from_db()
    return programme.lines.get()


@story
def concluded(cast, line) -> Case:
    """The case from that line, up to its notice; nobody has withdrawn yet."""
    return stories.run_to_notice(cast, FOUND, content=MATTER, line=line)


@story
def second(cast, concluded) -> Case:
    """A later case of the same cell, in which the same is found again."""
    case = stories.run_to_release(cast, FOUND, content="Việc khác của chi bộ")
    assert case.findings.get().recurs == concluded.findings.get()
    return case


@story
def released(cast) -> Case:
    """A case of no line, up to the release of its draft."""
    return stories.run_to_release(cast)


def withdrawn(cast, name: str, case: Case) -> None:
    with on(DAY):
        send(logged_in(cast[name]), reverse("workflows:withdraw", args=[case.pk]), **REASON)


def pages(case: Case) -> dict[str, list[str]]:
    """of: the pages of the case itself; beside: all others on which it could be told of."""
    of = [
        reverse(name, args=[case.pk])
        for name in (
            *("cases:overview", "cases:papers", "cases:timeline", "cases:people", "findings:of_case"),
            *("findings:notice", "remedies:of_case", "workflows:withdraw", "workflows:stop", "workflows:ask_change"),
        )
    ]
    of += [one.get_absolute_url() for one in Finding.objects.filter(case=case)]
    of += [one.get_absolute_url() for one in Correction.objects.filter(demand__notice__case=case)]
    of += [reverse("cases:paper", args=[one.pk]) for one in case.papers.all()]
    of += [reverse("workflows:task", args=[one.pk]) for one in WorkItem.objects.filter(case=case)]
    of += [reverse("deadlines:explanation", args=[one.pk]) for one in Deadline.objects.filter(case_id=case.pk)]
    lists = ["cases:list", "findings:list", "remedies:list", "programmes:list"]
    beside = [
        reverse(name) for name in (*lists, "workflows:my_work", "reports:leader", "reports:clocks", "reports:cases")
    ]
    if case.line is not None:
        beside.append(case.line.programme.get_absolute_url())
    beside.append(reverse("programmes:coverage", args=[case.organisation_id]))
    beside += [reverse("reports:search") + f"?q={words}" for words in ("thu+nop", "so+thu", "01-TB", "01-QD")]
    return {"of": of, "beside": beside}


def told_of(cast, name: str, case: Case) -> list[str]:
    """Where the user reads the number, the matter, a finding or the notice of the case; the sheets included."""
    words = [f"{case.number} –", MATTER, FOUND, "01-TB/UBKTĐU"]
    browser = logged_in(cast[name])
    found = []
    with on(DAY, 10):
        for address in (*pages(case)["of"], *pages(case)["beside"]):
            text = text_of(browser.get(address))
            found += [f"{address}: {word}" for word in words if word in text]
        for room in ("cases:list", "findings:list", "remedies:list", "reports:clocks", "reports:cases"):
            book = load_workbook(BytesIO(browser.get(reverse(room) + "?export=xlsx").content))
            cells = "\n".join(str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row)
            found += [f"{room}: {word}" for word in [case.number, MATTER, "01-TB/UBKTĐU"] if word in cells]
    return found


def test_a_member_of_the_team_who_withdraws_sees_nothing_of_the_case_anywhere(cast, concluded):
    assert len(told_of(cast, "member", concluded)) > 10
    withdrawn(cast, "member", concluded)
    # the line of the programme itself is no secret: what it plans he may read, and find
    plan = concluded.line.programme.get_absolute_url()
    no_secret = {f"{plan}: {MATTER}", f"{reverse('reports:search')}?q=thu+nop: {MATTER}"}
    assert set(told_of(cast, "member", concluded)) <= no_secret
    with on(DAY, 10):
        browser = logged_in(cast["member"])
        nothing = browser.get(reverse("cases:overview", args=[987_654])).content
        for address in pages(concluded)["of"]:
            answer = browser.get(address)
            assert (answer.status_code, answer.content) == (404, nothing), address
    # the others go on
    assert len(told_of(cast, "vice_chair", concluded)) > 10


def test_counts_figures_coverage_and_progress_go_without_it(cast, concluded):
    today = D.fromisoformat(DAY)
    programme, body = concluded.line.programme, cast.organisation("ubkt")

    def seen(name):
        user = cast[name]
        row = next(one for one in coverage(body, user, today) if one.organisation == cast.organisation("dong_muoi"))
        return {
            "progress": [one.progress for one in lines_of(programme, user, today)],
            "inspected": sum(square.cases for square in row.squares),
            "cases": sum(case_figures(user, Asked(today), 30).values()),
            "owed": board(user, Asked(today)).total.open,
            "work": queries.work_for(user).filter(case=concluded).count(),
        }

    assert seen("officer") == {
        "progress": [Progress.DONE],
        "inspected": 1,
        "cases": 1,
        "owed": 1,
        "work": 1,
    }
    withdrawn(cast, "officer", concluded)
    assert seen("officer") == {
        "progress": [Progress.PLANNED],
        "inspected": 0,
        "cases": 0,
        "owed": 0,
        "work": 0,
    }
    assert seen("vice_chair")["progress"] == [Progress.DONE]


def test_a_later_case_does_not_tell_of_the_one_from_which_he_withdrew(cast, concluded, second):
    withdrawn(cast, "member", concluded)
    finding = second.findings.get()
    with on(DAY, 10):
        browser = logged_in(cast["member"])
        page = text_of(browser.get(finding.get_absolute_url()))
        assert FOUND in page
        assert f"{concluded.number} –" not in page
        assert concluded.findings.get().get_absolute_url() not in page
        book = load_workbook(BytesIO(browser.get(reverse("findings:list") + "?export=xlsx").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [second.number]
    assert rows[1][rows[0].index("Tái diễn")] in (None, "")


def test_the_withdrawal_goes_on_to_the_case_that_follows(cast, line):
    case = stories.run_to_release(cast, FOUND, content=MATTER, line=line)
    withdrawn(cast, "member2", case)
    successor = starts.convert(acting_user=cast["chair"], case=case, reason="Có dấu hiệu vi phạm.", now=at(DAY, 10))
    for name, sees in (("member2", False), ("member", True), ("vice_chair", True)):
        assert policy.visible(cast[name], Case.objects.filter(pk=successor.pk), at(DAY)).exists() == sees
    with on(DAY, 11):
        assert logged_in(cast["member2"]).get(successor.get_absolute_url()).status_code == 404
    assert successor.recusals.get().reason == REASON["reason"]


def test_nobody_who_withdrew_is_put_back_on_the_team(cast, released):
    case = released
    withdrawn(cast, "member2", case)
    people = [("vice_chair", "leader"), ("member2", "member"), ("officer", "team_secretary")]
    with pytest.raises(Exception, match="đã rút khỏi cuộc này"):
        starts.ask_change(
            acting_user=cast["vice_chair"],
            case=case,
            what=ChangeRequest.What.TEAM,
            proposal={"team": [[cast.person(name).pk, part] for name, part in people]},
            reason="Thay người.",
            now=at(DAY, 10),
        )


def test_the_substitute_of_a_chair_who_withdrew_may(cast):
    case = stories.run_to_conclusion(cast)
    standin = cast.add_user("standin", "Thay Chủ nhiệm", "", "suoi_da")
    office = cast.offices["chair"]
    days = {"starts_on": D(2026, 11, 1), "ends_on": D(2026, 12, 31)}
    delegate(acting_user=cast.root, office=office, deputy=standin.person, now=at("2026-11-01"), paper="9-QĐ/ĐU", **days)
    stories.drafted_notice(cast, case)
    withdrawn(cast, "chair", case)
    assert "sign_notice" not in inbox(cast["chair"], at(DAY))
    with pytest.raises(Refused) as refusal:
        do(cast["chair"], case, "sign_notice", at(DAY), outcome="sign")
    assert refusal.value.denied.stranger
    # the vice-chair leads the team: four eyes keep him from signing what it found
    assert "sign_notice" not in inbox(cast["vice_chair"], at(DAY))
    assert "sign_notice" in inbox(cast["standin"], at(DAY))
    do(cast["standin"], case, "sign_notice", at(DAY), outcome="sign")
    case.refresh_from_db()
    assert case.stage == Case.Stage.NOTIFIED


def test_what_he_had_taken_lies_free_for_the_others(cast):
    case = stories.proposed(cast)
    item = item_of(case, "sign")
    with on(DAY):
        logged_in(cast["chair"]).post(reverse("workflows:take", args=[item.pk]))
    assert "sign" not in inbox(cast["vice_chair"], at(DAY))
    withdrawn(cast, "chair", case)
    assert item_of(case, "sign").task.owner is None
    assert "sign" in inbox(cast["vice_chair"], at(DAY))


@pytest.mark.parametrize("name", ["vice_chair", "member", "officer", "chair", "member2", "office_chief"])
def test_anyone_on_the_case_can_withdraw_while_he_is_on_it(cast, name, released):
    """Team, the body that ordered it, and the office while the report lies before it."""
    case = released
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    address = reverse("cases:people", args=[case.pk])
    with on("2026-11-03"):
        assert "Xin rút vì xung đột lợi ích" in text_of(logged_in(cast[name]).get(address))
    withdrawn(cast, name, case)
    assert not policy.visible(cast[name], Case.objects.filter(pk=case.pk), at(DAY)).exists()


def test_who_is_not_on_it_cannot(cast, released):
    case = released
    for name, status in (("secretary", 403), ("dm_secretary", 403), ("stranger", 404), ("sd_secretary", 404)):
        with on(DAY):
            answer = logged_in(cast[name]).post(reverse("workflows:withdraw", args=[case.pk]), REASON)
        assert answer.status_code == status, name
    assert not case.recusals.exists()
