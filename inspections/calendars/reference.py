"""The reference tables of the law and the calendar (domain.md §1, §9)."""

from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import CalendarDay, LegalInstrument
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
            Table(
                code="calendar-days",
                label=_("Days of the national calendar"),
                about=_(
                    "Days of rest and worked days of the whole country. Local days stand on the page of the calendar."
                ),
                model=CalendarDay,
                rows=lambda rows: rows.filter(organisation=None),
                shown=("day", "kind", "name", "legal_basis", "is_provisional"),
                editable=("day", "kind", "name", "legal_basis", "is_provisional"),
                ends=Ends.TAKEN_OUT,
                effect=_("No clock that runs is moved."),
            ),
        ]
    )
