"""One monitor for many corrections, follow-up cases of many overdue demands: shown before, then done once, together."""

from datetime import date as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inspections.cases.models import Case, TeamLimit
from inspections.cases.services.opening import SubjectChoice
from inspections.cases.services.people import team_of
from inspections.deadlines.queries import running_clock
from inspections.organisations.services import declare_interest
from inspections.remedies.models import CarriedDemand, Correction
from inspections.reminders.services.by_hand import remind
from permissions.models import AuditEntry
from project.demo import stories
from tests.browse import logged_in, on, send, words_of
from tests.cast import NOW, at
from tests.filled import values_of
from tests.racing import posting, race, widen
from tests.standing import story
from workflows import starts
from workflows.invariants import INVARIANTS

LATE = "2026-12-10"
TWO = ("Sinh hoạt chuyên đề chưa đủ mỗi quý.", "Sổ nghị quyết ghi sơ sài.")


def three(cast):
    """Two demands to Chi bộ thôn Đồng Muối in two notices, one to Chi bộ thôn Suối Đá; watched by the officer."""
    for subject, who, text in (
        ("dong_muoi", "dm_secretary", TWO[0]), ("dong_muoi", "dm_secretary", TWO[1]), ("suoi_da", "sd_secretary", "X.")
    ):  # fmt: skip
        stories.run_to_notice(
            cast, text, subjects=[SubjectChoice(cast.organisation(subject))], subject_by=who, content=f"Việc {text}"
        )
    return list(Correction.objects.order_by("pk"))


@story
def corrections(cast) -> list[Correction]:
    return three(cast)


def page(action, corrections, **more):
    rows = "".join(f"&rows={running_clock(one, 'correct').pk}" for one in corrections)
    return reverse("reports:act") + f"?action={action}{rows}" + "".join(f"&{name}={one}" for name, one in more.items())


def all_hold(day=LATE):
    return [f"{one.code}: {breach}" for one in INVARIANTS for breach in one.breaches(at(day))]


def monitors():
    return [str(one.monitor) for one in Correction.objects.order_by("pk").select_related("monitor")]


# one monitor for many


def test_one_monitor_for_all_that_were_chosen(cast, corrections):
    member = cast.person("member")
    with on("2026-11-23"):
        client = logged_in(cast["chair"])
        first = client.get(page("assign_monitor", corrections))
        assert first.status_code == 200 and str(member.full_name) in words_of(first)
        # the choice takes the way back to the list along
        listed = reverse("reports:clocks") + "?figure=overdue"
        chosen = client.get(page("assign_monitor", corrections, back=listed)).content.decode()
        assert f'name="back" value="{listed}"' in chosen
        shown = client.get(page("assign_monitor", corrections, monitor=member.pk))
        assert words_of(shown).count("sẽ làm") == 3
        send(client, page("assign_monitor", corrections, monitor=member.pk), reason="Chuyển công tác.")
        assert monitors() == [str(member)] * 3
        entries = AuditEntry.objects.filter(verb="assign_monitor").order_by("about_id")
        assert [(one.about_id, one.reason) for one in entries] == [(one.pk, "Chuyển công tác.") for one in corrections]
        assert [one.chain for one in entries] == [f"case:{one.demand.notice.case_id}" for one in corrections]
        again = send(
            client, page("assign_monitor", corrections, monitor=member.pk), status=422, reason="Chuyển công tác."
        )
        assert "đã là người theo dõi" in words_of(again) or "theo dõi" in words_of(again)
    assert AuditEntry.objects.filter(verb="assign_monitor").count() == 3
    assert all_hold("2026-11-23") == []


