"""Whom a deadline reaches sees it: held against the policy, in the world, for every deadline and everybody."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.deadlines.models import Deadline
from inspections.organisations.models import User
from inspections.remedies.models import Correction
from inspections.reminders.models import Message
from inspections.reminders.people import Addressees
from inspections.reminders.services.sweeping import sweep
from inspections.schemes.models.reviews import HOLD_REVIEW
from permissions import policy
from tests.cast import NOW
from tests.permissions.world import CHILD

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def all_told(deadlines):
    addressees = Addressees(TODAY)
    addressees.prepare(deadlines)
    return {one.pk: addressees.of(one) for one in deadlines}


def test_everybody_told_sees_the_deadline(world):
    deadlines = list(Deadline.objects.filter(state="running"))
    people = all_told(deadlines)
    seen = {
        user.pk: set(policy.visible(user, Deadline.objects.all(), NOW).values_list("pk", flat=True))
        for user in User.objects.select_related("person")
    }
    for one in deadlines:
        told = [user for concern in people[one.pk].values() for user in concern]
        assert len(told) == len(set(told))
        names = {User.objects.get(pk=user).username for user in told if one.pk not in seen[user]}
        assert names == set(), f"{one.duty} of {one.organisation}"
        assert people[one.pk]["owes"], f"nobody owes {one.duty} of {one.organisation}"
        # a cell that carries out its own case owes and watches by the same people; a review is of one's own plan
        is_own = one.watcher_id == one.organisation_id or one.duty == HOLD_REVIEW
        assert people[one.pk]["watches"] or is_own, one.duty
    assert len(deadlines) > 10


def test_the_recused_and_the_former_are_never_told(world):
    sweep(now=NOW, today=TODAY)
    out = Message.objects.filter(user__username__in=["recused", "former", "gone"])
    assert not out.exclude(reminder__deadline__in=_open_to(world.cast["recused"])).exists()
    assert Message.objects.count() > 20


def _open_to(user):
    return policy.visible(user, Deadline.objects.all(), NOW).values("pk")


def test_a_team_its_body_and_the_committee_above(world):
    case = world.row("verifying")
    (one,) = Deadline.objects.filter(
        item_type=ContentType.objects.get_for_model(case), item_id=case.pk, duty="verify", state="running"
    )
    told = all_told([one])[one.pk]
    names = {concern: {User.objects.get(pk=user).username for user in some} for concern, some in told.items()}
    assert names["owes"] == {"vice_chair", "member", "officer"}
    assert {"chair", "deputy_of_chair"} <= names["watches"]
    assert {"secretary", "deputy_secretary", "standing", "office_chief"} <= names["leads"]
    assert "province_secretary" not in names["leads"], "a province is not told of every cell"


def test_a_member_is_told_in_person_and_no_office_of_his_cell(world):
    """The correction of a member without a log-in is told to his cell; with one, to himself alone."""
    correction = world.row("correction", CHILD)
    one = Deadline.objects.get(
        item_type=ContentType.objects.get_for_model(Correction), item_id=correction.pk, duty="correct"
    )
    told = all_told([one])[one.pk]
    assert {User.objects.get(pk=user).username for user in told["owes"]} >= {"dm_secretary", "dm_deputy"}
    member = correction.demand.assignee.person
    member.user = User.objects.create(username="im.van.child")
    member.save()
    told = all_told([one])[one.pk]
    assert told["owes"] == {member.user_id: None}
    assert _open_to(member.user).filter(pk=one.pk).exists()


def test_many_deadlines_are_asked_in_as_many_queries_as_few(world):
    deadlines = list(Deadline.objects.filter(state="running").order_by("item_type", "pk"))
    kinds = {one.item_type_id: one for one in deadlines}
    counts = []
    for some in (list(kinds.values()), deadlines):
        with CaptureQueriesContext(connection) as queries:
            all_told(some)
        counts.append(len(queries))
    assert counts[0] == counts[1]
