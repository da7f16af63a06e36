"""The clock: from a rule or a named day to a due day with its explanation; one live clock a duty."""

from datetime import date as D

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.calendars.models import CalendarDay, TimeLimitRule
from inspections.calendars.queries import calendar_for, rules_for
from inspections.calendars.rules import Words
from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.deadlines.queries import explain, running_clock
from inspections.deadlines.services import cancel_clocks, meet_clock, pass_on, start_clock
from project.demo import stories
from tests.browse import read
from tests.cast import at
from tests.standing import story
from workflows.invariants import papers

SUPERVISION = "HD 02-HD/UBKTTW 2017 (căn cứ 86-QĐ/TW đã hết hiệu lực; cần xác nhận)"


@story
def case(cast):
    return stories.signed(cast, stories.proposed(cast))


def start(case, **how):
    return start_clock(
        item=case,
        duty="try",
        title="Việc phải làm",
        organisation=case.organisation,
        start_on=D(2026, 11, 2),
        now=at("2026-11-02"),
        case_id=case.pk,
        **how,
    )


def rule(**facts):
    return TimeLimitRule.objects.create(
        **{
            "step": "try",
            "amount": 20,
            "unit": "working",
            "start_event": "self_reports",
            "legal_basis": "Quy định 01",
            "valid_from": D(2026, 1, 1),
            **facts,
        }
    )


# amount, unit, how it is counted, due day, what the explanation says
BY_RULE = [
    (20, "working", {}, D(2026, 12, 1), ["20 ngày làm việc", "khi nhận báo cáo", "02/11/2026", "24/11/2026 (Ngày Văn"]),
    (26, "working", {}, D(2026, 12, 9), ["26 ngày làm việc", "09/12/2026"]),
    (30, "working", {}, D(2026, 12, 15), ["30 ngày làm việc", "15/12/2026"]),
    (20, "working", {"counts_start_day": True}, D(2026, 11, 30), ["tính cả ngày đó"]),
    (19, "calendar", {}, D(2026, 11, 21), ["19 ngày", "21/11/2026", "ngày làm việc cuối cùng trước đó là 20/11/2026"]),
    (19, "calendar", {"rolls": True}, D(2026, 11, 23), ["21/11/2026 là ngày nghỉ", "23/11/2026"]),
    # a month from the last day of a month, and into a holiday
    (1, "month", {}, D(2026, 12, 2), ["1 tháng"]),
    (22, "calendar", {"rolls": True}, D(2026, 11, 25), ["24/11/2026 là ngày nghỉ"]),
]


def test_a_rule_gives_the_due_day_and_explains_it(case):
    for number, (amount, unit, counted, due_on, sentences) in enumerate(BY_RULE):
        clock = start(case, rule=rule(step=f"try {number}", amount=amount, unit=unit, **counted))
        assert clock.due_on == due_on, (amount, unit, counted)
        told = " ".join(explain(clock, D(2026, 11, 2)).sentences)
        for sentence in sentences:
            assert sentence in told, (amount, unit, counted, told)
        assert "Quy định 01" in told


def test_a_named_day_is_kept_as_written_and_as_a_date(case):
    for words, day, due_on, sentence in [
        (Words.BEFORE, D(2026, 11, 30), D(2026, 11, 29), "“trước ngày 30/11/2026”"),
        (Words.AT_LATEST, D(2026, 11, 30), D(2026, 11, 30), "“chậm nhất ngày 30/11/2026”"),
        (Words.BEFORE, D(2026, 11, 25), D(2026, 11, 24), "ngày làm việc cuối cùng trước đó là 23/11/2026"),
        (Words.AT_LATEST, D(2026, 11, 24), D(2026, 11, 24), "ngày làm việc cuối cùng trước đó là 23/11/2026"),
        (Words.BEFORE, D(2027, 3, 1), D(2027, 2, 28), "ngày làm việc cuối cùng trước đó là 26/02/2027"),
    ]:
        clock = start(case, day=day, words=words)
        assert clock.due_on == due_on
        assert sentence in " ".join(explain(clock, D(2026, 11, 2)).sentences), (words, day)


def test_a_year_without_decree_makes_the_day_provisional(case):
    clock = start(case, day=D(2027, 2, 8))
    assert clock.is_provisional
    assert "tạm" in explain(clock, D(2026, 11, 2)).sentences[-1]
    assert not start(case, day=D(2026, 12, 31)).is_provisional


def test_neither_rule_nor_day_starts_no_clock(case):
    with pytest.raises(ValueError, match="neither"):
        start(case)
    unknown = rule(amount=None)
    with pytest.raises(ValueError, match="neither"):
        start(case, rule=unknown)


