"""Who has to judge keeps silent: it is reported, or counts as accepted, as the rule says (domain.md §4.2)."""

from datetime import date as D

import pytest
from django.core.exceptions import ValidationError
from viewflow.workflow.models import Process

from inspections.calendars.models import TimeLimitRule
from inspections.deadlines.queries import running_clock
from inspections.organisations.services import program
from inspections.remedies.models import Correction, FollowUpRule, LookAgain, RemedyVerdict
from inspections.remedies.services import accept_in_silence
from inspections.reminders.models import Message, Reminder
from permissions import audit
from permissions.verdicts import NotNow
from project.demo import stories
from project.demo.drive import inbox
from tests.cast import at
from tests.keeping import ADD, CHANGE, CORRECT, LIMITS, kept
from tests.reminders.clocks import swept
from tests.standing import story
from workflows.invariants import INVARIANTS
from workflows.silence import consent_in_silence

# handed in on Tue 10/11/2026, five working days: up to Tue 17/11
HANDED_IN, LAST, AFTER = "2026-11-10", "2026-11-17", "2026-11-18"


@story
def correction(cast) -> Correction:
    """A demand to Chi bộ thôn Đồng Muối, monitored by the officer."""
    case = stories.run_to_notice(cast, "Sổ nghị quyết ghi sơ sài.")
    return Correction.objects.get(demand__notice__case=case)


def rules(on_silence):
    """Five working days for judging, and what their passing means."""
    known = {"amount": 5, "on_silence": on_silence, "start_event": "handed_in", "unit": "working"}
    TimeLimitRule.objects.filter(step__in=["judge_plan", "judge_report"]).update(**known)


def planned(cast, correction):
    stories.planned(cast, correction, "dm_secretary", HANDED_IN, product="Nghị quyết")
    correction.refresh_from_db()
    return running_clock(correction, "judge_plan")


def all_hold():
    return [breach for one in INVARIANTS for breach in one.breaches(at("2026-11-30"))]


def test_silence_that_counts_as_consent_accepts_plan_and_proof_and_the_work_goes_on(cast, correction):
    rules("accepted")
    clock = planned(cast, correction)
    assert clock.due_on == D(2026, 11, 17)
    assert consent_in_silence(now=at(LAST)) == 0, "the last day is his to the end"
    assert consent_in_silence(now=at(AFTER)) == 1
    assert consent_in_silence(now=at(AFTER, 11)) == 0
    correction.refresh_from_db()
    assert correction.state == Correction.State.CARRYING_OUT
    verdict = RemedyVerdict.objects.get(action__correction=correction)
    assert (verdict.accepts, verdict.given_by) == (True, program())
    clock.refresh_from_db()
    assert (clock.state, clock.met_on) == ("met", D(2026, 11, 18))
    assert "judge_plan" not in inbox(cast["officer"], at(AFTER))
    entry = audit.entries_of(correction.demand.notice.case).get(verb="accept_in_silence")
    assert entry.user == program()
    # the proof, in two parts: what was not reported yet stays open
    stories.carried_out(cast, correction, "dm_secretary", AFTER)
    assert consent_in_silence(now=at("2026-11-30")) == 1
    correction.refresh_from_db()
    assert correction.state == Correction.State.ACCEPTED
    assert running_clock(correction, "correct") is None
    assert item_of_done(correction) == "end"
    assert all_hold() == []


def item_of_done(correction):
    """The last node that the process of the correction reached."""
    process = Process.objects.get(artifact_object_id=correction.pk, flow_class__endswith="CorrectionFlow")
    return process.task_set.order_by("-pk").first().flow_task.name


def test_what_is_accepted_in_silence_is_looked_at_again_as_any_other(cast, correction):
    rules("accepted")
    FollowUpRule.objects.update(look_again_after=10)
    planned(cast, correction)
    consent_in_silence(now=at(AFTER))
    stories.carried_out(cast, correction, "dm_secretary", AFTER)
    consent_in_silence(now=at("2026-11-30"))
    assert LookAgain.objects.get(correction=correction).from_on == D(2026, 12, 10)


@pytest.mark.parametrize("on_silence", ["", "escalate"])
def test_silence_is_no_consent_where_no_rule_says_so(cast, correction, on_silence):
    rules(on_silence)
    planned(cast, correction)
    assert consent_in_silence(now=at(AFTER)) == 0
    with pytest.raises(NotNow):
        accept_in_silence(program=program(), correction=correction, now=at(AFTER))
    correction.refresh_from_db()
    assert correction.state == Correction.State.PLAN_SUBMITTED


