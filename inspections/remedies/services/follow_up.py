"""Carrying an overdue demand into a follow-up case (domain.md §5.4)."""

import datetime
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.cases.models import Case
from inspections.cases.services.common import locked_case
from inspections.cases.services.impartial import require_impartial
from inspections.cases.services.opening import Proposal, propose_successor
from inspections.organisations.models import User
from inspections.remedies.models import CarriedDemand, Correction
from inspections.remedies.queries import carried_open
from inspections.remedies.rules import is_overdue
from permissions import audit, policy
from permissions.verdicts import NotNow


def carry_into_case(
    *, acting_user: User, correction: Correction, others: list[Correction], proposal: Proposal, now: datetime.datetime
) -> Case:
    """Proposes the case that follows from demands not met by their day: linked to the old one, which stays as it is.

    By whoever proposes cases of the body that concluded. others: demands of the same case, carried with it.
    Raises Refused, NotNow (not overdue, or in an open follow-up case already), ValidationError."""
    with transaction.atomic():
        old = locked_case(correction.demand.notice.case_id)
        keys = {correction.pk, *(one.pk for one in others)}
        found = Correction.objects.select_for_update(of=("self",)).select_related("demand__notice")
        rows = list(found.filter(pk__in=keys).order_by("demand__position", "pk"))
        allowed = policy.require(acting_user, "propose_case", old, now)
        require_impartial(old, allowed, now)
        if any(row.demand.notice.case_id != old.pk for row in rows):
            raise ValidationError({"demands": _("Choose demands of the same conclusion notice.")})
        _check_to_be_carried(rows, timezone.localdate(now))
        proposal = replace(proposal, organisation=old.organisation)
        case = propose_successor(old, proposal=proposal, allowed=allowed, now=now)
        CarriedDemand.objects.bulk_create(
            CarriedDemand(correction=row, case=case, carried_by=acting_user, carried_at=now) for row in rows
        )
        audit.record(
            allowed,
            about=old,
            chain=old,
            now=now,
            verb="carry_into_case",
            new={"case": case.pk, "demands": [row.demand.position for row in rows]},
            reason=proposal.reason,
        )
        return case


def _check_to_be_carried(rows: list[Correction], today: datetime.date) -> None:
    open_now = set(carried_open().filter(correction__in=rows).values_list("correction_id", flat=True))
    for row in rows:
        if row.pk in open_now:
            raise NotNow(
                _("Demand %(n)s lies in a follow-up case already; another can follow when that one has ended.")
                % {"n": row.demand.position}
            )
        if not is_overdue(row.due_on, row.is_owed, today):
            raise NotNow(_("Demand %(n)s is not overdue, so no case follows from it.") % {"n": row.demand.position})
