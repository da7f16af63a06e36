"""A succession at the moment at which somebody works on what passes: it waits for the case, as the work does.

Real threads on the database of the run: PostgreSQL with row locks, SQLite with one writer at a time."""

import time
from datetime import date as D
from datetime import timedelta

import pytest

from inspections.cases.models import Case
from inspections.cases.services.opening import Proposal, subject_choices
from inspections.cases.services.people import team_of
from inspections.organisations.models import Succession
from inspections.organisations.services import merge_organisation
from inspections.remedies.models import CarriedDemand, Correction
from inspections.remedies.services import follow_up
from project.demo import stories
from tests.cast import at
from tests.racing import race
from workflows import starts

DAY = "2026-12-10"


def following(case: Case) -> Proposal:
    return Proposal(
        organisation=case.organisation,
        kind=case.kind,
        content=case.content,
        reason="Quá hạn khắc phục.",
        subjects=subject_choices(case.subjects.all()),
        examined_from=case.examined_from,
        examined_to=case.examined_to,
        starts_on=D(2026, 12, 10),
        ends_on=D(2026, 12, 10) + timedelta(days=30),
        team=team_of(case),
    )


@pytest.mark.parametrize(("old", "new"), [("dong_muoi", "suoi_da"), ("ubkt", "ward_ubkt")], ids=["corrects", "judges"])
def test_a_demand_is_carried_on_while_who_corrects_or_who_judges_merges(lasting_db, cast, monkeypatch, old, new):
    """Who carries it holds the closed case, and asks for the organisations last; the merger wants both."""
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)
    case = stories.run_to_notice(cast)
    stories.closed(cast, case)
    correction = Correction.objects.get(demand__notice__case=case)
    original = follow_up._check_to_be_carried

    def slow(*args):
        original(*args)
        time.sleep(0.8)

    monkeypatch.setattr(follow_up, "_check_to_be_carried", slow)

    def carry():
        return starts.carry_into_case(
            acting_user=cast["officer"], correction=correction, others=[], proposal=following(case), now=at(DAY)
        )

    def merge():
        time.sleep(0.2)
        return merge_organisation(
            acting_user=cast.root,
            organisation=cast.organisation(old),
            successor=cast.organisation(new),
            on=D(2026, 12, 7),
            paper="9-QĐ/ĐU",
            now=at(DAY),
        )

    carried, succession = race(carry, merge)
    assert isinstance(carried, Case), carried
    assert isinstance(succession, Succession), succession
    assert CarriedDemand.objects.get().case == carried
    correction.refresh_from_db()
    case.refresh_from_db()
    assert cast.organisation(new) in (correction.organisation, case.organisation)
