"""An overdue demand is carried into a follow-up case with all that is known filled in, linked both ways, once."""

from datetime import date as D
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.cases.models import Case, CaseKind
from inspections.cases.services.opening import Proposal, subject_choices
from inspections.cases.services.people import team_of
from inspections.remedies.models import CarriedDemand, Correction, FollowUpRule
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, inbox
from tests.browse import logged_in, on, read, send, words_of
from tests.cast import Cast, at
from tests.filled import values_of
from tests.standing import story
from workflows import starts
from workflows.invariants import INVARIANTS

pytestmark = pytest.mark.django_db
TWO = ("Sinh hoạt chuyên đề chưa đủ mỗi quý.", "Sổ nghị quyết ghi sơ sài.")
LATE = "2026-12-10"  # both were due on 29/11


@story
def late(cast: Cast) -> list[Correction]:
    """Two demands of one notice to Chi bộ thôn Đồng Muối, due on 29/11 and not met."""
    stories.run_to_notice(cast, *TWO)
    return list(Correction.objects.order_by("demand__position"))


def page_of(cast: Cast, correction: Correction, by: str = "officer", day: str = LATE, status: int = 200) -> Any:
    with on(day):
        page = logged_in(cast[by]).get(reverse("workflows:follow_up", args=[correction.pk]))
    assert page.status_code == status
    return page


def carried(cast: Cast, correction: Correction, by: str = "officer", day: str = LATE, **changed: Any) -> Case:
    """The page sent as it is filled in, but for what is changed; returns the new case."""
    page = page_of(cast, correction, by, day)
    with on(day):
        send(logged_in(cast[by]), page.wsgi_request.path, **{**values_of(page), **changed})
    return Case.objects.order_by("-pk")[0]


def test_all_that_is_known_is_filled_in(cast: Cast, late: list[Correction]):
    form = page_of(cast, late[0]).context["form"]
    old = late[0].demand.notice.case
    initial = {name: form[name].initial for name in form.fields}
    assert initial["kind"] == CaseKind.objects.get(code="KTCH")
    assert list(initial["demands"]) == late
    assert initial["organisations"] == [cast.organisation("dong_muoi")] and initial["members"] == []
    number = late[0].demand.notice.number
    for word in (number, "09/11/2026", *(one.demand.text for one in late), "29/11/2026", "quá hạn 11 ngày"):
        assert word in initial["content"], word
    assert number in initial["reason"]
    assert (initial["examined_from"], initial["examined_to"]) == (D(2026, 11, 9), D(2026, 12, 10))
    assert initial["method"] == old.method
    assert (initial["leader"], initial["team_secretary"]) == (cast.person("vice_chair"), cast.person("officer"))
    assert initial["mates"] == [cast.person("member")]


def test_it_is_proposed_linked_both_ways_and_signed_by_another(cast: Cast, late: list[Correction]):
    old = late[0].demand.notice.case
    case = carried(cast, late[0])
    assert (case.predecessor, case.stage, case.proposed_by) == (old, "proposed", cast["officer"])
    assert {one.correction for one in case.carried_demands.all()} == set(late)
    assert "sign" in inbox(cast["chair"], at(LATE)) and "sign" not in inbox(cast["officer"], at(LATE))
    entry = AuditEntry.objects.get(verb="carry_into_case")
    assert (entry.chain, entry.new) == (f"case:{old.pk}", {"case": case.pk, "demands": [1, 2]})
    with on(LATE):
        client = logged_in(cast["chair"])
        for shown, link in ((old, case), (case, old)):
            assert f'href="{link.get_absolute_url()}"' in client.get(shown.get_absolute_url()).content.decode()
        tab = client.get(reverse("remedies:of_case", args=[case.pk])).content.decode()
        assert all(f'href="{one.get_absolute_url()}"' in tab for one in late)
        for one in late:
            page = words_of(client.get(one.get_absolute_url()))
            assert "Được theo dõi tiếp bởi" in page and "Đề xuất cuộc theo dõi tiếp" not in page
    stories.signed(cast, case, day="2026-12-11")
    assert [f"{one.code}: {breach}" for one in INVARIANTS for breach in one.breaches(at("2026-12-11"))] == []


def test_one_of_them_alone(cast: Cast, late: list[Correction]):
    case = carried(cast, late[1], demands=[late[1].pk])
    assert [one.correction for one in case.carried_demands.all()] == [late[1]]
    assert list(page_of(cast, late[0]).context["form"]["demands"].initial) == [late[0]]


