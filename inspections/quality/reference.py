"""The reference table of the checklist of meeting quality (domain.md §1.5, §6.7)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.meetings.rules import WHOLE
from inspections.quality.models import ChecklistLine, Measured
from inspections.quality.rules import SHARES
from inspections.reference.tables import Ends, Table, declare
from inspections.superiors.rules import LEAST_RUN


def _check(row: ChecklistLine) -> None:
    if row.measure in SHARES and row.limit > WHOLE:
        raise ValidationError({"limit": _("A share is at most 100 percent.")})
    if row.measure == Measured.ABSENT and row.limit < LEAST_RUN:
        raise ValidationError({"limit": _("Absences running are two or more.")})
    others = ChecklistLine.objects.filter(code=row.code).exclude(pk=row.pk)
    if any(_overlap(row, one) for one in others):
        raise ValidationError({"valid_from": _("Another row of this line counts in these days.")})


def _overlap(one: ChecklistLine, other: ChecklistLine) -> bool:
    begins = max(one.valid_from, other.valid_from)
    return all(row.valid_to is None or row.valid_to >= begins for row in (one, other))


def register() -> None:
    declare(
        [
            Table(
                code="checklist-lines",
                label=gettext_lazy("Checklist of meeting quality"),
                about=gettext_lazy(
                    "What a team looks at when it inspects the meetings of a cell, what the record tells of it, and "
                    "how much counts as a shortcoming."
                ),
                model=ChecklistLine,
                shown=("position", "title", "measure", "limit", "valid_from", "valid_to", "certainty"),
                fixed=("code",),
                why_fixed=gettext_lazy("The code stays as it was given."),
                editable=(
                    "position",
                    "title",
                    "asked",
                    "measure",
                    "limit",
                    "instrument",
                    "article",
                    "wording",
                    "source",
                    "certainty",
                    "valid_from",
                    "valid_to",
                ),
                ends=Ends.ON_A_DAY,
                related=("instrument",),
                check=_check,
                effect=gettext_lazy("It counts for checklists drawn up from now on; those drawn up stay as they are."),
            ),
        ]
    )
