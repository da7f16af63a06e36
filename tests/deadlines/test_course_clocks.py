"""Which clocks a case has, from which event they are counted, and what becomes of them when the case goes back.

The limits are counted from an event and lengthened by an approved extension only (domain.md §4.2): what comes back
runs on to the same day.
"""

from datetime import date as D

import pytest
from django.urls import reverse

from inspections.calendars.models import CASE_DUTIES, EVENTS, Duty, StartEvent, TimeLimitRule
from inspections.cases.models import Case, ProcedureStep
from inspections.cases.services import clocks, conclusion, fieldwork, opening
from inspections.cases.services.opening import SubjectChoice
from inspections.deadlines.models import Deadline
from inspections.deadlines.queries import explain, running_clock
from inspections.organisations.services import add_person
from project.demo import stories
from project.demo.drive import do, item_of
from tests.browse import logged_in, on, text_of
from tests.cast import at
from workflows.invariants.papers import due_by_rule, one_clock


def clocks_of(case, duty):
    return list(Deadline.objects.filter(case_id=case.pk, duty=duty).order_by("pk"))


def days_of(case, duty):
    return [(clock.state, clock.start_on, clock.due_on) for clock in clocks_of(case, duty)]


def counted_from(event, *, step="whole_case", amount=40, **facts):
    """The limit of a thematic supervision, in place of those that are seeded."""
    TimeLimitRule.objects.filter(step=step).delete()
    return TimeLimitRule.objects.create(
        step=step,
        kind="GSCD",
        amount=amount,
        unit="calendar",
        start_event=event,
        legal_basis="Quy định thử",
        valid_from=D(2026, 1, 1),
        **facts,
    )


# what the stories of a formal case do, in their order -> the event each raises, and its day
COURSE = [
    (stories.signed, StartEvent.SIGNING, D(2026, 10, 2)),
    (stories.prepared, None, None),
    (stories.announced, StartEvent.ANNOUNCEMENT, D(2026, 10, 7)),
    (stories.self_reported, StartEvent.SELF_REPORTS, D(2026, 10, 15)),
]


def to_the_notice(cast, case):
    stories.worked_with(cast, case)
    stories.found(cast, case, "Thiếu sinh hoạt chuyên đề quý II.")
    stories.verified(cast, case)
    stories.released(cast, case)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    stories.appraised(cast, case)
    stories.concluded(cast, case)
    stories.noticed(cast, case)


# start events


@pytest.mark.parametrize("event", [StartEvent.SIGNING, StartEvent.ANNOUNCEMENT, StartEvent.SELF_REPORTS])
@pytest.mark.parametrize("duty", [Duty.WHOLE_CASE, Duty.VERIFY])
def test_the_clock_begins_with_the_event_its_rule_names_and_not_before(cast, event, duty):
    rule = counted_from(event, step=duty)
    case = stories.proposed(cast)
    has_begun = False
    for step, raised, day in COURSE:
        step(cast, case)
        if raised == event:
            has_begun = True
            (clock,) = clocks_of(case, duty)
            assert (clock.start_on, clock.rule, clock.start_event) == (day, rule, event)
            assert clock.due_on == D.fromordinal(day.toordinal() + 40)
            told = " ".join(explain(clock, day).sentences)
            assert str(StartEvent(event).label) in told
            assert f"{day:%d/%m/%Y}" in told
        assert (clocks_of(case, duty) != []) is has_begun, step.__name__
    assert len(clocks_of(case, duty)) == 1


def test_the_dossier_is_due_counted_from_the_announcement_of_the_conclusion(cast):
    case = stories.proposed(cast)
    for step, _event, _day in COURSE:
        step(cast, case)
    to_the_notice(cast, case)
    assert clocks_of(case, "close_dossier") == []
    announced(cast, case, "2026-11-12")
    (clock,) = clocks_of(case, "close_dossier")
    assert (clock.start_on, clock.rule.start_event) == (D(2026, 11, 12), StartEvent.NOTICE_ANNOUNCEMENT)
    assert item_of(case, "close_dossier").deadline == clock


def announced(cast, case, day):
    do(
        cast["vice_chair"],
        case,
        "announce_notice",
        at(day),
        held_on=D.fromisoformat(day),
        place="Nhà văn hoá thôn",
        attendees="Chi bộ",
        minutes="Đã công bố thông báo kết luận.",
    )


