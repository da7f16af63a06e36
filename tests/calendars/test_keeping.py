"""Days, working weeks and limits as they are kept: what counts for whom, what moves, and what is not taken."""

from datetime import date as D
from itertools import product

import pytest
from django.core.exceptions import ValidationError

from inspections.calendars.models import EVENTS, CalendarDay, Duty, StartEvent, TimeLimitRule, WorkingWeek
from inspections.calendars.queries import calendar_for, keeper_of, rules_above, rules_for, standings
from inspections.deadlines.models import DeadlineChange, DeadlineSpan
from inspections.deadlines.services import extend_clock
from inspections.organisations.models import Level
from permissions.models import AuditEntry
from permissions.verdicts import NotNow, Refused
from tests.cast import NOW, at
from tests.keeping import ADD, CHANGE, CORRECT, DAYS, END, LIMITS, WEEKS, kept
from workflows.invariants import papers

pytestmark = pytest.mark.django_db

LIMIT = {
    "step": "verify", "kind": "GSCD", "level": None, "amount": 15, "unit": "working",
    "start_event": "self_reports", "counts_start_day": False, "rolls": False, "extension_count": 1,
    "extended_by": "ordering_body", "after_return": "time_left", "legal_basis": "Quy định của tỉnh",
    "valid_from": D(2026, 11, 1), "certainty": "D",
}  # fmt: skip
REST = {"day": D(2026, 11, 18), "kind": "rest", "name": "Nghỉ đột xuất", "legal_basis": "QĐ 9"}


def limit_of_commune():
    return TimeLimitRule.objects.get(kind="GSCD", level__code="commune", step="verify", organisation=None)


def counts(cast, on, body="ubkt"):
    body = cast.organisation(body)
    return rules_for(steps=["verify"], kind="GSCD", level=body.type.level, organisation=body, on=on)["verify"]


def all_hold():
    return not [*papers.due_by_rule(NOW), *papers.spans_agree(NOW), *papers.one_clock(NOW)]


# days


def test_a_national_day_moves_what_runs_and_each_says_so(cast, keeper, clock):
    row, moves = kept(DAYS, ADD, by=keeper, now=NOW, reason="Bão", **REST)
    assert [(one.pk, one.old, one.new) for one in moves.all] == [(clock.pk, D(2026, 11, 19), D(2026, 11, 20))]
    clock.refresh_from_db()
    assert clock.due_on == D(2026, 11, 20)
    assert ["2026-11-18", "Nghỉ đột xuất"] in clock.explanation["skipped"]
    change = DeadlineChange.objects.get(deadline=clock)
    assert (change.kind, change.reason, change.paper, change.decided_by) == ("recalculation", "Bão", "QĐ 9", keeper)
    spans = list(DeadlineSpan.objects.filter(deadline=clock).order_by("pk"))[-2:]
    assert [(one.due_on, one.ended_at is None) for one in spans] == [(D(2026, 11, 19), False), (D(2026, 11, 20), True)]
    entry = AuditEntry.objects.get(verb="add_to_calendar")
    assert (entry.new["moved_deadlines"], entry.new["name"], entry.reason) == (1, "Nghỉ đột xuất", "Bão")
    assert all_hold()
    kept(DAYS, END, by=keeper, now=NOW, row=row)
    clock.refresh_from_db()
    assert clock.due_on == D(2026, 11, 19)
    assert not CalendarDay.objects.filter(day=REST["day"]).exists()
    assert all_hold()


def test_what_was_granted_is_kept_when_the_calendar_changes(cast, keeper, clock):
    extend_clock(clock, 8, "working", reason="Chờ hồ sơ", paper="2-TB", decided_by=cast["chair"], now=at("2026-11-10"))
    assert clock.due_on == D(2026, 12, 2), "eight working days after 19/11, of which 24/11 is none"
    kept(DAYS, ADD, by=keeper, now=NOW, **REST)
    clock.refresh_from_db()
    assert clock.due_on == D(2026, 12, 3)
    assert all_hold()


