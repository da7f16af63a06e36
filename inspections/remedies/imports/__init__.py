"""The running book of conclusions; the reading itself is `inspections.imports`."""

from inspections.imports.plans import register as register_kind
from inspections.remedies.imports import book


def register() -> None:
    register_kind(book.KIND)
