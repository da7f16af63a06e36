"""What spreadsheets of programmes tell; the reading itself is `inspections.imports`."""

from inspections.imports.plans import register as register_kind
from inspections.programmes.imports import lines


def register() -> None:
    register_kind(lines.KIND)
