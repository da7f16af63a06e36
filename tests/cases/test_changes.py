"""What an approved change of team, content or time leaves: papers in their versions, the record, moved clocks."""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.calendars.models import TimeLimitRule
from inspections.cases.services.clocks import approval_of
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import running_clock
from inspections.organisations.services import add_person
from permissions import audit
from project.demo import stories
from project.demo.drive import do, item_of
from tests.browse import logged_in, on, read, text_of
from tests.cast import at
from workflows import starts
from workflows.invariants.papers import due_by_rule, one_clock

REASON = "Phát sinh trong thẩm tra."


def verifying(cast, **options):
    case = stories.signed(cast, stories.proposed(cast, **options))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    return case


def change(cast, case, what, *, asks="vice_chair", decides="chair", approves="yes", day="2026-10-22", **proposal):
    asked = starts.ask_change(
        acting_user=cast[asks], case=case, what=what, proposal=proposal, reason=REASON, now=at("2026-10-21")
    )
    do(cast[decides], asked, "decide", at(day), approves=approves, answer="" if approves == "yes" else "Không cần.")
    case.refresh_from_db()
    return asked


def new_team(cast):
    return [[cast.person(name).pk, part] for name, part in TEAM]


TEAM = [("vice_chair", "leader"), ("member2", "member"), ("officer", "team_secretary")]
CONTENT = {"content": "Nội dung mới", "examined_from": "2025-06-01", "examined_to": "2026-08-31"}
# what is changed -> the papers that say otherwise, what is struck out of the plan and what is put in
VERSIONS = [
    ("team", {"decision", "plan"}, "Mai Đình Nghĩa", "Vàng Thanh Cảnh"),
    ("content", {"decision", "plan"}, "Việc nâng cao chất lượng sinh hoạt chi bộ", "Nội dung mới"),
    ("duration", {"plan"}, "15/12/2026", "31/12/2026"),
]


def proposal_of(cast, what):
    return {"team": {"team": new_team(cast)}, "content": CONTENT, "duration": {"ends_on": "2026-12-31"}}[what]


def versions(case, kind):
    return list(case.papers.filter(kind__code=kind).order_by("version"))


@pytest.mark.parametrize(("what", "papers", "struck_out", "put_in"), VERSIONS)
def test_plan_and_decision_get_a_version_with_the_reason_and_the_old_one_stays(cast, what, papers, struck_out, put_in):
    case = verifying(cast)
    change(cast, case, what, **proposal_of(cast, what))
    for kind in ("decision", "plan"):
        found = versions(case, kind)
        assert [paper.version for paper in found] == ([1, 2] if kind in papers else [1]), kind
        assert struck_out in found[0].body or kind not in papers
        if kind in papers:
            assert (found[1].reason, found[1].written_by) == (REASON, cast["chair"])
            assert struck_out not in found[1].body
            assert put_in in found[1].body
    old, new = versions(case, "plan")
    with on("2026-10-23"):
        page = text_of(logged_in(cast["vice_chair"]).get(reverse("cases:paper", args=[new.pk])))
    assert REASON in page
    assert "<del>" in page
    assert "<ins>" in page
    assert reverse("cases:paper", args=[old.pk]) in page
    assert struck_out in read(cast["vice_chair"], reverse("cases:paper", args=[old.pk]), "2026-10-23")
    # the subject reads the new plan; why it was asked for is the team's
    page = read(cast["dm_secretary"], reverse("cases:paper", args=[new.pk]), "2026-10-23")
    assert put_in in page
    assert REASON not in page


def test_a_refused_change_writes_no_paper_and_moves_no_clock(cast):
    case = verifying(cast, kind="KTCH")
    before = list(Deadline.objects.order_by("pk").values_list("pk", "due_on", "state"))
    change(cast, case, "duration", approves="no", ends_on="2026-12-31")
    assert len(versions(case, "plan")) == 1
    assert list(Deadline.objects.order_by("pk").values_list("pk", "due_on", "state")) == before
    entry = audit.entries_of(case).get(verb="decide_change")
    assert (entry.old, entry.new) == ({}, {"state": "refused", "ends_on": "2026-12-31"})


