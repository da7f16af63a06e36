"""What spreadsheets of roll calls tell; the reading itself is `inspections.imports`."""

from inspections.imports.plans import register as register_kind
from inspections.meetings.imports import roll_calls


def register() -> None:
    register_kind(roll_calls.KIND)