def test_every_seeded_start_event_is_one_that_a_step_raises(cast, monkeypatch):
    raised = []
    for module in (opening, fieldwork, conclusion):
        monkeypatch.setattr(module, "happened", lambda case, event, on, now: raised.append(event))
    case = stories.proposed(cast)
    for step, _event, _day in COURSE:
        step(cast, case)
    to_the_notice(cast, case)
    announced(cast, case, "2026-11-12")
    of_a_case = {event for duty in CASE_DUTIES for event in EVENTS[duty]}
    seeded = set(TimeLimitRule.objects.filter(step__in=CASE_DUTIES).values_list("start_event", flat=True))
    assert seeded
    assert seeded <= set(raised)
    assert set(raised) == of_a_case, "an event that nobody raises would be offered and never come"


def test_every_rule_and_every_step_names_a_duty_that_a_case_can_have(db):
    assert set(TimeLimitRule.objects.values_list("step", flat=True)) <= set(Duty.values)
    named = set(ProcedureStep.objects.exclude(clock="").values_list("clock", flat=True))
    assert named == set(CASE_DUTIES) == set(clocks.UNRULED)


def test_a_rule_in_force_since_counts_from_an_event_already_past(cast):
    """Signed while the limit was counted from the reports; from the announcement on it is counted from the signing."""
    old = counted_from(StartEvent.SELF_REPORTS, valid_to=D(2026, 10, 5))
    case = stories.signed(cast, stories.proposed(cast))
    assert clocks_of(case, "whole_case") == []
    old.pk, old.start_event, old.valid_from, old.valid_to = None, StartEvent.SIGNING, D(2026, 10, 6), None
    old.save()
    stories.prepared(cast, case)
    stories.announced(cast, case)
    assert days_of(case, "whole_case") == [("running", D(2026, 10, 2), D(2026, 11, 11))]


# the table of procedures


def test_a_step_runs_under_the_clock_that_the_procedure_names(cast):
    case = stories.proposed(cast)
    steps = ProcedureStep.objects.filter(procedure=case.procedure)
    steps.filter(step="announce").update(clock="whole_case")
    steps.filter(step="verify").update(clock="")
    steps.filter(step__in=["draft_report", "report"]).update(clock="")
    stories.signed(cast, case)
    assert [clock.duty for clock in Deadline.objects.filter(case_id=case.pk)] == ["whole_case"]
    stories.prepared(cast, case)
    assert item_of(case, "announce").deadline == running_clock(case, "whole_case")
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    assert clocks_of(case, "verify") == []
    assert item_of(case, "verify").deadline is None


def test_a_step_that_is_left_out_starts_no_clock(cast):
    case = stories.proposed(cast)
    ProcedureStep.objects.filter(procedure=case.procedure, clock="verify").update(is_left_out=True)
    stories.signed(cast, case)
    clocks.happened(case, StartEvent.SELF_REPORTS, D(2026, 10, 3), at("2026-10-03"))
    assert clocks_of(case, "verify") == []


# ways back of the formal course


def to_the_office(cast):
    case = stories.run_to_release(cast)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    stories.reported(cast, case)
    return case


def sit(cast, case, outcome, day, by="chair"):
    stories.concluded(cast, case, by=by, day=day, outcome=outcome, extract="Phiên họp cho ý kiến.")


def returned_by_the_office(cast, case):
    do(cast["office_chief"], case, "appraise", at("2026-11-03"), is_in_order="no", text="Sai thể thức.")
    return "report", "03/11/2026"


def returned_by_the_sitting(cast, case):
    stories.appraised(cast, case)
    sit(cast, case, "returned", "2026-11-05")
    return "report", "05/11/2026"


def asked_for_more_by_the_sitting(cast, case):
    stories.appraised(cast, case)
    sit(cast, case, "more", "2026-11-05")
    return "verify", "05/11/2026"


RUNS_ON_TO = {"03/11/2026": D(2026, 11, 20), "05/11/2026": D(2026, 11, 25)}  # 24/11 is a day of rest