RECORDED = [
    (
        "team",
        {"team": ["Hoàng Thanh Lộc (leader)", "Mai Đình Nghĩa (member)", "Đặng Đức Viên (team_secretary)"]},
        {"team": ["Hoàng Thanh Lộc (leader)", "Đặng Đức Viên (team_secretary)", "Vàng Thanh Cảnh (member)"]},
    ),
    (
        "content",
        {"content": "Việc nâng cao chất lượng sinh hoạt chi bộ", "examined": ["2025-01-01", "2026-06-30"]},
        {"content": "Nội dung mới", "examined": ["2025-06-01", "2026-08-31"]},
    ),
    (
        "duration",
        {"ends_on": "2026-12-15", "due": {"whole_case": "2026-12-15", "verify": "2026-12-15"}},
        {"ends_on": "2026-12-31", "due": {"whole_case": "2026-12-31", "verify": "2026-12-31"}},
    ),
]


@pytest.mark.parametrize(("what", "old", "new"), RECORDED)
def test_the_record_has_what_was_and_what_is(cast, what, old, new):
    case = verifying(cast, kind="KTCH")
    change(cast, case, what, **proposal_of(cast, what))
    entry = audit.entries_of(case).get(verb="decide_change")
    # why each date is what it is stands there too: tests/deadlines/test_told_everywhere.py
    told = {name: value for name, value in entry.new.items() if name != "time_limits"}
    assert (entry.old, told, entry.reason) == (old, {"state": "approved", **new}, REASON)
    assert ("time_limits" in entry.new) is (what == "duration")
    assert list(audit.faults()) == []


def test_new_people_are_on_the_team_by_the_approval(cast):
    case = verifying(cast)
    change(cast, case, "team", team=new_team(cast))
    papers = dict(case.participants.filter(ends_on=None).values_list("person__full_name", "paper"))
    assert papers["Vàng Thanh Cảnh"] == f"phê duyệt ngày 22/10/2026 về thay đổi đối với {case.number}"
    assert papers["Hoàng Thanh Lộc"] == case.number


def test_the_clocks_that_rest_on_the_plan_move_and_name_the_approval(cast):
    """The limit of a compliance inspection is not known, so both its clocks rest on the plan."""
    case = verifying(cast, kind="KTCH")
    before = {duty: running_clock(case, duty) for duty in ("whole_case", "verify")}
    change(cast, case, "duration", ends_on="2026-12-31")
    for duty, clock in before.items():
        moved = running_clock(case, duty)
        # the same clock, so that the work under it keeps it
        assert (moved.pk, moved.due_on) == (clock.pk, D(2026, 12, 31)), duty
        (told,) = moved.changes.all()
        assert (told.kind, told.old_due_on, told.reason) == ("setting", D(2026, 12, 15), REASON)
        assert told.decided_by == cast["chair"]
        page = read(cast["vice_chair"], reverse("deadlines:explanation", args=[moved.pk]), "2026-10-23")
        assert "Chuyển từ ngày 15/12/2026 sang ngày 31/12/2026 theo phê duyệt ngày 22/10/2026" in page
        assert case.number in page
    assert item_of(case, "verify").deadline == running_clock(case, "verify")
    assert list(due_by_rule(at("2026-10-23"))) == list(one_clock(at("2026-10-23"))) == []


def test_a_clock_that_its_rule_counts_from_an_event_stays(cast):
    """Verification of a supervision has 25 working days from the report of the subject, whatever the plan says."""
    case = verifying(cast, kind="GSCD")
    verify = running_clock(case, "verify")
    assert verify.rule is not None
    change(cast, case, "duration", ends_on="2026-12-31")
    verify.refresh_from_db()
    assert (running_clock(case, "verify"), verify.changes.count()) == (verify, 0)
    assert running_clock(case, "whole_case").due_on == D(2026, 12, 31)
    # nor does the day that was set for a subject
    assert not Deadline.objects.filter(case_id=case.pk, changes__isnull=False).exclude(duty="whole_case").exists()


