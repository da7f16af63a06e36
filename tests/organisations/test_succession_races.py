"""A succession at the moment at which somebody works on what passes: it waits for the case, as the work does; and for
the organisation before its offices, as the verbs of offices do.

Real threads on the database of the run: PostgreSQL with row locks, SQLite with one writer at a time."""

import time
from datetime import date as D
from datetime import timedelta

import pytest
from django.urls import reverse

from inspections.cases.models import Case
from inspections.cases.services.opening import Proposal, subject_choices
from inspections.cases.services.people import team_of
from inspections.deadlines.models import Deadline
from inspections.organisations.models import Succession
from inspections.organisations.services import delegate, end_delegation, end_office, merge_organisation
from inspections.remedies.models import CarriedDemand, Correction
from inspections.remedies.services import follow_up
from inspections.reminders.services.by_hand import remind
from inspections.reports.services.asking import ask_report
from permissions.verdicts import NotNow
from project.demo import stories
from tests.cast import NOW, at
from tests.racing import once, posting, race, widen
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


def by_the_verb(cast):
    office = cast.offices["sd_secretary"]
    return lambda: end_office(acting_user=cast.root, office=office, last_day=D(2026, 11, 20), now=NOW)


def by_the_page(cast):
    address = reverse("organisations:end_office", args=[cast.offices["sd_secretary"].pk])
    return posting(cast["administrator"], address, {"last_day": "20/11/2026"})


def by_ending_its_delegation(cast):
    office, deputy = cast.offices["sd_secretary"], cast.offices["sd_deputy"].person
    common = {"acting_user": cast.root, "now": NOW}
    delegation = delegate(office=office, deputy=deputy, starts_on=D(2026, 11, 2), ends_on=None, **common)
    return lambda: end_delegation(delegation=delegation, last_day=D(2026, 11, 20), **common)


@pytest.fixture
def slow(monkeypatch):
    """Every verb rests before its entry, while it holds what it locked; nothing that waits is tried again."""
    monkeypatch.setattr("project.errors.is_busy", lambda exception: False)
    return widen(monkeypatch, 0.8)


def merging(cast):
    return lambda: merge_organisation(
        acting_user=cast.root,
        organisation=cast.organisation("suoi_da"),
        successor=cast.organisation("thcs"),
        on=D(2026, 11, 23),
        paper="9-QĐ/ĐU",
        now=NOW,
    )


@pytest.mark.parametrize("change", [by_the_verb, by_the_page, by_ending_its_delegation])
def test_a_succession_waits_for_who_changes_an_office(lasting_db, cast, slow, change):
    """Both wait for the organisation first: the succession finds the office as the other left it."""
    changed, succession = race(change(cast), once(slow, merging(cast)))
    assert not isinstance(changed, Exception), changed
    assert getattr(changed, "status_code", 302) == 302
    assert isinstance(succession, Succession), succession
    office = cast.offices["sd_secretary"]
    office.refresh_from_db()
    is_over_by_then = change is not by_ending_its_delegation
    assert office.ends_on == (D(2026, 11, 20) if is_over_by_then else D(2026, 11, 22))
    assert (office in succession.ended_offices.all()) is not is_over_by_then


def test_who_changes_an_office_waits_for_a_succession(lasting_db, cast, slow):
    succession, refusal = race(merging(cast), once(slow, by_the_verb(cast)))
    assert isinstance(succession, Succession), succession
    assert isinstance(refusal, NotNow), refusal
    office = cast.offices["sd_secretary"]
    office.refresh_from_db()
    assert office.ends_on == D(2026, 11, 22)


def reminding(cast, clocks):
    return lambda: remind(acting_user=cast["chair"], deadlines=clocks, note="Nộp trong tuần.", now=at(DAY))


def asking(cast, clocks):
    return lambda: ask_report(
        acting_user=cast["chair"], deadlines=clocks, words="Nêu lý do chậm.", due_on=D(2026, 12, 14), now=at(DAY)
    )


@pytest.mark.parametrize("change", [reminding, asking])
def test_a_succession_waits_for_who_acts_on_a_clock(lasting_db, cast, slow, change):
    """Whoever reminds or asks for a report holds the organisation before the clock, as the merger does."""
    stories.closed(cast, stories.run_to_notice(cast))
    clocks = list(Deadline.objects.live().filter(duty="correct"))
    act = change(cast, clocks)

    def merge():
        time.sleep(0.3)
        return merge_organisation(
            acting_user=cast.root,
            organisation=cast.organisation("ubkt"),
            successor=cast.organisation("ward_ubkt"),
            on=D(2026, 12, 7),
            paper="9-QĐ/ĐU",
            now=at(DAY),
        )

    done, succession = race(act, merge)
    assert not isinstance(done, Exception), done
    assert isinstance(succession, Succession), succession