def test_no_second_one_while_the_first_is_open(cast: Cast, late: list[Correction]):
    page = page_of(cast, late[0])
    fields = values_of(page)
    case = carried(cast, late[0])
    with on(LATE):
        client = logged_in(cast["officer"])
        again = client.post(
            page.wsgi_request.path, {name: value for name, value in fields.items() if name != "demands"}
        )
        assert again.status_code in (409, 422) and Case.objects.filter(predecessor=case.predecessor).count() == 1
        leads = client.get(page.wsgi_request.path)
        assert (leads.status_code, leads["Location"]) == (302, late[0].get_absolute_url())
    with pytest.raises(NotNow, match="Yêu cầu 1"):
        starts.carry_into_case(
            acting_user=cast["officer"], correction=late[0], others=[], proposal=_proposal(cast, case), now=at(LATE)
        )
    do(cast["chair"], case, "sign", at(LATE), outcome="return", reason="Chưa cần.")
    do(cast["officer"], case, "revise", at(LATE, 10), outcome="withdraw", reason="Thôi.")
    assert carried(cast, late[0]).pk != case.pk
    assert CarriedDemand.objects.filter(correction=late[0]).count() == 2


def _proposal(cast: Cast, case: Case) -> Proposal:
    return Proposal(
        organisation=case.organisation,
        kind=case.kind,
        content=case.content,
        reason=case.reason,
        subjects=subject_choices(case.subjects.all()),
        examined_from=case.examined_from,
        examined_to=case.examined_to,
        starts_on=case.starts_on,
        ends_on=case.ends_on,
        team=team_of(case),
    )


def test_not_before_its_day_and_not_when_accepted(cast: Cast, late: list[Correction]):
    with on("2026-11-29"):
        client = logged_in(cast["officer"])
        assert "Đề xuất cuộc theo dõi tiếp" not in words_of(client.get(late[0].get_absolute_url()))
        address = reverse("workflows:follow_up", args=[late[0].pk])
        assert client.get(address)["Location"] == late[0].get_absolute_url()
    with pytest.raises(NotNow, match="chưa quá hạn"):
        starts.carry_into_case(
            acting_user=cast["officer"],
            correction=late[0],
            others=[],
            proposal=_proposal(cast, late[0].demand.notice.case),
            now=at("2026-11-29"),
        )


def test_demands_of_another_notice_are_not_carried_along(cast: Cast, late: list[Correction]):
    stories.run_to_notice(cast, content="Việc khác")
    other = Correction.objects.order_by("-pk")[0]
    with pytest.raises(ValidationError) as told:
        starts.carry_into_case(
            acting_user=cast["officer"],
            correction=late[0],
            others=[other],
            proposal=_proposal(cast, late[0].demand.notice.case),
            now=at(LATE),
        )
    assert set(told.value.message_dict) == {"demands"}


def test_button_and_page_are_for_those_who_may_propose(cast: Cast, late: list[Correction]):
    case = late[0].demand.notice.case
    tab = reverse("remedies:of_case", args=[case.pk])
    for name, may in (("officer", True), ("chair", True), ("secretary", False), ("dm_secretary", False)):
        for address in (late[0].get_absolute_url(), tab):
            assert ("Đề xuất cuộc theo dõi tiếp" in read(cast[name], address, LATE)) is may, (name, address)
    page_of(cast, late[0], "secretary", status=403)
    page_of(cast, late[0], "dm_secretary", status=403)
    with on(LATE):
        assert logged_in(cast["stranger"]).get(reverse("workflows:follow_up", args=[late[0].pk])).status_code == 404
    with pytest.raises(Refused):
        starts.carry_into_case(
            acting_user=cast["secretary"], correction=late[0], others=[], proposal=_proposal(cast, case), now=at(LATE)
        )


def test_whoever_withdrew_from_the_old_matter_stays_out_of_the_new(cast: Cast, late: list[Correction]):
    old = late[0].demand.notice.case
    starts.withdraw_from_case(acting_user=cast["member"], case=old, reason="Họ hàng.", now=at(LATE))
    form = page_of(cast, late[0]).context["form"]
    assert form["mates"].initial == []
    case = carried(cast, late[0], mates=[cast.person("member2").pk])
    with on(LATE):
        assert logged_in(cast["member"]).get(case.get_absolute_url()).status_code == 404


def test_the_kind_is_data(cast: Cast, late: list[Correction]):
    FollowUpRule.objects.update(kind=CaseKind.objects.get(code="GSCD"))
    assert page_of(cast, late[0]).context["form"]["kind"].initial.code == "GSCD"
    assert carried(cast, late[0]).kind.code == "GSCD"