def test_a_cells_limit_is_lengthened_by_the_approval(cast):
    """30 days from the signing by a rule; the cell that may lengthen it approves the time."""
    member = add_person(
        acting_user=cast.root, full_name="Hà Văn Mười", organisation=cast.organisation("suoi_da"), now=at("2026-09-01")
    )
    case = stories.proposed(
        cast,
        kind="GSCD",
        body="suoi_da",
        by="sd_secretary",
        subjects=[SubjectChoice(member.organisation, member)],
        team=[("sd_secretary", "leader"), ("sd_member", "member")],
        ends_on=D(2026, 11, 1),
    )
    stories.signed(cast, case, by="sd_deputy")
    clock = running_clock(case, "whole_case")
    assert (clock.due_on, clock.rule.amount) == (D(2026, 11, 1), 30)
    change(cast, case, "duration", asks="sd_secretary", decides="sd_deputy", ends_on="2026-11-10")
    clock.refresh_from_db()
    assert (clock.due_on, clock.changes.get().kind) == (D(2026, 11, 10), "extension")
    page = read(cast["sd_deputy"], reverse("deadlines:explanation", args=[clock.pk]), "2026-10-23")
    assert "30 ngày" in page
    assert "sang ngày 10/11/2026" in page


def test_a_moved_clock_that_comes_back_runs_again_to_the_approved_day(cast):
    case = verifying(cast, kind="KTCH")
    change(cast, case, "duration", ends_on="2026-12-31")
    stories.found(cast, case, "Thiếu sổ.", day="2026-10-23")
    stories.verified(cast, case, day="2026-10-24")
    stories.released(cast, case)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    do(cast["office_chief"], case, "appraise", at("2026-11-03"), is_in_order="no", text="Sai thể thức.")
    again = running_clock(case, "verify")
    assert (again.due_on, [str(one) for one in again.changes.all()]) == (
        D(2026, 12, 31),
        ["15/12/2026 → 31/12/2026"],
    )
    assert list(due_by_rule(at("2026-11-03"))) == []


def to_the_office(cast, case):
    stories.found(cast, case, "Thiếu sổ.", day="2026-10-23")
    stories.verified(cast, case, day="2026-10-24")
    stories.released(cast, case)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)


def test_a_clock_met_before_the_approval_comes_back_to_the_approved_day(cast):
    case = verifying(cast, kind="KTCH")
    to_the_office(cast, case)
    assert running_clock(case, "verify") is None
    change(cast, case, "duration", day="2026-11-02", ends_on="2026-12-31")
    do(cast["office_chief"], case, "appraise", at("2026-11-03"), is_in_order="no", text="Sai thể thức.")
    again = running_clock(case, "verify")
    assert (again.due_on, [str(one) for one in again.changes.all()]) == (D(2026, 12, 31), ["15/12/2026 → 31/12/2026"])
    assert list(due_by_rule(at("2026-11-03"))) == []


@pytest.mark.parametrize("is_signed", [True, False], ids=["running", "not yet begun"])
def test_an_approval_does_not_shorten_the_limit_of_a_rule(cast, is_signed):
    """90 days from the signing, or from a report that comes later; the plan is lengthened, but ends before that."""
    TimeLimitRule.objects.filter(step="whole_case").delete()
    rule = TimeLimitRule.objects.create(
        step="whole_case",
        kind="GSCD",
        amount=90,
        unit="calendar",
        start_event="signing" if is_signed else "self_reports",
        legal_basis="Quy định thử",
        valid_from=D(2026, 1, 1),
    )
    case = stories.signed(cast, stories.proposed(cast, kind="GSCD"))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    if is_signed:
        before = running_clock(case, "whole_case").due_on
    change(cast, case, "duration", ends_on="2026-12-20")
    stories.self_reported(cast, case)
    clock = running_clock(case, "whole_case")
    assert clock.rule == rule
    assert clock.changes.count() == 0
    assert clock.due_on == (before if is_signed else D(2027, 1, 13))
    assert clock.due_on > case.ends_on


def test_an_approval_whose_name_is_too_long_says_so_by_dots(cast):
    case = verifying(cast, kind="KTCH")
    asked = change(cast, case, "duration", ends_on="2026-12-31")
    asked.refresh_from_db()
    assert approval_of(asked) == f"phê duyệt ngày 22/10/2026 về thay đổi đối với {case.number}"
    asked.case.number = "123-QĐ/" + "UBKT" * 30
    assert len(approval_of(asked)) == 100
    assert approval_of(asked).endswith("UBKTUB…")
