"""The graphs of the flows: what every flow and step has, and that no node vanishes under open tasks."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from viewflow.workflow.lock import SelectForUpdateLock
from viewflow.workflow.models import Process, Task

from inspections.cases.models import Case
from permissions.catalogue import VERBS, On
from project.demo import stories
from workflows import graph, models
from workflows.flows import FLOWS
from workflows.models import WorkItem
from workflows.nodes import ForEach, Step

FLOW_NAMES = [flow.__name__ for flow in FLOWS]
STEPS = [(flow, node) for flow in FLOWS for node in flow.instance.nodes() if isinstance(node, Step)]


def test_graph_is_as_committed():
    """After a wanted change: manage.py check_flows --write, and commit the difference."""
    assert graph.read_snapshot() == graph.graph_of()


def test_every_node_that_was_ever_committed_is_there_or_was_migrated():
    assert graph.removed_nodes(graph.read_snapshot(), graph.graph_of()) == []


def test_a_removed_renamed_or_retyped_node_is_told():
    before = {"a/F": {"keep": {"type": "Step"}, "gone": {"type": "Step"}, "turned": {"type": "Step"}}}
    after = {"a/F": {"keep": {"type": "Step"}, "turned": {"type": "Function"}, "new": {"type": "Step"}}}
    assert graph.removed_nodes(before, after) == ["a/F.gone", "a/F.turned"]
    assert graph.removed_nodes({"a/Old": {"x": {"type": "Step"}}}, after) == ["a/Old.x"]


def test_a_migrated_node_may_go(monkeypatch):
    monkeypatch.setitem(graph.MIGRATED_NODES, "a/F.gone", "workflows 0007")
    assert graph.removed_nodes({"a/F": {"gone": {"type": "Step"}}}, {"a/F": {}}) == []


def test_the_snapshot_is_not_written_over_a_removed_node(monkeypatch, tmp_path):
    snapshot = tmp_path / "graph.json"
    snapshot.write_text('{"workflows/flows.change.ChangeFlow": {"vote": {"type": "Step", "next": ["end"]}}}')
    monkeypatch.setattr(graph, "SNAPSHOT", snapshot)
    with pytest.raises(CommandError, match=r"ChangeFlow\.vote"):
        call_command("check_flows", write=True)
    snapshot.write_text("{}")
    call_command("check_flows", write=True, stdout=io.StringIO())
    assert graph.read_snapshot() == graph.graph_of()


@pytest.mark.parametrize("flow", FLOWS, ids=FLOW_NAMES)
def test_every_flow_waits_for_its_lock(flow):
    assert type(flow.lock_impl) is SelectForUpdateLock
    assert (flow.lock_impl.nowait, flow.lock_impl.attempts) == (False, 1)


def test_every_flow_has_a_process_class_of_its_own():
    classes = [flow.process_class for flow in FLOWS]
    assert len(set(classes)) == len(classes)
    assert all(one._meta.proxy and one.__module__ == models.__name__ for one in classes)


def test_no_flow_inherits_the_nodes_of_another():
    """A subclass's edges would lead into its parent's nodes (viewflow.md §0)."""
    assert not [(one, other) for one in FLOWS for other in FLOWS if one is not other and issubclass(one, other)]


@pytest.mark.parametrize("flow", FLOWS, ids=FLOW_NAMES)
def test_every_title_is_in_vietnamese(flow):
    titles = [flow.process_title, *(node.task_title for node in flow.instance.nodes())]
    with translation.override("en"):
        english = [str(title) for title in titles]
    with translation.override("vi"):
        vietnamese = [str(title) for title in titles]
    assert all(english)
    assert [one for one, other in zip(english, vietnamese, strict=True) if one == other] == []


@pytest.mark.parametrize(("flow", "node"), STEPS, ids=[f"{flow.__name__}.{node.name}" for flow, node in STEPS])
def test_every_human_task_asks_for_a_verb_and_has_its_form_and_turn(flow, node):
    assert node.verb in VERBS
    assert node.form_class.perform
    assert callable(node.turn)


def test_only_our_own_steps_are_human():
    human = [node for flow in FLOWS for node in flow.instance.nodes() if node.task_type == "HUMAN"]
    assert [node for node in human if not isinstance(node, Step)] == []


@pytest.mark.parametrize("flow", FLOWS, ids=FLOW_NAMES)
def test_no_join_can_be_active_twice(flow):
    """Each join closes one fan-out of its own, and no fan-out begins inside the branches of another."""
    nodes = list(flow.instance.nodes())
    closed_by = {}
    for node in nodes:
        if not isinstance(node, ForEach):
            continue
        inside, waiting = set(), [edge.dst for edge in node._outgoing()]
        while waiting:
            one = waiting.pop()
            if one.task_type == "JOIN":
                closed_by.setdefault(one.name, []).append(node.name)
            elif one.name not in inside:
                inside.add(one.name)
                waiting += [edge.dst for edge in one._outgoing()]
        assert not [one for one in inside if isinstance(flow.instance.node(one), ForEach)], node.name
        assert node.name not in inside
    assert sorted(closed_by) == sorted(node.name for node in nodes if node.task_type == "JOIN")
    assert all(len(openers) == 1 for openers in closed_by.values()), closed_by


def test_every_task_of_a_whole_course_has_permission_and_organisation_or_case(cast):
    case = stories.run_to_notice(cast)
    stories.closed(cast, case)
    case.refresh_from_db()
    assert case.stage == Case.Stage.CLOSED
    human = Task.objects.filter(flow_task_type="HUMAN")
    assert human.count() == WorkItem.objects.count() > 15
    assert not human.filter(owner_permission__isnull=True).exists()
    assert not human.filter(owner_permission_obj_pk__isnull=True).exists()
    for item in WorkItem.objects.select_related("permission", "task"):
        step = item.task.flow_task.name
        in_case = VERBS[item.permission.codename].on is On.CASE
        assert item.is_for_case_people == in_case, step
        target = item.case if in_case else item.organisation
        assert target is not None, step
        assert item.task.owner_permission_obj == target, step
        assert item.task.owner_permission == f"{target._meta.app_label}.{item.permission.codename}", step


def test_rows_of_the_code_point_at_its_nodes(cast):
    stories.proposed(cast)
    call_command("check_flows", stdout=io.StringIO())


@pytest.mark.parametrize(
    ("model", "field", "name"),
    [
        (Task, "flow_task", "workflows/flows.opening.OpeningFlow.countersign"),
        (Process, "flow_class", "workflows/flows.opening.FormerFlow"),
    ],
)
def test_rows_that_point_at_nothing_stop_the_deploy(cast, model, field, name):
    stories.proposed(cast)
    model.objects.filter(pk=model.objects.latest("pk").pk).update(**{field: name})
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 unknown"):
        call_command("check_flows", stdout=out)
    assert f"{name}: 1" in out.getvalue()
