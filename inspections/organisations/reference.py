"""The reference tables of the tree: levels and types (domain.md §2.1)."""

from django.utils.translation import gettext_lazy as _

from inspections.organisations.models import Level, OrganisationType
from inspections.reference.tables import Ends, Table, declare

BY_CODE = _("The code is what spreadsheets and time limits refer to, so it stays as it was given.")


def register() -> None:
    declare(
        [
            Table(
                code="levels",
                label=_("Levels"),
                about=_("The levels of the tree, from the highest down."),
                model=Level,
                shown=("name", "code", "rank"),
                fixed=("code",),
                why_fixed=BY_CODE,
                editable=("name", "rank"),
                ends=Ends.TAKEN_OUT,
                effect=_(
                    "Organisations stay where they are; a new rank counts for what is added or moved from now on."
                ),
            ),
            Table(
                code="organisation-types",
                label=_("Types of organisation"),
                about=_("What an organisation can be: its level, and how its documents name it."),
                model=OrganisationType,
                shown=("name", "abbreviation", "symbol", "level", "is_cell", "is_body"),
                fixed=("code", "is_cell", "is_body"),
                why_fixed=_(
                    "Who may hold which office, and how cases run, follows from whether a type is a cell or a body, "
                    "so that and the code stay as they were given."
                ),
                editable=(
                    "name",
                    "abbreviation",
                    "symbol",
                    "level",
                    "name_begins",
                    "committee_begins",
                    "issuer",
                    "on_behalf",
                    "deputy_signs",
                    "is_active",
                ),
                ends=Ends.NOT_CHOSEN,
                related=("level",),
                effect=_("Documents issued already stay as they are. A new level counts for cases signed from now on."),
            ),
        ]
    )