def test_a_local_day_moves_its_tree_only_and_the_country_others_not_below_it(cast, keeper, clock):
    ward, commune = cast.organisation("ward"), cast.organisation("commune")
    assert not kept(DAYS, ADD, by=cast.root, now=NOW, organisation=ward, **REST)[1]
    row, moves = kept(DAYS, ADD, by=cast["administrator"], now=NOW, organisation=commune, **REST)
    assert len(moves) == 1
    # what the tree has set for itself stays, whatever the country does
    assert not kept(DAYS, ADD, by=keeper, now=NOW, **REST)[1]
    assert not kept(DAYS, END, by=cast["administrator"], now=NOW, row=row)[1]


def test_a_worked_saturday_brings_forward(cast, keeper, clock):
    saturday = {"day": D(2026, 11, 14), "kind": "worked", "name": "Làm bù", "legal_basis": "TB 9"}
    (move,) = kept(DAYS, ADD, by=keeper, now=NOW, **saturday)[1].all
    assert move.new == D(2026, 11, 18)
    assert all_hold()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": D(2026, 11, 24)}, "__all__"),  # the Day of Culture is there
        ({"legal_basis": ""}, "legal_basis"),
        ({"kind": "worked"}, "kind"),  # a Wednesday is worked anyway
        ({"name": ""}, "name"),
        ({"kind": "other"}, "kind"),
    ],
)
def test_a_wrong_day_is_not_taken(cast, keeper, values, field):
    before = CalendarDay.objects.count()
    with pytest.raises(ValidationError) as refusal:
        kept(DAYS, ADD, by=keeper, now=NOW, **{**REST, **values})
    assert list(refusal.value.message_dict) == [field]
    assert CalendarDay.objects.count() == before
    assert not AuditEntry.objects.filter(verb="add_to_calendar").exists()


def test_years_that_are_not_decreed_are_provisional_until_they_are(cast, keeper):
    days = calendar_for(None)
    assert [days.is_provisional_year(year) for year in (2025, 2026, 2027, 2028)] == [False, False, True, True]
    for row in CalendarDay.objects.filter(day__year=2027):
        values = {"day": row.day, "kind": row.kind, "name": row.name, "is_provisional": False, "legal_basis": "TB 9"}
        kept(DAYS, CHANGE, by=keeper, now=NOW, row=row, **values)
    assert not calendar_for(None).is_provisional_year(2027)


# weeks


def test_a_tree_that_works_on_saturdays_from_a_day_on(cast, keeper, clock):
    commune = cast.organisation("commune")
    week = {"weekdays": "012345", "valid_from": D(2026, 11, 9), "legal_basis": "12-QĐ/ĐU"}
    row, moves = kept(WEEKS, ADD, by=cast["administrator"], now=NOW, organisation=commune, **week)
    # Sat 14/11 is the only one before the last day
    assert [one.new for one in moves.all] == [D(2026, 11, 18)]
    saturday = D(2026, 11, 14)
    assert [calendar_for(cast.organisation(one)).is_working_day(saturday) for one in ("ubkt", "ward")] == [True, False]
    assert not calendar_for(commune).is_working_day(D(2026, 11, 7)), "before its first day"
    assert all_hold()
    kept(WEEKS, END, by=cast["administrator"], now=NOW, row=row, last_day=D(2026, 11, 13))
    clock.refresh_from_db()
    assert clock.due_on == D(2026, 11, 19)
    with pytest.raises(NotNow):
        kept(WEEKS, END, by=cast["administrator"], now=NOW, row=row, last_day=D(2026, 11, 12))