@pytest.mark.parametrize("goes_back", [returned_by_the_office, returned_by_the_sitting, asked_for_more_by_the_sitting])
@pytest.mark.parametrize("kind", ["GSCD", "KTCH"])
def test_what_comes_back_after_the_report_runs_again(cast, goes_back, kind):
    """By the rule of a supervision with the 13 working days that were left on 02/11; an inspection, whose limit is not
    known, to the last day of its plan."""
    case = stories.run_to_release(cast, kind=kind)
    stories.answered(cast, case)
    stories.considered(cast, case)
    stories.conferred(cast, case)
    (first,) = clocks_of(case, "verify")
    stories.reported(cast, case)
    step, back_on = goes_back(cast, case)
    met, again = clocks_of(case, "verify")
    assert (met.pk, met.state, met.met_on) == (first.pk, "met", D(2026, 11, 2))
    assert (again.state, again.start_on, again.due_on, again.rule) == (
        "running",
        first.start_on,
        RUNS_ON_TO[back_on] if kind == "GSCD" else first.due_on,
        first.rule,
    )
    assert item_of(case, step).deadline == again
    with on("2026-11-06"):
        page = text_of(logged_in(cast["vice_chair"]).get(reverse("deadlines:explanation", args=[again.pk])))
    assert f"đã hoàn thành ngày 02/11/2026 và được trả lại ngày {back_on}" in page
    # the one that was met stays readable from there
    assert reverse("deadlines:explanation", args=[met.pk]) in page
    assert list(due_by_rule(at("2026-11-06"))) == list(one_clock(at("2026-11-06"))) == []
    if step == "report":
        do(cast["vice_chair"], case, "report", at("2026-11-06"), text="Báo cáo đã sửa.")
        again.refresh_from_db()
        assert (again.state, again.met_on) == ("met", D(2026, 11, 6))
        assert running_clock(case, "verify") is None


def test_every_round_has_its_clock(cast):
    case = to_the_office(cast)
    for day in ("2026-11-03", "2026-11-05"):
        do(cast["office_chief"], case, "appraise", at(day), is_in_order="no", text="Sai thể thức.")
        do(cast["vice_chair"], case, "report", at(day, 15), text="Báo cáo đã sửa.")
    assert [clock.met_on for clock in clocks_of(case, "verify")] == [
        D(2026, 11, 2),
        D(2026, 11, 3),
        D(2026, 11, 5),
    ]


def test_what_comes_back_before_the_report_has_its_clock_still(cast):
    """The leader returns the draft, and the conference asks for more: nothing was done yet, so one clock runs on."""
    case = stories.signed(cast, stories.proposed(cast))
    stories.prepared(cast, case)
    stories.announced(cast, case)
    stories.self_reported(cast, case)
    stories.worked_with(cast, case)
    stories.found(cast, case, "Thiếu sổ.")
    stories.verified(cast, case)
    (clock,) = clocks_of(case, "verify")
    stories.drafted(cast, case)
    do(cast["vice_chair"], case, "release_draft", at("2026-10-26", 10), outcome="verify", reason="Thiếu số liệu.")
    assert item_of(case, "verify").deadline == clock
    stories.verified(cast, case, day="2026-10-27")
    assert item_of(case, "draft_report").deadline == clock
    stories.released(cast, case, day="2026-10-27")
    stories.answered(cast, case)
    stories.considered(cast, case)
    do(
        cast["vice_chair"],
        case,
        "conference",
        at("2026-10-30"),
        held_on=D(2026, 10, 30),
        place="Nhà văn hoá thôn",
        attendees="Chi bộ",
        minutes="Đề nghị thẩm tra thêm.",
        asks_for_more="on",
    )
    assert item_of(case, "verify").deadline == clock
    assert days_of(case, "verify") == [("running", clock.start_on, clock.due_on)]


# and of a cell's own


@pytest.mark.parametrize("outcome", ["returned", "more"])
def test_a_report_that_the_cell_returns_runs_under_the_clock_of_the_case(cast, outcome):
    member = add_person(
        acting_user=cast.root, full_name="Hà Văn Mười", organisation=cast.organisation("suoi_da"), now=at("2026-09-01")
    )
    choice = SubjectChoice(member.organisation, member)
    case = stories.proposed(cast, kind="GSCD", body="suoi_da", by="sd_secretary", subjects=[choice], team=[])
    stories.signed(cast, case, by="sd_deputy")
    stories.announced(cast, case, by="sd_secretary")
    stories.self_reported(cast, case, by="sd_deputy")
    (clock,) = clocks_of(case, "whole_case")
    assert item_of(case, "report").deadline == clock
    do(cast["sd_secretary"], case, "report", at("2026-10-25"), text="Báo cáo lần một.")
    assert item_of(case, "conclude").deadline == clock
    sit(cast, case, outcome, "2026-10-27", by="sd_deputy")
    assert item_of(case, "report").deadline == clock
    assert days_of(case, "whole_case") == [("running", D(2026, 10, 2), D(2026, 11, 1))]
    assert Case.objects.get(pk=case.pk).stage == "verifying"
