"""What spreadsheets of members tell; the reading itself is `inspections.imports`."""

from inspections.imports.plans import register as register_kind
from inspections.members.imports import lines


def register() -> None:
    register_kind(lines.KIND)
