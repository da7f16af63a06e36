"""Draws the running flows into docs/diagrams; a test holds the committed drawings against the graph."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from workflows.diagrams import svg_of
from workflows.flows import FLOWS

FOLDER = Path(settings.BASE_DIR) / "docs" / "diagrams"


def file_name(flow_class: Any) -> str:
    """The drawing of a flow is called as the module that holds it."""
    return f"{flow_class.__module__.rpartition('.')[2]}.svg"


def drawings() -> dict[str, str]:
    """File name -> drawing of every flow, in Vietnamese."""
    with translation.override("vi"):
        return {file_name(flow_class): svg_of(flow_class) for flow_class in FLOWS}


class Command(BaseCommand):
    help = "Draws every flow into docs/diagrams, in Vietnamese."

    def handle(self, *args: Any, **options: Any) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, drawing in drawings().items():
            (FOLDER / name).write_text(drawing, encoding="utf-8")
            self.stdout.write(f"docs/diagrams/{name}")
