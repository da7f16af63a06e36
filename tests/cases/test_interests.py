"""A tie to a subject keeps one from working and deciding on the case; whoever has it declares it (domain.md §2.2)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.organisations.models import Interest
from inspections.organisations.services import declare_interest, delegate, end_interest
from permissions import audit
from permissions.verdicts import NotNow, Refused
from project.demo import stories
from project.demo.drive import do, item_of
from tests.browse import logged_in, on, send, text_of, words_of
from tests.cast import at


def tied(cast, name, day="2026-10-01", by=None, **about):
    return declare_interest(
        acting_user=cast[by or name],
        person=cast.person(name),
        nature="anh rể của bí thư chi bộ",
        now=at(day),
        **(about or {"about_organisation": cast.organisation("dong_muoi")}),
    )


# declaring


def test_everybody_declares_his_own_from_his_own_page(cast):
    person = cast.person("member")
    page, form = (reverse(f"organisations:{name}", args=[person.pk]) for name in ("person", "declare_interest"))
    with on("2026-10-01"):
        browser = logged_in(cast["member"])
        assert page in text_of(browser.get(reverse("workflows:my_work")))
        assert form in text_of(browser.get(page))
        send(browser, form, nature="anh rể", about_organisation=cast.organisation("dong_muoi").pk)
        assert "anh rể: Chi bộ thôn Đồng Muối" in words_of(browser.get(page))
    interest = Interest.objects.get()
    assert interest.person == person
    entry = audit.entries_of(person.organisation).get(verb="declare_interest")
    assert entry.about_name == "Mai Đình Nghĩa: anh rể (Chi bộ thôn Đồng Muối)"
    assert entry.new["about"] == ["organisation", cast.organisation("dong_muoi").pk, "Chi bộ thôn Đồng Muối"]


def test_nobody_declares_for_another_but_administrators(cast):
    with pytest.raises(Refused):
        tied(cast, "member", by="chair")
    with on("2026-10-01"):
        address = reverse("organisations:declare_interest", args=[cast.person("member").pk])
        assert logged_in(cast["chair"]).get(address).status_code == 403
    tied(cast, "member", by="administrator")


# deciding


def refused(cast, case, step, day, by, **fields):
    with on(day):
        address = reverse("workflows:task", args=[item_of(case, step).pk])
        answer = logged_in(cast[by]).post(address, fields)
    assert answer.status_code == 403
    assert "anh rể của bí thư chi bộ (Chi bộ thôn Đồng Muối)" in text_of(answer)
    assert "người khác phải làm việc này" in text_of(answer)


def test_who_has_a_tie_does_not_sign_and_another_does(cast):
    tied(cast, "chair")
    case = stories.proposed(cast)
    refused(cast, case, "sign", "2026-10-02", "chair", outcome="sign")
    case.refresh_from_db()
    assert case.number == ""
    team = [("member2", "leader"), ("member", "member"), ("officer", "team_secretary")]
    stories.signed(cast, stories.proposed(cast, team=team), by="vice_chair")


def test_nor_does_a_deputy_in_his_name(cast):
    tied(cast, "chair")
    case = stories.proposed(cast)
    days = {"starts_on": D(2026, 10, 1), "ends_on": None, "now": at("2026-10-01")}
    delegate(acting_user=cast.root, office=cast.offices["chair"], deputy=cast.person("sd_member"), **days)
    refused(cast, case, "sign", "2026-10-02", "sd_member", outcome="sign")


def test_a_tie_to_somebody_else_is_no_hindrance(cast):
    tied(cast, "chair", about_organisation=cast.organisation("thcs"))
    tied(cast, "chair", about_person=cast.person("sd_member"))
    stories.signed(cast, stories.proposed(cast))


def test_declared_while_the_case_is_at_work_it_stops_the_work_of_the_team_member_and_the_decisions(cast):
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    tied(cast, "member", "2026-10-19")
    with pytest.raises(Refused):
        stories.worked_with(cast, case)
    stories.worked_with(cast, case, by="officer")
    stories.found(cast, case, "Thiếu sinh hoạt chuyên đề.", by="officer")
    stories.verified(cast, case)
    stories.released(cast, case)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    tied(cast, "office_chief", "2026-11-03")
    with pytest.raises(Refused):
        stories.appraised(cast, case)
    end_interest(
        acting_user=cast["administrator"],
        interest=Interest.objects.get(person=cast.person("office_chief")),
        last_day=D(2026, 11, 3),
        reason="Khai nhầm.",
        now=at("2026-11-03"),
    )
    with pytest.raises(Refused):
        stories.appraised(cast, case, day="2026-11-03")
    stories.appraised(cast, case, day="2026-11-04")
    tied(cast, "chair", "2026-11-05")
    with pytest.raises(Refused):
        stories.concluded(cast, case)
    cast.add_user("chair2", "Âu Văn Ba", "inspection_vice_chair", "ubkt")
    stories.concluded(cast, case, by="chair2")
    stories.drafted_notice(cast, case, by="officer")
    with pytest.raises(Refused):
        do(cast["chair"], case, "sign_notice", at("2026-11-10"), outcome="sign")
    do(cast["chair2"], case, "sign_notice", at("2026-11-10"), outcome="sign")


def test_the_subject_itself_acts_though_tied_to_itself(cast):
    """The secretary of a cell is tied to his cell, and reports for it."""
    tied(cast, "dm_secretary")
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    case.refresh_from_db()
    assert case.stage == "verifying"


# ending


def test_it_counts_to_its_last_day_and_an_administrator_ends_it_with_a_reason(cast):
    interest = tied(cast, "chair")
    ending = {"interest": interest, "last_day": D(2026, 10, 4), "now": at("2026-10-03")}
    with pytest.raises(Refused):
        end_interest(acting_user=cast["chair"], reason="Đã ly hôn.", **ending)
    for changes, field in (({"reason": " "}, "reason"), ({"last_day": D(2026, 9, 30)}, "last_day")):
        with pytest.raises(ValidationError) as refusal:
            end_interest(acting_user=cast["administrator"], **{**ending, "reason": "Đã ly hôn.", **changes})
        assert list(refusal.value.message_dict) == [field]
    end_interest(acting_user=cast["administrator"], reason="Đã ly hôn.", **ending)
    with pytest.raises(NotNow):
        end_interest(acting_user=cast["administrator"], reason="Đã ly hôn.", **ending)
    case = stories.proposed(cast)
    with pytest.raises(Refused):
        stories.signed(cast, case, day="2026-10-04")
    stories.signed(cast, case, day="2026-10-05")
    entry = audit.entries_of(cast.person("chair").organisation).get(verb="end_interest")
    assert (entry.new["ends_on"], entry.reason) == ("2026-10-04", "Đã ly hôn.")
