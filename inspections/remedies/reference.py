"""The reference table of what follows a correction."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.reference.tables import Ends, Table, declare
from inspections.remedies.models import FollowUpRule


def _check(row: FollowUpRule) -> None:
    if row.organisation is None and FollowUpRule.objects.filter(organisation=None).exclude(pk=row.pk).exists():
        raise ValidationError({"organisation": _("There is a row for all others already.")})
    if row.kind is not None and not row.kind.has_case:
        raise ValidationError({"kind": _("Work of this kind is not carried out as a case.")})


def register() -> None:
    declare(
        [
            Table(
                code="follow-up-rules",
                label=gettext_lazy("What follows a correction"),
                about=gettext_lazy(
                    "After how many days an accepted correction is looked at again, and which kind of case is "
                    "proposed for an overdue demand. The row nearest above the body that concluded counts."
                ),
                model=FollowUpRule,
                shown=("organisation", "look_again_after", "look_again_within", "kind"),
                fixed=("organisation",),
                why_fixed=gettext_lazy("A row belongs to its tree."),
                editable=("look_again_after", "look_again_within", "kind"),
                ends=Ends.TAKEN_OUT,
                related=("organisation", "kind"),
                check=_check,
                effect=gettext_lazy("It counts for what is accepted or proposed from then on; what runs stays."),
            ),
        ]
    )