@pytest.mark.parametrize("weekdays", ["", "7", "10"])
def test_a_week_has_weekdays(cast, keeper, weekdays):
    with pytest.raises(ValidationError) as refusal:
        kept(
            WEEKS, ADD, by=cast.root, now=NOW, organisation=cast.organisation("commune"),
            weekdays=weekdays, valid_from=D(2026, 1, 1), legal_basis="1",
        )  # fmt: skip
    assert list(refusal.value.message_dict) == ["weekdays"]
    assert WorkingWeek.objects.filter(organisation__isnull=False).count() == 0


# limits


def test_the_rule_of_the_nearest_tree_counts_and_what_runs_keeps_its_own(cast, keeper, clock):
    province, commune = cast.organisation("province"), cast.organisation("commune")
    national = limit_of_commune()
    above, moves = kept(LIMITS, ADD, by=keeper, now=NOW, organisation=province, **LIMIT)
    near, _none = kept(
        LIMITS, ADD, by=cast["administrator"], now=NOW, organisation=commune,
        **{**LIMIT, "amount": 12, "valid_from": D(2026, 12, 1)},
    )  # fmt: skip
    assert not moves
    assert [counts(cast, day) for day in (D(2026, 10, 31), D(2026, 11, 30), D(2026, 12, 1))] == [national, above, near]
    assert counts(cast, D(2026, 12, 1), "ward_ubkt") == above
    clock.refresh_from_db()
    assert (clock.rule, clock.due_on) == (national, D(2026, 11, 19))
    found = {one.rule: one for one in standings(rules_above(commune), D(2026, 12, 1))}
    assert (found[near].overridden_by, found[near].counts) == (None, True)
    assert (found[above].overridden_by, found[national].overridden_by) == (near, near)
    assert above in found[near].overrides
    kept(LIMITS, END, by=cast["administrator"], now=NOW, row=near, last_day=D(2026, 12, 31))
    assert counts(cast, D(2027, 1, 1)) == above


def test_a_limit_changes_from_a_day_on_and_its_record_tells_both(cast, keeper, clock):
    rule = limit_of_commune()
    rule.valid_to = D(2026, 12, 31)
    rule.save()
    with pytest.raises(ValidationError) as refusal:
        kept(LIMITS, CHANGE, by=keeper, now=NOW, row=rule, amount=10)
    assert list(refusal.value.message_dict) == ["valid_from"]
    plan = {"amount": 10, "valid_from": D(2026, 12, 1), "valid_to": D(2026, 12, 31)}
    new, moves = kept(LIMITS, CHANGE, by=keeper, now=NOW, row=rule, **plan)
    rule.refresh_from_db()
    assert (rule.amount, rule.valid_to, new.amount, new.valid_to) == (25, D(2026, 11, 30), 10, D(2026, 12, 31))
    assert not moves
    clock.refresh_from_db()
    assert (clock.rule, clock.due_on) == (rule, D(2026, 11, 19))
    entry = AuditEntry.objects.get(verb="change_calendar")
    assert (entry.old["former_last_day"], entry.new["former_last_day"]) == ("31/12/2026", "30/11/2026")
    assert (entry.new["follows"], entry.new["followed_by"]) == (rule.pk, new.pk)


def test_a_limit_that_had_ended_does_not_come_back_when_another_follows_it(cast, keeper):
    rule = limit_of_commune()
    rule.valid_to = D(2026, 12, 31)
    rule.save()
    plan = {"amount": 10, "valid_from": D(2027, 3, 1), "valid_to": D(2026, 12, 31)}
    new, _moves = kept(LIMITS, CHANGE, by=keeper, now=NOW, row=rule, **plan)
    rule.refresh_from_db()
    assert (rule.valid_to, new.valid_to) == (D(2026, 12, 31), None)


