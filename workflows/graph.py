"""The graph of the flows as data, and the rows of the engine that point at nothing in it (viewflow.md §5).

Node names are database identifiers: open tasks hold them. `graph.json` is the graph that databases in use were
written by; a node leaves it only together with the data migration that moved its tasks.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.models import CharField, Count
from django.db.models.functions import Cast
from viewflow.workflow.fields import get_flow_ref, get_task_ref
from viewflow.workflow.models import Process, Task

from workflows.flows import FLOWS

SNAPSHOT = Path(__file__).with_name("graph.json")

# "workflows/flows.opening.OpeningFlow.old_name": "the migration that moved its tasks"
MIGRATED_NODES: dict[str, str] = {}

Graph = dict[str, dict[str, dict[str, Any]]]


def graph_of(flows: Iterable[Any] = FLOWS) -> Graph:
    """Flow -> node -> its type and the nodes that may come next, all by their names in the database."""
    return {
        get_flow_ref(flow): {
            node.name: {
                "type": type(node).__name__,
                "next": sorted({edge.dst.name for edge in node._outgoing()}),
            }
            for node in sorted(flow.instance.nodes(), key=lambda node: str(node.name))
        }
        for flow in flows
    }


def read_snapshot() -> Graph:
    """The graph as committed."""
    graph: Graph = json.loads(SNAPSHOT.read_text())
    return graph


def write_snapshot(graph: Graph) -> None:
    """Commits the graph, one node a line, so that a difference reads well."""
    flows = []
    for flow, nodes in graph.items():
        lines = [f"  {json.dumps(node)}: {json.dumps(facts)}" for node, facts in nodes.items()]
        flows.append(f" {json.dumps(flow)}: {{\n" + ",\n".join(lines) + "\n }")
    SNAPSHOT.write_text("{\n" + ",\n".join(flows) + "\n}\n")


def removed_nodes(before: Graph, after: Graph) -> list[str]:
    """The nodes of `before` that are missing, or of another type, in `after` and that no migration moved."""
    return sorted(
        name
        for flow, nodes in before.items()
        for node, facts in nodes.items()
        if after.get(flow, {}).get(node, {}).get("type") != facts["type"]
        if (name := f"{flow}.{node}") not in MIGRATED_NODES
    )


def dangling() -> list[tuple[str, int]]:
    """The flows and nodes that rows point at and that the code does not have, with the number of rows.

    Compared as raw strings: the engine's fields would turn an unknown name into nothing. Rows of all ages count,
    since the pages of ended cases read them too."""
    flows = {get_flow_ref(flow) for flow in FLOWS}
    nodes = {get_task_ref(node) for flow in FLOWS for node in flow.instance.nodes()}
    return [*_unknown(Process, "flow_class", flows), *_unknown(Task, "flow_task", nodes)]


def _unknown(model: Any, field: str, known: set[str]) -> list[tuple[str, int]]:
    rows = model.objects.annotate(name=Cast(field, CharField())).values("name").annotate(rows=Count("pk"))
    found = [(row["name"] or "—", row["rows"]) for row in rows.order_by("name").values("name", "rows")]
    return [(name, count) for name, count in found if name not in known]
