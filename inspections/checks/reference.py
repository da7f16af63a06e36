"""The reference table of the standing checks."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.checks.models import CheckSetting
from inspections.checks.tables import check_of
from inspections.reference.tables import Ends, Table, declare


def _check(row: CheckSetting) -> None:
    check = check_of(row.code)
    counts = check is not None and check.days is not None
    if counts and not row.days:
        raise ValidationError({"days": _("This check counts days: say after how many.")})
    if not counts and row.days is not None:
        raise ValidationError({"days": _("This check counts no days; leave it empty.")})


def register() -> None:
    declare(
        [
            Table(
                code="standing-checks",
                label=gettext_lazy("Standing checks"),
                about=gettext_lazy(
                    "Which work that does not hold together is told to leaders, and after how many days."
                ),
                model=CheckSetting,
                shown=("name", "days", "is_active"),
                fixed=("code",),
                why_fixed=gettext_lazy("A check is made by the program, so its code stays."),
                may_add=False,
                editable=("days", "is_active"),
                ends=Ends.NOT_CHOSEN,
                check=_check,
                effect=gettext_lazy("It counts from the next time the page is opened."),
            ),
        ]
    )