def test_those_he_cannot_watch_are_told_before_and_left(cast, corrections):
    member = cast.person("member")
    declare_interest(
        acting_user=cast["member"],
        person=member,
        nature="anh ruột",
        about_organisation=cast.organisation("suoi_da"),
        now=at("2026-11-20"),
    )
    starts.assign_monitor(
        acting_user=cast["chair"], correction=corrections[0], monitor=member, reason="Đổi.", now=at("2026-11-21")
    )
    with on("2026-11-23"):
        client = logged_in(cast["chair"])
        shown = words_of(client.get(page("assign_monitor", corrections, monitor=member.pk)))
        assert shown.count("sẽ làm") == 1 and shown.count("không làm") == 2 and "anh ruột" in shown
        answer = send(client, page("assign_monitor", corrections, monitor=member.pk), reason="Đổi.")
        told = client.get(answer["Location"]).content.decode()
        assert f'href="{corrections[1].get_absolute_url()}"' in told
    assert monitors()[:2] == [str(member)] * 2 and monitors()[2] == str(corrections[2].monitor)
    assert all_hold("2026-11-23") == []


def test_who_stands_for_the_subject_or_has_no_office_there_is_not_taken(cast, corrections):
    secretary = cast.person("dm_secretary")
    with on("2026-11-23"):
        client = logged_in(cast["chair"])
        shown = words_of(client.get(page("assign_monitor", corrections, monitor=secretary.pk)))
        assert shown.count("không làm") == 2 and shown.count("sẽ làm") == 1
        # of another commune: not in the list at all
        foreign = cast.person("stranger_secretary") if "stranger_secretary" in cast.offices else cast.person("stranger")
        assert client.get(page("assign_monitor", corrections, monitor=foreign.pk)).status_code == 422


def test_what_changed_between_the_page_and_the_verb_is_left_with_its_reason(cast, corrections):
    member = cast.person("member")
    starts.withdraw_from_case(
        acting_user=cast["member"], case=corrections[1].demand.notice.case, reason="Họ hàng.", now=at("2026-11-22")
    )
    told = starts.assign_monitors(
        acting_user=cast["chair"], corrections=corrections, monitor=member, reason="Đổi.", now=at("2026-11-23")
    )
    assert [what for what, _address in told.done] == [str(corrections[0]), str(corrections[2])]
    assert [(what, "rút" in why or "thôi" in why) for what, why in told.left] == [(str(corrections[1]), True)], (
        told.left
    )
    assert all_hold("2026-11-23") == []


def test_who_may_not_gives_it_to_nobody(cast, corrections):
    told = starts.assign_monitors(
        acting_user=cast["secretary"], corrections=corrections, monitor=cast.person("member"), reason="Đổi.", now=NOW
    )
    assert (told.done, len(told.left)) == ([], 3)
    assert not AuditEntry.objects.filter(verb="assign_monitor").exists()


# follow-up cases of many


def test_one_follow_up_an_organisation_linked_to_all_it_follows(cast, corrections):
    with on(LATE):
        client = logged_in(cast["chair"])
        address = page("follow_up", corrections)
        shown = client.get(address)
        assert "Sẽ đề xuất 2 cuộc" in words_of(shown)
        answer = send(client, address, **values_of(shown))
        made = list(Case.objects.filter(stage="proposed").order_by("pk"))
        told = client.get(answer["Location"]).content.decode()
        assert [f'href="{one.get_absolute_url()}"' in told for one in made] == [True, True]
        first, second = made
        assert {one.correction for one in first.carried_demands.all()} == set(corrections[:2])
        assert {one.correction for one in second.carried_demands.all()} == {corrections[2]}
        assert first.predecessor == corrections[1].demand.notice.case
        for text in (*TWO, *(one.demand.notice.number for one in corrections[:2]), "quá hạn 11 ngày"):
            assert text in first.content + first.reason
        assert [one.organisation for one in first.subjects.all()] == [cast.organisation("dong_muoi")]
        entries = AuditEntry.objects.filter(verb="carry_into_case").order_by("pk")
        assert {one.chain for one in entries} == {f"case:{one.demand.notice.case_id}" for one in corrections}
        for one in corrections:
            assert "Được theo dõi tiếp bởi" in words_of(client.get(one.get_absolute_url()))
        # a second click: nothing is left to be carried
        again = send(client, address, status=422, **values_of(shown))
        assert "đã được đưa vào một cuộc theo dõi tiếp" in words_of(again)
    assert CarriedDemand.objects.count() == 3 and all_hold() == []