def test_nothing_is_consented_to_before_it_is_handed_in_or_after_it_was_judged(cast, correction):
    rules("accepted")
    with pytest.raises(NotNow):
        accept_in_silence(program=program(), correction=correction, now=at(AFTER))
    planned(cast, correction)
    stories.judged(cast, correction, "judge_plan", "2026-11-12", accepts=False)
    assert consent_in_silence(now=at("2026-11-30")) == 0


def silence_of(clock):
    return Reminder.objects.filter(deadline=clock, why=Reminder.Why.SILENCE)


def test_silence_that_is_escalated_tells_the_leaders_once_and_never_the_subject(cast, correction):
    rules("escalate")
    clock = planned(cast, correction)
    swept(LAST)
    assert not silence_of(clock).exists()
    swept(AFTER)
    swept(AFTER, hour=15)
    swept("2026-11-23")
    told = silence_of(clock).get()
    assert (told.due_on, told.on_day, told.effect) == (D(2026, 11, 17), D(2026, 11, 18), "report")
    people = set(Message.objects.filter(reminder=told).values_list("user__username", flat=True))
    assert {"secretary", "deputy_secretary"} <= people
    assert not people & {"dm_secretary", "dm_deputy"}
    mails = set(Message.objects.filter(reminder=told).values_list("by_mail", flat=True))
    assert mails == {"at_once"}
    committee = cast.organisation("commune")
    entries = [
        one for one in audit.entries_of(committee) if one.verb == "escalate" and clock.pk in one.new["deadlines"]
    ]
    assert entries
    assert entries[0].new["report"] >= 1


@pytest.mark.parametrize("on_silence", ["", "accepted"])
def test_silence_is_not_reported_where_no_rule_says_so(cast, correction, on_silence):
    rules(on_silence)
    clock = planned(cast, correction)
    swept(AFTER)
    assert not silence_of(clock).exists()


def test_only_who_judges_can_consent_by_silence(cast):
    keeper = cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")
    limit = {
        "kind": "GSCD", "level": None, "amount": 15, "unit": "working", "start_event": "self_reports",
        "extended_by": "ordering_body", "after_return": "time_left", "legal_basis": "Quy định của tỉnh",
        "valid_from": D(2026, 11, 1), "certainty": "D", "on_silence": "accepted",
    }  # fmt: skip
    province = cast.organisation("province")
    with pytest.raises(ValidationError) as problem:
        kept(LIMITS, ADD, by=keeper, now=at(AFTER), organisation=province, step="verify", **limit)
    assert set(problem.value.message_dict) == {"on_silence"}
    row, _moves = kept(
        LIMITS, ADD, by=keeper, now=at(AFTER), organisation=province, step="judge_plan",
        **{**limit, "kind": "", "start_event": "handed_in"},
    )  # fmt: skip
    assert row.on_silence == "accepted"


@pytest.mark.parametrize("person", [True, False])
def test_the_monitor_is_reminded_of_what_he_judges_and_the_subject_is_not(cast, correction, person):
    """While the plan lies with the monitor: neither the cell, nor the member whom a notice asks in person."""
    rules("")
    clock = planned(cast, correction)
    if person:
        subject = correction.demand.assignee
        subject.person = cast.person("dm_secretary")
        subject.save()
    swept(LAST)
    told = Message.objects.filter(reminder__deadline=clock)
    owing = set(told.filter(concern="owes").values_list("user__username", flat=True))
    assert {"officer", "chair"} <= owing
    assert not set(told.values_list("user__username", flat=True)) & {"dm_secretary", "dm_deputy"}


def test_what_runs_does_not_follow_a_corrected_silence(cast, correction):
    keeper = cast.add_user("province_administrator", "Cấn Văn Tý", "administrator", "province")
    rules("")
    planned(cast, correction)
    rule = TimeLimitRule.objects.get(step="judge_plan")
    with pytest.raises(ValidationError) as problem:
        kept(LIMITS, CORRECT, by=keeper, now=at(AFTER), row=rule, on_silence="accepted")
    assert set(problem.value.message_dict) == {"on_silence"}
    new, moves = kept(
        LIMITS, CHANGE, by=keeper, now=at(AFTER), row=rule, on_silence="accepted", valid_from=D(2026, 12, 1)
    )
    assert (new.on_silence, len(moves)) == ("accepted", 0)
    assert consent_in_silence(now=at("2026-11-30")) == 0
