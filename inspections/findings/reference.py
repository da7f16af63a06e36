"""The reference table of the ladder of severity (domain.md §5.1)."""

from django.utils.translation import gettext_lazy as _

from inspections.findings.models import Severity
from inspections.reference.tables import Ends, Table, declare


def register() -> None:
    declare(
        [
            Table(
                code="severities",
                label=_("Severities"),
                about=_("The ladder of terms for what was found, from the lightest up."),
                model=Severity,
                shown=("rank", "name", "is_violation"),
                fixed=("code",),
                why_fixed=_("The code stays as it was given."),
                editable=("name", "rank", "is_violation", "is_active"),
                ends=Ends.NOT_CHOSEN,
                effect=_("Findings keep their rung, and show it by its new name."),
            ),
        ]
    )
