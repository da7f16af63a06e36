"""Remarks that are not answered follow what becomes of the cell: it ends, or another takes its place."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.deadlines.services import pass_on
from inspections.organisations.services import Estate, Share, must_be_over_first, passes_on
from inspections.superiors.access import remarks_of
from inspections.superiors.models import Remark


def pass_remarks(share: Share) -> None:
    """The successor answers, by the same day. Part of a verb."""
    Remark.objects.filter(pk__in=[one.pk for one in share.rows]).update(organisation=share.new)
    pass_on(share.old, share.new, about=share.rows, now=share.now)


def problem_of_remarks(share: Share) -> str:
    """Why the successor cannot answer; empty when it can."""
    if share.new.type.is_cell:
        return ""
    text = _("it is not a cell, so it cannot answer remarks on meetings; name a cell for: %(things)s.")
    return text % {"things": "; ".join(str(one) for one in share.rows[:5])}


def register() -> None:
    must_be_over_first(gettext_lazy("Answer these remarks first: %(things)s."), remarks_of)
    passes_on(
        Estate(
            "remarks",
            gettext_lazy("Remarks not yet answered"),
            remarks_of,
            pass_remarks,
            problem=problem_of_remarks,
        )
    )
