"""The reference table of the law (domain.md §1); days and time limits are kept on the pages of the calendar."""

from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import LegalInstrument
from inspections.reference.tables import Ends, Table, declare


def register() -> None:
    declare(
        [
            Table(
                code="legal-instruments",
                label=_("Legal instruments"),
                about=_(
                    "The instruments that findings, time limits and procedures rest on, with the days they are valid."
                ),
                model=LegalInstrument,
                shown=("symbol", "title", "valid_from", "valid_to", "replaces", "certainty"),
                editable=("symbol", "title", "valid_from", "valid_to", "replaces", "certainty"),
                ends=Ends.ON_A_DAY,
                related=("replaces",),
                effect=_("Findings keep the instrument they name."),
            ),
        ]
    )