def test_a_mistake_in_a_limit_that_is_corrected_moves_what_rests_on_it(cast, keeper, clock):
    rule = limit_of_commune()
    _row, moves = kept(LIMITS, CORRECT, by=keeper, now=NOW, row=rule, amount=26)
    assert [(one.pk, one.new) for one in moves.all] == [(clock.pk, D(2026, 11, 20))]
    clock.refresh_from_db()
    assert (clock.due_on, clock.explanation["amount"]) == (D(2026, 11, 20), 26)
    assert TimeLimitRule.objects.get(pk=rule.pk).amount == 26
    assert all_hold()
    for wrong in ({"amount": None}, {"start_event": "signing"}):
        with pytest.raises(ValidationError) as refusal:
            kept(LIMITS, CORRECT, by=keeper, now=NOW, row=rule, **wrong)
        assert list(refusal.value.message_dict) == list(wrong)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -3}, "amount"),
        ({"amount": 2601}, "amount"),
        ({"unit": "year", "amount": 31}, "amount"),
        ({"start_event": "meeting"}, "start_event"),
        ({"extension_part": 0}, "extension_part"),
        ({"valid_to": D(2026, 10, 1)}, "valid_to"),
        ({"unit": "hours"}, "unit"),
        ({"step": "no-such"}, "start_event"),
        ({"extended_by": "UBKT"}, "extended_by"),
    ],
)
def test_a_wrong_limit_is_not_taken(cast, keeper, values, field):
    before = TimeLimitRule.objects.count()
    with pytest.raises(ValidationError) as refusal:
        kept(LIMITS, ADD, by=keeper, now=NOW, organisation=cast.organisation("province"), **{**LIMIT, **values})
    assert field in refusal.value.message_dict
    assert TimeLimitRule.objects.count() == before


@pytest.mark.parametrize(
    ("first", "last", "is_taken"),
    [
        (D(2026, 12, 1), None, False),
        (D(2026, 1, 1), None, False),
        (D(2026, 1, 1), D(2026, 11, 1), False),
        (D(2026, 1, 1), D(2026, 10, 31), True),
        (D(2026, 11, 30), D(2026, 11, 30), False),
    ],
)
def test_limits_of_the_same_do_not_overlap(cast, keeper, first, last, is_taken):
    province = cast.organisation("province")
    kept(LIMITS, ADD, by=keeper, now=NOW, organisation=province, **LIMIT)
    other = {**LIMIT, "valid_from": first, "valid_to": last}
    if is_taken:
        kept(LIMITS, ADD, by=keeper, now=NOW, organisation=province, **other)
    else:
        with pytest.raises(ValidationError) as refusal:
            kept(LIMITS, ADD, by=keeper, now=NOW, organisation=province, **other)
        assert "01/11/2026" in refusal.value.message_dict["valid_from"][0]
    # of another kind or level, or another tree, it is another limit
    level = Level.objects.get(code="commune")
    for more in ({"kind": "KTCH"}, {"level": level}):
        kept(LIMITS, ADD, by=keeper, now=NOW, organisation=province, **{**LIMIT, **more})
    kept(LIMITS, ADD, by=cast.root, now=NOW, organisation=cast.organisation("commune"), **LIMIT)


def test_a_limit_is_counted_from_an_event_of_its_step():
    for duty, event in product(Duty, StartEvent):
        row = TimeLimitRule(step=duty, amount=9, unit="working", start_event=event, valid_from=D(2030, 1, 1))
        if event in EVENTS[duty]:
            LIMITS.check(row)
            continue
        with pytest.raises(ValidationError) as refusal:
            LIMITS.check(row)
        assert list(refusal.value.message_dict) == ["start_event"], (duty, event)


def test_who_keeps_a_tree_keeps_no_other_and_not_the_country(cast, keeper):
    for organisation, who in ((None, "administrator"), ("province", "administrator"), ("ward", "administrator"),
                              ("commune", "chair")):  # fmt: skip
        place = cast.organisation(organisation) if organisation else None
        with pytest.raises(Refused):
            kept(DAYS, ADD, by=cast[who], now=NOW, organisation=place, **REST)
    assert keeper_of(cast.organisation("dong_muoi"), D(2026, 11, 23)) == cast.organisation("commune")
    assert keeper_of(cast.organisation("ward_cell"), D(2026, 11, 23)) == cast.organisation("province")


