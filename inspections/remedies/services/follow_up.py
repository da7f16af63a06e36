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
    if any(one.demand.notice.case_id != correction.demand.notice.case_id for one in others):
        raise ValidationError({"demands": _("Choose demands of the same conclusion notice.")})
    return carry_together(acting_user=acting_user, corrections=[correction, *others], proposal=proposal, now=now)


def carry_together(
    *, acting_user: User, corrections: list[Correction], proposal: Proposal, now: datetime.datetime
) -> Case:
    """As `carry_into_case`, of demands of one or several cases of one body: it follows the newest of them, all know it,
    and whoever withdrew from any of them stays out of it. One entry in the record of each."""
    with transaction.atomic():
        keys = {one.pk for one in corrections}
        cases = {one.demand.notice.case_id for one in corrections}
        olds = [locked_case(key) for key in sorted(cases)]
        found = Correction.objects.select_for_update(of=("self",)).select_related("demand__notice")
        rows = list(found.filter(pk__in=keys).order_by("pk"))
        rights = [policy.require(acting_user, "propose_case", old, now) for old in olds]
        for old, allowed in zip(olds, rights, strict=True):
            require_impartial(old, allowed, now)
        if len({old.organisation_id for old in olds}) != 1 or {row.demand.notice.case_id for row in rows} != cases:
            raise ValidationError({"demands": _("Choose demands of notices of one body.")})
        _check_to_be_carried(rows, timezone.localdate(now))
        proposal = replace(proposal, organisation=olds[-1].organisation)
        case = propose_successor(olds[-1], proposal=proposal, allowed=rights[-1], now=now, others=olds[:-1])
        CarriedDemand.objects.bulk_create(
            CarriedDemand(correction=row, case=case, carried_by=acting_user, carried_at=now) for row in rows
        )
        for old, allowed in zip(olds, rights, strict=True):
            demands = sorted(row.demand.position for row in rows if row.demand.notice.case_id == old.pk)
            audit.record(
                allowed,
                about=old,
                chain=old,
                now=now,
                verb="carry_into_case",
                new={"case": case.pk, "demands": demands},
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
