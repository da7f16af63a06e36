"""The standing checks: what is planted appears with the link that mends it, what is mended is gone (issue 3, 7a)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date as D
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from inspections.calendars import services as calendar
from inspections.calendars.tables import DAYS
from inspections.cases.models import Case
from inspections.cases.services.opening import Proposal, revise_proposal, subject_choices
from inspections.cases.services.people import Mate
from inspections.checks.models import CheckSetting
from inspections.checks.queries import Standing, standing_checks
from inspections.checks.tables import all_checks, check_of
from inspections.deadlines.models import Deadline
from inspections.findings.models import Finding
from inspections.findings.services.findings import FindingFacts, change_finding
from inspections.organisations.services import end_office, give_office
from inspections.programmes.models import ProgrammeLine
from inspections.programmes.services import LineFacts, add_line, change_line
from inspections.reference.services import change_row
from inspections.reference.tables import table_of
from inspections.remedies.models import Correction
from permissions import policy
from project.demo import stories
from project.demo.drive import do, pdf
from tests.browse import logged_in, on, words_of
from tests.cast import NOW, Cast, at
from tests.standing import story
from workflows import starts

pytestmark = pytest.mark.django_db
TODAY = D(2026, 11, 23)


def standing(reader: Any, organisation: Any = None, today: D = TODAY) -> dict[str, Standing]:
    with on(today.isoformat()):
        found = standing_checks(policy.viewer_for(type(reader).objects.get(pk=reader.pk)), organisation, today)
    return {one.check.code: one for one in found}


def count(cast: Cast, code: str, reader: str = "chair", **options: Any) -> int:
    return standing(cast[reader], **options)[code].figure


def ended(cast: Cast, *names: str) -> None:
    for name in names:
        end_office(acting_user=cast.root, office=cast.offices[name], last_day=D(2026, 11, 22), now=NOW)


def given(cast: Cast, name: str, role: str, organisation: str) -> None:
    give_office(
        acting_user=cast.root,
        person=cast.person(name),
        role=role,
        organisation=cast.organisation(organisation),
        starts_on=TODAY,
        now=NOW,
    )


@story
def work(cast: Cast) -> dict[str, Any]:
    """One case at its notice, one being verified since October with a finding, one just proposed from
    whose team all but one withdrew, and a draft programme whose line names no lead."""
    noticed = stories.run_to_notice(cast)
    running = stories.signed(cast, stories.proposed(cast, content="Việc chấp hành Điều lệ"))
    stories.prepared(cast, running)
    stories.announced(cast, running)
    stories.self_reported(cast, running)
    stories.worked_with(cast, running)
    stories.found(cast, running, "Sổ ghi chép chưa đủ.")
    lone = stories.proposed(cast, content="Việc thu nộp đảng phí", by="member2", day="2026-11-20")
    for name in ("member", "officer"):
        starts.withdraw_from_case(acting_user=cast[name], case=lone, reason="Họ hàng.", now=at("2026-11-20"))
    programme = starts.begin_programme(
        acting_user=cast["officer"],
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=2026,
        last_year=2026,
        now=at("2026-11-20"),
    )
    facts = LineFacts(
        kind=cast.kinds["GSCD"], content="Nền nếp", year=2026, organisations=[cast.organisation("dong_muoi")]
    )
    line = add_line(acting_user=cast["officer"], programme=programme, facts=facts, now=at("2026-11-20"))
    return {"noticed": noticed, "running": running, "lone": lone, "line": line, "facts": facts}


# a check -> plants it (where the story has not), and mends it


def _lead(cast: Cast, work: dict[str, Any]) -> None:
    facts = replace(work["facts"], lead="Đồng chí Lộc")
    change_line(acting_user=cast["officer"], line=ProgrammeLine.objects.get(), facts=facts, now=NOW)


def _verified(cast: Cast, work: dict[str, Any]) -> None:
    stories.verified(cast, work["running"], day="2026-11-23")
    # the notice of the other waits for its announcement since 09/11
    stories.closed(cast, work["noticed"], day="2026-11-23")


def _second(cast: Cast, work: dict[str, Any]) -> None:
    case = Case.objects.select_related("kind", "organisation").get(pk=work["lone"].pk)
    proposal = Proposal(
        organisation=case.organisation,
        kind=case.kind,
        content=case.content,
        reason=case.reason,
        subjects=subject_choices(case.subjects.all()),
        examined_from=case.examined_from,
        examined_to=case.examined_to,
        starts_on=case.starts_on,
        ends_on=case.ends_on,
        team=[
            Mate(cast.person(name), part)
            for name, part in (("vice_chair", "leader"), ("member2", "member"), ("standing", "team_secretary"))
        ],
    )
    revise_proposal(acting_user=cast["member2"], case=case, proposal=proposal, now=NOW)


def _proven(cast: Cast, work: dict[str, Any]) -> None:
    finding = Finding.objects.get(case=work["running"])
    facts = FindingFacts(text=finding.text, severity=finding.severity, responsible=finding.responsible)
    change_finding(
        acting_user=cast["member"], finding=finding, facts=facts, files=[pdf()], reason="Thêm chứng cứ.", now=NOW
    )


def _monitor_left(cast: Cast, work: dict[str, Any]) -> None:
    ended(cast, "officer")


def _other_monitor(cast: Cast, work: dict[str, Any]) -> None:
    correction = Correction.objects.get()
    starts.assign_monitor(
        acting_user=cast["chair"], correction=correction, monitor=cast.person("member2"), reason="Nghỉ.", now=NOW
    )


def _all_left(cast: Cast, work: dict[str, Any]) -> None:
    ended(cast, "chair", "vice_chair")


def _new_chair(cast: Cast, work: dict[str, Any]) -> None:
    given(cast, "deputy_secretary", "inspection_chair", "ubkt")


def _cell_left(cast: Cast, work: dict[str, Any]) -> None:
    ended(cast, "thcs_secretary")


def _cell_again(cast: Cast, work: dict[str, Any]) -> None:
    given(cast, "thcs_secretary", "cell_secretary", "thcs")


def _next_year(cast: Cast, work: dict[str, Any]) -> None:
    day = D(2027, 2, 5)
    Deadline.objects.filter(duty="correct").update(due_on=day, is_provisional=True)


def _decreed(cast: Cast, work: dict[str, Any]) -> None:
    """The decree of the year is taken in, by the verb of the calendar, which counts what rests on it again."""
    days = [(D(2027, 1, 1), "rest", "Tết Dương lịch")]
    values = {"year": 2027, "days": days, "legal_basis": "TB 9"}
    asked = calendar.Asked(table=DAYS, action=calendar.YEAR, organisation=None, values=values, reason="TB 9")
    calendar.save(acting_user=cast.root, asked=asked, now=NOW)


PLANTED: dict[str, tuple[Callable[..., None] | None, Callable[..., None], str]] = {
    "line_without_lead": (None, _lead, "chair"),
    "case_without_step": (None, _verified, "chair"),
    "team_of_one": (None, _second, "chair"),
    "finding_without_evidence": (None, _proven, "chair"),
    "demand_without_monitor": (_monitor_left, _other_monitor, "chair"),
    "task_nobody_may_do": (_all_left, _new_chair, "secretary"),
    "organisation_without_offices": (_cell_left, _cell_again, "chair"),
    "limit_on_provisional_calendar": (_next_year, _decreed, "chair"),
}


def test_every_check_is_planted_and_has_its_row():
    assert PLANTED.keys() == {one.code for one in all_checks()}
    assert set(CheckSetting.objects.values_list("code", flat=True)) == PLANTED.keys()


@pytest.mark.parametrize("code", PLANTED)
def test_what_is_planted_appears_with_what_mends_it_and_mended_it_is_gone(cast: Cast, work: dict[str, Any], code: str):
    plant, mend, reader = PLANTED[code]
    before = count(cast, code, reader)
    if plant is not None:
        plant(cast, work)
        assert count(cast, code, reader) == before + 1
    (*_others, row) = standing(cast[reader])[code].rows
    with on("2026-11-23"):
        page = logged_in(cast[reader]).get(reverse("checks:one", args=[code]))
        client = logged_in(cast[reader])
        assert client.get(row.told.url).status_code == 200
        if row.may_mend:
            assert client.get(row.mended_at).status_code == 200
            assert f'href="{escape(row.mended_at)}"' in page.content.decode()
        else:
            assert str(check_of(code).whose) in words_of(page)
    mend(cast, work)
    assert count(cast, code, reader) == 0


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("line_without_lead", "officer"),
        ("team_of_one", "member2"),
        ("finding_without_evidence", "member"),
        ("demand_without_monitor", "chair"),
    ],
)
def test_whoever_may_mend_it_gets_the_button_and_the_page_behind_it(
    cast: Cast, work: dict[str, Any], code: str, name: str
):
    if code == "demand_without_monitor":
        _monitor_left(cast, work)
    (row,) = standing(cast[name])[code].rows
    assert row.may_mend
    with on("2026-11-23"):
        assert logged_in(cast[name]).get(row.mended_at).status_code == 200


def test_who_may_not_mend_is_told_whose_it_is(cast: Cast, work: dict[str, Any]):
    (row,) = standing(cast["secretary"])["line_without_lead"].rows
    assert not row.may_mend
    with on("2026-11-23"):
        page = words_of(logged_in(cast["secretary"]).get(reverse("checks:one", args=["line_without_lead"])))
    assert "Dành cho người soạn chương trình" in page


def test_a_monitor_who_withdrew_or_has_no_access_watches_no_more(cast: Cast, work: dict[str, Any]):
    assert count(cast, "demand_without_monitor") == 0
    starts.withdraw_from_case(acting_user=cast["officer"], case=work["noticed"], reason="Họ hàng.", now=NOW)
    assert count(cast, "demand_without_monitor") == 1


def test_days_are_data_and_a_check_can_be_left_out(cast: Cast, work: dict[str, Any]):
    setting = CheckSetting.objects.get(code="case_without_step")
    table, keeper = table_of("standing-checks"), cast.root

    def changed(**values: Any) -> None:
        values = {"days": setting.days, "is_active": True, **values}
        change_row(acting_user=keeper, table=table, row=setting, values=values, reason="HD 9", now=NOW)

    assert count(cast, "case_without_step") == 1  # at work since 15/10
    changed(days=14)  # the notice of 09/11 waits fourteen days today
    assert count(cast, "case_without_step") == 1
    changed(days=13)
    assert count(cast, "case_without_step") == 2
    assert "quá 13 ngày" in str(standing(cast["chair"])["case_without_step"].check.name)
    with pytest.raises(ValidationError) as told:
        changed(days=None)
    assert "days" in told.value.message_dict
    changed(is_active=False)
    assert "case_without_step" not in standing(cast["chair"])
    with on("2026-11-23"):
        client = logged_in(cast["chair"])
        assert client.get(reverse("checks:one", args=["case_without_step"])).status_code == 404
        assert client.get(reverse("checks:one", args=["no_such_check"])).status_code == 404
        assert client.get(reverse("checks:list")).status_code == 200


def test_a_line_that_is_being_changed_counts_once(cast: Cast, work: dict[str, Any]):
    programme = work["line"].programme
    do(cast["officer"], programme, "draft", at("2026-11-21"), outcome="submit")
    do(cast["chair"], programme, "adopt", at("2026-11-22"), outcome="adopt")
    programme.refresh_from_db()
    assert count(cast, "line_without_lead") == 1
    starts.change_programme(acting_user=cast["officer"], programme=programme, reason="Bổ sung.", now=NOW)
    (row,) = standing(cast["officer"])["line_without_lead"].rows
    newest = ProgrammeLine.objects.order_by("-pk")[0]
    assert row.mended_at == reverse("programmes:change_line", args=[newest.pk])


def test_where_all_is_in_order_the_page_says_what_appears_there(cast: Cast):
    ended(cast, "province_secretary")
    with on("2026-11-23"):
        page = words_of(logged_in(cast["dm_secretary"]).get(reverse("checks:list")))
        one = words_of(logged_in(cast["dm_secretary"]).get(reverse("checks:one", args=["team_of_one"])))
    assert "Không có gì dở dang." in page and "đường dẫn để khắc phục" in page
    assert "Không có gì thuộc loại này" in one


def test_who_leads_nothing_is_told_whom_it_is_for(cast: Cast):
    with on("2026-11-23"):
        for name in (reverse("checks:list"), reverse("checks:one", args=["team_of_one"])):
            page = logged_in(cast["administrator"]).get(name)
            assert page.status_code == 403
            assert "dành cho người lãnh đạo" in words_of(page)


def test_the_same_queries_whatever_is_found(cast: Cast, work: dict[str, Any]):
    def queries() -> int:
        viewer = policy.viewer_for(cast["secretary"])
        viewer.holds("see_board"), viewer.person
        with CaptureQueriesContext(connection) as sent:
            standing_checks(viewer, cast.organisation("commune"), TODAY)
        return len(sent)

    with on("2026-11-23"):
        queries()
        before = queries()
        _cell_left(cast, work)
        _monitor_left(cast, work)
        _all_left(cast, work)
        _next_year(cast, work)
        assert queries() == before