# what comes with the program (domain.md §4.2)

SEEDED = [
    ("GSCD", "central", "verify", 45, "working", "self_reports"),
    ("GSCD", "province", "verify", 30, "working", "self_reports"),
    ("GSCD", "commune", "verify", 25, "working", "self_reports"),
    ("GSCD", "base", "verify", 20, "working", "self_reports"),
    ("", "central", "agency_case", 60, "calendar", "announcement"),
    ("", "province", "agency_case", 45, "calendar", "announcement"),
    ("", "commune", "agency_case", 20, "calendar", "announcement"),
    ("", None, "agency_period", 5, "year", "signing"),
    ("KTCH", "cell", "whole_case", 30, "calendar", "signing"),
    ("KTDH", "cell", "whole_case", 45, "calendar", "signing"),
    ("GSCD", "cell", "whole_case", 30, "calendar", "signing"),
    ("", "base", "examined_period", 24, "month", "signing"),
    ("", "cell", "examined_period", 18, "month", "signing"),
    ("", "cell", "announce", 5, "working", "signing"),
    ("", "cell", "start", 3, "working", "signing"),
    ("KTCH", None, "advance_notice", 10, "calendar", "work_begins"),
    ("GSCD", None, "advance_notice", 7, "calendar", "work_begins"),
    ("", "base", "resolve_denunciation", 90, "working", "receipt"),
    ("", "central", "resolve_denunciation", 180, "calendar", "receipt"),
    ("", "base", "before_congress", 25, "working", "congress"),
    ("", "commune", "before_congress", 30, "working", "congress"),
    ("", None, "file_complaint", 30, "calendar", "decision_announced"),
    ("", "province", "resolve_complaint", 90, "working", "receipt"),
    ("", "base", "resolve_complaint", 90, "working", "receipt"),
    ("", "central", "resolve_complaint", 180, "working", "receipt"),
    ("", None, "suspension", 90, "calendar", "suspending"),
    ("", "cell", "discipline_decision", 10, "calendar", "vote"),
    ("", None, "notify_party", 5, "calendar", "decision"),
    ("", None, "discipline_lapses", 1, "year", "decision"),
    ("", None, "close_dossier", 15, "working", "notice_announcement"),
    ("", "cell", "upload_meeting", 2, "calendar", "meeting"),
    # not found in any text: who keeps the calendar fills them in
    ("", None, "correction_report", None, "calendar", "notice_announcement"),
    ("", None, "judge_plan", None, "working", "handed_in"),
    ("", None, "judge_report", None, "working", "handed_in"),
    *[
        (kind, level, "verify", None, "working", "self_reports")
        for kind in ("KTCH", "KTDH")
        for level in ("province", "commune", "base")
    ],
]


def test_every_limit_that_was_found_is_there_with_its_source():
    rows = {
        (one.kind, one.level.code if one.level else None, one.step): one
        for one in TimeLimitRule.objects.select_related("level")
    }
    for kind, level, step, amount, unit, event in SEEDED:
        row = rows[kind, level, step]
        assert (row.amount, row.unit, row.start_event) == (amount, unit, event), (kind, level, step)
        assert step in ("judge_plan", "judge_report") or row.legal_basis
        LIMITS.check(row)
    # what one province has set says so, and never counts for all levels
    for row in rows.values():
        if "Lào Cai" in row.legal_basis:
            assert (row.certainty, row.level is not None, "một tỉnh" in row.legal_basis) == ("C1", True, True)
    assert {row.step for row in rows.values()} == set(Duty.values)
    thirds = [row for row in rows.values() if row.step == "agency_case" or (row.kind, row.step) == ("GSCD", "verify")]
    assert {row.extension_part for row in thirds} == {3}
    assert (
        rows["", None, "suspension"].extension_amount == rows["", "base", "resolve_denunciation"].extension_amount == 30
    )