def test_whoever_withdrew_from_one_of_the_old_matters_stays_out(cast, corrections):
    # without him two are left of the team, which is not the question here
    TeamLimit.objects.all().delete()
    old = corrections[0].demand.notice.case
    starts.withdraw_from_case(acting_user=cast["member"], case=old, reason="Họ hàng.", now=at(LATE))
    kind = Case.objects.earliest("pk").kind
    told = starts.open_follow_ups(
        acting_user=cast["chair"], corrections=corrections[:2], kind=kind, starts_on=D(2026, 12, 11),
        ends_on=D(2027, 1, 29), now=at(LATE),
    )  # fmt: skip
    assert told.left == []
    follower = Case.objects.get(stage="proposed")
    assert follower.predecessor == corrections[1].demand.notice.case, "from which he did not withdraw"
    assert cast.person("member") not in [mate.person for mate in team_of(follower)]
    assert [one.person for one in follower.recusals.all()] == [cast.person("member")]
    with on(LATE):
        assert logged_in(cast["member"]).get(follower.get_absolute_url()).status_code == 404
    assert all_hold() == []


def test_what_is_not_overdue_is_told_and_left(cast, corrections):
    with on("2026-11-23"):
        shown = logged_in(cast["chair"]).get(page("follow_up", corrections))
        assert words_of(shown).count("chưa quá hạn") == 3


# constant, once


@pytest.mark.parametrize("action", ["remind", "ask_report", "follow_up", "assign_monitor"])
def test_the_page_asks_as_many_queries_for_three_rows_as_for_two(cast, corrections, action):
    more = {"monitor": cast.person("member").pk} if action == "assign_monitor" else {}
    with on(LATE):
        client = logged_in(cast["chair"])
        counted = []
        for rows in (corrections, corrections[1:], corrections):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(page(action, rows, **more)).status_code == 200
            # the clocks are read here for the address
            counted.append(len(queries) - len(rows))
    assert counted[1] == counted[2], action


def test_many_are_reminded_with_a_fixed_number_of_questions_of_the_policy(cast, corrections):
    def reading(rows, day):
        clocks = [running_clock(one, "correct") for one in rows]
        with CaptureQueriesContext(connection) as queries:
            remind(acting_user=cast["secretary"], deadlines=clocks, note="", now=at(day))
        return len([one for one in queries if one["sql"].startswith("SELECT")])

    reading(corrections[:1], "2026-11-20")
    assert reading(corrections[:2], "2026-11-23") == reading(corrections, "2026-11-24")


@pytest.mark.parametrize("action", ["follow_up", "assign_monitor", "ask_report"])
def test_a_double_click_does_it_once(lasting_db, cast, monkeypatch, action):
    monkeypatch.setattr(timezone, "now", lambda: at(LATE))
    corrections = three(cast)
    more = {"monitor": cast.person("member").pk} if action == "assign_monitor" else {}
    address = page(action, corrections, **more)
    shown = logged_in(cast["chair"]).get(address)
    data = {**values_of(shown), "reason": "Đổi.", "words": "Vì sao chậm?", "due_on": "20/12/2026"}
    widen(monkeypatch, 0.05)
    results = race(*[posting(cast["chair"], address, data) for _ in range(2)])
    assert {getattr(one, "status_code", one) for one in results} <= {302, 409, 422}
    assert AuditEntry.objects.filter(verb="assign_monitor").count() == (3 if action == "assign_monitor" else 0)
    assert CarriedDemand.objects.count() == (3 if action == "follow_up" else 0)
    assert AuditEntry.objects.filter(verb="ask_report").count() == (1 if action == "ask_report" else 0)
    assert all_hold() == []