def test_one_live_clock_a_duty_and_the_newest_counts(case):
    first = start(case, day=D(2026, 11, 30))
    second = start(case, day=D(2026, 12, 15))
    first.refresh_from_db()
    assert (first.state, running_clock(case, "try")) == (Deadline.State.CANCELLED, second)
    for state in ("running", "waiting", "suspended"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deadline.objects.filter(pk=first.pk).update(state=state, closed_at=None)
    meet_clock(case, "try", D(2026, 12, 10), now=at("2026-12-20"))
    second.refresh_from_db()
    assert (second.state, second.met_on, running_clock(case, "try")) == ("met", D(2026, 12, 10), None)
    # what is over is not met or cancelled again
    cancel_clocks(case, "try", now=at("2026-12-20"))
    meet_clock(case, "try", D(2026, 12, 20), now=at("2026-12-20"))
    second.refresh_from_db()
    assert (second.state, second.met_on) == ("met", D(2026, 12, 10))


@pytest.mark.parametrize("changes", [{"state": "met"}, {"met_on": D(2026, 11, 3)}])
def test_met_means_dated(case, changes):
    clock = start(case, day=D(2026, 11, 30))
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.filter(pk=clock.pk).update(**changes)


def test_lateness_counts_from_the_day_after_until_it_is_met(case):
    clock = start(case, day=D(2026, 11, 10))
    assert [explain(clock, D(2026, 11, day)).days_late for day in (9, 10, 11, 20)] == [0, 0, 1, 10]
    clock.met_on = D(2026, 11, 12)
    assert explain(clock, D(2026, 12, 31)).days_late == 2


def test_the_table_is_ready_for_extension_and_pause(cast, case):
    clock = start(case, rule=rule(amount=20, extension_part=3, extended_by="superior"))
    assert (clock.rule.extension_part, clock.rule.extension_count, clock.rule.extended_by) == (3, 1, "superior")
    moves = [
        ("extension", D(2026, 12, 9)),
        ("suspension", D(2026, 12, 9)),
        ("resumption", D(2026, 12, 14)),
        ("recalculation", D(2026, 12, 15)),
    ]
    for kind, due_on in moves:
        DeadlineChange.objects.create(
            deadline=clock,
            kind=kind,
            old_due_on=clock.due_on,
            new_due_on=due_on,
            reason=f"Lý do {kind}",
            decided_by=cast["chair"],
            decided_at=at("2026-11-20"),
            paper="12-QĐ/UBKTĐU",
        )
        clock.due_on = due_on
    clock.state = Deadline.State.SUSPENDED
    clock.save()
    # a clock that stands still is the live one of its duty
    assert running_clock(case, "try") == clock
    page = read(cast["vice_chair"], reverse("deadlines:explanation", args=[clock.pk]), "2026-11-23")
    assert "01/12/2026 → 09/12/2026" in page
    assert "Lý do resumption" in page


def test_the_nearest_and_most_exact_rule_in_force_counts(cast):
    commune = cast.organisation("commune")

    def counts(on):
        found = rules_for(steps=["verify"], kind="GSCD", level=commune.type.level, organisation=commune, on=on)
        return found["verify"]

    assert counts(D(2026, 11, 2)).legal_basis == SUPERVISION
    whole = rule(step="verify", amount=10)
    assert counts(D(2026, 11, 2)).legal_basis == SUPERVISION, "a rule without kind is less exact"
    tree = rule(step="verify", amount=15, organisation=cast.organisation("province"), legal_basis="Quy định của tỉnh")
    assert counts(D(2026, 11, 2)) == tree
    rule(step="verify", amount=40, organisation=cast.organisation("ward"), legal_basis="Quy định nơi khác")
    assert counts(D(2026, 11, 2)) == tree
    tree.valid_to = D(2026, 10, 31)
    tree.save()
    assert counts(D(2026, 11, 2)).legal_basis == SUPERVISION
    assert counts(D(2026, 10, 30)) == tree
    TimeLimitRule.objects.filter(step="verify").exclude(pk=whole.pk).update(valid_to=D(2026, 10, 31))
    assert counts(D(2026, 11, 2)) == whole


def test_a_local_day_of_rest_moves_the_due_days_of_its_tree_only(cast):
    CalendarDay.objects.create(
        organisation=cast.organisation("commune"), day=D(2026, 11, 20), kind="rest", name="Lễ hội của xã"
    )
    CalendarDay.objects.create(
        organisation=cast.organisation("dong_muoi"), day=D(2026, 11, 20), kind="worked", name="Thôn vẫn làm việc"
    )
    CalendarDay.objects.create(
        organisation=cast.organisation("suoi_da"), day=D(2026, 11, 28), kind="worked", name="Làm bù"
    )
    for name, is_worked, saturday in [
        ("commune", False, False),
        ("thcs", False, False),
        ("dong_muoi", True, False),
        ("suoi_da", False, True),
        ("ward", True, False),
    ]:
        days = calendar_for(cast.organisation(name))
        assert days.is_working_day(D(2026, 11, 20)) is is_worked, name
        assert days.is_working_day(D(2026, 11, 28)) is saturday, name
        assert not days.is_working_day(D(2026, 11, 24)), name
    # the worked Saturday 22/08 and the Monday given for it
    national = calendar_for(None)
    assert national.is_working_day(D(2026, 8, 22))
    assert not national.is_working_day(D(2026, 8, 31))


def test_the_page_tells_why_the_day_is_what_it_is(cast, case):
    clock = start(case, rule=rule(amount=20))
    page = read(cast["vice_chair"], reverse("deadlines:explanation", args=[clock.pk]), "2026-11-23")
    assert "20 ngày làm việc" in page
    assert "Ngày nghỉ đã bỏ qua: 24/11/2026 (Ngày Văn hóa Việt Nam)." in page
    assert "Ngày cuối còn trong hạn: 01/12/2026." in page
    read(cast["stranger"], reverse("deadlines:explanation", args=[clock.pk]), "2026-11-23", status=404)


def test_many_clocks_pass_with_as_many_questions_as_few(cast, case):
    old, new = cast.organisation("dong_muoi"), cast.organisation("suoi_da")

    def passed(many: int) -> int:
        for number in range(many):
            facts = {"title": "Việc", "start_on": D(2026, 11, 2), "day": D(2026, 12, 11), "case_id": case.pk}
            start_clock(item=case, duty=f"try{number}", organisation=old, now=at("2026-11-02"), **facts)
        with CaptureQueriesContext(connection) as queries:
            pass_on(old, new, about=[case], now=at("2026-12-02"))
        assert not Deadline.objects.live().filter(organisation=old, item_id=case.pk).exists()
        assert [*papers.spans_agree(at("2026-12-02"))] == []
        return len(queries)

    assert passed(2) == passed(7)
