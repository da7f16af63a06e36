"""Somebody saved meanwhile: every page that shows what others may change says who and what, and stores nothing."""

from datetime import date as D
from typing import Any

import pytest
from django.urls import reverse

from inspections.findings.models import Finding, Notice
from inspections.organisations.models import Organisation, Person
from inspections.programmes.models import Programme, ProgrammeLine
from inspections.remedies.models import Correction
from project.demo import stories
from project.demo.drive import do, item_of
from tests.browse import as_typed, logged_in, on, words_of
from tests.cast import at
from tests.filled import stored, values_of
from workflows import starts

CHANGED = " đã sửa nội dung này lúc "


class Desk:
    """Two people at one page on one day."""

    def __init__(self, cast, day: str) -> None:
        self.cast, self.day = cast, day

    def shown(self, who: str, address: str) -> tuple[Any, dict[str, Any]]:
        """The browser of somebody who has the page open, and the form as it stands."""
        browser = logged_in(self.cast[who])
        with on(self.day):
            response = browser.get(address)
        assert response.status_code == 200, f"{who} at {address}: {response.status_code}"
        fields = values_of(response)
        return browser, {name: values for name, values in fields.items() if name not in ("language", "size", "theme")}

    def saved(self, who: str, address: str, **changes: Any) -> None:
        browser, fields = self.shown(who, address)
        with on(self.day, 10):
            response = browser.post(address, {**fields, **{name: as_typed(one) for name, one in changes.items()}})
        assert response.status_code == 302, words_of(response)

    def meets(
        self, who: str, address: str, typed: dict[str, Any], *, other: str, at_address: str, **saved: Any
    ) -> None:
        """`who` has the page open while `other` saves; sending it is refused once, with both; then it goes through."""
        browser, fields = self.shown(who, address)
        assert fields.get("seen"), f"{address} watches nothing"
        self.saved(other, at_address, **saved)
        mine = {**fields, **{name: as_typed(value) for name, value in typed.items()}}
        before = stored()
        with on(self.day, 11):
            response = browser.post(address, mine)
        told = words_of(response)
        assert response.status_code == 422, f"{address}: {response.status_code}"
        assert stored() == before
        for text in saved.values():
            assert str(as_typed(text)) in told
        now = values_of(response)
        for name, value in typed.items():
            assert now[name] == [str(as_typed(value))], name
        name = self.cast.person(other).full_name
        assert f"{name}{CHANGED}10:00" in told, told[:1500]
        with on(self.day, 12):
            again = browser.post(address, {**mine, "seen": now["seen"]})
        assert again.status_code == 302, words_of(again)


def test_a_proposal_on_the_desks_of_two_writers_and_a_signer(cast):
    case = stories.proposed(cast, day="2026-10-01")
    desk = Desk(cast, "2026-10-02")
    revise = reverse("cases:revise", args=[case.pk])
    desk.meets(
        "officer",
        revise,
        {"content": "Nội dung của tôi"},
        other="vice_chair",
        at_address=revise,
        content="Nội dung của phó chủ nhiệm",
    )
    case.refresh_from_db()
    assert case.content == "Nội dung của tôi"
    desk.meets(
        "chair",
        item_of(case, "sign").get_absolute_url(),
        {"outcome": "sign"},
        other="vice_chair",
        at_address=revise,
        method="Chỉ nghiên cứu hồ sơ",
        ends_on=D(2026, 11, 30),
    )
    case.refresh_from_db()
    assert (case.stage, case.method, case.ends_on) == ("ordered", "Chỉ nghiên cứu hồ sơ", D(2026, 11, 30))


def test_a_finding_on_two_desks_and_the_draft_that_is_released(cast):
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    one, two = stories.found(cast, case, "Thiếu sinh hoạt chuyên đề.", "Sổ ghi chưa đủ.")
    desk = Desk(cast, "2026-10-22")
    change = reverse("findings:change", args=[one.pk])
    desk.meets("member", change, {"text": "Câu của tôi."}, other="officer", at_address=change, text="Câu của thư ký.")
    desk.meets(
        "member",
        reverse("findings:drop", args=[two.pk]),
        {"reason": "Không đủ chứng cứ."},
        other="officer",
        at_address=reverse("findings:change", args=[two.pk]),
        text="Sổ ghi chưa đủ, có biên bản kèm theo.",
    )
    assert [finding.state for finding in Finding.objects.order_by("number")] == ["draft", "dropped"]
    stories.verified(cast, case, day="2026-10-22")
    do(cast["member"], case, "draft_report", at("2026-10-22", 9), text="Dự thảo.")
    desk.meets(
        "vice_chair",
        item_of(case, "release_draft").get_absolute_url(),
        {"outcome": "release", "answers_due": D(2026, 10, 31)},
        other="officer",
        at_address=change,
        text="Thiếu sinh hoạt chuyên đề quý II và quý III.",
    )
    case.refresh_from_db()
    assert case.stage == "released"


