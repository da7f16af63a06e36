"""The drawings in docs/diagrams are what the running graph gives; nobody draws them by hand."""

from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.utils import translation

from workflows.diagrams import svg_of
from workflows.flows import FLOWS
from workflows.management.commands import export_diagrams
from workflows.turns import TURNS

MEND = "the graph or its words changed: make diagrams, look at them, commit"


def test_committed_drawings_are_those_of_the_graph():
    committed = {path.name: path.read_text(encoding="utf-8") for path in export_diagrams.FOLDER.iterdir()}
    drawn = export_diagrams.drawings()
    assert sorted(committed) == sorted(drawn), MEND
    assert [name for name in drawn if committed[name] != drawn[name]] == [], MEND


@pytest.mark.parametrize("flow_class", FLOWS)
def test_drawing_tells_every_step_and_whose_it_is(flow_class):
    with translation.override("vi"):
        drawing = ElementTree.fromstring(svg_of(flow_class))  # noqa: S314 - our own text
        words = " ".join("".join(text.itertext()) for text in drawing.iter("{http://www.w3.org/2000/svg}text"))
        for node in flow_class.instance.nodes():
            assert str(node.task_title) in words
            if node.task_type == "HUMAN":
                assert str(TURNS[node.turn].lane) in words


@pytest.mark.parametrize("flow_class", FLOWS)
def test_no_node_lies_on_another(flow_class):
    drawing = ElementTree.fromstring(svg_of(flow_class))  # noqa: S314 - our own text
    tops = [
        float(box.get("y")) for box in drawing.iter("{http://www.w3.org/2000/svg}rect") if box.get("rx") in ("8", "20")
    ]
    assert len(tops) == len(set(tops)) >= 3


def test_command_writes_all_drawings(tmp_path, monkeypatch):
    monkeypatch.setattr(export_diagrams, "FOLDER", tmp_path / "diagrams")
    call_command("export_diagrams", verbosity=0)
    assert len(list((tmp_path / "diagrams").iterdir())) == len(FLOWS)
