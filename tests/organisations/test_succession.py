"""Organisations are renamed, merge, split and dissolve; what is open passes on as it is (domain.md §2.1, §5.5)."""

from datetime import date as D

from inspections.deadlines.models import Deadline
from inspections.organisations.services import merge_organisation
from inspections.remedies.models import Correction
from project.demo import stories
from tests.browse import read
from tests.cast import at
from tests.standing import story
from workflows.invariants import INVARIANTS

# the correction of the story is due on 30/11/2026; the merger takes effect when it is late
ON, TODAY = D(2026, 12, 7), "2026-12-10"
PAPER = "21-QĐ/ĐU, 05/12/2026"


@story
def notice(cast):
    return stories.run_to_notice(cast)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def merged(cast, key="dong_muoi", into="suoi_da", by=None, day=ON, paper=PAPER, today=TODAY):
    return merge_organisation(
        acting_user=by or cast["administrator"],
        organisation=cast.organisation(key),
        successor=cast.organisation(into),
        on=day,
        paper=paper,
        now=at(today),
    )


def asked_afresh(*users):
    for user in users:
        user.__dict__.pop("_viewer", None)


def broken(day=TODAY):
    return [
        (one.code, breach.row, breach.what)
        for one in INVARIANTS
        for breach in one.breaches(at(day))
        if "bytes" not in one.code
    ]


# a merger


def test_the_overdue_correction_of_a_merged_cell_is_answered_by_the_new_one(cast, notice):
    """Number, due day and days late stay; the new secretary goes on with it, the old one does not find it."""
    correction = Correction.objects.get(demand__notice__case=notice)
    clock = Deadline.objects.get(item_type__model="correction", state="running")
    due_on, number = correction.due_on, correction.demand.notice.number
    old, new = cast["dm_secretary"], cast["sd_secretary"]
    page = correction.get_absolute_url()
    read(old, page, TODAY)
    read(new, page, TODAY, status=404)
    merged(cast)
    correction, again = fresh(correction), fresh(clock)
    suoi_da = fresh(cast.organisation("suoi_da"))
    assert (correction.organisation, correction.org_path, correction.due_on) == (suoi_da, suoi_da.path, due_on)
    assert (again.organisation, again.org_path) == (suoi_da, suoi_da.path)
    assert (again.pk, again.start_on, again.due_on, again.started_at) == (
        clock.pk,
        clock.start_on,
        due_on,
        clock.started_at,
    )
    asked_afresh(old, new)
    told = read(new, page, TODAY)
    assert number in told
    assert f"{(D.fromisoformat(TODAY) - due_on).days} ngày" in told
    read(old, page, TODAY, status=404)
    stories.planned(cast, correction, "sd_secretary", TODAY, product="Nghị quyết")
    stories.judged(cast, correction, "judge_plan", "2026-12-11", accepts=True)
    assert fresh(correction).state == Correction.State.CARRYING_OUT
    assert broken() == []