def test_the_notice_on_the_desks_of_drafters_and_signer(cast):
    case = stories.run_to_conclusion(cast)
    row = {
        "text": "Tổ chức sinh hoạt.",
        "findings": case.findings.get().pk,
        "assignee": case.subjects.get().pk,
        "monitor": cast.person("officer").pk,
        "due_words": "before",
        "due_day": D(2026, 11, 30),
    }
    desk = Desk(cast, "2026-11-09")
    draft = reverse("findings:draft_notice", args=[case.pk])
    whole = {"carrying_out": "Giao UBKT.", **{f"demand-0-{name}": value for name, value in row.items()}}
    desk.saved("member", draft, **whole)
    desk.meets(
        "member",
        draft,
        {"carrying_out": "Giao UBKT theo dõi."},
        other="officer",
        at_address=draft,
        recipients="Chi bộ thôn Đồng Muối",
    )
    desk.meets(
        "member",
        item_of(case, "draft_notice").get_absolute_url(),
        {},
        other="officer",
        at_address=draft,
        strengths="Giữ nền nếp sinh hoạt.",
    )
    desk.meets(
        "chair",
        item_of(case, "sign_notice").get_absolute_url(),
        {"outcome": "sign"},
        other="member",
        at_address=draft,
        **{"demand-0-due_day": D(2026, 11, 20)},
    )
    notice = Notice.objects.get()
    assert (notice.number, notice.carrying_out) == ("01-TB/UBKTĐU", "Giao UBKT theo dõi.")
    assert Correction.objects.get().due_on == D(2026, 11, 19)
    correction = Correction.objects.get()
    monitor = reverse("workflows:assign_monitor", args=[correction.pk])
    browser, fields = desk.shown("chair", monitor)
    desk.saved("vice_chair", monitor, monitor=cast.person("member2").pk, reason="Chia việc.")
    with on("2026-11-09", 11):
        refused = browser.post(monitor, {**fields, "monitor": cast.person("member").pk, "reason": "Chuyển."})
    assert refused.status_code == 422
    assert f"Hoàng Thanh Lộc{CHANGED}10:00" in words_of(refused)
    assert "Vàng Thanh Cảnh" in words_of(refused)


def test_a_line_of_the_programme_and_the_draft_that_is_submitted(cast):
    programme = starts.begin_programme(
        acting_user=cast["officer"],
        organisation=cast.organisation("ubkt"),
        horizon="year",
        first_year=2027,
        last_year=2027,
        now=at("2026-11-20"),
    )
    desk = Desk(cast, "2026-11-23")
    fields = {"kind": cast.kinds["GSCD"].pk, "organisations": cast.organisation("dong_muoi").pk, "year": 2027}
    desk.saved("officer", reverse("programmes:add_line", args=[programme.pk]), content="Nội dung một", **fields)
    line = ProgrammeLine.objects.get()
    change = reverse("programmes:change_line", args=[line.pk])
    desk.meets(
        "officer",
        change,
        {"content": "Nội dung của tôi"},
        other="vice_chair",
        at_address=change,
        content="Nội dung của phó chủ nhiệm",
    )
    address = item_of(programme, "draft").get_absolute_url()
    browser, form = desk.shown("officer", address)
    desk.saved("vice_chair", change, note="Phối hợp với chi uỷ", content="Nội dung sau cùng")
    with on("2026-11-23", 11):
        refused = browser.post(address, {**form, "outcome": "submit"})
        assert refused.status_code == 422
        assert "Nội dung sau cùng" in words_of(refused)
        assert browser.post(address, {**values_of(refused), "outcome": "submit"}).status_code == 302
    assert Programme.objects.get().state == "submitted"


def test_an_organisation_and_a_person_on_two_desks(cast):
    cast.add_user("administrator2", "Lò Thị Hai", "administrator", "commune")
    desk = Desk(cast, "2026-11-23")
    cell = cast.organisation("dong_muoi")
    address = reverse("organisations:correct", args=[cell.pk])
    desk.meets(
        "administrator",
        address,
        {"name": "Chi bộ thôn Đồng Muối Hạ"},
        other="administrator2",
        at_address=address,
        name="Chi bộ thôn Đồng Muối Thượng",
    )
    assert Organisation.objects.get(pk=cell.pk).name == "Chi bộ thôn Đồng Muối Hạ"
    person = cast.person("sd_member")
    address = reverse("organisations:correct_person", args=[person.pk])
    desk.meets(
        "administrator",
        address,
        {"full_name": "Phan Văn Tám A"},
        other="administrator2",
        at_address=address,
        full_name="Phan Văn Tám B",
    )
    assert Person.objects.get(pk=person.pk).full_name == "Phan Văn Tám A"


@pytest.mark.parametrize("seen", ["", "giả", "eyJhIjogMX0:1abc:xyz"])
def test_a_page_without_its_token_is_judged_by_what_was_typed_alone(cast, seen):
    case = stories.proposed(cast)
    with on("2026-10-02"):
        browser = logged_in(cast["chair"])
        address = item_of(case, "sign").get_absolute_url()
        assert browser.post(address, {"outcome": "sign", "seen": seen}).status_code == 302
