"""What spreadsheets of organisations and of office holders tell; the reading itself is `inspections.imports`."""

from inspections.imports.plans import register as register_kind
from inspections.organisations.imports import offices, tree


def register() -> None:
    register_kind(tree.KIND)
    register_kind(offices.KIND)
