"""`may` and `visible` agree, and the queue is what one may do: for everybody in the world, over every row."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.cases.models import Case, Paper
from inspections.deadlines.models import Deadline
from inspections.findings.models import Finding
from inspections.imports.models import Import
from inspections.organisations.models import Organisation, Person, User
from inspections.programmes.models import Programme
from inspections.remedies.models import Correction
from permissions import policy
from permissions.catalogue import VERBS
from tests.cast import NOW
from tests.permissions.world import World
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
    Programme: "programmes:detail",
    Organisation: "organisations:detail",
    Person: "organisations:person",
    Deadline: "deadlines:explanation",
    Import: "imports:preview",
    WorkItem: "workflows:task",
}


@pytest.fixture(scope="module")
def everybody(world: World) -> list[User]:
    """All log-ins, one of them of a person who was deactivated."""
    return list(User.objects.select_related("person").order_by("pk"))


@pytest.fixture(scope="module")
def rows(everybody: list[User]) -> list[Key]:
    """Every row of every kind that the policy knows."""
    return [
        (model, pk)
        for model in policy.registered_models()
        for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)
    ]


@pytest.fixture(scope="module")
def sights(everybody: list[User], rows: list[Key]) -> dict[int, set[Key]]:
    """User -> the rows that are visible to him."""
    return {
        user.pk: {
            (model, pk)
            for model in policy.registered_models()
            for pk in policy.visible(user, model._default_manager.all(), NOW).values_list("pk", flat=True)
        }
        for user in everybody
    }


def drawn(choices: list[Any], lot: int) -> Any:
    """One of the choices, None of none."""
    return choices[lot % len(choices)] if choices else None


def row_of(key: Key) -> Any:
    model, pk = key
    return model._default_manager.get(pk=pk)


def test_the_world_has_rows_of_every_kind_and_somebody_who_sees_and_somebody_who_does_not(everybody, rows, sights):
    assert {model for model, _pk in rows} == set(policy.registered_models())
    for model in policy.registered_models():
        seen = {user.username: sum(kind is model for kind, _pk in sights[user.pk]) for user in everybody}
        assert max(seen.values()) > 0, model
        assert min(seen.values()) == 0, model


@settings(CHECKS, max_examples=1500)
@given(who=LOT, among_seen=st.booleans(), which=LOT, verb=st.sampled_from(sorted(VERBS)))
def test_whoever_may_do_anything_to_a_row_sees_it_and_who_does_not_see_it_is_a_stranger(
    everybody, rows, sights, who, among_seen, which, verb
):
    user = drawn(everybody, who)
    key = drawn([key for key in rows if key in sights[user.pk]] if among_seen else [], which) or drawn(rows, which)
    verdict = policy.may(user, verb, row_of(key), NOW)
    if verdict:
        assert key in sights[user.pk]
    elif user.is_active:
        assert verdict.stranger == (key not in sights[user.pk])


def test_every_verb_on_every_case_correction_and_programme(everybody, sights):
    """The same without drawing lots, over the rows that matter most."""
    allowed = 0
    for model in (Case, Correction, Programme, Import):
        for row in model._default_manager.all():
            for user in everybody:
                granted = [verb for verb in sorted(VERBS) if policy.may(user, verb, row, NOW)]
                allowed += len(granted)
                assert not granted or (model, row.pk) in sights[user.pk], (user.username, row, granted)
    assert allowed > 500


@settings(CHECKS, max_examples=250)
@given(who=LOT, among_seen=st.booleans(), which=LOT)
def test_a_page_is_there_for_whoever_sees_its_row_and_for_nobody_else(
    everybody, rows, sights, client, who, among_seen, which
):
    user = drawn([one for one in everybody if one.is_active], who)
    shown = [key for key in rows if key[0] in PAGES]
    key = drawn([key for key in shown if key in sights[user.pk]] if among_seen else [], which) or drawn(shown, which)
    client.force_login(user, backend="permissions.backend.OfficeBackend")
    status = client.get(reverse(PAGES[key[0]], args=[key[1]])).status_code
    # of work one may know without being allowed to do it
    assert status in ((200, 403) if key[0] is WorkItem else (200,)) if key in sights[user.pk] else status == 404


def test_the_queue_is_exactly_what_one_may_do(everybody, sights):
    items = list(
        WorkItem.objects.filter(done_at=None).select_related("permission", "organisation", "case", "person", "task")
    )
    waiting = 0
    for user in everybody:
        queue = set(access.for_me(policy.viewer_for(user, NOW)).values_list("pk", flat=True))
        may_do = {item.pk for item in items if services.may_do(user, item, NOW)}
        held = {
            item.pk for item in items if item.task.owner_id not in (None, user.pk) and services.holder_may(item, NOW)
        }
        assert queue == may_do - held, user.username
        assert all((WorkItem, pk) in sights[user.pk] for pk in may_do), user.username
        waiting += len(queue)
    assert waiting > len(items) > 10


def test_what_the_recused_or_former_holder_had_taken_is_free_again(world, everybody):
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


def test_clocks_hang_on_rows_that_the_policy_knows():
    kinds = Deadline.objects.values_list("item_type", flat=True).distinct()
    known = {ContentType.objects.get_for_model(model).pk for model in policy.registered_models()}
    assert set(kinds) <= known
