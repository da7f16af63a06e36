"""The reference tables of superiors: what counts as a flag, the topics of regular supervision and what it ends with."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.reference.tables import Ends, Table, declare
from inspections.superiors.models import FlagRule, SupervisionOutcome, SupervisionTopic
from inspections.superiors.rules import LEAST_RUN, MONTHS

Code = FlagRule.Code


def _check(row: FlagRule) -> None:
    if row.since.day != 1:
        raise ValidationError({"since": _("Give the first day of a month.")})
    if (row.code == Code.POOR) != bool(row.rating):
        raise ValidationError({"rating": _("A rating is given for the flag of ratings, and for no other.")})
    if row.code == Code.ABSENT and row.amount < LEAST_RUN:
        raise ValidationError({"amount": _("Absences running are two or more.")})
    if row.code == Code.UNVISITED and not 1 <= row.amount <= 2 * MONTHS:
        raise ValidationError({"amount": _("Look back at 1 to 24 months.")})


def register() -> None:
    declare(
        [
            Table(
                code="meeting-flags",
                label=gettext_lazy("Flags of the meetings of cells"),
                about=gettext_lazy("What superiors are told of the months of a cell, and from when on it counts."),
                model=FlagRule,
                shown=("name", "amount", "measure", "rating", "since", "certainty", "is_active"),
                fixed=("code",),
                why_fixed=gettext_lazy("A flag is told by the program, so its code stays."),
                may_add=False,
                editable=("amount", "rating", "since", "source", "certainty", "is_active"),
                ends=Ends.NOT_CHOSEN,
                check=_check,
                effect=gettext_lazy("It counts from the next time a page is opened, for past months too."),
            ),
            Table(
                code="supervision-topics",
                label=gettext_lazy("Topics of regular supervision"),
                about=gettext_lazy("By which topics regular supervisions are counted."),
                model=SupervisionTopic,
                shown=("name", "source", "certainty", "is_active"),
                editable=("name", "source", "certainty", "is_active"),
                ends=Ends.NOT_CHOSEN,
                effect=gettext_lazy("What was opened keeps its topic."),
            ),
            Table(
                code="supervision-outcomes",
                label=gettext_lazy("Outcomes of regular supervision"),
                about=gettext_lazy("What can follow from a regular supervision; counted by topic."),
                model=SupervisionOutcome,
                shown=("name", "is_sign", "source", "certainty", "is_active"),
                editable=("name", "is_sign", "source", "certainty", "is_active"),
                ends=Ends.NOT_CHOSEN,
                effect=gettext_lazy("What was opened keeps its outcome, by its name of today."),
            ),
        ]
    )
