"""What is gathered of a cell: also what another cell took over since, by the criteria and the rules of superiors."""

from datetime import date as D
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.cases.models import Case
from inspections.meetings.models import CriteriaSet, Meeting, ResolutionItem
from inspections.organisations.services import merge_organisation
from inspections.quality.facts import Period
from inspections.quality.queries.gathering import facts_of
from inspections.quality.queries.showing import evidence_of
from inspections.quality.services.checklists import draw_up
from inspections.superiors.models import FlagRule
from project.demo import stories
from tests.cast import at
from tests.quality.halves import drawn_up, half_year, item, subject_of, verifying
from tests.standing import story
from tests.superiors.meetings import meeting_of

pytestmark = pytest.mark.django_db
LATER = Period(D(2026, 1, 1), D(2026, 6, 30), D(2026, 12, 10))


@story
def case(cast):
    half_year(cast)
    return verifying(cast)


def assigned(meeting, position, due_on, done_on=None):
    return ResolutionItem.objects.create(
        meeting=meeting, organisation=meeting.organisation, position=position, person=meeting.chair, text="Rà soát sổ.",
        due_on=due_on, done_on=done_on,
    )  # fmt: skip


def test_what_another_cell_took_over_is_told_of_the_cell_that_was_merged(cast, case):
    stories.run_to_notice(cast, examined=(D(2025, 1, 1), D(2025, 12, 31)))
    january = Meeting.objects.get(month=D(2026, 1, 1))
    assigned(january, 1, D(2026, 3, 5))
    assigned(january, 2, D(2026, 3, 5), D(2026, 3, 4))

    def told(after):
        made = draw_up(acting_user=cast["member"], subject=subject_of(case), after=after, now=at("2026-12-10"))
        return [(item(made, code).state, evidence_of(item(made, code))) for code in ("carried-out", "notices")]

    before = told(0)
    assert [state for state, _words in before] == ["shortcoming", "shortcoming"]
    assert "1/2" in before[0][1] and "0/1 yêu cầu" in before[1][1]
    old, new = cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    merge_organisation(
        acting_user=cast["administrator"],
        organisation=old,
        successor=new,
        on=D(2026, 12, 7),
        paper="21-QĐ/ĐU, 05/12/2026",
        now=at("2026-12-10"),
    )
    # what was done and no meeting has heard of yet passes too
    assert ResolutionItem.objects.filter(organisation=new).count() == 2
    assert told(1) == before
    # the successor answers for what it took over, each once
    seen = facts_of(new, LATER, case)
    assert (len(seen.assignments), len(seen.demands)) == (2, 1)
    # and of the old one nothing stands twice
    seen = facts_of(old, LATER, case)
    assert (len(seen.assignments), len(seen.demands)) == (2, 1)


def test_months_before_the_record_began_are_not_missing_though_superiors_are_told_of_none(cast, case):
    FlagRule.objects.filter(code="no_regular").update(is_active=False, since=D(2026, 2, 1))
    cadence = item(drawn_up(cast, case), "cadence")
    assert evidence_of(cadence).startswith("Có 3/5 tháng có sinh hoạt định kỳ.")
    assert [one["code"] for one in cadence.told] == ["cadence", "unrecorded"]


def test_the_days_of_grace_are_those_of_the_rule_of_superiors(cast, case):
    FlagRule.objects.filter(code="no_regular").update(amount=150)
    # 150 days after the end of May is 28/10/2026
    cadence = item(drawn_up(cast, case, day="2026-10-28"), "cadence")
    assert [one["values"]["month"] for one in cadence.rows] == ["2026-03-01"]
    cadence = item(drawn_up(cast, case, after=1, day="2026-10-29"), "cadence")
    assert [one["values"]["month"] for one in cadence.rows] == ["2026-03-01", "2026-05-01"]


def unscored(cell, month, minutes):
    made = meeting_of(cell, month, day=25, kind="thematic")
    assert made.started_at is not None and made.criteria_set is None
    made.ended_at = made.started_at + timedelta(minutes=minutes)
    made.documents_at = made.started_at - timedelta(hours=1)
    made.save(update_fields=["ended_at", "documents_at"])
    return made


def test_a_meeting_that_was_not_scored_is_measured_by_the_criteria_of_its_day(cast, case):
    cell, national = cast.organisation("dong_muoi"), CriteriaSet.objects.get(organisation=None)
    made = unscored(cell, D(2026, 6, 1), 10)
    [seen] = [one for one in facts_of(cell, LATER, case).meetings if one.key == made.pk]
    assert (seen.asked, seen.documents_asked) == (national.minutes, national.documents_hours)
    checklist = drawn_up(cast, case)
    assert [row["meeting"] for row in item(checklist, "length").rows] == [made.pk]
    [row] = [row for row in item(checklist, "preparation").rows if row["meeting"] == made.pk]
    assert "documents" in row["values"]["lacks"]


def test_criteria_not_in_force_on_the_day_ask_nothing(cast, case):
    cell = cast.organisation("dong_muoi")
    made = unscored(cell, D(2026, 6, 1), 10)
    CriteriaSet.objects.filter(organisation=None).update(valid_from=D(2026, 6, 26))
    [seen] = [one for one in facts_of(cell, LATER, case).meetings if one.key == made.pk]
    assert (seen.asked, seen.documents_asked) == (None, 0)


def test_more_meetings_that_were_not_scored_take_no_more_queries(cast, case):
    cell = cast.organisation("dong_muoi")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            facts_of(cell, LATER, Case.objects.get(pk=case.pk))
        return len(queries)

    unscored(cell, D(2026, 6, 1), 10)
    one = asked()
    for month in (3, 4, 5):
        unscored(cell, D(2026, month, 1), 10)
    assert asked() == one
