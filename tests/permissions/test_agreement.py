"""`may` and `visible` agree, and the queue is what one may do: for everybody in the world, over every row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.cases.models import Case, Paper
from inspections.deadlines.models import Deadline
from inspections.findings.models import Finding
from inspections.imports.models import Import
from inspections.meetings.models import Meeting, ResolutionItem
from inspections.members.models import Member
from inspections.organisations.models import Office, Organisation, Person, User
from inspections.programmes.models import Programme
from inspections.quality.models import Checklist, Sample
from inspections.remedies.models import Correction
from inspections.schemes.models import Indicator, Review, Scheme, SchemeTask
from permissions import authors, policy
from permissions.authors import DECIDED_BY_ANOTHER
from permissions.catalogue import VERBS
from tests.cast import NOW
from tests.permissions.world import World, follow_up
from workflows import access, services
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db
Key = tuple[type[Model], int]
CHECKS = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LOT = st.integers(0, 10**6)
# row -> the page that shows it
PAGES: dict[type[Model], str] = {
    Case: "cases:overview",
    Paper: "cases:paper",
    Finding: "findings:detail",
    Correction: "remedies:detail",
    Checklist: "quality:checklist",
    Sample: "quality:sample",
    Programme: "programmes:detail",
    Scheme: "schemes:detail",
    SchemeTask: "schemes:task",
    Indicator: "schemes:indicator",
    Review: "schemes:review",
    Organisation: "organisations:detail",
    Person: "organisations:person",
    Member: "members:detail",
    Meeting: "meetings:detail",
    ResolutionItem: "meetings:assignment",
    Deadline: "deadlines:explanation",
    Import: "imports:preview",
    WorkItem: "workflows:task",
}


@dataclass(repr=False)
class Sights:
    """All log-ins, one of a person who was deactivated; every row of every kind that the policy knows; user -> the
    rows that are visible to him."""

    users: list[User]
    rows: list[Key]
    of: dict[int, set[Key]]

    def __repr__(self) -> str:
        return f"Sights of {len(self.users)} users on {len(self.rows)} rows"

    def draw(self, user: User, lot: int, *, among_seen: bool, kinds: Any) -> Key:
        """A row of the kinds, if so wished one that the user sees."""
        rows = [key for key in self.rows if key[0] in kinds]
        seen = [key for key in rows if key in self.of[user.pk]]
        return drawn(seen if among_seen and seen else rows, lot)


@pytest.fixture(scope="module")
def sights(world: World, django_db_blocker: Any) -> Iterator[Sights]:
    with django_db_blocker.unblock(), transaction.atomic():
        follow_up(world)
        yield _sights()
        transaction.set_rollback(True)


def _sights() -> Sights:
    users = list(User.objects.select_related("person").order_by("pk"))
    assert not all(user.is_active for user in users)
    kinds = policy.registered_models()
    rows = [(kind, pk) for kind in kinds for pk in kind._default_manager.order_by("pk").values_list("pk", flat=True)]
    of = {
        user.pk: {
            (kind, pk)
            for kind in kinds
            for pk in policy.visible(user, kind._default_manager.all(), NOW).values_list("pk", flat=True)
        }
        for user in users
    }
    return Sights(users, rows, of)


def drawn(choices: list[Any], lot: int) -> Any:
    return choices[lot % len(choices)]


def row_of(key: Key) -> Any:
    model, pk = key
    return model._default_manager.get(pk=pk)


def test_the_world_has_rows_of_every_kind_and_somebody_who_sees_and_somebody_who_does_not(sights):
    assert {kind for kind, _pk in sights.rows} == set(policy.registered_models())
    for kind in policy.registered_models():
        seen = [sum(key[0] is kind for key in sights.of[user.pk]) for user in sights.users]
        assert max(seen) > 0, kind
        assert min(seen) == 0, kind


@settings(CHECKS, max_examples=1000)
@given(who=LOT, among_seen=st.booleans(), which=LOT, verb=st.sampled_from(sorted(VERBS)))
def test_whoever_may_do_anything_to_a_row_sees_it_and_who_does_not_see_it_is_a_stranger(
    sights, who, among_seen, which, verb
):
    user = drawn(sights.users, who)
    key = sights.draw(user, which, among_seen=among_seen, kinds=policy.registered_models())
    verdict = policy.may(user, verb, row_of(key), NOW)
    if verdict:
        assert key in sights.of[user.pk]
    elif user.is_active:
        assert verdict.stranger() == (key not in sights.of[user.pk])


def test_what_is_evident_from_offices_and_parts_is_seen(sights):
    """The short way of the policy says nothing that its condition does not say; and it is taken."""
    evident = dict.fromkeys(policy.models_with_short_way(), 0)
    for user in sights.users:
        if not user.is_active:
            continue
        viewer = policy.viewer_for(user, NOW)
        for kind in evident:
            for row in kind._default_manager.all():
                if policy.sees_evidently(viewer, row):
                    evident[kind] += 1
                    assert (kind, row.pk) in sights.of[user.pk], (user.username, kind, row.pk)
    assert min(evident.values()) > 0, evident


@settings(CHECKS, max_examples=160)
@given(who=LOT, among_seen=st.booleans(), which=LOT)
def test_a_page_is_there_for_whoever_sees_its_row_and_for_nobody_else(sights, client, who, among_seen, which):
    user = drawn([one for one in sights.users if one.is_active], who)
    key = sights.draw(user, which, among_seen=among_seen, kinds=PAGES)
    client.force_login(user, backend="permissions.backend.OfficeBackend")
    status = client.get(reverse(PAGES[key[0]], args=[key[1]])).status_code
    # of work one may know without being allowed to do it
    through = (200, 403) if key[0] is WorkItem else (200,)
    if key in sights.of[user.pk]:
        assert status in through
    elif key[0] is Import and (Organisation, row_of(key).organisation_id) in sights.of[user.pk]:
        # whoever sees the organisation is told why he may not take a file in there
        assert status == 403
    else:
        assert status == 404


def test_the_queue_is_exactly_what_one_may_do(sights):
    items = list(
        WorkItem.objects.filter(done_at=None).select_related("permission", "organisation", "case", "person", "task")
    )
    waiting = 0
    for user in sights.users:
        queue = set(access.for_me(policy.viewer_for(user, NOW)).values_list("pk", flat=True))
        may_do = {item.pk for item in items if services.may_do(user, item, NOW)}
        held = {
            item.pk for item in items if item.task.owner_id not in (None, user.pk) and services.holder_may(item, NOW)
        }
        assert queue == may_do - held, user.username
        assert all((WorkItem, pk) in sights.of[user.pk] for pk in may_do), user.username
        waiting += len(queue)
    assert waiting > len(items) > 10


def test_an_author_holds_the_right_and_sees_the_task_but_has_it_neither_on_his_list_nor_may_do_it(sights):
    """What `authors` answers for one and what it answers in the query, held against the record itself."""
    items = WorkItem.objects.filter(done_at=None, permission__codename__in=DECIDED_BY_ANOTHER)
    barred = 0
    for item in items.select_related("permission", "organisation", "case", "person", "task"):
        verb = services.verb_of(item)
        wrote = authors.authors_of(item.about, verb)
        for user in sights.users:
            holds = policy.may(user, verb, item, NOW)
            if not holds:
                continue
            acts_for = {held.office_id for held in policy.viewer_for(user, NOW).holdings if held.verb == verb}
            offices = Office.objects.filter(pk__in=acts_for, organisation=item.organisation)
            is_author = user.person.pk in wrote or set(offices.values_list("person_id", flat=True)) <= wrote
            assert bool(services.may_do(user, item, NOW)) is not is_author, (user.username, verb)
            if is_author:
                barred += 1
                assert not access.for_me(policy.viewer_for(user, NOW)).filter(pk=item.pk).exists()
                assert (WorkItem, item.pk) in sights.of[user.pk]
    assert barred >= 2, "somebody wrote what waits for another"


def test_what_the_recused_or_former_holder_had_taken_is_free_again(world):
    for key in ("recused", "former"):
        item = world.row(f"claimed_by_{key}")
        assert not services.may_do(world.cast[key], item, NOW), key
        for name in ("chair", "vice_chair", "deputy_of_chair"):
            queue = access.for_me(policy.viewer_for(world.cast[name], NOW))
            assert queue.filter(pk=item.pk).exists(), (key, name)


def test_the_office_sees_a_case_only_while_its_report_lies_before_it(world):
    """An officer of the committee's office, who has no other right in cases."""
    cast = world.cast
    cast.add_user("clerk", "Tẩn Thị Văn", "office_officer", "commune")
    for case in Case.objects.filter(organisation=cast.organisation("ubkt")):
        before = case.stage in ("reported", "appraised")
        assert policy.visible(cast["clerk"], Case.objects.filter(pk=case.pk), NOW).exists() == before
    case = world.row("conference")
    Case.objects.filter(pk=case.pk).update(stage="reported")
    case.refresh_from_db()
    assert policy.visible(cast["clerk"], Case.objects.filter(pk=case.pk), NOW).exists()
    assert policy.may(cast["clerk"], "appraise_case", case, NOW)
    assert not policy.may(cast["clerk"], "see_case_files", case, NOW)


def test_clocks_hang_on_rows_that_the_policy_knows(world):
    kinds = Deadline.objects.values_list("item_type", flat=True).distinct()
    known = {ContentType.objects.get_for_model(model).pk for model in policy.registered_models()}
    assert set(kinds) <= known
