"""Schemes, owners, targets and whom a scheme concerns follow what becomes of organisations."""

from datetime import date as D
from decimal import Decimal as N

import pytest
from django.core.exceptions import ValidationError

from inspections.deadlines.models import Deadline
from inspections.organisations.services import end_organisation, merge_organisation, move_organisation
from inspections.schemes.models import Scheme, SchemeTask
from inspections.schemes.queries import figures
from inspections.schemes.services import indicators, reviews, schemes, tasks
from permissions import policy
from tests.cast import NOW
from tests.schemes.conftest import TODAY, event_facts, facts
from workflows.invariants import INVARIANTS
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db
ON = D(2026, 11, 2)


@pytest.fixture(autouse=True)
def _the_invariants_hold(db):
    """Of the tree, the courses and the clocks, after every test."""
    yield
    wanted = {
        "over_together",
        "paths_agree",
        "nothing_open_of_the_ended",
        "reviews_timed",
        "tasks_agree",
        "somebody_may",
    }
    checked = [one for one in INVARIANTS if one.code in wanted]
    assert len(checked) == len(wanted)
    assert [breach for one in checked for breach in one.breaches(NOW)] == []


def merge(cast, old, new):
    merge_organisation(
        acting_user=cast.root,
        organisation=cast.organisation(old),
        successor=cast.organisation(new),
        on=ON,
        paper="5-NQ/TU",
        now=NOW,
    )


def test_the_successor_of_a_cell_owns_its_tasks_and_has_its_targets(cast, by, scheme, task, examined):
    old, new = cast.organisation("dong_muoi"), cast.organisation("suoi_da")
    indicators.set_targets(indicator=examined, year=2026, values={old: N(100), new: N(50)}, **by)
    indicators.set_targets(indicator=examined, year=2027, values={old: N(100)}, **by)
    event = tasks.record_event(acting_user=cast["dm_secretary"], task=task, facts=event_facts(old), now=NOW)
    merge(cast, "dong_muoi", "suoi_da")
    assert set(SchemeTask.objects.get().owners.all()) == {new, cast.organisation("ubkt")}
    targets = examined.targets.order_by("year", "value").values_list("year", "organisation", "value")
    # it has a target of its own for this year; the old one stays as it was
    assert list(targets) == [(2026, new.pk, 50), (2026, old.pk, 100), (2027, new.pk, 100)]
    event.refresh_from_db()
    assert event.organisation == old, "what was done was done by whom it was"
    shown = figures.places_for(cast["secretary"], scheme, 2026, TODAY)
    assert [one for one in shown if one.pk == old.pk] == []


def test_the_successor_of_who_made_a_scheme_keeps_it_and_holds_its_reviews(cast):
    own = {"acting_user": cast["dm_secretary"], "now": NOW}
    scheme = schemes.begin_scheme(organisation=cast.organisation("dong_muoi"), facts=facts(), **own)
    review = reviews.plan_review(scheme=scheme, kind="interim", year=2026, due_on=D(2026, 12, 20), **own)
    merge(cast, "dong_muoi", "suoi_da")
    scheme.refresh_from_db()
    clock = Deadline.objects.get(item_id=review.pk, duty="hold_review")
    item = WorkItem.objects.get(about_id=review.pk, done_at=None)
    assert {scheme.organisation, clock.organisation, item.organisation} == {cast.organisation("suoi_da")}
    assert clock.due_on == D(2026, 12, 20)


def test_a_scheme_names_the_successor_of_whom_it_concerned(cast, by):
    named = facts(all_below=False, organisations=[cast.organisation("dong_muoi")])
    scheme = schemes.begin_scheme(organisation=cast.organisation("commune"), facts=named, **by)
    merge(cast, "dong_muoi", "suoi_da")
    assert list(scheme.organisations.all()) == [cast.organisation("suoi_da")]
    assert policy.visible(cast["sd_secretary"], Scheme.objects.all(), NOW).exists()


def test_an_organisation_ends_only_without_schemes_and_tasks_of_its_own(cast, by, scheme):
    cell = cast.organisation("thcs")
    given = tasks.TaskFacts("Việc của một chi bộ", [cell])
    tasks.add_task(group=scheme.groups.first(), facts=given, **by)
    with pytest.raises(ValidationError) as problem:
        end_organisation(acting_user=cast.root, organisation=cell, last_day=TODAY, paper="5-NQ", now=NOW)
    assert "Việc của một chi bộ" in str(problem.value)
    with pytest.raises(ValidationError) as problem:
        end_organisation(acting_user=cast.root, organisation=scheme.organisation, last_day=TODAY, paper="5-NQ", now=NOW)
    assert str(scheme) in str(problem.value)


def test_a_cell_that_moves_away_is_concerned_no_longer(cast, scheme):
    mine = Scheme.objects.filter(pk=scheme.pk)
    assert policy.visible(cast["sd_secretary"], mine, NOW).exists()
    move_organisation(
        acting_user=cast.root,
        organisation=cast.organisation("suoi_da"),
        parent=cast.organisation("ward"),
        code="97.102.009.000.000",
        on=ON,
        paper="5-NQ/TU",
        now=NOW,
    )
    cast["sd_secretary"].__dict__.pop("_viewer", None)
    assert not policy.visible(cast["sd_secretary"], mine, NOW).exists()
