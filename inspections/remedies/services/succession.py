"""Corrections pass to the successor of who must correct, as they are."""

from inspections.deadlines.services import pass_on
from inspections.organisations.models import Organisation
from inspections.organisations.services import Share, also_found_by
from inspections.remedies.models import Correction


def pass_corrections(share: Share) -> None:
    """The successor corrects from now on: state, number, due day and days late stay. Part of a verb."""
    rows = Correction.objects.filter(pk__in=[correction.pk for correction in share.rows])
    rows.update(organisation=share.new, org_path=share.new.path)
    also_found_by(rows, share.new.name)
    pass_on(share.old, share.new, about=share.rows, now=share.now)


def also_by_name(organisation: Organisation, name: str) -> None:
    """Lets the corrections of the organisation be found by its new name. Part of a verb."""
    also_found_by(Correction.objects.filter(organisation=organisation), name)
